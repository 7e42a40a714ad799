"""The keys of a ``risk_management`` section, as another engine's users have them in their files."""

from __future__ import annotations

from pathlib import Path

import pytest

from bt_risk.rules.profile import AGGRESSIVE, MODERATE, RiskProfile, breaker_limits, load_profile, risk_limits
from bt_risk.rules.profile.aliases import ALIASES, BREAKER_FIELDS
from bt_risk.rules.profile.domains import DOMAINS
from tests.rules.profile.problems import refusal_of

SECTION = """\
risk_management:
  max_portfolio_risk: 0.02
  max_position_size: 0.10
  max_drawdown: 0.15
  max_correlation: 0.70
  stop_loss_multiplier: 2.0
  take_profit_ratio: 2.0
  daily_loss_limit: 0.05
  position_loss_limit: 0.03
  volatility_spike_threshold: 3.0
  default_method: 'fixed_risk'
  kelly_fraction: 0.5
"""


def test_a_section_means_the_numbers_of_the_engine_preset(tmp_path):
    path = tmp_path / "engine_guide.yaml"
    path.write_text(SECTION)
    assert load_profile(path) == MODERATE.replace(
        name="engine_guide",
        risk_per_trade=0.02,
        risk_per_trade_max=0.02,
        max_position=0.10,
        drawdown_halt=0.15,
        max_correlation=0.70,
        stop="atr",
        atr_stop=2.0,
        target="r",
        target_r=2.0,
        min_reward_to_risk=2.0,
        daily_loss=0.05,
        position_loss=0.03,
        volatility_spike=3.0,
        sizing=("risk_per_trade",),
        kelly_fraction=0.5,
    )
    path.write_text(f"base: engine\nname: engine\n{SECTION}")
    assert load_profile(path) == load_profile("engine")


@pytest.mark.parametrize(
    ("key", "value", "fields"),
    [
        ("max_portfolio_risk", 0.03, {"risk_per_trade_max": 0.03}),
        ("max_portfolio_risk", 0.01, {"risk_per_trade_max": 0.01, "risk_per_trade": 0.01}),
        ("max_portfolio_risk", None, {"risk_per_trade_max": None}),
        ("max_position_size", 0.08, {"max_position": 0.08}),
        ("max_drawdown", 0.12, {"drawdown_halt": 0.12}),
        ("stop_loss_multiplier", 3, {"stop": "atr", "atr_stop": 3}),
        ("take_profit_ratio", 3, {"target": "r", "target_r": 3, "min_reward_to_risk": 3}),
        ("daily_loss_limit", 0.04, {"daily_loss": 0.04}),
        ("position_loss_limit", 0.02, {"position_loss": 0.02}),
        ("volatility_spike_threshold", 4, {"volatility_spike": 4}),
        ("default_method", "fixed_risk", {"sizing": ("risk_per_trade",)}),
        ("default_method", "kelly", {"sizing": ("kelly", "risk_per_trade")}),
        ("default_method", "volatility_adjusted", {"sizing": ("atr_risk",)}),
        ("default_method", "regime_based", {"sizing": ("regime",)}),
    ],
)
def test_each_key_means_its_fields(key, value, fields):
    expected = MODERATE.replace(name="custom", **fields)
    assert load_profile({key: value}) == load_profile({"risk_management": {key: value}}) == expected
    assert load_profile("moderate", **{key: value}) == expected.replace(name="moderate")


def test_no_key_is_a_field_already_and_all_name_fields():
    assert not ALIASES.keys() & DOMAINS.keys()
    assert {field for alias in ALIASES.values() for field in alias.fields} <= DOMAINS.keys()


@pytest.mark.parametrize("alias", ALIASES)
def test_a_key_and_its_field_in_one_source_are_refused(alias):
    field = ALIASES[alias].fields[0]
    value = "kelly" if alias == "default_method" else 0.5
    stated = ("kelly", "risk_per_trade") if alias == "default_method" else 0.5
    expected = f"{field} and {alias} both set {field}: give one of them"
    assert refusal_of({field: stated, alias: value}).endswith(expected)
    assert refusal_of({"risk_management": {alias: value}, field: stated}).startswith(f"{field} and {alias}")


def test_a_key_and_its_field_in_two_sources_are_not():
    assert load_profile({"max_position": 0.2}, max_position_size=0.1).max_position == 0.1
    assert load_profile({"max_position_size": 0.2}, max_position=0.1).max_position == 0.1


def test_what_a_key_implies_gives_way_to_what_its_source_states():
    profile = load_profile(
        {"take_profit_ratio": 3, "target": "none", "stop_loss_multiplier": 4, "stop": "fixed"}
    )
    assert (profile.target, profile.target_r) == ("none", 3)
    assert (profile.stop, profile.atr_stop) == ("fixed", 4)
    assert (
        load_profile({"base": "intraday_aggressive", "stop_loss_multiplier": 4, "target": "none"}).stop
        == "atr"
    )


