"""Under a risk desk a sizer is one more proposal: the smallest wins, and the sizer is told what the desk knows."""

import backtrader as bt
import pytest

from bt_risk import MODERATE, RiskMixin
from bt_risk.sizers import (
    ConfidenceSizer,
    DynamicSizer,
    FixedFractionalSizer,
    HeatAwareSizer,
    KellySizer,
    RegimeSizer,
    RiskPerTradeSizer,
    SmallestOfSizer,
    VolatilitySizer,
)
from tests.backtrader.play import Played, Scripted, broker_cerebro, send
from tests.sizers.runs import BUY, calm

# The desk alone would buy 400 units, 2 % of equity to a stop 5 away.
WIDE = MODERATE.replace(
    name="wide",
    allocation="risk_per_trade",
    risk_per_trade=0.02,
    stop="fixed",
    fixed_stop=0.05,
    trail="none",
    max_position=None,
    entry_gap_buffer=0.0,
)


class Desk(RiskMixin, Scripted):
    """The script under a risk desk; the strategy says what sizers may ask."""

    def confidence(self, data):
        return 0.75

    def regime(self, data):
        return {"trend": "bearish", "risk_multiplier": 1.0}


def desk_run(kind, params, script=None, strategy=Desk, bars=6, profile=WIDE, **modes):
    cerebro = broker_cerebro(calm(bars), cash=100_000.0, **modes)
    played = Played()
    cerebro.addstrategy(strategy, profile=profile, script=script or {3: BUY}, played=played)
    if kind is not None:
        cerebro.addsizer(kind, **params)
    (played.strategy,) = cerebro.run()
    return played


def decided(played):
    decision = played.strategy.bt_risk.decisions[0]
    return decision.given, decision.rule


def test_the_desk_alone_sizes_by_its_profile():
    assert decided(desk_run(None, {})) == (400.0, "risk_per_trade")


@pytest.mark.parametrize(
    ("kind", "params", "units"),
    [
        (RiskPerTradeSizer, {}, 200.0),
        (FixedFractionalSizer, {}, 20.0),
        (VolatilitySizer, {"atr_period": 2}, 50.0),
        (VolatilitySizer, {"atr_period": 2, "method": "atr_risk", "max_position": 0.3}, 300.0),
        (ConfidenceSizer, {}, 85.0),
        (RegimeSizer, {}, 100.0),
        (DynamicSizer, {"volatility_period": 2, "bars_a_year": 252}, 32.0),
        (KellySizer, {}, 10.0),
        (HeatAwareSizer, {"max_heat": 0.006}, 120.0),
        (SmallestOfSizer, {"sizers": [RiskPerTradeSizer, KellySizer]}, 10.0),
    ],
)
def test_a_smaller_sizer_binds(kind, params, units):
    played = desk_run(kind, params)
    assert decided(played) == (units, "sizer")
    assert played.fills[0][1] == units


def test_a_larger_sizer_does_not_bind():
    assert decided(desk_run(RiskPerTradeSizer, {"risk_per_trade": 0.05})) == (400.0, "risk_per_trade")


def test_a_sizers_refusal_denies_and_is_recorded():
    played = desk_run(VolatilitySizer, {"atr_period": 5})
    assert decided(played) == (0.0, "sizer")
    assert played.fills == []
    (refusal,) = played.strategy.getsizer().refusals
    assert "average true range" in refusal.reason
    assert played.strategy.bt_risk.decisions[0].text == f"sizer: {refusal.reason}"


class Answers(bt.Sizer):
    """A sizer of somebody else's."""

    params = (("answer", 1),)

    def _getsizing(self, comminfo, cash, data, isbuy):
        return self.p.answer


@pytest.mark.parametrize("answer", [7, -7, 7.0])
def test_any_sizer_is_one_more_proposal(answer):
    assert decided(desk_run(Answers, {"answer": answer})) == (7.0, "sizer")


@pytest.mark.parametrize("answer", [None, float("nan"), float("inf")])
def test_an_answer_that_is_no_size_denies(answer):
    played = desk_run(Answers, {"answer": answer})
    assert decided(played) == (0.0, "sizer")
    assert played.strategy.bt_risk.decisions[0].text == f"Answers gives a size of {answer!r}"


def test_the_sizer_is_given_the_stop_of_the_request():
    played = desk_run(RiskPerTradeSizer, {}, {3: send("entry", "buy", stop=90.0)})
    assert decided(played) == (100.0, "sizer")
    played = desk_run(RiskPerTradeSizer, {"stop": "fixed", "fixed_stop": 0.5})
    assert decided(played) == (200.0, "sizer")  # the profile's stop, not its own


def test_the_sizer_is_given_the_price_of_the_request():
    script = {3: send("entry", "buy", price=90.0, exectype=bt.Order.Limit, stop=80.0)}
    assert decided(desk_run(FixedFractionalSizer, {"fixed_fraction": 0.09}, script)) == (100.0, "sizer")


def test_the_sizer_is_given_what_the_call_tells():
    played = desk_run(ConfidenceSizer, {}, {3: send("entry", "buy", confidence=0.55)})
    assert decided(played) == (25.0, "sizer")
    played = desk_run(RegimeSizer, {}, {3: send("entry", "buy", regime="bullish")})
    assert decided(played) == (200.0, "sizer")


def test_an_explicit_size_does_not_ask_the_sizer():
    played = desk_run(KellySizer, {}, {3: send("entry", "buy", size=150)})
    assert decided(played) == (150.0, "own_size")


def test_a_bracket_goes_through_the_desk():
    script = {3: send("entry", "buy_bracket", exectype=bt.Order.Market, stopprice=90.0, limitprice=120.0)}
    played = desk_run(RiskPerTradeSizer, {}, script)
    assert decided(played) == (100.0, "sizer")
    assert "buy_bracket" not in vars(played.strategy)


def test_the_heat_of_the_desks_own_stops_is_seen():
    # 200 units to a stop that rests 5 below are 1 % of heat: nothing is left below 1 %.
    class Two(Desk):
        def next(self):
            if len(self) in (3, 5):
                self.sent[str(len(self))] = self.buy(self.datas[len(self) // 4])

    cerebro = broker_cerebro(calm(8), calm(8), cash=100_000.0)
    played = Played()
    cerebro.addstrategy(Two, profile=WIDE, played=played)
    cerebro.addsizer(HeatAwareSizer, max_heat=0.015)
    (strategy,) = cerebro.run()
    assert [decision.given for decision in strategy.bt_risk.decisions] == [200.0, 100.0]


@pytest.mark.parametrize("modes", [{}, {"runonce": False}, {"exactbars": 1}, {"cheat_on_open": True}])
def test_every_engine_mode_gives_the_same_size(modes):
    assert decided(desk_run(VolatilitySizer, {"atr_period": 2}, **modes)) == (50.0, "sizer")
