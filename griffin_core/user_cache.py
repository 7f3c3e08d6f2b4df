"""The folder where what took long to make is kept. Knows the environment; knows nothing of what lies there."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """$GRIFFIN_CACHE, else `griffin` in $XDG_CACHE_HOME or ~/.cache; it need not exist."""
    chosen = os.environ.get("GRIFFIN_CACHE")
    if chosen:
        return Path(chosen).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "griffin"
