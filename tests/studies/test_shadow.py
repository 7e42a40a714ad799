"""The shadow book of small runs: 200 units at 100 with the stop at 95, one R being 1 000 (see `tests.edge.market`)."""

from __future__ import annotations

import backtrader as bt
import pytest

from bt_risk import UNCONTROLLED, EngineError, StrategyError, read_decisions, write_decisions
from bt_risk.studies.shadow import shadow_book
from tests.edge.market import CALM, LIMIT, ROUND, TRAIL, calm, do, each, trade
from tests.edge.test_currency import quotes, with_fx

FALL = (100, 101, 94, 96)  # stopped at 95
RISE = (100, 111, 99, 110)
ONE = ROUND.replace(max_positions=1)
FIRST_HELD = {1: do("buy", data=0)}


def booked(*markets, script, profile=ROUND, **options):
    return shadow_book(trade(*markets, script=script, profile=profile, **options).strategy)


def only(book):
    (record,) = book.records
    return record


def test_a_denied_loser_is_saved_and_named():
    record = only(
        booked(calm(5), [*calm(3), FALL, CALM], script=FIRST_HELD | {2: do("buy", data=1)}, profile=ONE)
    )
    assert (record.number, record.data, record.side) == (2, "d1", "buy")
    assert (record.rule, record.outcome, record.breached) == ("max_positions", "denied", ("max_positions",))
    assert (record.asked, record.given, record.units, record.share) == (200, 0, 200, 1)
    assert (record.trade.entry.price, record.trade.entry.bar, record.trade.exit_reason) == (100, 3, "stop")
    assert (record.r, record.money) == (-1, -1_000)
    assert (record.alone, record.money_alone) == (200, -1_000)
    assert (record.within, record.text, record.counts) == (None, "", True)


def test_what_a_cap_cuts_away_is_forgone_in_part():
    script = {1: do("buy", target=110.0)}
    profile = ROUND.replace(max_position=0.05)
    record = only(booked([*calm(2), RISE, CALM], script=script, profile=profile))
    assert (record.rule, record.outcome, record.asked, record.given) == ("max_position", "reduced", 200, 50)
    assert (record.units, record.share) == (150, 0.75)
    assert (record.r, record.money) == (2, 1_500)
    assert record.trade.exit_reason == "target"


def test_costs_are_those_of_the_run():
    def charge(cerebro):
        cerebro.broker.setcommission(commission=0.01)

    script = {1: do("buy", size=100)}
    profile = ROUND.replace(dry_run=True)
    record = only(booked([*calm(2), FALL, CALM], script=script, profile=profile, prepare=charge))
    # 5 of loss, 1 and 0.95 of commissions on each of 100.
    assert record.money == pytest.approx(-695)
    assert record.r == pytest.approx(-1.39)
    half = ROUND.replace(max_position=0.05)
    cut = only(booked([*calm(2), FALL, CALM], script=script, profile=half, prepare=charge))
    assert cut.money == pytest.approx(-695 / 2)


def test_slippage_is_that_of_the_run():
    def slip(cerebro):
        cerebro.broker.set_slippage_fixed(0.5, slip_open=True)

    record = only(
        booked(
            [*calm(2), FALL, CALM], script={1: do("buy")}, profile=ROUND.replace(dry_run=True), prepare=slip
        )
    )
    assert (record.trade.entry.price, record.trade.exit) == (100.5, 95.0)


def test_what_is_held_at_the_end_is_counted_at_its_last_price():
    market = [*calm(3), (100, 104, 99, 103)]
    record = only(booked(market, script={1: do("buy")}, profile=ROUND.replace(dry_run=True)))
    assert (record.trade.exit_reason, record.trade.is_open, record.money) == ("open", True, 600)


def test_a_close_with_nothing_to_close_ends_it():
    script = {1: do("buy"), 3: do("close")}
    market = [*calm(3), (102, 103, 101, 102), FALL]
    record = only(booked(market, script=script, profile=ROUND.replace(dry_run=True)))
    assert (record.trade.exit_reason, record.trade.exit, record.money) == ("signal", 102, 400)


def test_an_order_the_other_way_ends_it_and_is_no_trade_of_its_own():
    script = {1: do("buy"), 3: do("sell")}
    market = [*calm(3), (102, 103, 101, 102), FALL]
    first, second = booked(market, script=script, profile=ROUND.replace(dry_run=True)).records
    assert (first.trade.exit_reason, first.money) == ("signal", 400)
    assert (second.within, second.trade, second.r, second.money, second.counts) == (
        1,
        None,
        None,
        None,
        False,
    )


