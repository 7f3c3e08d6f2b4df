"""What a visitor wants estimated, and the checked estimate. Knows shapes and ranges; knows no widget and no model."""

from dataclasses import dataclass
from typing import Any

from app.text import estimate as text
from griffin_core.errors import SettingsError
from griffin_core.estimating import BANDWIDTHS, FIXED_MS, SHAPES, Estimate, ModelShape, dtype_bytes_of, estimate

START_SHAPE = "llama-3-8b"
START_DEVICE = "RTX 4090"


@dataclass(frozen=True, kw_only=True)
class EstimateForm:
    """Unchecked choices, as the fields have them: None where one is empty. prefill_ms: 0 or None where not known."""

    shape: str | None = START_SHAPE
    density: float | None = 0.5
    prompt_tokens: float | None = 500
    new_tokens: float | None = 200
    dtype: str | None = "bfloat16"
    bandwidth_gb_s: float | None = next(device.gb_s for device in BANDWIDTHS if device.name == START_DEVICE)
    fixed_ms: float | None = FIXED_MS
    prefill_ms: float | None = 0

    def chosen_shape(self) -> ModelShape:
        """Raises SettingsError where none of the table is chosen."""
        for shape in SHAPES:
            if shape.name == self.shape:
                return shape
        raise SettingsError(text.NO_SHAPE)

    def estimate(self) -> Estimate:
        """Raises SettingsError, in the words of the page."""
        given: dict[str, Any] = {  # the estimate checks what it is given, None too
            name: getattr(self, name)
            for name in ("density", "prompt_tokens", "new_tokens", "bandwidth_gb_s", "fixed_ms")
        }
        try:
            return estimate(
                self.chosen_shape(),
                dtype_bytes=dtype_bytes_of(str(self.dtype)),
                prefill_ms=self.prefill_ms or None,
                **given,
            )
        except SettingsError as error:
            raise SettingsError(text.refused(str(error))) from error


def published_gb_s(device: str | None) -> float | None:
    """Bandwidth of a device of the table; None for any other."""
    return next((known.gb_s for known in BANDWIDTHS if known.name == device), None)
