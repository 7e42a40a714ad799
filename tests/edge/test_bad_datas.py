"""Datas that are stale, late, or show no number: they open nothing and block no exit."""

from __future__ import annotations

import math

import pytest

from tests.edge.market import CALM, ROUND, STOP, WIDE, calm, do, each, trade

NAN = math.nan
BAD = {
    "no number": (NAN, NAN, NAN, NAN),
    "no close": (100, 101, 99, NAN),
    "no open": (NAN, 101, 99, 100),
    "zero": (0, 0, 0, 0),
    "negative": (-100, -99, -101, -100),
    "crossed": (100, 99, 101, 100),
    "infinite": (100, math.inf, 99, 100),
    "close out of range": (100, 101, 99, 110),
}
STALE = {1: CALM, 2: CALM, 3: CALM}


@pytest.mark.parametrize("bar", BAD.values(), ids=list(BAD))
def test_a_bad_bar_denies_an_entry_on_its_own_data_only(bar):
    enter = each(do("buy", data=0, name="bad"), do("buy", data=1, name="good"))
    session = trade([CALM, bar, *calm(3)], calm(5), script={2: enter})
    bad, good = session.decisions
    assert (bad.outcome, bad.rule, bad.given) == ("denied", "fresh_bar", 0)
    assert good.outcome == "accepted"
    assert session.fills == [(3, 200, 100)]


@pytest.mark.parametrize("bar", [*BAD.values(), (100, 101, 0, 100)], ids=[*BAD, "low of zero"])
def test_a_bad_bar_before_the_first_price_denies_an_entry_and_is_told_to_nobody(bar):
    session = trade([bar, *calm(3)], script={1: do("buy", size=10, stop=95)}, profile=ROUND)
    assert [(one.outcome, one.rule) for one in session.decisions] == [("denied", "fresh_bar")]
    assert session.event_kinds() == []


@pytest.mark.parametrize(
    "bar",
    [
        (100, 100, 99, 100 * (1 + 1e-12)),
        (100, 101, 100, 100 * (1 - 1e-12)),
        (100 * (1 + 1e-12), 100, 99, 100),
        (100 * (1 - 1e-12), 101, 100, 100),
        (100, 100, 100 * (1 + 1e-12), 100),
    ],
)
def test_the_last_bits_of_adjusted_prices_make_no_bad_bar(bar):
    session = trade([CALM, bar, *calm(3)], script={2: do("buy")})
    assert session.outcomes() == [("entry", "accepted", "risk_per_trade")]


@pytest.mark.parametrize(
    "bar",
    [
        (100, 100, 99, 100 * (1 + 1e-8)),
        (100, 101, 100, 100 * (1 - 1e-8)),
        (100 * (1 + 1e-8), 100, 99, 100),
        (100 * (1 - 1e-8), 101, 100, 100),
        (1e-320, 1e-320, 0, 1e-320),
        (math.inf, math.inf, 99, math.inf),
    ],
)
def test_more_than_the_last_bits_does(bar):
    session = trade([CALM, bar, *calm(3)], script={2: do("buy")})
    assert session.outcomes() == [("entry", "denied", "fresh_bar")]


@pytest.mark.parametrize("bar", BAD.values(), ids=list(BAD))
def test_an_exit_goes_through_a_bad_bar(bar):
    session = trade([*calm(2), bar, *calm(2)], script={1: do("buy"), 3: do("close")})
    assert session.fills == [(2, 200, 100), (4, -200, 100)]
    assert session.cash == 100_000


@pytest.mark.parametrize("bar", [BAD["no number"], BAD["zero"], BAD["negative"], BAD["no open"]])
def test_no_order_fills_on_a_bar_without_an_opening(bar):
    session = trade([CALM, bar, (102, 103, 101, 102), CALM], script={1: do("buy")})
    assert session.fills == [(3, 200, 102)]
    # anchored to the fill on the next good bar: 102 - 5
    assert session.live == [(-200, 97)]


def test_a_stop_survives_a_bad_bar_and_fires_on_the_next():
    bars = [*calm(2), (NAN, NAN, NAN, NAN), (100, 101, 94, 95), CALM]
    session = trade(bars, script={1: do("buy")})
    assert session.fills == [(2, 200, 100), (4, -200, 95)]


def test_a_bad_bar_moves_no_trail_and_no_range():
    profile = ROUND.replace(
        stop="atr", atr_period=2, atr_stop=2.5, trail="chandelier", trail_atr=2.5, trail_activation=0.0
    )
    good = trade(calm(8), script={3: do("buy")}, profile=profile)
    for bar in BAD.values():
        bars = calm(8)
        bars[5] = bar
        session = trade(bars, script={3: do("buy")}, profile=profile)
        assert session.desk.stop(session.strategy.data) == good.desk.stop(good.strategy.data)


