import pytest

from griffin_core.detokenizing import Detokenizer
from tests.tiny_models import tiny_loaded

TEXTS = [
    "Hello there, this is  plain text.\n\n  - with\tspace",
    "émigré naïve 日本語 🙂 👩‍👩‍👧 עברית",
    "\u0000 \x1b[31m ${1+1} <img src=x onerror=alert(1)> C:\\new\\table",
]


def pieces(tokenizer, ids):
    detokenizer = Detokenizer(tokenizer)
    return [detokenizer.push(token_id, last=i == len(ids) - 1) for i, token_id in enumerate(ids)]


@pytest.mark.parametrize("text", TEXTS)
def test_pieces_join_to_the_text(embedded, text):
    ids = embedded.tokenizer.encode(text)
    assert "".join(pieces(embedded.tokenizer, ids)) == embedded.tokenizer.decode(ids)


def test_half_a_character_is_held_back_until_the_rest_has_come(embedded):
    ids = embedded.tokenizer.encode("🦜")
    assert len(ids) > 1
    parts = pieces(embedded.tokenizer, ids)
    assert parts[-1] == "🦜"
    assert set(parts[:-1]) == {""}


def test_character_that_never_completes_is_shown_at_the_end(embedded):
    ids = embedded.tokenizer.encode("🦜")[:-1]
    assert "\ufffd" in "".join(pieces(embedded.tokenizer, ids))


def test_bytes_that_are_no_character_do_not_hold_back_the_text_for_ever(embedded):
    broken = embedded.tokenizer.encode("🦜")[:1]
    parts = pieces(embedded.tokenizer, broken * 12)
    assert sum(bool(part) for part in parts) >= 2


def test_end_of_text_adds_nothing(embedded):
    assert pieces(embedded.tokenizer, [embedded.tokenizer.eos_token_id]) == [""]


def test_tiny_tokenizer_pieces_join_too():
    tokenizer = tiny_loaded("llama").tokenizer
    ids = [7, 8, 9, 10, 7, 7]
    assert "".join(pieces(tokenizer, ids)) == tokenizer.decode(ids, skip_special_tokens=True)
