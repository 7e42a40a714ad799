from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from bt_risk import AGGRESSIVE, CONSERVATIVE, MODERATE, UNCONTROLLED, UNPROTECTED, ProfileError, RiskProfile
from bt_risk.rules.profile import PROFILES, resolve_profile

FRACTIONS = (
    "risk_per_trade",
    "risk_per_trade_max",
    "kelly_fraction",
    "cash_fraction",
    "max_heat",
    "heat_warning",
    "heat_critical",
)
FRACTIONS_OR_ZERO = ("kelly_floor", "heat_hysteresis", "entry_gap_buffer")
COUNTS = ("kelly_min_trades", "atr_period", "max_positions")
POSITIVE = ("atr_stop", "trail_atr", "max_leverage")
POSITIVE_OR_ZERO = ("trail_activation", "lot")
CHOICES = ("allocation", "reduction", "heat_basis", "stop", "trail", "stop_anchor")
FLAGS = ("entry_bar_stop", "place_stops")
NO_NUMBER = (math.nan, math.inf, "0.02", True, [0.02])


def problem_of(**fields) -> str:
    with pytest.raises(ProfileError) as raised:
        RiskProfile(**fields)
    return str(raised.value)


@pytest.mark.parametrize("field", FRACTIONS)
@pytest.mark.parametrize("value", [2, 1.0001, 0, -0.02, *NO_NUMBER])
def test_a_share_must_lie_above_0_and_at_most_at_1(field, value):
    assert f"{field} must be a fraction in (0, 1], e.g. 0.02 for 2 %; received {value!r}" in problem_of(
        **{field: value}
    )


@pytest.mark.parametrize("field", FRACTIONS_OR_ZERO)
@pytest.mark.parametrize("value", [2, 1.0001, -1e-12, *NO_NUMBER])
def test_a_share_that_may_be_0_must_lie_from_0_to_1(field, value):
    assert f"{field} must be a fraction in [0, 1]" in problem_of(**{field: value})


@pytest.mark.parametrize("field", FRACTIONS_OR_ZERO)
def test_0_is_allowed_where_it_switches_a_share_off(field):
    assert getattr(RiskProfile(**{field: 0}), field) == 0


@pytest.mark.parametrize(("value", "is_allowed"), [(0.99, True), (0.991, False), (0, False), (5, False)])
def test_a_fixed_stop_leaves_something_of_the_price(value, is_allowed):
    if is_allowed:
        assert RiskProfile(fixed_stop=value).fixed_stop == value
    else:
        assert "fixed_stop must be a fraction in (0, 0.99]" in problem_of(fixed_stop=value)


@pytest.mark.parametrize(("value", "is_allowed"), [(10, True), (1.5, True), (10.01, False), (0, False)])
def test_one_position_may_be_a_multiple_of_equity_up_to_ten(value, is_allowed):
    if is_allowed:
        assert RiskProfile(max_position=value).max_position == value
    else:
        assert "max_position must be a fraction in (0, 10]" in problem_of(max_position=value)


@pytest.mark.parametrize("field", COUNTS)
@pytest.mark.parametrize("value", [0, -1, 2.0, 2.5, "3", True, math.nan])
def test_a_count_must_be_a_whole_number_from_1(field, value):
    assert f"{field} must be a whole number >= 1" in problem_of(**{field: value})


@pytest.mark.parametrize("field", POSITIVE)
@pytest.mark.parametrize("value", [0, -1, *NO_NUMBER])
def test_a_multiple_must_be_above_0(field, value):
    assert f"{field} must be a number > 0" in problem_of(**{field: value})


@pytest.mark.parametrize("field", POSITIVE_OR_ZERO)
@pytest.mark.parametrize("value", [-1, *NO_NUMBER])
def test_a_multiple_that_may_be_0_must_not_be_below(field, value):
    assert f"{field} must be a number >= 0" in problem_of(**{field: value})


@pytest.mark.parametrize("field", CHOICES)
@pytest.mark.parametrize("value", ["ATR", "", None, 1])
def test_a_choice_must_be_one_of_the_listed(field, value):
    message = problem_of(**{field: value})
    assert f"{field} must be one of " in message
    assert message.endswith(f"received {value!r}")


@pytest.mark.parametrize("field", FLAGS)
@pytest.mark.parametrize("value", [1, "yes", None])
def test_a_switch_must_be_true_or_false(field, value):
    assert f"{field} must be True or False; received {value!r}" in problem_of(**{field: value})


@pytest.mark.parametrize("value", ["", "  ", None, 3])
def test_a_profile_must_have_a_name(value):
    assert "name must be a text" in problem_of(name=value)


