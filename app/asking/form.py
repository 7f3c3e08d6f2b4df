"""What a visitor filled in, exactly as the page holds it, and the checked request it stands for.

Knows ranges through griffin_core.settings; knows no model and no widget.
"""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.asking.extras import check_extras, extra_lane
from app.engines.interface import InspectionRequest, NamedPrompt, PromptRequest, RunRequest
from app.text import race as text
from app.text.extras import other_too_long
from app.text.lanes import OTHER
from griffin_core.errors import PromptError, SettingsError
from griffin_core.settings import LaneSettings, PruningSettings, RunSettings, SamplingSettings

MAX_PROMPT_CHARACTERS = 150_000
"""Some 35,000 tokens; beyond it, counting them would only heat the machine."""

MAX_NEW_TOKENS = 4_096
"""Others are waiting for the device."""

Number = float | str | None
"""What a number field may hold while somebody types in it."""


@dataclass(frozen=True, kw_only=True)
class RaceForm:
    """Unchecked choices for a race of the full model against one pruned lane and up to two extra ones.

    extras: kinds of extra lanes, see app.asking.extras; other: the prompt whose neurons the swap test borrows.
    prefixes: each lane's tokens so far, to continue from; opening: their texts, shown until the model has read on.
    branched_at: index in `prefixes` of a token that the visitor chose, the same in every lane; branched_lane: index of
    the lane whose text stands before it.
    record: keep the run for everybody to see, under `title`; agreed: the visitor knows what that means.
    """

    model: str = "embedded"
    prompt: str = ""
    system: str = ""
    chat: bool = True
    method: str = "griffin"
    density: Number = 0.5
    max_new_tokens: Number = 128
    seed: Number = 0
    temperature: Number = 0.0
    top_k: Number = 0
    top_p: Number = 1.0
    schedule: str = "race"
    ignore_eos: bool = False
    extras: tuple[str, ...] = ()
    other: str = ""
    prefixes: tuple[tuple[int, ...], ...] = ()
    opening: tuple[tuple[str, ...], ...] = ()
    branched_at: int | None = None
    branched_lane: int | None = None
    record: bool = False
    agreed: bool = False
    title: str = ""

    def __post_init__(self) -> None:
        for name in ("prompt", "system", "other", "title"):  # a browser or a program may send null, or anything
            given = getattr(self, name)
            object.__setattr__(self, name, "" if given is None else str(given))
        object.__setattr__(self, "extras", tuple(dict.fromkeys(self.extras)))

    def prompt_request(self) -> PromptRequest:
        """The prompt to encode. Raises PromptError when it is empty or beyond all bounds."""
        if not self.prompt.strip():
            raise PromptError(text.NO_PROMPT)
        length = len(self.prompt) + len(self.system)
        if length > MAX_PROMPT_CHARACTERS:
            raise PromptError(text.too_many_characters(length, MAX_PROMPT_CHARACTERS))
        return self._prompt(self.prompt)

    def request(self, *, methods: Sequence[str]) -> RunRequest:
        """The run asked for. Raises PromptError or SettingsError; `methods`: the names the engine knows."""
        prompt = self.prompt_request()
        if self.method not in methods:
            raise SettingsError(f'Unknown method "{self.method}". Use one of: {", ".join(methods)}.')
        try:
            settings = self._settings()
        except SettingsError as error:
            raise SettingsError(text.setting_error(str(error))) from error
        if settings.max_new_tokens > MAX_NEW_TOKENS:
            raise SettingsError(text.too_many_tokens(settings.max_new_tokens, MAX_NEW_TOKENS))
        return RunRequest(prompt=prompt, settings=settings, sources=self._sources())

    def extra_lanes(self) -> tuple[LaneSettings, ...]:
        """The lanes beside the full and the pruned one. Raises PromptError or SettingsError."""
        if not self.extras:
            return ()
        check_extras(self.extras, method=self.method, other=self.other)
        pruning, sampling = self._pruning(), self._sampling()
        return tuple(extra_lane(kind, pruning, sampling) for kind in self.extras)

    def _prompt(self, words: str) -> PromptRequest:
        return PromptRequest(model=self.model, text=words, system=self.system or None, chat=self.chat)

    def _sources(self) -> tuple[NamedPrompt, ...]:
        if "swap" not in self.extras:
            return ()
        if len(self.other) > MAX_PROMPT_CHARACTERS:
            raise PromptError(other_too_long(len(self.other), MAX_PROMPT_CHARACTERS))
        return (NamedPrompt(name=OTHER, prompt=self._prompt(self.other)),)

    def _settings(self) -> RunSettings:
        return RunSettings(
            lanes=(LaneSettings(), LaneSettings(pruning=self._pruning()), *self.extra_lanes()),
            max_new_tokens=_typed(self.max_new_tokens),
            sampling=self._sampling(),
            ignore_eos=self.ignore_eos,
            schedule=self.schedule,
            prefixes=self.prefixes,
        )

    def _pruning(self) -> PruningSettings:
        return PruningSettings(method=self.method, density=_typed(self.density))

    def _sampling(self) -> SamplingSettings:
        return SamplingSettings(
            temperature=_typed(self.temperature),
            top_k=_typed(self.top_k),
            top_p=_typed(self.top_p),
            seed=_typed(self.seed),
        )

    def continued(self, token_ids: Sequence[Sequence[int]], pieces: Sequence[Sequence[str]]) -> "RaceForm":
        """The same race, going on from what each lane has written so far."""
        return dataclasses.replace(
            self,
            prefixes=tuple(tuple(ids) for ids in token_ids),
            opening=tuple(tuple(texts) for texts in pieces),
        )

    def from_the_start(self) -> "RaceForm":
        """The same race without what was written before."""
        return dataclasses.replace(self, prefixes=(), opening=(), branched_at=None, branched_lane=None)


def _typed(value: Number) -> Any:
    """The settings check what they are given, text and None too; their fields promise numbers."""
    return value


@dataclass(frozen=True, kw_only=True)
class InspectedLane:
    """A lane of a finished race. lane: its index; name: canonical; label: as the page calls it; tokens: it wrote.

    density: share of the neurons that it really keeps; 1.0 for the full model.
    forced: tokens at its start that no lane chose, up to a branch and the token chosen there.
    remark: what the race said of this lane alone, which stands beside what a closer look finds; mostly "".
    """

    lane: int
    name: str
    label: str
    method: str
    tokens: int
    density: float = 1.0
    forced: int = 0
    remark: str = ""

    @property
    def judged_from(self) -> int:
        """Index of the first token that tells the lanes apart: the very first is the full model's in all of them."""
        return max(1, self.forced)


@dataclass(frozen=True, kw_only=True)
class InspectionForm:
    """A finished race, to look at more closely. run: its id; layer: None is the middle.

    texts: the tokens that each lane wrote; pieces: what each of them added to the lane's text.
    recording: id of the recording that the look is added to; "" for none.
    """

    run: str
    form: RaceForm
    lanes: tuple[InspectedLane, ...]
    texts: tuple[tuple[int, ...], ...]
    pieces: tuple[tuple[str, ...], ...] = ()
    layer: int | None = None
    recording: str = ""

    def request(self, *, methods: Sequence[str]) -> InspectionRequest:
        """The closer look asked for. Raises PromptError or SettingsError."""
        run = self.form.from_the_start().request(methods=methods)
        return InspectionRequest(run=run, texts=self.texts, layer=self.layer)
