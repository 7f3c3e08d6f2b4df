"""Token times as a table (RFC 4180), for statistics and spreadsheets. Knows tokens; knows no figures.

Every cell is quoted. Spreadsheets run a cell as a formula when it begins with = + - or @, and some split lines at ; or
at a tab, whatever was asked. Where a text begins, or begins again behind one of these, and could then be run, it gets
a ' in front; so do texts that have a ' there already. Whoever takes these ' off again has the text as it was, except
for null characters.
"""

import csv
import io
import re

from griffin_core.events import TokenEmitted
from griffin_core.recording import Recording

COLUMNS = ("lane", "index", "token_id", "text", "itl_ms", "clock_us", "t_s", "given")

_FORMULA = tuple("=+-@＝＋－＠")
_BREAKS = ("\t", "\r", "\n")
_PASSED_OVER = re.compile(rf"""([\s";]++)(['{re.escape("".join(_FORMULA))}]?)""")
"""Spreadsheets pass over spaces, and some over quotes, before a formula; each run is looked at once."""


def token_times(recording: Recording) -> str:
    """One row a token, in the order they came.

    itl_ms: empty for a lane's first token and for given ones. clock_us: on the lane's own clock; t_s: since the start
    of the race. given: true or false.
    """
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
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
    text = text.replace("\0", "\N{SYMBOL FOR NULL}")
    begins = text.startswith(("'", *_BREAKS)) or text.lstrip().lstrip('" ').startswith(_FORMULA)
    guarded = _PASSED_OVER.sub(_guarded_again, text)
    return f"'{guarded}" if begins else guarded


def _guarded_again(found: re.Match[str]) -> str:
    """What follows a place where a line may be split."""
    run, sign = found.groups()
    return f"{run}'{sign}" if sign and any(split in run for split in (";", *_BREAKS)) else found[0]
