"""What the environment decides, read once. Knows nothing of how it is used.

GRIFFIN_HOST     address to listen on; else GRADIO_SERVER_NAME, else 127.0.0.1 (0.0.0.0 in a Space)
GRIFFIN_PORT     port to listen on; else GRADIO_SERVER_PORT, else 7860
GRIFFIN_MODEL    model offered first: embedded (default), a hub id, a folder or a .gguf file
GRIFFIN_DEVICE   where models run, such as cpu or cuda:0; chosen by the machine when unset
GRIFFIN_DTYPE    float32, bfloat16 or float16; chosen by the machine when unset
SPACE_ID         set by Hugging Face Spaces
"""

from collections.abc import Mapping
from dataclasses import dataclass

from griffin_core.errors import SettingsError

DTYPES = ("float32", "bfloat16", "float16")


@dataclass(frozen=True, kw_only=True)
class Config:
    """The table above, checked. `space_id` is None outside Spaces."""

    host: str = "127.0.0.1"
    port: int = 7860
    model: str = "embedded"
    device: str | None = None
    dtype: str | None = None
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
