"""Sentences about the neurons a lane keeps. Knows no event and no widget."""

from collections.abc import Callable, Sequence

from app.text.lanes import lane_kind
from app.text.race import lane_title, method_title, span
from griffin_core.formatting import percent, whole

SAME_GINI = 0.02
"""Gini coefficients closer than this are called alike."""
LAYERS_A_NAME = 8
"""One layer in so many is named, three at most."""


def map_sentence(method: str, kept: Sequence[int], d_ff: int, share: float | None, ginis: Sequence[float]) -> str:
    """What the neuron map shows. share: of the prompt's squared score that the kept neurons carry, mean over layers."""
    start = f"Each layer keeps {span(tuple(kept))} of {whole(d_ff)} neurons"
    carried = "" if share is None else f"{percent(round(share, 2))} of the squared score"
    for known, chosen in (("random", "drawn at random"), ("magnitude", "those with the largest weights")):
        if method == known:
            return f"{start}, {chosen}{carried and f', with {carried}'}."
    if not carried:
        return f"{start}."
    return f"{start}: {carried}, {_concentration(ginis)}."


def map_caption(model: str, method: str, density: float, *, name: str = "") -> str:
    """Line on a saved picture. name: the lane's canonical one."""
    return f"{model} · {lane_title(method, density, name=name)}"


def share_sentence(shares: Sequence[float]) -> str:
    """Reading of the strip of kept score."""
    return f"Squared score on the kept neurons: {_extremes(shares, percent)}."


def no_share() -> str:
    """Why that strip is empty."""
    return "Not known: no lane of this run watched the prompt."


def gini_sentence(ginis: Sequence[float]) -> str:
    """Reading of the strip of concentration."""
    return f"Gini coefficient of the scores: {_extremes(ginis, _hundredths)}. 0 is all alike, 1 is all in one neuron."


def overlap_sentence(other: str, overlaps: Sequence[float], chance: float) -> str:
    """Reading of the strip of overlap. other: see `whose`. chance: the mean that random sets of these sizes have."""
    return (
        f"Overlap with {other}, Jaccard index: {_extremes(overlaps, _hundredths)}. "
        f"Chance gives about {_hundredths(chance)}."
    )


def whose(method: str, *, name: str) -> str:
    """Whose neurons a pruned lane keeps. name: the lane's canonical one."""
    kind = lane_kind(method, name)
    known = {"swap": "the other prompt's", "shuffled": "the shuffled prompt's"}
    if kind in known:
        return f"{known[kind]} neurons"
    by_method = {"random": "the random neurons", "magnitude": "the neurons of the largest weights"}
    return by_method.get(method, f"{method_title(method)}'s neurons")


def no_overlap() -> str:
    """Why that strip is empty."""
    return "It takes a second pruned lane in the run."


def _concentration(ginis: Sequence[float]) -> str:
    """Where a few neurons have most of the score."""
    if max(ginis) - min(ginis) < SAME_GINI:
        return "spread much alike in all of them"
    count = min(3, max(1, len(ginis) // LAYERS_A_NAME))
    strongest = sorted(sorted(range(len(ginis)), key=lambda layer: -ginis[layer])[:count])
    *first, last = [whole(layer) for layer in strongest]
    named = f"layers {', '.join(first)} and {last}" if first else f"layer {last}"
    return f"most concentrated in {named}"


def _extremes(values: Sequence[float], written: Callable[[float], str]) -> str:
    low, high = min(values), max(values)
    if written(round(low, 2)) == written(round(high, 2)):
        return f"{written(round(high, 2))} in every layer"
    return (
        f"most in layer {values.index(high)} ({written(round(high, 2))}), "
        f"least in layer {values.index(low)} ({written(round(low, 2))})"
    )


def _hundredths(value: float) -> str:
    return f"{value:.2f}"
