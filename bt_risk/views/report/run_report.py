"""What the page of one run is made of. Gives: `RunReport`, to the sections of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.trade_record import TradeRecord
from bt_risk.views.story import TradeStory


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """One run as a page shows it.

    Attributes
    ----------
    title, settings
        Heading, and what was run: label and text.
    profile
        The limits of the run.
    cash
        Start cash.
    summary
        The numbers of `bt_risk.views.metrics.METRICS` by their keys.
    dashboard
        The heat of the book after the last bar, as text.
    account
        Indexed by time: equity and heat, rates are fractions.
    drawdown
        Indexed as `account`, positive fractions.
    shares
        Indexed as `account`, a column an instrument: its open risk / equity.
    decisions, events
        One row each.
    trades
        The closed trades.
    story
        The trade that is told bar by bar; None without one.
    analyses
        What the analyzers found, by the names of `RecordedRun.analyses`; a section needs its own only.
    forecasts
        Indexed by time: return, var, es.
    tear_sheet
        Name of a file beside the page to link to; empty without one.
    """

    title: str
    settings: Mapping[str, str]
    profile: RiskProfile
    cash: float
    summary: Mapping[str, Any]
    dashboard: str
    account: pd.DataFrame
    drawdown: pd.Series
    shares: pd.DataFrame
    decisions: pd.DataFrame
    events: pd.DataFrame
    trades: Sequence[TradeRecord] = ()
    story: TradeStory | None = None
    analyses: Mapping[str, Any] = field(default_factory=dict)
    forecasts: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["return", "var", "es"]))
    tear_sheet: str = ""

    def found(self, analysis: str) -> Mapping[str, Any]:
        """Return what one analyzer found; nothing where it did not run."""
        result: Mapping[str, Any] = self.analyses.get(analysis) or {}
        return result
