"""Record the page's example prompts with a closer look at each: how assets/recordings was made.

Run from the repository's folder, on a machine that does nothing else: python -m examples.record_examples FOLDER
"""

import sys
from pathlib import Path

from torch import Tensor

import griffin_core as gc
from app.catalog import EXAMPLES, Example
from app.library.ids import new_id
from griffin_core.recording import SUFFIX
from griffin_core.settings import DEFAULT_LANES, LaneSettings, RunSettings, Source

OTHER = "other-prompt"


def main(folder: Path) -> None:
    """One recording an example, and one of the swap test."""
    folder.mkdir(parents=True, exist_ok=True)
    loaded = gc.load_model("embedded")
    for example in EXAMPLES:
        lanes = (gc.dense(), gc.pruned(density=example.density))
        print(write(folder, loaded, example, title=example.name, lanes=lanes))
    first, second = EXAMPLES[0], EXAMPLES[2]
    own = gc.pruned(density=0.5)
    lanes = (
        gc.dense(),
        own,
        LaneSettings(pruning=own.pruning, experts=OTHER),
        gc.pruned(density=0.5, method="random"),
    )
    other = Source(name=OTHER, token_ids=tuple(encoded(loaded, second)[0].tolist()))
    print(write(folder, loaded, first, title="Swap test: another prompt's neurons", lanes=lanes, sources=(other,)))


def write(
    folder: Path,
    loaded: gc.LoadedModel,
    example: Example,
    *,
    title: str,
    lanes: tuple[LaneSettings, ...] = DEFAULT_LANES,
    sources: tuple[Source, ...] = (),
) -> Path:
    """Race, look closer, and return where both were recorded."""
    settings = RunSettings(lanes=lanes, max_new_tokens=example.max_new_tokens, sources=sources)
    prompt = encoded(loaded, example)
    path = folder / f"{new_id()}{SUFFIX}"
    typed = gc.PromptText(text=example.prompt, system=example.system or None, chat=example.chat)
    tally = gc.RunTally()
    with gc.Recorder(path, title=title, prompt=typed, tags=(example.group,)) as recorder:
        for event in gc.start_race(loaded, prompt, settings):
            recorder.add(event)
            tally.add(event)
        for event in gc.inspect(loaded, prompt, settings, [lane.token_ids for lane in tally.lanes()]):
            recorder.add(event)
    return path


def encoded(loaded: gc.LoadedModel, example: Example) -> Tensor:
    """The example's prompt, (1, S) token ids."""
    return gc.encode_prompt(loaded, example.prompt, system=example.system or None, chat=example.chat)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "recordings"))
