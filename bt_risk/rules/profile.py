"""The risk profile: every number that a run's decisions are made with. Requires nothing; gives `RiskProfile`."""

from __future__ import annotations

import dataclasses
import difflib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bt_risk.errors import ProfileError

SIZING_METHODS = ("risk_per_trade", "kelly", "cash_fraction")
ALLOCATIONS = ("target_heat", "risk_per_trade", "equal_heat")
REDUCTIONS = ("highest_risk", "lowest_risk", "trim")
HEAT_BASES = ("entry", "mark")
STOPS = ("atr", "fixed", "none")
TRAILS = ("chandelier", "none")
STOP_ANCHORS = ("fill", "decision")


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskProfile:
    """The limits, the sizing and the stops of one run; immutable, checked when it is made.

    Every rate is a fraction of equity unless it says otherwise: 0.02 is 2 %. ``None`` switches a limit off.

    Parameters
    ----------
    name
        What the profile is called in tables and plots.
    sizing
        The methods that propose a size; the smallest proposal wins. ``"risk_per_trade"`` risks a share of equity
        to the stop, ``"kelly"`` takes ``kelly_fraction`` of the Kelly share as notional once ``kelly_min_trades``
        trades are closed, ``"cash_fraction"`` spends ``cash_fraction`` of the free cash.
    allocation
        Risk of the next trade: ``"target_heat"`` keeps the heat below the upper edge of ``target_heat``,
        ``"risk_per_trade"`` looks at the single trade only, ``"equal_heat"`` splits that edge over
        ``max_positions``. An explicit stop or size may use the room up to ``max_heat``.
    risk_per_trade, risk_per_trade_max
        Share of equity lost when a trade is stopped at its stop, round-trip costs included; the second binds
        every method.
    kelly_fraction, kelly_min_trades, kelly_floor
        Multiplier on the full Kelly share; closed trades needed before Kelly speaks; share traded without an edge.
    cash_fraction
        Share of the free cash that one trade of ``"cash_fraction"`` spends.
    lot
        Sizes are rounded down to a multiple of it; 0 allows fractional units.
    max_heat, target_heat
        Limit of (open + reserved risk) / equity, and the band (low, high) in which it should lie.
    heat_basis
        Open risk is measured from the average ``"entry"`` or from the last price (``"mark"``).
    heat_warning, heat_critical, heat_hysteresis
        Shares of ``max_heat`` from which a tier begins; a tier ends only this much (as a share of ``max_heat``)
        below its beginning.
    reduction
        Which positions an EMERGENCY closes first, or ``"trim"`` to cut only the excess.
    max_positions, max_position, max_leverage
        Open and pending positions; notional of one position / equity; gross notional / equity.
    entry_gap_buffer
        Cash kept for a worse opening price, as a share of the price; None means one ATR.
    stop, atr_period, atr_stop, fixed_stop
        Protective stop: ``atr_stop`` times the ATR, or ``fixed_stop`` as a share of the price, or ``"none"``.
    stop_anchor
        ``"fill"`` keeps the decided distance from the fill price, ``"decision"`` keeps the decided price.
    entry_bar_stop
        The stop of a market entry works on the bar of its fill already.
    place_stops
        False sizes by the stop but sends no stop order: a baseline to measure what stops do, not a way to trade.
    trail, trail_atr, trail_activation
        ``"chandelier"``: stop at ``trail_atr`` ATR from the extreme price since entry, once the extreme has been
        ``trail_activation`` times the initial risk in favour.

    Raises
    ------
    ProfileError
        One message with every problem found.
    """

    name: str = "custom"
    sizing: tuple[str, ...] = ("risk_per_trade",)
    allocation: str = "target_heat"
    risk_per_trade: float = 0.0233
    risk_per_trade_max: float | None = 0.05
    kelly_fraction: float = 0.25
    kelly_min_trades: int = 20
    kelly_floor: float = 0.0
    cash_fraction: float = 0.95
    lot: float = 1.0
    max_heat: float | None = 0.10
    target_heat: tuple[float, float] | None = (0.06, 0.08)
    heat_basis: str = "entry"
    heat_warning: float = 0.90
    heat_critical: float = 0.95
    heat_hysteresis: float = 0.02
    reduction: str = "highest_risk"
    max_positions: int | None = 3
    max_position: float | None = 0.25
    max_leverage: float | None = 1.0
    entry_gap_buffer: float | None = None
    stop: str = "atr"
    atr_period: int = 14
    atr_stop: float = 2.5
    fixed_stop: float = 0.02
    stop_anchor: str = "fill"
    entry_bar_stop: bool = True
    place_stops: bool = True
    trail: str = "chandelier"
    trail_atr: float = 2.5
    trail_activation: float = 1.0

    def __post_init__(self) -> None:
        for name in ("sizing", "target_heat"):
            value = getattr(self, name)
            if isinstance(value, list):
                object.__setattr__(self, name, tuple(value))
        problems = _problems(self)
        if problems:
            raise ProfileError(f"profile {self.name!r}: " + "; ".join(problems))

    def replace(self, **changes: Any) -> RiskProfile:
        """Return a copy with `changes`; unknown names and bad values raise `ProfileError`."""
        _refuse_unknown(changes, f"profile {self.name!r}")
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a plain dict, in the order of their definition."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}


