"""What a study may be asked for. Gives: checked arguments, or one error that says what is allowed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any, TypeAlias

import pandas as pd

from bt_risk.errors import BtRiskError, PriceError, ProfileError, StrategyError
from bt_risk.prices import find_prices, load_prices
from bt_risk.rules.profile import UNCONTROLLED, UNPROTECTED, RiskProfile, resolve_profile

BASELINES = (UNPROTECTED, UNCONTROLLED)

Source: TypeAlias = str | PathLike[str] | pd.DataFrame
ProfileSource: TypeAlias = str | RiskProfile | Mapping[str, Any]


def checked_profiles(
    profiles: ProfileSource | Sequence[ProfileSource], *, with_baselines: bool
) -> list[RiskProfile]:
    """Return the profiles in their order, then the baselines that are not among them.

    Raises
    ------
    ProfileError
        A profile is unknown or not allowed, two have one name, or there is none.
    """
    listed = [profiles] if isinstance(profiles, (str, RiskProfile, Mapping)) else profiles
    chosen = [resolve_profile(profile) for profile in listed]
    names = [profile.name for profile in chosen]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ProfileError(f"profiles must have different names; received {twice!r} twice")
    if with_baselines:
        chosen += [baseline for baseline in BASELINES if baseline.name not in names]
    if not chosen:
        raise ProfileError("profiles must name at least one profile, e.g. 'moderate'; received none")
    return chosen


def check_numbers(*, cash: float, commission: float, slippage: float, jobs: int) -> None:
    """Check the numbers of a run.

    Raises
    ------
    BtRiskError
        One message with every problem found.
    """
    problems = []
    if not (_is_number(cash) and cash > 0):
        problems.append(f"cash must be an amount > 0, e.g. 100000; received {cash!r}")
    for name, value in (("commission", commission), ("slippage", slippage)):
        if not (_is_number(value) and 0 <= value < 1):
            problems.append(f"{name} must be a fraction in [0, 1), e.g. 0.001 for 0.1 %; received {value!r}")
    if not (isinstance(jobs, int) and not isinstance(jobs, bool) and jobs >= 1):
        problems.append(f"jobs must be a whole number >= 1, e.g. 2; received {jobs!r}")
    if problems:
        raise BtRiskError("; ".join(problems))


def checked_params(strategy: Any, params: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return `params` as a dict.

    Raises
    ------
    StrategyError
        The strategy has no parameter of that name.
    """
    known = [name for name in strategy.params._getkeys() if name != "profile"]
    for name in params or {}:
        if name not in known:
            offered = f"its parameters: {', '.join(known)}" if known else "it has no parameters"
            raise StrategyError(f"{strategy.__name__} has no parameter {name!r}; {offered}")
    return dict(params or {})


def loaded_prices(
    data: Mapping[str, Source] | Sequence[str | PathLike[str]] | str | PathLike[str],
    start: str | None,
    end: str | None,
) -> dict[str, pd.DataFrame]:
    """Return checked prices by name, from frames and paths by name, or from names and paths to find.

    Raises
    ------
    PriceError
        Prices are missing or cannot be used, two have one name, or there are none.
    """
    if isinstance(data, pd.DataFrame):
        raise PriceError("data must give each frame a name, e.g. {'AAPL': frame}; received a DataFrame")
    if isinstance(data, Mapping):
        return _not_empty({str(name): _load(source, str(name), start, end) for name, source in data.items()})
    found: dict[str, pd.DataFrame] = {}
    for source in [data] if isinstance(data, (str, PathLike)) else data:
        frame = _load(source, None, start, end)
        name = frame.attrs["name"]
        if name in found:
            raise PriceError(f"data must have different names; received {name!r} twice")
        found[name] = frame
    return _not_empty(found)


def _load(source: Source, name: str | None, start: str | None, end: str | None) -> pd.DataFrame:
    if isinstance(source, pd.DataFrame):
        return load_prices(source, name=name, start=start, end=end)
    return load_prices(find_prices(source), name=name, start=start, end=end)


def _not_empty(prices: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    if not prices:
        raise PriceError("data must name at least one series, e.g. 'AAPL'; received none")
    return prices


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
