"""The smallest of several sizers' sizes. Gives: `SmallestOfSizer`."""

from __future__ import annotations

from typing import Any

from bt_risk.sizers.asking import AskingSizer, read_sizer


class SmallestOfSizer(AskingSizer):
    """Ask several sizers and take the smallest size; one that refuses, refuses for all.

    Parameters
    ----------
    sizers
        Sizer classes, pairs (class, parameters), instances, or names of methods; Backtrader's own sizers too.
    """

    params = (("sizers", ()),)

    def _find_problems(self) -> list[str]:
        if isinstance(self.p.sizers, (tuple, list)) and self.p.sizers:
            return []
        return [f"sizers must list at least one, e.g. [RiskPerTradeSizer]; received {self.p.sizers!r}"]

    def _make_asked(self) -> list[Any]:
        return [read_sizer(sizer, f"sizers[{index}]") for index, sizer in enumerate(self.p.sizers)]
