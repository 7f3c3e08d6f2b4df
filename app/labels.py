"""Names of the page's controls and panels, and the words its components draw. Sentences about runs are in `text`."""

TAGLINE = "The full model and a pruned one answer the same prompt, each on its own clock"
LIVE_TAB = "Race"
NEURONS_TAB = "Neurons"
SWEEP_TAB = "Sweep"
ABOUT_TAB = "About"

PROMPT = "Prompt"
PROMPT_PLACEHOLDER = "Ask something, or pick an example. Ctrl+Enter runs."
RUN = "Run"
STOP = "Stop"
AGAIN = "Run again"
CONTINUE = "Continue"

PANE = {
    "copy": "Copy",
    "copied": "Copied",
    "differs": "⚑ differs here",
    "reading": "The full model reads the prompt, once for both.",
}
CHART = {
    "title": "Time per token",
    "unit": "ms",
    "tokens": "token",
    "hint": "drag to zoom, double-click to reset",
    "empty": "One line a model, one point a token, while they write",
    "missing": "The chart's script could not be loaded. Reload the page to draw it; the figures are not affected.",
}
MAP = {
    "title": "Neurons kept",
    "layer": "layer",
    "empty": "Lights up as soon as the prompt has been read, before the first word",
    "axis": "feed-forward neurons {first} – {last}",
    "axis_part": "neurons {first} – {last} of {all}",
    "thinned": ", {shown} of {all} layers drawn",
    "legend": {"dropped": "dropped", "kept": "kept and strong"},
    "lanes": "Lane on the map",
    "tip": {
        "many": "layer {layer} · neurons {first}–{last}",
        "one": "layer {layer} · neuron {first}",
        "kept": "{kept} of {count} kept · {share} %",
        "is_kept": "kept",
        "is_dropped": "dropped",
        "score": "score {score} % of the layer's strongest",
        "rank": "rank {rank} of {bins} bins",
        "best": "best bin: rank {rank} of {bins}",
        "layer": "layer {layer} · {kept} of {all} kept",
        "strip": "{name} {value}",
        "chance": ", by chance {value}",
    },
    "zoom": {"out": "Zoom out", "in": "Zoom in", "reset": "Whole layer"},
    "keys": "Plus and minus zoom, arrow keys move, Home shows the whole layer.",
    "hint": "Wheel or drag to zoom, double-click for the whole layer. Keys: + − arrows Home",
    "save": "Save picture",
    "file": "neurons kept",
    "strip": {
        "label": "Number drawn for every layer",
        "share": "score kept",
        "gini": "concentration",
        "overlap": "overlap",
        "missing": {"share": "score kept: not known", "overlap": "overlap: one lane only"},
        "chance": "by chance",
    },
}
EXAMPLES = {"lead": "Try"}
FIGURES = {"summary": "All figures and what they mean", "meaning": "Meaning"}

MODEL = "Model"
METHOD = "Method"
METHOD_INFO = "How the kept neurons are chosen"
DENSITY = "Density"
LEAST_DENSITY, MOST_DENSITY = 0.1, 1.0
DENSITY_INFO = (
    "Share of the feed-forward neurons kept in every layer. "
    f"A number outside {LEAST_DENSITY:g} to {MOST_DENSITY:g} becomes the nearest of the two"
)
MAX_NEW_TOKENS = "Max new tokens"
SEED = "Seed"
TEMPERATURE = "Temperature"
TEMPERATURE_INFO = "0 is greedy"
TOP_K = "Top-k"
TOP_K_INFO = "0 is off"
TOP_P = "Top-p"
TOP_P_INFO = "1 is off"
CHAT = "Use the model's chat template"
SYSTEM = "System prompt"
SCHEDULE = "Schedule"
SCHEDULE_INFO = "Each lane has its own clock either way"
SCHEDULES = {"race": "Race: side by side", "sequential": "One after the other"}
IGNORE_EOS = "Go on past the end of the answer"
QUALITY: dict[str, str] = {}
COVERAGE: dict[str, str] = {}
FLOCKING: dict[str, str] = {}
LAYERS: dict[str, str] = {}
LAYER = "Layer"
LOOK = "Look again"
