"""The About tab: the method in formulas, what is measured and how, limits, keys, words. Markdown; nothing is loaded."""

from app.text.labels import LEAST_DENSITY, MOST_DENSITY

SEEN = """
## What you see

A language model spends most of its weights on feed-forward neurons. While it reads **your** prompt, its words tend
to excite the same ones: the *flocking* that the GRIFFIN paper found. GRIFFIN watches which ones, keeps a share of
them for the answer and leaves the rest out, without any training.

In the built-in model flocking is weak: two words of a prompt share 36 % of the half that each excites most, where
chance gives 33 % (Jaccard index, mean over layers). Still, the half that GRIFFIN keeps carries about three quarters
of the activation, where a random half carries 50 %. The Neurons tab measures both on your prompt.

Both panes continue one prompt. The prompt is read once, by the full model; from then on each pane has its own memory
of the text, its own sampler with the same seed, and its own clock. New here? [Take the tour](#tour-1),
five short steps.
"""

METHOD = r"""
## The method

In every layer, token $t$ turns its input $x_t$ into activations $z_t$, one number a neuron, and these into the
layer's output. With a gate, as in most models of today:

$$z_t = \sigma(W_g\,x_t) \odot (W_u\,x_t) \qquad \mathrm{FF}(x_t) = W_d\,z_t$$

Tokens differ in how loud they are, so each is measured against its own norm. The **score** of neuron $j$ sums that
over the $S$ tokens of the prompt:

$$s_j = \sqrt{\sum_{t=1}^{S} \frac{z_{tj}^2}{\lVert z_t \rVert^2}} \qquad\text{so that}\qquad \sum_j s_j^2 = S$$

Every token has one vote and spreads it over the neurons. A layer keeps the set $K$ of its
${k = \max(1, \lfloor d \cdot d_\mathrm{ff} \rfloor)}$ highest scores, where $d$ is the **density**, and writes the
answer with the rows and columns of $K$ alone:

$$\mathrm{FF}_K(x) = W_d[:,K]\,\bigl(\sigma(W_g[K]\,x) \odot (W_u[K]\,x)\bigr)$$

To compare with: *largest weights* scores by $\lVert W_g[j] \rVert \cdot \lVert W_u[j] \rVert$ and keeps the same
neurons for every prompt; *random neurons* draws them.
"""

_FIGURES = (
    (
        "Time per token (TPOT)",
        "mean gap between two tokens of a lane's own compute; its first token is left out",
        "lower is faster",
    ),
    ("Decode speed-up", r"$\mathrm{TPOT}_\text{full} / \mathrm{TPOT}_\text{pruned}$", "1.00× is no gain"),
    (
        "Byte roofline",
        r"$B_\text{full} / B_\text{pruned}$, the bytes of weights and cache read for these tokens",
        "what memory bandwidth allows",
    ),
    (
        "Break-even",
        "tokens until faster steps have paid for statistics, selection and gathering",
        "shorter answers do not gain",
    ),
    (
        "Flocking",
        r"mean of $J(T_t, T_u)$ over pairs of tokens; $T_t$: the $k$ neurons with the largest $\lvert z_{tj} \rvert$",
        "above chance: tokens use the same neurons",
    ),
    (
        "Coverage",
        r"$\sum_{j \in K} z_{tj}^2 \,/\, \sum_j z_{tj}^2$, mean over layers",
        "where it falls, the choice stops fitting",
    ),
    (
        "KL",
        r"$\sum_v p(v) \ln \frac{p(v)}{q(v)}$; $p$ full, $q$ pruned, both reading the same text",
        "nats lost at that token; 0 is no loss",
    ),
    (
        "Forced agreement",
        "share of tokens of the full model's text at which both would choose the same",
        "100 % is no loss",
    ),
    (
        "Overlap",
        r"$J(A, B) = \lvert A \cap B \rvert \,/\, \lvert A \cup B \rvert$ of two kept sets",
        "hold it against chance",
    ),
    ("Chance", "the mean of $J$ over random sets of the same sizes; 0.33 at density 0.5", "overlap without meaning"),
)

MEASURED = "\n".join(
    [
        "## What is measured",
        "",
        "| figure | how | read it as |",
        "|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in _FIGURES),
    ]
)

TIMED = """
## How it is timed

- Each lane's clock counts only that lane's compute. The race always steps the lane whose clock is behind, so the
  faster one is ahead exactly as if each had the machine to itself.
- The big number compares decoding only. Reading the prompt and choosing neurons are paid before the first token
  and shown apart: TTFT, end to end, break-even.
- Coverage, flocking, KL and everything else about the finished texts is read after the race, on no lane's clock.
- A single run is a single run. The interval comes from the scatter of its own token times.
"""

LIMITS = """
## What it does not do

- It saves time per token, not memory: the full model stays loaded to read the next prompt.
- The pruned model is another model and may answer worse, most of all after very short prompts, which tell too little
  about what will be needed, and in arithmetic and code.
- It does not make reading the prompt faster.
- On a busy or shared machine times scatter, and a small speed-up may not show.
- Coverage and KL say how far the pruned model is from the full one, not which answer is better.
"""

KEYS = """
## Keys

| | |
|---|---|
| **Ctrl + Enter** (⌘ + Enter) | run |
| **Esc** | close the drawer or the tour, or stop the run |
| **←** **→** **↑** **↓** | move through the neuron map, the charts and the flocking picture, once they have the focus |
| **Home** **End** **Page Up** **Page Down** | in the neuron map: the ends of the layer, ten layers up or down |
| **+** **−** **0** | zoom the neuron map, show the whole layer |
| **Page Up** **Page Down** | ten tokens up or down in the flocking picture |
| **←** **→** | back and next in the tour |
"""

WORDS = f"""
## Words

| | |
|---|---|
| **neuron** | one of the places of $z$: a row of the input weights, a column of the output weights |
| **flocking** | tokens of one text tend to excite the same neurons |
| **expert neurons** | the neurons kept for this text |
| **density** | share of the neurons that are kept: {LEAST_DENSITY:g} to {MOST_DENSITY:g} here, above 0 elsewhere |
| **lane** | one way of continuing the prompt, with its own cache, sampler and clock |
| **prefill**, **decode** | reading the prompt, all tokens at once; writing the answer, one at a time |
| **TTFT** | time to first token: prefill, and for a pruned lane choosing its neurons, too |
| **swap test** | continuing a prompt with the neurons that another one chose |
"""

MORE = """
## More

The method: H. Dong, B. Chen and Y. Chi, *Prompt-prompted Adaptive Structured Pruning for Efficient LLM Generation*,
COLM 2024, [arXiv 2404.01365](https://arxiv.org/abs/2404.01365). Divergent tokens:
[arXiv 2311.01544](https://arxiv.org/abs/2311.01544).

For programs: `gradio_client` finds one endpoint here, `/race`: it waits in the same line and returns both texts with
their figures. In Python, `griffin_core` gives everything on this page: `flocking`, `coverage`, `overlap`,
`token_quality`, `sweep` and `race`.
"""

COLUMNS = ((SEEN, METHOD, MEASURED, TIMED), (LIMITS, KEYS, WORDS, MORE))
"""Side by side where there is room."""

DELIMITERS = ({"left": "$$", "right": "$$", "display": True}, {"left": "$", "right": "$", "display": False})
"""What encloses a formula. Gradio draws them with the KaTeX that comes with it: nothing is asked of another host."""
