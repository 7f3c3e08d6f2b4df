"""What can be asked of the gallery, as records and as SQL with parameters. Knows the index's tables; opens none."""

from dataclasses import dataclass
from typing import Literal, get_args

from app.library.entries import Entry, folded
from app.library.errors import LibraryError

Sort = Literal["newest", "oldest", "fastest", "agreement", "title"]
Kind = Literal["model", "method", "device", "tag"]

KINDS: tuple[Kind, ...] = get_args(Kind)
MOST_AT_ONCE = 200
MOST_FACETS = 40
_MOST_TERMS = 8
_MOST_LETTERS = 200
_ALL = "1"

# An id begins with the moment at which the recording came here, which nobody can pretend. It also parts equals.
_ORDERS: dict[Sort, str] = {
    "newest": "id DESC",
    "oldest": "id",
    "fastest": "speedup IS NULL, speedup DESC, id DESC",
    "agreement": "agreement IS NULL, agreement DESC, id DESC",
    "title": "title, id DESC",
}
SORTS: tuple[Sort, ...] = get_args(Sort)


@dataclass(frozen=True, kw_only=True)
class Query:
    """Which recordings, in which order. "" and () ask for nothing; several tags must all be there.

    text: every word of it must occur, in title, prompt, model or tags, in any place and in small or capital letters.
    newest, oldest: by when the recording came to this library.
    """

    text: str = ""
    model: str = ""
    method: str = ""
    device: str = ""
    tags: tuple[str, ...] = ()
    sort: Sort = "newest"
    offset: int = 0
    limit: int = 24

    def __post_init__(self) -> None:
        if self.sort not in _ORDERS:
            raise LibraryError(f'sort must be one of {", ".join(_ORDERS)}, got "{self.sort}".')
        if not 0 <= self.offset < 1 << 31 or not 1 <= self.limit <= MOST_AT_ONCE:
            raise LibraryError(
                f"offset must be 0 or more and limit from 1 to {MOST_AT_ONCE}, got {self.offset} and {self.limit}."
            )


@dataclass(frozen=True, kw_only=True)
class Facet:
    """A value to narrow the gallery to, and how many recordings have it."""

    value: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Page:
    """A piece of the gallery. total: recordings that fit in all pages.

    facets: of each kind, what could be chosen with everything else as it is, most frequent first.
    pending: files that have not been read yet, as when the index is made anew. Ask again, and some more will be.
    """

    entries: tuple[Entry, ...]
    total: int
    facets: dict[Kind, tuple[Facet, ...]]
    pending: int = 0


Sql = tuple[str, list[str | int]]
"""A statement and what its question marks stand for."""


def matching_sql(query: Query) -> Sql | None:
    """Makes the table `matching` of what has the words asked for, to be there before the others; None without words."""
    terms = _terms(query)
    if not terms:
        return None
    # Not LIKE: a visitor's % and _ are letters.
    where = " AND ".join(["instr(words, ?) > 0"] * len(terms))
    return f"CREATE TEMP TABLE matching AS SELECT number FROM words WHERE {where}", [*terms]


def page_sql(query: Query) -> Sql:
    """Rows (entry) of the page, in its order."""
    where, values = _where(query)
    order = _ORDERS[query.sort]
    # Of 10,000 rows only the page's cards are looked up: they are long.
    chosen = f"SELECT number FROM entries WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?"
    sql = f"SELECT card FROM cards JOIN entries USING (number) WHERE number IN ({chosen}) ORDER BY {order}"
    return sql, [*values, query.limit, query.offset]


def total_sql(query: Query) -> Sql:
    """One row: how many fit."""
    where, values = _where(query)
    return f"SELECT count(*) FROM entries WHERE {where}", values


def facets_sql(query: Query) -> list[Sql]:
    """Statements whose rows (kind, value, count) are all that the gallery could be narrowed to.

    A choice of one model leaves the other models on offer, so a kind with a choice has a statement of its own.
    """
    chosen = [kind for kind in KINDS if kind != "tag" and getattr(query, kind)]
    free = [kind for kind in KINDS if kind not in chosen]
    return [_facets(query, free), *(_facets(query, [kind], without=kind) for kind in chosen)]


def _terms(query: Query) -> list[str]:
    return folded(query.text[:_MOST_LETTERS]).split()[:_MOST_TERMS]


def _facets(query: Query, kinds: list[Kind], *, without: str = "") -> Sql:
    where, values = _where(query, without=without)
    sql = f"SELECT kind, value, count(*) FROM labels WHERE kind IN ({', '.join('?' * len(kinds))})"
    if where != _ALL:
        sql += f" AND number IN (SELECT number FROM entries WHERE {where})"
    return f"{sql} GROUP BY kind, value", [*kinds, *values]


def _where(query: Query, *, without: str = "") -> Sql:
    parts, values = [_ALL], list[str | int]()
    if _terms(query):
        parts.append("number IN (SELECT number FROM matching)")
    chosen = (("model", query.model), ("method", query.method), ("device", query.device))
    for kind, value in (*chosen, *(("tag", tag) for tag in query.tags)):
        if value and kind != without:
            parts.append("number IN (SELECT number FROM labels WHERE kind = ? AND value = ?)")
            values += [kind, value]
    return " AND ".join(parts), values
