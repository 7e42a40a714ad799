"""Analyzer of how diversified the book was. Requires: positions and closes. Gives: figures, matrices."""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import backtrader as bt
import numpy as np

from bt_risk.analyzers.heat_sources import BrokerHeat, DeskHeat
from bt_risk.analyzers.plain import desk_of, plain
from bt_risk.errors import RequestError
from bt_risk.market.clock import WallClock
from bt_risk.market.instruments import name_instruments
from bt_risk.maths.correlation import MIN_SAMPLES, correlation_matrix, diversification_ratio
from bt_risk.maths.diversification import (
    effective_bets,
    effective_dimension,
    mean_correlation,
    pair_correlations,
)
from bt_risk.maths.exposure import concentration, effective_positions

if TYPE_CHECKING:
    import pandas as pd

FIGURES = (
    "effective_positions",
    "effective_positions_by_risk",
    "concentration",
    "concentration_by_risk",
    "diversification_ratio",
    "effective_bets",
    "mean_correlation",
    "highest_correlation",
)
METHODS = {
    "effective_positions": "1 / sum of squared shares of the notional (Herfindahl)",
    "effective_positions_by_risk": "1 / sum of squared shares of the open risk (Herfindahl)",
    "concentration": "largest share of the notional",
    "concentration_by_risk": "largest share of the open risk",
    "diversification_ratio": "weighted mean volatility / volatility of the book (Choueifaty and Coignard 2008)",
    "effective_bets": "exp of the entropy of the principal portfolios' shares of the variance (Meucci 2009)",
    "mean_correlation": "mean of Pearson's correlation of each two positions, side counted",
    "highest_correlation": "highest of Pearson's correlations of two positions, side counted",
    "effective_dimension": "exp of the entropy of the eigenvalues of the correlations (Roy and Vetterli 2007)",
}


