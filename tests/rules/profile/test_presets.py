from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bt_risk.rules import profile as profiles
from bt_risk.rules.profile import PRESETS, PROFILES, ProfileWarning, RiskProfile, load_profile, profile_names

FOLDER = Path(profiles.__file__).parent / "presets"

KELLY = ("kelly", "risk_per_trade")
BY_CONFIDENCE = ("confidence", "inverse_volatility", "kelly")
BY_RISK, DYNAMIC = ("risk_per_trade",), ("dynamic",)
EVEN = (0.5, 2.0)

# Every number of every preset, a row a field; the columns are those of PRESETS.
# fmt: off
TABLE = {
    "sizing": (KELLY, KELLY, KELLY, BY_CONFIDENCE, BY_CONFIDENCE, BY_CONFIDENCE, BY_RISK, DYNAMIC),
    "risk_per_trade": (0.005, 0.01, 0.02, None, None, None, 0.02, None),
    "dynamic_base": (0.02,) * 8,
    "kelly_fraction": (0.25, 0.25, 0.50, 0.25, 0.25, 0.25, 0.50, 0.50),
    "kelly_min": (None, None, None, None, None, None, None, 0.01),
    "kelly_max": (None, None, None, None, None, None, None, 0.05),
    "kelly_prior": (EVEN, EVEN, EVEN, None, None, None, None, None),
    "max_position": (0.07, 0.10, 0.15, 0.10, 0.10, 0.10, 0.10, 0.10),
    "min_position": (0.05, 0.05, 0.05, None, None, None, None, None),
    "single_position_gate": (None, None, None, 0.15, 0.15, 0.15, None, None),
    "max_exposure": (0.20, 0.20, 0.20, 0.50, 0.50, 0.50, None, None),
    "max_leverage": (3, 3, 3, 1, 1, 1, 1, 5),
    "max_positions": (2, 3, 5, 5, 5, 5, None, None),
    "emergency_positions": (None, None, None, None, None, None, None, 20),
    "is_concurrent_adjusted": (True, True, True, False, False, False, False, False),
    "stop": ("atr", "atr", "atr", "fixed", "fixed", "fixed", "atr", "none"),
    "atr_stop": (3.0, 2.5, 2.0, None, None, None, 2.0, None),
    "fixed_stop": (None, None, None, 0.02, 0.03, 0.05, None, None),
    "target": ("farther", "farther", "farther", "fixed", "fixed", "fixed", "r", "none"),
    "target_atr": (5.0, 5.0, 5.0, None, None, None, None, None),
    "target_r": (2.0, 2.0, 2.0, None, None, None, 2.0, None),
    "target_fraction": (None, None, None, 0.03, 0.05, 0.10, None, None),
    "position_loss_of_cost": (None, None, None, None, None, None, None, 0.10),
    "min_reward_to_risk": (2.0, 2.0, 2.0, 1.5, 1.66, 2.0, 2.0, None),
    "trail": ("none", "none", "none", "fixed", "fixed", "fixed", "none", "none"),
    "trail_fraction": (None, None, None, 0.02, 0.02, 0.02, None, None),
    "trail_activation_gain": (None, None, None, 0.01, 0.01, 0.01, None, None),
    "min_hold": (None, None, None, 4, 2, 0.5, None, None),
    "max_hold": (None, None, None, 72, 48, 24, None, None),
    "position_timeout": (None, None, None, None, None, None, None, 3600),
    "daily_loss": (0.05,) * 8,
    "drawdown_halt": (0.15, 0.15, 0.15, 0.15, 0.15, 0.15, 0.15, None),
    "max_strategy_drawdown": (None, None, None, None, None, None, None, 0.15),
    "drawdown_reduce": (None, None, None, None, None, None, None, 0.25),
    "drawdown_emergency": (None, None, None, None, None, None, None, 0.30),
    "max_sector_exposure": (None, None, None, 0.30, 0.30, 0.30, None, None),
    "max_correlated_exposure": (None, None, None, 0.25, 0.25, 0.25, None, None),
    "correlation_beta": (None, None, None, 0.7, 0.7, 0.7, None, None),
    "max_correlation": (None, None, None, None, None, None, 0.70, 0.70),
    "correlation_spike": (None, None, None, None, None, None, 0.90, None),
    "position_loss": (None, None, None, None, None, None, 0.03, None),
    "volatility_spike": (None, None, None, None, None, None, 3.0, None),
    "price_spike": (None, None, None, None, None, None, 3.0, None),
    "breaker_loss": (None, None, None, None, None, None, None, 0.10),
    "breaker_profit": (None, None, None, None, None, None, None, 0.20),
    "breaker_cooldown": (None, None, None, None, None, None, None, 300),
    "half_open_size": (None, None, None, None, None, None, None, 0.25),
    "emergency_daily_loss": (None, None, None, None, None, None, None, 0.15),
    "min_liquidity": (None, None, None, None, None, None, None, 10_000),
    "alert_drawdown": (None, None, None, None, None, None, None, 0.15),
    "alert_positions": (None, None, None, None, None, None, None, 15),
    "alert_daily_loss": (None, None, None, None, None, None, None, 0.08),
    "alert_correlation": (None, None, None, None, None, None, None, 0.8),
    "max_heat": (None,) * 8,
    "target_heat": (None,) * 8,
    "allocation": ("risk_per_trade",) * 8,
    "risk_per_trade_max": (None, None, None, None, None, None, 0.02, None),
}
# fmt: on
# A number that the preset's stop, trail, target, sizing or breaker does not use keeps its default.
UNUSED = {
    "atr_stop",
    "fixed_stop",
    "target_atr",
    "target_r",
    "target_fraction",
    "trail_fraction",
    "trail_activation_gain",
    "correlation_beta",
    "half_open_size",
}


