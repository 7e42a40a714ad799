"""The heat of the book in the numbers of a dashboard. Requires: risks, equity. Gives: `HeatMetrics`, to views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

from bt_risk.maths.heat import heat_utilisation, portfolio_heat, remaining_heat
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.tiers import Tier, tier_for


@dataclass(frozen=True, slots=True)
class HeatMetrics:
    """Heat, what is left of it, and how the positions share it.

    Attributes
    ----------
    current_heat
        Open and reserved risk / equity.
    max_heat, target_heat
        Its limit, and the band (low, high) that it should be in; None where the profile has none.
    heat_utilization, remaining_heat
        current_heat / max_heat, and max(0, max_heat - current_heat); NaN without a limit.
    positions_count, max_positions
        Open positions; None where their number is not limited.
    average_position_heat, largest_position_heat
        Open risk of a position / equity, 0 without positions.
    heat_status, heat_level
        Name of the tier, and its number from 0 (NORMAL) to 3 (EMERGENCY).
    """

    current_heat: float
    max_heat: float | None
    target_heat: tuple[float, float] | None
    heat_utilization: float
    remaining_heat: float
    positions_count: int
    max_positions: int | None
    average_position_heat: float
    largest_position_heat: float
    heat_status: str
    heat_level: int


def heat_metrics(
    risks: Sequence[float],
    equity: float,
    profile: RiskProfile,
    *,
    reserved_risk: float = 0.0,
    tier: Tier | None = None,
) -> HeatMetrics:
    """Return the metrics of a book whose positions have the open `risks`, in money.

    Infinite heats and NaN as in `maths.heat.portfolio_heat`.

    Parameters
    ----------
    reserved_risk
        Risk of entries on their way; it counts as heat, and to no position.
    tier
        The tier that a desk holds, which leaves a tier later than the heat does; None takes the one of this heat.
    """
    heat = portfolio_heat([*risks, reserved_risk], equity)
    utilisation = left = nan
    if profile.max_heat is not None:
        utilisation, left = heat_utilisation(heat, profile.max_heat), remaining_heat(heat, profile.max_heat)
    reached = tier_for(utilisation, profile) if tier is None else tier
    return HeatMetrics(
        current_heat=heat,
        max_heat=profile.max_heat,
        target_heat=profile.target_heat,
        heat_utilization=utilisation,
        remaining_heat=left,
        positions_count=len(risks),
        max_positions=profile.max_positions,
        average_position_heat=portfolio_heat(risks, equity) / len(risks) if risks else 0.0,
        largest_position_heat=portfolio_heat([max(risks)], equity) if risks else 0.0,
        heat_status=reached.name,
        heat_level=reached.value,
    )
