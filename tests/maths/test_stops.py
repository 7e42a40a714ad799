from __future__ import annotations

import datetime
from math import inf, isnan, nan

import backtrader as bt
import numpy as np
import pandas as pd
import pytest

from bt_risk.maths import stops

BARS = [(10.0, 9.0, 9.5), (12.0, 11.0, 11.5), (12.0, 10.0, 10.2), (11.0, 10.1, 10.8), (10.9, 8.0, 8.5)]


@pytest.mark.parametrize(
    ("high", "low", "previous_close", "expected"),
    [
        (12, 11, 9.5, 2.5),  # a gap up
        (9, 8.5, 10, 1.5),  # a gap down
        (10.9, 8, 10.8, 2.9),  # inside the bar
        (10, 10, 10, 0),
    ],
)
def test_the_true_range_reaches_to_the_previous_close(high, low, previous_close, expected):
    assert stops.true_range(high, low, previous_close) == pytest.approx(expected)


@pytest.mark.parametrize("bar", [(nan, 1, 1), (2, nan, 1), (2, 1, nan)])
def test_the_true_range_of_an_incomplete_bar_is_undefined(bar):
    assert isnan(stops.true_range(*bar))


def test_the_wilder_step_weighs_the_new_range_with_one_over_the_period():
    assert stops.wilder_step(1.8, 2.9, 3) == pytest.approx((1.8 * 2 + 2.9) / 3)
    assert isnan(stops.wilder_step(1.8, 2.9, 0))


def test_a_period_of_one_forgets_every_earlier_range():
    assert stops.wilder_step(5.0, 3.0, 1) == 3.0
    assert isnan(stops.wilder_step(5.0, 3.0, 0))


def test_the_average_true_range_is_seeded_by_the_mean_of_its_first_ranges():
    # true ranges 2.5, 2.0, 0.9, 2.9: the seed is 5.4 / 3, then (1.8 * 2 + 2.9) / 3
    series = stops.atr_series(*zip(*BARS, strict=True), period=3)
    assert np.isnan(series[:3]).all()
    assert series[3:] == pytest.approx([1.8, 6.5 / 3])


def test_the_simple_average_true_range_forgets_the_oldest_range():
    series = stops.simple_atr_series(*zip(*BARS, strict=True), period=3)
    assert np.isnan(series[:3]).all()
    assert series[3:] == pytest.approx([1.8, 5.8 / 3])


def test_an_average_over_less_than_one_range_is_undefined():
    columns = tuple(zip(*BARS, strict=True))
    assert np.isnan(stops.atr_series(*columns, period=0)).all()
    assert np.isnan(stops.simple_atr_series(*columns, period=0)).all()


def test_a_missing_price_blanks_the_simple_average_only_while_it_is_in_the_window():
    columns = np.array(BARS * 2).T
    columns[1, 4] = nan
    assert np.isnan(stops.simple_atr_series(*columns, period=2)).tolist() == [
        True, True, False, False, True, True, False, False, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "bad", [(nan, 9, 9.5), (10, nan, 9.5), (10, 9, nan), (inf, 9, 9.5), (10, 9, inf), (9, 10, 9.5)]
)
@pytest.mark.parametrize("position", [0, 1, 3, 5])
def test_a_bad_bar_is_skipped_and_poisons_nothing(bad, position):
    bars = [*BARS[:position], bad, *BARS[position:]]
    series = stops.atr_series(*zip(*bars, strict=True), period=3)
    clean = stops.atr_series(*zip(*BARS, strict=True), period=3)
    assert np.delete(series, position) == pytest.approx(clean, nan_ok=True)


def random_bars(count: int) -> pd.DataFrame:
    random = np.random.default_rng(7)
    close = 100 * np.exp(np.cumsum(random.normal(0, 0.02, count)))
    opened = close * np.exp(random.normal(0, 0.01, count))
    spread = np.abs(random.normal(0, 0.01, (2, count)))
    return pd.DataFrame(
        {
            "open": opened,
            "high": np.maximum(opened, close) * (1 + spread[0]),
            "low": np.minimum(opened, close) * (1 - spread[1]),
            "close": close,
        },
        index=[datetime.datetime(2020, 1, 1) + datetime.timedelta(days=day) for day in range(count)],
    )


