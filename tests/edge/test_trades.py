"""Every trade of a run, planned against realised. 200 units bought at 100 with the stop at 95 plan to lose 1 000."""

from __future__ import annotations

import dataclasses
import pickle

import backtrader as bt
import pytest

from bt_risk import UNPROTECTED, RequestError, StrategyWarning
from tests.edge.market import CALM, LIMIT, ROUND, STOP, TRAIL, calm, do, each, fixed_filler, trade

SLIPPED = (100, 102, 94, 100)


def parts(record):
    """Return the parts that are not zero."""
    return {name: money for name, money in dataclasses.asdict(record.parts).items() if round(money, 9)}


def only(session):
    """Return the one trade, whose parts make what the broker's own fills made."""
    (record,) = session.desk.trades
    assert record.parts.realised == pytest.approx(record.realised)
    assert session.cash == pytest.approx(100_000 + record.realised)
    return record


def costs(slippage=0.0, commission=0.0, **options):
    def prepare(cerebro):
        cerebro.broker.set_slippage_perc(slippage)
        cerebro.broker.setcommission(commission=commission, **options)

    return prepare


def test_a_trade_that_went_as_planned():
    record = only(trade([*calm(4), (100, 102, 94, 96), CALM], script={2: do("buy")}))
    assert (record.number, record.data, record.is_long, record.units) == (1, "d0", True, 200)
    (entry,), (exit_,) = record.entries, record.exits
    assert (entry.decision, entry.decided, entry.stop) == (1, 100, 95)
    assert (entry.quote, entry.price, entry.bar, entry.time.day) == (100, 100, 3, 3)
    assert (entry.risk, entry.is_add, entry.is_unprotected) == (1_000, False, False)
    assert (exit_.units, exit_.reason, exit_.stop) == (200, "stop", 95)
    assert (exit_.quote, exit_.price, exit_.bar, exit_.pnl) == (95, 95, 5, -1_000)
    assert parts(record) == {"planned": -1_000}
    assert (record.risk, record.r_multiple, record.multiplier) == (1_000, -1, 1)
    assert (record.bars, record.reason, record.overshoot) == (2, "stop", 0)
    assert (record.opened.day, record.closed.day) == (3, 5)


@pytest.mark.parametrize(
    ("bars", "script", "reason", "expected"),
    [
        # opened at 90 through the stop
        ([(90, 91, 89, 90)], {}, "stop", {"exit_gap": -1_000}),
        # a signal on a close at 98, out at the next opening of 97
        ([(100, 101, 98, 98), (97, 98, 96, 97)], {4: do("close")}, "signal", {"early_exit": 400}),
        # trailed by 4 from a close of 110 to 106, hit inside the bar
        (
            [(100, 111, 99, 110), (109, 110, 105, 106)],
            {3: do("sell", exectype=TRAIL, trailamount=4)},
            "trail",
            {"stop_moves": 2_200},
        ),
        # a stop of the user's own at 97, then hit
        ([CALM, (99, 99, 96, 97)], {3: do("sell", exectype=STOP, price=97)}, "stop", {"stop_moves": 400}),
    ],
)
def test_what_happened_after_the_entry(bars, script, reason, expected):
    session = trade([*calm(3), *bars, CALM], script={2: do("buy"), **script})
    record = only(session)
    assert record.reason == reason
    assert parts(record) == {"planned": -1_000, **expected}


def test_a_target_is_an_early_exit_at_its_price():
    record = only(trade([*calm(3), (100, 111, 99, 108), CALM], script={2: do("buy", target=110)}))
    assert (record.reason, record.exits[0].quote, record.exits[0].stop) == ("target", 110, 95)
    assert parts(record) == {"planned": -1_000, "early_exit": 3_000}


def test_a_break_even_and_a_chandelier_are_told_apart():
    even = ROUND.replace(break_even=1.0)
    bars = [*calm(3), (100, 106, 100, 105), (104, 105, 99, 100), CALM]
    record = only(trade(bars, script={2: do("buy")}, profile=even))
    assert (record.reason, parts(record)) == ("break_even", {"planned": -1_000, "stop_moves": 1_000})
    trailed = ROUND.replace(trail="fixed", trail_fraction=0.02, trail_activation=0.0)
    record = only(trade(bars, script={2: do("buy")}, profile=trailed))
    # 2 % below the high of 106
    assert record.reason == "trail"
    assert parts(record) == {"planned": -1_000, "stop_moves": pytest.approx(200 * (103.88 - 95))}


