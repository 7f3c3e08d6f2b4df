"""What was found on one prompt, lane by lane. Plain numbers and texts; knows no torch and no file."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LaneResult:
    """One lane on one prompt, judged at the T - 1 positions behind the first token of the full model's answer.

    kl: KL(full ‖ lane) of the prediction at each of them, in nats, teacher-forced at temperature 1.
    agrees: whether the lane's first choice is the full model's there.
    token_ids, text: the lane's own greedy answer, to its natural end. full_logprob: mean log-probability of its tokens
    under the full model, in nats.
    ff_bytes_share: feed-forward bytes of a decoded token over the full model's, in 0-1.
    selection_ms: statistics, selection and gathering; 0 for a dense lane. tpot_ms: time per decoded token of the lane's
    own answer by its own clock; None for an answer of one token.
    """

    name: str
    kl: tuple[float, ...]
    agrees: tuple[bool, ...]
    token_ids: tuple[int, ...]
    text: str
    full_logprob: float
    ff_bytes_share: float
    selection_ms: float
    tpot_ms: float | None


@dataclass(frozen=True, kw_only=True)
class PromptResult:
    """One prompt, its place in the file counted from 1. answer, answer_ids: the full model's, T tokens."""

    number: int
    prompt_tokens: int
    answer: str
    answer_ids: tuple[int, ...]
    lanes: tuple[LaneResult, ...]
