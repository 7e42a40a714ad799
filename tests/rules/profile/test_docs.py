"""The page on profiles tells the truth: its tables are the code's, its examples run."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from bt_risk.rules import profile as profiles
from bt_risk.rules.profile import PRESETS, RiskProfile, load_profile, profile_names
from bt_risk.rules.profile.aliases import ALIASES, DEFAULT_METHODS
from bt_risk.rules.profile.domains import DOMAINS, SIZING_METHODS
from bt_risk.rules.profile.environment import PREFIXES, SWITCH, VARIABLES

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    """Return the page from a heading to the next of the same level."""
    level = re.search(rf"^(#+) {title}$", PAGE, flags=re.MULTILINE)
    assert level
    rest = PAGE[level.end() :]
    return re.split(rf"^#{{1,{len(level[1])}}} ", rest, flags=re.MULTILINE)[0]


def rows(title: str) -> list[list[str]]:
    """Return the cells of the tables of a section, without their heads."""
    lines = [line for line in section(title).splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]


def names(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def written(profile: RiskProfile) -> dict[str, str]:
    """Return each value as TOML writes it, without quotes."""
    lines = (line.split(" = ", 1) for line in profile.to_toml().splitlines())
    return {field: value.replace('"', "") for field, value in lines}


def test_the_page_lists_every_field_with_its_values_and_its_default():
    defaults = written(RiskProfile())
    found = [
        (field, values, default.replace('"', ""))
        for field, meaning, values, default in rows("Fields")
        if meaning
    ]
    assert found == [
        (
            f"`{field}`",
            domain.text + (f", or `{domain.none_word}`" if domain.none_word else ""),
            f"`{defaults[field]}`",
        )
        for field, domain in DOMAINS.items()
    ]


@pytest.mark.filterwarnings("ignore::bt_risk.rules.profile.ProfileWarning")
def test_the_table_of_presets_shows_what_they_change():
    assert names(next(line for line in section("Presets").splitlines() if "kelly" in line)) == list(PRESETS)
    shown = {names(field)[0]: cells for field, *cells in rows("Presets")}
    default = written(RiskProfile())
    presets = [load_profile(name) for name in PRESETS]
    changed = [f for f in DOMAINS if f != "name" and any(written(p)[f] != default[f] for p in presets)]
    assert list(shown) == changed
    for field, cells in shown.items():
        for name, preset, cell in zip(PRESETS, presets, cells, strict=True):
            value = written(preset)[field]
            if cell == "":
                assert value == default[field] != "off", (name, field)
            else:
                assert {"off": "-"}.get(value, value) == cell, (name, field)


def test_every_name_of_a_profile_stands_on_the_page():
    assert [name for cell, _ in rows("Getting one") for name in names(cell)] == list(profile_names())


def test_every_sizing_method_stands_on_the_page():
    assert [names(cell)[0] for cell, _ in rows("Sizing methods")] == list(SIZING_METHODS)


def test_every_foreign_key_and_variable_stands_on_the_page():
    for (key, fields, implied), (known, alias) in zip(rows("Foreign keys"), ALIASES.items(), strict=True):
        assert (names(key), names(fields)) == ([known], list(alias.fields))
        assert alias.implied == () or (tuple(names(implied)),) == alias.implied
    assert {names(cell)[0] for cell, _ in rows("Environment")} == {*VARIABLES, SWITCH}
    for method, sizing in DEFAULT_METHODS.items():
        assert f"`{method}` (`{'` and `'.join(sizing)}`" in section("Foreign keys").replace("\n", " ")


def test_the_examples_run():
    (block,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    exec(compile(block, "profiles.md", "exec"), {})
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
    profile = load_profile(tomllib.loads(text))
    assert (profile.max_heat, profile.max_leverage, profile.ladder) == (0.10, None, ((1.0, 0.5), (2.0, 0.25)))


def test_the_names_that_the_page_mentions_exist():
    known = {
        *DOMAINS,
        *SIZING_METHODS,
        *ALIASES,
        *DEFAULT_METHODS,
        *VARIABLES,
        *profile_names(),
        *dir(profiles),
    }
    words = {
        word
        for domain in DOMAINS.values()
        for word in re.findall(r"\w+", f"{domain.text} {domain.none_word}")
    }
    ours = {
        "profile",
        "custom",
        "base",
        "heat_of",
        "risk_management",
        "false",
        "true",
        "None",
        SWITCH,
        *PREFIXES,
    }
    prose = re.sub(r"```.*?```", "", PAGE, flags=re.DOTALL)
    assert [name for name in names(prose) if name.isidentifier() and name not in known | words | ours] == []
