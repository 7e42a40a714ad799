"""Heat above its limit: what is cut, and what is not counted on."""

from __future__ import annotations

import math

import pytest

from tests.edge.market import CALM, ROUND, STOP, WIDE, calm, cancel, do, each, trade

# Three longs at 100 with stops at 90 risk 2 000, 3 000 and 4 400: 9.4 % of 100 000. At a close of 98 equity is 98 120
# and heat 9.58 %; at 93 it is 93 420 and 10.06 %, 58 more than the 9 342 that may be at risk.
THREE = each(
    do("buy", data=0, size=200, stop=90),
    do("buy", data=1, size=300, stop=90),
    do("buy", data=2, size=440, stop=90),
)
FALL = [*calm(3), (100, 100, 97, 98), (98, 98, 92, 93), *[(93, 94, 92, 93)] * 3]
OPENED = [(2, 200, 100), (2, 300, 100), (2, 440, 100)]


@pytest.mark.parametrize(
    ("reduction", "cuts", "tiers"),
    [
        ("highest_risk", [(6, -440, 93)], ["NORMAL", "NORMAL", "NORMAL"]),
        ("lowest_risk", [(6, -200, 93)], ["NORMAL", "NORMAL", "NORMAL"]),
        # 58 of risk at 10 a unit: 6 units. What is left is within the limit, but not 2 % of it below.
        ("trim", [(6, -6, 93)], ["EMERGENCY", "EMERGENCY", "EMERGENCY"]),
    ],
)
def test_an_emergency_cuts_by_the_policy_in_the_bar_that_sees_it(reduction, cuts, tiers):
    session = trade(FALL, FALL, FALL, script={1: THREE}, profile=WIDE.replace(reduction=reduction))
    assert session.fills == OPENED + cuts
    assert session.tiers == ["NORMAL", "WARNING", "WARNING", "CRITICAL", "EMERGENCY", *tiers]
    assert [decision.rule for decision in session.decisions[3:]] == ["heat_reduction"]
    assert session.heats[-1] <= 0.1


def test_every_tier_is_told_once_and_the_reduction_with_its_reason():
    session = trade(FALL, FALL, FALL, script={1: THREE}, profile=WIDE)
    assert [(event.datetime.day, event.kind, event.level, event.text) for event in session.desk.events] == [
        (2, "tier", "warning", "heat 9.40% of 10.00%: WARNING, was NORMAL"),
        (4, "tier", "warning", "heat 9.58% of 10.00%: CRITICAL, was WARNING"),
        (5, "tier", "critical", "heat 10.06% of 10.00%: EMERGENCY, was CRITICAL"),
        (5, "emergency", "critical", "heat 10.06% above 10.00%: reducing d2"),
        (6, "tier", "info", "heat 5.35% of 10.00%: NORMAL, was EMERGENCY"),
    ]


def test_a_second_position_goes_when_the_first_is_not_enough():
    # 20 * 1 + 310 * 10 + 450 * 14 = 9 420 at risk; at 91 equity is 93 160, so 104 must go: d0 with its 20, then d1.
    enter = each(
        do("buy", data=0, size=20, stop=99),
        do("buy", data=1, size=310, stop=90),
        do("buy", data=2, size=450, stop=86),
    )
    fall = [*calm(3), (100, 100, 91, 91), *[(91, 92, 90.5, 91)] * 4]
    session = trade(
        [(100, 101, 99.5, 100)] * 8,
        fall,
        fall,
        script={1: enter},
        profile=WIDE.replace(reduction="lowest_risk"),
    )
    assert session.fills[3:] == [(5, -20, 100), (5, -310, 91)]


def test_a_short_is_cut_as_a_long_is():
    rise = [*calm(3), (100, 103, 100, 102), (102, 108, 102, 107), *[(107, 108, 106, 107)] * 3]
    enter = each(
        do("sell", data=0, size=200, stop=110),
        do("sell", data=1, size=300, stop=110),
        do("sell", data=2, size=440, stop=110),
    )
    session = trade(rise, rise, rise, script={1: enter}, profile=WIDE)
    assert session.fills == [(2, -200, 100), (2, -300, 100), (2, -440, 100), (6, 440, 107)]


def test_entries_that_rest_are_withdrawn_when_critical_begins():
    enter = each(
        do("buy", data=0, size=470, stop=90),
        do("buy", data=1, size=400, stop=90),
        do("buy", data=2, size=60, stop=90, exectype=STOP, price=101.5, name="resting"),
    )
    # 4 700 + 4 000 + 60 * 11.5 = 9 390; at 98 equity is 98 260: 9.556 %.
    fall = [*calm(3), (100, 100, 97, 98), *[(98, 99, 97, 98), (98, 103, 98, 102)] * 2]
    session = trade(fall, fall, fall, script={1: enter}, profile=WIDE)
    assert session.heard_of("resting") == ["Accepted", "Canceled"]
    assert [(e.datetime.day, e.data) for e in session.desk.events if e.kind == "entry_withdrawn"] == [
        (4, "d2")
    ]
    assert session.desk.ledger.reserved_risk == 0
    assert [size for _, size, _ in session.fills] == [470, 400]
    assert session.live == [(-470, 90), (-400, 90)]


