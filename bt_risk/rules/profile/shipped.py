"""The shipped profiles, and how a name or a mapping becomes one. Gives: CONSERVATIVE, MODERATE, AGGRESSIVE ..."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bt_risk.errors import ProfileError
from bt_risk.rules.profile.fields import RiskProfile

CONSERVATIVE = RiskProfile(
    name="conservative",
    risk_per_trade=0.02,
    max_heat=0.08,
    target_heat=(0.04, 0.06),
    max_positions=2,
    atr_stop=3.0,
    trail_atr=3.0,
)
MODERATE = RiskProfile(name="moderate")
AGGRESSIVE = RiskProfile(
    name="aggressive",
    risk_per_trade=0.025,
    max_heat=0.12,
    target_heat=(0.08, 0.10),
    max_positions=4,
    max_position=0.30,
    atr_stop=2.0,
    trail_atr=2.0,
    kelly_fraction=0.50,
)
# The "before": what a script without any risk layer does.
UNCONTROLLED = RiskProfile(
    name="uncontrolled",
    sizing=("cash_fraction",),
    allocation="risk_per_trade",
    risk_per_trade_max=None,
    max_heat=None,
    target_heat=None,
    max_positions=None,
    max_position=None,
    max_leverage=None,
    stop="none",
    trail="none",
)
# The sizes of MODERATE without its stops and heat limits: what is left of a difference is what those rules did.
UNPROTECTED = MODERATE.replace(
    name="moderate without stops",
    allocation="risk_per_trade",
    max_heat=None,
    target_heat=None,
    place_stops=False,
    trail="none",
)

PROFILES = {profile.name: profile for profile in (CONSERVATIVE, MODERATE, AGGRESSIVE, UNCONTROLLED)}


def resolve_profile(source: str | Mapping[str, Any] | RiskProfile) -> RiskProfile:
    """Return the profile that `source` means: a name, a profile, or a mapping of fields.

    A mapping changes MODERATE, or the profile that its key ``base`` names.

    Raises
    ------
    ProfileError
        The name or a key is unknown, or a value is not allowed.
    """
    if isinstance(source, RiskProfile):
        return source
    if isinstance(source, str):
        try:
            return PROFILES[source.strip().lower()]
        except KeyError:
            raise ProfileError(
                f"unknown profile {source!r}; choose one of {', '.join(PROFILES)}, or give a RiskProfile"
            ) from None
    if isinstance(source, Mapping):
        changes = dict(source)
        base = resolve_profile(changes.pop("base", MODERATE))
        changes.setdefault("name", "custom")
        return base.replace(**changes)
    raise ProfileError(f"profile must be a name, a RiskProfile or a mapping; received {source!r}")
