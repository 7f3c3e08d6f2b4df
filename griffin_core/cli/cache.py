"""`cache show` and `cache clear`: the folder of converted models. Knows its entries; knows nothing of models."""

import argparse
from typing import TYPE_CHECKING, Any

from griffin_core.cli.exit_codes import DONE
from griffin_core.cli.output import Output
from griffin_core.errors import GriffinError
from griffin_core.formatting import megabytes

if TYPE_CHECKING:
    from griffin_core.loading.cache import CacheEntry


def show(arguments: argparse.Namespace, output: Output) -> int:
    """List the converted models."""
    from griffin_core.loading.cache import cache_entries, entries_folder

    entries = cache_entries()
    if output.as_json:
        output.write_object({"folder": str(entries_folder()), "entries": [_facts(entry) for entry in entries]})
        return DONE
    for entry in entries:
        output.write_line(_line(entry))
    output.write_line(_total("in", entries))
    return DONE


def clear(arguments: argparse.Namespace, output: Output) -> int:
    """Delete the converted models and tell which."""
    from griffin_core.loading.cache import clear_cache, entries_folder

    try:
        entries = clear_cache()
    except OSError as error:
        raise GriffinError(
            f"the cache in {entries_folder()} could not be cleared: {error}. Check who may write there."
        ) from error
    if output.as_json:
        output.write_object({"folder": str(entries_folder()), "deleted": [_facts(entry) for entry in entries]})
        return DONE
    for entry in entries:
        output.write_line(_line(entry))
    output.write_line(_total("deleted from", entries))
    return DONE


def _facts(entry: "CacheEntry") -> dict[str, Any]:
    return {
        "name": entry.name,
        "path": str(entry.path),
        "source": entry.source,
        "size_bytes": entry.size_bytes,
        "complete": entry.complete,
    }


def _line(entry: "CacheEntry") -> str:
    return f"{megabytes(entry.size_bytes):>9}  {entry.name}{'' if entry.complete else '  (broken off)'}"


def _total(what: str, entries: "tuple[CacheEntry, ...]") -> str:
    from griffin_core.loading.cache import entries_folder

    size = megabytes(sum(entry.size_bytes for entry in entries))
    return f"{len(entries)} converted model{'' if len(entries) == 1 else 's'}, {size}, {what} {entries_folder()}"
