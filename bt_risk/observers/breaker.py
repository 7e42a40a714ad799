"""Observer of the circuit breaker and the halts for ``cerebro.plot``. Requires: a desk. Gives: lines."""

from __future__ import annotations

from typing import Any

import backtrader as bt

from bt_risk.analyzers.plain import desk_of


class BreakerObserver(bt.Observer):
    """Draw the state of the circuit breaker, 0 (closed), 1 (half open) or 2 (open), and 1 where entries are halted.

    A halt may have another reason than the breaker. Without a risk desk there is neither: the lines stay empty.
    """

    _stclock = True
    lines = ("state", "halted")
    plotinfo = (
        ("plot", True),
        ("subplot", True),
        ("plotname", "Breaker (0 closed, 1 half open, 2 open)"),
        ("plotlinelabels", True),
        ("plotyticks", [0, 1, 2]),
    )
    plotlines = (
        ("state", {"color": "#D55E00", "drawstyle": "steps-post"}),
        ("halted", {"color": "#5D6470", "ls": ":", "drawstyle": "steps-post"}),
    )

    def next(self: Any) -> None:
        """Show the state as of this bar."""
        desk = desk_of(self._owner)
        if desk is not None:
            self.lines.state[0] = int(desk.breaker)
            self.lines.halted[0] = float(bool(desk.halted))
