"""Whatever is a profile survives being written and read: as a dict, as JSON, as TOML, as YAML."""

from __future__ import annotations

import dataclasses
import json
import pickle
import tomllib
import warnings

import pytest
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bt_risk.errors import ProfileError
from bt_risk.rules.profile import PRESETS, PROFILES, UNPROTECTED, ProfileWarning, RiskProfile, load_profile
from bt_risk.rules.profile.domains import DOMAINS, SIZING_METHODS

with warnings.catch_warnings():
    warnings.simplefilter("ignore", ProfileWarning)
    BASES = [*PROFILES.values(), UNPROTECTED, *(load_profile(name) for name in PRESETS)]

POOL = (
    *(None, True, False, 0, 1, 2, 7, 50, 0.0, 1e-9, 0.1 + 0.2, 1 / 3, 0.05, 0.6, 0.95, 1.0, 1e16, 12345.678),
    *(
        "00:00",
        "15:55",
        "last_bar",
        'a "name" \\ é',
        "conviction",
        "trim",
        "mark",
        "none",
        "fixed",
        "decision",
        "reject",
    ),
    *("chandelier", "farther", "cancel", (), (0.01, 0.07), (0.55, 1.7), ((0.3, 0.5), (0.2, 1 / 3))),
    *((("A", 0.7), ("B, 'c' = {\"}", 0)), (("A", "oil"), ("BRK.B", "b\\ank"), ("öl", "oil"))),
    *(((1, 0.5), (2.5, 0.25)), (("09:30", "11:00"),), ("kelly", "fixed_fraction"), SIZING_METHODS),
)
ALLOWED = {
    field: [value for value in POOL if not domain.find_problems(field, value)]
    for field, domain in DOMAINS.items()
}


def survives(profile: RiskProfile) -> bool:
    as_dict, as_toml = profile.to_dict(), profile.to_toml()
    return (
        profile
        == load_profile(as_dict)
        == load_profile(json.loads(json.dumps(as_dict)))
        == load_profile(tomllib.loads(as_toml))
        == pickle.loads(pickle.dumps(profile))
    )


@pytest.mark.parametrize("field", DOMAINS)
@pytest.mark.filterwarnings("ignore::bt_risk.rules.profile.ProfileWarning")
def test_every_value_of_every_field_survives(field):
    taken = []
    for value in ALLOWED[field]:
        profile = next(filter(None, (changed(base, {field: value}) for base in BASES)), None)
        if profile is not None:
            taken.append(value)
            assert survives(profile)
    assert any(value != getattr(RiskProfile(), field) for value in taken)


def changed(base: RiskProfile, changes) -> RiskProfile | None:
    try:
        return base.replace(**changes)
    except ProfileError:
        return None


@st.composite
def profiles(draw) -> RiskProfile:
    base = draw(st.sampled_from(BASES))
    fields = draw(st.lists(st.sampled_from(list(DOMAINS)), max_size=8, unique=True))
    changes = {field: draw(st.sampled_from(ALLOWED[field])) for field in fields}
    profile = changed(base, changes)
    assume(profile is not None)
    return profile


@pytest.mark.filterwarnings("ignore::bt_risk.rules.profile.ProfileWarning")
@given(profile=profiles(), share=st.floats(1e-300, 1.0), amount=st.floats(1e-300, 1e300))
@settings(
    derandomize=True, max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much]
)
def test_a_mixture_of_values_survives(profile, share, amount):
    assert survives(profile.replace(alert_drawdown=share, half_open_size=share, breaker_cooldown=amount))


@pytest.mark.parametrize("profile", BASES, ids=lambda profile: profile.name)
@pytest.mark.filterwarnings("ignore::bt_risk.rules.profile.ProfileWarning")
def test_a_file_gives_the_profile_back(profile, tmp_path):
    toml, yml = tmp_path / "other.toml", tmp_path / "other.yaml"
    toml.write_text(profile.to_toml(), encoding="utf-8")
    plain = json.loads(json.dumps(profile.to_dict()))
    yml.write_text(yaml.safe_dump(plain, allow_unicode=True), encoding="utf-8")
    assert load_profile(toml) == load_profile(yml) == profile


@pytest.mark.parametrize(
    "name",
    ['quote " and \\ backslash', "tab-free é 漢字", "'single'", "# hash", "a = b", "\N{GRINNING FACE}"],
)
def test_any_printable_name_survives_toml(name):
    profile = RiskProfile(name=name)
    assert load_profile(tomllib.loads(profile.to_toml())) == profile


def test_toml_writes_none_as_the_fields_own_word():
    lines = dict(line.split(" = ", 1) for line in RiskProfile(max_leverage=None).to_toml().splitlines())
    assert list(lines) == [field.name for field in dataclasses.fields(RiskProfile)]
    assert lines["max_leverage"] == '"off"'
    assert lines["entry_gap_buffer"] == '"one_atr"'
    assert lines["breaker_cooldown"] == '"next_session"'
    assert lines["alert_positions"] == '"from_limit"'
    assert lines["target_heat"] == "[0.06, 0.08]"
    assert lines["ladder"] == "[]"
    assert (lines["groups"], lines["anchor"]) == ("{}", '"off"')
    assert lines["entry_bar_stop"] == "true"
    assert lines["is_concurrent_adjusted"] == "false"
    assert lines["max_positions"] == "3"


@pytest.mark.filterwarnings("ignore::bt_risk.rules.profile.ProfileWarning")
def test_a_table_can_be_written_in_each_way_of_a_format():
    profile = RiskProfile(groups={"BRK.B": "bank", "A": "oil"}, betas={"A": 1.5})
    assert 'groups = {"A" = "oil", "BRK.B" = "bank"}\n' in profile.to_toml()
    for text in ('groups = {A = "oil", "BRK.B" = "bank"}', '[groups]\n"BRK.B" = "bank"\nA = "oil"'):
        assert load_profile({"betas": {"A": 1.5}, **tomllib.loads(text)}) == profile
    for text in ("groups: {A: oil, BRK.B: bank}", "groups:\n- [BRK.B, bank]\n- [A, oil]"):
        assert load_profile({"betas": {"A": 1.5}, **yaml.safe_load(text)}) == profile
