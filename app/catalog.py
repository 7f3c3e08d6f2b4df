"""What the page offers: models and example prompts. Plain tables; the long prompts are files of their own."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PROMPTS = Path(__file__).parents[1] / "assets" / "prompts"


@dataclass(frozen=True, kw_only=True)
class ModelChoice:
    """name: as the page and the engine know it, never a place on the server's disk; label: as the visitor reads it.

    note: one line on what choosing it means.
    """

    name: str
    label: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Example:
    """A prompt with the settings it was chosen for. name: at most 24 characters; shows: one line.

    group: whether it shows what pruning can do, or where it breaks. german: the same text in German, "" where there
    is none.
    """

    name: str
    prompt: str
    shows: str
    system: str = ""
    density: float = 0.5
    max_new_tokens: int = 128
    chat: bool = True
    group: Literal["works", "breaks"] = "works"
    german: str = ""


_DOWNLOAD = "Needs a download of {size} from the Hugging Face hub the first time."

MODELS = (
    ModelChoice(
        name="embedded",
        label="SmolLM2 135M Instruct (built in)",
        note="Comes with the app: no download, quick on a CPU.",
    ),
    ModelChoice(
        name="google/gemma-3-270m-it",
        label="Gemma 3 270M it (download)",
        note=f"{_DOWNLOAD.format(size='0.5 GB')} Its licence has to be accepted there.",
    ),
    ModelChoice(
        name="HuggingFaceTB/SmolLM2-360M-Instruct",
        label="SmolLM2 360M Instruct (download)",
        note=_DOWNLOAD.format(size="0.7 GB"),
    ),
    ModelChoice(
        name="Qwen/Qwen2.5-0.5B-Instruct",
        label="Qwen2.5 0.5B Instruct (download)",
        note=_DOWNLOAD.format(size="1 GB"),
    ),
    ModelChoice(
        name="EleutherAI/pythia-410m",
        label="Pythia 410M (download)",
        note=f"{_DOWNLOAD.format(size='0.9 GB')} A base model: it continues text and does not chat.",
    ),
    ModelChoice(
        name="meta-llama/Llama-3.2-1B-Instruct",
        label="Llama 3.2 1B Instruct (download)",
        note=f"{_DOWNLOAD.format(size='2.5 GB')} Its licence has to be accepted there.",
    ),
)


def _prompt(name: str) -> str:
    return (PROMPTS / f"{name}.txt").read_text(encoding="utf-8").strip()


# Chosen by looking: greedy, on the embedded model, in float32 and bfloat16. After a long prompt half of the neurons
# can do, after a short one they cannot. The page opens with the first example.
EXAMPLES = (
    Example(
        name="Summarise a chapter",
        prompt=_prompt("water_cycle"),
        max_new_tokens=64,
        german=_prompt("water_cycle_de"),
        shows="A page of a school book: half of the neurons keep to the topic and blur the order of the steps.",
    ),
    Example(
        name="Retell an article",
        prompt=_prompt("river"),
        density=0.65,
        max_new_tokens=80,
        shows="An article: two thirds of the neurons still tell a story, with some facts mixed up.",
    ),
    Example(
        name="Explain a program",
        prompt=_prompt("program"),
        density=0.7,
        max_new_tokens=80,
        shows="Code takes more neurons: 70 % explain the program, with half of them the answer derails.",
    ),
    Example(
        name="A question",
        prompt="Why is the sky blue?",
        density=0.75,
        max_new_tokens=96,
        german="Warum ist der Himmel blau?",
        shows="A short prompt tells GRIFFIN little: three quarters stay fluent and get the reason wrong.",
    ),
    Example(
        name="Arithmetic",
        prompt="Calculate 12 times 4.",
        max_new_tokens=40,
        group="breaks",
        shows="The full model says 48. Half of the neurons go on repeating the question.",
    ),
    Example(
        name="Code",
        prompt="Write a Python function that returns the largest number in a list.",
        max_new_tokens=40,
        group="breaks",
        shows="The full model writes a function that works. With half of the neurons it is not even Python.",
    ),
    Example(
        name="A short question",
        prompt="What is the capital of France?",
        max_new_tokens=40,
        group="breaks",
        shows="Both know Paris. With half of the neurons the answer cannot stop and runs in circles.",
    ),
    Example(
        name="A list",
        prompt="List the days of the week.",
        max_new_tokens=40,
        group="breaks",
        shows="The full model names all seven days. Half of the neurons start a list and name none of them.",
    ),
    Example(
        name="Short prompt, half",
        prompt="Explain how photosynthesis works.",
        max_new_tokens=64,
        group="breaks",
        german="Erkläre, wie die Fotosynthese funktioniert.",
        shows="The half that is enough after an article is too little after a short prompt: the answer breaks.",
    ),
    Example(
        name="Too few neurons",
        prompt=_prompt("water_cycle"),
        density=0.2,
        max_new_tokens=64,
        group="breaks",
        german=_prompt("water_cycle_de"),
        shows="The school book again with a fifth of the neurons: faster, and the answer breaks.",
    ),
)


def example_of(prompt: str) -> Example | None:
    """The example with this prompt."""
    return next((example for example in EXAMPLES if example.prompt == prompt.strip()), None)


def unlike(prompt: str) -> Example:
    """An example of another kind, for a swap test of `prompt`: an article for code, else a program."""
    return _ARTICLE if _CODE.search(prompt) else _PROGRAM


_ARTICLE, _PROGRAM = EXAMPLES[1:3]
_CODE = re.compile(
    r"\b(python|javascript|typescript|java|rust|sql|bash|html|c\+\+|code|program|programming|script|algorithm)\b"
    r"|^\s*(def|function|const|#include)\s|[{};]\s*$",
    re.IGNORECASE | re.MULTILINE,
)
"""Words and line ends of programs and of requests for one; what is mistaken for one gets an article, no harm done."""


def public_name(source: str) -> str:
    """What visitors may know of a model as load_model takes it: of a file or folder the last part of its path."""
    names = [choice.name for choice in MODELS]
    on_disk = source.startswith(("/", "~", ".")) or "\\" in source or Path(source).exists()
    if source in names or not on_disk:
        return source
    last = source.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    return f"{last} (own)" if last in names else last


def with_default(source: str) -> tuple[ModelChoice, ...]:
    """The models with `source` first; one that is not in the table is added."""
    name = public_name(source)
    chosen = [choice for choice in MODELS if choice.name == name]
    if not chosen:
        chosen = [ModelChoice(name=name, label=name.rsplit("/", 1)[-1], note="Chosen by whoever runs this server.")]
    return (*chosen, *(choice for choice in MODELS if choice.name != name))
