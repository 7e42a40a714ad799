"""Run one strategy under one profile and keep everything that it leaves. Gives: a `RecordedRun`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from typing import Any

import pandas as pd

from bt_risk.errors import StrategyError
from bt_risk.prices.table import PRICES
from bt_risk.rules.decision import Decision
from bt_risk.rules.events import RiskEvent
from bt_risk.rules.journal import events_to_rows
from bt_risk.strategy import guard
from bt_risk.studies.analyses import ANALYZERS, analyses_of, forecasts_of
from bt_risk.studies.arguments import (
    ProfileSource,
    Source,
    check_numbers,
    checked_params,
    checked_profiles,
    loaded_prices,
)
from bt_risk.studies.backtest import run_backtest
from bt_risk.studies.book_log import BookLog
from bt_risk.studies.describe import describe
from bt_risk.studies.recorded_run import RecordedRun, as_events
from bt_risk.studies.run_profile import ClosedTrades
from bt_risk.studies.settings import settings_of
from bt_risk.studies.strategy_source import ship


def record_run(
    strategy: type,
    data: Mapping[str, Source] | Sequence[str | PathLike[str]],
    profile: ProfileSource = "moderate",
    *,
    cash: float = 100_000.0,
    commission: float = 0.001,
    slippage: float = 0.0,
    params: Mapping[str, Any] | None = None,
    start: str | None = None,
    end: str | None = None,
) -> RecordedRun:
    """Run `strategy` once and return its series, positions, decisions and events.

    Parameters
    ----------
    strategy
        A `RiskStrategy`, or any `backtrader.Strategy`, which is wrapped by `guard`.
    data
        Prices by name: DataFrames or CSV paths; or a list of names and paths, found by `find_prices`.
    profile
        A name, a `RiskProfile` or a mapping of fields.
    cash
        Start cash.
    commission, slippage
        Fractions of the price: 0.001 is 0.1 %.
    params
        The strategy's parameters.
    start, end
        ISO dates, both inclusive.

    Raises
    ------
    BtRiskError
        An argument is not allowed, or prices cannot be used.
    StrategyError
        The run did not come to its end.
    """
    guard(strategy)
    (chosen,) = checked_profiles([profile], with_baselines=False)
    check_numbers(cash=cash, commission=commission, slippage=slippage, jobs=1)
    spec: dict[str, Any] = {
        "strategy": ship(strategy),
        "params": checked_params(strategy, params),
        "prices": loaded_prices(data, start, end),
        "cash": float(cash),
        "commission": float(commission),
        "slippage": float(slippage),
    }
    try:
        ended = run_backtest(spec, chosen, {"trades": ClosedTrades, "book": BookLog, **ANALYZERS})
    except Exception as error:
        raise StrategyError(f"the run did not come to its end: {describe(error)}") from error
    desk = ended.bt_risk
    events = pd.DataFrame(events_to_rows(desk.events), columns=list(RiskEvent.__dataclass_fields__))
    return RecordedRun(
        title=f"{strategy.__name__} under {chosen.name}",
        settings=settings_of(strategy, **spec),
        profile=chosen,
        cash=float(cash),
        account=ended.analyzers.heat.to_frame().astype({"tier": int, "positions": int}),
        book=ended.analyzers.book.to_frame(),
        prices={name: frame[list(PRICES)] for name, frame in spec["prices"].items()},
        decisions=tuple(_renumbered(desk.decisions)),
        events=as_events(events),
        trades=tuple(desk.trades),
        open_trades=tuple(desk.open_trades),
        round_trips=ended.analyzers.trades.get_analysis()["trades"],
        outcomes=dict(desk.decisions.outcomes),
        analyses=analyses_of(ended),
        forecasts=forecasts_of(ended),
    )


def _renumbered(decisions: Sequence[Decision]) -> list[Decision]:
    """Return decisions whose orders count from 1: Backtrader numbers orders through a whole process."""
    before = min((one.order for one in decisions if one.order is not None), default=1) - 1
    return [one if one.order is None else replace(one, order=one.order - before) for one in decisions]
