"""From the keys that a user writes to the fields they mean. Requires: one source's keys. Gives: `Settings`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bt_risk.rules.profile.aliases import ALIASES, DEFAULT_METHODS, Alias
from bt_risk.rules.profile.checked import HEAT_FIELDS
from bt_risk.rules.profile.domains import DOMAINS
from bt_risk.rules.profile.fields import RiskProfile
from bt_risk.rules.profile.kinds import choice
from bt_risk.rules.profile.shipped import PROFILES
from bt_risk.rules.profile.validation import nearest

SECTION = "risk_management"
_METHOD = choice(*DEFAULT_METHODS)


@dataclass(frozen=True, slots=True)
class Settings:
    """What one source states.

    Attributes
    ----------
    fields
        Fields of a profile with their values.
    problems
        A line for everything that is wrong in the source.
    lowers_risk
        ``max_portfolio_risk`` was among the keys: a risk per trade that no source states gives way to it.
    """

    fields: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    lowers_risk: bool = False


def read_settings(keys: Mapping[Any, Any], labels: Mapping[str, str] | None = None) -> Settings:
    """Return what `keys` mean: fields, aliases and ``heat_of``, flat or in a ``risk_management`` section.

    `labels` says what to call a key in messages, where the user wrote it differently.
    """
    keys, problems = _flattened(keys)
    stated: dict[str, Any] = {}
    implied: dict[str, Any] = {}
    origin: dict[str, str] = {}
    if "heat_of" in keys:
        implied, wrong = _heat_of(keys.pop("heat_of"))
        problems += wrong
    for key, value in keys.items():
        label = (labels or {}).get(key, str(key))
        alias = ALIASES.get(key) or (Alias((key,)) if key in DOMAINS else None)
        if alias is None:
            problems.append(f"unknown key {key!r}{nearest(key, [*DOMAINS, *ALIASES])}")
            continue
        value, wrong = _read_value(key, label, alias.fields, value)
        problems += wrong
        for name in alias.fields:
            if name in origin:
                problems.append(f"{origin[name]} and {label} both set {name}: give one of them")
            origin[name] = label
            stated[name] = value
        implied |= dict(alias.implied)
    return Settings(implied | stated, problems, "max_portfolio_risk" in keys)


def _flattened(keys: Mapping[Any, Any]) -> tuple[dict[Any, Any], list[str]]:
    outer = dict(keys)
    section = outer.pop(SECTION, {})
    if not isinstance(section, Mapping):
        return outer, [f"{SECTION} must be a section of keys; received {section!r}"]
    return {**outer, **section}, [
        f"{key} stands inside {SECTION} and outside" for key in section if key in outer
    ]


def _heat_of(source: object) -> tuple[dict[str, Any], list[str]]:
    profile = source if isinstance(source, RiskProfile) else PROFILES.get(str(source).strip().lower())
    if profile is None:
        return {}, [f"heat_of must be one of {', '.join(PROFILES)}, or a RiskProfile; received {source!r}"]
    return {name: getattr(profile, name) for name in HEAT_FIELDS}, []


def _read_value(key: str, label: str, names: tuple[str, ...], value: Any) -> tuple[Any, list[str]]:
    if key == "default_method":
        wrong = _METHOD.find_problems(label, value)
        return (None if wrong else DEFAULT_METHODS[value]), wrong
    value = DOMAINS[names[0]].store(value)
    word = DOMAINS[names[0]].none_word
    if word and isinstance(value, str) and value.strip().lower() == word:
        value = None
    found = [problem for name in names for problem in DOMAINS[name].find_problems(label, value)]
    return value, list(dict.fromkeys(found))