class DiversificationAnalyzer(bt.Analyzer):
    """Look at the book every few bars: how much it leans on one position, and how far its positions move together.

    Correlations and volatilities are those of the returns of the last `window` bars up to that bar, over the bars
    that both instruments had. Nothing later is used.

    Parameters
    ----------
    window
        Bars of returns that a look takes in.
    min_returns
        Returns below which a correlation is not known.
    every
        Bars from one look to the next; the last bar is always looked at.
    """

    params = (("window", 60), ("min_returns", MIN_SAMPLES), ("every", 5))

    def create_analysis(self) -> None:
        """Start with an empty record."""
        for name, least in (("window", 2), ("min_returns", 2), ("every", 1)):
            value = getattr(self.p, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < least:
                raise RequestError(
                    f"{name} must be a whole number >= {least}, e.g. {least}; received {value!r}"
                )
        self._names: list[str] = []
        self._times: list[float] = []
        # Bars by instruments, NaN where an instrument had no bar.
        self._returns = array("d")
        self._books: list[list[tuple[str, float, float]]] = []
        self._looks: list[tuple[Any, ...]] = []
        self._missing: dict[str, str] = {}

    def start(self) -> None:
        """Find the positions' source."""
        desk = desk_of(self.strategy)
        source: Any = BrokerHeat(self.strategy, None) if desk is None else DeskHeat(desk)
        self._source: Any = source
        self._clock: Any = WallClock(self.strategy)
        self._names = name_instruments(self.strategy.datas)
        # Lines, bars seen, and the last price of each instrument.
        self._feeds = [[data.lines.close, 0, math.nan] for data in self.strategy.datas]
        if "open_heat" in source.missing:
            self._missing["effective_positions_by_risk"] = source.missing["open_heat"]

    def notify_order(self, order: Any) -> None:
        """Hear of the positions of a plain strategy."""
        self._source.take(order)

    def next(self) -> None:
        """Record returns and positions; Backtrader calls it during the warm-up as well."""
        returns = self._returns
        for feed in self._feeds:
            line, bars, mark = feed
            made = math.nan
            if line.lencount != bars:
                feed[1], close = line.lencount, line[0]
                if 0.0 < close < math.inf:
                    made, feed[2] = close / mark - 1.0, close
            returns.append(made)
        self._times.append(self._clock.number)
        is_look = len(self._times) % self.p.every == 0
        self._books.append(self._source.exposures() if is_look else [])

    def stop(self) -> None:
        """Look at every bar that is due, and let go of the run."""
        self._catch_up()
        self._source = self._clock = None
        self._feeds.clear()

    def _catch_up(self) -> None:
        """Look at every bar that is due, once, and at the last one: a strategy may ask while its run is on."""
        if self._source is None or not self._times:
            return
        last = len(self._times)
        if last % self.p.every:
            self._books[-1] = self._source.exposures()
        if self._looks and (self._looks[-1][0] == last or self._looks[-1][0] % self.p.every):
            del self._looks[-1]
        seen = self._looks[-1][0] if self._looks else 0
        self._looks += [self._look(end) for end in range(seen + self.p.every, last, self.p.every)]
        self._looks.append(self._look(last))

    def _window(self, end: int, names: Sequence[str]) -> Any:
        table = np.frombuffer(self._returns, dtype=np.float64).reshape(-1, len(self._names))
        columns = [self._names.index(name) for name in names]
        return table[max(0, end - self.p.window) : end][:, columns]

    def _look(self, end: int) -> tuple[Any, ...]:
        """Return the figures of the book after the first `end` bars."""
        book = self._books[end - 1]
        values, risks = [value for _, value, _ in book], [risk for _, _, risk in book]
        figures = [
            effective_positions(values),
            effective_positions(risks),
            concentration(values),
            concentration(risks),
        ]
        if not book:
            return (end, 0, *figures, *[math.nan] * 4)
        returns = self._window(end, [name for name, _, _ in book])
        rho = correlation_matrix(returns, min_samples=self.p.min_returns)
        sigma = _deviations(returns, self.p.min_returns)
        pairs = pair_correlations(rho, values)
        known = [float(pair) for pair in pairs if math.isfinite(pair)]
        return (
            end,
            len(book),
            *figures,
            diversification_ratio(values, sigma, rho),
            effective_bets(values, sigma, rho),
            mean_correlation(pairs),
            max(known, default=math.nan),
        )

    def correlations(self, *, held: bool = True) -> pd.DataFrame:
        """Return the rolling correlations of each two instruments, tidy: a row a look and pair.

        Of the instruments that are held, or of all with ``held=False``; price correlations, sides not counted.
        """
        import pandas as pd

        self._catch_up()
        rows = []
        for end, *_ in self._looks:
            names = [name for name, _, _ in self._books[end - 1]] if held else self._names
            if len(names) < 2:
                continue
            rho = correlation_matrix(self._window(end, names), min_samples=self.p.min_returns)
            time = bt.num2date(self._times[end - 1])
            rows += [
                (time, end, names[i], names[j], rho[i, j])
                for i in range(len(names))
                for j in range(i + 1, len(names))
            ]
        return pd.DataFrame(rows, columns=["datetime", "bar", "first", "second", "correlation"])

    def to_frame(self) -> pd.DataFrame:
        """Return a row a look, indexed by time: the bar's number, open positions, and the figures; NaN undefined."""
        import pandas as pd

        self._catch_up()
        index = pd.DatetimeIndex(
            [bt.num2date(self._times[end - 1]) for end, *_ in self._looks], name="datetime"
        )
        return pd.DataFrame(self._looks, index=index, columns=["bar", "positions", *FIGURES])

    def get_analysis(self) -> dict[str, Any]:
        """Return the summary as a plain dict that JSON can hold; None where undefined.

        Keys
        ----
        looks, window, every
            How often the book was looked at, and how.
        effective_positions, ..., highest_correlation
            Each figure with its ``mean``, ``min``, ``max`` over the looks that know it, and the ``last`` look's.
        held, all
            ``names`` and correlation ``matrix`` at the end; of all instruments also the ``effective_dimension``.

        Methods
        -------
            How each figure is computed.
        missing
            What is not known, and why.
        """
        self._catch_up()
        columns = list(zip(*self._looks, strict=True)) or [()] * (2 + len(FIGURES))
        figures = {name: _summary(column) for name, column in zip(FIGURES, columns[2:], strict=True)}
        held = [name for name, _, _ in self._books[-1]] if self._books else []
        everything = self._matrix(self._names)
        missing = dict(self._missing)
        for name, found in figures.items():
            if found["mean"] is None:
                missing.setdefault(name, self._why_unknown(name))
        return {
            "looks": len(self._looks),
            "window": self.p.window,
            "every": self.p.every,
            **figures,
            "held": {"names": held, "matrix": plain(self._matrix(held))},
            "all": {
                "names": list(self._names),
                "matrix": plain(everything),
                "effective_dimension": plain(effective_dimension(everything)),
            },
            "methods": dict(METHODS),
            "missing": missing,
        }

    def _matrix(self, names: Sequence[str]) -> Any:
        if not names or not self._times:
            return []
        return correlation_matrix(self._window(len(self._times), names), min_samples=self.p.min_returns)

    def _why_unknown(self, name: str) -> str:
        most = max((positions for _, positions, *_ in self._looks), default=0)
        if not most:
            return "no position was open at any look"
        if name.endswith("correlation") and most < 2:
            return "no two positions were open at any look"
        if name.endswith("by_risk"):
            return "no open position had anything at risk at any look"
        return f"no look had {self.p.min_returns} returns of every position that move"


def _deviations(returns: Any, least: int) -> list[float]:
    """Return the deviation of each column over its known returns; NaN for fewer than `least`."""
    if len(returns) >= least and np.isfinite(returns).all():
        found: list[float] = returns.std(axis=0, ddof=1).tolist()
        return found
    columns = (column[np.isfinite(column)] for column in returns.T)
    return [float(known.std(ddof=1)) if len(known) >= least else math.nan for known in columns]


def _summary(values: Sequence[float]) -> dict[str, float | None]:
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return dict.fromkeys(("mean", "min", "max", "last"))
    found: dict[str, float | None] = plain(
        {"mean": sum(known) / len(known), "min": min(known), "max": max(known), "last": values[-1]}
    )
    return found
