"""Instruments in another currency: what their ``fx`` makes of size, heat, cash and costs, on paper."""

from __future__ import annotations

import math
import warnings
from decimal import Decimal

import backtrader as bt
import pytest

from bt_risk import ArrayFeed, EngineError, StrategyWarning, load_prices
from bt_risk.sizers import RiskPerTradeSizer, SmallestOfSizer
from tests.bench.feed import RowFeed, rows_of
from tests.edge.market import CALM, ROUND, Scripted, calm, do, each, trade

NAN = math.nan
# Most of these runs look at sizes and heat before the simulated broker books anything.
pytestmark = pytest.mark.filterwarnings("ignore:fx. the simulated broker:bt_risk.StrategyWarning")


def with_fx(*rates, then=None):
    """Return a preparation of Cerebro that gives each data its ``fx``: a number, or the index of the rate's data."""

    def prepare(cerebro):
        for data, rate in zip(cerebro.datas, rates, strict=False):
            data.fx = cerebro.datas[rate[0]] if isinstance(rate, tuple) else rate
        if then is not None:
            then(cerebro)

    return prepare


def futures(cerebro):
    cerebro.broker.setcommission(commission=2.0, margin=1000.0, mult=50.0)


def quotes(*closes):
    """Return the bars of a rate with these closes."""
    return [(close, close, close, close) for close in closes]


# A fixed rate.


@pytest.mark.parametrize(
    ("enter", "fx", "units"),
    [
        ("buy", 0.5, 400),  # 1 000 / (5 * 0.5)
        ("buy", 2.0, 100),
        ("sell", 0.5, 400),
        ("sell", 2.0, 100),
    ],
)
def test_a_size_risks_its_share_of_the_account(enter, fx, units):
    session = trade(calm(4), script={1: do(enter)}, prepare=with_fx(fx))
    (decision,) = session.decisions
    assert decision.given == units
    assert decision.request.rate == fx
    assert session.heats[:2] == pytest.approx([0.01, 0.01])  # reserved, then open


@pytest.mark.parametrize(("enter", "side"), [("buy", 1), ("sell", -1)])
def test_contracts_convert_their_multiplier_their_margin_and_their_fee(enter, side):
    # A contract loses 5 * 50 + 2 * 2 = 254 of its currency, 127 of the account's: 1 000 / 127 = 7.
    session = trade(calm(4), script={1: do(enter)}, prepare=with_fx(0.5, then=futures))
    assert session.fills == [(2, 7 * side, 100)]
    terms = session.decisions[0].request.terms
    assert (terms.loss, terms.entry_costs, terms.exit_costs, terms.notional, terms.cash) == (
        125,
        1,
        1,
        2500,
        500,
    )
    assert session.heats[0] == pytest.approx(7 * 126 / 100_000)


def test_a_margin_takes_converted_cash():
    # Margin and fee of a contract are 1 002 of its currency, 501 of the account's: 10 000 / 501 = 19.
    session = trade(
        calm(3), script={1: do("buy", stop=99.9)}, prepare=with_fx(0.5, then=futures), cash=10_000.0,
        profile=ROUND.replace(risk_per_trade=0.02),
    )  # fmt: skip
    assert [(d.rule, d.given) for d in session.decisions] == [("cash", 19)]


@pytest.mark.parametrize(("fx", "units"), [(0.5, 2000), (None, 1000), (2.0, 500)])
def test_a_share_takes_converted_cash(fx, units):
    profile = ROUND.replace(risk_per_trade=0.05)
    session = trade(calm(3), script={1: do("buy", stop=99.5)}, prepare=with_fx(fx), profile=profile)
    assert [(d.rule, d.given) for d in session.decisions] == [("cash", units)]


def test_notional_and_its_caps_are_converted():
    # 25 % of 100 000 at 50 of the account's currency a unit.
    profile = ROUND.replace(max_position=0.25)
    session = trade(calm(4), script={1: do("buy", stop=99)}, prepare=with_fx(0.5), profile=profile)
    assert [(d.rule, d.given) for d in session.decisions] == [("max_position", 500)]
    later = trade(calm(4), calm(4), script={1: do("buy"), 3: do("buy", data=1)}, prepare=with_fx(0.5))
    assert later.decisions[1].book.values == {"d0": 400 * 100 * 0.5}


