"""Risk profiles: the fields, what is wrong with them, the shipped ones, and loading them from files."""

from bt_risk.rules.profile.fields import RiskProfile
from bt_risk.rules.profile.shipped import (
    AGGRESSIVE,
    CONSERVATIVE,
    MODERATE,
    PROFILES,
    UNCONTROLLED,
    UNPROTECTED,
    resolve_profile,
)

__all__ = [
    "AGGRESSIVE",
    "CONSERVATIVE",
    "MODERATE",
    "PROFILES",
    "UNCONTROLLED",
    "UNPROTECTED",
    "RiskProfile",
    "resolve_profile",
]
