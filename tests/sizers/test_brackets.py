"""Brackets on a plain strategy: sized to their own stop, and harmless where they are refused."""

import pickle

import backtrader as bt
import pytest

from bt_risk.sizers import FixedFractionalSizer, HeatAwareSizer, RiskPerTradeSizer
from tests.backtrader.play import Played, Scripted, broker_cerebro, play, send
from tests.sizers.runs import CALM, QUICK, AtOpen, calm, reasons, run, sizes

SIZER = (RiskPerTradeSizer, QUICK)
MARKET = {"exectype": bt.Order.Market}


def bracket(method="buy_bracket", **options):
    return send("entry", method, **{**MARKET, **options})


@pytest.mark.parametrize(
    ("method", "stop", "target", "size"),
    [("buy_bracket", 98.0, 110.0, 500), ("sell_bracket", 104.0, 90.0, -250)],
)
def test_a_bracket_is_sized_to_its_own_stop(method, stop, target, size):
    played = run(calm(5), sizer=SIZER, script={1: bracket(method, stopprice=stop, limitprice=target)})
    assert sizes(played) == [size]
    assert [played.strategy.sent[f"entry {leg}"].size for leg in ("stop", "target")] == [-size, -size]


def test_the_limit_of_a_bracket_is_its_price():
    bars = [CALM, (95, 96, 89, 95), *calm(2)]
    script = {1: send("entry", "buy_bracket", price=90.0, stopprice=85.0, limitprice=120.0)}
    assert run(bars, sizer=(RiskPerTradeSizer, {}), script=script).fills == [(2, 200, 90.0)]


def test_a_bracket_without_a_stop_price_takes_the_sizers_stop():
    script = {3: bracket(stopexec=None, limitprice=110.0)}
    assert sizes(run(calm(5), sizer=SIZER, script=script)) == [200]


@pytest.mark.parametrize("method", ["buy_bracket", "sell_bracket"])
def test_a_refused_bracket_is_three_orders_that_never_were(method):
    played = run(calm(4), sizer=SIZER, script={1: bracket(method)}, cash=100_000.0)
    orders = [played.strategy.sent[name] for name in ("entry", "entry stop", "entry target")]
    assert [order.isbuy() for order in orders] == (
        [True, False, False] if "buy" in method else [False, True, True]
    )
    assert [order.alive() for order in orders] == [False] * 3
    assert {order.getstatusname() for order in orders} == {"Rejected"}
    assert len({order.ref for order in orders}) == 3
    assert (played.position, len(reasons(played))) == (0, 1)
    # Told as the broker's own refusals are, so that code that waits for the end of its orders goes on.
    assert [notice[1:] for notice in played.notices] == [
        (name, "Rejected") for name in ("entry", "entry stop", "entry target")
    ]


def test_backtraders_own_brackets_would_fail_there():
    class Refuses(bt.Sizer):
        def _getsizing(self, comminfo, cash, data, isbuy):
            return 0

    def add(cerebro):
        cerebro.addsizer(Refuses)

    with pytest.raises(AttributeError):
        play(calm(3), script={1: bracket()}, prepare=add)


def test_a_size_of_the_users_is_left_alone():
    script = {1: bracket(size=7, stopprice=95.0, limitprice=120.0)}
    assert sizes(run(calm(3), sizer=SIZER, script=script)) == [7]
    script = {1: bracket(oargs={"size": 8}, stopprice=95.0, limitprice=120.0)}
    assert sizes(run(calm(3), sizer=SIZER, script=script)) == [8]


def test_a_size_of_zero_of_the_users_is_inert_too():
    played = run(calm(3), sizer=SIZER, script={1: bracket(size=0)})
    assert (played.strategy.sent["entry"].alive(), reasons(played)) == (False, [])


@pytest.mark.parametrize("name", ["d1", 1])
def test_a_bracket_may_name_its_data(name):
    def act(strategy):
        data = strategy.datas[name] if isinstance(name, int) else name
        strategy.buy_bracket(data, None, stopprice=98.0, limitprice=120.0, **MARKET)

    played = run(calm(3), calm(3), sizer=SIZER, script={1: act})
    assert sizes(played) == [500]
    assert played.strategy.getposition(played.strategy.datas[1]).size == 500


def test_the_strategys_own_bracket_is_the_one_that_is_sent():
    class Own(Scripted):
        def buy_bracket(self, *args, **options):
            return super().buy_bracket(*args, **{**options, "limitexec": None})

    script = {1: bracket(stopprice=98.0)}
    played = run(calm(3), sizer=SIZER, script=script, strategy=Own)
    assert sizes(played) == [500]
    assert played.strategy.sent["entry target"] is None


def test_a_bracket_of_next_open_is_sized_at_the_opening():
    bars = [CALM, (110, 112, 108, 111), CALM]
    script = {1: bracket(stopprice=100.0, limitprice=150.0)}
    played = run(bars, sizer=SIZER, script=script, strategy=AtOpen, cheat_on_open=True)
    assert played.fills[0] == (2, 100, 110)


def test_a_sizer_that_asks_others_gives_them_the_brackets_stop():
    sizer = (HeatAwareSizer, {"max_heat": 0.005})
    script = {1: bracket(stopprice=98.0, limitprice=120.0)}
    assert sizes(run(calm(3), sizer=sizer, script=script)) == [250]


class Brackets(bt.Strategy):
    """Sends one refused and one accepted bracket; at module level, so that it can be pickled."""

    params = (("stop", 98.0),)

    def __init__(self):
        self.sent = []

    def next(self):
        if len(self) == 1:
            self.sent += self.buy_bracket(exectype=bt.Order.Market, stopprice=101.0, limitprice=110.0)
            self.sent += self.buy_bracket(exectype=bt.Order.Market, stopprice=self.p.stop, limitprice=110.0)


def test_a_sized_strategy_comes_back_from_an_optimisation():
    cerebro = broker_cerebro(calm(4), cash=100_000.0, maxcpus=2)
    cerebro.addsizer(RiskPerTradeSizer)
    cerebro.optstrategy(Brackets, stop=[98.0, 96.0])
    for (strategy,), size in zip(cerebro.run(optreturn=False), (500, 250), strict=True):
        assert strategy.sent[3].size == size
        assert len(strategy.getsizer().refusals) == 1


def test_a_pickled_strategy_keeps_its_brackets():
    cerebro = broker_cerebro(calm(4), cash=100_000.0)
    cerebro.addsizer(RiskPerTradeSizer)
    cerebro.addstrategy(Brackets)
    (strategy,) = cerebro.run()
    again = pickle.loads(pickle.dumps(strategy))
    assert again.getsizer().refusals == strategy.getsizer().refusals


def test_the_users_analyzers_are_left_as_they_are():
    cerebro = broker_cerebro(calm(4), cash=100_000.0)
    cerebro.addsizer(FixedFractionalSizer)
    cerebro.addanalyzer(bt.analyzers.DrawDown)
    cerebro.addstrategy(Scripted, played=Played())
    (strategy,) = cerebro.run()
    assert [type(analyzer) for analyzer in strategy.analyzers] == [bt.analyzers.DrawDown]