def test_the_opening_after_the_decision_is_the_entry_gap_and_the_stop_goes_along():
    record = only(trade([*calm(2), (102, 103, 101, 102), (98, 99, 96, 97), CALM], script={2: do("buy")}))
    assert parts(record) == {"planned": -1_000, "entry_gap": -400, "stop_moves": 400}
    assert record.r_multiple == -1


def test_a_stop_on_the_entry_bar_stands_at_the_decided_price():
    record = only(trade([*calm(2), (102, 103, 94, 96), CALM], script={2: do("buy")}))
    assert parts(record) == {"planned": -1_000, "entry_gap": -400}
    assert (record.bars, record.exits[0].stop, record.r_multiple) == (0, 95, -1.4)


@pytest.mark.parametrize("side", ["buy", "sell"])
def test_slippage_and_commissions_have_their_parts(side):
    # 0.2 % of slippage: in at 100.20 or 99.80, and the stop that goes along is hit 0.2 % beyond.
    bars = [*calm(3), (100, 110, 90, 100), CALM]
    record = only(trade(bars, script={2: do(side)}, prepare=costs(slippage=0.002, commission=0.001)))
    (entry,), (exit_,), sign = record.entries, record.exits, 1 if side == "buy" else -1
    assert (entry.quote, entry.price) == (100, pytest.approx(100 + 0.2 * sign))
    assert exit_.quote == pytest.approx(100 - 4.8 * sign)
    assert exit_.price == pytest.approx(exit_.quote * (1 - 0.002 * sign))
    units = record.units
    assert record.parts.slippage == pytest.approx(-units * (0.2 + 0.002 * exit_.quote))
    assert record.parts.costs == pytest.approx(-units * 0.001 * (entry.price + exit_.price)) == -record.costs
    assert record.parts.stop_moves == pytest.approx(0.2 * units)


def test_an_entry_inside_a_bar_leaves_it_without_a_stop():
    # Bought by the limit at 99, stop 94.05; the bar ends at 93, the next one opens at 90.
    bars = [*calm(2), (100, 101, 92, 93), (90, 91, 89, 90), CALM]
    record = only(trade(bars, script={2: do("buy", exectype=LIMIT, price=99)}))
    (entry,) = record.entries
    assert (entry.decided, entry.quote, entry.unprotected_close) == (99, 99, 93)
    assert record.is_unprotected
    units = record.units
    assert parts(record) == {
        "planned": pytest.approx(-4.95 * units),
        "entry_bar_exposure": pytest.approx(-1.05 * units),
        "exit_gap": pytest.approx(-3 * units),
    }


def test_without_a_stop_on_the_entry_bar_the_bar_is_unprotected():
    late = ROUND.replace(entry_bar_stop=False)
    record = only(
        trade([*calm(2), (100, 101, 92, 93), (90, 91, 89, 90), CALM], script={2: do("buy")}, profile=late)
    )
    assert parts(record) == {"planned": -1_000, "entry_bar_exposure": -400, "exit_gap": -600}


def test_a_stop_that_works_from_the_second_bar_on_and_is_met_later_lost_nothing_on_the_first():
    late = ROUND.replace(entry_bar_stop=False)
    bars = [*calm(2), (100, 101, 92, 98), CALM, (90, 91, 89, 90), CALM]
    record = only(trade(bars, script={2: do("buy")}, profile=late))
    assert parts(record) == {"planned": -1_000, "exit_gap": -1_000}


def test_a_fill_beyond_the_stop_is_left_at_once():
    # The limit at 100 is filled at 90, below its own stop of 95: out at the next opening of 85, the bar ended at 88.
    bars = [*calm(2), (90, 91, 87, 88), (85, 86, 84, 85), CALM]
    record = only(trade(bars, script={2: do("buy", exectype=LIMIT, price=100 - 1e-9, stop=95)}))
    assert record.reason == "fill_beyond_stop"
    assert {name: round(money / record.units, 6) for name, money in parts(record).items()} == {
        "planned": -5,
        "entry_gap": 10,
        "entry_bar_exposure": -2,
        "exit_gap": -5 - 3,
    }