def test_a_risk_limit_lowers_a_risk_that_nobody_states():
    assert load_profile({"base": "aggressive", "max_portfolio_risk": 0.01}).risk_per_trade == 0.01
    assert load_profile({"base": "kelly_conservative", "max_portfolio_risk": 0.01}).risk_per_trade == 0.005
    assert load_profile("uncontrolled", max_portfolio_risk=0.01).risk_per_trade is None


def test_a_risk_limit_below_a_stated_risk_is_a_contradiction():
    assert refusal_of({"risk_per_trade": 0.02}, max_portfolio_risk=0.01) == (
        "profile 'custom': risk_per_trade 0.02 exceeds risk_per_trade_max 0.01"
    )


@pytest.mark.parametrize("value", ["fixed", None, 3, ["kelly"]])
def test_an_unknown_method_is_refused(value):
    assert refusal_of({"default_method": value}) == (
        "default_method must be one of fixed_risk, kelly, volatility_adjusted, regime_based;"
        f" received {value!r}"
    )


@pytest.mark.parametrize("section", [None, 3, "x", [1]])
def test_a_section_holds_keys(section):
    assert refusal_of({"risk_management": section}) == (
        f"risk_management must be a section of keys; received {section!r}"
    )


def test_a_section_may_hold_any_field():
    section = {"name": "mine", "heat_of": "aggressive", "lot": 0, "max_positions": "off"}
    assert load_profile({"risk_management": section}) == MODERATE.with_heat_of(AGGRESSIVE).replace(
        name="mine", lot=0, max_positions=None
    )


def test_a_key_inside_and_outside_the_section_is_refused():
    message = refusal_of({"risk_management": {"max_heat": 0.1, "lot": 1}, "max_heat": 0.1})
    assert message == "max_heat stands inside risk_management and outside"


# The worked examples of the configuration.


def test_a_custom_configuration_replaces_the_numbers_of_a_profile():
    profile = load_profile(
        {"max_portfolio_risk": 0.02, "max_position_size": 0.1},
        max_portfolio_risk=0.015,
        max_position_size=0.08,
        max_drawdown=0.12,
        daily_loss_limit=0.04,
    )
    found = risk_limits(profile)
    assert found["max_portfolio_risk"] == 0.015
    assert found["max_position_size"] == 0.08
    assert found["max_drawdown"] == 0.12
    assert found["daily_loss_limit"] == 0.04


def test_the_environment_wins_over_a_file_and_a_file_over_a_profile(tmp_path):
    Path(tmp_path / "base.toml").write_text("max_portfolio_risk = 0.01\n")
    path = tmp_path / "desk.yaml"
    path.write_text(
        "base: base.toml\nrisk_management:\n  max_portfolio_risk: 0.03\n  max_position_size: 0.2\n"
    )
    profile = load_profile(
        path,
        environ={
            "RISK_MAX_PORTFOLIO_RISK": "0.02",
            "RISK_MAX_POSITION_SIZE": "0.10",
            "RISK_DAILY_LOSS_LIMIT": "0.05",
            "CIRCUIT_BREAKER_ENABLED": "true",
            "CIRCUIT_BREAKER_POSITION_LOSS": "0.03",
        },
    )
    found = {**risk_limits(profile), **breaker_limits(profile)}
    assert found["max_portfolio_risk"] == 0.02
    assert found["max_position_size"] == 0.1
    assert found["daily_loss_limit"] == 0.05
    assert found["circuit_breaker_enabled"] is True
    assert found["position_loss_limit"] == 0.03


# The two views.


def test_the_limits_are_shown_under_the_keys_of_the_section():
    engine = load_profile("engine")
    assert risk_limits(engine) == {
        "max_portfolio_risk": 0.02,
        "max_position_size": 0.10,
        "max_drawdown": 0.15,
        "max_correlation": 0.70,
        "stop_loss_multiplier": 2.0,
        "take_profit_ratio": 2.0,
        "daily_loss_limit": 0.05,
    }
    assert breaker_limits(engine) == {
        "circuit_breaker_enabled": True,
        "circuit_breaker_daily_loss": None,
        "position_loss_limit": 0.03,
        "volatility_spike_threshold": 3.0,
        "correlation_spike": 0.90,
    }


def test_a_profile_without_an_atr_stop_or_a_breaker_shows_none():
    fixed = MODERATE.replace(stop="fixed")
    assert risk_limits(fixed)["stop_loss_multiplier"] is None
    assert breaker_limits(fixed)["circuit_breaker_enabled"] is False


@pytest.mark.parametrize("field", BREAKER_FIELDS)
def test_any_limit_of_the_breaker_makes_it_enabled(field):
    assert breaker_limits(RiskProfile(**{field: 0.5}))["circuit_breaker_enabled"] is True