@pytest.mark.parametrize("period", [1, 2, 14])
def test_the_average_true_range_equals_that_of_backtrader(period):
    bars = random_bars(120)

    class Recorder(bt.Strategy):
        def __init__(self):
            self.atr = bt.ind.ATR(self.data, period=period)
            self.seen = []

        def next(self):
            self.seen.append(self.atr[0])

    cerebro = bt.Cerebro()
    cerebro.adddata(bt.feeds.PandasData(dataname=bars, volume=None, openinterest=None))
    cerebro.addstrategy(Recorder)
    seen = cerebro.run()[0].seen

    ours = stops.atr_series(bars.high, bars.low, bars.close, period=period)
    assert len(seen) == 120 - period  # the first bar has no true range
    assert np.isnan(ours[:period]).all()
    assert ours[period:] == pytest.approx(seen, rel=1e-9)


@pytest.mark.parametrize(
    ("stop", "is_long", "expected"),
    [
        (lambda **side: stops.atr_stop(100, 3.5, 2.5, **side), True, 91.25),
        (lambda **side: stops.atr_stop(100, 3.5, 2.5, **side), False, 108.75),
        (lambda **side: stops.fixed_stop(100, 0.02, **side), True, 98),
        (lambda **side: stops.fixed_stop(100, 0.02, **side), False, 102),
        (lambda **side: stops.fixed_stop(-40, 0.02, **side), True, -40.8),
        (lambda **side: stops.chandelier_stop(120, 3.5, 2, **side), True, 113),
        (lambda **side: stops.chandelier_stop(80, 3.5, 2, **side), False, 87),
        (lambda **side: stops.trailing_stop(103, 0.02, **side), True, 100.94),
        (lambda **side: stops.trailing_stop(97, 0.02, **side), False, 98.94),
        (lambda **side: stops.atr_stop(100, 0, 2.5, **side), True, 100),
        (lambda **side: stops.atr_stop(10, 5, 2.5, **side), False, 22.5),
    ],
)
def test_a_stop_lies_on_the_losing_side_at_its_distance(stop, is_long, expected):
    assert stop(is_long=is_long) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(
    "stop",
    [
        stops.atr_stop(10, 5, 2.5, is_long=True),  # -2.5 can never trade
        stops.atr_stop(10, 5, 2, is_long=True),
        stops.fixed_stop(100, 1.0, is_long=True),
        stops.atr_stop(100, nan, 2.5, is_long=True),
        stops.atr_stop(nan, 3.5, 2.5, is_long=True),
        stops.atr_stop(100, 3.5, -2.5, is_long=True),
        stops.atr_stop(100, 0.1, -2.5, is_long=True),
        stops.trailing_stop(100, -0.02, is_long=False),
        stops.chandelier_stop(nan, 3.5, 2, is_long=False),
    ],
)
def test_a_stop_that_could_protect_nothing_is_undefined(stop):
    assert isnan(stop)


@pytest.mark.parametrize(
    ("current", "candidate", "is_long", "expected"),
    [
        (98, 99, True, 99),
        (98, 97, True, 98),
        (102, 101, False, 101),
        (102, 103, False, 102),
        (98, nan, True, 98),
        (102, nan, False, 102),
        (nan, 97, True, 97),
        (nan, 103, False, 103),
    ],
)
def test_a_ratchet_never_loosens(current, candidate, is_long, expected):
    assert stops.ratchet(current, candidate, is_long=is_long) == expected


def test_a_ratchet_between_two_unknown_stops_is_unknown():
    assert isnan(stops.ratchet(nan, nan, is_long=True))


@pytest.mark.parametrize(
    ("stop", "bar_open", "is_long", "fill"),
    [
        (98, 95, True, 95),  # opened below: the market sets the price
        (98, 98, True, 98),
        (98, 99, True, 98),
        (102, 105, False, 105),
        (102, 101, False, 102),
        (98, nan, True, 98),
    ],
)
def test_a_stop_fills_at_its_price_or_at_the_open_beyond_it(stop, bar_open, is_long, fill):
    assert stops.gap_fill_price(stop, bar_open, is_long=is_long) == fill
