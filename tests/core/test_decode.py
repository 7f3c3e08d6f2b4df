import torch

from griffin_core.decode import prefill, read_text
from tests.core.runs import TOKENS
from tests.tiny_models import tiny_loaded


@torch.inference_mode()
def test_read_text_predicts_every_token_as_one_whole_pass_would_whatever_the_chunk():
    loaded = tiny_loaded("llama")
    text = torch.tensor([7, 30, 2, 99, 5])
    whole = loaded.model(torch.cat([TOKENS[0], text])[None]).logits[0]  # (S + 5, vocabulary)
    expected = whole[TOKENS.shape[1] - 1 : -1]
    for chunk in (1, 2, 5, 64):
        (prefilled,) = prefill(loaded.model, TOKENS, chunk=64)
        pieces = list(read_text(loaded.model, prefilled, text, chunk=chunk))
        assert [len(piece) for piece in pieces] == [len(piece) for piece in text.split(chunk)]
        torch.testing.assert_close(torch.cat(pieces), expected, rtol=1e-4, atol=1e-5)
        assert prefilled.cache.get_seq_length() == len(whole)
