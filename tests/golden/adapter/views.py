"""The cases whose answer is what a person reads."""

from __future__ import annotations

from dataclasses import asdict

from bt_risk.rules.heat_metrics import heat_metrics
from bt_risk.rules.profile import MODERATE
from bt_risk.views.dashboard import format_heat_dashboard


def measured(*, risks, account_value, max_heat, max_positions):
    profile = MODERATE.replace(
        allocation="risk_per_trade", target_heat=None, max_heat=max_heat, max_positions=max_positions
    )
    return heat_metrics(risks, account_value, profile)


CALLS = {
    "format_heat_dashboard": lambda **inputs: format_heat_dashboard(measured(**inputs)).splitlines(),
    "heat_metrics": lambda **inputs: asdict(measured(**inputs)),
}
