"""Record a run of any Cerebro. Requires: a strategy with a desk. Gives: `RunRecorder`, an analyzer, and its run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import backtrader as bt
import pandas as pd
from backtrader.linebuffer import LineBuffer

from bt_risk.analyzers import HeatAnalyzer
from bt_risk.desk import RiskDesk
from bt_risk.errors import EngineError, StrategyError
from bt_risk.market.instruments import Instrument
from bt_risk.prices.table import PRICES
from bt_risk.rules.decision import Decision
from bt_risk.rules.events import RiskEvent
from bt_risk.rules.journal import events_to_rows
from bt_risk.studies.analyses import ANALYZERS, analyses_of, forecasts_of
from bt_risk.studies.book_log import BookLog
from bt_risk.studies.recorded_run import RecordedRun, as_events
from bt_risk.studies.run_profile import ClosedTrades


class RunRecorder(bt.Analyzer):
    """Keep everything that a run leaves, for its page and for telling its trades.

    For a Cerebro of your own; `record_run` sets one up and attaches it. It holds the run until it is asked for it, so
    that it has no place in an optimisation.

    Examples
    --------
    ``cerebro.addanalyzer(RunRecorder, _name="recorder")``, and after ``strategy = cerebro.run()[0]``
    ``strategy.analyzers.recorder.recorded().to_html("report.html")``.
    """

    def __init__(self) -> None:
        # Backtrader runs analyzers that are made here together with this one.
        self._parts: dict[str, Any] = {
            "heat": HeatAnalyzer(),
            "book": BookLog(),
            "trades": ClosedTrades(),
            **{name: part() for name, part in ANALYZERS.items()},
        }

    def start(self) -> None:
        """Find the desk.

        Raises
        ------
        StrategyError
            The strategy has no risk desk.
        """
        desk = getattr(self.strategy, "bt_risk", None)
        if not isinstance(desk, RiskDesk):
            raise StrategyError(
                "RunRecorder needs a strategy with a risk desk: derive it from RiskStrategy, or wrap it with guard(); "
                f"received {type(self.strategy).__name__}"
            )
        self._desk, self._profile = desk, desk.profile
        self._cash = float(self.strategy.broker.getvalue())

    def get_analysis(self) -> dict[str, int]:
        """Return how many decisions and trades there are; `recorded` has the rest."""
        return {"decisions": self._desk.decisions.total, "trades": self._desk.r_ledger.trades}

    def recorded(self, *, title: str = "", settings: Mapping[str, str] | None = None) -> RecordedRun:
        """Return the run, once it is over.

        Parameters
        ----------
        title, settings
            What was run, in words; by default the strategy, the instruments and the period.

        Raises
        ------
        EngineError
            The run did not keep its bars (``exactbars``).
        """
        desk, parts = self._desk, self._parts
        prices = {each.name: _bars_of(each, desk) for each in desk.instruments.values()}
        account = parts["heat"].to_frame()
        name = type(self.strategy).__name__
        rows = pd.DataFrame(events_to_rows(desk.events), columns=list(RiskEvent.__dataclass_fields__))
        return RecordedRun(
            title=title or f"{name} under {self._profile.name}",
            settings=_settings(name, prices, account) if settings is None else settings,
            profile=self._profile,
            cash=self._cash,
            account=account.astype({"tier": int, "positions": int}),
            book=parts["book"].to_frame(),
            prices=prices,
            decisions=tuple(_renumbered(desk.decisions)),
            events=as_events(rows),
            trades=tuple(desk.trades),
            open_trades=tuple(desk.open_trades),
            round_trips=parts["trades"].get_analysis()["trades"],
            outcomes=dict(desk.decisions.outcomes),
            analyses=analyses_of(parts, desk),
            forecasts=forecasts_of(parts),
        )


def _bars_of(instrument: Instrument, desk: RiskDesk) -> pd.DataFrame:
    lines, count = instrument.data.lines, instrument.bars
    if lines.close.mode != LineBuffer.UnBounded or len(lines.close.array) < count:
        raise EngineError(
            f"{instrument.name}: the run kept too few bars to be recorded; run it with exactbars=False"
        )
    times = [desk.clock.at(time) for time in lines.datetime.array[:count]]
    columns = {name: list(getattr(lines, name.lower()).array[:count]) for name in PRICES}
    return pd.DataFrame(columns, index=pd.DatetimeIndex(times, name="datetime"), dtype=float)


def _settings(name: str, prices: Mapping[str, pd.DataFrame], account: pd.DataFrame) -> dict[str, str]:
    period = f"{account.index[0]:%Y-%m-%d} to {account.index[-1]:%Y-%m-%d}" if len(account) else "no bar"
    return {"strategy": name, "data": ", ".join(prices), "period": period, "bars": f"{len(account):,}"}


def _renumbered(decisions: Sequence[Decision]) -> list[Decision]:
    """Return decisions whose orders count from 1: Backtrader numbers orders through a whole process."""
    before = min((one.order for one in decisions if one.order is not None), default=1) - 1
    return [one if one.order is None else replace(one, order=one.order - before) for one in decisions]
