"""The file Hugging Face Spaces runs, as a script and from any folder. Knows only where the repository is."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # A script has its own folder on the path, where our modules would stand without their package.
    sys.path[0] = str(Path(__file__).resolve().parents[1])

    from app.__main__ import main

    sys.exit(main(sys.argv[1:]))
