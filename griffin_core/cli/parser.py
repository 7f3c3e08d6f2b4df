"""Words on the command line → names and text: which commands there are, and which options each takes."""

import argparse
from collections.abc import Callable, Sequence

from griffin_core import __version__
from griffin_core.cli import cache, compare, epilogs, estimate, export, options, race, replay, session, sweep, verify
from griffin_core.cli import eval as evaluation
from griffin_core.cli.exit_codes import IN_WORDS
from griffin_core.cli.options import Parser
from griffin_core.cli.output import Output

Command = Callable[[argparse.Namespace, Output], int]


def wants_json(words: Sequence[str]) -> bool:
    """Whether the answer must be JSON, known before the words parse."""
    before = words[: words.index("--")] if "--" in words else words
    return "--json" in before


def build_parser() -> Parser:
    """The whole command line; `arguments.command(arguments, output)` runs what was asked for."""
    parser = Parser(
        prog=epilogs.PROGRAM,
        description="Full and GRIFFIN-pruned generation from one prompt, honestly timed.",
        epilog=IN_WORDS,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"griffin_core {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_race(commands)
    _add_sweep(commands)
    _add_eval(commands)
    _add_estimate(commands)
    _add_replay(commands)
    _add_verify(commands)
    _add_session(commands)
    _add_export(commands)
    _add_compare(commands)
    _add_cache(commands)
    return parser


def _add_race(commands: "argparse._SubParsersAction[Parser]") -> None:
    parser = _command(
        commands,
        "race",
        race.run,
        summary="continue one prompt in several lanes, side by side",
        description="Continue one prompt in several lanes that take turns, each on its own clock.",
        epilog=epilogs.RACE,
    )
    options.add_prompt_options(parser)
    options.add_model_options(parser)
    options.add_run_options(parser)
    options.add_quality_option(parser)
    options.add_recording_options(parser)
    options.add_json_option(parser)


def _add_sweep(commands: "argparse._SubParsersAction[Parser]") -> None:
    parser = _command(
        commands,
        "sweep",
        sweep.run,
        summary="measure many densities and methods on one prompt",
        description="Measure many pruned lanes against the full model: what each loses, and how fast it is.",
        epilog=epilogs.SWEEP,
    )
    options.add_prompt_options(parser)
    options.add_model_options(parser)
    options.add_sweep_options(parser)
    options.add_json_option(parser)


def _add_eval(commands: "argparse._SubParsersAction[Parser]") -> None:
    parser = _command(
        commands,
        "eval",
        evaluation.run,
        summary="judge lanes over a file of prompts",
        description="Judge lanes over a file of prompts: how far each is from the full model, and how fast it writes.",
        epilog=epilogs.EVAL,
    )
    options.add_model_options(parser)
    options.add_evaluation_options(parser)
    options.add_json_option(parser)


def _add_estimate(commands: "argparse._SubParsersAction[Parser]") -> None:
    parser = _command(
        commands,
        "estimate",
        estimate.run,
        summary="estimate what pruning would gain on a machine",
        description="Will it pay? Decode speed of a full and a pruned model, estimated from the bytes a step reads.",
        epilog=epilogs.ESTIMATE,
    )
    options.add_estimate_options(parser)
    options.add_json_option(parser)


def _add_replay(commands: "argparse._SubParsersAction[Parser]") -> None:
    parser = _command(
        commands,
        "replay",
        replay.run,
        summary="play a recorded race",
        description="Play a recorded race in the columns it was run in, and show its figures.",
        epilog=epilogs.REPLAY,
    )
    options.add_file_argument(parser)
    parser.add_argument("--speed", metavar="X", default="1", help="times the recorded pace, 0.25 to 8; default 1")
    options.add_json_option(parser)


def _add_verify(commands: "argparse._SubParsersAction[Parser]") -> None:
    parser = _command(
        commands,
        "verify",
        verify.run,
        summary="run a recorded race again here and compare",
        description="Run a recorded race again on this machine: are the tokens, the neurons and the speed-up the same?",
        epilog=epilogs.VERIFY,
    )
    options.add_file_argument(parser)
    options.add_model_options(parser, model="the recorded one", dtype="the recorded one")
    options.add_json_option(parser)


def _add_session(commands: "argparse._SubParsersAction[Parser]") -> None:
    parser = _command(
        commands,
        "session",
        session.run,
        summary="record a race for every prompt of a suite",
        description="Record a race for every prompt of a suite, and sum up speed-ups and agreement in a report.",
        epilog=epilogs.SESSION,
    )
    parser.add_argument("suite", metavar="SUITE", help="a .jsonl file, one prompt a line")
    parser.add_argument("--out", metavar="DIR", required=True, help="folder for recordings and report; made if missing")
    options.add_model_options(parser)
    options.add_run_options(parser)
    options.add_json_option(parser)


def _add_export(commands: "argparse._SubParsersAction[Parser]") -> None:
    parser = _command(
        commands,
        "export",
        export.run,
        summary="write a recording in another format",
        description="Write a recording in the format of another tool.",
        epilog=epilogs.EXPORT,
    )
    parser.add_argument("files", metavar="FILE", nargs="+", help="a recording; several for llm-comparator")
    parser.add_argument("--as", dest="format", metavar="FORMAT", required=True, help="one of those below")
    parser.add_argument("--out", metavar="PATH", help="a new file; default: standard output")
    options.add_json_option(parser)


def _add_compare(commands: "argparse._SubParsersAction[Parser]") -> None:
    parser = _command(
        commands,
        "compare",
        compare.run,
        summary="set two recordings side by side",
        description="Set two recordings side by side: settings, texts, figures and the neurons chosen.",
        epilog=epilogs.COMPARE,
    )
    parser.add_argument("a", metavar="A", help="a recording")
    parser.add_argument("b", metavar="B", help="another; ratios are B over A")
    options.add_json_option(parser)


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
        options.add_json_option(action)
        action.set_defaults(command=command)


def _command(
    commands: "argparse._SubParsersAction[Parser]",
    name: str,
    command: Command,
    *,
    summary: str,
    description: str,
    epilog: str,
) -> Parser:
    parser = commands.add_parser(
        name,
        help=summary,
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.set_defaults(command=command)
    return parser
