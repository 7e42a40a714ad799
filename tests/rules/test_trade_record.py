"""What one record says of its trade."""

from __future__ import annotations

import math
from dataclasses import fields

import pytest

from bt_risk.rules.attribution import Attribution
from tests.rules.trades import closed, day, entry, leave, play


def test_prices_are_means_and_money_is_a_sum():
    record = closed(
        entry(100, 100, commission=1.0),
        entry(300, 104, stop=99, commission=3.0, is_add=True, decision=2, bar=2),
        leave(100, 110, reason="target", pnl=700.0, commission=2.0, bar=3),
        leave(300, 99, stop=99, pnl=-1_200.0, commission=4.0, bar=5),
    )
    assert (record.units, record.entry, record.exit) == (400, 103, 101.75)
    assert (record.opened, record.closed, record.bars) == (day(1), day(5), 4)
    assert (record.risk, record.costs, record.realised) == (2_000, 10, -510)
    assert (record.r_multiple, record.multiplier, record.adds) == (-0.255, 1, 1)
    assert record.reason == "stop"
    # What opened it is what it is known by.
    assert (record.decision, record.decided, record.stop) == (1, 100, 95)


def test_an_add_in_several_fills_is_one():
    first, more = entry(), entry(bar=2, is_add=True, decision=2)
    assert closed(first, more, more, leave(300)).adds == 1
    assert closed(first, more, entry(bar=2, is_add=True, decision=3), leave(300)).adds == 2


def test_the_overshoot_is_what_nobody_promised_in_r():
    record = closed(entry(), leave(price=90, pnl=-1_000.0))
    assert (record.r_multiple, record.overshoot, record.parts.never_promised) == (-2, 1, 500)
    assert closed(entry(), leave(price=97, reason="signal")).overshoot == 0
    assert closed(entry(), leave(price=95 - 1e-10)).overshoot == 0


def test_without_risk_there_is_no_r():
    record = closed(entry(stop=100.0), leave(stop=100.0))
    assert all(math.isnan(value) for value in (record.r_multiple, record.overshoot, record.multiplier))


def test_an_open_trade_has_no_end():
    record = play(entry()).record(0, bar=4, is_closed=False)
    assert (record.closed, record.reason, record.bars) == (None, "", 3)
    assert math.isnan(record.exit)


@pytest.mark.parametrize("closes", [(None, 99.0), (99.0, None), (None, None)])
def test_one_unprotected_entry_makes_the_trade_unprotected(closes):
    record = closed(*(entry(unprotected_close=close) for close in closes), leave(200))
    assert record.is_unprotected == any(closes)


def test_a_row_is_flat_and_names_every_part():
    row = closed(entry(), leave(price=90, pnl=-1_000.0)).to_row()
    assert [field.name for field in fields(Attribution)] == list(row)[-8:]
    assert (row["side"], row["decision"], row["decided"], row["stop"]) == ("long", 1, 100, 95)
    assert (row["r_multiple"], row["exit_gap"], row["never_promised"]) == (-2, -500, 500)
    assert not any(isinstance(value, (tuple, dict, list)) for value in row.values())


def test_a_line_says_what_became_of_it():
    record = closed(entry(stop=105), leave(price=110, stop=105, pnl=-1_000.0), is_long=False)
    assert record.to_text() == (
        "d0 short 100: -2.00 R, planned -500.00, realised -1,000.00, of which 500.00 was never promised: "
        "exit gap -500.00"
    )
