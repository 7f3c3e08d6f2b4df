"""Where the page's libraries are missing, as on a GPU host, the core's tests still run."""

import importlib.util

NEEDS = {"app": "gradio", "browser": "playwright"}

if importlib.util.find_spec("hypothesis"):
    from hypothesis import settings

    settings.register_profile("any machine", deadline=None)  # the first example pays for what is made once
    settings.load_profile("any machine")

collect_ignore = [folder for folder, package in NEEDS.items() if importlib.util.find_spec(package) is None]