@pytest.mark.parametrize("value", [(), [], "risk_per_trade", None])
def test_sizing_must_list_a_method(value):
    assert "sizing must list at least one of risk_per_trade, kelly, cash_fraction" in problem_of(sizing=value)


def test_an_unknown_sizing_method_is_named():
    assert "received 'kely'" in problem_of(sizing=("risk_per_trade", "kely"))


@pytest.mark.parametrize("value", [0.08, (0.08,), (0.02, 0.04, 0.08), "6-8"])
def test_a_target_band_must_be_a_pair(value):
    assert "target_heat must be a pair (low, high) of fractions, e.g. (0.06, 0.08)" in problem_of(
        target_heat=value
    )


@pytest.mark.parametrize(
    ("value", "part"), [((-0.01, 0.08), "low"), ((6, 8), "low"), ((0.06, 8), "high"), ((0.0, 0.0), "high")]
)
def test_each_edge_of_the_target_band_must_be_a_fraction(value, part):
    assert f"target_heat {part} must be a fraction" in problem_of(target_heat=value)


def test_a_target_band_may_begin_at_0_and_end_at_the_limit():
    assert RiskProfile(target_heat=(0, 0.10), max_heat=0.10).target_heat == (0, 0.10)


def test_lists_are_taken_for_tuples():
    profile = RiskProfile(sizing=["risk_per_trade", "kelly"], target_heat=[0.06, 0.08])
    assert profile.sizing == ("risk_per_trade", "kelly")
    assert profile.target_heat == (0.06, 0.08)
    assert hash(profile) == hash(RiskProfile(sizing=("risk_per_trade", "kelly"), target_heat=(0.06, 0.08)))


def test_numpy_floats_are_numbers():
    assert RiskProfile(max_heat=np.float64(0.1)) == RiskProfile(max_heat=0.1)


def test_all_problems_are_told_at_once_in_one_line():
    message = problem_of(name="mine", risk_per_trade=2, stop="ATR", max_positions=0, lot=-1)
    assert message.startswith(
        "profile 'mine': stop must be one of atr, fixed, none; received 'ATR'; risk_per_trade "
    )
    assert message.count(";") == 2 * 4 - 1
    assert "\n" not in message


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"risk_per_trade": 0.06}, "risk_per_trade 0.06 exceeds risk_per_trade_max 0.05"),
        (
            {"risk_per_trade": 0.11, "risk_per_trade_max": None},
            "risk_per_trade 0.11 exceeds max_heat 0.1",
        ),
        ({"target_heat": (0.08, 0.06)}, "target_heat low 0.08 exceeds target_heat high 0.06"),
        ({"target_heat": (0.06, 0.11)}, "target_heat high 0.11 exceeds max_heat 0.1"),
        ({"target_heat": None}, "allocation 'target_heat' needs a target_heat band, e.g. (0.06, 0.08)"),
        (
            {"target_heat": None, "allocation": "equal_heat"},
            "allocation 'equal_heat' needs a target_heat band, e.g. (0.06, 0.08)",
        ),
        ({"allocation": "equal_heat", "max_positions": None}, "allocation 'equal_heat' needs max_positions"),
        ({"heat_warning": 0.96}, "heat_warning 0.96 exceeds heat_critical 0.95"),
        ({"sizing": ("kelly",)}, "sizing 'kelly' needs a second method"),
        ({"stop": "none"}, "sizing 'risk_per_trade' needs a stop: set stop to 'atr' or 'fixed'"),
    ],
)
def test_a_contradiction_is_refused(fields, text):
    assert text in problem_of(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"risk_per_trade": 0.05},
        {"risk_per_trade": 0.10, "risk_per_trade_max": None},
        {"target_heat": (0.08, 0.08)},
        {"target_heat": None, "allocation": "risk_per_trade"},
        {"max_heat": None, "target_heat": (0.5, 1.0)},
        {"heat_warning": 0.95, "heat_critical": 0.95},
        {"heat_warning": 1.0, "heat_critical": 1.0},
        {"sizing": ("kelly", "cash_fraction"), "stop": "none", "trail": "none"},
        {"allocation": "equal_heat"},
    ],
)
def test_a_value_at_the_limit_of_another_is_no_contradiction(fields):
    RiskProfile(**fields)


def test_all_contradictions_are_told_at_once():
    message = problem_of(risk_per_trade=0.2, target_heat=(0.3, 0.25), heat_warning=0.99)
    assert message.count("exceeds") == 5


def test_replace_gives_a_new_profile_and_leaves_the_old_one():
    changed = MODERATE.replace(max_heat=0.2)
    assert (changed.max_heat, MODERATE.max_heat) == (0.2, 0.10)
    with pytest.raises(dataclasses.FrozenInstanceError):
        MODERATE.max_heat = 0.5


