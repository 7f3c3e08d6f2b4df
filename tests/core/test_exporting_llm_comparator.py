"""The file for LLM Comparator: its documented fields and types, and what is made of votes."""

import json
from typing import Any

import pytest

from griffin_core.errors import SettingsError
from griffin_core.events import VoteCast
from griffin_core.exporting import llm_comparator
from griffin_core.recording import PromptText, Recording
from tests.core.hand_made import ANSWERS, OTHERS, WORDS, lane, recording
from tests.core.scripted_run import DENSE, PRUNED

# The types that client/lib/types.ts of the tool knows, and what a value of each is.
PER_MODEL = {"per_model_number": (int, float), "per_model_category": (str,), "per_model_boolean": (bool,)}
SINGLE = {"number": (int, float), "string": (str,), "category": (str,), "text": (str,)}


def content(*recordings: Recording) -> dict[str, Any]:
    values = json.loads(llm_comparator(*recordings))
    assert isinstance(values, dict)
    return values


def voted(said: str, pruned: str) -> VoteCast:
    return VoteCast(t_s=61.0, said=said, pruned=pruned)


def test_every_required_field_is_there_with_its_type() -> None:
    values = content(recording(tags=("science",)))
    assert set(values) == {"metadata", "models", "examples"}
    assert isinstance(values["metadata"]["source_path"], str)
    assert [set(model) for model in values["models"]] == [{"name"}, {"name"}]
    (example,) = values["examples"]
    assert example["input_text"] == "Why is the sky blue?"
    assert example["tags"] == ["science"]
    assert example["output_text_a"] == " The sky is blue."
    assert example["output_text_b"] == " The sky is azure."
    assert example["score"] is None
    assert example["individual_rater_scores"] == example["rationale_list"] == []


def test_every_custom_field_is_as_its_schema_says() -> None:
    values = content(recording(), recording(ended=False, prompt=None))
    schema = {field["name"]: field["type"] for field in values["metadata"]["custom_fields_schema"]}
    for example in values["examples"]:
        assert set(example["custom_fields"]) == set(schema)
        for name, kind in schema.items():
            value = example["custom_fields"][name]
            if kind in PER_MODEL:
                assert len(value) == 2
                assert all(item is None or isinstance(item, PER_MODEL[kind]) for item in value)
            else:
                assert value is None or isinstance(value, SINGLE[kind])


def test_models_are_named_by_their_lanes() -> None:
    assert [model["name"] for model in content(recording())["models"]] == ["tiny · dense", "tiny · griffin:density=0.5"]


def test_several_recordings_and_lanes_make_an_example_each() -> None:
    quarter = lane("griffin:density=0.25", density=0.25, effective_density=0.25)
    three = recording([*ANSWERS, (quarter, OTHERS, 15.0)])
    values = content(three, recording(prompt=PromptText(text="Why?")))
    assert [example["custom_fields"]["density"] for example in values["examples"]] == [0.5, 0.25, 0.5]
    assert [example["input_text"] for example in values["examples"]][2] == "Why?"
    assert values["models"][1]["name"] == "tiny · other lanes"


def test_the_full_model_is_a_wherever_it_ran() -> None:
    (example,) = content(recording([(PRUNED, OTHERS, 20.0), (DENSE, WORDS, 30.0)]))["examples"]
    assert example["output_text_a"] == " The sky is blue."


@pytest.mark.parametrize(
    ("said", "pruned", "words"),
    [
        ("A", "A", "found the pruned one (B)"),
        ("B", "B", "found the pruned one (B)"),
        ("B", "A", "took the full model's (A) for it"),
        ("", "B", "could not tell"),
    ],
)
def test_a_blind_vote_is_told_and_is_no_score(said: str, pruned: str, words: str) -> None:
    (example,) = content(recording(after=[voted(said, pruned)]))["examples"]
    (rationale,) = example["rationale_list"]
    assert rationale["rationale"].startswith("Asked which answer is pruned, ")
    assert words in rationale["rationale"]
    assert (example["score"], example["individual_rater_scores"]) == (None, [])


PANES = {
    "dense": ANSWERS[0],
    "second dense": (lane("dense:seed=3", method="dense", density=1.0, effective_density=1.0, k=(64, 64)), WORDS, 30.0),
    "pruned": ANSWERS[1],
    "second pruned": (lane("random:density=0.5", method="random"), OTHERS, 20.0),
}


@pytest.mark.parametrize(
    "order",
    [
        ("dense", "pruned", "second pruned"),
        ("pruned", "second pruned", "dense"),
        ("dense", "second dense", "pruned", "second pruned"),
        ("pruned", "dense", "second dense"),
    ],
)
def test_votes_stand_with_the_two_lanes_that_were_shown(order: tuple[str, ...]) -> None:
    made = recording([PANES[name] for name in order], after=[voted("A", "A"), voted("B", "A")])
    told = [(one["custom_fields"]["method"], len(one["rationale_list"])) for one in content(made)["examples"]]
    assert [entry for entry in told if entry[1]] == [("griffin", 2)]
    assert len(told) == len(order) - 1


def test_without_a_full_model_nobody_voted_on_these_lanes() -> None:
    made = recording([PANES["pruned"], PANES["second pruned"]], after=[voted("A", "A")])
    assert [example["rationale_list"] for example in content(made)["examples"]] == [[]]


def test_hostile_texts_stay_texts() -> None:
    piece = '</script><img src=x onerror=alert(1)>"\\\n\u2028\0'
    (example,) = content(recording([(DENSE, (piece,), 30.0), (PRUNED, (piece,), 20.0)]))["examples"]
    assert example["output_text_a"] == example["output_text_b"] == piece


def test_a_recording_of_one_lane_has_nothing_to_put_beside() -> None:
    alone = recording([(DENSE, WORDS, 30.0)])
    with pytest.raises(SettingsError, match="no recording given has two lanes"):
        llm_comparator(alone)
    assert len(content(alone, recording())["examples"]) == 1
