"""Start the page: `python -m app`. Makes the engine, the service and the server; the environment is its only input.

The environment variables are listed in `app/config.py`. Exit codes: 0 stopped, 2 a wrong setting or a taken port.
"""

import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import gradio as gr
from starlette.routing import BaseRoute

import griffin_core
from app import config
from app.catalog import public_name, with_default
from app.config import Config
from app.engines.local import LocalEngine, Progress
from app.library import Library
from app.serving.recordings import RecordingService
from app.serving.service import RaceService
from app.text import race as text
from app.ui import build_replay_ui, build_ui, launch_options
from app.web.health import health_route
from app.web.recordings import recording_routes
from griffin_core.errors import GriffinError, SettingsError

if TYPE_CHECKING:
    from griffin_core.loading import LoadedModel


def main(arguments: list[str]) -> int:
    """Serve until a signal comes; returns the exit code."""
    if arguments:
        if arguments == ["--help"]:
            sys.stdout.write(f"{__doc__}\n{config.__doc__}")
            return 0
        sys.stderr.write(f"{text.takes_no_arguments(arguments)}\n")
        return 2
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        settings = config.read_config(os.environ)
        check_port(settings)
    except GriffinError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    with closing(Library(settings.recordings)) as library:
        library.publish_to(settings.dataset)
        if settings.mode == "replay":
            page = build_replay_ui(recording_service(settings, library))
            serve(settings, page, [health_route(None), *recording_routes(library)])
            return 0
        with closing(local_engine(settings)) as engine:
            service = RaceService(
                engine, models=with_default(settings.model), recordings=recording_service(settings, library)
            )
            serve(settings, build_ui(service), [health_route(engine), *recording_routes(library)])
    return 0


def recording_service(settings: Config, library: Library) -> RecordingService:
    """Recordings as this server keeps them."""
    lasting = settings.space_id is None or settings.recordings.is_relative_to(config.SPACE_DISK)
    return RecordingService(library, lasting=lasting, dataset=settings.dataset, live=settings.mode == "live")


def local_engine(settings: Config) -> LocalEngine:
    """The engine in this process, on the device and in the dtype that the environment asks for."""
    own = public_name(settings.model)

    def load(name: str, *, progress: Progress) -> "LoadedModel":
        source = settings.model if name == own else name
        try:
            return griffin_core.load_model(source, device=settings.device, dtype=settings.dtype, progress=progress)
        except GriffinError as error:  # what it says goes to every visitor, and the server's folders are its own
            said = str(error)
            for place in (str(Path(source).expanduser()), source):
                said = said.replace(place, name)
            raise type(error)(said) from error

    return LocalEngine(load, model=own)


def serve(settings: Config, page: gr.Blocks, routes: Sequence[BaseRoute]) -> None:
    """Serve the page until SIGINT or SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    page.launch(
        server_name=settings.host,
        server_port=settings.port,
        inbrowser=False,
        prevent_thread_lock=True,
        quiet=True,
        **launch_options(*routes),
    )
    sys.stdout.write(text.serving(settings.address) + "\n")
    sys.stdout.flush()
    stop.wait()
    page.close(verbose=False)


def check_port(settings: Config) -> None:
    """Raise SettingsError when nothing can listen on the address asked for."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise SettingsError(text.cannot_listen(settings.host, settings.port, error.strerror or str(error))) from error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
