"""A trade fill by fill: mean prices on the way in, the parts of each exit, the furthest prices."""

from __future__ import annotations

import math
from dataclasses import asdict, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.rules.trades import closed, entry, leave, linear, play


def parts(record):
    return {name: money for name, money in asdict(record.parts).items() if round(money, 9)}


def test_an_exit_takes_the_mean_of_what_is_held():
    # 100 at 100 (stop 95) and 300 at 104 (stop 101): decided at 103, the stop at 99.5 on average.
    record = closed(entry(), entry(300, 104, stop=101, is_add=True), leave(400, 101, stop=101))
    assert parts(record) == {"planned": -400 * 3.5, "stop_moves": 400 * 1.5}
    assert record.risk == 100 * 5 + 300 * 3


def test_parts_that_leave_before_an_add_do_not_know_of_it():
    record = closed(
        entry(),
        leave(50, 102, reason="signal"),
        entry(50, 104, stop=99, is_add=True),
        leave(100, 99, stop=99),
    )
    first, second = record.exits
    assert (first.parts.planned, first.parts.early_exit) == (-250, 350)
    # 50 decided at 100 and 50 at 104, with stops at 95 and 99; all had the stop at 99
    assert (second.parts.planned, second.parts.stop_moves) == (-500, 200)


def test_a_lot_without_a_stop_plans_its_notional():
    record = closed(entry(stop=None), leave(100, 90, reason="signal", stop=None))
    assert parts(record) == {"planned": -10_000, "early_exit": 9_000}
    short = closed(entry(stop=None), leave(100, 90, reason="signal", stop=None), is_long=False)
    assert parts(short) == {"planned": -10_000, "early_exit": 11_000}


def test_a_rule_named_stop_without_a_stop_is_an_early_exit():
    assert "early_exit" in parts(closed(entry(stop=None), leave(stop=None, price=90)))


@pytest.mark.parametrize(
    ("reason", "part"),
    [
        ("stop", "exit_gap"),
        ("trail", "exit_gap"),
        ("break_even", "exit_gap"),
        ("fill_beyond_stop", "exit_gap"),
        ("signal", "early_exit"),
        ("target", "early_exit"),
        ("ladder", "early_exit"),
        ("heat_reduction", "early_exit"),
        ("outside", "early_exit"),
    ],
)
def test_only_what_the_stop_caused_is_a_gap(reason, part):
    assert parts(closed(entry(), leave(price=94, reason=reason))) == {"planned": -500, part: -100}


def test_a_bar_is_exposed_for_the_next_one_only():
    exposed = entry(unprotected_close=93)
    assert parts(closed(exposed, leave(price=90, bar=2))) == {
        "planned": -500,
        "entry_bar_exposure": -200,
        "exit_gap": -300,
    }
    assert parts(closed(exposed, leave(price=90, bar=3))) == {"planned": -500, "exit_gap": -500}


def test_the_exposed_share_leaves_with_the_others():
    # 100 guarded, 100 not; half of each leaves on the exposed bar, half of the rest behind it
    record = closed(
        entry(),
        entry(100, bar=2, is_add=True, unprotected_close=93),
        leave(100, 97, bar=2, reason="signal"),
        leave(50, 90, bar=3),
        leave(50, 90, bar=3),
    )
    assert [one.parts.entry_bar_exposure for one in record.exits] == [0, -50, -50]


def test_fills_of_one_exposed_bar_count_together_and_those_of_an_older_one_no_more():
    older = entry(100, bar=1, unprotected_close=94)
    twice = [
        entry(100, 98, bar=2, stop=95, unprotected_close=93),
        entry(100, 94, bar=2, stop=95, unprotected_close=93),
    ]
    record = closed(older, *twice, leave(300, 90, bar=3))
    # 200 of 300 since a mean of 96, from the stop at 95 to 93
    assert record.parts.entry_bar_exposure == pytest.approx(-200 * 2)


def test_a_stop_given_to_entries_without_one_is_their_plan():
    record = closed(entry(stop=None), 95.0, leave())
    assert (record.entries[0].stop, record.risk, parts(record)) == (95, 500, {"planned": -500})
    short = closed(entry(stop=None), 105.0, leave(price=105, stop=105), is_long=False)
    assert (short.entries[0].stop, short.risk, parts(short)) == (105, 500, {"planned": -500})
    assert play(entry(stop=None), 105.0).entries[0].risk == 0
    both = closed(entry(stop=None), entry(100, 98, stop=None), 95.0, leave(200))
    assert (both.risk, parts(both)) == (800, {"planned": -800})


# The furthest prices.


def test_the_furthest_prices_count_from_the_entry_in_r():
    bars = [(2, 103, 98), (3, 109, 99), (4, 104, 97)]
    record = closed(entry(), *bars, leave(price=101, reason="signal", bar=5))
    assert (record.mae, record.mfe) == (3 / 5, 9 / 5)
    short = closed(entry(stop=105), *bars, leave(price=101, reason="signal", stop=105, bar=5), is_long=False)
    assert (short.mae, short.mfe) == (9 / 5, 3 / 5)


