"""Exact sizes of the sizers that look at something else than the stop."""

import math

import pytest

from bt_risk.sizers import (
    ConfidenceSizer,
    DynamicSizer,
    FixedFractionalSizer,
    KellySizer,
    RegimeSizer,
    VolatilitySizer,
)
from tests.backtrader.play import send
from tests.sizers.runs import BUY, CALM, QUICK, SELL, WithStop, calm, reasons, run, sizes


@pytest.mark.parametrize(("order", "sign"), [(BUY, 1), (SELL, -1)])
@pytest.mark.parametrize(
    ("params", "units"),
    [({}, 20), ({"fixed_fraction": 0.2}, 100), ({"fixed_fraction": 0.2, "max_position": 0.5}, 200)],
)
def test_a_fixed_fraction_of_equity_is_bought(order, sign, params, units):
    assert sizes(run(calm(3), sizer=(FixedFractionalSizer, params), script={1: order})) == [sign * units]


def test_a_fixed_fraction_of_futures_is_a_notional():
    def futures(cerebro):
        cerebro.broker.setcommission(commission=0.0, margin=1_000.0, mult=50.0)

    sizer = (FixedFractionalSizer, {"fixed_fraction": 0.10})
    assert sizes(run(calm(3), sizer=sizer, script={1: BUY}, prepare=futures)) == [2]


@pytest.mark.parametrize(("order", "sign"), [(BUY, 1), (SELL, -1)])
@pytest.mark.parametrize(
    ("params", "units"),
    [
        ({}, 50),  # 5 % of equity at an ATR of 2 %
        ({"volatility_target": 0.01}, 25),
        ({"volatility_base": 0.08}, 80),
        ({"method": "atr_risk"}, 100),  # 1000 / 2 is 500 units, of which 10 % of equity is left
        ({"method": "atr_risk", "max_position": None}, 500),
        ({"method": "atr_risk", "risk_money": 100.0}, 50),
    ],
)
def test_wider_ranges_buy_less(order, sign, params, units):
    sizer = (VolatilitySizer, {**QUICK, **params})
    assert sizes(run(calm(5), sizer=sizer, script={3: order})) == [sign * units]


@pytest.mark.parametrize("method", ["inverse_volatility", "atr_risk"])
def test_an_unknown_range_is_refused(method):
    sizer = (VolatilitySizer, {"method": method})
    (reason,) = reasons(run(calm(3), sizer=sizer, script={1: BUY}))
    assert "average true range" in reason


class Sure(WithStop):
    """A strategy that says how sure it is and what it thinks of the market."""

    params = (("sure", 0.75), ("market", None))

    def confidence(self, data):
        return self.p.sure

    def regime(self, data):
        return self.p.market


def saying(**answers):
    return type("Saying", (Sure,), {"params": tuple(answers.items())})


@pytest.mark.parametrize(("sure", "units"), [(0.55, 25), (0.75, 85), (0.95, 100)])
def test_a_surer_strategy_buys_more(sure, units):
    assert sizes(run(calm(3), sizer=(ConfidenceSizer, {}), script={1: BUY}, strategy=saying(sure=sure))) == [
        units
    ]


@pytest.mark.parametrize(
    ("sure", "reason"),
    [
        (0.5, "confidence allows 0 units"),
        (None, "confidence needs buy(confidence=...) or a confidence(data) method"),
        (math.nan, "confidence needs buy(confidence=...) or a confidence(data) method"),
        (75, "confidence must be a fraction in [0, 1], e.g. 0.7; received 75"),
    ],
)
def test_a_strategy_that_is_not_sure_buys_nothing(sure, reason):
    played = run(calm(3), sizer=(ConfidenceSizer, {}), script={1: BUY}, strategy=saying(sure=sure))
    assert reasons(played)[0].endswith(reason)


def test_a_strategy_without_the_hook_is_told_of_it():
    (reason,) = reasons(run(calm(3), sizer=(ConfidenceSizer, {}), script={1: BUY}))
    assert reason.endswith("confidence needs buy(confidence=...) or a confidence(data) method")


@pytest.mark.parametrize(
    ("market", "order", "size"),
    [
        ("neutral", BUY, 250),
        ("bullish", BUY, 250),
        ("bearish", BUY, 125),
        ("bullish", SELL, -125),
        ({"trend": "bullish", "risk_multiplier": 1.2}, BUY, 300),
        (5.0, BUY, 500),  # 2 % at most
    ],
)
def test_the_regime_scales_the_risk(market, order, size):
    played = run(calm(3), sizer=(RegimeSizer, {}), script={1: order}, strategy=saying(market=market))
    assert sizes(played) == [size]


def test_a_word_that_is_no_trend_is_refused():
    played = run(calm(3), sizer=(RegimeSizer, {}), script={1: BUY}, strategy=saying(market="up"))
    assert reasons(played)[0].endswith("regime trend must be one of bullish, bearish, neutral; received 'up'")


# Returns of +10 % and -10 %: a deviation of 0.1414 a day.
SWINGS = [CALM, (100, 111, 99, 110), (110, 111, 98, 99), *[(99, 100, 98, 99)] * 2]


