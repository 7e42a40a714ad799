"""Datas that are stale, late, or show no number."""

from __future__ import annotations

import math

from tests.edge.market import WIDE, calm, do, trade


def test_a_bar_without_a_close_leaves_heat_at_the_last_mark():
    bars = [*calm(3), (100, 101, 99, math.nan), *calm(2)]
    session = trade(bars, script={1: do("buy", size=480, stop=80)}, profile=WIDE.replace(heat_basis="mark"))
    assert session.tiers == ["NORMAL", "CRITICAL", "CRITICAL", "CRITICAL", "CRITICAL", "CRITICAL"]