@pytest.mark.parametrize(("fx", "outcome"), [(None, "accepted"), (0.5, "denied"), (0.7, "accepted")])
def test_the_money_traded_in_a_bar_is_converted(fx, outcome):
    # 1 000 units a bar at 100
    profile = ROUND.replace(min_liquidity=60_000.0)
    session = trade(calm(5), script={3: do("buy")}, prepare=with_fx(fx), profile=profile)
    assert session.decisions[0].outcome == outcome
    assert session.decisions[0].request.liquidity == pytest.approx(100_000 * (fx or 1.0))


def test_a_position_without_a_stop_risks_its_converted_notional():
    profile = ROUND.replace(place_stops=False)
    session = trade(calm(4), script={1: do("buy", size=10)}, prepare=with_fx(0.5), profile=profile)
    assert session.heats == pytest.approx([10 * 100 * 0.5 / 100_000] * 4)


def test_two_currencies_share_one_heat():
    session = trade(
        calm(4), calm(4), script={1: each(do("buy", data=0), do("buy", data=1))}, prepare=with_fx(0.5, 4.0)
    )
    assert [d.given for d in session.decisions] == [400, 50]
    assert session.heats == pytest.approx([0.02] * 4)


def test_locked_in_profit_is_converted():
    bars = [*calm(3), *[(120, 121, 119, 120)] * 3]
    script = {1: do("buy", size=100), 5: do("sell", exectype=bt.Order.Stop, price=110)}
    session = trade(bars, script=script, prepare=with_fx(0.5))
    assert session.desk.locked_in == pytest.approx(100 * 10 * 0.5 / session.desk.equity)
    assert session.desk.open_heat == 0


def test_without_a_rate_or_at_one_nothing_is_wrapped():
    for rate in (None, 1, 1.0, Decimal(1)):
        session = trade(calm(3), script={1: do("buy")}, prepare=with_fx(rate))
        view = session.desk.view
        assert view._scheme(session.strategy.data) is session.cerebro.broker.getcommissioninfo(
            session.strategy.data
        )
        assert (view.floating, view.rate(session.strategy.data)) == (set(), 1.0)
        assert "known_rate" not in [finding.rule for finding in session.decisions[0].ruling.findings]


# A rate that is a data of the run.


def test_a_rate_of_the_run_is_its_last_close():
    # Decided on bar 3, when the rate is 0.4: 1 000 / (5 * 0.4).
    session = trade(calm(5), quotes(0.1, 0.2, 0.4, 0.5, 0.5), script={3: do("buy")}, prepare=with_fx((1,)))
    assert [(d.given, d.request.rate) for d in session.decisions] == [(500, 0.4)]


def test_the_heat_of_a_position_moves_with_the_rate():
    session = trade(
        calm(6), quotes(0.5, 0.5, 0.5, 0.6, 0.25, 0.5), script={1: do("buy")}, prepare=with_fx((1,))
    )
    # 400 units risk 5 each; what the entry reserves stays at the rate of its decision
    assert session.heats == pytest.approx([0.01, 0.01, 0.01, 0.012, 0.005, 0.01])


def test_a_rate_that_rises_can_break_the_heat_limit():
    rates = quotes(0.5, 0.5, 0.5, 5.5, 5.5, 5.5)
    session = trade(calm(6), rates, script={1: do("buy")}, prepare=with_fx((1,)))
    assert session.heats[3] == pytest.approx(0.11)
    assert session.fills == [(2, 400, 100), (5, -400, 100)]


def test_a_rate_with_days_of_its_own_moves_the_heat_on_them():
    rate = {1: quotes(0.5)[0], 4: quotes(1.0)[0]}
    instrument = {1: CALM, 2: CALM, 3: CALM, 5: CALM}
    session = trade(instrument, rate, script={1: do("buy")}, prepare=with_fx((1,)))
    assert session.heats == pytest.approx([0.01, 0.01, 0.01, 0.02, 0.02])


def test_one_rate_serves_several_datas():
    enter = each(do("buy", data=0), do("buy", data=1))
    session = trade(calm(4), calm(4), quotes(*[0.5] * 4), script={2: enter}, prepare=with_fx((2,), (2,)))
    assert [d.given for d in session.decisions] == [400, 400]


