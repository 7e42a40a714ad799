from __future__ import annotations

import dataclasses
import math
from fractions import Fraction
from types import MappingProxyType

import numpy as np
import pytest

from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.profile.domains import DOMAINS
from tests.rules.profile.problems import problem_of

# Every field of a kind, so that a field whose row names the wrong kind is found.
SHARES = (
    "risk_per_trade risk_per_trade_max kelly_fraction kelly_min_win_rate kelly_min kelly_max fixed_fraction"
    " volatility_target volatility_base dynamic_base cash_fraction confidence_high min_position max_heat heat_warning"
    " heat_critical max_correlation max_participation daily_loss emergency_daily_loss drawdown_halt drawdown_reduce"
    " drawdown_emergency max_strategy_drawdown position_loss position_loss_of_cost correlation_spike breaker_loss"
    " breaker_profit half_open_size alert_drawdown alert_daily_loss alert_correlation max_stressed_heat"
    " max_correlated_heat"
).split()
SHARES_OR_ZERO = (
    "kelly_floor confidence_low confidence_floor regime_mismatch heat_hysteresis entry_gap_buffer"
    " trail_activation_gain heat_reserve heat_correlation"
).split()
SHARES_OF_PRICE = "fixed_stop trail_fraction target_fraction".split()
SHARES_OF_EQUITY = (
    "max_position single_position_gate max_exposure max_sector_exposure max_correlated_exposure".split()
)
NUMBERS = (
    "risk_money max_leverage min_liquidity min_reward_to_risk atr_stop trail_atr break_even target_atr target_r"
    " min_hold max_hold position_timeout volatility_spike price_spike breaker_cooldown stress_atr"
).split()
NUMBERS_OR_ZERO = (
    "min_expectancy conviction_high conviction_medium conviction_low lot correlation_beta trail_activation"
).split()
COUNTS = (
    "kelly_min_trades min_expectancy_trades max_positions max_trades_per_day atr_period max_hold_bars"
    " drawdown_cooldown emergency_positions alert_positions"
).split()
COUNTS_OR_ZERO = "max_adds daily_halt_sessions max_releases".split()
CHOICES = {
    "allocation": "target_heat, risk_per_trade, equal_heat, conviction",
    "oversized": "resize, reject",
    "reduction": "highest_risk, lowest_risk, trim",
    "heat_basis": "entry, mark",
    "stop": "atr, fixed, none",
    "stop_anchor": "fill, decision",
    "trail": "chandelier, fixed, none",
    "target": "none, fixed, atr, r, farther",
    "target_with_trail": "keep, cancel",
}
SWITCHES = "is_concurrent_adjusted limit_other dry_run entry_bar_stop place_stops".split()
OTHERS = (
    "name sizing kelly_prior kelly_shrinkage volatility_tiers target_heat groups anchor betas entry_windows ladder"
    " end_of_day"
).split()

NO_NUMBER = (math.nan, math.inf, -math.inf, 10**400, "0.02", "2%", True, False, [0.02], {}, b"1", np.zeros(3))


def test_each_field_has_a_domain_in_the_order_of_definition():
    assert list(DOMAINS) == [field.name for field in dataclasses.fields(RiskProfile)]


def test_none_is_in_the_domain_of_exactly_the_fields_whose_type_says_so():
    fields = dataclasses.fields(RiskProfile)
    assert {f.name for f in fields if DOMAINS[f.name].none_word} == {
        f.name for f in fields if "None" in str(f.type)
    }


def test_each_field_is_of_one_kind_below():
    kinds = (
        SHARES,
        SHARES_OR_ZERO,
        SHARES_OF_PRICE,
        SHARES_OF_EQUITY,
        NUMBERS,
        NUMBERS_OR_ZERO,
        COUNTS,
        COUNTS_OR_ZERO,
        CHOICES,
        SWITCHES,
        OTHERS,
    )
    assert sorted(field for kind in kinds for field in kind) == sorted(DOMAINS)


def found(field, value) -> list[str]:
    return DOMAINS[field].find_problems(field, value)


