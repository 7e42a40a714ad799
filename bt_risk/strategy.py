"""The mixin that puts the desk into Backtrader's bar loop. Requires: desk, intake. Gives: base classes, `guard`."""

from __future__ import annotations

import inspect
from typing import Any

import backtrader as bt
import numpy as np

from bt_risk.call import BRACKET_ARGUMENTS, Call
from bt_risk.desk import RiskDesk
from bt_risk.errors import EngineError, StrategyError
from bt_risk.intake import Intake
from bt_risk.rules.profile import resolve_profile
from bt_risk.trail import Trail


class RiskMixin(bt.metabase.ParamsBase):
    """Put a risk desk between a strategy and the broker. Stands left of the strategy's base class.

    The strategy's own methods need not call ``super()``: the desk works in Backtrader's internal steps of a bar,
    before any of the user's callbacks. ``self.bt_risk`` is the desk, and ``self.risk`` too unless the strategy
    has an attribute of that name.

    Parameters
    ----------
    profile
        A profile's name, a `RiskProfile`, or a mapping of its fields.
    """

    params = (("profile", "moderate"),)

    def _start(self) -> None:
        _refuse_engine(self)
        self.bt_risk = RiskDesk(self, resolve_profile(self.p.profile))
        self._bt_risk_intake = Intake(self, self.bt_risk)
        if not hasattr(self, "risk"):
            self.risk = self.bt_risk
        super()._start()

    def _clk_update(self) -> Any:
        if self.cerebro.p.exactbars is True or self.cerebro.p.exactbars == 1:
            _refuse_calendars(self)
        return super()._clk_update()

    def _notify(self, qorders: Any = (), qtrades: Any = ()) -> None:
        desk = self.bt_risk
        for order in qorders or self._orderspending:
            desk.take(order)
        if qorders:
            desk.catch_up()
            super()._notify(qorders=qorders, qtrades=qtrades)
            return
        for trade in self._tradespending:
            desk.take_trade(trade)
        desk.open_bar()
        super()._notify(qorders=qorders, qtrades=qtrades)
        desk.after_callbacks()
        self._bt_risk_intake.decide_reversals()

    def _next_open(self) -> None:
        with self.bt_risk.orders.at_open():
            super()._next_open()

    def _oncepost_open(self) -> None:
        with self.bt_risk.orders.at_open():
            super()._oncepost_open()

    def buy(
        self,
        data: Any = None,
        size: float | None = None,
        price: float | None = None,
        plimit: float | None = None,
        exectype: Any = None,
        valid: Any = None,
        tradeid: int = 0,
        oco: Any = None,
        trailamount: float | None = None,
        trailpercent: float | None = None,
        parent: Any = None,
        transmit: bool = True,
        *,
        stop: float | None = None,
        target: float | None = None,
        **info: Any,
    ) -> Any:
        """Ask to buy: sized, checked, stopped and recorded; against a short it is an exit.

        The arguments are Backtrader's, and `stop` and `target`, which are prices. `size` is a ceiling. `parent` and
        `transmit` are not needed: the desk sends protective orders of its own.

        Returns
        -------
        order or None
            None when the trade is denied; ``self.bt_risk.decisions[-1]`` says why.
        """
        options = {"plimit": plimit, "valid": valid, "tradeid": tradeid, "oco": oco, **info}
        trail = Trail(trailamount, trailpercent)
        call = Call(self._data(data), True, size, price, exectype, stop, target, trail, options)
        return self._bt_risk_intake.submit(call)

    def sell(
        self,
        data: Any = None,
        size: float | None = None,
        price: float | None = None,
        plimit: float | None = None,
        exectype: Any = None,
        valid: Any = None,
        tradeid: int = 0,
        oco: Any = None,
        trailamount: float | None = None,
        trailpercent: float | None = None,
        parent: Any = None,
        transmit: bool = True,
        *,
        stop: float | None = None,
        target: float | None = None,
        **info: Any,
    ) -> Any:
        """Ask to sell: the mirror of `buy`; against a long it is an exit."""
        options = {"plimit": plimit, "valid": valid, "tradeid": tradeid, "oco": oco, **info}
        trail = Trail(trailamount, trailpercent)
        call = Call(self._data(data), False, size, price, exectype, stop, target, trail, options)
        return self._bt_risk_intake.submit(call)

    def close(self, data: Any = None, size: float | None = None, **options: Any) -> Any:
        """Leave the position in `data`, or call off the entry on its way; never refused.

        With ``exectype`` Limit or Stop and a price the exit rests at that price.
        """
        return self._bt_risk_intake.close(self._data(data), size, options)

    def buy_bracket(
        self, data: Any = None, size: Any = None, price: Any = None, *rest: Any, **options: Any
    ) -> Any:
        """Ask to buy with the bracket's stop and limit as stop and target.

        Returns
        -------
        list
            Entry, stop and target, which are live; three rejected orders when the entry is denied.
        """
        return self._bt_risk_intake.bracket(self._bracket_call(data, True, size, price, rest, options))

    def sell_bracket(
        self, data: Any = None, size: Any = None, price: Any = None, *rest: Any, **options: Any
    ) -> Any:
        """Ask to sell with the bracket's stop and limit as stop and target; the mirror of `buy_bracket`."""
        return self._bt_risk_intake.bracket(self._bracket_call(data, False, size, price, rest, options))

    def cancel(self, order: Any) -> None:
        """Cancel an order; a position that it protected is protected again at once."""
        if order is not None and not self._bt_risk_intake.cancel(order):
            super().cancel(order)

    def _data(self, data: Any) -> Any:
        if isinstance(data, str):
            return self.getdatabyname(data)
        return self.datas[0] if data is None else data

    def _bracket_call(
        self, data: Any, is_buy: bool, size: Any, price: Any, rest: tuple[Any, ...], options: dict[str, Any]
    ) -> Call:
        given = {**dict(zip(BRACKET_ARGUMENTS, rest, strict=False)), **options}
        stop = given.pop("stopprice", None) if given.pop("stopexec", bt.Order.Stop) is not None else None
        target = given.pop("limitprice", None) if given.pop("limitexec", bt.Order.Limit) is not None else None
        given = {**given, **given.pop("oargs", {})}
        for name in ("stopprice", "limitprice", "stopargs", "limitargs", "parent", "transmit"):
            given.pop(name, None)
        return Call(
            self._data(data),
            is_buy,
            given.pop("size", size),
            given.pop("price", price),
            given.pop("exectype", bt.Order.Limit),
            given.pop("stop", stop),
            given.pop("target", target),
            Trail(given.pop("trailamount", None), given.pop("trailpercent", None)),
            given,
        )


