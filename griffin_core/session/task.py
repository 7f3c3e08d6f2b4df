"""What a session has to do: a prompt, and the name of the file that will hold its race. Knows no model.

The name is made of the prompt's place and of a digest of all that decides the race. So a session finds what it has
done, whatever changed in the suite: a line that moved is only renamed, one that changed is run again.
"""

import dataclasses
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from griffin_core.recording import SUFFIX
from griffin_core.session.suite import SuitePrompt
from griffin_core.settings import RunSettings

_DIGEST = 16


@dataclass(frozen=True, kw_only=True)
class SessionSettings:
    """What every prompt of a session is run with.

    experts: texts for lanes that name them. model: what was asked for (model, revision, device, dtype), as it was
    written: it tells one session from another, and is stored as a digest only.
    """

    run: RunSettings = field(default_factory=RunSettings)
    experts: Mapping[str, str] = field(default_factory=dict)
    model: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Task:
    """One prompt to be recorded. digest: of the prompt and all settings."""

    prompt: SuitePrompt
    digest: str

    @property
    def file(self) -> str:
        """Name of its recording: ours, whatever the prompt is called."""
        return f"{self.prompt.number:04d}-{self.digest}{SUFFIX}"


def make_tasks(suite: Sequence[SuitePrompt], settings: SessionSettings) -> tuple[Task, ...]:
    """One task a prompt, in the order of the suite; a prompt that stands there twice is run twice."""
    shared = _digest([dataclasses.asdict(settings.run), dict(settings.experts), dict(settings.model)])
    seen: Counter[str] = Counter()
    tasks = []
    for prompt in suite:
        digest = _digest([shared, dataclasses.asdict(prompt.prompt), prompt.title, prompt.tags])
        seen[digest] += 1
        if seen[digest] > 1:
            digest = _digest([digest, seen[digest]])
        tasks.append(Task(prompt=prompt, digest=digest))
    return tuple(tasks)


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:_DIGEST]
