"""A route that says the server is up, cheap enough to be asked every few seconds; `python -m app.web.health` asks it.

Knows no page. Exit codes of the command: 0 up, 1 not.
"""

import json
import os
import sys
import urllib.request

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.config import read_config
from app.engines.interface import Engine

HEALTH_PATH = "/health"
PATIENCE_S = 4.0


def health_route(engine: Engine | None) -> Route:
    """GET /health: 200 as long as requests are answered; `engine` tells whether the model is loaded, None: replay."""

    def health(request: Request) -> Response:
        return JSONResponse({"status": "ok", "engine": engine.state().phase if engine else "replay"})

    return Route(HEALTH_PATH, health)


def main() -> int:
    """Ask the server that this environment describes."""
    address = read_config(os.environ).address + HEALTH_PATH
    try:
        with urllib.request.urlopen(address, timeout=PATIENCE_S) as answer:
            sys.stdout.write(f"{json.load(answer)}\n")
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{address} does not answer: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
