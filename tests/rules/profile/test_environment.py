from __future__ import annotations

import pytest

from bt_risk.rules.profile import MODERATE, load_profile
from tests.rules.profile.problems import refusal_of


@pytest.mark.parametrize(
    ("variable", "text", "field", "value"),
    [
        ("RISK_MAX_PORTFOLIO_RISK", "0.03", "risk_per_trade_max", 0.03),
        ("RISK_MAX_POSITION_SIZE", " 0.10\n", "max_position", 0.10),
        ("RISK_DAILY_LOSS_LIMIT", "5e-2", "daily_loss", 0.05),
        ("RISK_DAILY_LOSS_LIMIT", "+.05", "daily_loss", 0.05),
        ("RISK_DAILY_LOSS_LIMIT", "1.", "daily_loss", 1.0),
        ("CIRCUIT_BREAKER_DAILY_LOSS", "0.05", "breaker_loss", 0.05),
        ("CIRCUIT_BREAKER_POSITION_LOSS", "0.03", "position_loss", 0.03),
    ],
)
def test_each_variable_sets_its_field(variable, text, field, value):
    assert load_profile("moderate", environ={variable: text}) == MODERATE.replace(**{field: value})


def test_the_environment_counts_only_where_it_is_given(monkeypatch):
    monkeypatch.setenv("RISK_MAX_POSITION_SIZE", "0.01")
    assert load_profile("moderate") is load_profile("moderate", environ={}) is MODERATE


def test_other_programs_variables_are_left_alone():
    assert load_profile("moderate", environ={"PATH": "/bin", "MY_RISK_X": "1", "risk_x": "2"}) is MODERATE


@pytest.mark.parametrize(
    "text", ["", "5%", "0,05", "nan", "inf", "-inf", "1_0", "0x1", "abc", "0.05 0.06", "None", "off"]
)
def test_a_number_is_read_strictly(text):
    assert refusal_of("moderate", environ={"RISK_DAILY_LOSS_LIMIT": text}) == (
        f"RISK_DAILY_LOSS_LIMIT must be a number, e.g. 0.02 for 2 %; received {text!r}"
    )


@pytest.mark.parametrize("text", ["5", "0", "-0.05", "1e999"])
def test_a_number_out_of_its_domain_is_refused_by_the_variables_name(text):
    message = refusal_of("moderate", environ={"RISK_DAILY_LOSS_LIMIT": text})
    assert message.startswith(
        "RISK_DAILY_LOSS_LIMIT must be a fraction in (0, 1], e.g. 0.02 for 2 %; received "
    )


def test_a_variable_like_ours_is_taken_for_a_slip():
    message = refusal_of("moderate", environ={"RISK_MAX_POSITON_SIZE": "0.1", "CIRCUIT_BREAKER_ON": "true"})
    assert message == (
        "unknown variable RISK_MAX_POSITON_SIZE, did you mean 'RISK_MAX_POSITION_SIZE'?;"
        " unknown variable CIRCUIT_BREAKER_ON, did you mean 'CIRCUIT_BREAKER_ENABLED'?"
    )


def test_problems_of_every_source_come_in_one_message(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text("max_haet = 0.1\nmax_heat = 12\n")
    message = refusal_of(path, environ={"RISK_DAILY_LOSS_LIMIT": "x"}, lot=-1)
    assert message == (
        f"{path}: unknown key 'max_haet', did you mean 'max_heat'?;"
        f" {path}: max_heat must be a fraction in (0, 1], e.g. 0.02 for 2 %; received 12;"
        " RISK_DAILY_LOSS_LIMIT must be a number, e.g. 0.02 for 2 %; received 'x';"
        " lot must be a number >= 0, in units, e.g. 1, or 0 for fractional units; received -1"
    )


def test_the_switch_at_false_takes_the_breaker_away():
    environ = {"CIRCUIT_BREAKER_ENABLED": "False", "CIRCUIT_BREAKER_DAILY_LOSS": "0.05"}
    engine = load_profile("engine")
    assert load_profile("engine", environ=environ) == engine.replace(
        position_loss=None, volatility_spike=None, correlation_spike=None
    )
    assert load_profile("engine", environ=environ).daily_loss == 0.05
    assert load_profile("engine", environ=environ, breaker_loss=0.07).breaker_loss == 0.07


def test_the_switch_at_false_excuses_no_bad_number():
    environ = {"CIRCUIT_BREAKER_ENABLED": "false", "CIRCUIT_BREAKER_DAILY_LOSS": "5%"}
    assert "CIRCUIT_BREAKER_DAILY_LOSS must be a number" in refusal_of("engine", environ=environ)


def test_the_switch_at_true_changes_nothing_and_wants_a_limit():
    on = {"CIRCUIT_BREAKER_ENABLED": "TRUE"}
    assert load_profile("engine", environ=on) == load_profile("engine")
    assert load_profile("moderate", environ={**on, "CIRCUIT_BREAKER_DAILY_LOSS": "0.05"}).breaker_loss == 0.05
    assert load_profile("moderate", environ=on, breaker_profit=0.2).breaker_profit == 0.2
    assert refusal_of("moderate", environ=on) == (
        "CIRCUIT_BREAKER_ENABLED is true, but no limit of the breaker is set:"
        " set CIRCUIT_BREAKER_DAILY_LOSS or another"
    )


@pytest.mark.parametrize("text", ["1", "yes", "on", "", "truee"])
def test_the_switch_is_true_or_false(text):
    assert refusal_of("engine", environ={"CIRCUIT_BREAKER_ENABLED": text}) == (
        f"CIRCUIT_BREAKER_ENABLED must be true or false; received {text!r}"
    )
