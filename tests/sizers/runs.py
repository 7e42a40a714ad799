"""Run a script of orders without sizes under a sizer. Gives: what `tests.backtrader.play` gives.

Bars around 100 of a range of 2: with two of them known the ATR is 2, and 2.5 of it are a stop 5 away.
One percent of 100 000 of cash is 1 000, which buys 200 units to such a stop.
"""

from __future__ import annotations

from tests.backtrader.play import Scripted, play, send

CALM = (100, 101, 99, 100)
QUICK = {"atr_period": 2}
BUY = send("entry", "buy")
SELL = send("entry", "sell")


def run(*markets, sizer, script, cash=100_000.0, prepare=None, **options):
    """Run `script` with `sizer`, a pair (class, parameters)."""
    kind, params = sizer

    def add(cerebro):
        cerebro.addsizer(kind, **params)
        if prepare is not None:
            prepare(cerebro)

    return play(*markets, script=script, cash=cash, prepare=add, **options)


def calm(bars):
    return [CALM] * bars


def sizes(played):
    """Return the signed sizes that were filled, in order."""
    return [size for _, size, _ in played.fills]


def reasons(played):
    """Return why orders got no size, in order."""
    return [refusal.reason for refusal in played.strategy.getsizer().refusals]


class WithStop(Scripted):
    """A strategy that knows its stop: 4 away."""

    def stop_price(self, data, is_long, price):
        return price - 4 if is_long else price + 4


class AtOpen(Scripted):
    """Run the script in `next_open`; entry n runs where `len(strategy)` is n, before bar n + 1 is played."""

    def next(self):
        pass

    def next_open(self):
        Scripted.next(self)

    def prenext_open(self):
        Scripted.next(self)
