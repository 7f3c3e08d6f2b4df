"""Look at the neurons of two prompts: flocking, coverage, overlap and a small sweep, each as a page of its own.

Run from the repository's folder: python -m examples.look_at_neurons FOLDER
"""

import sys
from pathlib import Path

import griffin_core as gc
from app.plots import coverage_figure, flocking_figure, overlap_figure, quality_by_bytes_figure, save_figure
from griffin_core.events import SweepPoint

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "figures")
loaded = gc.load_model("embedded")
story = gc.encode_prompt(loaded, "Write a short story about a lighthouse keeper who finds a message in a bottle.")
recipe = gc.encode_prompt(loaded, "Give me a recipe for tomato soup, with amounts for two and a tip for the cook.")

flocking = gc.flocking(loaded, story)
words = [loaded.tokenizer.decode([token]) for token in story[0, flocking.positions].tolist()]
save_figure(flocking_figure(flocking, tokens=words), folder / "flocking.html")

plans = [gc.make_plan(loaded, prompt, gc.PruningSettings(density=0.5)) for prompt in (story, recipe)]
pair = {"a story and a recipe": gc.overlap(*plans)}
save_figure(overlap_figure(pair), folder / "overlap.html")

answer = loaded.model.generate(story, max_new_tokens=48, do_sample=False)[0, story.shape[1] :]
shares = {
    "own neurons": gc.coverage(loaded, story, answer, plans[0]),
    "the recipe's neurons": gc.coverage(loaded, story, answer, plans[1]),
}
save_figure(coverage_figure(shares, density=plans[0].effective_density), folder / "coverage.html")

lanes = [gc.pruned(density=density) for density in (0.75, 0.5, 0.25)]
points = [event for event in gc.sweep(loaded, story, lanes, timed_tokens=0) if isinstance(event, SweepPoint)]
save_figure(quality_by_bytes_figure(points), folder / "sweep.html")

print(f"wrote flocking, coverage, overlap and sweep to {folder.resolve()}")