def test_replace_checks_what_it_makes():
    with pytest.raises(
        ProfileError, match=r"max_heat must be a fraction in \(0, 1\], e.g. 0.02 for 2 %; received 8"
    ):
        MODERATE.replace(max_heat=8)


def test_an_unknown_key_is_refused_with_the_nearest_known_one():
    with pytest.raises(
        ProfileError, match=r"profile 'moderate': unknown key 'max_haet', did you mean 'max_heat'\?"
    ):
        MODERATE.replace(max_haet=0.1)


def test_an_unknown_key_like_no_other_is_refused_with_all_known_ones():
    with pytest.raises(ProfileError, match="unknown key 'zzz', known keys: name, sizing, allocation"):
        MODERATE.replace(zzz=1)


def test_all_unknown_keys_are_told_at_once():
    with pytest.raises(ProfileError, match=r"'max_haet'.*; unknown key 'lott', did you mean 'lot'"):
        MODERATE.replace(max_haet=0.1, lott=1)


def test_a_profile_round_trips_through_its_plain_values():
    assert RiskProfile(**AGGRESSIVE.to_dict()) == AGGRESSIVE
    assert list(MODERATE.to_dict())[:3] == ["name", "sizing", "allocation"]


# What names a profile.


def test_a_profile_means_itself():
    mine = MODERATE.replace(name="mine")
    assert resolve_profile(mine) is mine


@pytest.mark.parametrize("name", ["conservative", " Conservative ", "CONSERVATIVE"])
def test_a_name_means_its_profile_in_any_case(name):
    assert resolve_profile(name) is CONSERVATIVE


def test_every_shipped_name_resolves():
    assert {name: resolve_profile(name) for name in PROFILES} == PROFILES
    assert list(PROFILES) == ["conservative", "moderate", "aggressive", "uncontrolled"]


def test_an_unknown_name_is_told_the_known_ones():
    with pytest.raises(
        ProfileError, match="unknown profile 'modrate'; choose one of conservative, moderate, agg"
    ):
        resolve_profile("modrate")


def test_a_mapping_changes_moderate():
    assert resolve_profile({"max_heat": 0.2}) == MODERATE.replace(name="custom", max_heat=0.2)


@pytest.mark.parametrize("base", ["aggressive", AGGRESSIVE, {"base": "aggressive"}])
def test_a_mapping_may_name_its_base(base):
    assert resolve_profile({"base": base, "lot": 0}) == AGGRESSIVE.replace(name="custom", lot=0)


def test_a_mapping_keeps_its_own_name_and_is_not_changed():
    source = {"base": "aggressive", "name": "mine"}
    assert resolve_profile(source).name == "mine"
    assert source == {"base": "aggressive", "name": "mine"}


@pytest.mark.parametrize("source", [None, 3, 0.02, ("moderate",), object])
def test_anything_else_is_refused(source):
    with pytest.raises(ProfileError, match="profile must be a name, a RiskProfile or a mapping; received"):
        resolve_profile(source)


def test_a_bad_value_in_a_mapping_is_refused_as_everywhere():
    with pytest.raises(ProfileError, match=r"0\.02 for 2 %; received 2"):
        resolve_profile({"risk_per_trade": 2})


# The shipped numbers.


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


@pytest.mark.parametrize("profile", [CONSERVATIVE, MODERATE, AGGRESSIVE])
def test_a_full_book_lies_inside_its_target_band(profile):
    low, high = profile.target_heat
    full = profile.risk_per_trade * profile.max_positions
    assert low <= full <= high
    assert high < profile.max_heat


def test_uncontrolled_limits_nothing():
    off = (
        UNCONTROLLED.max_heat,
        UNCONTROLLED.target_heat,
        UNCONTROLLED.max_positions,
        UNCONTROLLED.max_position,
        UNCONTROLLED.max_leverage,
        UNCONTROLLED.risk_per_trade_max,
    )
    assert off == (None,) * 6
    assert (UNCONTROLLED.sizing, UNCONTROLLED.cash_fraction) == (("cash_fraction",), 0.95)
    assert (UNCONTROLLED.stop, UNCONTROLLED.trail) == ("none", "none")


def test_unprotected_sizes_as_moderate_and_places_no_stop():
    same = (
        "sizing",
        "risk_per_trade",
        "max_position",
        "max_leverage",
        "max_positions",
        "stop",
        "atr_stop",
        "lot",
    )
    assert all(getattr(UNPROTECTED, field) == getattr(MODERATE, field) for field in same)
    assert (UNPROTECTED.place_stops, UNPROTECTED.max_heat, UNPROTECTED.trail) == (False, None, "none")
