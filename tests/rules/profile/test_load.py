from __future__ import annotations

import warnings
from pathlib import Path
from types import MappingProxyType

import pytest

from bt_risk.rules.profile import (
    AGGRESSIVE,
    CONSERVATIVE,
    MODERATE,
    PROFILES,
    ProfileWarning,
    RiskProfile,
    load_profile,
    resolve_profile,
)
from tests.rules.profile.problems import refusal_of


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_profile_means_itself():
    mine = MODERATE.replace(name="mine")
    assert load_profile(mine) is resolve_profile(mine) is mine


@pytest.mark.parametrize("name", ["conservative", " Conservative ", "CONSERVATIVE\n"])
def test_a_name_means_its_profile_in_any_case(name):
    assert load_profile(name) is resolve_profile(name) is CONSERVATIVE


@pytest.mark.parametrize("name", PROFILES)
def test_every_shipped_name_is_known(name):
    assert load_profile(name) is PROFILES[name]


def test_an_unknown_name_is_told_the_nearest_and_all_known_ones():
    assert refusal_of("modrate") == (
        "unknown profile 'modrate', did you mean 'moderate'?; choose one of conservative, moderate, aggressive,"
        " uncontrolled, kelly_conservative, kelly_default, kelly_aggressive, intraday_conservative,"
        " intraday_moderate, intraday_aggressive, engine, enterprise, or give a path that ends in .toml, .yaml, .yml"
    )
    assert refusal_of("").startswith("unknown profile ''; choose one of ")


@pytest.mark.parametrize("source", [None, 3, 0.02, ("moderate",), object, b"moderate"])
def test_anything_else_is_refused(source):
    assert refusal_of(source).startswith(
        "profile must be a name, a RiskProfile, a mapping or a path; received "
    )


def test_a_mapping_changes_moderate():
    assert load_profile({"max_heat": 0.09}) == MODERATE.replace(name="custom", max_heat=0.09)
    assert load_profile({}) == MODERATE.replace(name="custom")
    assert load_profile(MappingProxyType({"lot": 0})) == MODERATE.replace(name="custom", lot=0)


@pytest.mark.parametrize("base", ["aggressive", AGGRESSIVE, {"base": "aggressive", "name": "b"}])
def test_a_mapping_may_name_its_base(base):
    assert load_profile({"base": base, "lot": 0}) == AGGRESSIVE.replace(name="custom", lot=0)


def test_a_mapping_keeps_its_own_name_and_is_not_changed():
    source = {"base": "aggressive", "name": "mine", "heat_of": "moderate"}
    assert load_profile(source).name == "mine"
    assert source == {"base": "aggressive", "name": "mine", "heat_of": "moderate"}


@pytest.mark.parametrize("base", ["modrate", 3, {"max_haet": 1}, "missing.toml"])
def test_a_bad_base_is_refused(base):
    assert refusal_of({"base": base}) == refusal_of(base)


def test_every_problem_of_a_mapping_is_told_by_the_names_it_uses():
    message = refusal_of(
        {
            "max_haet": 0.1,
            "max_position_size": 25,
            "take_profit_ratio": -1,
            "stop_los_multiplier": 2,
            "risk_per_trade": 2,
            7: 8,
            "daily_loss": True,
        }
    )
    assert message.split("; unknown")[0] == "unknown key 'max_haet', did you mean 'max_heat'?; " + (
        "max_position_size must be a fraction in (0, 10], e.g. 0.02 for 2 %; received 25; "
        "take_profit_ratio must be a number > 0, in R, e.g. 2.0; received -1"
    )
    assert "unknown key 'stop_los_multiplier', did you mean 'stop_loss_multiplier'?; " in message
    assert (
        "; risk_per_trade must be a fraction in (0, 1], e.g. 0.02 for 2 %; received 2; unknown key 7; "
        in message
    )
    assert message.endswith("received True")


# A stronger source wins field by field.


def test_an_override_wins_over_environment_file_base_and_default(folder):
    Path("own.toml").write_text(
        'base = "aggressive"\nmax_position = 0.20\ndaily_loss = 0.04\nrisk_per_trade = 0.01\n'
    )
    environ = {"RISK_MAX_POSITION_SIZE": "0.15", "RISK_DAILY_LOSS_LIMIT": "0.03"}
    profile = load_profile("own.toml", environ=environ, max_position=0.12)
    assert profile.max_position == 0.12  # the override
    assert profile.daily_loss == 0.03  # the environment
    assert profile.risk_per_trade == 0.01  # the file
    assert profile.max_heat == 0.12  # its base
    assert profile.drawdown_halt == 0.15  # the default
    assert profile.name == "own"
    assert load_profile("own.toml").daily_loss == 0.04
    assert load_profile("own.toml", environ=environ).max_position == 0.15


