"""The promise of the three profiles: what heat a book filled by the rules themselves can reach."""

from __future__ import annotations

import dataclasses

import pytest

from bt_risk import AGGRESSIVE, CONSERVATIVE, MODERATE
from bt_risk.maths.limits import at_most
from bt_risk.rules.caps.cash import cash_per_unit
from bt_risk.rules.entry import decide_entry
from bt_risk.rules.exits.initial_stop import initial_stop
from tests.rules.books import book, request

LADDER = (CONSERVATIVE, MODERATE, AGGRESSIVE)
EQUITY = 10_000_000.0  # large, so that whole units round nothing away
ATR_SHARES = [share / 1000 for share in range(5, 61, 5)]


def fill(profile, atr_share, *, is_long=True, price=100.0, are_filled=True):
    """Enter one position after the other until the profile allows no more; return the book and the rulings."""
    held, rulings = book(equity=EQUITY, cash=EQUITY), []
    for number in range(profile.max_positions + 1):
        atr = atr_share * price
        stop = initial_stop(price, atr, is_long=is_long, profile=profile)
        asked = request(price=price, stop=stop, is_long=is_long, atr=atr, data=f"d{number}")
        ruling = decide_entry(asked, held, profile)
        rulings.append(ruling)
        risk, notional = ruling.units * asked.terms.heat_risk, ruling.units * price
        if are_filled:
            changes = {
                "open_risk": held.open_risk + risk,
                "notional": held.notional + notional,
                "cash": held.cash - ruling.units * asked.terms.cash,
                "positions": held.positions + bool(ruling.units),
            }
        else:
            spent = ruling.units * cash_per_unit(asked, asked.terms, profile) if asked.terms.cash else 0.0
            changes = {
                "reserved_risk": held.reserved_risk + risk,
                "pending_notional": held.pending_notional + notional,
                "pending_cash": held.pending_cash + spent,
                "pending": held.pending + bool(ruling.units),
            }
        held = dataclasses.replace(held, **changes)
    return held, rulings


@pytest.mark.parametrize("are_filled", [True, False])
@pytest.mark.parametrize("is_long", [True, False])
@pytest.mark.parametrize("atr_share", ATR_SHARES)
def test_full_book_heat_never_falls_from_conservative_to_aggressive(atr_share, is_long, are_filled):
    heats = [
        fill(profile, atr_share, is_long=is_long, are_filled=are_filled)[0].risk / EQUITY
        for profile in LADDER
    ]
    assert heats == sorted(heats)


@pytest.mark.parametrize("profile", LADDER, ids=lambda profile: profile.name)
@pytest.mark.parametrize("atr_share", ATR_SHARES)
def test_a_full_book_stays_within_its_limits(profile, atr_share):
    held, rulings = fill(profile, atr_share)
    assert held.positions == profile.max_positions
    assert at_most(held.risk, profile.target_heat[1] * EQUITY)
    assert at_most(held.notional, profile.max_leverage * EQUITY)
    assert rulings[-1].rule == "max_positions"


@pytest.mark.parametrize(
    ("profile", "heat"),
    [(CONSERVATIVE, 0.04), (MODERATE, 0.0699), (AGGRESSIVE, 0.10)],
    ids=["conservative", "moderate", "aggressive"],
)
def test_with_wide_stops_a_full_book_lies_inside_the_target_band(profile, heat):
    held, _ = fill(profile, 0.06)
    assert held.risk / EQUITY == pytest.approx(heat, rel=1e-4)
    low, high = profile.target_heat
    assert low * EQUITY <= held.risk * (1 + 1e-4)
    assert at_most(held.risk, high * EQUITY)


@pytest.mark.parametrize(("profile", "atrs"), [(CONSERVATIVE, 1.5), (MODERATE, 1.875), (AGGRESSIVE, 2.0)])
def test_in_calm_markets_the_notional_caps_bind(profile, atrs):
    # 2 x 25 % at 3 ATR, 3 x 25 % at 2.5 ATR; 3 x 30 % and the rest of 100 % at 2 ATR, less what the gap buffer keeps
    held, rulings = fill(profile, 0.005)
    assert held.risk / EQUITY == pytest.approx(atrs * 0.005, rel=0.01)
    assert {ruling.rule for ruling in rulings[:-1]} <= {"max_position", "max_leverage", "cash"}


@pytest.mark.parametrize("profile", LADDER, ids=lambda profile: profile.name)
def test_a_gap_of_a_quarter_in_one_instrument_costs_less_than_the_heat_limit(profile):
    for atr_share in ATR_SHARES:
        _, rulings = fill(profile, atr_share)
        largest = max(ruling.units for ruling in rulings) * 100.0
        assert 0.25 * largest / EQUITY < profile.max_heat
