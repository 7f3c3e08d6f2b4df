"""Whether packed values and lists are as long as the race's start says. Knows sizes; knows no order of events."""

import binascii

from griffin_core.errors import RecordingError
from griffin_core.events import ActivationsRead, LayerChoice, RunStarted

MAX_LANES = 16
MAX_LAYERS = 4_096
MAX_D_FF = 1 << 18
MAX_TOKEN_ID = (1 << 31) - 1
MAX_SCORE_BINS = 4_096


def check_start(start: RunStarted) -> None:
    """Raise RecordingError unless a race can be of this size."""
    model, names = start.model, [lane.name for lane in start.lanes]
    expect(1 <= len(names) <= MAX_LANES, f"{len(names)} lanes cannot be")
    expect(len(set(names)) == len(names), "two lanes have one name")
    expect(1 <= model.n_layers <= MAX_LAYERS, f"{model.n_layers} layers cannot be")
    expect(1 <= model.d_ff <= MAX_D_FF, f"d_ff {model.d_ff} cannot be")
    expect(start.prompt_tokens >= 1, "the prompt has no tokens")
    expect(len(start.prompt_ids) in (0, start.prompt_tokens), "prompt_ids are not as many as prompt_tokens")
    expect(start.schedule in ("race", "sequential"), f'schedule "{start.schedule:.20}" cannot be')
    for ids in (start.prompt_ids, *(source.token_ids for source in start.sources)):
        expect(max(ids, default=0) <= MAX_TOKEN_ID, f"token id {max(ids, default=0)} cannot be")
    for lane in start.lanes:
        expect(len(lane.k) == model.n_layers, f'lane "{lane.name}" does not say k for every layer')
        expect(max(lane.k) <= model.d_ff, f'lane "{lane.name}" keeps more neurons than there are')
        expect(min(lane.density, lane.effective_density) > 0, f'lane "{lane.name}" has no density in (0, 1]')
        expect(lane.weight_bytes > 0, f'lane "{lane.name}" reads no weights')


def check_layer(layer: LayerChoice, d_ff: int) -> None:
    """Raise RecordingError unless a layer of at most `d_ff` neurons can keep these."""
    kept, scores = _decoded(layer.kept), _decoded(layer.scores)
    expect(len(kept) <= (d_ff + 7) // 8, "a layer keeps neurons that are not there")
    expect(sum(byte.bit_count() for byte in kept) == layer.k, "a layer does not keep k neurons")
    expect(layer.bin_width >= 1 and 1 <= len(scores) <= MAX_SCORE_BINS, "a layer has no scores")
    expect((len(scores) - 1) * layer.bin_width < 8 * len(kept), "a layer has more scores than neurons")


def check_picture(event: ActivationsRead, *, layers: int) -> None:
    """Raise RecordingError unless the picture has a byte for every bin of every row."""
    expect(event.layer < layers, f"layer {event.layer} is not there")
    expect(len(event.tokens) == len(event.positions), "a picture has not one text a token")
    expect(1 <= event.columns <= MAX_D_FF and 1 <= event.bin_width <= MAX_D_FF, "a picture has no columns")
    expect(len(_decoded(event.values)) == len(event.positions) * event.columns, "a picture lacks values")


def expect(holds: bool, otherwise: str) -> None:
    """Raise RecordingError with the sentence unless it holds."""
    if not holds:
        raise RecordingError(f"{otherwise}.")


def _decoded(base64: str) -> bytes:
    try:
        return binascii.a2b_base64(base64.encode("ascii"), strict_mode=True)
    except ValueError as error:  # UnicodeEncodeError and binascii.Error are ValueErrors
        raise RecordingError(f"packed values are damaged: {error}.") from error