def test_a_request_that_is_repeated_counts_once():
    script = {bar: do("buy") for bar in range(1, 6)}
    market = [*calm(3), FALL, *calm(4)]
    book = booked(market, script=script, profile=ROUND.replace(dry_run=True))
    # Bought on bar 2, stopped on bar 4, at whose close it may be asked for again.
    assert [record.within for record in book.records] == [None, 1, 1, None, 4]
    (value,) = book.values
    assert (value.asked, value.denied, value.repeated) == (5, 5, 3)
    assert (value.avoided, value.missed, value.r_saved, value.net_money) == (1, 0, 1, 1_000)


def test_after_a_close_of_the_same_bar_a_request_is_a_trade_of_its_own():
    script = {1: do("buy"), 3: each(do("close"), do("sell"))}
    book = booked(calm(6), script=script, profile=ROUND.replace(dry_run=True))
    assert [record.within for record in book.records] == [None, None]


def test_trades_of_other_instruments_do_not_count_as_repeated():
    script = {1: each(do("buy", data=0), do("buy", data=1))}
    book = booked(calm(4), calm(4), script=script, profile=ROUND.replace(dry_run=True))
    assert [record.within for record in book.records] == [None, None]


def test_an_entry_that_never_filled_has_earned_nothing():
    script = {1: do("buy", exectype=LIMIT, price=90)}
    record = only(booked(calm(4), script=script, profile=ROUND.replace(dry_run=True)))
    assert (record.trade.entry, record.trade.exit_reason) == (None, "not_filled")
    assert (record.r, record.money, record.counts) == (0, 0, True)


def test_without_a_rule_others_may_still_cut():
    script = FIRST_HELD | {2: do("buy", data=1)}
    profile = ONE.replace(max_position=0.05)
    book = booked(calm(5), [*calm(3), FALL, CALM], script=script, profile=profile)
    record = book.records[1]
    assert record.breached == ("max_positions", "max_position")
    assert (record.asked, record.alone, record.money, record.money_alone) == (200, 50, -1_000, -250)


def test_where_a_rule_leaves_nothing_to_ask_for_the_others_say_the_size():
    profile = ROUND.replace(sizing=("kelly", "risk_per_trade"), kelly_prior=(0.3, 1.0))
    record = only(booked([*calm(2), FALL, CALM], script={1: do("buy")}, profile=profile))
    assert (record.rule, record.asked, record.alone, record.r, record.money) == (
        "kelly",
        200,
        200,
        -1,
        -1_000,
    )


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (do("buy", exectype=TRAIL, trailamount=1), "an order of type stop_trail is not followed"),
        (do("buy", exectype=bt.Order.Close), "an order of type close is not followed"),
        (do("buy", stop=105), "the stop of a long must lie below 100; received 105"),
        (do("buy", target=95), "the target of a long must lie above 100; received 95"),
        (
            do("order_target_value", target=1_000, price=-1.0),
            "there is no price, stop or rate to follow it by",
        ),
    ],
)
def test_what_cannot_be_followed_says_why(call, text):
    record = only(booked(calm(4), script={1: call}, profile=ROUND.replace(dry_run=True)))
    assert (record.trade, record.r, record.money, record.asked) == (None, None, None, None)
    assert record.text == text
    assert not record.counts


def test_a_request_for_no_size_is_not_followed():
    record = only(booked(calm(4), script={1: do("buy", size=0.5)}))
    assert (record.trade, record.text) == (None, "no size was asked for")


def test_a_trade_without_a_stop_has_no_r():
    profile = UNCONTROLLED.replace(dry_run=True)
    record = only(booked([*calm(3), RISE], script={1: do("buy", size=10)}, profile=profile))
    assert (record.r, record.money) == (None, 100)


def test_each_request_is_followed_under_the_profile_that_it_was_decided_by():
    def tighten(strategy):
        strategy.bt_risk.set_limits(fixed_stop=0.01, max_hold_bars=1)

    script = {1: do("buy"), 2: tighten}
    record = only(booked(calm(6), script=script, profile=ROUND.replace(dry_run=True)))
    assert record.trade.exit_reason == "open"


