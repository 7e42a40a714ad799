"""Settings from environment variables. Requires: a mapping of them, given on purpose. Gives: `Settings`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bt_risk.rules.profile.aliases import BREAKER_FIELDS
from bt_risk.rules.profile.settings import Settings, read_settings
from bt_risk.rules.profile.validation import nearest

PREFIXES = ("RISK_", "CIRCUIT_BREAKER_")
SWITCH = "CIRCUIT_BREAKER_ENABLED"
# Two daily limits: RISK_DAILY_LOSS_LIMIT halts entries, CIRCUIT_BREAKER_DAILY_LOSS opens the breaker.
VARIABLES = {
    "RISK_MAX_PORTFOLIO_RISK": "max_portfolio_risk",
    "RISK_MAX_POSITION_SIZE": "max_position_size",
    "RISK_DAILY_LOSS_LIMIT": "daily_loss_limit",
    "CIRCUIT_BREAKER_DAILY_LOSS": "breaker_loss",
    "CIRCUIT_BREAKER_POSITION_LOSS": "position_loss_limit",
}

# Decimal digits only: float() alone would take "nan", "inf" and "1_0" as well.
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_SWITCHES = {"true": True, "false": False}


def read_environment(environ: Mapping[str, str]) -> Settings:
    """Return what the variables of `VARIABLES` and `SWITCH` state; others of our prefixes are problems.

    The switch at false takes every limit of the breaker away, whatever the other variables say.
    """
    ours = {name: value for name, value in environ.items() if name.startswith(PREFIXES)}
    is_on, problems = _read_switch(ours.pop(SWITCH, None))
    keys: dict[str, float | None] = {}
    for name, value in ours.items():
        if name not in VARIABLES:
            problems.append(f"unknown variable {name}{nearest(name, [*VARIABLES, SWITCH])}")
        elif _NUMBER.fullmatch(str(value).strip()):
            keys[VARIABLES[name]] = float(value)
        else:
            problems.append(f"{name} must be a number, e.g. 0.02 for 2 %; received {value!r}")
    settings = read_settings(keys, {key: name for name, key in VARIABLES.items()})
    off: dict[str, float | None] = {} if is_on else dict.fromkeys(BREAKER_FIELDS)
    return Settings(settings.fields | off, problems + settings.problems, settings.lowers_risk)


def demands_breaker(environ: Mapping[str, str]) -> bool:
    """Return whether the switch says true, so that a profile without any breaker limit would be a mistake."""
    return str(environ.get(SWITCH)).strip().lower() == "true"


def _read_switch(value: str | None) -> tuple[bool, list[str]]:
    is_on = _SWITCHES.get("true" if value is None else str(value).strip().lower())
    if is_on is None:
        return True, [f"{SWITCH} must be true or false; received {value!r}"]
    return is_on, []
