"""Analyzer of the heat of a run, bar by bar and position by position. Requires: a strategy. Gives: series, summary."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import backtrader as bt

from bt_risk.analyzers.heat_sources import BrokerHeat, DeskHeat, Reading
from bt_risk.analyzers.plain import desk_of, plain
from bt_risk.market.clock import WallClock
from bt_risk.maths.heat import correlated_heat, heat_utilisation, portfolio_heat
from bt_risk.maths.joint_heat import marginal_heat
from bt_risk.maths.limits import at_least, at_most
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.profile.load import resolve_profile
from bt_risk.rules.tiers import Tier

if TYPE_CHECKING:
    import pandas as pd

HEATS = ("heat", "open_heat", "reserved_heat", "locked_in", "utilisation", "stressed_heat", "correlated_heat")
COLUMNS = (
    "equity",
    "heat",
    "open_heat",
    "reserved_heat",
    "locked_in",
    "utilisation",
    "tier",
    "positions",
    "stressed_heat",
    "correlated_heat",
    "limit",
    "band_low",
    "band_high",
)
NO_LIMIT = "the profile has no max_heat"
NO_BAND = "the profile has no target_heat"
PARTS = (
    "datetime",
    "bar",
    "data",
    "open_risk",
    "reserved_risk",
    "open_heat",
    "reserved_heat",
    "marginal_heat",
)


class HeatAnalyzer(bt.Analyzer):
    """Record the heat after every bar: of the book, in other lights, and of each position.

    Heats are fractions of equity: ``heat = open_heat + reserved_heat``; ``locked_in`` is profit behind stops;
    ``stressed_heat`` is the heat if every stop fills ``stress_atr`` ATR beyond its price; ``correlated_heat`` and the
    ``marginal_heat`` of a position take the profile's ``heat_correlation`` between any two. ``utilisation`` is heat /
    max_heat, undefined without a limit. ``tier`` is 0 (NORMAL) to 3 (EMERGENCY).

    Of a strategy without a risk desk it shows what the broker knows: a position's own live Stop orders are its
    stops, and what they do not cover risks its notional. A bar costs by its open positions, not by the instruments.

    Parameters
    ----------
    profile
        Limits to hold a plain strategy against: a name, a `RiskProfile`, or a mapping. A desk has its own.
    """

    params = (("profile", None),)

    def create_analysis(self) -> None:
        """Start with empty series."""
        self._times: list[float] = []
        self._rows: list[tuple[float, ...]] = []
        self._parts: list[tuple[int, str, float, float, float]] = []
        self._in_band = {"below": 0, "inside": 0, "above": 0}
        self._missing: dict[str, str] = {}
        self._source: Any = None
        self._last_profile: RiskProfile | None = None

    def start(self) -> None:
        """Find the desk, or what stands in for it."""
        desk = desk_of(self.strategy)
        self._clock: Any = WallClock(self.strategy)
        if desk is not None:
            self._source = DeskHeat(desk)
        else:
            profile = None if self.p.profile is None else resolve_profile(self.p.profile)
            self._source = BrokerHeat(self.strategy, profile)
        self._missing = self._source.missing

    def stop(self) -> None:
        """Let go of the run, which must not travel with the results of an optimisation."""
        self._last_profile = self._source.profile
        self._source = self._clock = None

    @property
    def latest(self) -> dict[str, float]:
        """The last bar's row of `to_frame`, NaN where unknown."""
        return dict(zip(COLUMNS, self._rows[-1], strict=True))

    @property
    def profile(self) -> RiskProfile | None:
        """The limits in force, when the run is over those of its end; None without any."""
        return self._last_profile if self._source is None else self._source.profile

    def notify_order(self, order: Any) -> None:
        """Hear of the positions of a plain strategy."""
        self._source.take(order)

    def next(self) -> None:
        """Record one bar; Backtrader calls it during the warm-up as well."""
        profile, seen = self._source.profile, self._source.read()
        equity = seen.equity
        # Most bars of most runs have nothing at risk.
        open_heat = reserved = secured = stressed = joint = 0.0
        if seen.parts:
            open_heat = portfolio_heat((seen.open_risk,), equity)
            reserved = portfolio_heat((seen.reserved_risk,), equity)
            secured = portfolio_heat((seen.locked_in,), equity)
            stressed = portfolio_heat((seen.stressed_risk,), equity)
            joint = self._take_parts(seen, 1.0 if profile is None else profile.heat_correlation)
        heat = open_heat + reserved
        limit = low = high = utilisation = math.nan
        if profile is not None:
            if profile.max_heat is not None:
                limit, utilisation = profile.max_heat, heat_utilisation(heat, profile.max_heat)
            if profile.target_heat is not None:
                low, high = profile.target_heat
                self._in_band[_place(heat, low, high)] += 1
        self._times.append(self._clock.number)
        self._rows.append(
            (
                equity,
                heat,
                open_heat,
                reserved,
                secured,
                utilisation,
                math.nan if seen.tier is None else int(seen.tier),
                seen.positions,
                stressed,
                joint,
                limit,
                low,
                high,
            )
        )

    def _take_parts(self, seen: Reading, correlation: float) -> float:
        """Record what each instrument risks and adds to the correlated heat; return that."""
        risks = [held + waiting for _, held, waiting in seen.parts]
        shares = marginal_heat(risks, seen.equity, correlation)
        bar = len(self._rows)
        self._parts += [(bar, *part, share) for part, share in zip(seen.parts, shares, strict=True)]
        return correlated_heat(risks, seen.equity, correlation)

    def to_frame(self) -> pd.DataFrame:
        """Return the series as a DataFrame indexed by time."""
        import pandas as pd

        index = pd.DatetimeIndex([bt.num2date(time) for time in self._times], name="datetime")
        frame = pd.DataFrame(self._rows, index=index, columns=list(COLUMNS))
        return frame.astype({"tier": "Int64", "positions": int})

    def composition(self) -> pd.DataFrame:
        """Return a row for each bar and instrument with a position or an entry on its way; ``bar`` counts from 1.

        Risks are money, heats fractions of equity; the marginal heats of a bar sum to its correlated heat.
        """
        import pandas as pd

        rows = [
            (
                bt.num2date(self._times[bar]),
                bar + 1,
                name,
                held,
                waiting,
                portfolio_heat((held,), self._rows[bar][0]),
                portfolio_heat((waiting,), self._rows[bar][0]),
                share,
            )
            for bar, name, held, waiting, share in self._parts
        ]
        return pd.DataFrame(rows, columns=list(PARTS))

    def get_analysis(self) -> dict[str, Any]:
        """Return the summary as a plain dict that JSON can hold; None where undefined.

        Keys
        ----
        bars
            Bars recorded.
        heat, open_heat, reserved_heat, locked_in, utilisation, stressed_heat, correlated_heat
            Each with its ``mean``, ``max`` and ``last``.
        bars_in_tier, days_in_tier, last_tier
            Bars, and days from each bar to the next, by the tier's name; the last bar's.
        in_target_band, target_band
            Share of the bars with the heat in the band; shares ``below``, ``inside`` and ``above`` it.
        positions
            The last bar's: ``data``, ``open_risk``, ``reserved_risk``, ``heat`` and ``marginal_heat`` of each.
        missing
            What is not known, and why.
        """
        columns = dict(zip(COLUMNS, zip(*self._rows, strict=True), strict=True)) if self._rows else {}
        counted = sum(self._in_band.values())
        shares = {place: bars / counted if counted else None for place, bars in self._in_band.items()}
        return {
            "bars": len(self._rows),
            **{name: _summary(columns.get(name, ())) for name in HEATS},
            **self._tiers(columns.get("tier", ())),
            "in_target_band": shares["inside"],
            "target_band": shares,
            "positions": self._last_positions(),
            "missing": self._missing | self._unknown_bars(columns),
        }

    def _unknown_bars(self, columns: dict[str, tuple[float, ...]]) -> dict[str, str]:
        """Return what some bars or all of them have no number of, and why; they are left out of mean and max."""
        bars, missing = len(self._rows), {}
        for name, reason in (("stressed_heat", ""), ("utilisation", NO_LIMIT), ("band_low", NO_BAND)):
            count = sum(map(math.isnan, columns.get(name, ())))
            if count:
                is_never = count == bars and reason
                told = reason if is_never else f"unknown on {count} of {bars} bars"
                missing["target_band" if name == "band_low" else name] = told
        return {name: told for name, told in missing.items() if name not in self._missing}

    def _tiers(self, tiers: Sequence[float]) -> dict[str, Any]:
        if "tier" in self._missing:
            return {"bars_in_tier": None, "days_in_tier": None, "last_tier": None}
        days = dict.fromkeys(Tier, 0.0)
        for tier, time, after in zip(tiers, self._times, self._times[1:], strict=False):
            days[Tier(int(tier))] += after - time
        return {
            "bars_in_tier": {tier.name: tiers.count(tier.value) for tier in Tier},
            "days_in_tier": {tier.name: spent for tier, spent in days.items()},
            "last_tier": Tier(int(tiers[-1])).name if tiers else None,
        }

    def _last_positions(self) -> list[dict[str, Any]]:
        last, found = len(self._rows) - 1, []
        for bar, name, held, waiting, share in reversed(self._parts):
            if bar != last:
                break
            heat = portfolio_heat((held, waiting), self._rows[bar][0])
            row = {
                "data": name,
                "open_risk": held,
                "reserved_risk": waiting,
                "heat": heat,
                "marginal_heat": share,
            }
            found.append(plain(row))
        return found[::-1]


def _place(heat: float, low: float, high: float) -> str:
    if not at_least(heat, low):
        return "below"
    return "inside" if at_most(heat, high) else "above"


def _summary(values: Sequence[float]) -> dict[str, float | None]:
    """Return mean and highest of the known values, and the last; None where there is none, or it is infinite."""
    known = [value for value in values if not math.isnan(value)]
    if not known:
        return dict.fromkeys(("mean", "max", "last"))
    found: dict[str, float | None] = plain(
        {"mean": sum(known) / len(known), "max": max(known), "last": values[-1]}
    )
    return found
