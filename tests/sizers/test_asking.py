"""Sizers that ask other sizers: the heat that is left, and the smallest of several sizes."""

import math

import backtrader as bt
import pytest

from bt_risk.errors import ProfileError
from bt_risk.sizers import (
    ConfidenceSizer,
    FixedFractionalSizer,
    HeatAwareSizer,
    RiskPerTradeSizer,
    SmallestOfSizer,
)
from tests.backtrader.play import each, send
from tests.sizers.runs import BUY, CALM, QUICK, SELL, WithStop, calm, reasons, run, sizes

# A stop 5 away, 4 % of equity a trade, 6 % in all.
HOT = {
    **QUICK,
    "base": (RiskPerTradeSizer, {"risk_per_trade": 0.04}),
    "max_heat": 0.06,
    "entry_gap_buffer": 0.0,
}


class Answers(bt.Sizer):
    """A sizer of somebody else's."""

    params = (("answer", 1),)

    def _getsizing(self, comminfo, cash, data, isbuy):
        return self.p.answer


def on(number, method="buy", **options):
    return lambda s: send("entry", method, data=s.datas[number], **options)(s)


def heat_run(script, *, params=HOT, markets=3, **options):
    return run(*[calm(9)] * markets, sizer=(HeatAwareSizer, params), script=script, cash=100_000.0, **options)


def rich(cerebro):
    cerebro.broker.setcommission(leverage=10.0)


@pytest.mark.parametrize(("method", "sign"), [("buy", 1), ("sell", -1)])
def test_the_second_position_gets_the_heat_that_is_left(method, sign):
    script = {3: on(0, method), 5: on(1, method), 7: on(2, method)}
    played = heat_run(script, prepare=rich)
    assert sizes(played) == [sign * 800, sign * 400]
    assert reasons(played) == ["max_heat allows 0 units"]


def test_entries_on_their_way_count():
    assert sizes(heat_run({3: each(on(0), on(1), on(2))}, prepare=rich)) == [800, 400]


def test_what_is_closed_gives_its_heat_back():
    script = {3: on(0), 4: lambda s: s.close(s.datas[0]), 6: on(1)}
    assert sizes(heat_run(script, prepare=rich)) == [800, -800, 800]


def test_a_stop_is_forgotten_with_its_position():
    script = {3: on(0), 4: lambda s: s.close(s.datas[0]), 5: on(0, size=20), 6: on(1)}
    assert sizes(heat_run(script, prepare=rich)) == [800, -800, 20, 800]  # 6000 - 20 * 100 is 4000
    script = {3: on(0), 4: lambda s: s.close(s.datas[0]), 5: on(0, size=30), 6: on(1)}
    assert sizes(heat_run(script, prepare=rich))[-1] == 600


def test_a_stop_is_kept_by_a_reversal():
    reverses = each(lambda s: s.close(s.datas[0]), on(0, "sell"))
    assert sizes(heat_run({3: on(0), 4: reverses, 6: on(1)}, prepare=rich)) == [800, -800, -400, 800]


def test_a_stop_that_rests_at_the_broker_is_the_truth():
    # The first position's stop is raised to 98.5, so that 1200 of its 4000 are still at risk.
    raised = on(0, "sell", size=800, exectype=bt.Order.Stop, price=98.5)
    played = heat_run({3: on(0), 5: raised, 6: on(1)}, prepare=rich)
    assert sizes(played) == [800, 800]


def test_a_position_without_a_known_stop_risks_its_notional():
    played = heat_run({3: on(0, size=50), 5: on(1)}, prepare=rich)
    assert sizes(played) == [50, 200]  # 6000 - 50 * 100 is 1000
    played = heat_run({3: each(on(0, size=50), on(1))}, prepare=rich)
    assert sizes(played) == [50, 200]


def test_the_stop_of_a_bracket_on_its_way_counts():
    bracket = {"size": 500, "exectype": bt.Order.Market, "stopprice": 90.0, "limitexec": None}
    played = heat_run({3: each(on(0, "buy_bracket", **bracket), on(1))}, prepare=rich)
    assert sizes(played)[:2] == [500, 200]  # 5000 of 6000 are taken


def test_a_resting_limit_entry_reserves_its_risk():
    rests = {"price": 50.0, "exectype": bt.Order.Limit}
    assert sizes(heat_run({3: on(0, **rests), 4: on(1)}, prepare=rich)) == [400]


def test_the_strategys_stop_is_given_to_the_base():
    played = heat_run({3: on(0), 5: on(1)}, prepare=rich, strategy=WithStop)
    assert sizes(played) == [1_000, 500]


