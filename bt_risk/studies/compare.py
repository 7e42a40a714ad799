"""Run one strategy on the same prices under several risk profiles. Gives: a `Comparison`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

from bt_risk.rules.profile import RiskProfile
from bt_risk.strategy import guard
from bt_risk.studies.arguments import (
    BASELINES,
    ProfileSource,
    Source,
    check_numbers,
    checked_params,
    checked_profiles,
    loaded_prices,
)
from bt_risk.studies.collect import collect
from bt_risk.studies.comparison import Comparison
from bt_risk.studies.run_all import run_all
from bt_risk.studies.settings import settings_of
from bt_risk.studies.strategy_source import ship


def compare_profiles(
    strategy: type,
    data: Mapping[str, Source] | Sequence[str | PathLike[str]],
    profiles: Sequence[ProfileSource] = ("conservative", "moderate", "aggressive"),
    *,
    baselines: bool = True,
    cash: float = 100_000.0,
    commission: float = 0.001,
    slippage: float = 0.0,
    params: Mapping[str, Any] | None = None,
    jobs: int = 1,
    progress: bool = False,
    start: str | None = None,
    end: str | None = None,
) -> Comparison:
    """Run `strategy` once a profile, each in a Cerebro of its own, and return the results side by side.

    Parameters
    ----------
    strategy
        A `RiskStrategy`, or any `backtrader.Strategy`, which is wrapped by `guard`.
    data
        Prices by name: DataFrames or CSV paths; or a list of names and paths, found by `find_prices`.
    profiles
        Names, `RiskProfile`s or mappings of fields.
    baselines
        Run "moderate without stops" and "uncontrolled" as well.
    cash
        Start cash of every run.
    commission, slippage
        Fractions of the price: 0.001 is 0.1 %.
    params
        The strategy's parameters.
    jobs
        Processes to run in; more than 1 needs joblib.
    progress
        Show a progress bar on stderr.
    start, end
        ISO dates, both inclusive.

    Raises
    ------
    BtRiskError
        An argument is not allowed, prices cannot be used, or no run came to its end. A single run that fails is
        reported in `Comparison.failures` beside the results of the others.
    """
    guard(strategy)
    chosen = checked_profiles(profiles, with_baselines=baselines)
    check_numbers(cash=cash, commission=commission, slippage=slippage, jobs=jobs)
    overrides = checked_params(strategy, params)
    prices = loaded_prices(data, start, end)
    common: dict[str, Any] = {
        "strategy": ship(strategy),
        "params": overrides,
        "prices": prices,
        "cash": float(cash),
        "commission": float(commission),
        "slippage": float(slippage),
    }
    results = run_all([{**common, "profile": profile.to_dict()} for profile in chosen], jobs, progress)
    title = f"{strategy.__name__} under {_counted(chosen)}"
    return collect(chosen, results, cash=float(cash), title=title, settings=settings_of(strategy, **common))


def _counted(chosen: Sequence[RiskProfile]) -> str:
    baselines = sum(profile in BASELINES for profile in chosen)
    counts = {"risk profile": len(chosen) - baselines, "baseline": baselines}
    return " and ".join(f"{count} {what}{'s' * (count != 1)}" for what, count in counts.items() if count)
