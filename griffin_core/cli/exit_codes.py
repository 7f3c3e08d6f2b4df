"""How a command ended, as programs see it."""

DONE = 0
FAILED = 1
BAD_INPUT = 2
DIFFERENT = 3
INTERRUPTED = 130

IN_WORDS = "exit codes: 0 done, 1 run-time failure, 2 bad input, 3 not the same (verify), 130 interrupted"
