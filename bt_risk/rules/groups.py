"""Which instruments move together. Gives: `Groups`, to the sector cap and the cap on correlated exposure."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

from bt_risk.rules.profile import RiskProfile

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Groups:
    """The user's map of instruments.

    Attributes
    ----------
    group_of
        Instrument -> group (a sector, a theme). Instruments that it does not name share the group ``"other"``;
        without any group there is nothing to limit.
    is_other_limited
        Whether ``"other"`` counts as one group; else its members are limited by no group.
    anchor
        The instrument with which others move, such as an index; None without one.
    betas
        Instrument -> share of its notional that moves with the anchor, where it is not the profile's
        ``correlation_beta``.
    """

    group_of: Mapping[str, str] = field(default_factory=dict)
    is_other_limited: bool = True
    anchor: str | None = None
    betas: Mapping[str, float] = field(default_factory=dict)

    def group(self, data: str) -> str:
        """Return the group of an instrument."""
        return self.group_of.get(data, OTHER)


@functools.lru_cache(maxsize=16)
def groups_of(profile: RiskProfile) -> Groups:
    """Return the groups that a profile names; made once for a profile, not for each request."""
    return Groups(dict(profile.groups), profile.limit_other, profile.anchor, dict(profile.betas))
