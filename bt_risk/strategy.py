"""The mixin that puts the desk into Backtrader's bar loop. Requires: desk, intake. Gives: base classes, `guard`."""

from __future__ import annotations

import inspect
import math
from collections.abc import Sequence
from typing import Any

import backtrader as bt

from bt_risk.calls.arguments import read
from bt_risk.calls.call import Call, bracket_call, data_of
from bt_risk.calls.hooks import GIVEN, find_hooks, read_hooks
from bt_risk.calls.intake import Intake
from bt_risk.calls.near_misses import warn_of_near_misses
from bt_risk.desk import RiskDesk
from bt_risk.errors import StrategyError
from bt_risk.market.quick_bars import QuickBars
from bt_risk.positions.trail import Trail
from bt_risk.refusals import refuse_bases, refuse_calendars, refuse_engine, refuse_unknown
from bt_risk.rules.checks import Judge
from bt_risk.rules.profile import resolve_profile


class RiskMixin(QuickBars, bt.metabase.ParamsBase):
    """Put a risk desk between a strategy and the broker. Stands left of the strategy's base class.

    The strategy's own methods need not call ``super()``: the desk works in Backtrader's internal steps of a bar,
    before any of the user's callbacks. ``self.bt_risk`` is the desk, and ``self.risk`` too unless the strategy
    has an attribute of that name.

    Parameters
    ----------
    profile
        A profile's name, a `RiskProfile`, or a mapping of its fields.

    Attributes
    ----------
    risk_checks
        Gates of the strategy's own: functions of (request, book, profile) that return a `Finding`, or None where
        they have nothing to say. One that fails denies the entry.
    """

    params = (("profile", "moderate"),)
    risk_checks: Sequence[Judge] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        refuse_bases(cls, RiskMixin)

    def __new__(cls, *args: Any, **unknown: Any) -> Any:
        """Refuse what is no parameter: Backtrader has taken out those that are by now."""
        if unknown:
            refuse_unknown(cls, unknown)
        make: Any = super().__new__
        return make(cls) if make is object.__new__ else make(cls, *args, **unknown)

    def _start(self) -> None:
        refuse_engine(self)
        warn_of_near_misses(self, RiskMixin)
        self.bt_risk = RiskDesk(self, resolve_profile(self.p.profile), find_hooks(self))
        self._bt_risk_intake = Intake(self, self.bt_risk)
        # Looked up in the class, which runs nothing: a property of the user's may need a bar.
        if "risk" not in vars(self) and getattr(type(self), "risk", None) is None:
            self.risk = self.bt_risk
        super()._start()

    def _clk_update(self) -> Any:
        if self.cerebro.p.exactbars is True or self.cerebro.p.exactbars == 1:
            refuse_calendars(self)
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
            desk.tally.take(trade, desk.view.convert(trade.data, trade.pnlcomm))
        desk.open_bar()
        super()._notify(qorders=qorders, qtrades=qtrades)
        desk.after_callbacks()
        intake = self._bt_risk_intake
        if intake.deferrals.waiting:
            intake.deferrals.carry_out()
        if intake.reversals.waiting:
            intake.reversals.decide()

    def _stop(self) -> None:
        try:
            super()._stop()
        finally:
            self.bt_risk.end_records()

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
        confidence: float | None = None,
        conviction: str | None = None,
        regime: Any = None,
        **info: Any,
    ) -> Any:
        """Ask to buy: sized, checked, stopped and recorded; against a short it is an exit.

        The arguments are Backtrader's, and `stop` and `target` (prices), `confidence` (0 to 1), `conviction`
        (``"high"``, ``"medium"``, ``"low"``) and `regime` (a trend, a multiplier, or both in a mapping), which the
        sizing methods of the profile may use. `size` is a ceiling. `parent` and `transmit` are not needed: the desk
        sends protective orders of its own.

        Returns
        -------
        order or None
            None when the trade is denied; ``self.bt_risk.decisions[-1]`` says why.

        Notes
        -----
        Against a short, or a sell on its way, a size no larger closes so much, or takes so much of the entry back; of
        a larger one the rest is decided afresh once the position is closed. A resting stop or trail tightens the
        position's stop, also for all of it where it names a part (an event tells); `valid` ends it as an order of
        yours, and the level stays, since no stop loosens. A limit becomes a target and ends with `valid`.
        ``exectype=Order.Close`` leaves at the session's close, stopped until then; other brokers than the simulated
        one cannot hold both, and it leaves at market (an event tells).

        `oco` between entries is the broker's. Given an order that covers or closes a position, the entry goes with
        that order; when the entry is filled, a target goes, a stop and an exit stay.
        """
        options = {"plimit": plimit, "valid": valid, "tradeid": tradeid, "oco": oco, **info}
        trail = Trail(trailamount, trailpercent)
        told = (confidence, conviction, regime)
        call = Call(
            data_of(self, data), True, size, price, exectype, stop, target, trail, *told, options=options
        )
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
        confidence: float | None = None,
        conviction: str | None = None,
        regime: Any = None,
        **info: Any,
    ) -> Any:
        """Ask to sell: the mirror of `buy`; against a long it is an exit."""
        options = {"plimit": plimit, "valid": valid, "tradeid": tradeid, "oco": oco, **info}
        trail = Trail(trailamount, trailpercent)
        told = (confidence, conviction, regime)
        call = Call(
            data_of(self, data), False, size, price, exectype, stop, target, trail, *told, options=options
        )
        return self._bt_risk_intake.submit(call)

    def close(self, data: Any = None, size: float | None = None, **options: Any) -> Any:
        """Leave the position in `data`, or call off the entry on its way; never refused.

        With ``exectype`` Limit or Stop and a price the exit rests at that price, with Close it waits for the session's
        close, both by the rules of `buy`. Where the profile has a minimum
        holding time, the exit waits for it, and None is returned; with ``force=True`` it does not wait.
        """
        data = data_of(self, data)
        # Read also where there is nothing to close: a slip is one on any bar.
        size, options["price"] = read("size", size), read("price", options.get("price"))
        return self._bt_risk_intake.close(data, size, options)

    def order_target_value(
        self, data: Any = None, target: float = 0.0, price: float | None = None, **options: Any
    ) -> Any:
        """Ask to buy or sell up to a value of `target`; denied where the value of a unit is no positive number."""
        data = data_of(self, data)
        target, price = read("value", target, shown_as="target"), read("price", price)
        basis = data.close[0] if price is None else price
        if target and not (math.isfinite(target) and 0.0 < basis < math.inf):
            return self._bt_risk_intake.deny_value(data, target, basis)
        return super().order_target_value(data=data, target=target, price=price, **options)

    def buy_bracket(
        self, data: Any = None, size: Any = None, price: Any = None, *rest: Any, **options: Any
    ) -> Any:
        """Ask to buy with the bracket's stop and limit as stop and target; `valid` ends the entry, not those.

        Against a short its entry is an exit by the rules of `buy`, and stop and limit belong to what goes beyond the
        short: that is decided once the exit has filled.

        Returns
        -------
        list
            Entry, stop and target, which are live; three rejected orders when the entry is denied, and two behind
            an exit.
        """
        return self._bt_risk_intake.bracket(bracket_call(self, data, True, size, price, rest, options))

    def sell_bracket(
        self, data: Any = None, size: Any = None, price: Any = None, *rest: Any, **options: Any
    ) -> Any:
        """Ask to sell with the bracket's stop and limit as stop and target; the mirror of `buy_bracket`."""
        return self._bt_risk_intake.bracket(bracket_call(self, data, False, size, price, rest, options))

    def cancel(self, order: Any) -> None:
        """Cancel an order: a target is given up, a stop is replaced by the desk's at its price, in the same bar."""
        if order is not None and not self._bt_risk_intake.cancel(order):
            super().cancel(order)


