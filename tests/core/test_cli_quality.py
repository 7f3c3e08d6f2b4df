"""`race --quality`, and options that two commands call differently."""

import json
from collections.abc import Iterator

import pytest

from griffin_core.cli import race
from griffin_core.cli.program import main
from griffin_core.cli.quality import HOW, QualityTally, read_again
from griffin_core.events import Event, TextRead
from griffin_core.inspection.token_quality import token_quality
from griffin_core.planning import make_plan
from griffin_core.racing import start_race
from griffin_core.settings import DEFAULT_LANES, RunSettings
from tests.core.runs import TOKENS, lanes_of
from tests.core.scripted_run import PRUNED, scripted_run
from tests.tiny_models import tiny_loaded

Spoken = pytest.CaptureFixture[str]


def read(lane: str, agrees: tuple[bool, ...], kl: tuple[float, ...] | None, *, text: str = "dense") -> TextRead:
    count = len(agrees)
    nothing = (0.0,) * count
    return TextRead(
        t_s=1.0, text=text, reader=lane, first_index=0, logprob=nothing, rank=(0,) * count, best=((),) * count,
        agrees=agrees, kl=kl, coverage=kl,
    )  # fmt: skip


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def events() -> Iterator[Event]:
        yield from scripted_run()
        yield read("dense", (True,) * 4, None)
        yield read(PRUNED.name, (True, True, False, True), (0.0, 0.1, 0.6, 0.2))
        yield read(PRUNED.name, (False,) * 4, (9.0,) * 4, text=PRUNED.name)  # its own text does not count

    monkeypatch.setattr(race, "open_race", lambda *_: events())


@pytest.mark.usefixtures("looked_at")
def test_quality_is_told_in_words_and_for_programs(capsys: Spoken) -> None:
    assert main(["race", "hello", "--quality"]) == 0
    assert "the same next token at 2 of 3 places, the first left out; mean KL 0.30 nats" in capsys.readouterr().out
    assert main(["race", "hello", "--quality", "--json"]) == 0
    dense, pruned = json.loads(capsys.readouterr().out.splitlines()[-1])["lanes"]
    assert (dense["forced_agreement"], dense["forced_kl"]) == (None, None)
    assert (pruned["forced_agreement"], pruned["forced_kl"]) == pytest.approx((2 / 3, 0.3))


def test_quality_needs_both_kinds_of_lanes(capsys: Spoken) -> None:
    assert main(["race", "hello", "--quality", "--lane", "dense"]) == 2
    assert "Run a dense lane and a pruned one" in capsys.readouterr().err


def test_a_swap_test_without_quality_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, capsys: Spoken) -> None:
    monkeypatch.setattr(race, "open_race", lambda *_: scripted_run())
    lanes = ["--lane", "dense", "--lane", "griffin:experts=A", "--experts", "A=Sort a list."]
    assert main(["race", "hello", *lanes]) == 0
    assert HOW in capsys.readouterr().out
    assert main(["race", "hello"]) == 0
    assert HOW not in capsys.readouterr().out


def test_what_the_closer_look_finds_is_what_token_quality_says() -> None:
    loaded, settings = tiny_loaded("llama"), RunSettings(lanes=DEFAULT_LANES, max_new_tokens=12)
    tally = QualityTally()
    events = list(tally.noting(read_again(loaded, TOKENS, settings, start_race(loaded, TOKENS, settings))))
    dense, pruned = lanes_of(events)
    found = token_quality(loaded, TOKENS, dense.token_ids, make_plan(loaded, TOKENS))
    told = tally.of(pruned.name)
    assert told["forced_agreement"] == pytest.approx(float(found.agrees[1:].float().mean()))
    assert told["forced_kl"] == pytest.approx(float(found.kl[1:].mean()), abs=1e-4)


@pytest.mark.parametrize(("command", "option"), [("race", "--new-tokens"), ("sweep", "--max-new-tokens")])
def test_each_command_takes_the_other_ones_name_for_new_tokens(command: str, option: str, capsys: Spoken) -> None:
    assert main([command, "hello", option, "many"]) == 2
    assert "must be a whole number" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "option"), [("race", "--density"), ("sweep", "--max-tokens"), ("replay", "--lane")]
)
def test_an_unknown_option_points_to_the_help_of_its_command(command: str, option: str, capsys: Spoken) -> None:
    assert main([command, "hello", option, "0.5"]) == 2
    assert f"python -m griffin_core {command} --help" in capsys.readouterr().err
