"""Run a plan: an ordinary transformers model that holds the kept neurons only. Knows plans and twins, no decoding."""

from collections.abc import Iterator
from contextlib import contextmanager

from transformers import PreTrainedModel

from griffin_core.errors import SettingsError
from griffin_core.loading import LoadedModel
from griffin_core.planning import Plan


@contextmanager
def pruned_model(loaded: LoadedModel, plan: Plan) -> Iterator[PreTrainedModel]:
    """The model pruned by `plan`, for the duration of the block: generate with it, evaluate it, call it.

    It shares every tensor but the feed-forward slices with the full model, which stays as it is and may be used
    at the same time. Raises SettingsError when the plan was made for a model of other sizes.
    """
    sizes = loaded.facts.n_layers, loaded.facts.d_ff
    seen = len(plan.layers), len(plan.layers[0].scores)
    if seen != sizes:
        raise SettingsError(
            f"the plan is for {seen[0]} layers of {seen[1]} neurons, but {loaded.facts.model} has {sizes[0]} layers "
            f"of {sizes[1]}. Make a plan with this model."
        )
    with loaded.twins.lend(plan.k) as twin:
        twin.refill([layer.kept for layer in plan.layers])
        yield twin.model
