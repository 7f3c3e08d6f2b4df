"""`python -m griffin_core`: see `griffin_core.cli`. Knows nothing else."""

import sys

from griffin_core.cli.program import main

if __name__ == "__main__":
    sys.exit(main())
