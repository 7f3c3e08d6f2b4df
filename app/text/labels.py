"""Names of the page's controls and panels, and the words its components draw. Sentences about runs are in `text`."""

from typing import Any

from app.text import extras, sweep

TAGLINE = "The full model and a pruned one answer the same prompt, each on its own clock"
LIVE_TAB = "Race"
NEURONS_TAB = "Neurons"
SWEEP_TAB = "Sweep"
ESTIMATE_TAB = "Estimate"
ABOUT_TAB = "About"

PROMPT = "Prompt"
PROMPT_PLACEHOLDER = "Ask something, or pick an example. Ctrl+Enter runs."
RUN = "Run"
STOP = "Stop"
AGAIN = "Run again"
CONTINUE = "Continue"

PANE: dict[str, Any] = {
    "copy": "Copy",
    "copied": "Copied",
    "differs": "⚑ differs here",
    "reading": "The full model reads the prompt, once for both.",
    "branched": "↳ branched here",
    "back": "back",
    "backHover": "Back to before the branch",
    "end": "end",
    "card": {
        "name": "About this token",
        "unread": "Still reading: after the race, and after the vote of a blind run, a closer look tells about it.",
        "place": "token {number}",
        "first": "{share}, its first choice",
        "later": "{share}, its choice no. {rank}",
        "given": "The first token is the full model's in every lane.",
        "forced": "Given to every lane, up to the branch: no lane chose it here.",
        "kl": "KL(full ‖ pruned)",
        "nats": "nats",
        "coverage": "Coverage",
        "blank": "no text",
        "written": "written",
        "foot": "Choose a token: every lane goes on from there.",
    },
}
_SEALED = "A blind run: shown after the vote, because it would tell which answer is pruned."
CHART = {
    "title": "Time per token",
    "unit": "ms",
    "tokens": "token",
    "hint": "drag to zoom, double-click to reset",
    "sealed": _SEALED,
    "empty": "One line a model, one point a token, while they write",
    "missing": "The chart's script could not be loaded. Reload the page to draw it; the figures are not affected.",
}
MAP = {
    "title": "Neurons kept",
    "layer": "layer",
    "sealed": _SEALED,
    "empty": "Lights up as soon as the prompt has been read, before the first word",
    "axis": "feed-forward neurons {first} – {last}",
    "axis_part": "neurons {first} – {last} of {all}",
    "axis_short": "neurons {first} – {last}",
    "axis_part_short": "{first} – {last} of {all}",
    "thinned": ", {shown} of {all} layers drawn",
    "legend": {"dropped": "dropped", "kept": "kept and strong"},
    "lanes": "Lane on the map",
    "tip": {
        "many": "layer {layer} · neurons {first}–{last}",
        "one": "layer {layer} · neuron {first}",
        "kept": "{kept} of {count} kept ({share} %)",
        "is_kept": "kept",
        "is_dropped": "dropped",
        "score": "score {score} % of the layer's strongest",
        "bin_score": "with its neighbours, {width} in all, it scores {score} % of the layer's strongest",
        "rank": "rank {rank} of {all}",
        "about": "rank about {rank} of {all}",
        "best": "its best: rank about {rank} of {all}",
        "layer": "layer {layer} · {kept} of {all} kept",
        "strip": "{name} {value}",
        "against": "{name} with {other} {value}",
        "chance": ", by chance {value}",
    },
    "zoom": {
        "out": "Zoom out (wheel, or the minus key)",
        "in": "Zoom in (wheel, drag, or the plus key)",
        "reset": "Show the whole layer (double-click, or the 0 key)",
    },
    "keys": (
        "Arrow keys move the cursor, Home and End to the ends of the layer, Page Up and Page Down by ten layers. "
        "Plus and minus zoom, 0 shows the whole layer."
    ),
    "save": "Save picture",
    "file": "neurons kept",
    "strip": {
        "label": "Number drawn for every layer",
        "share": "score kept",
        "gini": "concentration",
        "overlap": "overlap",
        "against": "{name} with {other}",
        "missing": {"share": "score kept: not known", "overlap": "overlap: one lane only"},
        "chance": "white line: by chance",
    },
}
EXAMPLES = {"lead": "Try", "breaks": "Where it breaks"}
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
QUALITY: dict[str, Any] = {
    "marks": "Marks",
    "modes": {"surprise": "surprise", "disagreement": "disagreement", "coverage": "coverage", "off": "off"},
    "means": {
        "surprise": "How unlikely the other model finds each token",
        "disagreement": "KL(full ‖ pruned) at each token; stripes where their first choices differ",
        "coverage": "How much of the full model's squared activations the kept neurons miss at each token",
        "off": "",
    },
    "scales": {
        "surprise": ["likely", "unlikely"],
        "disagreement": ["agree", "far apart"],
        "coverage": ["covered", "missed"],
        "measured": ["{share} % covered", "{share} %"],
    },
    "stripes": "other choice",
    "hint": "After the race every token gets a mark: how likely the other model finds it.",
    "sealed": "A blind run: after the vote every token gets a mark.",
    "numbers": "Numbers",
}

