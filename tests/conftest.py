"""Where the page's libraries are missing, as on a GPU host, the core's tests still run."""

import importlib.util

NEEDS = {"app": "gradio", "browser": "playwright"}

collect_ignore = [folder for folder, package in NEEDS.items() if importlib.util.find_spec(package) is None]
