"""The prompt measured against the context while it is typed."""

import pytest

from app.asking.form import RaceForm
from app.engines.interface import PromptRequest, PromptSize
from app.serving.service import RaceService
from griffin_core.errors import ModelError, PromptError
from tests.app.scripted_engine import FACTS, ScriptedEngine
from tests.app.scripted_service import FORM, MODELS, fast_service


@pytest.mark.parametrize(
    ("words", "new_tokens", "said", "fits"),
    [
        (5, 64, "5 of 960 tokens", True),
        (954, 64, "954 of 960 tokens: room for 6 new tokens", False),
        (960, 1, "960 of 960 tokens: too long, shorten the prompt", False),
        (5, "abc", "5 of 960 tokens", True),
        (5, float("inf"), "5 of 960 tokens", True),
    ],
)
def test_the_meter_counts_prompt_and_answer_against_the_context(
    words: int, new_tokens: float | str, said: str, fits: bool
) -> None:
    meter = fast_service().meter(RaceForm(prompt="word " * words, max_new_tokens=new_tokens))
    assert (meter.text.replace("\N{NO-BREAK SPACE}", " "), meter.fits) == (said, fits)
    assert meter.share == words / FACTS.context


def test_the_meter_of_no_prompt_is_empty_and_of_an_impossible_one_says_why() -> None:
    class StrictEngine(ScriptedEngine):
        def measure_prompt(self, prompt: PromptRequest) -> PromptSize:
            raise PromptError("the prompt cannot be encoded. Write some text.")

    service = RaceService(StrictEngine([]), models=MODELS)
    assert service.meter(RaceForm(prompt=" ")).text == ""
    assert service.meter(RaceForm(prompt=None)).text == ""  # type: ignore[arg-type]  # what a browser may send
    assert not service.meter(FORM).fits


def test_a_prompt_is_not_called_too_long_while_its_model_loads() -> None:
    class LoadingEngine(ScriptedEngine):
        def measure_prompt(self, prompt: PromptRequest) -> PromptSize:
            raise ModelError("measured later")

    meter = RaceService(LoadingEngine([]), models=MODELS).meter(FORM)
    assert (meter.text, meter.fits) == ("measured later", True)
