"""Token times as a table (RFC 4180), for statistics and spreadsheets. Knows tokens; knows no figures.

Spreadsheets run a cell as a formula when it begins with = + - or @. Text cells that could, and those that begin with a
quote, get one ' in front: whoever takes that ' off again has the text as it was, except for null characters.
"""

import csv
import io

from griffin_core.events import TokenEmitted
from griffin_core.recording import Recording

COLUMNS = ("lane", "index", "token_id", "text", "itl_ms", "clock_us", "t_s", "given")

_FORMULA = tuple("=+-@＝＋－＠")
_GUARDED = ("'", "\t", "\r", "\n")


def token_times(recording: Recording) -> str:
    """One row a token, in the order they came.

    itl_ms: empty for a lane's first token and for given ones. clock_us: on the lane's own clock; t_s: since the start
    of the race. given: true or false.
    """
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for event in recording.race:
        if isinstance(event, TokenEmitted):
            writer.writerow(_row(event))
    return table.getvalue()


def _row(token: TokenEmitted) -> tuple[object, ...]:
    return (
        _guarded(token.lane),
        token.index,
        token.token_id,
        _guarded(token.text),
        token.itl_ms,
        token.clock_us,
        token.t_s,
        "true" if token.given else "false",
    )


def _guarded(text: str) -> str:
    """Some spreadsheets pass over spaces before a formula, so it is looked for behind them."""
    text = text.replace("\0", "\N{SYMBOL FOR NULL}")
    dangerous = text.startswith(_GUARDED) or text.lstrip().startswith(_FORMULA)
    return f"'{text}" if dangerous else text
