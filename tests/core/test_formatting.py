"""Numbers as the visitor reads them."""

import pytest

from griffin_core import formatting


@pytest.mark.parametrize(
    ("ms", "shown"),
    [
        (None, "–"),
        (0.0, "0.00 ms"),
        (0.4249, "0.42 ms"),
        (0.999, "1.0 ms"),
        (9.46, "9.5 ms"),
        (99.49, "99.5 ms"),
        (99.51, "100 ms"),
        (412.4, "412 ms"),
        (999.4, "999 ms"),
        (999.6, "1.00 s"),
        (9_994.0, "9.99 s"),
        (12_340.0, "12.3 s"),
    ],
)
def test_times_keep_their_unit_and_about_three_digits(ms: float | None, shown: str) -> None:
    assert formatting.milliseconds(ms) == shown.replace(" ", formatting.SPACE)


@pytest.mark.parametrize(
    ("size", "shown"),
    [(None, "–"), (40_000, "0.04 MB"), (9_300_000, "9.3 MB"), (93_000_000, "93 MB"), (1_250_000_000, "1.25 GB")],
)
def test_sizes_are_powers_of_ten(size: int | None, shown: str) -> None:
    assert formatting.megabytes(size) == shown.replace(" ", formatting.SPACE)


@pytest.mark.parametrize(("share", "shown"), [(0.5, "50 %"), (0.125, "12.5 %"), (1.0, "100 %"), (0.3333, "33.3 %")])
def test_shares_read_as_percent(share: float, shown: str) -> None:
    assert formatting.percent(share) == shown.replace(" ", formatting.SPACE)


def test_one_thing_is_not_counted_in_the_plural() -> None:
    assert formatting.counted(1, "token") == f"1{formatting.SPACE}token"
    assert formatting.counted(0, "token") == f"0{formatting.SPACE}tokens"
    assert formatting.counted(8192, "token") == f"8,192{formatting.SPACE}tokens"


@pytest.mark.parametrize(("gb_s", "shown"), [(51.2, "51.2 GB/s"), (99.96, "100 GB/s"), (3_350.0, "3,350 GB/s")])
def test_bandwidths_keep_about_three_digits(gb_s: float, shown: str) -> None:
    assert formatting.bandwidth(gb_s) == shown.replace(" ", formatting.SPACE)
