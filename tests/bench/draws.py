"""Numbers that a random user asks with. Gives: distances and sizes, to the calls."""

from __future__ import annotations

import math

import backtrader as bt

LIMIT, STOP, TRAIL = bt.Order.Limit, bt.Order.Stop, bt.Order.StopTrail


def distance(rng) -> float:
    """Return a distance from the price, 0.1 to 30 % of it."""
    return math.exp(rng.uniform(math.log(0.001), math.log(0.3)))


def some_size(rng) -> float:
    return rng.choice((1, 2, 7, 50, 400, 1e6, 1e12, 0.5, 33.3))
