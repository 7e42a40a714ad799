"""One run with everything that it left: series, positions, decisions, events. Gives: `RecordedRun`, and its views."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from bt_risk.errors import BtRiskError
from bt_risk.maths.drawdown import drawdown_curve
from bt_risk.rules.decision import Decision
from bt_risk.rules.heat_metrics import HeatMetrics, heat_metrics
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.tiers import Tier
from bt_risk.rules.trade_record import TradeRecord
from bt_risk.studies.summary import summarise
from bt_risk.views.dashboard import format_heat_dashboard
from bt_risk.views.story import EXITS, DecisionStory, TradeStory, trade_story

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False, kw_only=True)
class RecordedRun:
    """What `record_run` found, and `load_run` reads back.

    Attributes
    ----------
    title, settings
        What was run, in words.
    profile
        The limits of the run.
    cash
        Start cash, in account currency.
    account
        Indexed by time: equity, and the series of `HeatAnalyzer`; rates are fractions.
    book
        A row a position and bar: signed units, average entry, the stop and target in force on the next bar, the last
        price, and the risk to the stop in account currency.
    prices
        Open, High, Low and Close of every instrument, by name.
    decisions
        Those that the strategy kept in memory; by default all.
    events
        One row each: datetime, kind, level, data, text.
    trades, open_trades
        Records of the closed trades that were kept, by default all, and of those that were open at the end.
    round_trips
        Closed trades, forgotten ones too.
    outcomes
        Decisions by their outcome, forgotten ones too.
    analyses
        What each analyzer of `bt_risk.analyzers` found, by a short name, as plain values.
    forecasts
        Indexed by time: return, var and es of each bar, the historical forecast at 95 %; NaN where there was none.
    """

    title: str
    settings: Mapping[str, str]
    profile: RiskProfile
    cash: float
    account: pd.DataFrame
    book: pd.DataFrame
    prices: Mapping[str, pd.DataFrame]
    decisions: tuple[Decision, ...]
    events: pd.DataFrame
    trades: tuple[TradeRecord, ...]
    open_trades: tuple[TradeRecord, ...]
    round_trips: int
    outcomes: Mapping[str, int] = field(default_factory=dict)
    analyses: Mapping[str, Any] = field(default_factory=dict)
    forecasts: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["return", "var", "es"]))

    @property
    def equity(self) -> pd.Series:
        """Account value after each bar."""
        return self.account["equity"]

    @property
    def drawdown(self) -> pd.Series:
        """Fall from the highest equity / that equity, positive fractions."""
        return pd.Series(drawdown_curve(self.equity.to_numpy()), index=self.account.index, name="drawdown")

    @property
    def summary(self) -> dict[str, Any]:
        """The columns of the comparison table, see `bt_risk.views.metrics.METRICS`."""
        return {
            **summarise(
                self.equity, self.account["heat"], self.profile, cash=self.cash, trades=self.round_trips
            ),
            "denied": self.outcomes.get("denied", 0),
            "reduced": self.outcomes.get("reduced", 0),
            "emergencies": int((self.events["kind"] == "emergency").sum()),
        }

    def heat_metrics(self) -> HeatMetrics:
        """Return the numbers of the dashboard, as of the last bar."""
        last = self.account.iloc[-1]
        held = self.book.loc[self.book["datetime"] == self.account.index[-1], "risk"]
        equity = float(last["equity"])
        return heat_metrics(
            held.tolist(),
            equity,
            self.profile,
            reserved_risk=float(last["reserved_heat"]) * equity if equity > 0.0 else 0.0,
            tier=Tier(int(last["tier"])),
        )

    def dashboard(self) -> str:
        """Return the heat of the book after the last bar, in eight lines."""
        return format_heat_dashboard(self.heat_metrics())

    def explain_trade(self, number: int) -> TradeStory:
        """Return closed trade `number`, from 1, as a story: ``print`` tells it, its `bars` and `moments` are data.

        Raises
        ------
        BtRiskError
            There is no such trade.
        """
        trade = next((one for one in self.trades if one.number == number), None)
        if trade is None:
            raise BtRiskError(f"trade must be {_range_of(self.trades, 'closed trade')}; received {number}")
        return self.story_of(trade)

    def explain_decision(self, number: int) -> DecisionStory:
        """Return decision `number`, from 1: every rule's numbers, and the trade that it opened, added to or left.

        Raises
        ------
        BtRiskError
            There is no such decision.
        """
        decision = next((one for one in self.decisions if one.number == number), None)
        if decision is None:
            raise BtRiskError(f"decision must be {_range_of(self.decisions, 'decision')}; received {number}")
        trade = self._trade_of(number)
        return DecisionStory(decision, None if trade is None else self.story_of(trade))

    def trade_of(self, decision: int) -> int | None:
        """Return the number of the closed trade that a decision opened, added to or left; None where there is none."""
        trade = self._trade_of(decision)
        return trade.number if trade is not None and trade.is_closed else None

    def _trade_of(self, number: int) -> TradeRecord | None:
        traded = (*self.trades, *self.open_trades)
        entered = next((one for one in traded if number in {fill.decision for fill in one.entries}), None)
        decision = next((one for one in self.decisions if one.number == number), None)
        if entered is not None or decision is None or decision.kind not in EXITS or not decision.held:
            return entered
        return next((one for one in traded if _is_open_at(one, decision)), None)

    def plot(self, path: str | os.PathLike[str] | None = None) -> Figure:
        """Return equity, drawdown, heat and decisions over time as a figure, and save it where a path is given."""
        from bt_risk.views.decisions import decisions_frame
        from bt_risk.views.plots import overview_figure, save_figure

        name = self.profile.name
        figure = overview_figure(
            self.equity.to_frame(name),
            self.drawdown.to_frame(name),
            self.account["heat"].to_frame(name),
            [self.profile],
            decisions_frame(self.decisions),
            self.events,
            title=self.title,
            subtitle=f"{self.settings['data']}, {self.settings['period']}",
        )
        if path is not None:
            save_figure(figure, path)
        return figure

    def plot_trade(self, number: int, path: str | os.PathLike[str] | None = None) -> Figure:
        """Return closed trade `number` bar by bar as a figure, and save it where a path (.png or .svg) is given."""
        from bt_risk.views.plots import save_figure, trade_figure

        figure = trade_figure(self.explain_trade(number), profile=self.profile)
        if path is not None:
            save_figure(figure, path)
        return figure

    def to_html(self, path: str | os.PathLike[str], *, tear_sheet: str = "") -> Path:
        """Write the run's page, one file that needs nothing beside it, and return its path.

        `tear_sheet` is the name of a file beside the page that it links to.
        """
        from bt_risk.studies.run_report import run_report
        from bt_risk.views.report import run_page

        target = Path(path)
        page = run_page(run_report(self, tear_sheet=tear_sheet))
        target.write_text(page, encoding="utf-8", newline="\n")
        return target

    def story_of(self, trade: TradeRecord) -> TradeStory:
        """Return the story of one of the run's trades, closed or open."""
        return trade_story(
            trade,
            decisions=self.decisions,
            events=self.events,
            prices=self.prices[trade.data],
            book=self.book,
            account=self.account,
        )

    def save(self, folder: str | os.PathLike[str]) -> list[Path]:
        """Write the run into `folder`, for `load_run`; return the files."""
        from bt_risk.studies.saved_run import save_run

        return save_run(self, folder)


def _is_open_at(trade: TradeRecord, decision: Decision) -> bool:
    until = trade.closed or decision.datetime
    return trade.data == decision.data and trade.opened <= decision.datetime <= until


def _range_of(kept: Sequence[TradeRecord] | Sequence[Decision], what: str) -> str:
    if not kept:
        return f"the number of a {what}, and this run kept none"
    return f"the number of a {what}, {kept[0].number} to {kept[-1].number}"


def as_events(rows: pd.DataFrame) -> pd.DataFrame:
    """Return events with true times and plain texts; an event of the account has None for its instrument."""
    frame = rows.astype(dict.fromkeys(("kind", "level", "data", "text", "action"), object))
    frame = frame.assign(datetime=pd.to_datetime(frame["datetime"]))
    return frame.assign(data=frame["data"].where(frame["data"].notna(), None))