@pytest.mark.parametrize("field", TABLE)
@pytest.mark.filterwarnings("ignore::bt_risk.rules.profile.ProfileWarning")
def test_each_preset_holds_its_numbers(field):
    for name, value in zip(PRESETS, TABLE[field], strict=True):
        expected = getattr(RiskProfile(), field) if value is None and field in UNUSED else value
        assert getattr(load_profile(name), field) == expected, name


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.filterwarnings("ignore::bt_risk.rules.profile.ProfileWarning")
def test_a_preset_changes_nothing_that_the_table_leaves_out(name):
    default = RiskProfile().to_dict()
    changed = {field for field, value in load_profile(name).to_dict().items() if value != default[field]}
    assert changed <= {"name", *TABLE}


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.filterwarnings("ignore::bt_risk.rules.profile.ProfileWarning")
def test_a_preset_is_called_as_its_file(name):
    assert load_profile(name).name == name
    assert load_profile(f" {name.upper()}\n") is load_profile(name)


def test_every_file_of_the_folder_is_a_preset():
    assert sorted(path.name for path in FOLDER.iterdir()) == sorted(f"{name}.toml" for name in PRESETS)


def test_a_preset_states_no_field_twice_and_no_foreign_key():
    for name in PRESETS:
        keys = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
        assert keys.keys() <= {"name", *TABLE}


def test_the_names_are_the_shipped_ones_and_then_the_presets():
    assert profile_names() == (*PROFILES, *PRESETS)
    assert profile_names()[:4] == ("conservative", "moderate", "aggressive", "uncontrolled")


@pytest.mark.parametrize("name", ["kelly_default", "engine", "intraday_aggressive"])
def test_a_preset_takes_heat_limits_from_a_shipped_profile(name):
    preset, combined = load_profile(name), load_profile(name, heat_of="aggressive")
    assert combined == preset.with_heat_of(PROFILES["aggressive"])
    assert (combined.max_heat, combined.target_heat, combined.allocation) == (
        0.12,
        (0.08, 0.10),
        "target_heat",
    )
    assert combined.max_positions == preset.max_positions


def test_a_preset_without_a_stop_is_doubtful_under_a_heat_limit():
    with pytest.warns(ProfileWarning, match="max_heat without a stop"):
        load_profile("enterprise", heat_of="moderate")