def test_a_bar_without_a_close_leaves_heat_at_the_last_mark():
    bars = [*calm(3), (100, 101, 99, math.nan), *calm(2)]
    session = trade(bars, script={1: do("buy", size=480, stop=80)}, profile=WIDE.replace(heat_basis="mark"))
    assert session.tiers == ["NORMAL", "CRITICAL", "CRITICAL", "CRITICAL", "CRITICAL", "CRITICAL"]


@pytest.mark.parametrize("other", [[], [calm(6)]], ids=["alone", "beside another"])
def test_a_data_whose_first_bars_have_no_price_trades_from_its_first_price_on(other):
    bars = [BAD["no number"], BAD["no number"], BAD["no number"], *calm(3)]
    session = trade(bars, *other, script={2: do("buy"), 4: do("buy")})
    assert session.outcomes() == [("entry", "denied", "fresh_bar"), ("entry", "accepted", "risk_per_trade")]
    assert session.event_kinds() == []


def test_without_a_value_of_the_account_nothing_is_opened():
    bars = [*calm(3), (100, 101, 99, NAN), *calm(2)]
    script = {1: do("buy"), 4: do("buy", data=1), 5: do("buy", data=1)}
    session = trade(bars, calm(6), script=script)
    assert [(d.outcome, d.rule) for d in session.decisions[1:]] == [
        ("denied", "halt"),
        ("accepted", "risk_per_trade"),
    ]


# Several calendars.


def test_an_entry_on_a_stale_data_is_denied():
    session = trade(calm(6), STALE, script={5: do("buy", data=1)})
    assert session.outcomes() == [("entry", "denied", "fresh_bar")]


def test_a_market_entry_waits_for_a_bar_of_its_data_and_is_protected_there():
    other = {1: CALM, 2: CALM, 5: (104, 105, 103, 104), 6: (104, 105, 98, 99)}
    session = trade(calm(6), other, script={2: do("buy", data=1)})
    assert session.fills == [(5, 200, 104), (6, -200, 99)]
    assert session.heats[1:5] == pytest.approx([0.01] * 4)


def test_an_exit_waits_for_a_bar_of_its_data():
    other = {1: CALM, 2: CALM, 5: (90, 91, 89, 90), 6: CALM}
    session = trade(calm(6), other, script={1: do("buy", data=1), 3: do("close", data=1)})
    assert session.fills == [(2, 200, 100), (5, -200, 90)]


def test_a_position_that_is_never_quoted_again_keeps_its_heat_and_its_place():
    script = {1: do("buy", data=1), 5: do("close", data=1)}
    session = trade(calm(8), STALE, script=script, profile=ROUND.replace(max_positions=1))
    assert session.fills == [(2, 200, 100)]
    assert session.heats == pytest.approx([0.01] * 8)
    assert session.desk.positions == {"d1": 200}


def test_a_data_that_begins_late_is_no_price_before_its_first_bar():
    # Index 0 of a data that has not begun shows its last bar, far in the future.
    late = {4: CALM, 5: CALM, 6: (100, 101, 94, 95), 7: (500, 501, 499, 500)}
    script = {2: do("buy", data=1), 4: do("buy", data=1)}
    session = trade(calm(7), late, script=script)
    assert session.outcomes() == [("entry", "denied", "fresh_bar"), ("entry", "accepted", "risk_per_trade")]
    assert math.isnan(session.decisions[0].price)
    assert session.fills == [(5, 200, 100), (6, -200, 95)]


def test_a_stop_raised_into_an_old_bar_of_its_data_does_not_fill_there():
    # d1 trades on days 1 to 3 and 6. On day 4 its stop rises to 99.5, inside the range of day 3.
    other = {1: CALM, 2: CALM, 3: CALM, 6: (100, 101, 99.6, 100)}
    script = {1: do("buy", data=1), 4: do("sell", data=1, exectype=STOP, price=99.5)}
    session = trade(calm(7), other, script=script)
    assert session.fills == [(2, 200, 100)]
    assert session.live == [(-200, 99.5)]


@pytest.mark.parametrize(
    ("bar", "fill"),
    [
        ((94, 93, 96, 95), (3, -10, 96)),  # slipped down to 93.5, and back to the low that is shown
        ((94, NAN, 90, 93), (4, -10, 90.5)),
        ((94, 95, NAN, 93), (4, -10, 90.5)),
        ((94, 95, 0, 93), (4, -10, 90.5)),
    ],
    ids=["crossed", "no high", "no low", "low of zero"],
)
def test_where_prices_slip_a_stop_needs_a_high_and_a_low_and_no_more(bar, fill):
    def slip(cerebro):
        cerebro.broker.set_slippage_fixed(0.5)

    bars = [CALM, CALM, bar, (91, 92, 90, 91), CALM]
    session = trade(bars, script={1: do("buy", size=10, stop=95)}, profile=WIDE, prepare=slip)
    assert session.fills[-1] == fill
