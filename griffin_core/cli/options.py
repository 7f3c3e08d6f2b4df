"""The options that commands share, the same names for every command. Knows how they are written; checks no values.

Values stay text here: the frozen settings check them, in the words that page and Python API use too.
"""

import argparse
from typing import Any, NoReturn

from griffin_core.errors import SettingsError


class Parser(argparse.ArgumentParser):
    """Raises SettingsError instead of ending the process, so that --json can answer."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """A command refuses itself what it does not know: the program's parser would point to its own help."""
        values, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        return values, unknown

    def error(self, message: str) -> NoReturn:
        raise SettingsError(f"{message}. See: {self.prog} --help")


def add_prompt_options(parser: Parser) -> None:
    """The prompt, and how it is put to the model."""
    parser.add_argument("prompt", metavar="PROMPT", help="the prompt; - reads it from standard input")
    parser.add_argument("--system", metavar="TEXT", help="system prompt, for models whose chat template has one")
    parser.add_argument("--no-chat", dest="chat", action="store_false", help="give the prompt as it is, no template")


def add_model_options(parser: Parser, *, model: str | None = None, dtype: str = "what suits the device") -> None:
    """Which model, and where it runs. `model`, `dtype`: the defaults in words; the embedded model for None."""
    parser.add_argument(
        "--model",
        metavar="M",
        default="embedded" if model is None else None,
        help="a hub id, a folder or a .gguf file, or embedded; default: " + (model or "embedded"),
    )
    parser.add_argument("--revision", metavar="R", help="branch, tag or commit of a hub id")
    parser.add_argument("--device", metavar="D", help="cpu, cuda, cuda:1 …; default: what there is")
    parser.add_argument("--dtype", metavar="T", help=f"float32, bfloat16 or float16; default: {dtype}")


def add_run_options(parser: Parser) -> None:
    """Lanes, and how they continue the prompt."""
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
    parser.add_argument("--max-new-tokens", "--new-tokens", metavar="N", help="per lane, default 128")
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


def add_quality_option(parser: Parser) -> None:
    """Whether a closer look follows."""
    parser.add_argument(
        "--quality",
        action="store_true",
        help="afterwards, how often each pruned lane would choose the full model's next token on its answer, and KL",
    )


def add_recording_options(parser: Parser) -> None:
    """Where the race is recorded."""
    parser.add_argument("--record", metavar="FILE", help="record into FILE, which must not be there yet")
    parser.add_argument("--title", metavar="TEXT", help="of the recording, one line")


def add_sweep_options(parser: Parser) -> None:
    """What a sweep measures, and on how many tokens."""
    several: tuple[tuple[str, str, str, str], ...] = (
        ("--density", "densities", "D", "densities; default 0.9 0.75 0.6 0.5 0.4 0.3 0.2"),
        ("--method", "methods", "M", "methods; default griffin"),
        ("--lane", "lanes", "LANE", "lanes written out, such as random:density=0.5,seed=3"),
    )
    for option, name, letter, text in several:
        parser.add_argument(option, dest=name, metavar=letter, nargs="+", action="extend", help=text)
    parser.add_argument(
        "--new-tokens", "--max-new-tokens", metavar="N", help="of the full model's answer, to judge by; default 48"
    )
    parser.add_argument("--timed-tokens", metavar="N", help="decoded by turns for each lane, default 24; 0: no timing")
    parser.add_argument("--seed", metavar="S", help="for methods that draw, default 0")
    parser.add_argument("--prefill-chunk", metavar="N", help="prompt tokens per prefill step")


def add_evaluation_options(parser: Parser) -> None:
    """The prompts, the lanes, and where answers end and results go."""
    parser.add_argument("--prompts", metavar="FILE", required=True, help="a .jsonl file, one prompt a line")
    parser.add_argument(
        "--lane",
        dest="lanes",
        metavar="LANE",
        action="append",
        help="a lane, up to 32 times; default: dense and griffin:density=0.5",
    )
    parser.add_argument("--max-new-tokens", "--new-tokens", metavar="N", help="of an answer, at most; default 64")
    parser.add_argument(
        "--stop",
        metavar="TEXT",
        action="append",
        help="an answer also ends with TEXT behind its first word; \\n is a line break; may be repeated",
    )
    parser.add_argument("--seed", metavar="S", help="for methods that draw and for the bootstrap, default 0")
    parser.add_argument("--out", metavar="FILE", help="keep results in FILE, and go on where it ends")
    parser.add_argument("--html", metavar="REPORT", help="write a report into a file of this name")


def add_estimate_options(parser: Parser) -> None:
    """Which model on which memory, and what would be decoded."""
    parser.add_argument("--shape", metavar="S", default="smollm2-135m", help="a model's shape; default smollm2-135m")
    parser.add_argument("--dtype", metavar="T", default="bfloat16", help="float32, bfloat16 (default) or float16")
    parser.add_argument("--density", metavar="D", default="0.5", help="share of neurons kept; default 0.5")
    parser.add_argument("--prompt-tokens", metavar="N", default="500", help="length of the prompt; default 500")
    parser.add_argument(
        "--new-tokens", "--max-new-tokens", metavar="N", default="64", help="length of the answer; default 64"
    )
    memory = parser.add_mutually_exclusive_group(required=True)
    memory.add_argument("--bandwidth", metavar="GB/S", help="of the memory, in GB/s")
    memory.add_argument("--device-name", metavar="NAME", help="a device whose published bandwidth is known")
    memory.add_argument("--measure", action="store_true", help="measure how fast this machine reads; needs PyTorch")
    parser.add_argument("--device", metavar="D", help="with --measure: cpu, cuda, cuda:1 …; default: what there is")
    parser.add_argument(
        "--share", metavar="X", help="of that bandwidth, what decoding reaches; default 0.9 with --measure, else 0.7"
    )
    parser.add_argument("--fixed-ms", metavar="MS", help="time of a step beside reading; default 0.5")
    parser.add_argument("--prefill-ms", metavar="MS", help="time to read the prompt; break-even needs it")
    parser.add_argument("--check", metavar="FILE", help="hold the estimate against rows of benchmarks/decode.py --json")


def add_file_argument(parser: Parser) -> None:
    """The recording to read."""
    parser.add_argument("file", metavar="FILE", help="a recording, .griffin.jsonl or .griffin.jsonl.gz")


def add_json_option(parser: Parser) -> None:
    """A result for programs."""
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
