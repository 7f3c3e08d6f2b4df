"""One run: its lanes, how tokens are drawn, when to stop. Knows ranges; knows no model."""

from dataclasses import dataclass, field

from griffin_core.errors import SettingsError
from griffin_core.settings.lane import LaneSettings, PruningSettings
from griffin_core.settings.numbers import MAX_INT64, check_number, check_whole
from griffin_core.settings.source import Source

MAX_LANES = 4
SCHEDULES = ("race", "sequential")


@dataclass(frozen=True, kw_only=True)
class SamplingSettings:
    """How the next token is chosen. temperature 0 is greedy; top_k 0 and top_p 1 switch those filters off."""

    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        temperature = check_number("temperature", self.temperature, hint="Use 0 for greedy decoding.")
        if not 0.0 <= temperature <= 10.0:
            raise SettingsError(
                f"temperature must be between 0 and 10, got {temperature:g}. Use 0 for greedy decoding."
            )
        top_p = check_number("top_p", self.top_p, hint="Use 1.0 to switch it off.")
        if not 0.0 < top_p <= 1.0:
            raise SettingsError(f"top_p must be in (0, 1], got {top_p:g}. Use 1.0 to switch it off.")
        object.__setattr__(self, "temperature", temperature)
        object.__setattr__(self, "top_p", top_p)
        object.__setattr__(self, "top_k", check_whole("top_k", self.top_k, low=0, high=10_000_000))
        object.__setattr__(self, "seed", check_whole("seed", self.seed, low=0, high=MAX_INT64))


DEFAULT_LANES = (LaneSettings(), LaneSettings(pruning=PruningSettings()))


@dataclass(frozen=True, kw_only=True)
class RunSettings:
    """One run: which lanes continue the prompt, for how long and in which order.

    max_new_tokens: per lane, counted from the first token after the prompt (and after `prefixes`).
    ignore_eos: go on past an end-of-sequence token.
    stop: a lane ends once its text contains one of these strings.
    schedule: "race" steps the lane whose own clock is behind; "sequential" runs one lane after the other.
    prefill_chunk: prompt tokens per prefill step; None takes what suits the device.
    prefixes: tokens each lane has already produced, in lane order, to continue from; empty starts afresh.
    sources: texts whose experts a lane may use, each name once; one that no lane uses is not read.
    """

    lanes: tuple[LaneSettings, ...] = DEFAULT_LANES
    max_new_tokens: int = 128
    sampling: SamplingSettings = field(default_factory=SamplingSettings)
    ignore_eos: bool = False
    stop: tuple[str, ...] = ()
    schedule: str = "race"
    prefill_chunk: int | None = None
    prefixes: tuple[tuple[int, ...], ...] = ()
    sources: tuple[Source, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "lanes", tuple(self.lanes))
        given: object = self.stop
        if isinstance(given, str):  # it would be taken apart into letters
            raise SettingsError(f"stop must be a tuple of strings, got the text {given!r}. Write ({given!r},).")
        object.__setattr__(self, "stop", tuple(self.stop))
        if not 1 <= len(self.lanes) <= MAX_LANES:
            raise SettingsError(f"a run takes 1 to {MAX_LANES} lanes, got {len(self.lanes)}. Leave some out.")
        object.__setattr__(
            self, "max_new_tokens", check_whole("max_new_tokens", self.max_new_tokens, low=1, high=10_000_000)
        )
        if self.schedule not in SCHEDULES:
            raise SettingsError(f'unknown schedule "{self.schedule}". Use one of: {", ".join(SCHEDULES)}.')
        if self.prefill_chunk is not None:
            chunk = check_whole("prefill_chunk", self.prefill_chunk, low=1, high=10_000_000)
            object.__setattr__(self, "prefill_chunk", chunk)
        if "" in self.stop:
            raise SettingsError("a stop string must not be empty. Leave it out to stop only at the end of text.")
        if self.prefixes and len(self.prefixes) != len(self.lanes):
            raise SettingsError(
                f"prefixes must be given for every lane or for none, got {len(self.prefixes)} "
                f"for {len(self.lanes)} lanes."
            )
        object.__setattr__(self, "sources", tuple(self.sources))
        names = [source.name for source in self.sources]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise SettingsError(f'the text "{twice}" is given twice. Leave one out, or give it another name.')
