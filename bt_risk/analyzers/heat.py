"""Analyzer of the heat of a run. Requires: a strategy with a desk. Gives: series and summary."""

from __future__ import annotations

import math
from typing import Any

import backtrader as bt

from bt_risk.errors import StrategyError
from bt_risk.rules.tiers import Tier

COLUMNS = ("equity", "heat", "open_heat", "reserved_heat", "locked_in", "utilisation", "tier", "positions")


class HeatAnalyzer(bt.Analyzer):
    """Record equity, heat and tier after every bar of a strategy that has a risk desk.

    Heats are fractions of equity: ``heat = open_heat + reserved_heat``; ``locked_in`` is profit behind stops.
    ``utilisation`` is heat / max_heat, undefined without a limit. ``tier`` is 0 (NORMAL) to 3 (EMERGENCY).
    """

    def create_analysis(self) -> None:
        """Start with empty series."""
        self._times: list[float] = []
        self._rows: list[tuple[float, ...]] = []

    def start(self) -> None:
        """Find the desk.

        Raises
        ------
        StrategyError
            The strategy has no risk desk.
        """
        desk = getattr(self.strategy, "bt_risk", None)
        if desk is None:
            raise StrategyError(
                "HeatAnalyzer needs a strategy with a risk desk: derive it from RiskStrategy, or wrap it with "
                f"guard(); received {type(self.strategy).__name__}"
            )
        self._desk = desk
        self._band = desk.profile.target_heat

    def stop(self) -> None:
        """Let go of the desk, which must not travel with the results of an optimisation."""
        self._desk = None

    def next(self) -> None:
        """Record one bar; Backtrader calls it during the warm-up as well."""
        desk = self._desk
        equity, ledger = desk.equity, desk.ledger
        if equity > 0.0:
            open_heat, reserved = ledger.open_risk / equity, ledger.reserved_risk / equity
            locked_in = ledger.locked_in / equity
        else:
            open_heat, reserved, locked_in = desk.open_heat, desk.reserved_heat, desk.locked_in
        heat = open_heat + reserved
        limit = desk.profile.max_heat
        self._times.append(self.strategy.lines.datetime[0])
        self._rows.append(
            (
                equity,
                heat,
                open_heat,
                reserved,
                locked_in,
                math.nan if limit is None else heat / limit,
                int(desk.tier),
                len(desk.holdings),
            )
        )

    def to_frame(self) -> Any:
        """Return the series as a DataFrame indexed by time."""
        import pandas as pd

        index = pd.DatetimeIndex([bt.num2date(time) for time in self._times], name="datetime")
        return pd.DataFrame(self._rows, index=index, columns=list(COLUMNS)).astype(
            {"tier": int, "positions": int}
        )

    def get_analysis(self) -> dict[str, Any]:
        """Return the summary: bars, heat (mean, max, last), bars per tier, share of bars in the target band.

        Plain values, JSON-serialisable; None where undefined: no bar, no band, infinite heat.
        """
        heats = [row[1] for row in self._rows]
        tiers = [int(row[6]) for row in self._rows]
        band = self._band
        in_band = None
        if band is not None and heats:
            in_band = sum(band[0] <= heat <= band[1] for heat in heats) / len(heats)
        return {
            "bars": len(heats),
            "heat": {
                "mean": _finite(sum(heats) / len(heats)) if heats else None,
                "max": _finite(max(heats)) if heats else None,
                "last": _finite(heats[-1]) if heats else None,
            },
            "bars_in_tier": {tier.name: tiers.count(tier.value) for tier in Tier},
            "in_target_band": in_band,
        }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
