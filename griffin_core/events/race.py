"""What happens in a race, as frozen records.

Order: RunStarted, PrefillProgress* of the prompt, PrefillDone, PrefillProgress* of other texts that choose neurons,
PlanMade (one per pruned lane, more when it re-selects), TokenEmitted* and LaneFinished (one per lane) mixed between
lanes, then RunFinished. A race raises when it breaks and just stops when it is closed; who plays it for others says so
with RunFailed, or with RunFinished("cancelled").
"""

from dataclasses import dataclass
from typing import ClassVar

from griffin_core.events.base import Event, LaneEvent, Many


@dataclass(frozen=True, kw_only=True)
class ModelFacts:
    """What was run, on what."""

    model: str
    revision: str | None
    architecture: str
    device: str
    device_name: str
    dtype: str
    versions: dict[str, str]
    n_layers: int
    d_model: int
    d_ff: int
    context: int


@dataclass(frozen=True, kw_only=True)
class KvLayers:
    """`layers` attention layers that cache `bytes_per_position` each and look back over `window` positions.

    window: None where a layer looks back over all of them.
    """

    layers: int
    bytes_per_position: int
    window: int | None = None


@dataclass(frozen=True, kw_only=True)
class LaneFacts:
    """A lane as it was set up. `k`: neurons kept in each layer; `weight_bytes`: weights read for one token.

    experts: name of the text that chose the neurons, None: the prompt. sampler_seed: the lane's own, None: the run's.
    """

    name: str
    method: str
    density: float
    effective_density: float
    k: Many[int]
    weight_bytes: int
    experts: str | None = None
    sampler_seed: int | None = None


@dataclass(frozen=True, kw_only=True)
class LayerChoice:
    """The neurons one layer keeps, small enough to send.

    kept: base64 of d_ff bits, least significant bit of the first byte first.
    scores: base64 of one byte per bin of `bin_width` neurons, mean score, 255 = the layer's strongest bin.
    score_share: share of the prompt's activation votes (squared GRIFFIN scores) that the kept neurons carry, in 0-1;
    None when no lane of the run watched the prompt.
    gini: Gini coefficient of the layer's scores: 0 where all neurons score alike, near 1 where a few have it all.
    """

    k: int
    kept: str
    scores: str
    bin_width: int
    score_share: float | None
    gini: float


@dataclass(frozen=True, kw_only=True)
class SourceFacts:
    """A text, other than the prompt, that chose a lane's neurons."""

    name: str
    token_ids: Many[int]


@dataclass(frozen=True, kw_only=True)
class RunStarted(Event):
    """The run as asked for, before any compute that is timed; with `prompt_ids`, all it takes to run it again.

    threads: of the processor, as torch may use them. Prefixes to continue from come as given tokens.
    """

    code: ClassVar[str] = "start"
    model: ModelFacts
    lanes: Many[LaneFacts]
    kv: Many[KvLayers]
    prompt_tokens: int
    max_new_tokens: int
    seed: int
    temperature: float
    top_k: int
    top_p: float
    ignore_eos: bool
    schedule: str
    prefill_chunk: int
    prompt_ids: Many[int] = ()
    stop: Many[str] = ()
    sources: Many[SourceFacts] = ()
    threads: int | None = None


@dataclass(frozen=True, kw_only=True)
class PrefillProgress(Event):
    """`done_tokens` of a text have been read. source: its name; None for the prompt, which is read first."""

    code: ClassVar[str] = "prefill"
    done_tokens: int
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class PrefillDone(Event):
    """The prompt has been read once for all lanes. `prefill_ms` is without the reading of statistics."""

    code: ClassVar[str] = "prefilled"
    prefill_ms: float
    statistics_ms: float


@dataclass(frozen=True, kw_only=True)
class PlanMade(LaneEvent):
    """A lane chose its neurons, before the token with index `at_token`. Times are charged to the lane."""

    code: ClassVar[str] = "plan"
    number: int
    at_token: int
    statistics_ms: float
    selection_ms: float
    gather_ms: float
    layers: Many[LayerChoice]


@dataclass(frozen=True, kw_only=True)
class TokenEmitted(LaneEvent):
    """One token. `text` is what it adds to the lane's text ("" while a character is incomplete, and for EOS).

    itl_ms: compute since the lane's previous token; None for the first token (see TTFT) and for given ones.
    given: the token was not decoded in this run but given in `prefixes`.
    """

    code: ClassVar[str] = "token"
    index: int
    token_id: int
    text: str
    itl_ms: float | None
    given: bool = False


@dataclass(frozen=True, kw_only=True)
class LaneFinished(LaneEvent):
    """finish_reason: eos | stop | length. held_bytes: cache, and the whole model or a pruned lane's own slices.

    step: how it decoded, in words: "recorded, own kernels", "CUDA graph", "eager", and why nothing faster.
    """

    code: ClassVar[str] = "lane_end"
    finish_reason: str
    held_bytes: int
    step: str = "eager"