@pytest.mark.parametrize("close", [NAN, math.inf, 0.0, -1.0])
def test_without_a_usable_rate_entries_are_denied_and_exits_go_through(close):
    rates = quotes(0.5, 0.5, 0.5, close, close, 0.5, 0.5)
    script = {1: do("buy"), 4: do("close"), 5: do("buy"), 6: do("buy")}
    session = trade(calm(7), rates, script=script, prepare=with_fx((1,)))
    assert session.outcomes() == [
        ("entry", "accepted", "risk_per_trade"),
        ("exit", "accepted", "signal"),
        ("entry", "denied", "known_rate"),
        ("entry", "accepted", "risk_per_trade"),
    ]
    assert session.decisions[2].request.terms is None
    assert session.decisions[2].text == "d0: the rate of its currency is not known on this bar"
    assert session.heats[3] == pytest.approx(0.01)  # at the last usable rate


def test_before_the_rates_first_bar_nothing_is_opened():
    # Index 0 of a data that has not begun shows its last bar.
    rate = {3: quotes(0.5)[0], 5: quotes(0.25)[0]}
    session = trade(calm(5), rate, script={2: do("buy"), 3: do("buy")}, prepare=with_fx((1,)))
    assert [(d.rule, d.given) for d in session.decisions] == [("known_rate", 0), ("risk_per_trade", 400)]


def test_a_position_whose_rate_was_never_known_stops_all_entries_and_is_not_liquidated():
    def take(strategy):
        strategy.broker.buy(strategy, strategy.data, size=10)

    script = {1: take, 3: do("buy", data=1)}
    session = trade(calm(5), calm(5), {5: quotes(0.5)[0]}, script=script, prepare=with_fx((2,)))
    assert math.isnan(session.heats[2])
    assert session.decisions[0].outcome == "denied"
    assert session.position == 10
    assert session.heats[4] == pytest.approx(10 * 5 * 0.5 / 100_000)


def test_at_the_opening_the_rate_is_the_last_close():
    # The bar of the rate is delivered whole: its close lies in the future there.
    session = trade(
        calm(5), quotes(0.5, 0.5, 0.25, 0.25, 0.25), script={3: do("buy")}, prepare=with_fx((1,)),
        in_open=True, cheat_on_open=True,
    )  # fmt: skip
    assert [(d.given, d.request.rate) for d in session.decisions] == [(400, 0.5)]


@pytest.mark.parametrize(
    "engine", [{"runonce": False}, {"preload": False}, {"exactbars": 1}, {"exactbars": -1}]
)
def test_every_engine_mode_sees_the_same_rates(engine):
    markets = (calm(6), quotes(0.5, 0.5, 0.5, 0.6, 0.25, 0.5))
    session = trade(*markets, script={2: do("buy")}, prepare=with_fx((1,)), **engine)
    assert session.heats == pytest.approx([0, 0.01, 0.01, 0.012, 0.005, 0.01])


# Where it is said.


@pytest.mark.parametrize("fx", [0, -1, 0.0, NAN, math.inf, -math.inf, True, "USDJPY", [0.5], Decimal("NaN")])
def test_what_is_no_rate_is_refused_at_the_start(fx):
    with pytest.raises(EngineError) as error:
        trade(calm(2), script={}, prepare=with_fx(fx))
    assert str(error.value) == (
        "d0: fx must be a positive number, e.g. 0.0067, or a data of the run whose close is the rate; "
        f"received {fx!r}"
    )


def test_a_rate_that_is_not_in_the_run_is_refused():
    with pytest.raises(EngineError, match=r"d0: fx must be .* a data of the run"):
        trade(calm(2), script={}, prepare=with_fx(RowFeed(rows=rows_of(quotes(0.5, 0.5)))))


def test_the_array_feed_takes_it_as_a_parameter():
    frame = load_prices("data/AAPL.csv").iloc[:40]
    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(ArrayFeed(dataname=frame, fx=0.5), name="A")
    cerebro.adddata(ArrayFeed(dataname=frame, fx=cerebro.datas[0]), name="B")
    cerebro.adddata(ArrayFeed(dataname=frame), name="C")
    cerebro.addstrategy(Scripted, profile=ROUND)
    (strategy,) = cerebro.run()
    rates = [strategy.bt_risk.view.rate(data) for data in strategy.datas]
    assert rates == [0.5, frame["Close"].iloc[-1], 1.0]


