"""Results of an evaluation, written by hand: two prompts, the full model and one pruned lane."""

from griffin_core.evaluating.result import LaneResult, PromptResult
from griffin_core.lanes import dense, pruned
from griffin_core.settings import EvaluationSettings

SETTINGS = EvaluationSettings(lanes=(dense(), pruned()), max_new_tokens=8)
PRUNED = "griffin:density=0.5"


def lane(name, kl, agrees, *, text="a", full_logprob=-1.0, tpot_ms=None, selection_ms=0.0, share=1.0):
    return LaneResult(
        name=name,
        kl=tuple(kl),
        agrees=tuple(agrees),
        token_ids=(7,) * (len(kl) + 1),
        text=text,
        full_logprob=full_logprob,
        ff_bytes_share=share,
        selection_ms=selection_ms,
        tpot_ms=tpot_ms,
    )


def result(number, *lanes):
    return PromptResult(
        number=number, prompt_tokens=5, answer="full", answer_ids=(7,) * (len(lanes[0].kl) + 1), lanes=lanes
    )


def two_prompts():
    """Answers of four and of two tokens behind the first."""
    return [
        result(
            1,
            lane("dense", [0.0] * 4, [True] * 4, tpot_ms=20.0),
            lane(
                PRUNED, [0.1, 0.2, 0.3, 1.0], [True, True, False, True],
                full_logprob=-2.0, tpot_ms=10.0, selection_ms=3.0, share=0.5,
            ),
        ),
        result(
            2,
            lane("dense", [0.0] * 2, [True] * 2, full_logprob=-3.0, tpot_ms=24.0),
            lane(PRUNED, [0.5, 0.7], [True, True], full_logprob=-5.0, tpot_ms=16.0, selection_ms=5.0, share=0.5),
        ),
    ]  # fmt: skip
