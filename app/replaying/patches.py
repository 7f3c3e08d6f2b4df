"""The difference between two JSON values, small where text only grew. Knows values; knows no component.

A patch is an object {key: patch} for an object or a list (an index as its key; the index after the last adds an item),
a string where a string grew by it, [length, text] where only its first `length` UTF-16 units stayed, or [value] where
the value is another one. assets/js/replay/patches.js applies them.
"""

from typing import Any

Patch = Any


LEAST_KEPT = 24
"""Characters of a string that must have stayed for its end alone to be sent."""

_UTF_16 = ("utf-16-le", "surrogatepass")  # JavaScript counts in its units


def difference(before: Any, after: Any) -> Patch | None:
    """What makes `after` out of `before`; None where they are equal."""
    if before is after:
        return None
    if type(before) is not type(after):
        return [after]
    if isinstance(before, dict):
        if before.keys() != after.keys():
            return [after]
        return _inside([(key, before[key], after[key]) for key in before])
    if isinstance(before, list):
        if len(before) > len(after):
            return [after]
        changed = _inside([(str(at), old, after[at]) for at, old in enumerate(before)]) or {}
        added = {str(at): [item] for at, item in enumerate(after[len(before) :], start=len(before))}
        return {**changed, **added} or None
    if before == after:
        return None
    return _rewritten(before, after) if isinstance(before, str) and before else [after]


def patched(before: Any, patch: Patch) -> Any:
    """What `difference` was told to be after. `before` is left as it is."""
    if isinstance(patch, list):
        return patch[0] if len(patch) == 1 else _units(before)[: 2 * patch[0]].decode(*_UTF_16) + patch[1]
    if isinstance(patch, str):
        return before + patch
    if isinstance(before, dict):
        return {**before, **{key: patched(before[key], inner) for key, inner in patch.items()}}
    items = list(before)
    for key, inner in patch.items():
        at = int(key)
        items[at : at + 1] = [patched(items[at] if at < len(items) else None, inner)]
    return items


def _rewritten(before: str, after: str) -> Patch:
    if after.startswith(before):
        return after[len(before) :]
    kept = next((at for at, (old, new) in enumerate(zip(before, after, strict=False)) if old != new), len(after))
    return [after] if kept < LEAST_KEPT else [len(_units(before[:kept])) // 2, after[kept:]]


def _units(text: str) -> bytes:
    return text.encode(*_UTF_16)


def _inside(pairs: list[tuple[str, Any, Any]]) -> dict[str, Patch] | None:
    patches = {key: patch for key, old, new in pairs if (patch := difference(old, new)) is not None}
    return patches or None