def test_a_strategy_may_set_it_itself():
    class Sets(Scripted):
        def __init__(self):
            super().__init__()
            self.data.fx = 0.5

    assert trade(calm(3), script={1: do("buy")}, strategy=Sets).position == 400


def test_a_resampled_data_has_the_rate_of_its_origin():
    class Origin(Scripted):
        def next(self):
            self.p.session.notes.append([self.bt_risk.view.rate(data) for data in self.datas])

    def prepare(cerebro):
        cerebro.datas[0].fx = 0.5
        cerebro.resampledata(cerebro.datas[0], timeframe=bt.TimeFrame.Weeks, name="week")

    assert trade(calm(15), script={}, strategy=Origin, prepare=prepare).notes[0] == [0.5, 0.5]


def test_a_line_of_that_name_is_something_else():
    class Spread(RowFeed):
        lines = ("fx",)

    cerebro = bt.Cerebro(stdstats=False)
    cerebro.adddata(Spread(rows=rows_of(calm(3))))
    cerebro.addstrategy(Scripted, profile=ROUND)
    (strategy,) = cerebro.run()
    assert strategy.bt_risk.view.rate(strategy.data) == 1.0


# The simulated broker.


class InAccountCurrency(bt.CommInfoBase):
    """A scheme that turns all that it tells into account currency, for a broker that converts nothing."""

    params = (("rate", 0.5), ("stocklike", True), ("commtype", bt.CommInfoBase.COMM_FIXED))

    def profitandloss(self, size, price, newprice):
        return super().profitandloss(size, price, newprice) * self.p.rate

    def cashadjust(self, size, price, newprice):
        return super().cashadjust(size, price, newprice) * self.p.rate

    def getoperationcost(self, size, price):
        return super().getoperationcost(size, price) * self.p.rate

    def getvaluesize(self, size, price):
        return super().getvaluesize(size, price) * self.p.rate

    def getvalue(self, position, price):
        return super().getvalue(position, price) * self.p.rate

    def getsize(self, price, cash):
        return super().getsize(price, cash / self.p.rate)

    def _getcommission(self, size, price, pseudoexec):
        return super()._getcommission(size, price, pseudoexec) * self.p.rate


SHARES = {"commission": 0.02}
CONTRACTS = {"commission": 2.0, "margin": 1000.0, "mult": 50.0, "stocklike": False}


def scheme(kind, terms):
    def prepare(cerebro):
        cerebro.broker.addcommissioninfo(kind(**terms))

    return prepare


class Fixed(bt.CommInfoBase):
    params = (("stocklike", True), ("commtype", bt.CommInfoBase.COMM_FIXED))


@pytest.mark.parametrize("terms", [SHARES, CONTRACTS], ids=["shares", "contracts"])
@pytest.mark.parametrize("enter", ["buy", "sell"])
def test_a_scheme_that_converts_needs_no_fx_and_gives_the_same_sizes_and_heat(enter, terms):
    script = {1: do(enter), 3: do("close")}
    told, converting = (
        trade(calm(6), script=script, prepare=prepare)
        for prepare in (with_fx(0.5, then=scheme(Fixed, terms)), scheme(InAccountCurrency, terms))
    )
    assert [d.given for d in told.decisions] == [d.given for d in converting.decisions]
    assert told.decisions[0].request.terms == converting.decisions[0].request.terms
    assert told.heats[:2] == pytest.approx(converting.heats[:2], rel=1e-3)
    assert told.heats[0] == converting.heats[0] > 0.008


