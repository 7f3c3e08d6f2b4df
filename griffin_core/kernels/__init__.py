"""What a decode step and the counting of votes do on CPUs, in C++. Compiled once a machine; optional."""

from griffin_core.kernels.library import find_library, why_missing
from griffin_core.kernels.program import Code, Operation, Program, can_count, can_hold
from griffin_core.kernels.votes import count_votes

__all__ = ["Code", "Operation", "Program", "can_count", "can_hold", "count_votes", "find_library", "why_missing"]
