"""The cases whose answer is a configuration, or a doubt about one."""

from __future__ import annotations

from bt_risk.rules.profile import MODERATE, breaker_limits, find_doubts, risk_limits
from tests.golden.adapter.words import quietly

FIELDS = {
    "risk_per_trade": "risk_per_trade",
    "max_drawdown": "drawdown_halt",
    "max_heat": "max_heat",
    "max_single": "max_position",
}
WARNINGS = {
    "risk_per_trade": "risk_per_trade>5%",
    "drawdown_halt": "max_drawdown>=20%",
    "max_heat": "max_heat>15%",
    "max_position": "single>30%",
}
# Limits that the document does not have, and that some of its numbers would contradict.
FREE = MODERATE.replace(
    allocation="risk_per_trade",
    target_heat=None,
    risk_per_trade_max=None,
    drawdown_reduce=None,
    drawdown_emergency=None,
)


def config_validate(**settings):
    """A doubt begins with the field that it is about."""
    profile = FREE.replace(**{FIELDS[name]: value for name, value in settings.items()})
    doubtful = [doubt.split()[0] for doubt in find_doubts(profile)]
    return {"warnings": [warning for field, warning in WARNINGS.items() if field in doubtful]}


def effective_config(*, profile, file, env, overrides):
    base = quietly(profile)
    result = quietly({"base": base, "risk_management": file}, environ=env, **overrides)
    return {**risk_limits(result), **breaker_limits(result)}


CALLS = {"config_validate": config_validate, "effective_config": effective_config}
