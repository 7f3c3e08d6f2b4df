"""What a closer look at a prompt found, as frozen records: events like those of a race, but nothing here was raced.

A study reads texts that are already written, so none of it is on a lane's clock. Every study opens with StudyStarted
and ends with RunFinished.
"""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from griffin_core.events.base import Event, Many
from griffin_core.events.race import LayerChoice, ModelFacts


@dataclass(frozen=True, kw_only=True)
class StudyStarted(Event):
    """kind: inspection | overlap | sweep. steps: how many pieces of work there are; 0 when it is not known."""

    code: ClassVar[str] = "study"
    kind: str
    model: ModelFacts
    steps: int = 0


@dataclass(frozen=True, kw_only=True)
class StudyProgress(Event):
    """Something without a finding of its own was done. what: reading | tokens | dense | timing."""

    code: ClassVar[str] = "study_progress"
    what: str
    done: int
    total: int


class Alternative(NamedTuple):
    """A token that could have come. probability: in 0-1, of the whole vocabulary at temperature 1."""

    token_id: int
    text: str
    probability: float


@dataclass(frozen=True, kw_only=True)
class TextRead(Event):
    """One model's view of a piece of a lane's finished text, every token predicted from those before it.

    text: name of the lane that wrote it; reader: "dense" for the full model, else the lane whose pruned model reads.
    first_index: index in the text of the first of these tokens; all tuples have one entry a token.
    logprob, rank: of the written token under the reader; rank is its place among all tokens, 0 the reader's choice.
    best: the reader's five likeliest tokens, best first; agrees: whether its first is the full model's first.
    kl: KL(full ‖ reader) in nats; None where the full model reads.
    coverage: share in 0-1 of the full model's squared activations at this token that lie on the neurons the reader
    kept, mean over layers, as the token is read: what is predicted from it comes next. None where the full model reads.
    """

    code: ClassVar[str] = "read"
    text: str
    reader: str
    first_index: int
    logprob: Many[float]
    rank: Many[int]
    best: Many[Many[Alternative]]
    agrees: Many[bool]
    kl: Many[float] | None
    coverage: Many[float] | None


@dataclass(frozen=True, kw_only=True)
class LayersMeasured(Event):
    """How alike the tokens of a text use the neurons, layer by layer.

    text: the lane that wrote it; None for the prompt. tokens: how many were compared (long texts are sampled).
    flocking: per layer, mean Jaccard index over all pairs of tokens of their top-k sets; density: k / d_ff, of which a
    ReLU may leave fewer. chance: what random sets of the sizes seen would give.
    """

    code: ClassVar[str] = "layers"
    text: str | None
    tokens: int
    density: float
    flocking: Many[float]
    chance: float


@dataclass(frozen=True, kw_only=True)
class ActivationsRead(Event):
    """Rows of the flocking picture of one layer: relative activations |z| / ‖z‖ of tokens, strongest neurons first.

    text: the lane that wrote the tokens; None for the prompt. positions: their indices in that text; tokens: their
    texts. columns: bins a row; bin_width: neurons in a bin (the last may be narrower), in order of falling score.
    values: base64 of len(positions) × columns bytes, mean of the bin, 255 = `full_scale` or more.
    """

    code: ClassVar[str] = "activations"
    layer: int
    text: str | None
    positions: Many[int]
    tokens: Many[str]
    columns: int
    bin_width: int
    full_scale: float
    values: str


@dataclass(frozen=True, kw_only=True)
class ExpertsChosen(Event):
    """The neurons one prompt keeps by one method, for comparing. number: its place, from 0.

    name: the prompt's, as asked for; None where the method reads no prompt, and `prompt_tokens` is 0.
    """

    code: ClassVar[str] = "experts"
    name: str | None
    method: str
    density: float
    number: int
    prompt_tokens: int
    layers: Many[LayerChoice]


@dataclass(frozen=True, kw_only=True)
class SweepPoint(Event):
    """One lane measured against the full model on one prompt.

    k: neurons kept in each layer, as in LaneFacts; () in a stream recorded before points had it.
    kl, top1: mean KL(full ‖ lane) in nats, and share of equal first choices, over `tokens` tokens teacher-forced on
    the full model's greedy answer, the first left out. first_divergence: index of the first token where they choose
    differently, None if nowhere.
    tpot_ms, dense_tpot_ms: mean time per decoded token of this lane and of the full one raced beside it; speedup: their
    ratio, with its 95 % interval.
    ff_bytes_share: feed-forward bytes read per token, as a share of the full model's.
    """

    code: ClassVar[str] = "sweep_point"
    lane: str
    method: str
    density: float
    effective_density: float
    k: Many[int] = ()
    tokens: int
    kl: float
    top1: float
    first_divergence: int | None
    tpot_ms: float | None
    dense_tpot_ms: float | None
    speedup: float | None
    speedup_low: float | None
    speedup_high: float | None
    byte_roofline: float | None
    ff_bytes_share: float
