"""Finding recordings: words, kinds, orders, pages."""

from pathlib import Path

import pytest

from app.library import Library, LibraryError, Query
from tests.app.recorded import record_into
from tests.app.scripted_events import HOSTILE, scripted_race

SLOW, FAST = (30.0, 30.0), (30.0, 15.0)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "recordings", bundled=None)


def titles(library: Library, **asked: object) -> list[str]:
    return [entry.title for entry in library.find(Query(**{"sort": "title", **asked})).entries]  # type: ignore[arg-type]


def test_every_word_must_occur_somewhere_in_title_prompt_model_or_tags(library: Library) -> None:
    record_into(library, "Water cycle", prompt="Explain rain.", tags=("science",), model="embedded")
    record_into(library, "River", prompt="The water flows.", tags=("nature",), model="google/gemma")
    assert titles(library, text="WATER") == ["River", "Water cycle"]
    assert titles(library, text="water rain") == ["Water cycle"]
    assert titles(library, text="gemma natur") == ["River"]
    assert titles(library, text="water moon") == []


@pytest.mark.parametrize(
    "text", ["%", "_", "100%", "a_b", "'", '"', "\\", "';DROP TABLE entries;--", "*", "NEAR(", "ß", "日本", *HOSTILE]
)
def test_letters_with_a_meaning_elsewhere_are_letters_here(library: Library, text: str) -> None:
    record_into(library, "has it", prompt=f"before {text} after")
    record_into(library, "has it not", prompt="100 axb nothing")
    assert titles(library, text=text) == ["has it"]


def test_capitals_of_any_script_make_no_difference(library: Library) -> None:
    record_into(library, "Straße ΑΘΗΝΑ")
    assert titles(library, text="STRASSE αθηνα") == ["Straße ΑΘΗΝΑ"]


def test_filters_narrow_and_facets_count_what_is_left(library: Library) -> None:
    record_into(library, "one", tags=("code", "long"), model="embedded", device="CPU")
    record_into(library, "two", tags=("code",), model="embedded", device="H100")
    record_into(library, "three", tags=("long",), model="gemma", device="CPU")
    assert titles(library, tags=("code", "long")) == ["one"]
    assert titles(library, model="embedded", device="CPU") == ["one"]
    assert titles(library, method="griffin", device="CPU") == ["one", "three"]
    assert titles(library, method="dense") == []
    facets = library.find(Query(tags=("code",))).facets
    assert [(facet.value, facet.count) for facet in facets["tag"]] == [("code", 2), ("long", 1)]
    assert [(facet.value, facet.count) for facet in facets["model"]] == [("embedded", 2)]


def test_a_choice_of_one_model_leaves_the_others_on_offer(library: Library) -> None:
    for model in ("embedded", "embedded", "gemma"):
        record_into(library, model=model, device=f"device of {model}")
    page = library.find(Query(model="gemma"))
    assert page.total == 1
    assert [(facet.value, facet.count) for facet in page.facets["model"]] == [("embedded", 2), ("gemma", 1)]
    assert [facet.value for facet in page.facets["device"]] == ["device of gemma"]


def test_orders(library: Library) -> None:
    agreeing = scripted_race(("a", "b", "c"), ("a", "b", "c"), itl_ms=SLOW)
    parting = scripted_race(("a", "b", "c"), ("a", "x", "c"), itl_ms=FAST)
    places = {title: record_into(library, title, events=events) for title, events in (("b", agreeing), ("A", parting))}
    cut = record_into(library, "c", events=scripted_race()[:1])
    assert titles(library) == ["A", "b", "c"]
    assert titles(library, sort="fastest") == ["A", "b", "c"]  # what has no figure comes last
    assert titles(library, sort="agreement") == ["b", "A", "c"]
    by_id = sorted((place.id for place in (*places.values(), cut)), reverse=True)
    assert [entry.id for entry in library.find(Query()).entries] == by_id
    assert [entry.id for entry in library.find(Query(sort="oldest")).entries] == by_id[::-1]


def test_pages_lie_end_to_end(library: Library) -> None:
    for number in range(7):
        record_into(library, f"{number}")
    pages = [titles(library, offset=offset, limit=3) for offset in (0, 3, 6, 9)]
    assert pages == [["0", "1", "2"], ["3", "4", "5"], ["6"], []]
    assert library.find(Query(offset=9)).total == 7


@pytest.mark.parametrize(
    "wrong", [{"sort": "size"}, {"limit": 0}, {"limit": 100_000}, {"offset": -1}, {"offset": 1 << 80}]
)
def test_a_query_that_makes_no_sense_is_refused_in_words(wrong: dict[str, object]) -> None:
    with pytest.raises(LibraryError, match="must be"):
        Query(**wrong)  # type: ignore[arg-type]


def test_a_search_text_of_any_length_is_answered(library: Library) -> None:
    record_into(library, "one")
    assert titles(library, text="one " * 100_000) == ["one"]
