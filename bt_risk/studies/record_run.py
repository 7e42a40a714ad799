"""Run one strategy under one profile and keep everything that it leaves. Gives: a `RecordedRun`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

from bt_risk.errors import StrategyError
from bt_risk.strategy import guard
from bt_risk.studies.arguments import (
    ProfileSource,
    Source,
    check_numbers,
    checked_params,
    checked_profiles,
    loaded_prices,
)
from bt_risk.studies.backtest import run_backtest
from bt_risk.studies.describe import describe
from bt_risk.studies.recorded_run import RecordedRun
from bt_risk.studies.run_recorder import RunRecorder
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
        ended = run_backtest(spec, chosen, {"recorder": RunRecorder})
    except Exception as error:
        raise StrategyError(f"the run did not come to its end: {describe(error)}") from error
    run: RecordedRun = ended.analyzers.recorder.recorded(
        title=f"{strategy.__name__} under {chosen.name}", settings=settings_of(strategy, **spec)
    )
    return run
