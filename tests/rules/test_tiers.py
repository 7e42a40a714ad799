from __future__ import annotations

from itertools import accumulate, pairwise
from math import inf, nan

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bt_risk.maths.heat import heat_utilisation
from bt_risk.rules.profile import MODERATE
from bt_risk.rules.tiers import Tier, TierActions, step_tier, tier_actions, tier_for

NORMAL, WARNING, CRITICAL, EMERGENCY = Tier


@pytest.mark.parametrize(
    ("heat", "tier"),
    [
        (0.0, NORMAL),
        (0.08, NORMAL),
        (0.09 * (1 - 2e-9), NORMAL),
        (0.09 * (1 - 1e-12), WARNING),
        (0.09, WARNING),  # a threshold belongs to the tier it opens
        (0.091, WARNING),
        (0.0949, WARNING),
        (0.095, CRITICAL),
        (0.10, CRITICAL),  # an emergency is above the limit only
        (0.10 * (1 + 1e-12), CRITICAL),
        (0.10 * (1 + 2e-9), EMERGENCY),
        (0.101, EMERGENCY),
        (inf, EMERGENCY),
        (nan, NORMAL),
    ],
)
def test_each_tier_begins_at_its_share_of_the_limit(heat, tier):
    assert tier_for(heat_utilisation(heat, 0.10), MODERATE) is tier


@pytest.mark.parametrize(
    ("tier", "warns", "allows_entries", "reduces"),
    [
        (NORMAL, False, True, False),
        (WARNING, True, True, False),
        (CRITICAL, True, False, False),
        (EMERGENCY, True, False, True),
    ],
)
def test_what_each_tier_means(tier, warns, allows_entries, reduces):
    assert tier_actions(tier) == TierActions(warns, allows_entries, reduces)


def test_a_tier_is_left_only_below_its_beginning_by_the_hysteresis():
    path = [0.90, 0.89, 0.881, 0.879, 0.95, 0.94, 0.931, 0.929, 1.01, 0.99, 0.981, 0.979, 0.5]
    found = list(accumulate(path, lambda t, u: step_tier(t, u, MODERATE), initial=NORMAL))[1:]
    assert found == [
        WARNING, WARNING, WARNING, NORMAL,
        CRITICAL, CRITICAL, CRITICAL, WARNING,
        EMERGENCY, EMERGENCY, EMERGENCY, CRITICAL,
        NORMAL,
    ]  # fmt: skip


@settings(derandomize=True, max_examples=150, deadline=None)
@given(wobble=st.lists(st.floats(0.881, 0.919), max_size=40))
def test_a_heat_that_trembles_around_a_threshold_changes_tier_once(wobble):
    tiers = list(accumulate(wobble, lambda t, u: step_tier(t, u, MODERATE), initial=NORMAL))
    assert sum(before is not after for before, after in pairwise(tiers)) <= 1


@settings(derandomize=True, max_examples=150, deadline=None)
@given(current=st.sampled_from(Tier), low=st.floats(0, 2), more=st.floats(0, 1))
def test_more_heat_never_means_a_lower_tier(current, low, more):
    assert step_tier(current, low + more, MODERATE) >= step_tier(current, low, MODERATE)
    assert step_tier(current, low, MODERATE) >= tier_for(low, MODERATE)
