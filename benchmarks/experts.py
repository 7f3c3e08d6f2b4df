"""Do prompts of a kind share their expert neurons, and how long do those fit the answer?

    python benchmarks/experts.py --prompts articles.jsonl --prompts questions.jsonl --json

Each file is one kind of prompt: a JSON object a line, {"prompt": text} as it stands or {"messages": […]} through the
chat template. Printed are the mean Jaccard index of the kept sets within and between kinds next to chance, and the
coverage along the full model's own greedy answers: the share of its squared activations that lies on the neurons
chosen from the prompt. Without files, the bundled texts and some questions are compared. With --json the last line is
one object {"density", "chance", "overlap": […], "coverage": […]}.
"""

import argparse
import itertools
import json
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # run as a script, it must find the package beside it

import torch

import griffin_core as gc
from griffin_core.planning import Plan

ROOT = Path(__file__).resolve().parents[1]
STEP = 25
QUESTIONS = (
    "Why is the sky blue?",
    "How do I change a bicycle tyre?",
    "Write a short letter to a neighbour about noise at night.",
    "What should I pack for a week in the mountains?",
)


def bundled() -> dict[str, list[str]]:
    """Texts that come with the project, and questions."""
    texts = sorted((ROOT / "assets" / "prompts").glob("*.txt"))
    return {"texts": [path.read_text(encoding="utf-8").strip() for path in texts], "questions": list(QUESTIONS)}


def read_prompts(loaded: gc.LoadedModel, path: Path, *, most: int) -> list[torch.Tensor]:
    """The first `most` prompts of a file, each (1, S) token ids."""
    prompts = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()[:most], start=1):
        row = json.loads(line)
        text = row.get("messages") or row.get("prompt")
        if not text:
            raise SystemExit(f"{path.name}, line {number}: neither prompt nor messages. Give one of them.")
        prompts.append(gc.encode_prompt(loaded, text, chat="messages" in row))
    return prompts


def mean_overlap(a: Sequence[Plan], b: Sequence[Plan]) -> float:
    """Mean over layers and over all pairs of different prompts."""
    pairs = itertools.combinations(a, 2) if a is b else itertools.product(a, b)
    return statistics.fmean(gc.overlap(one, other).mean for one, other in pairs)


def coverage_along(loaded: gc.LoadedModel, prompt: torch.Tensor, plan: Plan, *, tokens: int) -> list[float]:
    """Mean coverage of each stretch of STEP tokens of the full model's greedy answer, its natural end ignored."""
    tally = gc.RunTally()
    for event in gc.race(loaded, prompt, lanes=[gc.dense()], max_new_tokens=tokens, ignore_eos=True):
        tally.add(event)
    (dense,) = tally.lanes()
    share = gc.coverage(loaded, prompt, dense.token_ids, plan).mean(dim=0)  # (tokens,)
    return [float(piece.mean()) for piece in share.split(STEP)]


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--model", default="embedded")
    parser.add_argument("--dtype", default="float32")
    parser.add_argument("--density", type=float, default=0.5)
    parser.add_argument("--prompts", type=Path, action="append", metavar="FILE", help="one kind of prompt; repeat it")
    parser.add_argument("--most", type=int, default=10, help="prompts of a kind")
    parser.add_argument("--answers", type=int, default=4, help="prompts of a kind whose answers are followed")
    parser.add_argument("--new-tokens", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    names = [path.stem for path in options.prompts or ()]
    if len(set(names)) != len(names):
        parser.error(f"files of one name cannot be told apart, got {', '.join(names)}. Rename one.")
    return options


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and show."""
    options = parse(arguments)
    loaded = gc.load_model(options.model, dtype=options.dtype)
    if options.prompts:
        kinds = {path.stem: read_prompts(loaded, path, most=options.most) for path in options.prompts}
    else:
        kinds = {kind: [gc.encode_prompt(loaded, text) for text in texts] for kind, texts in bundled().items()}
    for kind, prompts in kinds.items():
        if len(prompts) < 2:
            raise SystemExit(f"{kind} has {len(prompts)} prompt, and it takes two to compare. Give it more.")
    settings = gc.PruningSettings(density=options.density)
    plans = {kind: [gc.make_plan(loaded, prompt, settings) for prompt in prompts] for kind, prompts in kinds.items()}
    first = next(iter(plans.values()))
    chance = gc.overlap(first[0], first[0]).mean_chance
    print(f"density {options.density}: two random choices share {chance:.3f}")
    rows = []
    for one, other in itertools.combinations_with_replacement(plans, 2):
        rows.append({"kinds": [one, other], "jaccard": mean_overlap(plans[one], plans[other])})
        print(f"{one} and {other}: {rows[-1]['jaccard']:.3f}")
    along = []
    for kind, prompts in kinds.items():
        followed = [
            coverage_along(loaded, prompt, plan, tokens=options.new_tokens)
            for prompt, plan in zip(prompts[: options.answers], plans[kind], strict=False)
        ]
        means = [statistics.fmean(stretch) for stretch in zip(*followed, strict=True)]
        along.append({"kind": kind, "step": STEP, "coverage": means})
        print(f"{kind}: coverage every {STEP} tokens " + " ".join(f"{mean:.2f}" for mean in means))
    if options.json:
        print(json.dumps({"density": options.density, "chance": chance, "overlap": rows, "coverage": along}))


if __name__ == "__main__":
    main()