def _refuse_unknown(keys: Mapping[str, Any], where: str) -> None:
    known = [field.name for field in dataclasses.fields(RiskProfile)]
    problems = []
    for key in keys:
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
            problems.append(f"unknown key {key!r}, {hint}")
    if problems:
        raise ProfileError(f"{where}: " + "; ".join(problems))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _fraction(name: str, value: object, *, low_open: bool = True, high: float = 1.0) -> str | None:
    if _is_number(value):
        number = float(value)  # type: ignore[arg-type]
        if (number > 0 if low_open else number >= 0) and number <= high:
            return None
    bracket = "(" if low_open else "["
    return f"{name} must be a fraction in {bracket}0, {high:g}], e.g. 0.02 for 2 %; received {value!r}"


def _positive(name: str, value: object, example: str, *, zero: bool = False) -> str | None:
    if _is_number(value) and (value >= 0 if zero else value > 0):  # type: ignore[operator]
        return None
    return f"{name} must be a number {'>= 0' if zero else '> 0'}, e.g. {example}; received {value!r}"


def _count(name: str, value: object, example: str) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return None
    return f"{name} must be a whole number >= 1, e.g. {example}; received {value!r}"


def _choice(name: str, value: object, allowed: tuple[str, ...]) -> str | None:
    return None if value in allowed else f"{name} must be one of {', '.join(allowed)}; received {value!r}"


def _flag(name: str, value: object) -> str | None:
    return None if isinstance(value, bool) else f"{name} must be True or False; received {value!r}"


def _problems(profile: RiskProfile) -> list[str]:
    found: list[str | None] = []
    if not isinstance(profile.name, str) or not profile.name.strip():
        found.append(f"name must be a text, e.g. 'moderate'; received {profile.name!r}")
    if not isinstance(profile.sizing, tuple) or not profile.sizing:
        found.append(
            f"sizing must list at least one of {', '.join(SIZING_METHODS)}; received {profile.sizing!r}"
        )
    else:
        found += [_choice("sizing", method, SIZING_METHODS) for method in profile.sizing]
    found += [
        _choice("allocation", profile.allocation, ALLOCATIONS),
        _choice("reduction", profile.reduction, REDUCTIONS),
        _choice("heat_basis", profile.heat_basis, HEAT_BASES),
        _choice("stop", profile.stop, STOPS),
        _choice("trail", profile.trail, TRAILS),
        _choice("stop_anchor", profile.stop_anchor, STOP_ANCHORS),
        _flag("entry_bar_stop", profile.entry_bar_stop),
        _flag("place_stops", profile.place_stops),
        _fraction("risk_per_trade", profile.risk_per_trade),
        _fraction("kelly_fraction", profile.kelly_fraction),
        _fraction("kelly_floor", profile.kelly_floor, low_open=False),
        _fraction("cash_fraction", profile.cash_fraction),
        _fraction("heat_warning", profile.heat_warning),
        _fraction("heat_critical", profile.heat_critical),
        _fraction("heat_hysteresis", profile.heat_hysteresis, low_open=False),
        _fraction("fixed_stop", profile.fixed_stop, high=0.99),
        _count("kelly_min_trades", profile.kelly_min_trades, "20"),
        _count("atr_period", profile.atr_period, "14"),
        _positive("atr_stop", profile.atr_stop, "2.5"),
        _positive("trail_atr", profile.trail_atr, "2.5"),
        _positive("trail_activation", profile.trail_activation, "1.0", zero=True),
        _positive("lot", profile.lot, "1, or 0 for fractional units", zero=True),
    ]
    if profile.risk_per_trade_max is not None:
        found.append(_fraction("risk_per_trade_max", profile.risk_per_trade_max))
    if profile.max_heat is not None:
        found.append(_fraction("max_heat", profile.max_heat))
    if profile.max_position is not None:
        found.append(_fraction("max_position", profile.max_position, high=10.0))
    if profile.max_leverage is not None:
        found.append(_positive("max_leverage", profile.max_leverage, "1 for no borrowing"))
    if profile.max_positions is not None:
        found.append(_count("max_positions", profile.max_positions, "3"))
    if profile.entry_gap_buffer is not None:
        found.append(_fraction("entry_gap_buffer", profile.entry_gap_buffer, low_open=False))
    found.append(_target_heat_problem(profile))
    problems = [problem for problem in found if problem]
    return problems or _contradictions(profile)


