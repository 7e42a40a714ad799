"""A recorded run as its page wants it. Gives: `RunReport`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from bt_risk.rules.trade_record import TradeRecord
from bt_risk.views.decisions import decisions_frame
from bt_risk.views.report import RunReport

if TYPE_CHECKING:
    from bt_risk.studies.recorded_run import RecordedRun


def run_report(run: RecordedRun, *, tear_sheet: str = "") -> RunReport:
    """Return what the page of `run` is made of; the trade that made least in R is told bar by bar."""
    told = _least(run.trades)
    return RunReport(
        title=run.title,
        settings=run.settings,
        profile=run.profile,
        cash=run.cash,
        summary=run.summary,
        dashboard=run.dashboard(),
        account=run.account,
        drawdown=run.drawdown,
        shares=heat_by_instrument(run),
        decisions=decisions_frame(run.decisions),
        events=run.events,
        trades=run.trades,
        story=None if told is None else run.story_of(told),
        analyses=run.analyses,
        forecasts=run.forecasts,
        tear_sheet=tear_sheet,
    )


def heat_by_instrument(run: RecordedRun) -> pd.DataFrame:
    """Return the open risk of each instrument that was held / equity, a row a bar."""
    names = [name for name in run.prices if (run.book["data"] == name).any()]
    risks = run.book.pivot_table(index="datetime", columns="data", values="risk", aggfunc="sum")
    shares = risks.reindex(index=run.account.index, columns=names).fillna(0.0)
    return shares.div(run.equity.where(run.equity > 0.0), axis=0)


def _least(trades: tuple[TradeRecord, ...]) -> TradeRecord | None:
    rated = [one for one in trades if one.r_multiple == one.r_multiple]
    return min(rated, key=lambda one: one.r_multiple, default=None)
