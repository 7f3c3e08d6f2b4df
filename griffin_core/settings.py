"""The choices of a run, each checked once at the door. Knows ranges; knows no method table and no model."""

import math
from dataclasses import dataclass, field

from griffin_core.errors import SettingsError

MAX_LANES = 4
SCHEDULES = ("race", "sequential")
DENSE = "dense"
_WHOLE_HINT = "Write it without a fraction, such as 64."


def _density(value: object) -> float:
    density = _number("density", value, hint="Use 1.0 to keep every neuron.")
    if not 0.0 < density <= 1.0:
        raise SettingsError(f"density must be in (0, 1], got {density:g}. Use 1.0 to keep every neuron.")
    return density


def _number(name: str, value: object, *, hint: str) -> float:
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        try:
            number = float(value)
        except (ValueError, OverflowError):
            number = math.nan
        if math.isfinite(number):
            return number
    raise SettingsError(f"{name} must be a finite number, got {value!r}. {hint}")


def _whole(name: str, value: object, *, low: int, high: int) -> int:
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        try:
            number = float(value) if not isinstance(value, int) else value
            whole = int(value) if not isinstance(value, float) else int(number)
        except (ValueError, OverflowError):
            raise SettingsError(f"{name} must be a whole number, got {value!r}. {_WHOLE_HINT}") from None
        if whole == number:
            if low <= whole <= high:
                return whole
            raise SettingsError(f"{name} must be between {low} and {high}, got {whole}. Choose a number in that range.")
    raise SettingsError(f"{name} must be a whole number, got {value!r}. {_WHOLE_HINT}")


@dataclass(frozen=True, kw_only=True)
class PruningSettings:
    """How a plan is made.

    method: a name of the method table, e.g. "griffin".
    density: share of feed-forward neurons kept in every layer, in (0, 1].
    seed: for methods that draw at random; None takes the seed of the run.
    """

    method: str = "griffin"
    density: float = 0.5
    seed: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "density", _density(self.density))
        if self.seed is not None:
            object.__setattr__(self, "seed", _whole("seed", self.seed, low=0, high=2**63 - 1))


@dataclass(frozen=True, kw_only=True)
class LaneSettings:
    """One way of continuing the prompt: dense when `pruning` is None."""

    pruning: PruningSettings | None = None

    @property
    def method(self) -> str:
        return DENSE if self.pruning is None else self.pruning.method

    @property
    def density(self) -> float:
        return 1.0 if self.pruning is None else self.pruning.density

    @property
    def name(self) -> str:
        """The lane in canonical form: `dense`, `griffin:density=0.5`, `random:density=0.5,seed=3`."""
        if self.pruning is None:
            return DENSE
        keys = [f"density={self.pruning.density!r}"]
        if self.pruning.seed is not None:
            keys.append(f"seed={self.pruning.seed}")
        return f"{self.pruning.method}:{','.join(keys)}"


def lane_names(lanes: tuple[LaneSettings, ...]) -> tuple[str, ...]:
    """Canonical names in the order given; a repeated lane gets `#2`, `#3` …"""
    seen: dict[str, int] = {}
    names = []
    for lane in lanes:
        seen[lane.name] = count = seen.get(lane.name, 0) + 1
        names.append(lane.name if count == 1 else f"{lane.name}#{count}")
    return tuple(names)


@dataclass(frozen=True, kw_only=True)
class SamplingSettings:
    """How the next token is chosen. temperature 0 is greedy; top_k 0 and top_p 1 switch those filters off."""

    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        temperature = _number("temperature", self.temperature, hint="Use 0 for greedy decoding.")
        if not 0.0 <= temperature <= 10.0:
            raise SettingsError(
                f"temperature must be between 0 and 10, got {temperature:g}. Use 0 for greedy decoding."
            )
        top_p = _number("top_p", self.top_p, hint="Use 1.0 to switch it off.")
        if not 0.0 < top_p <= 1.0:
            raise SettingsError(f"top_p must be in (0, 1], got {top_p:g}. Use 1.0 to switch it off.")
        object.__setattr__(self, "temperature", temperature)
        object.__setattr__(self, "top_p", top_p)
        object.__setattr__(self, "top_k", _whole("top_k", self.top_k, low=0, high=10_000_000))
        object.__setattr__(self, "seed", _whole("seed", self.seed, low=0, high=2**63 - 1))


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
    """

    lanes: tuple[LaneSettings, ...] = DEFAULT_LANES
    max_new_tokens: int = 128
    sampling: SamplingSettings = field(default_factory=SamplingSettings)
    ignore_eos: bool = False
    stop: tuple[str, ...] = ()
    schedule: str = "race"
    prefill_chunk: int | None = None
    prefixes: tuple[tuple[int, ...], ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "lanes", tuple(self.lanes))
        given: object = self.stop
        if isinstance(given, str):  # it would be taken apart into letters
            raise SettingsError(f"stop must be a tuple of strings, got the text {given!r}. Write ({given!r},).")
        object.__setattr__(self, "stop", tuple(self.stop))
        if not 1 <= len(self.lanes) <= MAX_LANES:
            raise SettingsError(f"a run takes 1 to {MAX_LANES} lanes, got {len(self.lanes)}. Leave some out.")
        object.__setattr__(
            self, "max_new_tokens", _whole("max_new_tokens", self.max_new_tokens, low=1, high=10_000_000)
        )
        if self.schedule not in SCHEDULES:
            raise SettingsError(f'unknown schedule "{self.schedule}". Use one of: {", ".join(SCHEDULES)}.')
        if self.prefill_chunk is not None:
            chunk = _whole("prefill_chunk", self.prefill_chunk, low=1, high=10_000_000)
            object.__setattr__(self, "prefill_chunk", chunk)
        if "" in self.stop:
            raise SettingsError("a stop string must not be empty. Leave it out to stop only at the end of text.")
        if self.prefixes and len(self.prefixes) != len(self.lanes):
            raise SettingsError(
                f"prefixes must be given for every lane or for none, got {len(self.prefixes)} "
                f"for {len(self.lanes)} lanes."
            )