def _target_heat_problem(profile: RiskProfile) -> str | None:
    band = profile.target_heat
    if band is None:
        return None
    if not isinstance(band, tuple) or len(band) != 2:
        return f"target_heat must be a pair (low, high) of fractions, e.g. (0.06, 0.08); received {band!r}"
    return _fraction("target_heat low", band[0], low_open=False) or _fraction("target_heat high", band[1])


def _contradictions(profile: RiskProfile) -> list[str]:
    found = []
    if profile.risk_per_trade_max is not None and profile.risk_per_trade > profile.risk_per_trade_max:
        found.append(
            f"risk_per_trade {profile.risk_per_trade:g} exceeds risk_per_trade_max {profile.risk_per_trade_max:g}"
        )
    if profile.max_heat is not None and profile.risk_per_trade > profile.max_heat:
        found.append(f"risk_per_trade {profile.risk_per_trade:g} exceeds max_heat {profile.max_heat:g}")
    if profile.target_heat is not None:
        low, high = profile.target_heat
        if low > high:
            found.append(f"target_heat low {low:g} exceeds target_heat high {high:g}")
        if profile.max_heat is not None and high > profile.max_heat:
            found.append(f"target_heat high {high:g} exceeds max_heat {profile.max_heat:g}")
    elif profile.allocation in ("target_heat", "equal_heat"):
        found.append(f"allocation {profile.allocation!r} needs a target_heat band, e.g. (0.06, 0.08)")
    if profile.allocation == "equal_heat" and profile.max_positions is None:
        found.append("allocation 'equal_heat' needs max_positions")
    if profile.heat_warning > profile.heat_critical:
        found.append(f"heat_warning {profile.heat_warning:g} exceeds heat_critical {profile.heat_critical:g}")
    if profile.sizing == ("kelly",):
        found.append(
            "sizing 'kelly' needs a second method to trade by until kelly_min_trades trades are closed"
        )
    if profile.stop == "none" and "risk_per_trade" in profile.sizing:
        found.append("sizing 'risk_per_trade' needs a stop: set stop to 'atr' or 'fixed'")
    return found


CONSERVATIVE = RiskProfile(
    name="conservative",
    risk_per_trade=0.02,
    max_heat=0.08,
    target_heat=(0.04, 0.06),
    max_positions=2,
    atr_stop=3.0,
    trail_atr=3.0,
)
MODERATE = RiskProfile(name="moderate")
AGGRESSIVE = RiskProfile(
    name="aggressive",
    risk_per_trade=0.025,
    max_heat=0.12,
    target_heat=(0.08, 0.10),
    max_positions=4,
    max_position=0.30,
    atr_stop=2.0,
    trail_atr=2.0,
    kelly_fraction=0.50,
)
# The "before": what a script without any risk layer does.
UNCONTROLLED = RiskProfile(
    name="uncontrolled",
    sizing=("cash_fraction",),
    allocation="risk_per_trade",
    risk_per_trade_max=None,
    max_heat=None,
    target_heat=None,
    max_positions=None,
    max_position=None,
    max_leverage=None,
    stop="none",
    trail="none",
)
# The sizes of MODERATE without its stops and heat limits: what is left of a difference is what those rules did.
UNPROTECTED = MODERATE.replace(
    name="moderate without stops",
    allocation="risk_per_trade",
    max_heat=None,
    target_heat=None,
    place_stops=False,
    trail="none",
)

PROFILES = {profile.name: profile for profile in (CONSERVATIVE, MODERATE, AGGRESSIVE, UNCONTROLLED)}


def resolve_profile(source: str | Mapping[str, Any] | RiskProfile) -> RiskProfile:
    """Return the profile that `source` means: a name, a profile, or a mapping of fields.

    A mapping changes MODERATE, or the profile that its key ``base`` names.

    Raises
    ------
    ProfileError
        The name or a key is unknown, or a value is not allowed.
    """
    if isinstance(source, RiskProfile):
        return source
    if isinstance(source, str):
        try:
            return PROFILES[source.strip().lower()]
        except KeyError:
            raise ProfileError(
                f"unknown profile {source!r}; choose one of {', '.join(PROFILES)}, or give a RiskProfile"
            ) from None
    if isinstance(source, Mapping):
        changes = dict(source)
        base = resolve_profile(changes.pop("base", MODERATE))
        changes.setdefault("name", "custom")
        _refuse_unknown(changes, "profile")
        return base.replace(**changes)
    raise ProfileError(f"profile must be a name, a RiskProfile or a mapping; received {source!r}")
