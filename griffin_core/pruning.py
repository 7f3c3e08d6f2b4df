"""Run a plan: an ordinary transformers model that holds the kept neurons only. Knows plans and twins, no decoding."""

from collections.abc import Iterator
from contextlib import contextmanager

from transformers import PreTrainedModel

from griffin_core.adapters import find_feed_forwards
from griffin_core.errors import SettingsError
from griffin_core.loading import LoadedModel
from griffin_core.planning import Plan


@contextmanager
def pruned_model(loaded: LoadedModel, plan: Plan) -> Iterator[PreTrainedModel]:
    """The model pruned by `plan`, for the duration of the block: generate with it, evaluate it, call it.

    It shares every tensor but the feed-forward slices with the full model, which stays as it is and may be used
    at the same time. Raises SettingsError when the plan was made for a model of other sizes.
    """
    check_plan(loaded, plan)
    with loaded.twins.lend(plan.k) as twin:
        twin.refill([layer.kept for layer in plan.layers])
        yield twin.model


def check_plan(loaded: LoadedModel, plan: Plan) -> None:
    """Raise SettingsError unless the plan was made for a model of these sizes."""
    sizes = [feed_forward.d_ff for feed_forward in find_feed_forwards(loaded.model)]
    seen = [len(layer.scores) for layer in plan.layers]
    if seen != sizes:
        raise SettingsError(
            f"the plan is for {len(seen)} layers of {max(seen)} neurons, but {loaded.facts.model} has {len(sizes)} "
            f"layers of {max(sizes)}. Make a plan with this model."
        )
