"""Heat tiers. Requires: utilisation (maths.heat). Gives: `Tier` and its step, to the entry gate and the reduction."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from bt_risk.maths.limits import above, at_least
from bt_risk.rules.profile import RiskProfile


class Tier(IntEnum):
    """How near the heat is to its limit, in the order of gravity."""

    NORMAL = 0
    WARNING = 1
    CRITICAL = 2
    EMERGENCY = 3


def tier_for(utilisation: float, profile: RiskProfile) -> Tier:
    """Return the tier that `utilisation` (heat / max_heat) opens.

    WARNING and CRITICAL begin at their share, EMERGENCY only above the limit itself. An undefined utilisation
    (no limit, or no heat known) is NORMAL.
    """
    # The usual case first. A NaN is not at least anything.
    if not at_least(utilisation, profile.heat_warning):
        return Tier.NORMAL
    if above(utilisation, 1.0):
        return Tier.EMERGENCY
    return Tier.CRITICAL if at_least(utilisation, profile.heat_critical) else Tier.WARNING


def step_tier(current: Tier, utilisation: float, profile: RiskProfile) -> Tier:
    """Return the tier after one bar: up at once, down only ``heat_hysteresis`` below the tier's beginning.

    Without the hysteresis a heat that trembles around a threshold would open and close the tier on every bar.
    """
    reached = tier_for(utilisation, profile)
    if reached >= current:
        return reached
    held = tier_for(utilisation + profile.heat_hysteresis, profile)
    return min(current, held)


@dataclass(frozen=True, slots=True)
class TierActions:
    """What a tier means: it is told, entries pass, positions are cut. Exits pass in every tier."""

    warns: bool
    allows_entries: bool
    reduces: bool


def tier_actions(tier: Tier) -> TierActions:
    """Return what `tier` means: told from WARNING on, no entries from CRITICAL on, positions cut in EMERGENCY."""
    return _ACTIONS[tier]


_ACTIONS = tuple(
    TierActions(
        warns=tier >= Tier.WARNING, allows_entries=tier < Tier.CRITICAL, reduces=tier is Tier.EMERGENCY
    )
    for tier in Tier
)