def test_the_value_of_each_rule_is_the_best_first():
    falling, rising = [*calm(3), FALL, *calm(3)], [*calm(3), RISE, *calm(3)]
    script = FIRST_HELD | {
        2: each(do("buy", data=1), do("buy", data=2, target=110.0, size=50)),
        5: do("buy", data=1, target=101.0),
    }
    profile = ONE.replace(min_reward_to_risk=1.0)
    book = booked(calm(7), falling, rising, script=script, profile=profile)
    (value,) = book.values
    assert (value.rule, value.asked, value.denied, value.reduced) == ("max_positions", 4, 3, 0)
    # Minus 1 R, 2 R of a quarter of the usual size, and 0.2 R.
    assert (value.avoided, value.missed) == (1, 2)
    assert (value.r_saved, value.r_forgone, value.net_r) == (1, 2.2, -1.2000000000000002)
    assert (value.money_saved, value.money_forgone, value.net_money) == (1_000, 700, 300)
    # Another rule would have denied the last one all the same.
    assert value.net_alone == 500
    assert (book.net_r, book.net_money) == (value.net_r, 300)


def test_a_book_is_a_frame_a_table_and_a_text():
    script = FIRST_HELD | {2: do("buy", data=1), 3: do("buy", data=1)}
    book = booked(calm(5), [*calm(3), FALL, CALM], script=script, profile=ONE)
    frame = book.to_frame()
    assert frame.loc[0, ["data", "rule", "asked", "entry", "exit", "exit_reason", "r"]].tolist() == [
        *("d1", "max_positions", 200.0, 100.0, 95.0, "stop", -1.0)
    ]
    assert frame["within"].isna().tolist() == [True, False]
    table = book.table()
    assert table.loc["max_positions", ["asked", "denied", "repeated", "net_r"]].tolist() == [3, 2, 1, 1.0]
    assert book.to_text().splitlines() == [
        "rule           asked  denied  reduced  avoided  missed  R saved  R forgone  net R  net money  alone",
        "max_positions      3       2        0        1       0     1.00       0.00   1.00      1,000  1,000",
        "net 1.00 R, 1,000.00",
        "left out, requests that would have met the position of an earlier one: 1",
    ]


def test_an_empty_book_has_its_columns():
    book = booked(calm(4), script={1: do("buy")})
    assert (book.records, book.values, book.net_r) == ((), (), 0)
    assert book.to_frame().empty
    assert "exit_reason" in book.to_frame()
    assert "net_r" in book.table()
    assert book.to_text().splitlines()[1:] == ["net 0.00 R, 0.00"]


def test_a_desk_will_do_and_anything_else_is_refused():
    session = trade(calm(4), script={1: do("buy")}, profile=ROUND.replace(dry_run=True))
    assert shadow_book(session.desk) == shadow_book(session.strategy)
    with pytest.raises(StrategyError, match=r"needs a strategy with a risk desk.*received dict"):
        shadow_book({})


def test_a_run_that_kept_no_bars_is_refused():
    session = trade(calm(40), script={1: do("buy")}, exactbars=1)
    with pytest.raises(EngineError, match=r"d0: the run kept too few bars.*exactbars=False"):
        shadow_book(session.strategy)


def test_what_the_memory_forgot_is_told_and_a_file_has_it(tmp_path):
    def forget(strategy):
        strategy.bt_risk.keep_decisions(1)

    script = {1: do("buy"), 3: do("close"), 5: do("buy"), 6: forget}
    session = trade(calm(8), script=script, profile=ROUND.replace(dry_run=True))
    book = shadow_book(session.strategy)
    assert (len(book.records), book.forgotten) == (1, 2)
    assert book.to_text().endswith("left out, decisions that the run did not keep: 2")
    whole = trade(calm(8), script=script | {6: lambda strategy: None}, profile=ROUND.replace(dry_run=True))
    path = tmp_path / "decisions.jsonl"
    write_decisions(path, whole.desk.decisions)
    book = shadow_book(session.strategy, read_decisions(path))
    assert ([record.number for record in book.records], book.forgotten) == ([1, 3], 0)


@pytest.mark.filterwarnings("ignore:fx. the simulated broker:bt_risk.StrategyWarning")
def test_money_is_converted_at_the_rate_of_the_decision():
    # A loss of 5 is one of 2.50: 400 units lose 1 000, whatever their currency is worth at the end.
    rates = quotes(0.5, 0.5, 2.0, 2.0, 2.0)
    how = {"script": {2: do("buy")}, "profile": ROUND.replace(dry_run=True), "prepare": with_fx((1,))}
    record = only(booked([*calm(3), FALL, CALM], rates, **how))
    assert (record.asked, record.money, record.r) == (400, -1_000, -1)