def test_the_bar_of_the_entry_counts_and_that_of_the_exit_does_not():
    record = closed((1, 104, 98), entry(), (2, 120, 80), leave(price=101, reason="signal", bar=2))
    assert (record.mae, record.mfe) == (2 / 5, 4 / 5)


def test_a_bar_on_which_only_a_part_left_counts():
    partly = leave(50, price=101, reason="signal", bar=2)
    record = closed(entry(), (2, 120, 80), partly, leave(50, price=101, reason="signal", bar=3))
    assert (record.mae, record.mfe) == (4, 4)


def test_a_bar_is_seen_once():
    assert closed(entry(), (2, 103, 99), (2, 120, 80), leave(bar=3)).mfe == 3 / 5


def test_the_exit_and_what_the_entry_slipped_count_too():
    record = closed(entry(price=100.5, quote=100, decided=100, stop=95), leave(price=91))
    assert (record.mae, record.mfe) == (9.5 / 5, 0)


def test_an_add_starts_the_count_anew_from_the_mean_entry():
    # From 100 to a high of 104 and a low of 99; then the mean is 103, whose low is 101.
    more = entry(300, 104, stop=99, is_add=True, bar=3)
    record = closed(
        entry(), (2, 104, 99), (3, 105, 101), more, (4, 104, 102), leave(400, 103, reason="signal", bar=5)
    )
    assert (record.mae, record.mfe) == (2 / 5, 4 / 5)


def test_prices_that_were_surely_seen_before_the_exit_count():
    trade = play(entry())
    trade.leave(leave(price=95, bar=2), linear, seen=(108, 99))
    assert trade.record(1, bar=2, is_closed=True).mfe == 8 / 5


def test_an_open_trade_has_seen_its_last_bar_and_may_yet_end_on_it():
    trade = play(entry(), (2, 110, 97))
    now = trade.record(0, bar=2, is_closed=False)
    assert (now.mae, now.mfe) == (3 / 5, 2)
    trade.leave(leave(price=98, bar=2, reason="signal"), linear)
    over = trade.record(1, bar=2, is_closed=True)
    assert (over.mae, over.mfe) == (2 / 5, 0)


def test_without_a_planned_distance_nothing_is_counted_in_r():
    record = closed(entry(stop=100.0), (2, 103, 98), leave(stop=100.0, bar=3))
    assert math.isnan(record.mae)
    assert math.isnan(record.mfe)


# Any order of fills.

PRICE = st.floats(1, 1_000)
UNITS = st.floats(0.01, 1_000)
FILLS = st.lists(
    st.tuples(
        st.sampled_from(["in", "in", "out"]),
        UNITS,
        st.tuples(PRICE, PRICE, PRICE, PRICE),
        st.none() | PRICE,
        st.sampled_from(["stop", "signal"]),
        st.integers(0, 1),
    ),
    min_size=1,
    max_size=8,
)


def root_of_price(size, before, after):
    return size * (math.sqrt(after) - math.sqrt(before))


@settings(derandomize=True, deadline=None, max_examples=300)
@given(fills=FILLS, is_long=st.booleans(), root=st.booleans())
def test_the_parts_of_any_fills_sum_to_what_they_made_from_the_mean_price(fills, is_long, root):
    money = root_of_price if root else linear
    sign, held, mean, made, gross, bar, moved = (1 if is_long else -1), 0.0, 0.0, [], 0.0, 1, 0.0
    for kind, units, (decided, quote, price, close), stop, reason, step in fills:
        bar += step
        if kind == "in" or not held:
            mean = (mean * held + price * units) / (held + units)
            held += units
            unprotected = close if step else None
            made.append(
                entry(
                    units,
                    price,
                    bar,
                    decided=decided,
                    quote=quote,
                    stop=stop,
                    commission=1.0,
                    unprotected_close=unprotected,
                )
            )
        else:
            units = min(units, held)
            gross += money(sign * units, mean, price)
            held -= units
            made.append(leave(units, price, bar, reason, quote=quote, stop=stop, commission=2.0))
        moved += units * 2 * max(decided, quote, price, stop or 0.0)
    costs = sum(one.commission for one in made)
    parts = play(*made, is_long=is_long, money=money).record(0, bar=bar, is_closed=False).parts
    assert parts.realised == pytest.approx(gross - costs, rel=0, abs=1e-9 * moved)
    assert parts.costs == -costs


def test_a_record_does_not_change_with_the_trade():
    trade = play(entry())
    before = trade.record(0, bar=1, is_closed=False)
    trade.leave(leave(), linear)
    assert before.exits == ()
    assert trade.record(0, bar=2, is_closed=False) == replace(
        before, exits=tuple(trade.exits), parts=trade.exits[0].parts, mae=1.0, bars=1
    )
