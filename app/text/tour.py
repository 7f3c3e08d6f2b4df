"""The guided tour: five steps, each with what to read, what its drawing shows, and what to look at on the page."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Step:
    """key: which drawing and which part of the page, see assets/js/tour/scenes.js. words: at most 60.

    drawing: what the drawing shows, for who cannot see it. look: said where the page now shows the real thing.
    """

    key: str
    title: str
    words: str
    drawing: str
    look: str


STEPS = (
    Step(
        key="neuron",
        title="What is a feed-forward neuron?",
        words=(
            "Every layer of a language model has many neurons: 1,536 in the built-in one. For each token a neuron "
            "reads the signal, answers with one number, and adds its own direction to the signal, that many times. "
            "Together they hold most of the weights, and every token has to read all of them."
        ),
        drawing=(
            "Schematic: the signal enters three neurons; each answers with a number, drawn as how full its circle is, "
            "and adds its direction to the signal that leaves."
        ),
        look="Here they are: a row is a layer, a column a few neurons. Point at one.",
    ),
    Step(
        key="flocking",
        title="Flocking",
        words=(
            "While a model reads one text, its tokens tend to excite the same neurons, measured against each token's "
            "own strength. The GRIFFIN paper calls this flocking. In the picture a row is a token and a column a "
            "neuron: streaks from top to bottom are neurons that nearly every token uses."
        ),
        drawing="Schematic: a grid of tokens and neurons, in which some columns are bright from top to bottom.",
        look="The real thing: the prompt's tokens on top, an answer's below, strongest neurons left.",
    ),
    Step(
        key="selection",
        title="Selection",
        words=(
            "So the prompt tells which neurons matter. Each gets a score: its relative activations over the prompt, "
            "squared, added up, and the root of that. The highest are kept in every layer, half of them for instance. "
            "The others sit this answer out. Nothing is trained, and the next prompt chooses anew."
        ),
        drawing="Schematic: neurons as bars, sorted by score; the higher half is kept, the lower half left out.",
        look="Lit neurons are kept, dark ones left out. Right: how much of the squared score is kept.",
    ),
    Step(
        key="speed",
        title="Speed",
        words=(
            "For every token the weights travel from memory to the processor. Fewer neurons, fewer bytes, faster "
            "tokens. Each lane has a clock of its own, and the big number compares decoding alone; beside it stands "
            "what the bytes allow. Reading the prompt gets no faster, so short answers gain little."
        ),
        drawing=(
            "Schematic of the bytes read for one token: attention and the rest are equal in both models, the "
            "feed-forward part of the pruned one is half as long."
        ),
        look="Decode speed-up of this one run, with its interval and its bound.",
    ),
    Step(
        key="breaks",
        title="Where it breaks",
        words=(
            "A short prompt tells little about what its answer will need. Arithmetic, code and lists then miss neurons "
            "that were left out, and the answer derails. After the run, marks under the tokens show where the two "
            "models part, and by how much."
        ),
        drawing=(
            "Schematic: of the neurons an answer needs, most are kept after a long prompt; after a short one many are "
            "left out."
        ),
        look="Arithmetic with half of the neurons: compare the answers. Then try a prompt of your own.",
    ),
)

BREAKING = "Arithmetic"
"""Name of the example that the last step runs; the others run the first one where no race is on the screen."""
