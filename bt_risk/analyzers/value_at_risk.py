"""Analyzer of value at risk. Requires: any strategy. Gives: estimates, forecasts with their exceptions, backtests."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import backtrader as bt
import numpy as np

from bt_risk.analyzers.book_scenarios import BookScenarios, book_scenarios, component_shortfalls
from bt_risk.analyzers.equity_record import EquityRecord
from bt_risk.analyzers.garch import find_arch
from bt_risk.analyzers.plain import plain
from bt_risk.analyzers.var_forecasts import VarForecasts, risks_by
from bt_risk.errors import RequestError
from bt_risk.maths.moments import excess_kurtosis, skewness
from bt_risk.maths.returns import known_returns, periods_per_year
from bt_risk.maths.risk_models import MODELS, REFIT, WINDOW
from bt_risk.maths.value_at_risk import MIN_RETURNS

if TYPE_CHECKING:
    import pandas as pd

PERIODS = ("bar", "session")
NAMES = (*MODELS, "garch")


class VaRAnalyzer(bt.Analyzer):
    """Estimate value at risk and expected shortfall of the strategy and of its last book, and test the forecasts.

    Losses are positive fractions of equity over one period. The returns are those of the equity, with deposits and
    withdrawals taken out. The book is what is held when the run ends, revalued by every past return of its instruments.

    Parameters
    ----------
    alphas
        Probabilities of the tail; above 0.5 they are confidences.
    models
        Of "historical", "normal", "student_t", "cornish_fisher", "ewma_filtered" and "garch"; the last needs arch.
    window, refit
        Returns that a forecast is fitted to, and after how many it is fitted again.
    lookback
        Newest returns used in the estimates, None for all.
    min_returns
        Fewer give no estimate.
    period
        "bar", or "session" for the last bar of each date.
    significance
        Of the backtests.
    """

    params = (
        ("alphas", (0.05, 0.01)),
        ("models", tuple(MODELS)),
        ("window", WINDOW),
        ("refit", REFIT),
        ("lookback", None),
        ("min_returns", MIN_RETURNS),
        ("period", "bar"),
        ("significance", 0.05),
    )

    def create_analysis(self) -> None:
        """Check the parameters."""
        _check(self.p)
        if "garch" in self.p.models:
            find_arch()  # so that a long run does not fail at its end
        self._book = BookScenarios()
        self._forecasts: tuple[int, VarForecasts] | None = None
        self._analysis: tuple[tuple[int, BookScenarios], dict[str, Any]] | None = None

    def start(self) -> None:
        """Begin the record."""
        self._record = EquityRecord(self.strategy)

    def next(self) -> None:
        """Record one bar; Backtrader calls it during the warm-up as well."""
        self._record.see()

    def stop(self) -> None:
        """Look at the book that is left, and let go of the run."""
        known = [value for value in self._record.equity if math.isfinite(value)]
        equity = known[-1] if known else math.nan
        self._book = book_scenarios(self.strategy, equity, by_session=self.p.period == "session")
        self._record.close()

    def forecasts(self) -> VarForecasts:
        """Return the returns with what each model forecast for them; computed once."""
        bars = len(self._record.times)
        if self._forecasts is None or self._forecasts[0] != bars:
            times, returns = self._returns()
            is_known = np.isfinite(returns)
            forecasts = VarForecasts.of(
                [time for time, counts in zip(times, is_known.tolist(), strict=True) if counts],
                returns[is_known],
                self.p.models,
                self.p.alphas,
                window=self.p.window,
                refit=self.p.refit,
                min_returns=self.p.min_returns,
            )
            self._forecasts = bars, forecasts
        return self._forecasts[1]

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each period, model and level, indexed by time.

        Columns model, alpha, return, var, es and is_exception; var and es are empty where there was no forecast.
        """
        import pandas as pd

        forecasts = self.forecasts()
        dates = pd.DatetimeIndex([bt.num2date(time) for time in forecasts.times], name="datetime")
        parts = [
            pd.DataFrame(
                {
                    "model": model,
                    "alpha": alpha,
                    "return": forecasts.returns,
                    "var": forecasts.var[model][level],
                    "es": forecasts.es[model][level],
                    "is_exception": forecasts.exceptions(model, level),
                },
                index=dates,
            )
            for model in self.p.models
            for level, alpha in enumerate(self.p.alphas)
        ]
        return pd.concat(parts)

    def get_analysis(self) -> dict[str, Any]:
        """Return the figures as a plain dict that JSON can hold; None where undefined.

        Keys
        ----
        period, bars, returns, periods_per_year
            What a return is measured over, bars recorded, returns known, and how many of them make a year.
        mean, deviation, skewness, excess_kurtosis
            Of the returns used in the estimates.
        strategy
            By model and level: ``var`` and ``es`` of the next return.
        positions
            The same of the last book as ``risks``, the number of ``scenarios`` and how many make a year, and of each
            of the ``holdings`` ``data``, ``size``, ``price``, and by level its own ``var`` and its ``part`` of the
            book's historical shortfall; None without a book.
        backtests
            By model and level: ``forecasts``, ``exceptions`` and ``expected`` ones, ``dates`` of the exceptions,
            ``traffic_light``, and of the tests ``kupiec``, ``independence``, ``coverage``, ``severity`` and
            ``shortfall`` the statistic, p-value, verdict and what was undefined.
        missing
            What is not known, and why.
        """
        # Backtrader asks for it at the end of every run, writer or not; the user then finds it done.
        state = len(self._record.times), self._book
        if self._analysis is None or self._analysis[0] != state:
            self._analysis = state, self._analyse()
        answer: dict[str, Any] = plain(self._analysis[1])
        return answer

    def _analyse(self) -> dict[str, Any]:
        forecasts = self.forecasts()
        sample = forecasts.returns if self.p.lookback is None else forecasts.returns[-self.p.lookback :]
        strategy, missing = risks_by(self.p.models, sample, self.p.alphas, self.p.min_returns)
        missing = {f"strategy.{model}": reason for model, reason in missing.items()}
        positions, unknown = self._positions()
        answer: dict[str, Any] = plain(
            {
                "period": self.p.period,
                "bars": len(self._record.times),
                "returns": forecasts.returns.size,
                "periods_per_year": periods_per_year(forecasts.times),
                "mean": float(sample.mean()) if sample.size else None,
                "deviation": float(sample.std(ddof=1)) if sample.size > 1 else None,
                "skewness": skewness(sample),
                "excess_kurtosis": excess_kurtosis(sample),
                "strategy": strategy,
                "positions": positions,
                "backtests": {
                    model: {
                        alpha: forecasts.backtest(model, level, self.p.significance)
                        for level, alpha in enumerate(self.p.alphas)
                    }
                    for model in self.p.models
                },
            }
        )
        periods = len(self._returns()[0])
        if forecasts.returns.size < periods:
            missing["returns"] = (
                f"{periods - forecasts.returns.size} of {periods} are left out: the equity was no number, or not above "
                "zero before"
            )
        if forecasts.returns.size <= self.p.window:
            missing["backtests"] = (
                f"{forecasts.returns.size} returns, of which the first {self.p.window} are fitted to"
            )
        answer["missing"] = self._record.missing() | missing | unknown
        return answer

    def _returns(self) -> tuple[list[float], Any]:
        record = self._record
        curve = record.adjusted()
        if self.p.period == "bar":
            return record.times, known_returns(curve)
        ends = [
            bar
            for bar, (session, after) in enumerate(
                zip(record.sessions, [*record.sessions[1:], None], strict=True)
            )
            if session != after
        ]
        return [record.times[bar] for bar in ends], known_returns(curve[[0, *(bar + 1 for bar in ends)]])

    def _positions(self) -> tuple[dict[str, Any] | None, dict[str, str]]:
        book = self._book
        if book.missing or not book.names:
            return None, {"positions": book.missing or "the run has not ended"}
        profits = book.profits if self.p.lookback is None else book.profits[:, -self.p.lookback :]
        risks, missing = risks_by(self.p.models, profits.sum(axis=0), self.p.alphas, self.p.min_returns)
        is_enough = profits.shape[1] >= self.p.min_returns
        parts = {
            alpha: component_shortfalls(profits if is_enough else profits[:, :0], alpha)
            for alpha in self.p.alphas
        }
        holdings = [
            {
                "data": name,
                "size": book.sizes[row],
                "price": book.prices[row],
                "levels": {
                    alpha: {
                        "var": MODELS["historical"](profits[row], [alpha], self.p.min_returns)[0].var,
                        "part": parts[alpha][row],
                    }
                    for alpha in self.p.alphas
                },
            }
            for row, name in enumerate(book.names)
        ]
        answer = {
            "scenarios": profits.shape[1],
            "periods_per_year": book.periods_per_year,
            "risks": risks,
            "holdings": holdings,
        }
        return answer, {f"positions.{model}": reason for model, reason in missing.items()}


def _check(params: Any) -> None:
    alphas, models = params.alphas, params.models
    if not alphas or not all(isinstance(alpha, float) and 0.0 < alpha < 1.0 for alpha in alphas):
        raise RequestError(f"alphas must be numbers in (0, 1), e.g. (0.05, 0.01); received {alphas!r}")
    if isinstance(models, str) or not models or not set(models) <= set(NAMES):
        raise RequestError(f"models must be of {', '.join(NAMES)}; received {models!r}")
    for name, least in (("window", MIN_RETURNS), ("refit", 1), ("min_returns", 2), ("lookback", 2)):
        value = getattr(params, name)
        if name == "lookback" and value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise RequestError(
                f"{name} must be a whole number of {least} or more, e.g. 250; received {value!r}"
            )
    if params.period not in PERIODS:
        raise RequestError(f"period must be one of {', '.join(PERIODS)}; received {params.period!r}")
    if not 0.0 < params.significance < 1.0:
        raise RequestError(f"significance must be in (0, 1), e.g. 0.05; received {params.significance!r}")
