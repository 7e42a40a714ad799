"""What a profile is refused for."""

from __future__ import annotations

import pytest

from bt_risk.errors import ProfileError
from bt_risk.rules.profile import RiskProfile, load_profile


def problem_of(**fields) -> str:
    with pytest.raises(ProfileError) as raised:
        RiskProfile(**fields)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def refusal_of(source, **options) -> str:
    with pytest.raises(ProfileError) as raised:
        load_profile(source, **options)
    assert "\n" not in str(raised.value)
    return str(raised.value)
