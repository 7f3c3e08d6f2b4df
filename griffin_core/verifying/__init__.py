"""Run a recorded race again here, and compare. Knows recordings and races; knows no terminal.

What must be equal are the start of the race (settings, lanes, cache), and the tokens, texts and end of every lane.
Neurons and speed-ups are compared beside them: they tell why tokens differ, and how far two machines agree on speed.
Equal tokens can be expected of equal versions on an equal device, on a processor also with an equal number of threads:
sums in another order round differently. Times, scores and bytes held are not compared, so a match says nothing of them.
"""

from griffin_core.verifying.records import LaneVerification, Verification
from griffin_core.verifying.rerun import start_verifying, verify

__all__ = ["LaneVerification", "Verification", "start_verifying", "verify"]
