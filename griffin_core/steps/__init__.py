"""One step of decoding, as fast as the device allows, by the model's own forward. Knows a model; knows no lanes."""

from griffin_core.steps.choice import Steps, alike
from griffin_core.steps.eager import EagerStep
from griffin_core.steps.step import Step

__all__ = ["EagerStep", "Step", "Steps", "alike"]
