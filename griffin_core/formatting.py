"""Numbers as the visitor reads them: rounded, with their unit. Knows nothing of what they mean."""

DASH = "–"
"""Stands where a number has no meaning (yet)."""

SPACE = "\N{NO-BREAK SPACE}"
"""Between a number and its unit, so that no line breaks there."""


def whole(number: int) -> str:
    """12,345"""
    return f"{number:,}"


def counted(number: int, noun: str) -> str:
    """1 token, 12 tokens"""
    return f"{whole(number)}{SPACE}{noun}{'' if number == 1 else 's'}"


def milliseconds(ms: float | None) -> str:
    """0.42 ms, 9.5 ms, 412 ms, 1.20 s, 12.3 s"""
    if ms is None:
        return DASH
    if ms >= 999.5:
        return f"{ms / 1000:.{1 if ms >= 9_995 else 2}f}{SPACE}s"
    digits = 0 if ms >= 99.5 else 1 if ms >= 0.995 else 2
    return f"{ms:.{digits}f}{SPACE}ms"


def rate(per_s: float | None) -> str:
    """31.2 tokens/s"""
    if per_s is None:
        return DASH
    return f"{per_s:.{0 if per_s >= 99.5 else 1}f}{SPACE}tokens/s"


def megabytes(size: int | None) -> str:
    """0.42 MB, 9.3 MB, 93 MB, 1.25 GB (powers of ten)"""
    if size is None:
        return DASH
    if size >= 999_500_000:
        return f"{size / 1e9:.2f}{SPACE}GB"
    digits = 0 if size >= 9_950_000 else 1 if size >= 950_000 else 2
    return f"{size / 1e6:.{digits}f}{SPACE}MB"


def bandwidth(gb_s: float) -> str:
    """3,350 GB/s, 89.6 GB/s"""
    return f"{gb_s:,.{0 if gb_s >= 99.95 else 1}f}{SPACE}GB/s"


def times(ratio: float | None) -> str:
    """1.27×"""
    return DASH if ratio is None else f"{ratio:.2f}×"


def agreement(share: float) -> str:
    """99.6 %; 100 % stands for all places only, never for nearly all."""
    return percent(share if share == 1 else min(share, 0.999))


def percent(share: float) -> str:
    """50 %, 12.5 %"""
    return f"{round(share * 100, 1):g}{SPACE}%"