@pytest.mark.parametrize(
    ("fields", "low", "high", "domain"),
    [
        (SHARES, 1e-9, 1.0, "(0, 1]"),
        (SHARES_OR_ZERO, 0, 1, "[0, 1]"),
        (SHARES_OF_PRICE, 1e-9, 0.99, "(0, 0.99]"),
        (SHARES_OF_EQUITY, 1e-9, 10, "(0, 10]"),
    ],
)
def test_a_share_lies_in_its_bounds(fields, low, high, domain):
    for field in fields:
        assert found(field, low) == found(field, high) == []
        for value in (low - 1e-9, math.nextafter(high, 11), 25, -0.02, *NO_NUMBER):
            (problem,) = found(field, value)
            assert problem.startswith(f"{field} must be a fraction in {domain}, e.g. 0.02 for 2 %; received ")
            assert repr(value) in problem


@pytest.mark.parametrize("value", [2, 2.0, 1.0001])
def test_a_percentage_is_told_how_a_fraction_is_written(value):
    message = problem_of(risk_per_trade=value)
    assert message == (
        f"profile 'custom': risk_per_trade must be a fraction in (0, 1], e.g. 0.02 for 2 %; received {value!r}"
    )


@pytest.mark.parametrize("field", NUMBERS)
def test_a_number_is_above_0(field):
    assert found(field, 1e-9) == found(field, 3) == found(field, 1e300) == []
    for value in (0, -1, *NO_NUMBER):
        (problem,) = found(field, value)
        assert problem.startswith(f"{field} must be a number > 0")


@pytest.mark.parametrize("field", NUMBERS_OR_ZERO)
def test_a_number_that_may_be_0_is_not_below(field):
    assert found(field, 0) == found(field, 0.0) == found(field, 2.5) == []
    for value in (-1e-9, *NO_NUMBER):
        (problem,) = found(field, value)
        assert problem.startswith(f"{field} must be a number >= 0")


@pytest.mark.parametrize("field", [*COUNTS, *COUNTS_OR_ZERO])
def test_a_count_is_a_whole_number(field):
    least = 0 if field in COUNTS_OR_ZERO else 1
    assert found(field, least) == found(field, 7) == []
    for value in (least - 1, 2.0, 2.5, math.nan, math.inf, "3", True, [3]):
        (problem,) = found(field, value)
        assert problem.startswith(f"{field} must be a whole number >= {least}, e.g. ")


@pytest.mark.parametrize(("field", "words"), CHOICES.items())
def test_a_choice_is_one_of_the_listed(field, words):
    for word in words.split(", "):
        assert found(field, word) == []
    for value in ("ATR", "", None, 1, np.array(["atr", "fill"])):
        assert found(field, value) == [f"{field} must be one of {words}; received {value!r}"]


@pytest.mark.parametrize("field", SWITCHES)
def test_a_switch_is_true_or_false(field):
    assert found(field, True) == found(field, False) == []
    for value in (0, 1, "yes", "true", None):
        assert found(field, value) == [f"{field} must be True or False; received {value!r}"]


@pytest.mark.parametrize("value", ["", "  ", "two\nlines", "bell\a", None, 3])
def test_a_profile_has_a_name_that_can_be_printed(value):
    assert f"name must be a text, e.g. 'moderate'; received {value!r}" in problem_of(name=value)


@pytest.mark.parametrize("value", [(), [], "kelly", None, 3])
def test_sizing_lists_a_method(value):
    message = problem_of(sizing=value)
    assert (
        "sizing must list at least one of risk_per_trade, kelly, fixed_fraction, inverse_volatility"
        in message
    )


