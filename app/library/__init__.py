"""Recordings kept as files: found, searched, imported, deleted. Knows no page, no model and no torch."""

from app.library.entries import Entry, State
from app.library.errors import DeletedRecordingError, LibraryError, MissingRecordingError, WrongKeyError
from app.library.ids import ID_PATTERN, is_id
from app.library.importing import UPLOAD_BYTES, UPLOAD_LIMITS
from app.library.library import BUNDLED, Library
from app.library.query import KINDS, MOST_AT_ONCE, SORTS, Facet, Kind, Page, Query, Sort
from app.library.store import SUFFIX, Place

__all__ = [
    "BUNDLED",
    "ID_PATTERN",
    "KINDS",
    "MOST_AT_ONCE",
    "SORTS",
    "SUFFIX",
    "UPLOAD_BYTES",
    "UPLOAD_LIMITS",
    "DeletedRecordingError",
    "Entry",
    "Facet",
    "Kind",
    "Library",
    "LibraryError",
    "MissingRecordingError",
    "Page",
    "Place",
    "Query",
    "Sort",
    "State",
    "WrongKeyError",
    "is_id",
]
