"""A recording's header → the form that runs its prompt here. Knows the catalog; knows no event after the start."""

from app.asking.extras import KINDS, MOST_EXTRAS
from app.asking.form import RaceForm
from app.catalog import MODELS
from app.text.lanes import lane_kind, origin
from griffin_core.events import LaneFacts
from griffin_core.recording import Header

EMBEDDED_TITLE = "SmolLM2-135M-Instruct"
"""What the embedded model calls itself in a recording."""


def race_form(header: Header) -> RaceForm | None:
    """The same race, asked for here; None where the typed prompt is not known or no lane is pruned.

    Lanes that the page does not offer are left out, and so is a swap test: of its other prompt only ids are recorded.
    """
    pruned = next((lane for lane in header.run.lanes if lane.method != "dense" and not origin(lane.name)), None)
    if header.prompt is None or pruned is None:
        return None
    run = header.run
    return RaceForm(
        model=_model(run.model.model),
        prompt=header.prompt.text,
        system=header.prompt.system or "",
        chat=header.prompt.chat,
        method=pruned.method,
        density=pruned.density,
        max_new_tokens=run.max_new_tokens,
        seed=run.seed,
        temperature=run.temperature,
        top_k=run.top_k,
        top_p=run.top_p,
        schedule=run.schedule,
        ignore_eos=run.ignore_eos,
        extras=_extras(run.lanes, pruned),
    )


def _extras(lanes: tuple[LaneFacts, ...], pruned: LaneFacts) -> tuple[str, ...]:
    full = next((lane for lane in lanes if lane.method == "dense"), None)
    kinds = [lane_kind(lane.method, lane.name) for lane in lanes if lane not in (full, pruned)]
    offered = [kind for kind in dict.fromkeys(kinds) if kind in KINDS and kind not in ("swap", pruned.method)]
    return tuple(offered[:MOST_EXTRAS])


def _model(name: str) -> str:
    """As the catalog calls it; a model that is not in the catalog keeps its name and is refused in words."""
    if name == EMBEDDED_TITLE:
        return MODELS[0].name
    return next((model.name for model in MODELS if model.name.split("/")[-1] == name.split("/")[-1]), name)
