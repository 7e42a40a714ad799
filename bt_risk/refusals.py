"""Set-ups in which the desk could not keep its promises, refused with the remedy. Requires: classes, Cerebro."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any

import backtrader as bt
import numpy as np

from bt_risk.errors import EngineError, StrategyError
from bt_risk.market.clock import bar_length, names_end
from bt_risk.market.instruments import refuse_disorder
from bt_risk.rules.profile.validation import nearest

_NO_PARAMS = bt.metabase.AutoInfoClass


def refuse_engine(strategy: Any) -> None:
    """Refuse set-ups in which the desk could not know the account or the bars."""
    cerebro = strategy.cerebro
    if len(cerebro.runningstrats) > 1:
        raise EngineError(
            "two strategies share one broker, and each would see the other's positions as its own; "
            "run each in a Cerebro of its own"
        )
    for index, data in enumerate(strategy.datas):
        name = data._name or f"data{index}"
        if getattr(data, "replaying", False):
            raise EngineError(f"{name} is replayed: its bars change after they are seen; use resampledata")
        if cerebro.p.preload and not cerebro.p.live:
            _refuse_disorder(name, data)


def _refuse_disorder(name: str, data: Any) -> None:
    """Refuse a loaded data whose times do not rise: Backtrader would run it in silence."""
    times = np.asarray(data.lines.datetime.array, dtype=float)
    falls = np.flatnonzero(np.diff(times) <= 0.0)
    if falls.size:
        refuse_disorder(name, times[falls[0] + 1])


def refuse_calendars(strategy: Any) -> None:
    """Refuse a bar that only some datas have while Backtrader keeps one bar: it would drop bars in silence."""
    counts = [data.lines.datetime.lencount for data in strategy.datas]
    if min(counts) != max(counts):
        raise EngineError(
            "exactbars=1 keeps too little for datas on different calendars, and would drop bars; "
            "use exactbars=-1, -2 or False"
        )


def refuse_endless(datas: Iterable[Any]) -> None:
    """Refuse to leave in a session's last bar where nothing tells which bar that is."""
    for index, data in enumerate(datas):
        if bar_length(data) is not None and not names_end(data):
            raise EngineError(
                f"end_of_day 'last_bar' needs to know when the sessions of {data._name or f'data{index}'} end: give "
                "its feed sessionend=, or name a time such as '15:55'"
            )


def refuse_bases(strategy: Any, mixin: type) -> None:
    """Refuse an order of base classes in which the desk, or its profile, would be left out in silence."""
    bases = strategy.__mro__
    if bt.Strategy in bases and bases.index(bt.Strategy) < bases.index(mixin):
        raise StrategyError(
            f"{strategy.__name__}: RiskMixin must stand left of the other base classes to have effect"
        )
    for base in strategy.__bases__:
        if not issubclass(base, mixin) and "profile" in getattr(base, "params", _NO_PARAMS)._getkeys():
            raise StrategyError(
                f"{strategy.__name__}: its base {base.__name__} has a parameter 'profile' of its own, which would "
                "override the desk's; rename it"
            )


def refuse_unknown(strategy: Any, given: Iterable[str]) -> None:
    """Refuse names that are neither parameters of the strategy nor arguments of its ``__init__``.

    Backtrader's own ``__init__`` takes anything and forgets it: ``addstrategy(SmaCross, profil="aggressive")`` would
    run with the default in silence. An ``__init__`` of the user's with ``**kwargs`` is asked nothing.
    """
    owner = next(base for base in strategy.__mro__ if "__init__" in vars(base))
    taken: dict[str, inspect.Parameter] = {}
    if owner.__module__.partition(".")[0] != "backtrader":
        taken = dict(inspect.signature(vars(owner)["__init__"]).parameters)
        if any(each.kind is inspect.Parameter.VAR_KEYWORD for each in taken.values()):
            return
    named = [
        name
        for name, each in list(taken.items())[1:]
        if each.kind in (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    ]
    unknown = [name for name in given if name not in named]
    if unknown:
        known = [name for name in (*strategy.params._getkeys(), *named) if not name.startswith("_")]
        slips = "; ".join(f"unknown parameter {name!r}{nearest(name, known)}" for name in unknown)
        raise StrategyError(f"{strategy.__name__}: {slips}; known are {', '.join(known)}")
