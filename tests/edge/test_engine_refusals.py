"""Set-ups in which the desk could not know the account or the bars are refused, with the cure."""

from __future__ import annotations

import pytest

from bt_risk import EngineError, ProfileError
from tests.edge.market import CALM, calm, do, trade


def test_one_bar_of_memory_on_two_calendars_is_refused_at_the_start():
    with pytest.raises(EngineError, match="exactbars"):
        trade(calm(6), {1: CALM, 4: CALM}, script={1: do("buy")}, exactbars=1)


def test_a_profile_key_that_is_no_text_is_an_unknown_key():
    with pytest.raises(ProfileError, match="unknown key 3"):
        trade(calm(2), script={}, profile={3: 1})
