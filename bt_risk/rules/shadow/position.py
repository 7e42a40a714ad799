"""Follow an entry that was not sent, bar by bar, as the desk would have followed it. Gives: `ShadowPosition`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from math import inf, nan

from bt_risk.maths.limits import at_least, equals
from bt_risk.maths.position_size import floor_to_lot
from bt_risk.rules.exits.reason import ExitReason
from bt_risk.rules.exits.time_limit import held_hours, signal_wait
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import EntryRequest
from bt_risk.rules.shadow.bar import NEVER, Bar, Moment
from bt_risk.rules.shadow.fills import Fills
from bt_risk.rules.shadow.leaving import Sight, leaves_by_itself, reason_to_leave
from bt_risk.rules.shadow.rungs import Rungs
from bt_risk.rules.shadow.stop import ShadowStop
from bt_risk.rules.shadow.trade import CALLED_OFF, EXPIRED, NOT_FILLED, OPEN, Entry, Part, ShadowTrade


class ShadowPosition:
    """One entry, from its decision until it has left.

    Give it each bar of its instrument (`meet`), then each moment at which the desk looked (`watch`), and what the
    strategy asked for (`hear`). The broker's part of a bar comes first: the entry that waits, stops before targets,
    then exits at the opening. Then the desk's: the stop is anchored to the fill and trails.

    What hangs on the account is left out, since another account would have been in another state: the heat's
    reductions, emergencies, drawdown exits, margin. `position_loss` is measured against the equity of the decision.

    Parameters
    ----------
    request
        The entry: with terms, and of one of the types in `fills.FILLED`.
    units
        Its size.
    equity
        The account's value at the decision.
    is_day_over
        Tells of two moments, the entry's and the present one, whether a day trader leaves.
    """

    def __init__(
        self,
        request: EntryRequest,
        units: float,
        *,
        profile: RiskProfile,
        fills: Fills,
        equity: float = nan,
        is_day_over: Callable[[Moment, Moment], bool] | None = None,
    ) -> None:
        self.is_long = request.is_long
        self.units = self._left = units
        self._request = request
        self._profile = profile
        self._fills = fills
        self._equity = equity
        self._is_day_over = is_day_over
        self._leaves_by_itself = leaves_by_itself(profile)
        self._stop = ShadowStop(request)
        self._target = request.target
        self._rungs = Rungs()
        self._entry: Entry | None = None
        self._entered = self._now = NEVER
        self._bars = 0
        self._mark = self._last_close = request.price
        self._parts: list[Part] = []
        self._leaving = self._waiting = 0.0
        self._leaving_by, self._leaving_from = "", nan
        self._ended = ""

    @property
    def is_over(self) -> bool:
        """Whether it has left, or will never come."""
        return self._left <= 0.0

    @property
    def is_waiting(self) -> bool:
        """Whether it has not been filled yet."""
        return self._entry is None and self._left > 0.0

    @property
    def is_held(self) -> bool:
        """Whether it was filled and has not left."""
        return self._entry is not None and self._left > 0.0

    def trade(self) -> ShadowTrade:
        """Return what has become of it; what has not left is open, at the last price."""
        parts = tuple(self._parts)
        if self.is_held:
            parts += (Part(self._left, self._mark, self._bars, self._now.now, OPEN),)
        reason = self._ended or (parts[-1].reason if parts else NOT_FILLED)
        over_at = self._bars if self.is_over else None
        return ShadowTrade(self.units, self.is_long, self._entry, parts, reason, over_at)

    def meet(self, bar: Bar, moment: Moment) -> None:
        """Trade on a bar of its instrument, then move the stop."""
        if self.is_over:
            return
        self._bars, self._now, self._last_close = bar.number, moment, bar.close
        if bar.has_close():
            self._mark = bar.close
        is_sound = bar.is_sound()
        if self._entry is None and self._is_late(bar):
            self._end(EXPIRED)
        elif self._entry is None and is_sound:
            self._enter(bar)
        elif self._entry is not None and self._fills.has_price(bar):
            self._trade(bar)
        if self._entry is not None and is_sound and self._left > 0.0:
            self._follow(bar, self._entry)

    def watch(self, moment: Moment) -> None:
        """Leave for its age, its loss or the end of the day; carry out a signal that had to wait."""
        if self._entry is None or self._free() <= 0.0:
            return
        reason = None
        if self._leaves_by_itself:
            reason = reason_to_leave(self._sight(self._entry, moment), self._profile)
        if reason is not None:
            self._leave(inf, reason)
        elif self._waiting and self._wait(moment.now) <= 0.0:
            self._leave(self._waiting, ExitReason.SIGNAL)

    def hear(self, now: dt.datetime, *, units: float = inf, held: float | None = None) -> None:
        """Take an exit of the strategy's: of `units`, all by default; where it was meant for `held`, of that share."""
        if self.is_over:
            return
        wanted = units
        if held is not None and not equals(held, self._left):
            wanted = inf
            if not at_least(units, held):
                wanted = floor_to_lot(self._left * units / held, self._profile.lot)
        if self._entry is None:
            self._give_back(wanted)
        elif self._wait(now) > 0.0:
            self._waiting = wanted
        else:
            self._leave(wanted, ExitReason.SIGNAL)

    # The broker's part of a bar.

    def _is_late(self, bar: Bar) -> bool:
        request = self._request
        return request.exectype != "market" and request.until is not None and bar.time > request.until

    def _enter(self, bar: Bar) -> None:
        request, profile, fills = self._request, self._profile, self._fills
        price = fills.of_entry(bar, request)
        if price is None:
            return
        self._entry, self._entered = Entry(price, bar.number, self._now.now), self._now
        is_from_open = request.exectype == "market" and not fills.is_by_volume
        if is_from_open and (profile.entry_bar_stop or fills.is_at_close):
            self._lay_rungs(request.price)
            self._protect(bar, self._left, has_targets=fills.is_at_close)
        if self._left > 0.0:
            if self._stop.is_past(price):
                self._leave(inf, ExitReason.FILL_BEYOND_STOP)
            self._stop.anchor(price, profile)
            self._lay_rungs(price)

    def _trade(self, bar: Bar) -> None:
        leaving, self._leaving = self._leaving, 0.0
        if self._left > leaving:
            self._protect(bar, self._left - leaving)
        if leaving:
            price = self._fills.at_market(bar, self._leaving_from, is_buy=not self.is_long)
            if price is None:
                self._leaving = leaving
            else:
                self._sell(leaving, price, self._leaving_by)

    def _protect(self, bar: Bar, units: float, *, has_targets: bool = True) -> None:
        """Try the stop of `units`, then the targets of those that it does not close."""
        is_buy, stopped = not self.is_long, None
        if self._stop.price is not None and self._profile.place_stops:
            stopped = self._fills.at_stop(bar, self._stop.price, is_buy=is_buy)
        for leg, share in list(self._rungs.share_out(units)):
            if stopped is not None:
                self._sell(share, stopped, self._stop.reason)
                continue
            if leg.target is None or not has_targets:
                continue
            price = self._fills.at_limit(bar, leg.target, is_buy=is_buy)
            if price is not None:
                self._rungs.sell(leg, share)
                self._sell(share, price, ExitReason.TARGET if leg.multiple is None else ExitReason.LADDER)

    def _sell(self, units: float, price: float, reason: str) -> None:
        units = self._left if at_least(units, self._left) else units
        self._left -= units
        self._parts.append(Part(units, price, self._bars, self._now.now, str(reason)))

    # The desk's part of a bar.

    def _follow(self, bar: Bar, entry: Entry) -> None:
        high, low = bar.high, bar.low
        if bar.number == entry.bar and self._request.exectype != "market":
            # The fill came somewhere inside the bar: only its close is sure to be later.
            high = low = bar.close
        was_trailing = self._stop.is_trailing
        self._stop.follow(high, low, bar.atr, self._profile)
        if self._stop.is_trailing and not was_trailing and self._profile.target_with_trail == "cancel":
            self._target = None
            self._lay_rungs(entry.price)

    def _lay_rungs(self, price: float) -> None:
        self._rungs.lay(
            self.units,
            price,
            risk=self._stop.risk,
            target=self._target,
            is_long=self.is_long,
            profile=self._profile,
        )

    # Leaving.

    def _free(self) -> float:
        """Return the units that no exit on its way closes."""
        return 0.0 if at_least(self._leaving, self._left) else self._left - self._leaving

    def _leave(self, units: float, reason: str) -> None:
        """Send an exit, which trades at the next opening."""
        self._waiting = 0.0
        free = self._free()
        units = free if at_least(units, free) else units
        if units > 0.0:
            self._leaving, self._leaving_by = self._leaving + units, str(reason)
            self._leaving_from = self._last_close

    def _give_back(self, units: float) -> None:
        if at_least(units, self._left):
            self._end(CALLED_OFF)
        else:
            self.units = self._left = self._left - units

    def _end(self, reason: str) -> None:
        self._ended, self._left = reason, 0.0

    def _wait(self, now: dt.datetime) -> float:
        if self._profile.min_hold is None:
            return 0.0
        return signal_wait(held_hours(self._entered.now, now), self._profile)

    def _sight(self, entry: Entry, moment: Moment) -> Sight:
        terms = self._request.terms
        assert terms is not None
        money = self._left * terms.notional / self._request.price
        gain = self._mark - entry.price if self.is_long else entry.price - self._mark
        return Sight(
            profit=gain * money,
            cost=entry.price * money,
            equity=self._equity,
            hours=held_hours(self._entered.now, moment.now),
            bars=self._bars - entry.bar,
            is_day_over=self._is_day_over is not None and self._is_day_over(self._entered, moment),
        )