@pytest.mark.parametrize(("enter", "sign"), [("buy", -1), ("sell", 1)])
@pytest.mark.parametrize(
    ("terms", "units", "loss"),
    [
        (SHARES, 396, 5 * 0.5 + 2 * 0.02 * 0.5),
        (CONTRACTS, 7, 5 * 50 * 0.5 + 2 * 2 * 0.5),
    ],
    ids=["shares", "contracts"],
)
def test_only_the_scheme_that_converts_books_what_the_heat_said(terms, units, loss, enter, sign):
    # The stop lies 5 away: units = 1 000 / loss.
    past = 100 + 6 * sign
    bars = [*calm(2), (100, max(past, 100), min(past, 100), past), *calm(2)]
    told, converting = (
        trade(bars, script={1: do(enter)}, prepare=prepare)
        for prepare in (with_fx(0.5, then=scheme(Fixed, terms)), scheme(InAccountCurrency, terms))
    )
    assert told.fills == converting.fills == [(2, -sign * units, 100), (3, sign * units, 100 + 5 * sign)]
    assert converting.cash == pytest.approx(100_000 - units * loss)
    # the simulated broker books the instrument's own currency as if it were the account's
    assert told.cash == pytest.approx(100_000 - 2 * units * loss)


def test_the_simulated_broker_with_an_fx_is_told_of():
    with pytest.warns(
        StrategyWarning, match=r"^fx: the simulated broker books .* let a commission scheme convert"
    ):
        trade(calm(2), script={}, prepare=with_fx(0.5))


def test_a_broker_of_ones_own_is_not():
    class Converts(bt.brokers.BackBroker):
        pass

    def prepare(cerebro):
        cerebro.broker = Converts(cash=100_000.0)
        cerebro.datas[0].fx = 0.5

    with warnings.catch_warnings():
        warnings.simplefilter("error", StrategyWarning)
        assert trade(calm(3), script={1: do("buy")}, prepare=prepare).position == 400


# Trades and sizers.

SIZE = {"risk_per_trade": 0.01, "stop": "fixed", "fixed_stop": 0.05, "entry_gap_buffer": 0.0}


def test_kelly_weighs_trades_of_two_currencies_in_the_accounts():
    # d0 wins 10 a unit at 0.5, d1 loses 10 a unit at 1: a ratio of 0.5, not of 1.
    up, down = (110, 111, 109, 110), (90, 91, 89, 90)
    markets = ([*calm(2), up, up, up, up], [*calm(2), down, down, down, down])
    enter = each(do("buy", data=0, size=10, stop=80), do("buy", data=1, size=10, stop=80))
    script = {1: enter, 2: each(do("close", data=0), do("close", data=1))}
    session = trade(*markets, script=script, prepare=with_fx(0.5))
    history = session.desk.tally.history()
    assert (history.trades, history.win_rate, history.win_loss_ratio) == (2, 0.5, 0.5)


@pytest.mark.parametrize(("fx", "units"), [(0.5, 400), (2.0, 100)])
def test_a_sizer_on_a_plain_strategy_converts_too(fx, units):
    class Plain(bt.Strategy):
        def next(self):
            if len(self) == 1:
                self.buy()

    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(100_000)
    cerebro.adddata(RowFeed(rows=rows_of(calm(3))))
    cerebro.datas[0].fx = fx
    cerebro.addstrategy(Plain)
    cerebro.addsizer(RiskPerTradeSizer, **SIZE)
    (strategy,) = cerebro.run()
    assert strategy.position.size == units


@pytest.mark.parametrize("is_asked", [False, True])
def test_a_sizer_refuses_while_the_rate_is_not_known(is_asked):
    class Plain(bt.Strategy):
        def next(self):
            if not self.position:
                self.buy(self.datas[0])

    cerebro = bt.Cerebro(stdstats=False)
    cerebro.broker.setcash(100_000)
    cerebro.adddata(RowFeed(rows=rows_of(calm(5))), name="d0")
    cerebro.adddata(RowFeed(rows=rows_of(quotes(NAN, NAN, 0.25, 0.5, 0.5))))
    cerebro.datas[0].fx = cerebro.datas[1]
    cerebro.addstrategy(Plain)
    if is_asked:
        cerebro.addsizer(SmallestOfSizer, sizers=[(RiskPerTradeSizer, SIZE)], entry_gap_buffer=0.0)
    else:
        cerebro.addsizer(RiskPerTradeSizer, **SIZE)
    (strategy,) = cerebro.run()
    reason = "d0: the rate of its currency is not known on this bar"
    assert [refusal.reason for refusal in strategy.getsizer().refusals] == [reason] * 2
    assert strategy.position.size == 800
