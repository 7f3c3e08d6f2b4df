"""Words on the command line → names and text. Knows option names, the same for every command; checks no values.

Values stay text here: the frozen settings check them, in the words that page and Python API use too.
"""

import argparse
from collections.abc import Callable, Sequence
from typing import NoReturn

from griffin_core import __version__
from griffin_core.cli import cache, race, sweep
from griffin_core.cli.output import Output
from griffin_core.errors import SettingsError

Command = Callable[[argparse.Namespace, Output], None]

PROGRAM = "python -m griffin_core"
EXIT_CODES = "exit codes: 0 done, 1 run-time failure, 2 bad input, 130 interrupted"
RACE_EPILOG = f"""\
A lane is method[:key=value,…]:
  dense                        the full model
  griffin                      the neurons this prompt excites most
  griffin-sampled              drawn by the GRIFFIN score
  griffin-topk-sampled         half the strongest, half drawn
  magnitude                    the largest weights, whatever the prompt
  random                       the floor
Keys: density (share of feed-forward neurons kept, default 0.5), seed (for methods that draw, and for dense:
its own seed when sampling), experts (the text that chooses the neurons in place of the prompt: shuffled, which
is the prompt in another order, or a name given with --experts).

examples:
  {PROGRAM} race "Explain how photosynthesis works."
  {PROGRAM} race - --lane dense --lane griffin:density=0.25 --json < prompt.txt
  {PROGRAM} race "Write a poem." --experts A="Sort a list." --lane griffin --lane griffin:experts=A

{EXIT_CODES}"""

SWEEP_EPILOG = f"""\
Every method is measured at every density, and the lanes written out after them. Quality: the full model's greedy
answer is read by both. Speed: both decode by turns. Options that take several values end at the next option;
write PROMPT first, or after --. With --json every point also has k, the neurons kept in each layer.

examples:
  {PROGRAM} sweep "Explain how photosynthesis works."
  {PROGRAM} sweep - --density 0.75 0.5 --method griffin magnitude --json < prompt.txt

{EXIT_CODES}"""


class Parser(argparse.ArgumentParser):
    """Raises SettingsError instead of ending the process, so that --json can answer."""

    def error(self, message: str) -> NoReturn:
        raise SettingsError(f"{message}. See: {self.prog} --help")


def wants_json(words: Sequence[str]) -> bool:
    """Whether the answer must be JSON, known before the words parse."""
    options = words[: words.index("--")] if "--" in words else words
    return "--json" in options


def build_parser() -> Parser:
    """The whole command line; `arguments.command(arguments, output)` runs what was asked for."""
    parser = Parser(
        prog=PROGRAM,
        description="Full and GRIFFIN-pruned generation from one prompt, honestly timed.",
        epilog=EXIT_CODES,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"griffin_core {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_race(commands)
    _add_sweep(commands)
    _add_cache(commands)
    return parser


def _add_race(commands: "argparse._SubParsersAction[Parser]") -> None:
    parser = commands.add_parser(
        "race",
        help="continue one prompt in several lanes, side by side",
        description="Continue one prompt in several lanes that take turns, each on its own clock.",
        epilog=RACE_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_prompt_options(parser)
    _add_model_options(parser)
    _add_run_options(parser)
    _add_json_option(parser)
    parser.set_defaults(command=race.run)


def _add_sweep(commands: "argparse._SubParsersAction[Parser]") -> None:
    parser = commands.add_parser(
        "sweep",
        help="measure many densities and methods on one prompt",
        description="Measure many pruned lanes against the full model: what each loses, and how fast it is.",
        epilog=SWEEP_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_prompt_options(parser)
    _add_model_options(parser)
    _add_sweep_options(parser)
    _add_json_option(parser)
    parser.set_defaults(command=sweep.run)


def _add_cache(commands: "argparse._SubParsersAction[Parser]") -> None:
    parser = commands.add_parser(
        "cache",
        help="show or clear converted models",
        description="Models that were converted once so that they load quickly.",
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    rows: tuple[tuple[str, str, Command], ...] = (
        ("show", "list them", cache.show),
        ("clear", "delete them", cache.clear),
    )
    for name, text, command in rows:
        action = actions.add_parser(name, help=text, description=f"{text} (converted models)", allow_abbrev=False)
        _add_json_option(action)
        action.set_defaults(command=command)


def _add_prompt_options(parser: Parser) -> None:
    parser.add_argument("prompt", metavar="PROMPT", help="the prompt; - reads it from standard input")
    parser.add_argument("--system", metavar="TEXT", help="system prompt, for models whose chat template has one")
    parser.add_argument("--no-chat", dest="chat", action="store_false", help="give the prompt as it is, no template")


def _add_model_options(parser: Parser) -> None:
    parser.add_argument(
        "--model", metavar="M", default="embedded", help="embedded (default), a hub id, a folder or a .gguf file"
    )
    parser.add_argument("--revision", metavar="R", help="branch, tag or commit of a hub id")
    parser.add_argument("--device", metavar="D", help="cpu, cuda, cuda:1 …; default: what there is")
    parser.add_argument("--dtype", metavar="T", help="float32, bfloat16 or float16; default: what suits the device")


def _add_run_options(parser: Parser) -> None:
    parser.add_argument(
        "--lane",
        dest="lanes",
        metavar="LANE",
        action="append",
        help="a lane, up to 4 times; default: dense and griffin:density=0.5",
    )
    parser.add_argument(
        "--experts",
        metavar="NAME=TEXT",
        action="append",
        help="a text for lanes with experts=NAME, encoded like the prompt; NAME=@FILE reads it, NAME=@@TEXT is a text "
        "that begins with @; may be repeated",
    )
    parser.add_argument("--max-new-tokens", metavar="N", help="per lane, default 128")
    parser.add_argument("--seed", metavar="S", help="default 0")
    parser.add_argument("--temperature", metavar="T", help="0 (default) is greedy")
    parser.add_argument("--top-k", metavar="K", help="0 (default) is off")
    parser.add_argument("--top-p", metavar="P", help="1.0 (default) is off")
    parser.add_argument("--ignore-eos", action="store_true", help="go on past the end-of-sequence token")
    parser.add_argument(
        "--stop", metavar="TEXT", action="append", help="end a lane once it has written TEXT; may be repeated"
    )
    parser.add_argument("--prefill-chunk", metavar="N", help="prompt tokens per prefill step")
    parser.add_argument("--schedule", metavar="race|sequential", help="take turns (default), or one after the other")


def _add_sweep_options(parser: Parser) -> None:
    several: tuple[tuple[str, str, str, str], ...] = (
        ("--density", "densities", "D", "densities; default 0.9 0.75 0.6 0.5 0.4 0.3 0.2"),
        ("--method", "methods", "M", "methods; default griffin"),
        ("--lane", "lanes", "LANE", "lanes written out, such as random:density=0.5,seed=3"),
    )
    for option, name, letter, text in several:
        parser.add_argument(option, dest=name, metavar=letter, nargs="+", action="extend", help=text)
    parser.add_argument("--new-tokens", metavar="N", help="of the full model's answer, to judge by; default 48")
    parser.add_argument("--timed-tokens", metavar="N", help="decoded by turns for each lane, default 24; 0: no timing")
    parser.add_argument("--seed", metavar="S", help="for methods that draw, default 0")
    parser.add_argument("--prefill-chunk", metavar="N", help="prompt tokens per prefill step")


def _add_json_option(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
