"""`eval`: lanes judged over a file of prompts. Checks what can be checked, then loads the model, then evaluates.

Knows the order of these steps; how an evaluation looks is with `eval_screen` and `evaluating.report`.
"""

import argparse
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from griffin_core.cli.exit_codes import DONE
from griffin_core.cli.output import Output
from griffin_core.cli.request import given, load, read_lanes, starting_torch
from griffin_core.errors import SettingsError
from griffin_core.settings import DEFAULT_LANES, EvaluationSettings

if TYPE_CHECKING:
    from griffin_core.evaluating.prompts_file import EvaluationPrompt
    from griffin_core.evaluating.report import Evaluation
    from griffin_core.evaluating.result import PromptResult
    from griffin_core.loading import LoadedModel

_PLACEHOLDER = EvaluationSettings().lanes[:1]


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Evaluate what is not evaluated yet, then sum up."""
    from griffin_core.evaluating.prompts_file import read_prompts

    prompts = read_prompts(arguments.prompts)
    html = _report_path(arguments)
    settings = read_settings(arguments)
    loaded = load(arguments)
    evaluation = _sum_up(loaded, prompts, settings, _results(loaded, prompts, settings, arguments.out))
    if html is not None:
        from griffin_core.evaluating.report import report_html

        _write(html, report_html(evaluation))
    if output.as_json:
        output.write_object(result(evaluation))
    else:
        from griffin_core.cli.eval_screen import write_evaluation

        write_evaluation(evaluation, output)
        if html is not None:
            output.write_line(f"\n{html}")
    return DONE


def read_settings(arguments: argparse.Namespace) -> EvaluationSettings:
    """The checked settings of the options. Cheap checks come first: the table of methods needs torch."""
    numbers = given(arguments, "max_new_tokens", "seed")
    stop = tuple(words.replace("\\n", "\n") for words in arguments.stop or ())
    EvaluationSettings(lanes=_PLACEHOLDER, stop=stop, **numbers)
    lanes = read_lanes(arguments.lanes) if arguments.lanes else DEFAULT_LANES
    return EvaluationSettings(lanes=lanes, stop=stop, **numbers)


def result(evaluation: "Evaluation") -> dict[str, Any]:
    """The evaluation as the JSON contract has it."""
    model = evaluation.model
    return {
        "model": model.model,
        "device": model.device,
        "dtype": model.dtype,
        "prompts": len(evaluation.results),
        "lanes": [lane.as_json() for lane in evaluation.lanes],
    }


def _results(
    loaded: "LoadedModel", prompts: "Sequence[EvaluationPrompt]", settings: EvaluationSettings, out: str | None
) -> "list[PromptResult]":
    """Results of all prompts: those kept in `out`, and the others, each kept there as it comes."""
    with starting_torch():
        import torch

        from griffin_core.cli.eval_screen import EvaluationProgress
        from griffin_core.evaluating.results_file import make_header, open_results
        from griffin_core.evaluating.running import Progress, encode_prompts, evaluate

    encoded = encode_prompts(loaded, prompts, settings)
    with ExitStack() as stack:
        file = None
        if out is not None:
            header = make_header(prompts, settings, loaded.facts, threads=torch.get_num_threads())
            file = stack.enter_context(open_results(Path(out), header))
        results = list(file.done) if file else []
        screen = stack.enter_context(EvaluationProgress(prompts, kept=len(results), out=out))
        events = stack.enter_context(closing(evaluate(loaded, encoded, settings, done=len(results))))
        try:
            for event in events:
                if isinstance(event, Progress):
                    screen.running(event)
                    continue
                if file is not None:
                    file.add(event)
                results.append(event)
                screen.done(event)
        except KeyboardInterrupt:
            screen.interrupted()
            raise
    return results


def _sum_up(
    loaded: "LoadedModel",
    prompts: "Sequence[EvaluationPrompt]",
    settings: EvaluationSettings,
    results: "Sequence[PromptResult]",
) -> "Evaluation":
    from griffin_core.evaluating.figures import evaluation_figures
    from griffin_core.evaluating.report import Evaluation

    lanes = evaluation_figures(results, [prompt.reference for prompt in prompts], settings)
    return Evaluation(model=loaded.facts, settings=settings, prompts=prompts, results=results, lanes=lanes)


def _report_path(arguments: argparse.Namespace) -> Path | None:
    """Where the report goes. Raises SettingsError where it cannot be written: hours later would be too late."""
    if arguments.html is None:
        return None
    path = Path(arguments.html)
    if path.is_dir() or not path.parent.is_dir():
        seen = "a folder" if path.is_dir() else "in a folder that is not there"
        raise SettingsError(f"--html {path} is {seen}. Give the name of a file in a folder that is there.")
    if path.resolve() in [Path(other).resolve() for other in (arguments.prompts, arguments.out) if other]:
        raise SettingsError(f"--html {path} would replace the prompts or the results. Give it another name.")
    return path


def _write(path: Path, text: str) -> None:
    """The report, all at once."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        raise SettingsError(f"--html {path} cannot be written: {error.strerror}. Choose another file.") from None