def test_sizing_knows_its_methods_and_names_each_once():
    assert found("sizing", tuple(DOMAINS["sizing"].text.removeprefix("a list of ").split(", "))) == []
    assert problem_of(sizing=("kelly", "kely")).endswith("cash_fraction; received 'kely'")
    assert "sizing must list each method once" in problem_of(sizing=("kelly", "risk_per_trade", "kelly"))


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("target_heat", 0.08, "target_heat must be a pair (low, high), e.g. (0.06, 0.08); received 0.08"),
        ("target_heat", (0.08,), "target_heat must be a pair (low, high), e.g. (0.06, 0.08)"),
        ("target_heat", (0.02, 0.04, 0.08), "target_heat must be a pair (low, high)"),
        ("target_heat", "68", "target_heat must be a pair (low, high)"),
        ("target_heat", (-0.01, 0.08), "target_heat low must be a fraction in [0, 1]"),
        ("target_heat", (0.0, 0.0), "target_heat high must be a fraction in (0, 1]"),
        (
            "kelly_prior",
            (0.0, 2.0),
            "kelly_prior win rate must be a fraction in (0, 1), e.g. 0.5; received 0.0",
        ),
        ("kelly_prior", (1.0, 2.0), "kelly_prior win rate must be a fraction in (0, 1)"),
        ("kelly_prior", (0.5, 0), "kelly_prior win/loss ratio must be a number > 0, e.g. 2.0; received 0"),
        ("kelly_shrinkage", 0.5, "kelly_shrinkage must be a fraction in (0.5, 1), e.g. 0.95; received 0.5"),
        ("kelly_shrinkage", 1.0, "kelly_shrinkage must be a fraction in (0.5, 1)"),
        ("kelly_shrinkage", 95, "kelly_shrinkage must be a fraction in (0.5, 1)"),
        (
            "volatility_tiers",
            0.3,
            "volatility_tiers must be a list of pairs (volatility, multiplier), e.g. ((0.30",
        ),
        ("volatility_tiers", (0.3, 0.5), "volatility_tiers[0] must be a pair (volatility, multiplier)"),
        ("volatility_tiers", ((30, 0.5),), "volatility_tiers[0] volatility must be a fraction in (0, 10]"),
        ("volatility_tiers", ((0.3, 1.5),), "volatility_tiers[0] multiplier must be a fraction in [0, 1]"),
        (
            "ladder",
            ((1, 0.5), (0, 0.5)),
            "ladder[1] multiple must be a number > 0, in R",
        ),
        (
            "ladder",
            ((1, 50),),
            "ladder[0] share must be a fraction in (0, 1], e.g. 0.02 for 2 %; received 50",
        ),
        ("entry_windows", ("09:30", "11:00"), "entry_windows[0] must be a pair (from, to), e.g. "),
        ("entry_windows", (("9:30", "11:00"),), "entry_windows[0] from must be a time of day, e.g. '09:30'"),
        ("entry_windows", (("09:30", "24:00"),), "entry_windows[0] to must be a time of day"),
        ("entry_windows", (("09:30", 11.5),), "entry_windows[0] to must be a time of day"),
        (
            "end_of_day",
            "15:60",
            "end_of_day must be a time of day or last_bar, e.g. '15:55'; received '15:60'",
        ),
        ("end_of_day", "close", "end_of_day must be a time of day or last_bar"),
        ("groups", 3, "groups must be a table of instrument and group, e.g. {'AAPL': 'technology', 'XOM': "),
        ("groups", "AAPL", "groups must be a table of instrument and group"),
        ("groups", ("A", "oil"), "groups must be a table of instrument and group"),
        ("groups", (("A", "oil", 1),), "groups must be a table of instrument and group"),
        ("groups", {1: "oil"}, "groups instrument must be a text, e.g. 'AAPL'; received 1"),
        ("groups", {"": "oil"}, "groups instrument must be a text, e.g. 'AAPL'; received ''"),
        ("groups", {"A": None}, "groups['A'] group must be a text, e.g. 'technology'; received None"),
        ("groups", {"A": {"B": "oil"}}, "groups['A'] group must be a text"),
        ("groups", (("A", "oil"), ("B", "bank"), ("A", "bank")), "groups names 'A' twice"),
        ("betas", {"A": -0.1}, "betas['A'] share must be a number >= 0, e.g. 0.7; received -0.1"),
        ("betas", {"A": math.nan}, "betas['A'] share must be a number >= 0"),
        ("anchor", 3, "anchor must be the name of an instrument, e.g. 'SPY'; received 3"),
        ("anchor", " Off", "anchor must be the name of an instrument, e.g. 'SPY'; received ' Off' (None, "),
        ("anchor", "", "anchor must be the name of an instrument"),
        ("end_of_day", 1555, "end_of_day must be a time of day or last_bar"),
    ],
)
def test_a_value_of_parts_says_which_part_is_wrong(field, value, problem):
    assert problem in problem_of(**{field: value})


