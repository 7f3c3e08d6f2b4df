"""Turn a growing list of token ids into text, piece by piece. Knows a tokenizer; knows nothing of lanes."""

from transformers import PreTrainedTokenizerBase

INCOMPLETE = "\ufffd"
CONTEXT_TOKENS = 8
LONGEST_CHARACTER = 4  # bytes, and so at most as many tokens


class Detokenizer:
    """Gives each token the text it adds, so that the pieces joined are the text of all tokens.

    A token decoded alone loses its leading space and may be a part of a character, so every piece is the
    difference between two decodings that share a few tokens of context.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerBase) -> None:
        self._tokenizer = tokenizer
        self._ids: list[int] = []
        self._context_start = 0
        self._shown = 0

    def push(self, token_id: int, *, last: bool = False) -> str:
        """Text that `token_id` adds. "" while a character is incomplete; `last`: no token will complete it."""
        self._ids.append(token_id)
        known = self._decode(self._ids[self._context_start : self._shown])
        text = self._decode(self._ids[self._context_start :])
        waiting = len(self._ids) - self._shown < LONGEST_CHARACTER and not last
        if waiting and text.endswith(INCOMPLETE):
            return ""
        self._context_start = max(0, self._shown - CONTEXT_TOKENS)
        self._shown = len(self._ids)
        return text[len(known) :]

    def _decode(self, ids: list[int]) -> str:
        text = self._tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        assert isinstance(text, str)
        return text
