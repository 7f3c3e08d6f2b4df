"""The command line, `python -m griffin_core COMMAND`. Knows the core's events and figures; nothing knows it.

The contract for programs, kept by every command: exit code 0 done, 1 run-time failure, 2 bad input, 3 not the same
(verify), 130 interrupted. Results go to standard output, everything else to standard error. With --json the last
line of standard output is one object, also on failure: {"error": {"type", "message"}}. Where a part failed, the
object is the result that says which.

Modules here import neither torch nor rich before they are needed: --help and bad input answer at once.
"""
