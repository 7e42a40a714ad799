"""A profile's limits in a panel of heat: tiers, limit, target band. Requires the profile; gives lines and labels."""

from __future__ import annotations

from matplotlib.axes import Axes

from bt_risk.rules.profile import RiskProfile
from bt_risk.views.plots.labels import SideLabel
from bt_risk.views.plots.style import GREEN, VERMILLION
from bt_risk.views.text import as_band, exact_rate

_TIER_DASHES = {"WARNING": (0, (1.2, 1.6)), "CRITICAL": (0, (4, 2)), "EMERGENCY": "-"}


def levels_of(profile: RiskProfile) -> dict[str, float]:
    """Return the heat at which each tier begins; empty without a limit."""
    if profile.max_heat is None:
        return {}
    return {
        "WARNING": profile.heat_warning * profile.max_heat,
        "CRITICAL": profile.heat_critical * profile.max_heat,
        "EMERGENCY": profile.max_heat,
    }


def limit_labels(profile: RiskProfile, *, is_brief: bool) -> list[SideLabel]:
    """Return the labels of the tiers and of the target band."""
    labels = []
    for tier, level in levels_of(profile).items():
        word = tier.lower() if is_brief else f"{tier} {'above' if tier == 'EMERGENCY' else 'from'}"
        labels.append(SideLabel(level, f"{word} {exact_rate(level)}", VERMILLION))
    if profile.max_heat is not None and profile.target_heat is not None:
        low, high = profile.target_heat
        labels.append(SideLabel((low + high) / 2, f"target {as_band(low, high)}", GREEN))
    return labels


def draw_limits(axes: Axes, profile: RiskProfile) -> None:
    """Draw the tiers, the target band, and what lies beyond the limit; call after the y limits are set."""
    if profile.max_heat is None:
        return
    for tier, level in levels_of(profile).items():
        axes.axhline(
            level, color=VERMILLION, linewidth=0.9, linestyle=_TIER_DASHES[tier], zorder=2.8, label=tier
        )
    axes.axhspan(profile.max_heat, axes.get_ylim()[1], color=VERMILLION, alpha=0.10, linewidth=0, zorder=1)
    if profile.target_heat is not None:
        axes.axhspan(
            *profile.target_heat, color=GREEN, alpha=0.14, linewidth=0, zorder=1, label="target band"
        )
