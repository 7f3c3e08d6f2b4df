"""One lane's pane: heading, text pieces, figures. Knows figures of griffin_core.metrics; knows no events."""

from collections.abc import Sequence

from app.text import answers, hovers
from app.text import race as text
from app.views import Figure, PanePhase, PaneView
from griffin_core.events import LaneFacts, PlanMade
from griffin_core.formatting import DASH, megabytes, milliseconds, rate, whole
from griffin_core.metrics import LaneFigures


def pane_view(
    figures: LaneFigures,
    facts: LaneFacts,
    *,
    run: str,
    lane: int,
    d_ff: int,
    phase: PanePhase,
    pieces: Sequence[str],
    branched_at: int | None,
    shared: str,
    diverges_at: int | None,
    plan: PlanMade | None,
) -> PaneView:
    """A pane of a run that has started. `plan`: the lane's latest choice of neurons."""
    return PaneView(
        run=run,
        lane=lane,
        title=text.lane_title(facts.method, facts.density, name=facts.name),
        subtitle=text.neurons_per_layer(facts.k, d_ff),
        phase=phase,
        pieces=tuple(pieces),
        branched_at=branched_at,
        shared=shared,
        diverges_at=diverges_at,
        ended=figures.finish_reason == "eos",
        note=answers.lane_note(figures.finish_reason, len(figures.token_ids), figures.given) if phase == "done" else "",
        figures=quiet_line(figures, plan),
        more=full_table(figures, plan),
    )


def blank_pane(
    method: str,
    density: float | None,
    *,
    run: str,
    lane: int,
    phase: PanePhase,
    pieces: Sequence[str],
    branched_at: int | None = None,
    shared: str = "",
    name: str = "",
) -> PaneView:
    """A pane before the run has started. name: the lane's canonical one, "" for an ordinary lane."""
    return PaneView(
        run=run,
        lane=lane,
        title=text.lane_title(method, density, name=name),
        phase=phase,
        pieces=tuple(pieces),
        branched_at=branched_at,
        shared=shared,
        note="" if pieces else text.IDLE_PANE_HINT,
        figures=quiet_line(None, None),
        more=full_table(None, None),
    )


def quiet_line(lane: LaneFigures | None, plan: PlanMade | None) -> tuple[Figure, ...]:
    """The few figures that stand under a pane."""
    return (
        _tokens(lane),
        ("Speed", rate(lane.tokens_per_s if lane else None), hovers.SPEED_HOVER),
        ("TTFT", milliseconds(lane.ttft_ms if lane else None), _ttft_hover(lane, plan)),
        ("p50", milliseconds(lane.itl_ms_p50 if lane else None), hovers.P50_HOVER),
        ("p95", milliseconds(lane.itl_ms_p95 if lane else None), hovers.P95_HOVER),
    )


def full_table(lane: LaneFigures | None, plan: PlanMade | None) -> tuple[Figure, ...]:
    """Everything else, the same rows for every lane."""
    pruned = lane is not None and lane.method != "dense"
    return (
        ("Prefill", milliseconds(lane.prefill_ms if lane else None), hovers.PREFILL_HOVER),
        ("Statistics", milliseconds(plan.statistics_ms if plan else None), hovers.STATISTICS_HOVER),
        ("Selection", milliseconds(plan.selection_ms if plan else None), hovers.SELECTION_HOVER),
        ("Gathering", milliseconds(plan.gather_ms if plan else None), hovers.GATHER_HOVER),
        ("Mean per token", milliseconds(lane.tpot_ms if lane else None), hovers.TPOT_HOVER),
        ("Holds", _held(lane), hovers.HELD_PRUNED_HOVER if pruned else hovers.HELD_DENSE_HOVER),
        ("Steps", _step(lane)[0], hovers.step_hover(_step(lane)[1])),
    )


def _step(lane: LaneFigures | None) -> tuple[str, str]:
    """How the lane decoded, and why not faster: "eager", "the model looks into a tensor …"."""
    how, _, why = (lane.step if lane and lane.step else DASH).partition(" (")
    return how, why.removesuffix(")")


def _tokens(lane: LaneFigures | None) -> Figure:
    if lane is None:
        return "Tokens", DASH, hovers.TOKENS_HOVER
    new = len(lane.token_ids) - lane.given
    if not lane.given:
        return "Tokens", whole(new), hovers.TOKENS_HOVER
    return "Tokens", answers.new_tokens(new), f"{hovers.TOKENS_HOVER} {answers.given_before(lane.given)}"


def _held(lane: LaneFigures | None) -> str:
    if lane is None or lane.held_bytes is None:
        return DASH
    return megabytes(lane.held_bytes) if lane.method == "dense" else f"+ {megabytes(lane.held_bytes)}"


def _ttft_hover(lane: LaneFigures | None, plan: PlanMade | None) -> str:
    if lane is None or lane.prefill_ms is None:
        return hovers.TTFT_HOVER
    parts = [f"prefill {milliseconds(lane.prefill_ms)}"]
    if plan is not None:
        parts.append(f"statistics {milliseconds(plan.statistics_ms)}")
        parts.append(f"selection {milliseconds(plan.selection_ms)}")
        parts.append(f"gathering {milliseconds(plan.gather_ms)}")
    return f"{hovers.TTFT_HOVER} Here: {' + '.join(parts)}."
