"""What the prices alone say of jumps, of what moves together and of turnover. Gives: `MarketModel`, to the audits."""

from __future__ import annotations

from collections import deque
from math import inf, isclose, nan
from statistics import StatisticsError, correlation, fmean, stdev

from tests.bench.book import is_sound

RETURNS, BEFORE, PAIRS, TURNOVERS = 61, 20, 30, 20


class Tape:
    """The last closes of one data as returns by time, and what its bars turned over."""

    def __init__(self):
        self.close = nan
        self.returns = deque(maxlen=RETURNS)
        self.turnovers = deque(maxlen=TURNOVERS)

    def see(self, time, close, volume):
        if self.close > 0:
            self.returns.append((time, close / self.close - 1))
        self.close = close
        if 0 <= volume < inf:
            self.turnovers.append(close * volume)

    def score(self):
        """Return by how many deviations the last return differs from those before it; NaN where that says nothing."""
        *before, last = [value for _, value in self.returns] or [nan]
        if len(before) < BEFORE or isclose(min(before), max(before), rel_tol=1e-9):
            return nan
        return (last - fmean(before)) / stdev(before)


class MarketModel:
    """Every data of a run, bar by bar, by the closes that lie within their own bars."""

    def __init__(self, datas):
        self.tapes = {data: Tape() for data in datas}
        self.moved = set()
        self.lengths = dict.fromkeys(datas, 0)

    def see(self):
        """Take in the bars that are new."""
        self.moved = set()
        for data, tape in self.tapes.items():
            if len(data) == self.lengths[data]:
                continue
            self.lengths[data] = len(data)
            if is_sound(data) or 0 < data.low[0] <= data.close[0] <= data.high[0] < inf:
                tape.see(data.datetime[0], data.close[0], data.volume[0])
                self.moved.add(data)

    def jumped(self, data, limit):
        """Return whether the data's return on this very bar is a spike."""
        score = abs(self.tapes[data].score()) if limit is not None and data in self.moved else nan
        return score >= limit or isclose(score, limit, rel_tol=1e-9) if score == score else False

    def turnover(self, data):
        found = self.tapes[data].turnovers
        return fmean(found) if found else nan

    def correlation(self, first, second):
        """Return how two datas move together over the bars of both; NaN for fewer than thirty."""
        theirs = dict(self.tapes[second].returns)
        both = [(value, theirs[time]) for time, value in self.tapes[first].returns if time in theirs]
        if len(both) < PAIRS:
            return nan
        try:
            return correlation(*zip(*both, strict=True))
        except StatisticsError:
            return nan

    def among(self, positions):
        """Return the correlation of each two of (data, side), a hedge negated."""
        return [
            self.correlation(a, b) * one * other
            for number, (a, one) in enumerate(positions)
            for b, other in positions[:number]
        ]


class TogetherModel:
    """The mean correlation of the positions: closed to entries from its limit on, until it is a fifth below."""

    def __init__(self, limit, share):
        self.limit, self.share, self.is_closed = limit, share, False

    def step(self, correlations):
        if self.limit is None or not correlations:
            self.is_closed = False
            return False
        known = [rho for rho in correlations if rho == rho]
        if known:
            value, bound = fmean(known), self.limit * (self.share if self.is_closed else 1)
            at_bound = isclose(value, bound, rel_tol=1e-9)
            self.is_closed = value > bound and not at_bound if self.is_closed else value > bound or at_bound
        return self.is_closed