def test_parts_of_a_position_leave_by_the_ladder_a_signal_and_the_stop():
    laddered = ROUND.replace(ladder=((1.0, 0.5),))
    bars = [*calm(3), (100, 106, 99, 102), (102, 103, 101, 102), (94, 95, 93, 94), CALM]
    session = trade(bars, script={2: do("buy"), 4: do("close", size=40)}, profile=laddered)
    record = only(session)
    assert [(one.units, one.reason, one.quote) for one in record.exits] == [
        (100, "ladder", 105),
        (40, "signal", 102),
        (60, "stop", 94),
    ]
    # 100 * (105 - 95) + 40 * (102 - 95) early, 60 * (94 - 95) jumped
    assert parts(record) == {"planned": -1_000, "early_exit": 1_280, "exit_gap": -60}
    assert [parts(one)["planned"] for one in record.exits] == [-500, -200, -300]
    assert record.reason == "stop"


def test_an_add_counts_from_its_own_decision():
    # 200 at 100, stop 95; 1 % of 100 800 are 193 more, decided at 104 with the stop at 98.8 and bought at 105: from
    # then on 99.8 holds for all.
    bars = [*calm(3), (103, 105, 102, 104), (105, 106, 104, 105), (90, 91, 89, 90), CALM]
    record = only(trade(bars, script={2: do("buy"), 4: do("buy")}, profile=ROUND.replace(max_adds=1)))
    first, add = record.entries
    assert (add.is_add, add.decision, add.decided, add.stop, add.quote) == (
        True,
        2,
        104,
        pytest.approx(98.8),
        105,
    )
    assert (first.units, add.units, record.adds) == (200, 193, 1)
    assert record.risk == pytest.approx(200 * 5 + 193 * 5.2)
    assert {name: round(money, 6) for name, money in parts(record).items()} == {
        "planned": round(-200 * 5 - 193 * 5.2, 6),
        "entry_gap": -193,
        "stop_moves": round(200 * 4.8 + 193 * 1, 6),
        "exit_gap": round(-393 * 9.8, 6),
    }


def test_a_future_has_a_multiplier_and_a_fee_a_contract():
    # Short: a contract risks 5 points of 10 and two fees of 2, so that 1 000 are 18. Jumped from 105 to 110.
    bars = [*calm(3), (110, 111, 109, 110), CALM]
    record = only(trade(bars, script={2: do("sell")}, prepare=costs(commission=2.0, margin=500.0, mult=10.0)))
    assert (record.is_long, record.units, record.multiplier, record.risk) == (False, 18, 10, 900)
    assert parts(record) == {"planned": -900, "exit_gap": -900, "costs": -72}
    assert record.overshoot == 1


def test_a_volume_filler_brings_a_trade_in_and_out_in_parts():
    bars = [*calm(4), (90, 91, 89, 90), (88, 89, 87, 88), *calm(2)]
    record = only(trade(bars, script={2: do("buy", size=200)}, prepare=fixed_filler(120)))
    assert [(one.units, one.decision, one.is_add, one.is_unprotected) for one in record.entries] == [
        (120, 1, False, True),
        (80, 1, False, True),
    ]
    assert [(one.units, one.reason, one.quote) for one in record.exits] == [
        (120, "stop", 90),
        (80, "stop", 88),
    ]
    assert parts(record) == {"planned": -1_000, "exit_gap": -120 * 5 - 80 * 7}


def test_without_stops_the_whole_notional_is_planned():
    free = UNPROTECTED.replace(risk_per_trade=0.01, stop="fixed", fixed_stop=0.05, max_position=None)
    session = trade(
        [*calm(3), (90, 91, 89, 90), CALM], script={2: do("buy", size=100), 4: do("close")}, profile=free
    )
    record = only(session)
    assert (record.entries[0].stop, record.exits[0].stop, record.exits[0].reason) == (None, None, "signal")
    assert parts(record) == {"planned": -10_000, "early_exit": 10_000}
    assert (record.risk, record.parts.never_promised) == (10_000, 0)


