"""Which decisions are exits of the strategy's own, and of what."""

from __future__ import annotations

import dataclasses
import math

import pytest

from bt_risk.rules.shadow.signals import signal_of, signals_of
from tests.rules.entries import request
from tests.rules.test_records import DECISION

CLOSE = dataclasses.replace(
    DECISION, number=7, kind="exit", side="sell", rule="signal", wanted=50.0, held=50.0, bar=4
)


def close(**changes):
    return dataclasses.replace(CLOSE, **changes)


def entry(is_long, **changes):
    return dataclasses.replace(DECISION, request=dataclasses.replace(request(), is_long=is_long, **changes))


def test_a_close_ends_the_side_that_it_closes():
    signal = signal_of(CLOSE)
    assert (signal.number, signal.bar, signal.time) == (7, 4, CLOSE.datetime)
    assert signal.closes(is_long=True)
    assert not signal.closes(is_long=False)
    assert (signal.units, signal.held) == (50, 50)
    assert signal_of(close(side="buy", held=-50.0)).closes(is_long=False)


def test_a_close_of_nothing_ends_both_sides():
    signal = signal_of(close(side="", outcome="nothing", wanted=None, held=0.0))
    assert signal.closes(is_long=True)
    assert signal.closes(is_long=False)
    assert (signal.units, signal.held) == (math.inf, None)


def test_an_entry_called_off_ends_all_and_one_made_smaller_nothing():
    assert signal_of(close(outcome="cancelled", held=0.0)).units == math.inf
    assert signal_of(close(outcome="accepted", held=0.0)) is None


@pytest.mark.parametrize("rule", ["heat_reduction", "time", "stop", "emergency"])
def test_an_exit_of_the_desk_is_no_signal(rule):
    assert signal_of(close(rule=rule)) is None


def test_a_market_order_the_other_way_is_an_exit():
    signal = signal_of(entry(False))
    assert signal.closes(is_long=True)
    assert not signal.closes(is_long=False)
    assert signal.units == math.inf
    assert signal_of(entry(False, wanted=20.0)).units == 20
    assert signal_of(entry(False, wanted=math.nan)).units == math.inf
    assert signal_of(entry(True)).closes(is_long=False)


@pytest.mark.parametrize("exectype", ["limit", "stop", "stop_trail"])
def test_an_order_that_rests_is_none(exectype):
    assert signal_of(entry(False, exectype=exectype)) is None


def test_a_record_without_a_request_is_none():
    assert signal_of(DECISION) is None


def test_what_was_put_off_counts_once():
    put_off = close(rule="min_hold", outcome="pending", number=8)
    done = close(outcome="accepted", number=9)
    assert [each.number for each in signals_of([put_off, done, close(number=10)], "A")] == [8, 10]
    assert [each.number for each in signals_of([put_off, close(number=9, wanted=20.0)], "A")] == [8, 9]


def test_only_the_instrument_counts():
    assert signals_of([CLOSE, close(data="B")], "B") == [signal_of(close(data="B"))]
