"""Run a recorded race again here, and compare. Knows recordings and races; knows no terminal.

What must be equal are the tokens of every lane. Neurons and speed-ups are compared beside them: they tell why tokens
differ, and how far two machines agree on speed. Equal tokens can be expected of equal versions on an equal device, on
a processor also with an equal number of threads: sums in another order round differently.
"""

from griffin_core.verifying.outcome import Difference, LaneVerification, Verification
from griffin_core.verifying.rerun import recorded_settings, start_verifying, verify

__all__ = [
    "Difference",
    "LaneVerification",
    "Verification",
    "recorded_settings",
    "start_verifying",
    "verify",
]