class RiskStrategy(RiskMixin, bt.Strategy):
    """A `backtrader.Strategy` under a risk desk: write the signals, leave size, stop and limits to the profile."""


class RiskSignalStrategy(RiskMixin, bt.SignalStrategy):
    """A `backtrader.SignalStrategy` under a risk desk."""


# Backtrader adds up the lines of all bases, which would give a strategy its line of times twice.
RiskStrategy.lines = bt.Strategy.lines
RiskSignalStrategy.lines = bt.SignalStrategy.lines


def guard(strategy: Any, *, profile: Any = None, hooks: Any = None, checks: Any = None) -> Any:
    """Return `strategy` under a risk desk, unchanged otherwise; a class that has one already gets no second one.

    Parameters
    ----------
    strategy
        A class derived from `backtrader.Strategy`.
    profile
        A profile's name, a `RiskProfile`, or a mapping of its fields; `addstrategy` may name another.
    hooks
        Functions in place of methods, by name: ``stop_price`` and ``target_price`` of (strategy, data, is_long,
        price), ``confidence``, ``conviction``, ``regime`` and ``performance_multiplier`` of (strategy, data),
        ``notify_risk`` of (strategy, event). They come before the class's own hooks of that name,
        and an attribute or a method of the class that only bears the name is not touched.
    checks
        Gates of your own beside the profile's, in place of the class's ``risk_checks``.

    Raises
    ------
    StrategyError
        `strategy` is no such class, or `hooks` holds an unknown name or a function of another shape.
    """
    if not (inspect.isclass(strategy) and issubclass(strategy, bt.Strategy)):
        raise StrategyError(
            f"a strategy must be a class derived from backtrader.Strategy; received {strategy!r}"
        )
    user: Any = strategy
    changes: dict[str, Any] = {}
    if profile is not None:
        changes["params"] = (("profile", resolve_profile(profile)),)
    if hooks is not None:
        changes[GIVEN] = {**getattr(user, GIVEN, {}), **read_hooks(hooks)}
    if checks is not None:
        changes["risk_checks"] = checks
    is_guarded = issubclass(user, RiskMixin)
    if is_guarded and not changes:
        return user
    # The desk stands between the user's class and Backtrader's, so that the user's own methods come first.
    base = RiskSignalStrategy if issubclass(user, bt.SignalStrategy) else RiskStrategy
    members = {"__module__": user.__module__, "__doc__": user.__doc__, **changes}
    guarded = type(user)(user.__name__, (user,) if is_guarded else (user, base), members)
    if not is_guarded:
        guarded.lines = user.lines
    return guarded
