"""Stops that fill in parts, targets for nothing, requests before the first bar."""

from __future__ import annotations

import pytest

from tests.edge.market import LIMIT, Scripted, calm, do, each, fixed_filler, trade


@pytest.mark.parametrize("target", [None, 110])
def test_a_stop_that_has_begun_to_fill_sells_the_rest_at_market(target):
    # A stop that was touched is a market order: its rest does not wait for the price to come back to 95.
    bars = [*calm(4), (100, 101, 94, 100), *[(100, 105, 99, 100)] * 3]
    session = trade(bars, script={1: do("buy", target=target)}, prepare=fixed_filler(80))
    assert session.fills[3:] == [(5, -80, 95), (6, -80, 100), (7, -40, 100)]


@pytest.mark.parametrize("when", [1, 2])
def test_a_target_for_no_units_is_refused(when):
    script = {1: do("buy")}
    own = do("sell", size=0, exectype=LIMIT, price=110, name="own")
    script[when] = each(*filter(None, (script.get(when), own)))
    session = trade(calm(4), script=script)
    assert session.decisions[1].outcome == "denied"
    assert session.strategy.sent["own"] is None


def test_a_request_before_the_first_bar_is_denied_and_recorded():
    class Early(Scripted):
        def start(self):
            self.sent["early"] = self.buy()

    session = trade(calm(3), script={}, strategy=Early)
    assert session.outcomes() == [("entry", "denied", "fresh_bar")]
