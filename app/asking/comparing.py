"""Which prompts a visitor wants to compare, and the checked request it stands for. Knows no model and no widget."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.asking.form import RaceForm
from app.catalog import EXAMPLES, Example
from app.engines.interface import NamedPrompt, OverlapRequest
from app.text import overlap as text
from griffin_core.errors import PromptError
from griffin_core.settings import PruningSettings

FIRST, SECOND = "first", "second"


@dataclass(frozen=True, kw_only=True)
class OverlapForm:
    """Unchecked choices. race: its model, density, system prompt and template hold for both prompts."""

    race: RaceForm
    first: str = ""
    second: str = ""

    def request(self) -> OverlapRequest:
        """The comparison of two prompts. Raises PromptError or SettingsError."""
        named = []
        for which, prompt, name in zip((FIRST, SECOND), (self.first, self.second), self._names(), strict=True):
            if not (prompt or "").strip():
                raise PromptError(text.empty_prompt(which))
            form = RaceForm(model=self.race.model, prompt=prompt, system=self.race.system, chat=self.race.chat)
            named.append(NamedPrompt(name=name, prompt=form.prompt_request()))
        return OverlapRequest(prompts=tuple(named), pruning=_methods(self.race))

    def gallery_request(self) -> OverlapRequest:
        """The comparison of all example prompts. Raises SettingsError."""
        named = [
            NamedPrompt(
                name=example.name,
                prompt=RaceForm(
                    model=self.race.model, prompt=example.prompt, system=example.system, chat=example.chat
                ).prompt_request(),
            )
            for example in gallery()
        ]
        return OverlapRequest(prompts=tuple(named), pruning=_methods(self.race))

    def _names(self) -> tuple[str, str]:
        """What the prompts are called: as in the gallery, if they are from there, else by their first words."""
        known = {example.prompt: example.name for example in gallery()}
        first, second = (known.get(prompt) or text.prompt_name(prompt or "") for prompt in (self.first, self.second))
        return (first, second) if first != second else (text.FIRST, text.SECOND)


def gallery() -> Sequence[Example]:
    """The examples, each prompt once."""
    by_prompt: dict[str, Example] = {}
    for example in EXAMPLES:
        by_prompt.setdefault(example.prompt, example)
    return tuple(by_prompt.values())


def _methods(race: RaceForm) -> tuple[PruningSettings, ...]:
    """GRIFFIN, and two choices that no prompt makes, to hold it against."""
    density: Any = race.density  # the settings check what they are given, text and None too
    return tuple(PruningSettings(method=method, density=density) for method in ("griffin", "random", "magnitude"))