def test_any_sizer_may_be_the_base():
    params = {**HOT, "base": (Answers, {"answer": 900})}
    assert sizes(heat_run({3: on(0), 5: on(1)}, params=params, prepare=rich)) == [900, 300]
    params = {**HOT, "base": Answers(answer=-7)}
    assert sizes(heat_run({3: on(0)}, params=params)) == [7]
    assert sizes(heat_run({3: on(0)}, params={**QUICK, "max_heat": 0.005})) == [100]


@pytest.mark.parametrize("answer", [0, math.nan, math.inf, None, "many"])
def test_an_answer_that_is_no_size_is_a_refusal(answer):
    played = heat_run({3: on(0)}, params={**HOT, "base": (Answers, {"answer": answer})})
    assert reasons(played) == [f"Answers gives a size of {answer!r}"]


def test_the_bases_refusal_is_the_reason():
    played = heat_run({3: on(0)}, params={**HOT, "base": ConfidenceSizer})
    assert reasons(played)[0].startswith("ConfidenceSizer: no method proposes a size yet: confidence needs")
    played = heat_run({1: on(0)})
    assert reasons(played) == ["RiskPerTradeSizer: no stop: the atr distance is not known yet"]


def test_a_base_is_not_asked_without_a_price():
    bars = [CALM, (math.nan, 101, 99, math.nan), CALM]
    played = run(bars, calm(3), sizer=(HeatAwareSizer, {"stop": "fixed"}), script={2: BUY})
    assert reasons(played) == ["d0 has no usable price on this bar"]


SEVERAL = [
    (FixedFractionalSizer, {"fixed_fraction": 0.08}),
    (RiskPerTradeSizer, {"stop": "fixed", "fixed_stop": 0.20}),
    (Answers, {"answer": 60}),
]


@pytest.mark.parametrize(
    ("sizers", "size"), [(SEVERAL[:1], 80), (SEVERAL[:2], 50), (SEVERAL[::2], 60), (SEVERAL, 50)]
)
@pytest.mark.parametrize(("order", "sign"), [(BUY, 1), (SELL, -1)])
def test_the_smallest_size_wins(sizers, size, order, sign):
    assert sizes(run(calm(3), sizer=(SmallestOfSizer, {"sizers": sizers}), script={1: order})) == [
        sign * size
    ]


def test_the_smallest_has_bounds_of_its_own():
    sizer = (SmallestOfSizer, {"sizers": SEVERAL, "max_position": 0.03})
    assert sizes(run(calm(3), sizer=sizer, script={1: BUY})) == [30]


def test_sizers_may_go_by_the_names_of_their_methods():
    sizer = (SmallestOfSizer, {"sizers": ["kelly", "fixed_fraction"]})
    assert sizes(run(calm(3), sizer=sizer, script={1: BUY})) == [10]
    with pytest.raises(ProfileError, match="method must be one of risk_per_trade, kelly, "):
        SmallestOfSizer(sizers=["kely"])


def test_one_that_refuses_refuses_for_all():
    sizer = (SmallestOfSizer, {"sizers": [*SEVERAL, RiskPerTradeSizer]})
    assert reasons(run(calm(3), sizer=sizer, script={1: BUY})) == [
        "RiskPerTradeSizer: no stop: the atr distance is not known yet"
    ]


def test_asking_sizers_may_ask_each_other():
    inner = (SmallestOfSizer, {"sizers": SEVERAL})
    sizer = (HeatAwareSizer, {"stop": "fixed", "base": inner, "max_heat": 0.0015})
    assert sizes(run(calm(3), sizer=sizer, script={1: BUY})) == [30]  # 150 / 5


@pytest.mark.parametrize(
    ("kind", "params", "name"),
    [
        (HeatAwareSizer, {"base": 3}, "base"),
        (HeatAwareSizer, {"base": bt.Strategy}, "base"),
        (HeatAwareSizer, {"base": (Answers, 3)}, "base"),
        (SmallestOfSizer, {"sizers": [Answers, None]}, "sizers[1]"),
    ],
)
def test_what_is_no_sizer_is_named(kind, params, name):
    message = rf"^{name.replace('[', chr(92) + '[')} must be a sizer, e.g. .*; received "
    with pytest.raises(ProfileError, match=message):
        kind(**params)


@pytest.mark.parametrize("sizers", [(), None, 3])
def test_the_smallest_of_none_is_an_error(sizers):
    with pytest.raises(ProfileError, match="sizers must list at least one"):
        SmallestOfSizer(sizers=sizers)
