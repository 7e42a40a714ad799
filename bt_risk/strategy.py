"""The mixin that puts the desk into Backtrader's bar loop. Requires: desk, intake. Gives: base classes, `guard`."""

from __future__ import annotations

from typing import Any

import backtrader as bt

from bt_risk.desk import RiskDesk
from bt_risk.errors import EngineError, StrategyError
from bt_risk.intake import Call, Intake
from bt_risk.rules.profile import resolve_profile


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

    def _notify(self, qorders: Any = (), qtrades: Any = ()) -> None:
        desk = self.bt_risk
        for order in qorders or self._orderspending:
            desk.take(order)
        if qorders:
            super()._notify(qorders=qorders, qtrades=qtrades)
            return
        for trade in self._tradespending:
            desk.take_trade(trade)
        desk.open_bar()
        super()._notify(qorders=qorders, qtrades=qtrades)
        desk.after_callbacks()
        self._bt_risk_intake.decide_reversals()

    def _next_open(self) -> None:
        self.bt_risk.orders.in_open = True
        super()._next_open()
        self.bt_risk.orders.in_open = False

    def _oncepost_open(self) -> None:
        self.bt_risk.orders.in_open = True
        super()._oncepost_open()
        self.bt_risk.orders.in_open = False

    def buy(
        self, data: Any = None, size: float | None = None, price: float | None = None, **options: Any
    ) -> Any:
        """Ask to buy: sized, checked, stopped and recorded; against a short it is an exit.

        Besides Backtrader's own arguments: `stop` and `target` (prices), `confidence` (0 to 1), `conviction`
        (``"high"``, ``"medium"``, ``"low"``) and `regime` (a trend, a multiplier, or both in a mapping). `size` is
        a ceiling. Returns the order, or None when it is denied; ``self.bt_risk.decisions[-1]`` says why.
        """
        return self._bt_risk_intake.submit(self._call(data, True, size, price, options))

    def sell(
        self, data: Any = None, size: float | None = None, price: float | None = None, **options: Any
    ) -> Any:
        """Ask to sell: the mirror of `buy`; against a long it is an exit."""
        return self._bt_risk_intake.submit(self._call(data, False, size, price, options))

    def close(self, data: Any = None, size: float | None = None, **options: Any) -> Any:
        """Leave the position in `data`, or call off the entry on its way; never refused."""
        options.pop("exectype", None)
        return self._bt_risk_intake.close(self._data(data), size, options)

    def buy_bracket(
        self, data: Any = None, size: float | None = None, price: float | None = None, **options: Any
    ) -> Any:
        """Ask to buy with the bracket's stop and limit as stop and target; returns [entry, stop, target]."""
        return self._bt_risk_intake.bracket(self._bracket_call(data, True, size, price, options))

    def sell_bracket(
        self, data: Any = None, size: float | None = None, price: float | None = None, **options: Any
    ) -> Any:
        """Ask to sell with the bracket's stop and limit as stop and target; returns [entry, stop, target]."""
        return self._bt_risk_intake.bracket(self._bracket_call(data, False, size, price, options))

    def cancel(self, order: Any) -> None:
        """Cancel an order; a position that it protected is protected again at once."""
        if order is not None and not self._bt_risk_intake.cancel(order):
            super().cancel(order)

    def _data(self, data: Any) -> Any:
        if isinstance(data, str):
            return self.getdatabyname(data)
        return self.datas[0] if data is None else data

    def _call(self, data: Any, is_buy: bool, size: Any, price: Any, options: dict[str, Any]) -> Call:
        # A user's own bracket is taken apart: the desk sends its own.
        for name in ("parent", "transmit"):
            options.pop(name, None)
        data = self._data(data)
        trail = options.get("trailamount")
        if trail is None and options.get("trailpercent"):
            trail = (price or data.close[0]) * options["trailpercent"]
        return Call(
            data=data,
            is_buy=is_buy,
            size=size,
            price=price,
            exectype=options.pop("exectype", None),
            stop=options.pop("stop", None),
            target=options.pop("target", None),
            trail=trail,
            confidence=options.pop("confidence", None),
            conviction=options.pop("conviction", None),
            regime=options.pop("regime", None),
            options=options,
        )

    def _bracket_call(self, data: Any, is_buy: bool, size: Any, price: Any, options: dict[str, Any]) -> Call:
        stop, target = options.pop("stopprice", None), options.pop("limitprice", None)
        if options.pop("stopexec", bt.Order.Stop) is None:
            stop = None
        if options.pop("limitexec", bt.Order.Limit) is None:
            target = None
        for name in ("stopargs", "limitargs"):
            options.pop(name, None)
        entry = {"exectype": bt.Order.Limit, **options.pop("oargs", {}), **options}
        entry.setdefault("stop", stop)
        entry.setdefault("target", target)
        return self._call(data, is_buy, size, price, entry)


class RiskStrategy(RiskMixin, bt.Strategy):
    """A `backtrader.Strategy` under a risk desk: write the signals, leave size, stop and limits to the profile."""


class RiskSignalStrategy(RiskMixin, bt.SignalStrategy):
    """A `backtrader.SignalStrategy` under a risk desk."""


def guard(strategy: type, *, profile: Any = None) -> type:
    """Return `strategy` under a risk desk, unchanged otherwise; a class that has one already is returned as it is.

    Raises
    ------
    StrategyError
        `strategy` is not a class derived from `backtrader.Strategy`.
    """
    if not (isinstance(strategy, type) and issubclass(strategy, bt.Strategy)):
        raise StrategyError(
            f"a strategy must be a class derived from backtrader.Strategy; received {strategy!r}"
        )
    members: dict[str, Any] = {"__module__": strategy.__module__, "__doc__": strategy.__doc__}
    if profile is not None:
        members["params"] = (("profile", resolve_profile(profile)),)
    bases = (strategy,) if issubclass(strategy, RiskMixin) else (RiskMixin, strategy)
    if bases == (strategy,) and profile is None:
        return strategy
    return type(strategy)(strategy.__name__, bases, members)


def _refuse_engine(strategy: Any) -> None:
    """Refuse set-ups in which the desk could not know the account or the bars."""
    cerebro = strategy.cerebro
    if len(cerebro.runningstrats) > 1:
        raise EngineError(
            "two strategies share one broker, and each would see the other's positions as its own; "
            "run each in a Cerebro of its own"
        )
    for data in strategy.datas:
        if getattr(data, "replaying", False):
            raise EngineError(
                f"{data._name or 'a data'} is replayed: its bars change after they are seen; use resampledata"
            )
