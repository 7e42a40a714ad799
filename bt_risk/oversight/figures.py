"""What the markets did lately, kept only where the profile asks for it. Requires: instruments. Gives: figures."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection, Iterable
from statistics import fmean
from typing import Any

from bt_risk.market.instruments import Instrument
from bt_risk.maths.correlation import correlation, highest_correlation
from bt_risk.maths.return_score import return_score
from bt_risk.maths.returns import annualised_volatility, periods_per_year
from bt_risk.oversight.account import Markets
from bt_risk.positions.holding import Holding
from bt_risk.positions.plan import Plan
from bt_risk.rules.halts.price_spike import price_spike
from bt_risk.rules.halts.volatility_spike import volatility_spike
from bt_risk.rules.notice import Notice
from bt_risk.rules.profile import RiskProfile

# A quarter of daily bars: long enough for a correlation, short enough to follow the market.
RETURNS = 60
# A month of daily bars.
TURNOVERS = 20
# Fewer returns say too little about a volatility.
MIN_RETURNS = 20


class History:
    """The last returns of one instrument by the time of their bar, and the money that its bars traded."""

    __slots__ = ("_mark", "returns", "turnovers")

    def __init__(self) -> None:
        self.returns: deque[tuple[float, float]] = deque(maxlen=RETURNS + 1)
        self.turnovers: deque[float] = deque(maxlen=TURNOVERS)
        self._mark = math.nan

    def see(self, time: float, close: float, volume: float) -> None:
        """Take in a bar with a close to measure by."""
        if self._mark > 0.0:
            self.returns.append((time, close / self._mark - 1.0))
        self._mark = close
        if 0.0 <= volume < math.inf:
            self.turnovers.append(close * volume)

    def has_moved(self, time: float) -> bool:
        """Return whether the bar of that time brought a return."""
        return bool(self.returns) and self.returns[-1][0] == time

    def values(self) -> list[float]:
        """Return the returns, the latest last."""
        return [value for _, value in self.returns]


class Figures:
    """Returns and turnovers of every instrument, and what the rules want to know of them."""

    def __init__(self, instruments: dict[Any, Instrument]) -> None:
        self._instruments = instruments
        self._histories = {data: History() for data in instruments}

    def see(self, instrument: Instrument) -> None:
        """Take in an instrument's new bar; a close that is no measure, as outside its own range, makes no return."""
        data, close = instrument.data, instrument.close[0]
        if close == instrument.mark:
            self._histories[data].see(instrument.last_time, close, data.lines.volume[0])

    def read(self, holdings: Collection[Holding], profile: RiskProfile, bar: int) -> Markets:
        """Return what the halts ask for: jumps of prices, and how far the positions move together.

        A volatility spike halts the account where it hits a position; a request's own is a gate of its own.
        """
        spikes: list[Notice | None] = []
        if profile.volatility_spike is not None:
            fresh = [i for h in holdings if self._has_moved(i := self._instruments[h.data], bar)]
            spikes += [volatility_spike(self._values(i.data), profile, data=i.name) for i in fresh]
        if profile.price_spike is not None:
            fresh = [i for i in self._instruments.values() if self._has_moved(i, bar)]
            spikes += [price_spike(self._values(i.data), profile, data=i.name) for i in fresh]
        limits = (profile.correlation_spike, profile.alert_correlation, profile.max_correlation)
        return Markets(
            tuple(spike for spike in spikes if spike is not None),
            () if limits == (None, None, None) else self.within_book(holdings),
        )

    def _has_moved(self, instrument: Instrument, bar: int) -> bool:
        return instrument.bar == bar and self._histories[instrument.data].has_moved(instrument.last_time)

    def _values(self, data: Any) -> list[float]:
        return self._histories[data].values()

    def score(self, data: Any) -> float:
        """Return how many deviations the last return lies from usual; NaN with fewer than 20 before it."""
        return return_score(self._values(data))

    def annual_volatility(self, data: Any) -> float:
        """Return the deviation of the returns, annualised by the pace of their own bars; NaN before 20 of them."""
        returns = self._histories[data].returns
        if len(returns) < MIN_RETURNS:
            return math.nan
        per_year = periods_per_year([time for time, _ in returns])
        return annualised_volatility(self._values(data), per_year)

    def liquidity(self, data: Any) -> float:
        """Return the money traded in an average bar of late; NaN where no volume was told."""
        turnovers = self._histories[data].turnovers
        return fmean(turnovers) if turnovers else math.nan

    def correlation(self, first: Any, second: Any) -> float:
        """Return the correlation of two instruments' returns over the bars that both have; NaN for too few."""
        theirs = dict(self._histories[second].returns)
        pairs = [(r, theirs[time]) for time, r in self._histories[first].returns if time in theirs]
        if not pairs:
            return math.nan
        return correlation(*zip(*pairs, strict=True))

    def with_book(self, data: Any, book: Iterable[Holding | Plan], *, is_long: bool) -> float:
        """Return the highest correlation of a new position with the others of `book`, opposite sides negated.

        NaN where one of them is not known: it may be the highest.
        """
        others = [(self.correlation(data, each.data), each.is_long) for each in book if each.data is not data]
        if any(math.isnan(rho) for rho, _ in others):
            return math.nan
        return highest_correlation(others, is_long=is_long)

    def within_book(self, holdings: Iterable[Holding]) -> tuple[float, ...]:
        """Return the correlation of each two positions, opposite sides negated; NaN where not known."""
        held = list(holdings)
        found = []
        for index, first in enumerate(held):
            for second in held[:index]:
                rho = self.correlation(first.data, second.data)
                found.append(rho if first.is_long == second.is_long else -rho)
        return tuple(found)


def wants_figures(profile: RiskProfile) -> bool:
    """Return whether a rule of `profile` needs any of this."""
    limits = (
        profile.max_correlation,
        profile.min_liquidity,
        profile.volatility_spike,
        profile.correlation_spike,
        profile.price_spike,
        profile.alert_correlation,
    )
    is_sized_by_them = bool(profile.volatility_tiers) or "dynamic" in profile.sizing
    return is_sized_by_them or any(limit is not None for limit in limits)
