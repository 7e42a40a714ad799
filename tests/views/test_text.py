from __future__ import annotations

import pytest

from bt_risk.views.text import as_money, exact_rate, rate_text, shorten


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (0.0233, "2.3 %"),
        (-0.519, "-51.9 %"),
        (12.5, "1,250.0 %"),
        (float("nan"), "n/a"),
        (None, "n/a"),
        (float("inf"), "infinite"),
        (-0.0, "0.0 %"),
        (-0.0004, "0.0 %"),
        (-0.0006, "-0.1 %"),
    ],
)
def test_fractions_are_printed_rate_text(fraction, text):
    assert rate_text(fraction) == text


@pytest.mark.parametrize(
    ("fraction", "text"), [(0.06, "6 %"), (0.076, "7.6 %"), (0.1 * 0.95, "9.5 %"), (0.0, "0 %")]
)
def test_limits_are_printed_without_noise_digits(fraction, text):
    assert exact_rate(fraction) == text


@pytest.mark.parametrize(
    ("amount", "text"), [(1234567.4, "1,234,567"), (-950.0, "-950"), (-0.4, "0"), (float("nan"), "n/a")]
)
def test_money_has_thousands_separators(amount, text):
    assert as_money(amount) == text


def test_a_long_name_ends_in_an_ellipsis_within_its_length():
    assert shorten("moderate", 8) == "moderate"
    assert shorten("moderately long", 8) == "moderat…"
    assert len(shorten("x" * 99, 24)) == 24
