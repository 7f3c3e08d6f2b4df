"""Which point of a sweep is called a good deal."""

import pytest

from app.presenters.good_deal import deal_sentence
from griffin_core.events import SweepPoint
from tests.app.scripted_sweep import point


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ([], ""),
        (
            [point(density=0.9, kl=0.02), point(density=0.7, kl=0.05, speedup=1.2), point(density=0.3, kl=1.5)],
            "Down to 70 % the answer changes little (KL 0.05), and decoding is 1.20× as fast; at 30 % it breaks.",
        ),
        (
            [point(density=0.9, kl=0.02), point(density=0.3, kl=1.0), point(density=0.2, kl=2.0)],
            "Down to 90 % the answer changes little (KL 0.02), and decoding is 1.06× as fast; "
            "at 30 % and below it breaks.",
        ),
        (
            [point(density=0.9, kl=0.02, speedup=1.1), point(density=0.8, kl=0.05, speedup=1.1, spread=1.5)],
            "At 90 % the answer changes little (KL 0.02), and decoding is 1.10× as fast.",
        ),
        (
            [point(density=0.9, kl=0.02, speedup=1.0), point(density=0.5, kl=0.4, speedup=1.02)],
            "Nothing here is faster: every point's interval reaches across 1×; "
            "down to 90 % the answer changes little (KL 0.02).",
        ),
        (
            [point(density=0.9, kl=0.2, speedup=0.8), point(density=0.5, kl=0.4, speedup=0.9)],
            "Nothing here is faster: no point's interval lies above 1×; the answer changes at every density.",
        ),
        (
            [point(density=0.9, kl=0.02, speedup=1.0), point(density=0.5, kl=0.4, speedup=1.4)],
            "No point is a good deal: the gentlest that is clearly faster (50 %, 1.40×) changes the answer (KL 0.4).",
        ),
        (
            [point(density=0.9, kl=0.2, speedup=1.0), point(density=0.5, kl=2.0, speedup=1.4)],
            "No point is a good deal: the gentlest that is clearly faster (50 %, 1.40×) breaks the answer (KL 2).",
        ),
        (
            [point(density=0.5, kl=0.03, timed=False)],
            "Down to 50 % the answer changes little (KL 0.03); speed was not measured.",
        ),
        (
            [point(kl=0.03), point("random", kl=1.5), point("magnitude", kl=0.02)],
            "With GRIFFIN down to 50 % the answer changes little (KL 0.03), and decoding is 1.43× as fast. "
            "Random neurons lose more at every density. Largest weights lose less at 50 %.",
        ),
        (
            [point(kl=0.03), point("random", kl=1.5), point("magnitude", kl=2.0)],
            "With GRIFFIN down to 50 % the answer changes little (KL 0.03), and decoding is 1.43× as fast. "
            "Random neurons and largest weights lose more at every density.",
        ),
        (
            [point(density=0.9, kl=0.12, speedup=1.1), point(density=0.8, kl=0.05, speedup=1.2)],
            "At 80 % the answer changes little (KL 0.05), and decoding is 1.20× as fast.",
        ),
        (
            [point(density=0.9, kl=0.12, speedup=1.0), point(density=0.8, kl=0.05, speedup=1.0)],
            "Nothing here is faster: every point's interval reaches across 1×; "
            "at 80 % the answer changes little (KL 0.05).",
        ),
        (
            [point("random", kl=1.5, speedup=1.4), point(kl=0.03, speedup=1.4)],
            "With GRIFFIN down to 50 % the answer changes little (KL 0.03), and decoding is 1.40× as fast. "
            "Random neurons lose more at every density.",
        ),
        (
            [point("random", density=0.9, kl=0.3, speedup=1.1)],
            "With random neurons no point is a good deal: the gentlest that is clearly faster (90 %, 1.10×) changes "
            "the answer (KL 0.3).",
        ),
        (
            [point(kl=0.03, speedup=1.0), point("random", kl=1.5, speedup=1.4)],
            "With GRIFFIN down to 50 % the answer changes little (KL 0.03), but nothing is clearly faster. "
            "Random neurons lose more at every density.",
        ),
        (
            [point(kl=0.03, speedup=1.0), point("random", kl=1.5, speedup=0.8)],
            "Nothing here is faster: no point's interval lies above 1×; with GRIFFIN down to 50 % the answer changes "
            "little (KL 0.03). Random neurons lose more at every density.",
        ),
        (
            [
                *(point(density=1.0, kl=0.0, speedup=1.0), point(density=0.5, kl=0.05, speedup=1.3)),
                *(point("random", density=1.0, kl=1e-7, speedup=1.0), point("random", kl=1.5)),
            ],
            "With GRIFFIN down to 50 % the answer changes little (KL 0.05), and decoding is 1.30× as fast. "
            "Random neurons lose more at 50 %.",
        ),
    ],
)
def test_one_sentence_says_what_is_a_good_deal_or_that_none_is(points: list[SweepPoint], sentence: str) -> None:
    assert deal_sentence(points).replace("\N{NO-BREAK SPACE}", " ") == sentence
