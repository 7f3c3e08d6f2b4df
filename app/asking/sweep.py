"""Which densities and methods a visitor wants to sweep, and the checked request it stands for.

Knows ranges through griffin_core.settings; knows no model and no widget.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.asking.form import RaceForm
from app.engines.interface import SweepRequest
from app.text import race, sweep
from app.text.labels import LEAST_DENSITY, MOST_DENSITY
from griffin_core.errors import PromptError, SettingsError
from griffin_core.settings import MAX_SWEEP_LANES, SWEPT_DENSITIES, LaneSettings, PruningSettings, SweepSettings

SWEPT_METHODS = ("griffin", "random", "magnitude")
"""In the order in which they are measured, shown and judged."""

MAX_LIST_CHARACTERS = 2_000

USUAL_DENSITIES = " ".join(f"{density:g}" for density in SWEPT_DENSITIES)
FEW_DENSITIES = "0.8 0.5 0.3"
MANY_DENSITIES = " ".join(f"{percent / 100:g}" for percent in range(95, 15, -5))


@dataclass(frozen=True, kw_only=True)
class SweepForm:
    """Unchecked choices. race: its model, prompt, system prompt, template and seed hold; densities: as typed."""

    race: RaceForm
    densities: str = USUAL_DENSITIES
    methods: tuple[str, ...] = ("griffin",)

    def request(self, *, methods: Sequence[str]) -> SweepRequest:
        """The sweep asked for. Raises PromptError or SettingsError; `methods`: the names the engine knows."""
        if not self.race.prompt.strip():
            raise PromptError(sweep.NO_PROMPT)
        prompt = self.race.prompt_request()
        densities = read_densities(self.densities)
        chosen = tuple(sorted(dict.fromkeys(self.methods), key=method_place))
        if not chosen:
            raise SettingsError(sweep.NO_METHOD)
        if unknown := [name for name in chosen if name not in methods]:
            raise SettingsError(f'Unknown method "{unknown[0]}". Use one of: {", ".join(methods)}.')
        if len(densities) * len(chosen) > MAX_SWEEP_LANES:
            raise SettingsError(sweep.too_many_points(len(densities), len(chosen), MAX_SWEEP_LANES))
        seed: Any = self.race.seed  # the settings check what they are given, text and None too
        lanes = tuple(
            LaneSettings(pruning=PruningSettings(method=method, density=density))
            for method in chosen
            for density in densities
        )
        try:
            settings = SweepSettings(lanes=lanes, seed=seed)
        except SettingsError as error:
            raise SettingsError(race.setting_error(str(error))) from error
        return SweepRequest(prompt=prompt, lanes=lanes, new_tokens=settings.new_tokens, seed=settings.seed)


def method_place(method: str) -> int:
    """Place among SWEPT_METHODS; one that is not there comes after them."""
    return SWEPT_METHODS.index(method) if method in SWEPT_METHODS else len(SWEPT_METHODS)


def read_densities(typed: str | None) -> tuple[float, ...]:
    """Densities as a visitor writes them, the largest first and each once: "0.9 0.5", "90% 50 %", "0.9, 0.5"."""
    words = (typed or "").strip()
    if len(words) > MAX_LIST_CHARACTERS:  # before any pattern: looking for one may take the square of the length
        raise SettingsError(sweep.too_long_a_list(len(words), MAX_LIST_CHARACTERS))
    densities = {_density(word) for word in re.split(r"[\s,;]+", re.sub(r"\s+%", "%", words)) if word}
    if not densities:
        raise SettingsError(sweep.NO_DENSITY)
    return tuple(sorted(densities, reverse=True))


def picked_point(data: object, *, methods: Sequence[str]) -> tuple[str, float] | None:
    """Method and density of the point that a `race` event names; None for anything else that a browser may send."""
    if not isinstance(data, dict):
        return None
    method, density = data.get("method"), data.get("density")
    if method not in methods or isinstance(density, bool) or not isinstance(density, int | float):
        return None
    return (str(method), float(density)) if LEAST_DENSITY <= density <= MOST_DENSITY else None


def _density(word: str) -> float:
    number, percent = (word[:-1], 100) if word.endswith("%") else (word, 1)
    try:
        density = round(float(number) / percent, 6)
    except ValueError:
        density = 0.0
    if not LEAST_DENSITY <= density <= MOST_DENSITY:  # also where it is not a number
        raise SettingsError(sweep.not_a_density(word, LEAST_DENSITY, MOST_DENSITY))
    return density
