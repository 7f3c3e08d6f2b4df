"""What the environment decides, read once. Knows nothing of how it is used.

GRIFFIN_HOST        address to listen on; else GRADIO_SERVER_NAME, else 127.0.0.1 (0.0.0.0 in a Space)
GRIFFIN_PORT        port to listen on; else GRADIO_SERVER_PORT, else 7860
GRIFFIN_MODEL       model offered first: embedded (default), a hub id, a folder or a .gguf file
GRIFFIN_DEVICE      where models run, such as cpu or cuda:0; chosen by the machine when unset
GRIFFIN_DTYPE       float32, bfloat16 or float16; chosen by the machine when unset
GRIFFIN_MODE        live (default), or replay: recordings only, without torch
GRIFFIN_RECORDINGS  folder for recordings; else /data/recordings in a Space with a disk,
                    else $XDG_DATA_HOME/griffin-live/recordings (XDG_DATA_HOME: ~/.local/share when unset)
GRIFFIN_DATASET     Hugging Face dataset (owner/name) that recordings are copied to, with the hub's own HF_TOKEN;
                    made as a private one when it is not there. Unset: nothing leaves this machine
SPACE_ID            set by Hugging Face Spaces
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from griffin_core.errors import SettingsError

Mode = Literal["live", "replay"]

DTYPES = ("float32", "bfloat16", "float16")
MODES: tuple[Mode, ...] = get_args(Mode)
SPACE_DISK = Path("/data")
"""Where Spaces mounts the disk that outlives a restart, for those who have one."""

_DATASET = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Config:
    """The table above, checked. `space_id` is None outside Spaces."""

    host: str = "127.0.0.1"
    port: int = 7860
    model: str = "embedded"
    device: str | None = None
    dtype: str | None = None
    mode: Mode = "live"
    recordings: Path = field(default_factory=lambda: _home_recordings({}))
    dataset: str | None = None
    space_id: str | None = None

    @property
    def address(self) -> str:
        """Where a browser on this machine finds the page."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


def read_config(environ: Mapping[str, str]) -> Config:
    """The configuration that `environ` asks for; an empty value counts as unset. Raises SettingsError."""
    space_id = _first(environ, "SPACE_ID")
    return Config(
        host=_first(environ, "GRIFFIN_HOST", "GRADIO_SERVER_NAME") or ("0.0.0.0" if space_id else Config.host),
        port=_port(environ),
        model=_first(environ, "GRIFFIN_MODEL") or Config.model,
        device=_first(environ, "GRIFFIN_DEVICE"),
        dtype=_dtype(environ),
        mode=_mode(environ),
        recordings=_recordings(environ, space_id),
        dataset=_dataset(environ),
        space_id=space_id,
    )


def _first(environ: Mapping[str, str], *names: str) -> str | None:
    return next((value for name in names if (value := environ.get(name, "").strip())), None)


def _port(environ: Mapping[str, str]) -> int:
    name = "GRIFFIN_PORT" if environ.get("GRIFFIN_PORT", "").strip() else "GRADIO_SERVER_PORT"
    given = _first(environ, name)
    if given is None:
        return Config.port
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= 65535:
        raise SettingsError(f'{name} must be a port number from 1 to 65535, got "{given}". Unset it to use 7860.')
    return int(given)


def _dtype(environ: Mapping[str, str]) -> str | None:
    given = _first(environ, "GRIFFIN_DTYPE")
    if given is not None and given not in DTYPES:
        raise SettingsError(
            f'GRIFFIN_DTYPE must be one of {", ".join(DTYPES)}, got "{given}". Unset it to let the machine choose.'
        )
    return given


def _mode(environ: Mapping[str, str]) -> Mode:
    given = _first(environ, "GRIFFIN_MODE")
    known = next((mode for mode in MODES if mode == given), None)
    if given is not None and known is None:
        raise SettingsError(f'GRIFFIN_MODE must be live or replay, got "{given}". Unset it to run models.')
    return known or Config.mode


def _recordings(environ: Mapping[str, str], space_id: str | None) -> Path:
    if given := _first(environ, "GRIFFIN_RECORDINGS"):
        return _at_home(Path(given))
    if space_id and SPACE_DISK.is_mount() and os.access(SPACE_DISK, os.W_OK):
        return SPACE_DISK / "recordings"
    return _home_recordings(environ)


def _home_recordings(environ: Mapping[str, str]) -> Path:
    given = environ.get("XDG_DATA_HOME", "").strip()
    # The specification of these folders says to pass over what is not absolute.
    data = Path(given) if Path(given).is_absolute() else _at_home(Path("~/.local/share"))
    return data / "griffin-live" / "recordings"


def _at_home(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError as error:
        raise SettingsError(
            f'GRIFFIN_RECORDINGS must be a folder: "{path}" leads to a home folder that is not there.'
        ) from error


def _dataset(environ: Mapping[str, str]) -> str | None:
    given = _first(environ, "GRIFFIN_DATASET")
    if given is not None and not _DATASET.fullmatch(given):
        raise SettingsError(
            f'GRIFFIN_DATASET must be a dataset of the hub such as owner/recordings, got "{given}". '
            "Unset it to keep recordings on this machine."
        )
    return given
