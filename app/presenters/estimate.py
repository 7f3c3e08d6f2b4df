"""What was asked to be estimated → sentences and a table. Knows estimates; knows no widget."""

from app.asking.estimate import EstimateForm
from app.text import estimate as text
from app.views import EstimateView
from griffin_core.errors import SettingsError
from griffin_core.estimating import SHARE_OF_PUBLISHED, Estimate, ModelShape
from griffin_core.formatting import megabytes, milliseconds, rate


def estimate_view(form: EstimateForm) -> EstimateView:
    """The estimate, or what to change first."""
    try:
        shape, found = form.chosen_shape(), form.estimate()
    except SettingsError as error:
        return EstimateView(sentences=(str(error),), refused=True)
    bandwidth_gb_s, fixed_ms = float(form.bandwidth_gb_s or 0), float(form.fixed_ms or 0)
    return EstimateView(
        sentences=(
            *_sentences(shape, found),
            text.basis(bandwidth_gb_s, SHARE_OF_PUBLISHED, fixed_ms),
        ),
        heads=("", text.FULL, text.kept(found.density)),
        rows=_rows(found),
    )


def _sentences(shape: ModelShape, found: Estimate) -> tuple[str, ...]:
    times_ms = {"dense_ms": found.dense_tpot_ms, "pruned_ms": found.pruned_tpot_ms}
    speed = text.speed(shape.title, found.density, found.speedup, **times_ms)
    if found.speedup <= 1:
        return speed, text.never()
    feed_forward_bytes = found.slices_bytes / found.kept * shape.d_ff
    limit = text.limit(found.byte_roofline, 1 - feed_forward_bytes / found.dense_step_bytes)
    if found.selection_ms is None or found.break_even_tokens is None:
        return speed, limit, text.unknown_break_even()
    pays = text.break_even(
        found.selection_ms, found.break_even_tokens, pays=bool(found.pays), new_tokens=found.new_tokens
    )
    return speed, limit, pays


def _rows(found: Estimate) -> tuple[tuple[str, ...], ...]:
    held = found.held_bytes - found.slices_bytes
    return (
        (text.ROWS["bytes"], _size(found.dense_step_bytes), _size(found.pruned_step_bytes)),
        (text.ROWS["tpot"], milliseconds(found.dense_tpot_ms), milliseconds(found.pruned_tpot_ms)),
        (text.ROWS["rate"], rate(1000 / found.dense_tpot_ms), rate(1000 / found.pruned_tpot_ms)),
        (text.ROWS["held"], _size(held), text.with_slices(_size(found.held_bytes), _size(found.slices_bytes))),
    )


def _size(size: float) -> str:
    return megabytes(round(size))
