"""What a profile can do, whatever its fields: be checked, copied, written. Gives: the base of `RiskProfile`."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, cast

from bt_risk.errors import ProfileError
from bt_risk.rules.profile.domains import DOMAINS
from bt_risk.rules.profile.toml_text import to_toml_text
from bt_risk.rules.profile.validation import find_problems, find_unknown_keys

if TYPE_CHECKING:
    from bt_risk.rules.profile.fields import RiskProfile

# What `with_heat_of` takes from another profile.
HEAT_FIELDS = (
    "allocation",
    "max_heat",
    "target_heat",
    "heat_basis",
    "heat_warning",
    "heat_critical",
    "heat_hysteresis",
    "reduction",
    "heat_reserve",
    "max_stressed_heat",
    "stress_atr",
    "max_correlated_heat",
    "heat_correlation",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedProfile:
    """A named set of fields that is checked when it is made."""

    name: str = "custom"

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = DOMAINS[field.name].store(getattr(self, field.name))
            object.__setattr__(self, field.name, value)
        problems = find_problems(cast("RiskProfile", self))
        if problems:
            raise ProfileError(f"profile {self.name!r}: " + "; ".join(problems))

    def replace(self, **changes: Any) -> Self:
        """Return a copy with `changes`; unknown names and bad values raise `ProfileError`."""
        unknown = find_unknown_keys(changes)
        if unknown:
            raise ProfileError(f"profile {self.name!r}: " + "; ".join(unknown))
        return dataclasses.replace(self, **changes)

    def with_heat_of(self, other: RiskProfile) -> Self:
        """Return a copy with the heat limits, the target band and the allocation of `other`."""
        return self.replace(**{field: getattr(other, field) for field in HEAT_FIELDS})

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a plain dict, in the order of their definition."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}

    def to_toml(self) -> str:
        """Return every field as the text of a TOML file that `load_profile` reads back to an equal profile."""
        return to_toml_text(self.to_dict())
