"""`python -m griffin_core` as a process: signals and the way out. The work is in `griffin_core.cli`."""

import os
import signal
import sys

from griffin_core.cli.exit_codes import INTERRUPTED
from griffin_core.cli.program import main

if __name__ == "__main__":
    # A script's `&` starts its jobs with SIGINT ignored; a run must still stop when asked.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    code = main()
    if code == INTERRUPTED:
        # Python would end by the signal instead of the code where the interrupt met an import in C; and taking
        # torch down in order takes a second that nobody wants to wait for.
        os._exit(code)
    sys.exit(code)