class RiskStrategy(RiskMixin, bt.Strategy):
    """A `backtrader.Strategy` under a risk desk: write the signals, leave size, stop and limits to the profile."""


class RiskSignalStrategy(RiskMixin, bt.SignalStrategy):
    """A `backtrader.SignalStrategy` under a risk desk."""


# Backtrader adds up the lines of all bases, which would give a strategy its line of times twice.
RiskStrategy.lines = bt.Strategy.lines
RiskSignalStrategy.lines = bt.SignalStrategy.lines


def guard(strategy: Any, *, profile: Any = None) -> Any:
    """Return `strategy` under a risk desk, unchanged otherwise; a class that has one already is returned as it is.

    Raises
    ------
    StrategyError
        `strategy` is not a class derived from `backtrader.Strategy`.
    """
    if not (inspect.isclass(strategy) and issubclass(strategy, bt.Strategy)):
        raise StrategyError(
            f"a strategy must be a class derived from backtrader.Strategy; received {strategy!r}"
        )
    user: Any = strategy
    members: dict[str, Any] = {"__module__": user.__module__, "__doc__": user.__doc__}
    if profile is not None:
        members["params"] = (("profile", resolve_profile(profile)),)
    if issubclass(user, RiskMixin):
        return user if profile is None else type(user)(user.__name__, (user,), members)
    if "profile" in user.params._getkeys():
        raise StrategyError(
            f"{user.__name__} has a parameter 'profile' of its own, which the desk needs; rename it, or derive "
            "the class from RiskStrategy"
        )
    # The desk stands between the user's class and Backtrader's, so that the user's own methods come first.
    base = RiskSignalStrategy if issubclass(user, bt.SignalStrategy) else RiskStrategy
    guarded = type(user)(user.__name__, (user, base), members)
    guarded.lines = user.lines
    return guarded


def _refuse_engine(strategy: Any) -> None:
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
        at = bt.num2date(times[falls[0] + 1])
        raise EngineError(
            f"{name}: the bar of {at} does not come after the one before it; sort the prices by time"
        )


def _refuse_calendars(strategy: Any) -> None:
    """Refuse a bar that only some datas have while Backtrader keeps one bar: it would drop bars in silence."""
    counts = [data.lines.datetime.lencount for data in strategy.datas]
    if min(counts) != max(counts):
        raise EngineError(
            "exactbars=1 keeps too little for datas on different calendars, and would drop bars; "
            "use exactbars=-1, -2 or False"
        )
