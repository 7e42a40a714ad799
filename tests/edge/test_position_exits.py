"""Exits that a position calls for by itself: its loss, its age, the end of the day, and the signal that waits."""

from __future__ import annotations

import pytest

from tests.edge.market import WIDE, calm, do, trade

LONG = do("buy", size=100, stop=50, name="entry")


def rules(session):
    return [(decision.kind, decision.outcome, decision.rule) for decision in session.decisions[1:]]


@pytest.mark.parametrize(
    ("limits", "rule"),
    [
        ({"position_loss": 0.01}, "position_loss"),  # 1 000 of 100 000: at its value
        ({"position_loss_of_cost": 0.0999}, "excessive_loss"),  # 1 000 of 10 000, above 9.99 %
    ],
)
def test_a_loss_closes_the_position(limits, rule):
    bars = [*calm(3), (100, 100, 90, 90), *[(90, 91, 89, 90)] * 3]
    session = trade(bars, profile=WIDE.replace(**limits), script={1: LONG})
    assert session.fills == [(2, 100, 100), (5, -100, 90)]
    assert rules(session) == [("exit", "accepted", rule)]
    assert session.event_kinds() == [rule]


def test_a_loss_of_just_its_cost_limit_closes_nothing():
    bars = [*calm(3), (100, 100, 90, 90), *[(90, 91, 89, 90)] * 3]
    session = trade(bars, profile=WIDE.replace(position_loss_of_cost=0.10), script={1: LONG})
    assert session.fills == [(2, 100, 100)]


@pytest.mark.parametrize(
    ("limits", "bar"),
    [
        ({"max_hold_bars": 3}, 6),  # filled on bar 2, three bars later is bar 5, sold on the next
        ({"max_hold": 48.0}, 5),  # two days after bar 2 is bar 4
        ({"position_timeout": 48 * 3600.0}, 6),  # above two days is bar 5
    ],
)
def test_an_age_closes_the_position(limits, bar):
    session = trade(calm(8), profile=WIDE.replace(**limits), script={1: LONG})
    assert session.fills == [(2, 100, 100), (bar, -100, 100)]


def test_a_signal_waits_for_the_minimum_hold_and_the_user_hears_of_its_order():
    profile = WIDE.replace(min_hold=72.0)  # filled on bar 2, old enough on bar 5
    session = trade(calm(8), profile=profile, script={1: LONG, 3: do("close"), 4: do("close")})
    assert session.fills == [(2, 100, 100), (6, -100, 100)]
    assert rules(session) == [
        ("exit", "pending", "min_hold"),
        ("exit", "pending", "min_hold"),
        ("exit", "accepted", "signal"),
    ]
    assert session.event_kinds() == ["exit_deferred"]
    assert session.heard_of("?") == ["Accepted", "Completed"]


def test_a_forced_close_does_not_wait():
    profile = WIDE.replace(min_hold=72.0)
    session = trade(calm(8), profile=profile, script={1: LONG, 3: do("close", force=True)})
    assert session.fills == [(2, 100, 100), (4, -100, 100)]


def test_a_stop_does_not_wait_and_takes_the_deferred_exit_with_it():
    profile = WIDE.replace(min_hold=96.0)
    bars = [*calm(3), (100, 100, 40, 45), *[(45, 46, 44, 45)] * 5]
    script = {1: LONG, 3: do("close"), 5: do("buy", size=10, stop=40, name="again")}
    session = trade(bars, profile=profile, script=script)
    assert session.fills == [(2, 100, 100), (4, -100, 50), (6, 10, 45)]
