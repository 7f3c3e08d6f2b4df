"""What each figure means: the longer text behind it. Knows no numbers."""

SPREAD_HOVER = "From the scatter of the token times within this one run. It knows nothing of how runs differ."
BOUND_HOVER = (
    "Byte roofline: weight and cache bytes the full model reads for these tokens, divided by those the pruned lane "
    "reads. Memory bandwidth allows no more."
)
END_TO_END_HOVER = (
    "Reading the prompt, statistics, selection and gathering included, at the full model's answer length. It is the "
    "number to look at for a single short answer."
)
BREAK_EVEN_HOVER = "Decoded tokens after which statistics, selection and gathering are paid back by faster steps."
MATCHING_HOVER = (
    "Tokens after the first until the answers differ. The first token comes from the shared dense prefill, so it is "
    "always the same."
)
MATCHING_BRANCHED_HOVER = (
    "Tokens after the branch until the answers differ. Those before it, and the one chosen there, were given to every "
    "lane, so they say nothing."
)
TTFT_HOVER = "Time to first token. The prompt is always read by the full model."
HELD_DENSE_HOVER = "The whole model and this lane's cache."
HELD_PRUNED_HOVER = "Its slices and its cache, on top of the full model, which stays loaded: pruning saves no memory."

TOKENS_HOVER = "Tokens written in this run, an end-of-text token included."
SPEED_HOVER = "Decoded tokens a second of this lane's own compute, the time to the first token left out."
P50_HOVER = "Median time between two tokens (inter-token latency)."
P95_HOVER = "19 of 20 tokens came faster than this (inter-token latency, 95th percentile)."
PREFILL_HOVER = "Reading the prompt, once for all lanes."
STATISTICS_HOVER = "Watching which neurons the prompt excites, on top of reading it."
SELECTION_HOVER = "Ranking the neurons and choosing which to keep."
GATHER_HOVER = "Copying the kept rows of the weights into the lane's own slices."
TPOT_HOVER = "Mean time per output token over decode (TPOT), the first token left out."


def step_hover(why: str) -> str:
    """How a token is decoded. why: what stands in the way of something faster, "" for nothing."""
    said = (
        "How tokens are decoded: recorded once and run again, as a CUDA graph, or by the model's own forward (eager)."
    )
    return f"{said} Nothing faster, because {why}." if why else said
