"""Prune a model by one prompt, generate with it, and race it against itself."""

import griffin_core as gc

loaded = gc.load_model("embedded")
prompt = gc.encode_prompt(loaded, "Explain how photosynthesis works, in three short paragraphs.", chat=True)

plan = gc.make_plan(loaded, prompt, gc.PruningSettings(method="griffin", density=0.5))
layer = plan.layers[3]
print(f"layer 3 keeps {len(layer.kept)} of {len(layer.scores)} neurons, the first are {layer.kept[:8].tolist()}")

with gc.pruned_model(loaded, plan) as model:
    output = model.generate(prompt, max_new_tokens=40, do_sample=False)
    print(loaded.tokenizer.decode(output[0, prompt.shape[1] :], skip_special_tokens=True))

tally = gc.RunTally()
for event in gc.race(loaded, prompt, lanes=[gc.dense(), gc.pruned(density=0.75)], max_new_tokens=40):
    tally.add(event)
for lane in tally.lanes():
    print(f"{lane.name}: {lane.tokens_per_s or 0:.1f} tokens/s, speed-up {lane.speedup or 0:.2f}")
