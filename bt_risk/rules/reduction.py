"""Which positions to cut when heat is above its limit. Requires: risks, equity. Gives: cuts, to the order desk."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from bt_risk.maths.limits import at_most


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
