"""The environment, read once."""

import socket
from pathlib import Path

import pytest

from app import config
from app.__main__ import check_port, main
from app.config import Config, read_config
from griffin_core.errors import SettingsError


def test_an_empty_environment_gives_the_documented_defaults() -> None:
    assert read_config({}) == Config(host="127.0.0.1", port=7860, model="embedded")


def test_own_names_win_over_those_of_gradio() -> None:
    found = read_config({"GRADIO_SERVER_NAME": "0.0.0.0", "GRADIO_SERVER_PORT": "8000", "GRIFFIN_PORT": "9000"})
    assert (found.host, found.port) == ("0.0.0.0", 9000)


def test_an_empty_value_counts_as_unset() -> None:
    assert read_config({"GRIFFIN_PORT": " ", "GRADIO_SERVER_PORT": "8000", "GRIFFIN_DTYPE": ""}).port == 8000


def test_a_space_listens_on_every_address() -> None:
    assert read_config({"SPACE_ID": "someone/griffin-live"}).host == "0.0.0.0"


@pytest.mark.parametrize("port", ["0", "65536", "-1", "78 60", "http", "7860.0", "٧٨٦٠"])
def test_a_wrong_port_is_named_with_what_was_seen(port: str) -> None:
    with pytest.raises(SettingsError, match="GRIFFIN_PORT must be a port number from 1 to 65535, got"):
        read_config({"GRIFFIN_PORT": port})


def test_an_unknown_dtype_is_refused_before_any_model_is_loaded() -> None:
    with pytest.raises(SettingsError, match='one of float32, bfloat16, float16, got "int3"'):
        read_config({"GRIFFIN_DTYPE": "int3"})


def test_recordings_lie_with_the_users_own_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    assert read_config({}).recordings == Path("/home/somebody/.local/share/griffin-live/recordings")
    assert read_config({"XDG_DATA_HOME": "/srv/data"}).recordings == Path("/srv/data/griffin-live/recordings")
    assert read_config({"XDG_DATA_HOME": "data"}).recordings == Path(
        "/home/somebody/.local/share/griffin-live/recordings"
    )


def test_recordings_of_a_space_lie_on_its_disk_where_it_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    space = {"SPACE_ID": "someone/griffin-live", "XDG_DATA_HOME": "/srv/data"}
    monkeypatch.setattr(config, "SPACE_DISK", Path("/"))  # a mount, and root's tests can write there
    monkeypatch.setattr("app.config.os.access", lambda *_: True)
    assert read_config(space).recordings == Path("/recordings")
    assert read_config({**space, "SPACE_ID": ""}).recordings == Path("/srv/data/griffin-live/recordings")
    assert read_config({**space, "GRIFFIN_RECORDINGS": "/own"}).recordings == Path("/own")
    monkeypatch.setattr("app.config.os.access", lambda *_: False)
    assert read_config(space).recordings == Path("/srv/data/griffin-live/recordings")
    monkeypatch.setattr(config, "SPACE_DISK", Path("/no/disk/here"))
    assert read_config(space).recordings == Path("/srv/data/griffin-live/recordings")


def test_a_folder_may_begin_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    assert read_config({"GRIFFIN_RECORDINGS": "~/races"}).recordings == Path("/home/somebody/races")
    with pytest.raises(SettingsError, match="GRIFFIN_RECORDINGS must be a folder"):
        read_config({"GRIFFIN_RECORDINGS": "~no-such-user-here/races"})


def test_models_run_unless_only_recordings_are_wanted() -> None:
    assert read_config({}).mode == "live"
    assert read_config({"GRIFFIN_MODE": "replay"}).mode == "replay"
    with pytest.raises(SettingsError, match='live or replay, got "show"'):
        read_config({"GRIFFIN_MODE": "show"})


@pytest.mark.parametrize("dataset", ["recordings", "owner/a/b", "https://hub.example/x", "owner/ x", "../x", "ownér/x"])
def test_a_dataset_is_named_by_owner_and_name(dataset: str) -> None:
    assert read_config({}).dataset is None
    assert read_config({"GRIFFIN_DATASET": "owner/recordings-1.0"}).dataset == "owner/recordings-1.0"
    with pytest.raises(SettingsError, match="owner/recordings, got"):
        read_config({"GRIFFIN_DATASET": dataset})


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "http://127.0.0.1:7860"), ("0.0.0.0", "http://127.0.0.1:7860"), ("::1", "http://[::1]:7860")],
)
def test_the_address_can_be_opened_on_this_machine(host: str, address: str) -> None:
    assert Config(host=host).address == address


def test_a_taken_port_is_refused_with_another_one_suggested() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=rf"Cannot listen on 127\.0\.0\.1, port {port}.*GRIFFIN_PORT="):
            check_port(Config(port=port))


def test_a_wrong_setting_ends_the_start_with_code_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GRIFFIN_PORT", "abc")
    assert main([]) == 2
    assert capsys.readouterr().err.startswith("error: GRIFFIN_PORT must be")


def test_arguments_are_refused_on_the_error_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--port", "8000"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("error: python -m app takes no arguments, got --port 8000.")


def test_help_lists_the_environment_variables(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    assert "GRIFFIN_MODEL" in capsys.readouterr().out
