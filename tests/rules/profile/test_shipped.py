from __future__ import annotations

import pytest

from bt_risk.rules.profile import AGGRESSIVE, CONSERVATIVE, MODERATE, PROFILES, UNCONTROLLED, UNPROTECTED
from bt_risk.rules.profile.domains import DOMAINS

HALTS = (
    "daily_loss emergency_daily_loss drawdown_halt drawdown_reduce drawdown_emergency max_strategy_drawdown"
    " position_loss position_loss_of_cost volatility_spike correlation_spike breaker_loss breaker_profit"
    " emergency_positions"
).split()


@pytest.mark.parametrize(
    ("profile", "max_heat", "band", "positions", "risk", "notional", "atr", "kelly"),
    [
        (CONSERVATIVE, 0.08, (0.04, 0.06), 2, 0.0200, 0.25, 3.0, 0.25),
        (MODERATE, 0.10, (0.06, 0.08), 3, 0.0233, 0.25, 2.5, 0.25),
        (AGGRESSIVE, 0.12, (0.08, 0.10), 4, 0.0250, 0.30, 2.0, 0.50),
    ],
)
def test_the_three_profiles_hold_their_numbers(
    profile, max_heat, band, positions, risk, notional, atr, kelly
):
    assert (profile.max_heat, profile.target_heat) == (max_heat, band)
    assert (profile.max_positions, profile.risk_per_trade) == (positions, risk)
    assert (profile.max_position, profile.max_leverage) == (notional, 1.0)
    assert (profile.stop, profile.atr_period, profile.atr_stop) == ("atr", 14, atr)
    assert (profile.trail, profile.trail_atr, profile.trail_activation) == ("chandelier", atr, 1.0)
    assert profile.kelly_fraction == kelly
    assert (profile.sizing, profile.allocation) == (("risk_per_trade",), "target_heat")
    assert (profile.heat_warning, profile.heat_critical, profile.risk_per_trade_max) == (0.90, 0.95, 0.05)
    assert (profile.daily_loss, profile.daily_halt_sessions) == (0.05, 1)
    assert (profile.drawdown_halt, profile.drawdown_reduce, profile.drawdown_emergency) == (0.15, 0.20, 0.30)
    assert (profile.drawdown_cooldown, profile.max_releases) == (20, 1)


@pytest.mark.parametrize("profile", [CONSERVATIVE, MODERATE, AGGRESSIVE])
def test_a_full_book_lies_inside_its_target_band(profile):
    low, high = profile.target_heat
    full = profile.risk_per_trade * profile.max_positions
    assert low <= full <= high
    assert high < profile.max_heat


# ATR as a share of the price: in calm markets the notional cap binds, in wild ones the risk per trade.
@pytest.mark.parametrize("atr", [0.005, 0.01, 0.02, 0.03, 0.045, 0.06])
def test_a_bolder_profile_never_carries_less_heat(atr):
    def full_book(profile):
        trade = min(profile.risk_per_trade, profile.max_position * profile.atr_stop * atr)
        return trade * min(profile.max_positions, profile.max_leverage / profile.max_position)

    assert full_book(CONSERVATIVE) <= full_book(MODERATE) <= full_book(AGGRESSIVE)


def test_uncontrolled_has_every_limit_and_every_halt_off():
    values = UNCONTROLLED.to_dict()
    assert {
        field for field, domain in DOMAINS.items() if domain.none_word == "off" and values[field] is not None
    } == set()
    assert (UNCONTROLLED.sizing, UNCONTROLLED.cash_fraction) == (("cash_fraction",), 0.95)
    assert (UNCONTROLLED.stop, UNCONTROLLED.trail, UNCONTROLLED.target) == ("none", "none", "none")


def test_unprotected_sizes_as_moderate_without_stops_heat_limits_and_halts():
    changed = {field for field, value in UNPROTECTED.to_dict().items() if value != MODERATE.to_dict()[field]}
    assert changed == {
        "name",
        "allocation",
        "max_heat",
        "target_heat",
        "place_stops",
        "trail",
        "daily_loss",
        "drawdown_halt",
        "drawdown_reduce",
        "drawdown_emergency",
    }
    assert [getattr(UNPROTECTED, field) for field in ("max_heat", *HALTS)] == [None] * (1 + len(HALTS))
    assert not UNPROTECTED.place_stops


def test_the_shipped_profiles_are_found_by_their_names():
    assert PROFILES == {
        "conservative": CONSERVATIVE,
        "moderate": MODERATE,
        "aggressive": AGGRESSIVE,
        "uncontrolled": UNCONTROLLED,
    }
