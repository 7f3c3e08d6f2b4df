"""The reference implementation's outputs, and how ours may differ from them."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DECIDED = 1e-3
"""A step whose two best logits lie closer than this may go either way."""

FILE = Path(__file__).parent / "griffin_reference_smollm2.json"


@dataclass(frozen=True)
class Parting:
    """Where two continuations first differ, and how decided the reference was there."""

    index: int
    margin: float


def load_golden() -> dict[str, Any]:
    """The file's contents; its `about` says how they were made."""
    contents: dict[str, Any] = json.loads(FILE.read_text())
    return contents


def parting(ours: list[int], reference: list[int], margins: list[float]) -> Parting | None:
    """The first step that differs; None when all are equal."""
    for index, (mine, theirs) in enumerate(zip(ours, reference, strict=True)):
        if mine != theirs:
            return Parting(index, margins[index])
    return None
