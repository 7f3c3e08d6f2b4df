"""One lane: how its neurons are chosen, and its canonical name. Knows ranges; knows no method table."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from griffin_core.errors import SettingsError
from griffin_core.settings.numbers import MAX_INT64, check_density, check_whole
from griffin_core.settings.source import SHUFFLED, check_experts_name

DENSE = "dense"


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
        object.__setattr__(self, "density", check_density(self.density))
        if self.seed is not None:
            object.__setattr__(self, "seed", check_whole("seed", self.seed, low=0, high=MAX_INT64))


@dataclass(frozen=True, kw_only=True)
class LaneSettings:
    """One way of continuing the prompt: dense when `pruning` is None.

    experts: name of the source whose text chooses the neurons of a pruned lane; None: the prompt does.
    sampler_seed: a dense lane's own seed for drawing tokens; None takes the run's.
    """

    pruning: PruningSettings | None = None
    experts: str | None = None
    sampler_seed: int | None = None

    def __post_init__(self) -> None:
        if self.experts is not None:
            if self.pruning is None:
                raise SettingsError("a dense lane keeps every neuron, so it takes no experts. Leave them out.")
            check_experts_name(self.experts)
        if self.sampler_seed is not None:
            if self.pruning is not None:
                raise SettingsError("only a dense lane has its own sampler_seed. Set the seed of the run instead.")
            object.__setattr__(self, "sampler_seed", check_whole("seed", self.sampler_seed, low=0, high=MAX_INT64))

    @property
    def method(self) -> str:
        return DENSE if self.pruning is None else self.pruning.method

    @property
    def density(self) -> float:
        return 1.0 if self.pruning is None else self.pruning.density

    @property
    def name(self) -> str:
        """The lane in canonical form: `dense`, `dense:seed=7`, `griffin-sampled:density=0.5,seed=3,experts=A`."""
        if self.pruning is None:
            return DENSE if self.sampler_seed is None else f"{DENSE}:seed={self.sampler_seed}"
        keys = [f"density={self.pruning.density!r}"]
        if self.pruning.seed is not None:
            keys.append(f"seed={self.pruning.seed}")
        if self.experts is not None:
            keys.append(f"experts={self.experts}")
        return f"{self.pruning.method}:{','.join(keys)}"


def lane_names(lanes: tuple[LaneSettings, ...]) -> tuple[str, ...]:
    """Canonical names in the order given; a repeated lane gets `#2`, `#3` …"""
    seen: dict[str, int] = {}
    names = []
    for lane in lanes:
        seen[lane.name] = count = seen.get(lane.name, 0) + 1
        names.append(lane.name if count == 1 else f"{lane.name}#{count}")
    return tuple(names)


def check_experts(lanes: Sequence[LaneSettings], names: Collection[str]) -> None:
    """Raise SettingsError where a lane takes its experts from a text that is not among `names`, those given."""
    for lane in lanes:
        if lane.experts not in (None, SHUFFLED, *names):
            known = ", ".join((SHUFFLED, *names))
            raise SettingsError(
                f'lane "{lane.name}" takes its experts from "{lane.experts}", but no such text is given. '
                f"Give a text of that name, or use one of: {known}."
            )
