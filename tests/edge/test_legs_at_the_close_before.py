"""Fills at the close before (cheat-on-close) let a target sell on the bar of its entry: the rungs stay those of all."""

from __future__ import annotations

from tests.edge.market import CALM, ROUND, do, trade

LADDER = ROUND.replace(ladder=((1.0, 0.5), (2.0, 0.25)))


def test_what_a_rung_sold_on_the_entry_bar_still_counts_as_bought():
    up, further = (100, 106, 99, 105), (105, 111, 104, 110)
    script = {1: do("buy")}
    session = trade(
        [CALM, up, further, CALM],
        script=script,
        profile=LADDER,
        prepare=lambda cerebro: cerebro.broker.set_coc(True),
    )
    assert session.fills == [(2, 200, 100), (2, -100, 105), (3, -50, 110)]
    assert session.position == 50
