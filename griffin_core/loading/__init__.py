"""Load models: by name to a `LoadedModel`, with a cache of conversions. Knows nothing of pruning and decoding."""

from griffin_core.loading.cache import CacheEntry, cache_entries, clear_cache
from griffin_core.loading.load import load_model
from griffin_core.loading.loaded import LoadedModel, make_loaded
from griffin_core.loading.progress import Progress
from griffin_core.user_cache import cache_folder

__all__ = [
    "CacheEntry",
    "LoadedModel",
    "Progress",
    "cache_entries",
    "cache_folder",
    "clear_cache",
    "load_model",
    "make_loaded",
]
