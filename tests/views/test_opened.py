from __future__ import annotations

import dataclasses
import doctest
from math import nan

import pytest

from bt_risk.views import opened
from bt_risk.views.opened import OpenedPosition, format_position_opened

FIRST = OpenedPosition(
    data="BNBUSDT",
    is_long=True,
    units=0.150373,
    entry=623.45,
    stop=577.95,
    target=714.45,
    atr=18.2,
    capital=31.25,
    notional=93.75,
    equity=500.0,
    total_capital=31.25,
    total_notional=93.75,
    heat=0.013684,
    positions=1,
)


def lines(**changes):
    return format_position_opened(dataclasses.replace(FIRST, **changes)).splitlines()


def line(label, **changes):
    return next(text for text in lines(**changes) if text.startswith(f"{label}:"))


def test_the_example_in_the_docstring_is_what_is_printed():
    results = doctest.testmod(opened)
    assert results.attempted > 0
    assert results.failed == 0


def test_the_first_position_of_an_account():
    assert lines() == [
        "POSITION OPENED: BNBUSDT",
        "==============================",
        "Direction: LONG",
        "Entry: 623.45",
        "Size: 0.150373 units for 31.25 (6.25 % of equity)",
        "Leverage: 3.0x",
        "ATR: 18.2",
        "Stop: 577.95 (7.3 % away, 2.5x ATR)",
        "Target: 714.45 (14.6 % away, 5.0x ATR)",
        "Reward to Risk: 2.0",
        "Free Cash: 468.75",
        "Allocated Capital: 31.25 (6.25 % of equity)",
        "Exposure: 93.75 (18.75 % of equity)",
        "Heat: 1.37 % of equity lost if every stop is hit",
        "Total Positions: 1",
    ]


def test_a_short_of_shares_has_its_stop_above_and_its_capital_unlevered():
    found = lines(
        data="XYZ",
        is_long=False,
        units=200.0,
        entry=50.0,
        stop=52.0,
        target=45.0,
        atr=1.0,
        capital=10_000.0,
        notional=10_000.0,
        equity=1_234_567.89,
        total_capital=10_000.0,
        total_notional=10_000.0,
        heat=0.0004,
    )
    assert found[2:10] == [
        "Direction: SHORT",
        "Entry: 50",
        "Size: 200 units for 10,000.00 (0.81 % of equity)",
        "Leverage: 1.0x",
        "ATR: 1",
        "Stop: 52 (4.0 % away, 2.0x ATR)",
        "Target: 45 (10.0 % away, 5.0x ATR)",
        "Reward to Risk: 2.5",
    ]
    assert found[10] == "Free Cash: 1,224,567.89"


def test_allocated_capital_exposure_and_heat_are_three_lines():
    # The three trades of the documents: 57.29 is allocated, 12.54 is at risk.
    found = lines(total_capital=57.291667, total_notional=171.875, heat=0.0250872, positions=3, concurrent=2)
    assert found[10:] == [
        "Free Cash: 442.71",
        "Allocated Capital: 57.29 (11.46 % of equity)",
        "Exposure: 171.88 (34.38 % of equity)",
        "Heat: 2.51 % of equity lost if every stop is hit",
        "Total Positions: 3",
        "Note: reduced because of 2 concurrent positions",
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"stop": None}, ["Stop: none", "Target: 714.45 (14.6 % away, 5.0x ATR)", "Reward to Risk: n/a"]),
        ({"target": None}, ["Stop: 577.95 (7.3 % away, 2.5x ATR)", "Target: none", "Reward to Risk: n/a"]),
        (
            {"atr": nan},
            [
                "Stop: 577.95 (7.3 % away, n/a ATR)",
                "Target: 714.45 (14.6 % away, n/a ATR)",
                "Reward to Risk: 2.0",
            ],
        ),
    ],
)
def test_what_is_missing_is_said(changes, expected):
    assert lines(**changes)[7:10] == expected


def test_undefined_numbers_are_not_available():
    assert line("ATR", atr=nan) == "ATR: n/a"
    assert line("Leverage", capital=0.0) == "Leverage: n/a"
    assert line("Heat", heat=nan) == "Heat: n/a of equity lost if every stop is hit"
    assert line("Allocated Capital", equity=nan) == "Allocated Capital: 31.25 (n/a of equity)"


@pytest.mark.parametrize(
    ("price", "text"),
    [(1.08235, "1.08235"), (0.00001234, "1.234e-05"), (64_123.5, "64,123.5"), (0.1 + 0.2, "0.3")],
)
def test_prices_have_the_digits_of_their_market(price, text):
    assert line("Entry", entry=price) == f"Entry: {text}"


def test_the_text_is_ascii():
    assert format_position_opened(FIRST).isascii()