@pytest.mark.parametrize(
    "fields",
    [
        {"target_heat": (0, 0.10), "max_heat": 0.10},
        {"kelly_prior": (0.5, 2)},
        {"kelly_shrinkage": 0.95},
        {"volatility_tiers": ((0.3, 0.5), (0.2, 0.75))},
        {"volatility_tiers": ()},
        {"ladder": ((1, 0.5), (2, 0.5))},
        {"entry_windows": (("00:00", "23:59"),)},
        {"groups": (("A", "oil"), ("B", "bank")), "betas": (("A", 0), ("B", 1.5)), "anchor": "official"},
        {"end_of_day": "00:00"},
        {"end_of_day": "last_bar"},
        {"name": "Zürich 2 €"},
    ],
)
def test_values_of_parts_are_taken(fields):
    profile = RiskProfile(**fields)
    assert all(getattr(profile, field) == value for field, value in fields.items())


def test_whoever_tries_to_switch_a_limit_off_is_told_how():
    hint = ' (None, "off" in a file, switches it off)'
    for value in (0, 0.0, False, "none", "off"):
        assert problem_of(max_heat=value).endswith(f"received {value!r}{hint}")
    assert hint not in problem_of(max_heat=12)
    assert hint not in problem_of(entry_gap_buffer="none")
    assert hint not in problem_of(kelly_fraction=0)


def test_all_problems_are_told_at_once_in_the_order_of_the_fields():
    message = problem_of(name="mine", risk_per_trade=2, stop="ATR", max_positions=2.5, lot=-1)
    fields = ["risk_per_trade", "lot", "max_positions", "stop"]
    assert [message.index(f"{field} must be") for field in fields] == sorted(
        message.index(f"{field} must be") for field in fields
    )
    assert message.startswith("profile 'mine': risk_per_trade must be ")
    assert message.count(" must be ") == 4


def test_lists_are_taken_for_tuples_and_numpy_numbers_for_plain_ones():
    profile = RiskProfile(
        sizing=["risk_per_trade", "kelly"],
        target_heat=[np.float64(0.06), 0.08],
        max_positions=np.int64(3),
        max_heat=np.float32(0.125),
        max_leverage=Fraction(1, 1),
        ladder=[[1, 0.5]],
    )
    assert profile.sizing == ("risk_per_trade", "kelly")
    assert profile.target_heat == (0.06, 0.08)
    assert type(profile.target_heat[0]) is type(profile.max_heat) is type(profile.max_leverage) is float
    assert type(profile.max_positions) is int
    assert profile.ladder == ((1, 0.5),)
    assert hash(profile) == hash(profile.replace())


GROUPED = {"groups": (("A", "oil"), ("B", "bank")), "betas": (("A", 0.5), ("C", 1.0))}


@pytest.mark.parametrize(
    "fields",
    [
        {"groups": {"B": "bank", "A": "oil"}, "betas": {"C": np.float64(1), "A": np.float32(0.5)}},
        {"groups": [["B", "bank"], ["A", "oil"]], "betas": [("C", 1), ("A", 0.5)]},
        {"groups": MappingProxyType({"B": "bank", "A": "oil"}), "betas": (("A", 0.5), ["C", 1.0])},
    ],
)
def test_a_table_is_kept_as_pairs_in_the_order_of_its_names(fields):
    profile = RiskProfile(**fields)
    assert profile == RiskProfile(**GROUPED)
    assert {field: getattr(profile, field) for field in GROUPED} == GROUPED
    assert hash(profile) == hash(RiskProfile(**GROUPED))
    assert type(profile.betas[0][1]) is float


def test_a_profile_does_not_follow_the_mapping_that_it_was_made_from():
    groups = {"A": "oil"}
    profile = RiskProfile(groups=groups)
    groups["A"] = "bank"
    assert profile.groups == (("A", "oil"),)


@pytest.mark.parametrize("field", ["max_heat", "ladder", "name"])
def test_only_a_table_takes_a_mapping(field):
    assert "received {1.0: 0.5}" in problem_of(**{field: {1.0: 0.5}})


def test_a_list_that_holds_itself_is_refused_and_not_followed():
    endless: list = []
    endless.append(endless)
    assert "ladder[0] must be a pair" in problem_of(ladder=endless)
    assert "groups must be a table of instrument and group" in problem_of(groups=endless)