BLIND = "Which one is pruned?"
OTHER_PROMPT = "Other prompt"
OTHER_PLACEHOLDER = "The other prompt: its neurons continue yours."
COMPARE = {"swap": "Swap test", "proves": extras.SWAP_PROVES, "compare": "Compare with"}
EXTRAS: dict[str, Any] = {
    "lead": "Compare with",
    "kinds": [{"kind": kind, "name": name, "means": extras.HOVERS[kind]} for kind, name in extras.NAMES.items()],
    "most": 2,
    "proves": extras.SWAP_PROVES,
    "replaced": "Set aside for the swap test: {names}.",
    "hint": "Up to two lanes beside the full and the pruned model.",
    "enough": "A run takes two of them. Leave one out to take this one.",
    "tooMany": "A run takes two of them. Leave some out.",
    "take": "Other prompt",
    "german": "Same text in German",
}
BALLOT: dict[str, Any] = {
    "question": "Which one is pruned?",
    "choices": [
        {"said": "A", "name": "A is pruned"},
        {"said": "B", "name": "B is pruned"},
        {"said": "", "name": "I can't tell"},
    ],
}

SWEEP_DENSITIES = "Densities"
SWEEP_METHODS = "Neurons chosen by"
START_SWEEP = "Start sweep"
FEW_POINTS = "3 points"
USUAL_POINTS = "7 points"
MANY_POINTS = "16 points"
SWEEP_PROMPT = {"lead": "Prompt", "note": "from the Race tab, with its model, system prompt and template"}
SWEEP: dict[str, Any] = {
    "title": "What each density costs",
    "swept": "swept: “{words}”",
    "sweptNote": (
        "The Race tab now has another prompt, system prompt, template or model. Racing a point brings these back."
    ),
    "empty": "Start a sweep: one point a density, further up is closer to the full model, further right is cheaper.",
    "missing": CHART["missing"],
    "untimed": "No speed was measured. Switch to the feed-forward bytes.",
    "full": "Full model",
    "better": "better ↗",
    "pareto": "Pareto line: no point beats these in both",
    "hollow": "hollow: could be noise, not on the line",
    "limits": {"little": "changes little", "broken": "breaks"},
    "hint": "click to race it",
    "up": {
        "lead": "Upwards",
        "kl": [
            "KL",
            "KL(full ‖ pruned), nats a token: 0, at the top, is no loss",
            "Mean over the tokens of its text",
        ],
        "agreement": ["same choice", "% of tokens with the full model's first choice", "Forced agreement on its text"],
    },
    "across": {
        "lead": "To the right",
        "speed": [
            "speed-up",
            "decode speed-up, measured, with its 95 % interval",
            "Full model's time per token ÷ this",
        ],
        "bytes": [
            "bytes",
            "% of the feed-forward bytes read per token: fewer to the right",
            "What every token reads of these layers",
        ],
    },
    "table": "All points of the sweep",
    "columns": [
        ["Method", "How the kept neurons are chosen"],
        ["Density", DENSITY],
        ["KL", "KL(full ‖ pruned), mean in nats a token; 0 is no loss"],
        ["Same choice", "Forced agreement: share of tokens at which both models' first choice is the same"],
        ["Speed-up", "Time per token of the full model over this one's, decoded by turns"],
        ["95 % interval", "From the scatter of the token times in this one sweep"],
        ["Roofline", "Byte roofline: the speed-up that memory bandwidth allows"],
        ["FF bytes", "Feed-forward bytes read per token, as a share of the full model's"],
    ],
    "race": "Race",
    "raceThis": "Race it: {point}",
    "judged": "How is this judged?",
    "why": sweep.judged(sweep.LITTLE_KL, sweep.BROKEN_KL),
}
TOUR: dict[str, Any] = {
    "name": "Guided tour",
    "open": "Tour",
    "place": "Tour · {step} of {steps}",
    "skip": "Skip",
    "close": "Close",
    "show": "Show me",
    "back": "Back",
    "next": "Next",
    "end": "Done",
    "running": "Running the example “{name}” …",
    "looking": "The texts are being read once more: the picture comes in a moment.",
    "filling": "A run is going on: this fills as it goes.",
    "after": "A run is going on: the closer look comes when it is over.",
    "busy": "A run is going on. Press again when it has ended, or stop it first.",
    "vote": "A blind run waits for your vote. Vote first, then press again.",
    "failed": "The run did not come to its end. The line under the prompt says why.",
    "drawings": {
        "signal": "signal",
        "out": "signal, changed",
        "neurons": "neurons",
        "tokens": "tokens",
        "kept": "kept",
        "dropped": "left out",
        "sorted": "neurons by score",
        "full": "Full model",
        "pruned": "Half of the neurons",
        "rest": "attention, rest",
        "feedForward": "feed-forward neurons",
        "long": "After a long prompt",
        "short": "After a short prompt",
        "needed": "needed and kept",
        "missing": "needed, left out",
    },
}
