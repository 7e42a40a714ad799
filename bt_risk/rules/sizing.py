"""From proposals to a size: the smallest wins. Requires: methods, caps. Gives: `Sizing`, to the entry's ruling."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from bt_risk.maths.limits import equals
from bt_risk.maths.position_size import floor_to_lot
from bt_risk.rules.caps import SCALES, Allow, target_heat
from bt_risk.rules.decision import Candidate, Missing
from bt_risk.rules.methods import Propose
from bt_risk.rules.oversized import refusal, refusing_cap
from bt_risk.rules.profile import RiskProfile
from bt_risk.rules.request import Book, EntryRequest, UnitTerms


@dataclass(frozen=True, slots=True)
class Sizing:
    """What the methods, the strategy and the caps make of a request.

    `asked` is the smallest proposal before any cap, NaN without one; `base` the size under the caps and `units`
    the size after the scales too, both rounded down to the lot; `binding` is the candidate that was smallest;
    `missing` tells what the methods that proposed nothing lacked. A `refusal` says why `binding` denies a request
    that it would have to cut: the sizes are 0 then.
    """

    candidates: tuple[Candidate, ...]
    asked: float
    base: float
    units: float
    binding: Candidate | None
    missing: tuple[str, ...]
    refusal: str = ""


def size_entry(
    request: EntryRequest,
    terms: UnitTerms,
    book: Book,
    profile: RiskProfile,
    *,
    methods: Mapping[str, Propose],
    caps: Sequence[tuple[str, Allow]],
    off: Collection[str] = (),
) -> Sizing:
    """Return the smallest of all proposals and caps, scaled and rounded down to the lot.

    A cap that cannot tell what it allows allows nothing: an unknown limit is not an absent one. Where every proposal
    is among those that are `off`, the caps alone make the size.
    """
    if target_heat.NAME in off:
        # The band bounds what the methods propose as well; a stop that the strategy names is free of it.
        request = replace(request, has_own_stop=True)
    proposals, missing = _proposals(request, terms, book, profile, methods)
    if not proposals:
        return Sizing((), math.nan, 0.0, 0.0, None, tuple(missing))
    found = [candidate for candidate in proposals if candidate.rule not in off]
    asked = _least(found) if found else math.nan
    for name, allow in caps:
        allowed = None if name in off else allow(request, terms, book, profile)
        if allowed is None:
            continue
        units = _defined(allowed, name)
        if isinstance(units, Missing):
            found.append(Candidate(name, 0.0, True, units.text))
        else:
            found.append(Candidate(name, units, True))
    if not found:
        return Sizing((), math.nan, 0.0, 0.0, None, tuple(missing))
    refused_by = refusing_cap(found, asked, profile)
    base = floor_to_lot(_least(found), profile.lot)
    for name, factor in SCALES:
        share = None if name in off else factor(request, book, profile)
        if share is not None:
            found.append(Candidate(name, _least(found) * share, True, is_scale=True))
    if refused_by is not None:
        text = refusal(refused_by, asked)
        return Sizing(tuple(found), asked, 0.0, 0.0, refused_by, tuple(missing), text)
    least = _least(found)
    # The first that comes to the least: a cap that passes at its value does not bind.
    binding = next(candidate for candidate in found if equals(candidate.units, least))
    units = floor_to_lot(least, profile.lot)
    return Sizing(tuple(found), asked, base, units, binding, tuple(missing))


def _proposals(
    request: EntryRequest,
    terms: UnitTerms,
    book: Book,
    profile: RiskProfile,
    methods: Mapping[str, Propose],
) -> tuple[list[Candidate], list[str]]:
    """Return what the methods, the strategy and a sizer propose, and what the silent methods lack."""
    found: list[Candidate] = []
    missing: list[str] = []
    for name in profile.sizing:
        units = _defined(methods[name](request, terms, book, profile), name)
        if isinstance(units, Missing):
            missing.append(units.text)
        else:
            found.append(Candidate(name, units, False))
    for name, given, text in (
        ("own_size", request.wanted, ""),
        ("sizer", request.sizer_units, request.sizer_text),
    ):
        if given is not None:
            found.append(Candidate(name, given if math.isfinite(given) else 0.0, False, text))
    return found, missing


def _defined(units: float | Missing, name: str) -> float | Missing:
    """Return `units` if they are finite; else why there are none."""
    if isinstance(units, Missing) or math.isfinite(units):
        return units
    return Missing(f"{name} comes to no finite size")


def _least(candidates: Sequence[Candidate]) -> float:
    return min(candidate.units for candidate in candidates)
