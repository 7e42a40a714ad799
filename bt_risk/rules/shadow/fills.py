"""The price of a fill on a bar, slippage included. Requires: bars, the broker's settings. Gives: `Fills`."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from bt_risk.rules.exits.stop_out import stop_out
from bt_risk.rules.request import EntryRequest
from bt_risk.rules.shadow.bar import Bar

# The types of orders that can be followed on bars: what the others do depends on more than their price.
FILLED = ("market", "limit", "stop")


@dataclass(frozen=True, slots=True)
class Fills:
    """How the simulated broker of a run prices what it fills.

    Attributes
    ----------
    slippage, slippage_amount
        What a fill loses against its quote: a fraction of the price, or without one an amount of it.
    slips_at_open
        Fills at an opening slip as well, not only those inside a bar.
    is_capped
        A price that slips out of the bar is cut to its extreme; else there is no fill on that bar.
    caps_limits
        The same for limit orders, which slip to their own price at most.
    leaves_bar
        A price that slips out of the bar fills there all the same.
    is_at_close
        Market orders trade at the close at which they were sent, as soon as the next bar comes (cheat-on-close).
    is_by_volume
        Orders fill by volume, so that protective orders follow a fill instead of waiting for it.
    """

    slippage: float = 0.0
    slippage_amount: float = 0.0
    slips_at_open: bool = False
    is_capped: bool = True
    caps_limits: bool = True
    leaves_bar: bool = False
    is_at_close: bool = False
    is_by_volume: bool = False

    def has_price(self, bar: Bar) -> bool:
        """Return whether an exit can trade on a bar: by its opening, which with slippage or volume needs a range."""
        if not 0.0 < bar.open < inf:
            return False
        needs_range = self.slippage or self.slippage_amount or self.is_by_volume
        return not needs_range or 0.0 < bar.low <= bar.high < inf

    def of_entry(self, bar: Bar, request: EntryRequest) -> float | None:
        """Return the price of an entry of one of the types in `FILLED`; None where it does not fill."""
        if request.exectype == "limit":
            return self.at_limit(bar, request.price, is_buy=request.is_long)
        if request.exectype == "stop":
            return self.at_stop(bar, request.price, is_buy=request.is_long)
        return self.at_market(bar, request.price, is_buy=request.is_long)

    def at_market(self, bar: Bar, decided: float, *, is_buy: bool) -> float | None:
        """Return the price of a market order; None where it does not fill.

        At the bar's opening; with cheat-on-close at `decided`, the close at which it was sent.
        """
        # Where there was no close to cheat on, the opening counts.
        quote = decided if self.is_at_close and 0.0 < decided < inf else bar.open
        return self._slipped(quote, bar.high if is_buy else bar.low, is_buy, at_open=True)

    def at_stop(self, bar: Bar, level: float, *, is_buy: bool) -> float | None:
        """Return the price of a stop order at `level`; None where it does not fill."""
        touch = stop_out(
            bar.open, bar.high, bar.low, stop=level, target=None, is_long=not is_buy, is_exact=True
        )
        if touch is None:
            return None
        bound = bar.high if is_buy else bar.low
        return self._slipped(touch.price, bound, is_buy, at_open=touch.price == bar.open)

    def at_limit(self, bar: Bar, level: float, *, is_buy: bool) -> float | None:
        """Return the price of a limit order at `level`; None where it does not fill."""
        touch = stop_out(
            bar.open, bar.high, bar.low, stop=None, target=level, is_long=not is_buy, is_exact=True
        )
        if touch is None or touch.price != bar.open:
            return None if touch is None else touch.price
        bound = min(bar.high, level) if is_buy else level
        return self._slipped(touch.price, bound, is_buy, at_open=True, is_limit=True)

    def _slipped(
        self, price: float, bound: float, is_buy: bool, *, at_open: bool = False, is_limit: bool = False
    ) -> float | None:
        if (at_open and not self.slips_at_open) or not (self.slippage or self.slippage_amount):
            return price
        side = 1.0 if is_buy else -1.0
        slipped = (
            price * (1.0 + side * self.slippage) if self.slippage else price + side * self.slippage_amount
        )
        if (bound - slipped) * side >= 0.0 or (self.leaves_bar and self._caps(is_limit)):
            return slipped
        return bound if self._caps(is_limit) else None

    def _caps(self, is_limit: bool) -> bool:
        return self.is_capped or (is_limit and self.caps_limits)
