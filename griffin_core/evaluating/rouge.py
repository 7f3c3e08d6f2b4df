"""ROUGE-L of answers against references, by Google's `rouge-score` if it is installed. Knows texts only.

ROUGE: Lin, 2004 (https://aclanthology.org/W04-1013/). Other packages (`rouge`, `pyrouge`) give other numbers.
"""

import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

PACKAGE = "rouge-score"
MISSING = f"not measured: the package {PACKAGE} is not installed. pip install {PACKAGE}"
NO_REFERENCE = "not measured: no prompt has a reference"


@dataclass(frozen=True)
class Rouge:
    """One F-measure a text in 0-1, None where it has no reference. how: package and settings, or why not."""

    f_measures: tuple[float | None, ...]
    how: str


def rouge_l(texts: Sequence[str], references: Sequence[str | None]) -> Rouge:
    """ROUGE-L F-measure, with Porter's stemmer, of each text against its reference, where it has one."""
    nothing = (None,) * len(texts)
    if not any(reference is not None for reference in references):
        return Rouge(nothing, NO_REFERENCE)
    try:
        scoring = importlib.import_module("rouge_score.rouge_scorer")
    except ImportError:
        return Rouge(nothing, MISSING)
    scorer = scoring.RougeScorer(["rougeL"], use_stemmer=True)
    return Rouge(
        tuple(
            None if reference is None else float(scorer.score(reference, text)["rougeL"].fmeasure)
            for text, reference in zip(texts, references, strict=True)
        ),
        f"{PACKAGE} {version(PACKAGE)}, rougeL F-measure, use_stemmer=True, default tokenizer",
    )