def test_an_entry_past_the_desk_plans_with_the_stop_that_it_is_given():
    def buy(strategy):
        strategy.broker.buy(strategy, strategy.data, 100)

    record = only(trade([*calm(4), (91, 92, 90, 91), CALM], script={2: buy}))
    (entry,) = record.entries
    assert (entry.decision, entry.decided, entry.stop, entry.is_unprotected) == (None, 100, 95, True)
    assert (record.risk, record.reason) == (500, "stop")
    assert parts(record) == {"planned": -500, "exit_gap": -400}


def test_an_exit_past_the_desk_is_told_as_outside():
    def sell(strategy):
        strategy.broker.sell(strategy, strategy.data, 200, _checksubmit=False)

    record = only(trade(calm(6), script={2: do("buy"), 4: sell}))
    assert (record.reason, parts(record)) == ("outside", {"planned": -1_000, "early_exit": 1_000})


def test_what_is_open_is_told_as_it_stands():
    script = {2: do("buy"), 4: do("close", size=50)}
    session = trade([*calm(4), (104, 105, 103, 104), CALM], script=script, prepare=costs(commission=0.001))
    assert session.desk.trades == []
    (record,) = session.desk.open_trades
    assert (record.number, record.is_closed, record.closed, record.reason) == (0, False, None, "")
    assert record.bars == 3
    assert record.realised == pytest.approx(50 * 4 - record.units * 0.1 - 50 * 0.104)
    assert record.parts.realised == pytest.approx(record.realised)
    assert session.desk.r_ledger.trades == 0


def test_furthest_prices_are_counted_in_r_from_the_entry():
    bars = [
        *calm(2),
        (100, 102, 97, 101),  # in at 100: 0.6 R against, 0.4 R along
        (101, 111, 100, 109),  # 2.2 R along
        (112, 113, 99, 100),  # out at the opening: its own range does not count
        CALM,
    ]
    record = only(trade(bars, script={2: do("buy"), 4: do("close")}))
    assert (record.mae, record.mfe) == (pytest.approx(0.6), pytest.approx(2.4))


def test_of_a_bar_that_is_entered_inside_only_the_close_counts():
    bars = [*calm(2), (102, 104, 97, 98), (99, 99.5, 98.5, 99), (99, 100, 98, 99), CALM]
    record = only(trade(bars, script={2: do("buy", exectype=LIMIT, price=100), 4: do("close")}))
    distance = 5.0
    assert record.mae == pytest.approx(2 / distance)
    assert record.mfe == 0


def test_the_money_is_what_the_commission_scheme_makes_of_a_step():
    class Root(bt.CommInfoBase):
        """Profit in the square root of the price, as far from linear as may be."""

        params = (("stocklike", True),)

        def profitandloss(self, size, price, newprice):
            return size * (newprice**0.5 - price**0.5)

    bars = [*calm(3), (103, 105, 102, 104), (105, 106, 104, 105), (81, 82, 80, 81), CALM]
    script = {2: do("buy", size=200), 4: do("buy", size=100), 5: do("close", size=120)}
    session = trade(
        bars,
        script=script,
        profile=ROUND.replace(max_adds=1),
        prepare=lambda cerebro: cerebro.broker.addcommissioninfo(Root()),
    )
    record = only(session)
    assert [one.reason for one in record.exits] == ["stop", "stop", "signal"]
    # Each exit takes the mean prices of all 300: decided at 304 / 3, the stop of both plans at 288.8 / 3.
    assert record.parts.planned == pytest.approx(300 * ((288.8 / 3) ** 0.5 - (304 / 3) ** 0.5))
    # A unit of price is worth about 1 / (2 * root of 100).
    assert record.multiplier == pytest.approx(0.05, rel=0.05)


def test_an_exchange_rate_is_that_of_the_exit():
    class Doubling(bt.CommInfoBase):
        params = (("stocklike", True), ("rate", 1.0))

        def profitandloss(self, size, price, newprice):
            return size * (newprice - price) * self.p.rate

    terms = Doubling()

    def double(strategy):
        terms.p.rate = 2.0

    bars = [*calm(4), (90, 91, 89, 90), CALM]
    session = trade(
        bars,
        script={2: do("buy"), 4: double},
        prepare=lambda cerebro: cerebro.broker.addcommissioninfo(terms),
    )
    (record,) = session.desk.trades
    # 1 000 were at risk at the rate of the decision; the exit is booked at twice that.
    assert (record.risk, record.realised, record.r_multiple) == (1_000, -4_000, -4)
    assert parts(record) == {"planned": -2_000, "exit_gap": -2_000}


