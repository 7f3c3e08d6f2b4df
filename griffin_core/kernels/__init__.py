"""Products of one row with a matrix, on CPUs, as fast as memory streams. Compiled once a machine; optional."""

from griffin_core.kernels.library import find_library, why_missing
from griffin_core.kernels.program import Code, Operation, Program, can_count, can_hold

__all__ = ["Code", "Operation", "Program", "can_count", "can_hold", "find_library", "why_missing"]
