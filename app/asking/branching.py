"""Where a visitor wants every lane to go on from: a token of a finished race, and what shall stand in its place.

Knows forms; knows no model, so that an id beyond the vocabulary is refused by the core.
"""

import dataclasses

from app.asking.form import InspectionForm, Number, RaceForm
from app.text import quality as text
from griffin_core.errors import InputError


def branched(finished: InspectionForm | None, asked: object, *, max_new_tokens: Number) -> RaceForm:
    """The race in which every lane goes on from the same tokens: those of one lane up to a place, and the chosen one.

    asked: what the browser sent, {"lane", "index", "token_id"}; anything else is refused.
    max_new_tokens: counted from the branch on. Raises InputError.
    """
    if finished is None:
        raise InputError(text.NOTHING_TO_BRANCH)
    lane, index, token_id = _place(asked)
    if lane >= len(finished.texts):
        raise InputError(text.no_such_lane(lane, len(finished.texts)))
    written = finished.texts[lane]
    if index >= len(written):
        raise InputError(text.beyond_the_text(index, len(written)))
    lanes = len(finished.texts)
    form = finished.form.continued(
        [(*written[:index], token_id)] * lanes,
        [finished.pieces[lane][:index]] * lanes,
    )
    return dataclasses.replace(form, branched_at=index, branched_lane=lane, max_new_tokens=max_new_tokens)


def _place(asked: object) -> tuple[int, int, int]:
    """Lane, index and token id, none of them negative."""
    given = asked if isinstance(asked, dict) else {}
    numbers = [given.get(name) for name in ("lane", "index", "token_id")]
    whole = [number for number in numbers if type(number) is int and number >= 0]  # a bool is an int, too
    if len(whole) != len(numbers):
        raise InputError(text.NO_PLACE)
    lane, index, token_id = whole
    return lane, index, token_id
