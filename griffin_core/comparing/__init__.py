"""Two recordings side by side: what was set differently, where the answers part, how fast, which neurons. Torch-free.

Where neurons or prompts cannot be compared, or a figure needs care, remarks say so in words.
"""

from griffin_core.comparing.comparison import compare
from griffin_core.comparing.records import Comparison, ExpertsCompared, FigurePair, LanePair, Parting
from griffin_core.differences import Difference

__all__ = ["Comparison", "Difference", "ExpertsCompared", "FigurePair", "LanePair", "Parting", "compare"]
