"""Which positions to cut, and by how much. Requires: risks, equity. Gives: cuts, to the order desk."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bt_risk.errors import BtRiskError
from bt_risk.maths.limits import above, at_most


@dataclass(frozen=True, slots=True)
class Cut:
    """Close this share (0, 1] of one position."""

    key: Hashable
    share: float


def plan_reduction(
    risks: Sequence[tuple[Hashable, float]],
    *,
    untouchable: float,
    equity: float,
    max_heat: float,
    policy: str,
) -> list[Cut]:
    """Return the cuts, in order, after which the heat is within the limit.

    Parameters
    ----------
    risks
        (key, open risk in money) of each position that can be cut now, in the order that settles ties.
    untouchable
        Risk that cannot be cut: positions that are already closing do not count, positions without a market do.
    equity, max_heat
        The limit in money is ``max_heat * equity``; with equity <= 0 everything is cut.
    policy
        ``"highest_risk"`` or ``"lowest_risk"`` close whole positions in that order; ``"trim"`` cuts the highest
        first, but only by the excess.
    """
    limit = max_heat * max(equity, 0.0)
    remaining = untouchable + sum(risk for _, risk in risks)
    ordered = sorted(risks, key=lambda item: item[1], reverse=policy != "lowest_risk")
    cuts = []
    for key, risk in ordered:
        if at_most(remaining, limit) and limit > 0.0:
            break
        if risk <= 0.0:
            # Closing a position that risks nothing lowers no heat; only a lost account gives it up as well.
            if limit > 0.0:
                continue
            cuts.append(Cut(key, 1.0))
            continue
        share = min(1.0, (remaining - limit) / risk) if policy == "trim" and limit > 0.0 else 1.0
        cuts.append(Cut(key, share))
        remaining -= share * risk
    return cuts


class Protocol(StrEnum):
    """What an operator, or a halt, can have done to the open positions."""

    CLOSE_ALL = "close_all"
    CLOSE_POSITIONS = "close_positions"
    REDUCE_POSITIONS = "reduce_positions"
    REDISTRIBUTE_POSITIONS = "redistribute_positions"


def plan_protocol(
    protocol: str,
    risks: Sequence[tuple[Hashable, float]],
    *,
    keys: Collection[Hashable] | None = None,
    share: float = 0.5,
) -> list[Cut]:
    """Return the cuts that carry out an emergency protocol; none of them opens or enlarges a position.

    ``close_all`` closes every position, ``close_positions`` those of `keys`, ``reduce_positions`` cuts `share` of
    each (of those of `keys`, where given). ``redistribute_positions`` levels the open risk as far as cutting can: no
    position keeps more than the mean of all.

    Parameters
    ----------
    risks
        (key, open risk in money) of each position that can be cut now.

    Raises
    ------
    BtRiskError
        The protocol is unknown, `share` is no fraction, or a key is not among the positions.
    """
    if protocol not in tuple(Protocol):
        raise BtRiskError(f"protocol must be one of {', '.join(Protocol)}; received {protocol!r}")
    if not 0.0 < share <= 1.0:
        raise BtRiskError(f"share must be a fraction in (0, 1], e.g. 0.5 for half; received {share!r}")
    held = [key for key, _ in risks]
    missing = [key for key in keys or () if key not in held]
    if missing:
        raise BtRiskError(f"keys must be open positions, e.g. {held[:3]!r}; received {missing!r}")
    if protocol == Protocol.REDISTRIBUTE_POSITIONS:
        mean = sum(risk for _, risk in risks) / max(len(risks), 1)
        return [Cut(key, 1.0 - mean / risk) for key, risk in risks if above(risk, mean)]
    if protocol == Protocol.CLOSE_POSITIONS:
        return [Cut(key, 1.0) for key in held if keys is not None and key in keys]
    if protocol == Protocol.CLOSE_ALL:
        return [Cut(key, 1.0) for key in held]
    return [Cut(key, share) for key in held if keys is None or key in keys]