def test_overrides_change_any_source_and_keep_its_name(folder):
    Path("own.toml").write_text("lot = 0\n")
    assert load_profile("moderate", lot=0) == MODERATE.replace(lot=0)
    assert load_profile(MODERATE, lot=0) == MODERATE.replace(lot=0)
    assert load_profile({"lot": 0}, lot=10) == MODERATE.replace(name="custom", lot=10)
    assert load_profile("own.toml", lot=10) == MODERATE.replace(name="own", lot=10)
    assert load_profile("moderate", name="mine", max_heat=None).name == "mine"


def test_an_override_takes_no_base():
    assert refusal_of("engine", base="moderate") == (
        "base belongs into a file or a mapping; heat_of takes another profile's heat limits"
    )


def test_unknown_and_bad_overrides_are_refused():
    assert refusal_of("moderate", max_haet=1) == "unknown key 'max_haet', did you mean 'max_heat'?"
    assert refusal_of("moderate", max_heat=12).startswith(
        "max_heat must be a fraction in (0, 1], e.g. 0.02 for 2 %"
    )
    assert refusal_of("moderate", max_heat=0.07) == (
        "profile 'moderate': target_heat high 0.08 exceeds max_heat 0.07"
    )


def test_off_and_none_switch_a_limit_off():
    expected = MODERATE.replace(max_leverage=None)
    for value in (None, "off", " OFF "):
        assert load_profile("moderate", max_leverage=value) == expected
    assert load_profile("moderate", entry_gap_buffer="one_atr") == MODERATE
    assert load_profile("moderate", breaker_cooldown="next_session") == MODERATE
    assert load_profile("moderate", alert_drawdown="from_limit") == MODERATE


@pytest.mark.parametrize("field", ["kelly_fraction", "stop", "lot", "entry_gap_buffer", "alert_drawdown"])
def test_what_cannot_be_off_is_not_switched_off(field):
    assert f"{field} must be " in refusal_of("moderate", **{field: "off"})


# The heat of another profile.


def test_the_heat_of_another_profile_is_weaker_than_what_the_same_source_states():
    profile = load_profile({"base": "engine", "heat_of": "conservative", "max_heat": 0.07})
    assert (profile.max_heat, profile.target_heat) == (0.07, (0.04, 0.06))
    assert profile.risk_per_trade == 0.02


def test_the_heat_of_another_profile_is_stronger_than_a_weaker_source():
    source = {"max_heat": 0.20, "target_heat": (0.1, 0.15)}
    assert load_profile(source, heat_of=CONSERVATIVE) == MODERATE.replace(
        name="custom", max_heat=0.08, target_heat=(0.04, 0.06)
    )


def test_heat_is_taken_by_name_in_any_case():
    assert load_profile("engine", heat_of=" Moderate\n") == load_profile("engine").with_heat_of(MODERATE)


@pytest.mark.parametrize("value", ["engine", "modrate", None, 3])
def test_heat_comes_from_a_shipped_profile(value):
    assert refusal_of("engine", heat_of=value) == (
        "heat_of must be one of conservative, moderate, aggressive, uncontrolled, or a RiskProfile;"
        f" received {value!r}"
    )


# Doubts.


def test_loading_warns_once_with_every_doubt():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        load_profile("moderate", max_heat=0.16, drawdown_halt=0.2)
    (warning,) = caught
    assert warning.category is ProfileWarning
    assert warning.filename == __file__
    assert str(warning.message) == (
        "profile 'moderate': max_heat 0.16 is above 0.15: one bad day can stop every position;"
        " drawdown_halt 0.2 is 0.2 or more: the way back takes a gain of 25 %"
    )


def test_resolving_warns_too():
    with pytest.warns(ProfileWarning, match="max_heat 0.16 is above 0.15"):
        resolve_profile({"max_heat": 0.16})


def test_a_profile_made_in_code_is_taken_without_a_word():
    doubtful = RiskProfile(max_heat=0.16)
    assert load_profile(doubtful) is doubtful
    with pytest.warns(ProfileWarning):
        load_profile(doubtful, lot=0)
