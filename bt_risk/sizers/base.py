"""What all sizers share: price, stop, account, refusals. Requires: a strategy. Gives: units by the rules' methods."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import backtrader as bt

from bt_risk.calls.hooks import find_hooks
from bt_risk.calls.near_misses import warn_of_near_misses
from bt_risk.errors import ProfileError
from bt_risk.rules.checks import Judge, fresh_bar, halt, known_rate, valid_stop
from bt_risk.rules.decision import Ruling
from bt_risk.rules.entry import decide_entry
from bt_risk.rules.exits.initial_stop import initial_stop
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.regime import read_regime
from bt_risk.rules.request import Book, EntryRequest
from bt_risk.sizers.account import Account
from bt_risk.sizers.brackets import protect_brackets
from bt_risk.sizers.memory import Memory
from bt_risk.sizers.refusal import LOGGER, Refusal, Sized

CHECKS: tuple[Judge, ...] = (fresh_bar.judge, known_rate.judge, halt.judge, valid_stop.judge)
# A sizer answers for one trade; the book's limits are the desk's.
UNLIMITED: dict[str, Any] = {
    "allocation": "risk_per_trade",
    "risk_per_trade_max": None,
    "max_heat": None,
    "target_heat": None,
    "max_positions": None,
    "max_position": None,
    "max_leverage": None,
    "trail": "none",
}


class RiskSizer(bt.Sizer):
    """Base of the sizers: one sizing method of the rules as a Backtrader sizer, on a strategy of any kind.

    The decision price is the close, or the opening in `next_open`. The stop is, in this order: the one of a bracket
    or of a risk desk's request; the strategy's ``stop_price(data, is_long, price)``; the sizer's own. An order
    against a position is an exit and gets its size, never more; what is left of a market order on its way counts.
    The size never takes more cash than there is, rounded down to the lot; below one lot the order is refused:
    Backtrader's `buy` then returns None, and `refusals` says why.

    Parameters
    ----------
    stop, atr_period, atr_stop, fixed_stop
        The sizer's own stop distance: ``"atr"``, `atr_stop` times the ATR (Wilder 1978), ``"fixed"``, a share of the
        price, or ``"none"``.
    lot
        Sizes are multiples of it; 0 allows fractions.
    min_position, max_position, max_leverage
        Bounds on the notional / equity of the position (below the first it is refused, to the second it is cut) and
        of the whole book; None for none. Shares sold short take no cash: only these bound a short.
    entry_gap_buffer
        Cash kept for a worse opening price, as a share of the price; None means one ATR.

    Attributes
    ----------
    refusals
        Every order that got no size, with its reason; the logger ``bt_risk.sizers`` hears of them too.

    Raises
    ------
    ProfileError
        One message with every parameter that is unknown or not allowed.
    """

    params: Any = (
        ("stop", "none"),
        ("atr_period", 14),
        ("atr_stop", 2.5),
        ("fixed_stop", 0.05),
        ("lot", 1.0),
        ("min_position", None),
        ("max_position", None),
        ("max_leverage", None),
        ("entry_gap_buffer", None),
    )
    METHODS: tuple[str, ...] = ()

    def __init__(self, **unknown: Any) -> None:
        self.refusals: list[Refusal] = []
        name = type(self).__name__
        known = set(self.p._getkeys())
        problems = [
            f"unknown parameter {key!r}, known: {', '.join(sorted(known))}" for key in unknown
        ] + self._find_problems()
        if problems:
            raise ProfileError(f"{name}: " + "; ".join(problems))
        self._profile = self._own_profile()

    def _find_problems(self) -> list[str]:
        """Return what is wrong with the parameters that are none of a profile."""
        return []

    def _own_profile(self) -> RiskProfile:
        return self._make_profile(self.METHODS)

    def _make_profile(self, methods: Sequence[str], **changes: Any) -> RiskProfile:
        fields = RiskProfile.__dataclass_fields__
        given = {key: getattr(self.p, key) for key in self.p._getkeys() if key in fields}
        name = type(self).__name__
        try:
            return RiskProfile(name=name, sizing=tuple(methods), **{**UNLIMITED, **given, **changes})
        except ProfileError as problem:
            raise ProfileError(str(problem).replace(f"profile {name!r}:", f"{name}:", 1)) from None

    def set(self, strategy: Any, broker: Any) -> None:
        """Attach to a strategy; Backtrader calls it."""
        # The mixin's module loads this one's package first.
        from bt_risk.strategy import RiskMixin

        self.attach(strategy, broker)
        if not isinstance(strategy, RiskMixin):
            protect_brackets(strategy, self)
            warn_of_near_misses(strategy, RiskMixin, ("stop_price",))

    def attach(self, strategy: Any, broker: Any) -> None:
        """Begin to follow the strategy's bars and trades."""
        super().set(strategy, broker)
        self.account = Account(strategy)
        self.hooks = find_hooks(strategy)
        self.memory = strategy._addanalyzer_slave(Memory, account=self.account, **self._memory_params())

    def _memory_params(self) -> dict[str, Any]:
        return {"atr_period": self.p.atr_period}

    def _getsizing(self, comminfo: Any, cash: float, data: Any, isbuy: bool) -> float:
        held = self.account.size_after_orders(data)
        if held and (held > 0.0) != isbuy:
            return _whole(abs(held))
        return self.size_entry(data, is_long=isbuy)

    def size_entry(self, data: Any, *, is_long: bool, **request: Any) -> float:
        """Return the units of an entry, 0 with a `Refusal`; `request` as in `size`."""
        sized = self.size(data, is_long=is_long, **request)
        if sized.units > 0.0:
            return _whole(sized.units)
        self._refuse(data, is_long, sized.text)
        return 0.0

    def size(
        self,
        data: Any,
        *,
        is_long: bool,
        price: float | None = None,
        stop: float | None = None,
        confidence: float | None = None,
        regime: object = None,
    ) -> Sized:
        """Return the units of an entry and the rule that set them; None takes the sizer's own answer."""
        request, book = self._situation(data, is_long, price, stop, confidence, regime)
        sized = self._answer(data, request, book)
        if sized.units > 0.0 and request.stop is not None:
            self.account.remember(data, request.price, request.stop)
        return sized

    def _answer(self, data: Any, request: EntryRequest, book: Book) -> Sized:
        ruling = self._rule(request, book)
        return Sized(ruling.units, ruling.text)

    def _rule(self, request: EntryRequest, book: Book) -> Ruling:
        return decide_entry(request, book, self._profile, checks=CHECKS)

    def _situation(
        self,
        data: Any,
        is_long: bool,
        price: float | None,
        stop: float | None,
        confidence: float | None,
        regime: object,
    ) -> tuple[EntryRequest, Book]:
        """Return the request and the book as the rules see them."""
        instrument, is_opening = self.memory.look(data)
        is_started = instrument.is_started()
        if not is_started:
            price = math.nan  # index 0 would show the last bar of the file
        elif not price:
            price = instrument.open[0] if is_opening else instrument.close[0]
        is_priced = math.isfinite(price) and price > 0.0
        hooks = self.hooks
        if is_priced and stop is None and "stop_price" in hooks:
            stop = hooks["stop_price"](data, is_long, price)
        if is_priced and stop is None:
            stop = initial_stop(price, instrument.atr.value, is_long=is_long, profile=self._profile)
        if confidence is None and "confidence" in hooks:
            confidence = hooks["confidence"](data)
        if regime is None and "regime" in hooks:
            regime = hooks["regime"](data)
        rate = self.account.view.rate(data)
        is_usable = (stop is None or math.isfinite(stop)) and math.isfinite(rate)
        request = EntryRequest(
            data=instrument.name,
            is_long=is_long,
            price=price,
            stop=stop,
            target=None,
            has_own_stop=False,
            wanted=None,
            sizer_units=None,
            atr=instrument.atr.value,
            has_fresh_bar=is_started and (is_opening or instrument.is_usable()),
            terms=(
                self.account.view.unit_terms(data, is_long=is_long, price=price, stop=stop)
                if is_priced and is_usable
                else None
            ),
            confidence=confidence,
            regime=None if regime is None else read_regime(regime),
            annual_volatility=self._annual_volatility(data),
            rate=rate,
        )
        return request, self.account.book(self.memory.history())

    def _annual_volatility(self, data: Any) -> float:
        return math.nan

    def _refuse(self, data: Any, is_long: bool, reason: str) -> None:
        source = data if len(data) else self.strategy
        time = source.datetime.datetime(0) if len(source) else None
        refusal = Refusal(time, self.memory.instruments[data].name, is_long, reason)
        self.refusals.append(refusal)
        LOGGER.info("%s refuses %s on %s: %s", type(self).__name__, refusal.data, time, reason)


def _whole(units: float) -> float:
    """Return a whole number of units as an int, as Backtrader's own sizers do."""
    return int(units) if float(units).is_integer() else units
