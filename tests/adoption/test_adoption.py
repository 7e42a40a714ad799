"""Strategies written for plain Backtrader keep working under `guard`: nothing of theirs is skipped, stuck or broken."""

from __future__ import annotations

from itertools import product

import pytest

from tests.adoption import checks
from tests.adoption.cases import CASES
from tests.adoption.play import MARKETS, play


@pytest.fixture(scope="module", params=product(CASES, MARKETS), ids=lambda pair: ", ".join(pair))
def pair(request):
    name, market = request.param
    case = CASES[name]
    bars = MARKETS[market](case.is_aligned)
    return checks.Pair(case, play(case, bars, guarded=False), play(case, bars))


def test_every_callback_is_reached_as_often_as_without_a_desk(pair):
    assert pair.plain.score.calls
    assert checks.missing_calls(pair) == {}


def test_the_invariants_hold(pair):
    assert pair.guarded.audit.problems == []


def test_what_never_sold_short_still_does_not(pair):
    is_short = min(pair.guarded.sizes) < 0
    assert is_short == (min(pair.plain.sizes) < 0 and not pair.case.long_only)


def test_trading_goes_on_over_the_whole_run(pair):
    assert pair.plain.entries
    assert pair.guarded.entries
    assert checks.idle_quarters(pair) == []


def test_the_strategy_hears_the_end_of_each_of_its_orders_once_and_of_no_others(pair):
    run = pair.guarded
    assert checks.deaths_unheard(run) == []
    assert checks.deaths_told_twice(run) == []
    assert checks.strangers(run) == []


def test_the_strategy_hears_of_each_trade(pair):
    opened, closed = checks.open_and_closed(pair.guarded)
    met = pair.guarded.audit.met
    assert closed == met["round trip"]
    assert opened == met["long"] + met["short"]


@pytest.mark.parametrize("name", CASES)
def test_bar_by_bar_gives_the_same_run_as_all_at_once(name):
    case = CASES[name]
    bars = MARKETS["hostile 8"](case.is_aligned)
    once, step = (play(case, bars, runonce=runonce).trace() for runonce in (True, False))
    assert {part for part, value in once.items() if repr(value) != repr(step[part])} == set()
