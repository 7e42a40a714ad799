"""Analyzer of the falls of the equity. Requires: any strategy. Gives: curves, single drawdowns, measures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import backtrader as bt
import numpy as np

from bt_risk.analyzers.equity_record import EquityRecord
from bt_risk.analyzers.plain import plain
from bt_risk.errors import RequestError
from bt_risk.maths.drawdown import drawdown_curve, loss_fraction
from bt_risk.maths.drawdown_episodes import Episode, episodes, underwater
from bt_risk.maths.drawdown_measures import (
    calmar_ratio,
    conditional_drawdown,
    drawdown_at_risk,
    mean_drawdown,
    ulcer_index,
)
from bt_risk.maths.returns import DAYS_PER_YEAR

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("equity", "flow", "adjusted", "peak", "drawdown", "daily_loss")
DAYS = ("equity", "adjusted", "loss", "worst_loss")


class DrawdownAnalyzer(bt.Analyzer):
    """Record the equity after every bar, and tell of its falls from the highest so far, as positive fractions.

    drawdown = (peak - equity) / peak, deposits and withdrawals taken out: they are neither profit nor loss. A daily
    loss is measured against the last equity before the session's date changed, so that gaps over night and open
    positions count. A bar whose equity is no number is left out; an equity of zero or less is a drawdown of 1 or more.

    Parameters
    ----------
    top
        How many of the deepest drawdowns are told.
    alpha
        Share of the bars in the tail of the conditional drawdown.
    """

    params = (("top", 5), ("alpha", 0.05))

    def create_analysis(self) -> None:
        """Check the parameters."""
        if isinstance(self.p.top, bool) or not isinstance(self.p.top, int) or self.p.top < 0:
            raise RequestError(f"top must be a whole number of 0 or more, e.g. 5; received {self.p.top!r}")
        if not 0.0 < self.p.alpha < 1.0:
            raise RequestError(f"alpha must be in (0, 1), e.g. 0.05; received {self.p.alpha!r}")

    def start(self) -> None:
        """Begin the record."""
        self._record = EquityRecord(self.strategy)

    @property
    def record(self) -> EquityRecord:
        """The equity as it came, and what was paid in and out."""
        return self._record

    def stop(self) -> None:
        """Let go of the run."""
        self._record.close()

    def next(self) -> None:
        """Record one bar; Backtrader calls it during the warm-up as well."""
        self._record.see()

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each bar, indexed by time.

        ``adjusted`` is the equity without flows, ``peak`` its highest so far, ``daily_loss`` the loss since the
        session before, 0 for a profit.
        """
        import pandas as pd

        record = self._record
        curve = record.adjusted()
        values = (
            record.equity,
            record.flows,
            curve[1:],
            np.fmax.accumulate(curve)[1:],
            drawdown_curve(curve)[1:],
            self._daily_losses(curve),
        )
        index = pd.DatetimeIndex(record.dates(), name="datetime")
        return pd.DataFrame(dict(zip(COLUMNS, values, strict=True)), index=index, dtype=float)

    def daily_frame(self) -> pd.DataFrame:
        """Return a row for each session, indexed by date: its last equity, its loss then and at worst."""
        import pandas as pd

        rows = self._days(self._record.adjusted())
        index = pd.DatetimeIndex([day.pop("date") for day in rows], name="date")
        return pd.DataFrame(rows, index=index, columns=list(DAYS), dtype=float)

    def get_analysis(self) -> dict[str, Any]:
        """Return the figures as a plain dict that JSON can hold; None where undefined.

        Keys
        ----
        bars
            Bars recorded.
        max_drawdown, current_drawdown, mean_drawdown
            Fractions of the peak; the mean counts every bar.
        ulcer_index
            Root of the mean square of the drawdowns (Martin and McCann 1989).
        drawdown_at_risk, conditional_drawdown, alpha
            Depth that the share alpha of the bars exceeds, and the mean beyond it (Chekhlov et al. 2005).
        calmar_ratio
            Compound annual growth over the maximum drawdown (Young 1991).
        time_under_water
            ``share`` of the bars below the peak, ``longest_bars`` and ``longest_days`` from a peak to its recovery or
            the end.
        drawdowns
            The deepest: ``depth``, dates of ``peak``, ``trough`` and ``recovery`` (None while it lasts), ``bars`` and
            ``days`` from peak to recovery or end, ``bars_to_trough`` and ``bars_to_recovery``.
        count
            All drawdowns.
        daily_loss
            ``worst`` loss at a session's end with its ``date``, ``worst_within`` a session with its ``within_date``,
            ``mean`` of the losing sessions, ``sessions`` and how many of them were ``losing``.
        deposits, withdrawals
            Money paid in and out.
        missing
            What is not known, and why.
        """
        record = self._record
        curve = record.adjusted()
        depths = drawdown_curve(curve)[1:]
        found = episodes(curve)
        deepest = found[0].depth if found else 0.0
        known = depths[~np.isnan(depths)]
        figures = {
            "bars": len(record.times),
            "max_drawdown": deepest if known.size else None,
            "current_drawdown": known[-1] if known.size else None,
            "mean_drawdown": mean_drawdown(depths),
            "ulcer_index": ulcer_index(depths),
            "alpha": self.p.alpha,
            "drawdown_at_risk": drawdown_at_risk(depths, self.p.alpha),
            "conditional_drawdown": conditional_drawdown(depths, self.p.alpha),
            "calmar_ratio": self._calmar(curve, deepest),
            "time_under_water": {
                "share": underwater(curve)[1:].sum() / known.size if known.size else None,
                "longest_bars": max((episode.length for episode in found), default=0),
                "longest_days": max((self._lasted(episode) for episode in found), default=0.0),
            },
            "drawdowns": [self._told(episode) for episode in found[: self.p.top]],
            "count": len(found),
            "daily_loss": self._daily_summary(curve),
            "deposits": math.fsum(flow for flow in record.flows if flow > 0.0),
            "withdrawals": math.fsum(-flow for flow in record.flows if flow < 0.0),
        }
        answer: dict[str, Any] = plain(figures)
        answer["missing"] = record.missing() | self._undefined(answer)
        return answer

    def _undefined(self, answer: dict[str, Any]) -> dict[str, str]:
        if answer["max_drawdown"] is None:
            return {"max_drawdown": "no bar with an equity above zero before it"}
        if answer["calmar_ratio"] is None:
            reason = "no drawdown" if not answer["count"] else "no time passed, or nothing is left"
            return {"calmar_ratio": reason}
        return {}

    def _calmar(self, curve: Any, deepest: float) -> float:
        times = self._record.times
        known = curve[np.isfinite(curve)]
        if not times or not known.size:
            return math.nan
        return calmar_ratio(known[0], known[-1], (times[-1] - times[0]) / DAYS_PER_YEAR, deepest)

    def _time(self, point: int) -> float:
        # Point 0 of the curve is the value before the first bar, which has no time of its own.
        return self._record.times[max(point - 1, 0)]

    def _lasted(self, episode: Episode) -> float:
        return self._time(episode.end) - self._time(episode.peak)

    def _told(self, episode: Episode) -> dict[str, Any]:
        recovery = episode.recovery
        return {
            "depth": episode.depth,
            "peak": bt.num2date(self._time(episode.peak)),
            "trough": bt.num2date(self._time(episode.trough)),
            "recovery": None if recovery is None else bt.num2date(self._time(recovery)),
            "bars": episode.length,
            "days": self._lasted(episode),
            "bars_to_trough": episode.trough - episode.peak,
            "bars_to_recovery": None if recovery is None else recovery - episode.trough,
        }

    def _daily_losses(self, curve: Any) -> list[float]:
        losses = []
        session, base, last = None, math.nan, float(curve[0])
        for now, value in zip(self._record.sessions, curve[1:].tolist(), strict=True):
            if now != session:
                session, base = now, last
            losses.append(loss_fraction(value - base, base))
            if math.isfinite(value):
                last = value
        return losses

    def _days(self, curve: Any) -> list[dict[str, Any]]:
        record = self._record
        days: list[dict[str, Any]] = []
        previous = None
        rows = zip(record.sessions, record.equity, curve[1:].tolist(), self._daily_losses(curve), strict=True)
        for session, equity, adjusted, loss in rows:
            if session != previous:
                previous = session
                date = bt.num2date(float(session)).date()
                days.append({"date": date, **dict.fromkeys(DAYS, math.nan)})
            day = days[-1]
            if not math.isnan(adjusted):
                day |= {"equity": equity, "adjusted": adjusted}
            if not math.isnan(loss):
                day |= {"loss": loss, "worst_loss": float(np.fmax(day["worst_loss"], loss))}
        return days

    def _daily_summary(self, curve: Any) -> dict[str, Any]:
        days = [day for day in self._days(curve) if not math.isnan(day["loss"])]
        losing = [day["loss"] for day in days if day["loss"] > 0.0]
        worst = max(days, key=lambda day: day["loss"], default=None)
        within = max(days, key=lambda day: day["worst_loss"], default=None)
        return {
            "worst": worst and worst["loss"],
            "date": worst["date"] if worst and worst["loss"] else None,
            "worst_within": within and within["worst_loss"],
            "within_date": within["date"] if within and within["worst_loss"] else None,
            "mean": math.fsum(losing) / len(losing) if losing else None,
            "sessions": len(days),
            "losing": len(losing),
        }
