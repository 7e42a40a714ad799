"""The heat of the book as eight lines of plain text. Requires: `HeatMetrics`. Gives: text to logs and consoles."""

from __future__ import annotations

from bt_risk.rules.heat_metrics import HeatMetrics
from bt_risk.views.text import rate_text

RULE = "=" * 30


def format_heat_dashboard(metrics: HeatMetrics) -> str:
    """Return the dashboard, ASCII, rates in percent.

    Examples
    --------
    >>> from bt_risk import MODERATE
    >>> from bt_risk.rules.heat_metrics import heat_metrics
    >>> print(format_heat_dashboard(heat_metrics([4100, 2000, 1700], 100_000, MODERATE)))
    PORTFOLIO HEAT DASHBOARD
    ==============================
    Current Heat: 7.8% / 10.0% (78% utilized)
    Remaining Heat: 2.2%
    Active Positions: 3 / 3 maximum
    Average Position Heat: 2.6%
    Largest Position Heat: 4.1%
    Heat Status: NORMAL
    """
    heat, active, left = _rate(metrics.current_heat), f"{metrics.positions_count}", "no limit"
    if metrics.max_heat is None:
        heat += " (no limit)"
    else:
        heat += f" / {_rate(metrics.max_heat)} ({_rate(metrics.heat_utilization, 0)} utilized)"
        left = _rate(metrics.remaining_heat)
    active += " (no limit)" if metrics.max_positions is None else f" / {metrics.max_positions} maximum"
    return "\n".join(
        (
            "PORTFOLIO HEAT DASHBOARD",
            RULE,
            f"Current Heat: {heat}",
            f"Remaining Heat: {left}",
            f"Active Positions: {active}",
            f"Average Position Heat: {_rate(metrics.average_position_heat)}",
            f"Largest Position Heat: {_rate(metrics.largest_position_heat)}",
            f"Heat Status: {metrics.heat_status}",
        )
    )


def _rate(fraction: float, digits: int = 1) -> str:
    return rate_text(fraction, digits).replace(" ", "")
