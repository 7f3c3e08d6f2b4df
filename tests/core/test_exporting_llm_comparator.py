"""The file for LLM Comparator: its documented fields and types, and what the scores mean."""

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
    ("said", "pruned", "score", "flipped"),
    [("A", "A", 1.0, True), ("B", "B", 1.0, False), ("B", "A", -1.0, True), ("", "B", 0.0, False)],
)
def test_a_blind_vote_is_a_score_that_says_what_was_asked(said: str, pruned: str, score: float, flipped: bool) -> None:
    (example,) = content(recording(after=[voted(said, pruned)]))["examples"]
    (rating,) = example["individual_rater_scores"]
    assert (example["score"], rating["score"], rating["is_flipped"]) == (score, score, flipped)
    assert "which answer is pruned" in rating["rationale"]
    assert example["rationale_list"][0]["rationale"] == rating["rationale"]


def test_votes_count_for_the_lanes_that_were_shown_only() -> None:
    both = recording([*ANSWERS, (lane("random:density=0.5"), OTHERS, 20.0)], after=[voted("A", "A"), voted("B", "A")])
    scores = [example["score"] for example in content(both)["examples"]]
    assert scores == [0.0, None]


def test_hostile_texts_stay_texts() -> None:
    piece = '</script><img src=x onerror=alert(1)>"\\\n\u2028\0'
    (example,) = content(recording([(DENSE, (piece,), 30.0), (PRUNED, (piece,), 20.0)]))["examples"]
    assert example["output_text_a"] == example["output_text_b"] == piece


def test_a_recording_of_one_lane_has_nothing_to_put_beside() -> None:
    alone = recording([(DENSE, WORDS, 30.0)])
    with pytest.raises(SettingsError, match="no recording given has two lanes"):
        llm_comparator(alone)
    assert len(content(alone, recording())["examples"]) == 1
