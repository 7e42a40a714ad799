"""Risk profiles: the fields, what is wrong or doubtful in them, the shipped ones, and loading them from files."""

from bt_risk.rules.profile.aliases import breaker_limits, risk_limits
from bt_risk.rules.profile.domains import SIZING_METHODS
from bt_risk.rules.profile.doubts import ProfileWarning, find_doubts
from bt_risk.rules.profile.fields import RiskProfile
from bt_risk.rules.profile.load import PRESETS, load_profile, profile_names, resolve_profile
from bt_risk.rules.profile.shipped import (
    AGGRESSIVE,
    CONSERVATIVE,
    MODERATE,
    PROFILES,
    UNCONTROLLED,
    UNPROTECTED,
)

__all__ = [
    "AGGRESSIVE",
    "CONSERVATIVE",
    "MODERATE",
    "PRESETS",
    "PROFILES",
    "SIZING_METHODS",
    "UNCONTROLLED",
    "UNPROTECTED",
    "ProfileWarning",
    "RiskProfile",
    "breaker_limits",
    "find_doubts",
    "load_profile",
    "profile_names",
    "resolve_profile",
    "risk_limits",
]
