"""What a visitor may fill in, and what the door says to it."""

import pickle
from typing import Any

import pytest

from app.asking.form import MAX_NEW_TOKENS, MAX_PROMPT_CHARACTERS, RaceForm
from griffin_core.errors import InputError
from griffin_core.settings import DEFAULT_LANES

METHODS = ("griffin", "magnitude")


def test_an_untouched_form_asks_for_the_default_lanes() -> None:
    request = RaceForm(prompt="Hello").request(methods=METHODS)
    assert request.settings.lanes == DEFAULT_LANES
    assert request.prompt.system is None


def test_numbers_typed_as_text_or_given_as_floats_are_understood() -> None:
    form = RaceForm(prompt="Hello", density="0.25", max_new_tokens=64.0, seed="7", top_k="40")
    settings = form.request(methods=METHODS).settings
    assert (settings.lanes[1].density, settings.max_new_tokens) == (0.25, 64)
    assert (settings.sampling.seed, settings.sampling.top_k) == (7, 40)


@pytest.mark.parametrize(
    ("wrong", "seen", "advice"),
    [
        ({"density": "abc"}, "'abc'", "Use 1.0"),
        ({"density": 0}, "got 0", "Use 1.0"),
        ({"density": 1.5}, "got 1.5", "Use 1.0"),
        ({"density": None}, "field is empty", "Use 1.0"),
        ({"max_new_tokens": 0}, "got 0", "Choose a number"),
        ({"max_new_tokens": "many"}, "'many'", "Write it"),
        ({"max_new_tokens": 2.5}, "2.5", "Write it"),
        ({"max_new_tokens": MAX_NEW_TOKENS + 1}, "4,097", "Ask for fewer"),
        ({"prompt": None}, "no prompt", "Type one"),
        ({"seed": None}, "field is empty", "Write it"),
        ({"temperature": -1}, "-1", "Use 0"),
        ({"top_p": 0}, "got 0", "Use 1.0"),
        ({"top_k": -1}, "-1", "Choose a number"),
        ({"method": "wanda"}, '"wanda"', "Use one of: griffin, magnitude"),
        ({"schedule": "backwards"}, '"backwards"', "race, sequential"),
        ({"prompt": " \n\t"}, "no prompt", "Type one"),
        ({"prompt": "x" * 200_000}, "200,000 characters", "Shorten it"),
        ({"system": "x" * (MAX_PROMPT_CHARACTERS + 1)}, "characters", "Shorten it"),
    ],
)
def test_a_wrong_choice_is_named_with_what_was_seen_and_what_to_do(
    wrong: dict[str, Any], seen: str, advice: str
) -> None:
    with pytest.raises(InputError) as caught:
        RaceForm(**{"prompt": "Hello", **wrong}).request(methods=METHODS)
    assert seen in str(caught.value)
    assert advice in str(caught.value)


@pytest.mark.parametrize("prompt", ["\x00\x07\x1b[31m", "👩‍🔬🏳️‍🌈", "שלום עולם", "${1+1}", "C:\\new\\table"])
def test_any_text_is_passed_on_as_it_is(prompt: str) -> None:
    assert RaceForm(prompt=prompt).request(methods=METHODS).prompt.text == prompt


def test_a_continued_form_can_be_run_again_from_the_start() -> None:
    form = RaceForm(prompt="Hello", seed=3)
    longer = form.continued([[1, 2], [1, 4, 5]], [["a", "b"], ["a", "d", "e"]])
    assert longer.request(methods=METHODS).settings.prefixes == ((1, 2), (1, 4, 5))
    assert longer.from_the_start() == form


def test_a_request_can_be_sent_to_another_process() -> None:
    request = RaceForm(prompt="Hello", system="Be brief.").request(methods=METHODS)
    assert pickle.loads(pickle.dumps(request)) == request
