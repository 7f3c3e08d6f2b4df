"""The About tab: what is shown, how it is timed, and where it ends. Text only."""

import gradio as gr

ABOUT = """
### What you see
A language model spends most of its weights on feed-forward neurons. While it reads **your** prompt, the same few
neurons matter for nearly every word: the *flocking* that the GRIFFIN paper found. GRIFFIN watches which ones, keeps
that share for the answer and leaves the rest out, without any training.

Both panes continue one prompt. The prompt is read once, by the full model; from then on each pane has its own memory
of the text, its own sampler with the same seed, and its own clock.

### How it is timed
- Each lane's clock counts only that lane's compute. The race always steps the lane whose clock is behind, so the
  faster one is ahead exactly as if each had the machine to itself.
- The big number compares decoding only. Reading the prompt and choosing neurons are paid before the first token
  and shown apart: TTFT, end to end, break-even.
- The bound is the *byte roofline*: how many bytes of weights and cache a token must read in each lane. Memory
  bandwidth allows no more than their ratio.
- A single run is a single run. The interval comes from the scatter of its own token times.

### What it does not do
It saves time per token, not memory: the full model stays loaded to read the next prompt. The pruned model is another
model and may answer worse, most of all to very short prompts, which tell too little about what will be needed. On a
busy or shared machine, times scatter and a small speed-up may not show.

### Keys
**Ctrl+Enter** (⌘+Enter) runs, **Esc** stops. Arrow keys walk through the neuron map once it has the focus.

### For programs
`gradio_client` finds one endpoint here, `/race`: it waits in the same line and returns both texts with their figures.

### The method
H. Dong, B. Chen and Y. Chi, *Prompt-prompted Adaptive Structured Pruning for Efficient LLM Generation*, COLM 2024.
"""


def build_about_tab() -> None:
    """Build the tab into the open context."""
    gr.Markdown(ABOUT, elem_classes="about")