def test_money_of_another_currency_is_converted():
    def two_for_one(cerebro):
        cerebro.datas[0].fx = 2.0
        cerebro.broker.setcommission(commission=0.001)

    with pytest.warns(StrategyWarning, match="fx"):
        session = trade(
            [*calm(3), (90, 91, 89, 90), CALM], script={2: do("buy", size=10)}, prepare=two_for_one
        )
    (record,) = session.desk.trades
    assert (record.risk, record.multiplier, record.costs) == (100, 2, pytest.approx(3.8))
    assert parts(record) == {"planned": -100, "exit_gap": -100, "costs": pytest.approx(-3.8)}
    assert record.realised == pytest.approx(-203.8)


@pytest.mark.parametrize(
    "options", [{"quicknotify": True}, {"cheat_on_open": True, "in_open": True}, {"in_place": False}], ids=str
)
def test_each_fill_is_written_down_once(options):
    session = trade([*calm(4), (90, 91, 89, 90), *calm(2)], script={3: do("buy")}, **options)
    record = only(session)
    assert (len(record.entries), len(record.exits), record.units) == (1, 1, 200)
    assert parts(record)["exit_gap"] == -1_000


@pytest.mark.parametrize("quicknotify", [True, False])
def test_the_stop_in_force_is_known_whoever_is_told_of_first(quicknotify):
    # With quicknotify the notice of d0 moves the desk on to the bar before that of d1 is heard.
    script = {2: each(*(do("buy", data=place, name=str(place), target=110) for place in (0, 1)))}
    bars = [*calm(3), (100, 111, 99, 108), CALM]
    session = trade(bars, bars, script=script, quicknotify=quicknotify)
    for record in session.desk.trades:
        assert [(one.reason, one.stop) for one in record.exits] == [("target", 95)]
        assert parts(record) == {"planned": -1_000, "early_exit": 3_000}
    assert len(session.desk.trades) == 2


def test_two_trades_of_two_instruments_are_numbered_by_their_ends():
    script = {2: each(do("buy", data=0, name="a"), do("buy", data=1, name="b"))}
    session = trade([*calm(5), (94, 95, 93, 94), CALM], [*calm(4), (96, 97, 94, 95), *calm(2)], script=script)
    assert [(one.number, one.data, one.closed.day) for one in session.desk.trades] == [
        (1, "d1", 5),
        (2, "d0", 6),
    ]


def test_records_travel():
    record = only(trade([*calm(4), SLIPPED, CALM], script={2: do("buy")}))
    assert pickle.loads(pickle.dumps(record)) == record
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.number = 2


def in_and_out(strategy):
    """Buy on every bar on which nothing is held, and leave on the next one."""
    (strategy.close if strategy.position else strategy.buy)()


@pytest.mark.parametrize(
    ("most", "numbers"), [(None, [1, 2, 3, 4, 5]), (2, [4, 5]), (0, []), (9, [1, 2, 3, 4, 5])]
)
def test_a_memory_of_few_trades_forgets_the_oldest_and_counts_all(most, numbers):
    def begin(strategy):
        strategy.bt_risk.keep_trades(most)
        strategy.buy()

    script = {bar: in_and_out for bar in range(2, 11)}
    session = trade(calm(13), script={1: begin, **script}, prepare=costs(commission=0.001))
    assert [record.number for record in session.desk.trades] == numbers
    assert (session.desk.r_ledger.trades, session.desk.r_ledger.lost) == (5, 5)


def test_a_memory_may_be_bounded_when_it_is_full():
    def bound(strategy):
        strategy.bt_risk.keep_trades(1)

    script = {bar: in_and_out for bar in range(1, 11)}
    session = trade(calm(13), script={**script, 12: bound})
    assert [record.number for record in session.desk.trades] == [5]


@pytest.mark.parametrize("most", [-1, 1.5, True, "all"])
def test_the_bound_of_a_memory_is_a_whole_number(most):
    def bound(strategy):
        strategy.bt_risk.keep_trades(most)

    with pytest.raises(RequestError, match="most must be a whole number >= 0 or None"):
        trade(calm(3), script={2: bound})
