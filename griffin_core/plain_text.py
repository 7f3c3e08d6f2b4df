"""Text that cannot steer what shows it. Knows characters; knows no terminal."""

# They would turn the order of everything after them, other columns too.
_BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_VISIBLE = (
    {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t"}  # ␛ for ESC
    | {0x7F: "\N{SYMBOL FOR DELETE}"}
    | dict.fromkeys((*range(0x80, 0xA0), *range(0xD800, 0xE000)), "\N{REPLACEMENT CHARACTER}")
    | {ord(mark): f"<U+{ord(mark):04X}>" for mark in _BIDI_CONTROLS}
)


def visible(text: str) -> str:
    """`text` with what could steer a terminal made visible; line breaks and tabs stay."""
    return text.translate(_VISIBLE)
