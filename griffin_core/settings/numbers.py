"""Numbers as they are typed or passed: checked, and refused in words. Knows no setting."""

import math

from griffin_core.errors import SettingsError

MAX_INT64 = 2**63 - 1
_WHOLE_HINT = "Write it without a fraction, such as 64."


def check_density(value: object) -> float:
    """A share of neurons, in (0, 1]."""
    density = check_number("density", value, hint="Use 1.0 to keep every neuron.")
    if not 0.0 < density <= 1.0:
        raise SettingsError(f"density must be above 0 and at most 1, got {density:g}. Use 1.0 to keep every neuron.")
    return density


def check_number(name: str, value: object, *, hint: str) -> float:
    """Any finite number. hint: what to do instead."""
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        try:
            number = float(value)
        except (ValueError, OverflowError):
            number = math.nan
        if math.isfinite(number):
            return number
    raise SettingsError(f"{name} must be a finite number, got {value!r}. {hint}")


def check_whole(name: str, value: object, *, low: int, high: int) -> int:
    """A whole number from `low` to `high`."""
    if isinstance(value, (int, float, str)) and not isinstance(value, bool):
        try:
            number = float(value) if not isinstance(value, int) else value
            whole = int(value) if not isinstance(value, float) else int(number)
        except (ValueError, OverflowError):
            raise SettingsError(f"{name} must be a whole number, got {value!r}. {_WHOLE_HINT}") from None
        if whole == number:
            if low <= whole <= high:
                return whole
            raise SettingsError(f"{name} must be between {low} and {high}, got {whole}. Choose a number in that range.")
    raise SettingsError(f"{name} must be a whole number, got {value!r}. {_WHOLE_HINT}")