@pytest.mark.parametrize("bar", [4, 5])
def test_no_entry_is_accepted_from_critical_on(bar):
    enter = each(do("buy", data=0, size=470, stop=90), do("buy", data=1, size=470, stop=90))
    script = {1: enter, bar: do("buy", data=2, size=1, stop=99, name="late")}
    fall = [*calm(3), (100, 100, 97, 98), (98, 98, 92, 93), *[(93, 94, 92, 93)] * 3]
    session = trade(fall, fall, fall, script=script, profile=WIDE)
    assert session.strategy.sent["late"] is None
    late = [decision for decision in session.decisions if decision.data == "d2"]
    assert [(decision.outcome, decision.rule) for decision in late] == [("denied", "heat_tier")]


def test_the_user_hears_of_the_risk_exit_that_close_returned():
    # 100 000 with 240 units each, stops 80 and 79: 4 800 + 5 040 at risk. The second falls by 10, equity is 97 600,
    # heat 10.08 %: the desk leaves d1 before the strategy's close() of the same bar gets that very order.
    fall = [*calm(3), (100, 100, 90, 90), *[(90, 91, 89, 90)] * 3]
    enter = each(do("buy", data=0, size=240, stop=80), do("buy", data=1, size=240, stop=79))
    session = trade(calm(7), fall, script={1: enter, 4: do("close", data=1, name="exit")}, profile=WIDE)
    assert session.strategy.sent["exit"] is not None
    assert session.heard_of("exit")[-1] == "Completed"


def test_a_trim_that_comes_out_even_cuts_no_lot_too_many():
    # 500 units risk 20 each; at a close of 84 equity is 92 000, so 9 200 may be at risk: 800 / 20 = 40 units go.
    bars = [*calm(2), (100, 100, 84, 84), *[(84, 85, 83, 84)] * 2]
    session = trade(bars, script={1: do("buy", size=500, stop=80)}, profile=WIDE.replace(reduction="trim"))
    assert session.fills == [(2, 500, 100), (4, -40, 84)]


def test_an_emergency_does_not_count_on_a_position_that_has_no_market():
    # d1 is never quoted again after day 3 and holds the most risk: waiting for it would leave the heat above its limit.
    fall = [*calm(3), (100, 100, 90, 90), *[(90, 91, 89, 90)] * 4]
    enter = each(do("buy", data=0, size=240, stop=80), do("buy", data=1, size=240, stop=79))
    session = trade(fall, {1: CALM, 2: CALM, 3: CALM}, script={1: enter}, profile=WIDE)
    assert (5, -240, 90) in session.fills


def test_the_user_cannot_call_off_a_reduction_that_close_handed_out():
    fall = [*calm(3), (100, 100, 90, 90), *[(90, 91, 89, 90)] * 3]
    enter = each(do("buy", data=0, size=240, stop=80), do("buy", data=1, size=240, stop=79))
    script = {1: enter, 4: each(do("close", data=1, name="exit"), cancel("exit"))}
    session = trade(calm(7), fall, script=script, profile=WIDE)
    assert (5, -240, 90) in session.fills
    assert "cancel_refused" in session.event_kinds()
    assert session.is_covered


def test_a_lost_account_closes_everything():
    # 400 short at 100, covered through a gap at 500: 160 000 lost on 100 000. d1's long goes in the bar that sees it.
    profile = ROUND.replace(
        sizing=("cash_fraction",),
        cash_fraction=0.4,
        allocation="risk_per_trade",
        risk_per_trade_max=None,
        max_heat=0.5,
    )
    enter = each(do("sell", data=0, stop=150), do("buy", data=1, stop=80))
    session = trade([*calm(2), *[(500, 501, 499, 500)] * 3], calm(5), script={1: enter}, profile=profile)
    assert session.fills == [(2, -400, 100), (2, 400, 100), (3, 400, 500), (4, -400, 100)]
    assert session.heats == [0.28, 0.28, math.inf, 0, 0]
    assert session.cash == -60_000


def test_on_a_lost_account_nothing_is_opened():
    profile = ROUND.replace(
        sizing=("cash_fraction",),
        cash_fraction=0.4,
        allocation="risk_per_trade",
        risk_per_trade_max=None,
        max_heat=0.5,
    )
    script = {1: do("sell", data=0, stop=150), 4: do("sell", data=1, stop=150)}
    session = trade([*calm(2), *[(500, 501, 499, 500)] * 3], calm(5), script=script, profile=profile)
    assert session.outcomes()[-1] == ("entry", "denied", "halt")
    assert session.decisions[-1].text == "equity is -60000.00"