@pytest.mark.parametrize(("sure", "units"), [(0.0, 3), (0.5, 7), (1.0, 12)])
def test_dynamic_multiplies_signal_and_volatility(sure, units):
    # 100 000 * 0.02 * (0.5 + 1.5 * sure) / (1 + 0.1414 * sqrt(252)) / 99
    sizer = (DynamicSizer, {"volatility_period": 2, "bars_a_year": 252})
    assert sizes(run(SWINGS, sizer=sizer, script={3: BUY}, strategy=saying(sure=sure))) == [units]


def test_dynamic_takes_the_bars_of_a_year_from_their_times():
    # One bar a day, every day: 365.25 of them, and 0.1414 * sqrt(365.25) is 2.70.
    sizer = (DynamicSizer, {"volatility_period": 2, "lot": 0})
    expected = 2_000 * 2.0 / (1 + math.sqrt(0.02) * math.sqrt(365.25)) / 99
    played = run(SWINGS, sizer=sizer, script={3: BUY}, strategy=saying(sure=1.0))
    assert sizes(played) == [pytest.approx(expected)]


def test_dynamic_waits_for_its_period():
    sizer = (DynamicSizer, {"volatility_period": 3, "bars_a_year": 252})
    played = run(SWINGS, sizer=sizer, script={3: BUY}, strategy=saying(sure=1.0))
    assert reasons(played)[0].endswith("dynamic needs the annualised volatility, which is not known yet")


def test_a_bad_bar_is_no_return():
    bars = [*SWINGS[:2], (100, 101, 99, math.nan), *SWINGS[2:]]
    sizer = (DynamicSizer, {"volatility_period": 2, "bars_a_year": 252})
    assert sizes(run(bars, sizer=sizer, script={4: BUY}, strategy=saying(sure=1.0))) == [12]


# Trades of one unit that win 2 and lose 1: bought at the open of one bar, sold at that of the next.
WIN, LOSS = (100, 102), (100, 99)


def trades(*outcomes):
    """Return bars on which each outcome is one trade, and the script that makes it."""
    bars, script = [CALM], {}
    for bought, sold in outcomes:
        bar = len(bars)
        script[bar], script[bar + 1] = send("trade", "buy", size=1), send("out", "close")
        bars += [(bought, 103, 97, 100), (sold, 103, 97, 100)]
    return bars, script


def kelly(*outcomes, **params):
    bars, script = trades(*outcomes)
    played = run([*bars, CALM], sizer=(KellySizer, params), script={**script, len(bars): BUY})
    return played, sizes(played)[2 * len(outcomes) :]


THREE = {"kelly_min_trades": 3, "lot": 0}


def test_kelly_bets_a_quarter_of_the_share_of_the_closed_trades():
    # Two of three won, twice what was lost: 2/3 - 1/3 / 2 = 0.5; a quarter of it is cut to 10 % of equity.
    _, (size,) = kelly(WIN, WIN, LOSS, **THREE)
    assert size == pytest.approx(100.0, rel=1e-3)
    _, (size,) = kelly(WIN, WIN, LOSS, **THREE, max_position=None)
    assert size == pytest.approx(125.0, rel=1e-3)
    _, (size,) = kelly(WIN, WIN, LOSS, **THREE, kelly_fraction=0.1, max_position=None)
    assert size == pytest.approx(50.0, rel=1e-3)


def test_kelly_falls_back_until_there_are_trades_and_a_loss():
    assert kelly(WIN, LOSS, **THREE)[1] == [pytest.approx(10.0, rel=1e-3)]
    assert kelly(WIN, WIN, WIN, **THREE)[1] == [pytest.approx(10.0, rel=1e-3)]
    assert kelly(WIN, LOSS, **THREE, fallback=0.05)[1] == [pytest.approx(50.0, rel=1e-3)]


def test_kelly_without_a_fallback_refuses_until_then():
    played, _ = kelly(WIN, LOSS, **THREE, fallback=None)
    assert reasons(played) == ["kelly needs 3 closed trades, 2 are closed"]
    played, _ = kelly(WIN, WIN, WIN, **THREE, fallback=None)
    assert reasons(played)[0].endswith("kelly needs a losing trade to bound the bet, none has lost yet")


def test_kelly_without_an_edge_bets_nothing_or_its_floor():
    played, size = kelly(LOSS, LOSS, LOSS, **THREE)
    assert (size, reasons(played)) == ([], ["kelly allows 0 units"])
    assert kelly(LOSS, LOSS, LOSS, **THREE, kelly_floor=0.02)[1] == [pytest.approx(20.0, rel=1e-3)]


def test_kelly_may_begin_with_a_prior():
    assert kelly(kelly_prior=(0.5, 2.0), kelly_fraction=0.2, lot=0)[1] == [50.0]
    assert kelly(kelly_prior=(0.5, 2.0), kelly_fraction=0.2, lot=0, fallback=None)[1] == [50.0]


def test_a_kelly_that_has_not_traded_needs_its_stop_no_more_than_its_price():
    assert kelly()[1] == [10]
