"""Recorded entries decided again. Requires: decisions or their file. Gives: `Replay`, objects and text.

No Backtrader and no prices: a record holds all that its decision was made on.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, cast

from bt_risk.errors import JournalError
from bt_risk.maths.limits import equals
from bt_risk.rules.counterfactual import recorded_checks
from bt_risk.rules.decision import Decision, Ruling
from bt_risk.rules.entry import decide_entry
from bt_risk.rules.journal.codec import record_codec
from bt_risk.rules.journal.files import iter_decisions
from bt_risk.rules.profile import RiskProfile, resolve_profile
from bt_risk.rules.profile.load import Source

RULING = record_codec(Ruling)
# A text shows so many changes; the object has all.
MOST_LINES = 20


@dataclass(frozen=True, slots=True)
class Replayed:
    """An entry that comes out otherwise: the recorded decision, and the ruling now."""

    decision: Decision
    ruling: Ruling

    def __str__(self) -> str:
        """Return one line: what was decided, and what would be."""
        one, now = self.decision, self.ruling
        reason = "" if now.units else f": {now.text}"
        return (
            f"{one.label} {_words(one.outcome, one.given, one.rule)} -> "
            f"{_words(now.outcome, now.units, now.rule)}{reason}"
        )


@dataclass(frozen=True, slots=True)
class Replay:
    """What the rules say of recorded entries.

    Attributes
    ----------
    profile
        The profile they were decided by again; None for the recorded ones.
    entries, others
        Entries decided again; other decisions, which rest on orders and positions and are no rule's alone.
    changed
        The entries with another outcome, size or binding rule.
    exact
        Entries whose ruling is the recorded one in every number of every rule.
    own_checks
        The entries that a check of the strategy's own denied, their numbers by the check's name: it is not in the
        record, its findings are, and were taken from there.
    unread
        Fields in which `profile` differs from the recorded one and at which no rule looked: the stop, the target and
        the halts are in the record as they were, so that nothing here shows what those fields would have changed.
    """

    profile: RiskProfile | None
    entries: int
    others: int
    changed: tuple[Replayed, ...]
    exact: int
    own_checks: Mapping[str, tuple[int, ...]]
    unread: tuple[str, ...]

    @property
    def is_exact(self) -> bool:
        """Whether every ruling is the recorded one in every number."""
        return self.exact == self.entries

    def __str__(self) -> str:
        """Return what changes in words, the first changes line by line."""
        under = "the recorded profile" if self.profile is None else repr(self.profile.name)
        lines = [
            f"{self.entries} entries under {under}: {len(self.changed)} change, each on the account as recorded",
            *map(str, self.changed[:MOST_LINES]),
        ]
        if len(self.changed) > MOST_LINES:
            lines.append(f"and {len(self.changed) - MOST_LINES} more")
        for rule, numbers in self.own_checks.items():
            listed = ", ".join(map(str, numbers[:MOST_LINES]))
            dots = ", ..." if len(numbers) > MOST_LINES else ""
            lines.append(f"taken from the record, a check of the strategy's own, {rule}: {listed}{dots}")
        if self.unread:
            lines.append(
                f"no rule looked at {', '.join(self.unread)}: stops, exits and halts are as recorded"
            )
        return "\n".join(lines)


def replay(source: str | os.PathLike[str] | Iterable[Decision], profile: Source | None = None) -> Replay:
    """Decide the recorded entries again, by the recorded profile or by another.

    Each entry is decided by itself, on the request and the account as they were recorded. By the recorded profile
    every ruling comes out as it was. By another one it shows what the rules would have said at that moment; what a
    run would have become after the first difference only a run can tell. A limit that the recorded profile had not
    may lack its input: its reason says so.

    Parameters
    ----------
    source
        Decisions, or the path of a file that holds them.
    profile
        Anything that `load_profile` takes; None for the profiles in the record.

    Raises
    ------
    JournalError
        The file cannot be read, or an entry has no profile and none is given.
    """
    other = None if profile is None else resolve_profile(profile)
    watched = None if other is None else _Watched(other)
    count = others = exact = 0
    changed: list[Replayed] = []
    denied: defaultdict[str, list[int]] = defaultdict(list)
    recorded: dict[RiskProfile, None] = {}
    is_path = isinstance(source, str | os.PathLike)
    for decision in iter_decisions(cast("str", source)) if is_path else cast("Iterable[Decision]", source):
        request, book, ruling = decision.request, decision.book, decision.ruling
        if request is None or book is None or ruling is None:
            others += 1
            continue
        by = decision.profile if watched is None else cast("RiskProfile", watched)
        if by is None:
            raise JournalError(f"decision {decision.number} names no profile: give one to replay it by")
        if decision.profile is not None:
            recorded[decision.profile] = None
        count += 1
        if any(one.is_own and not one.passed and one.rule == ruling.rule for one in ruling.findings):
            denied[ruling.rule].append(decision.number)
        again = decide_entry(request, book, by, checks=recorded_checks(ruling))
        exact += _plain(again) == _plain(ruling)
        if not _is_alike(again, ruling):
            changed.append(Replayed(decision, again))
    return Replay(
        profile=other,
        entries=count,
        others=others,
        changed=tuple(changed),
        exact=exact,
        own_checks={rule: tuple(numbers) for rule, numbers in denied.items()},
        unread=() if other is None or watched is None else _unread(other, recorded, watched.read),
    )


class _Watched:
    """A profile that remembers which of its fields were looked at."""

    def __init__(self, profile: RiskProfile) -> None:
        self._profile = profile
        self.read: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.read.add(name)
        return getattr(self._profile, name)


def _plain(ruling: Ruling) -> Any:
    """Return a ruling as values of which NaN equals NaN."""
    assert RULING.write is not None
    return RULING.write(ruling)


def _is_alike(one: Ruling, other: Ruling) -> bool:
    return one.outcome == other.outcome and one.rule == other.rule and equals(one.units, other.units)


def _words(outcome: str, units: float, rule: str) -> str:
    return f"{outcome} {units:.6g} by {rule}" if units else f"{outcome} by {rule}"


def _unread(profile: RiskProfile, recorded: Iterable[RiskProfile], read: set[str]) -> tuple[str, ...]:
    return tuple(
        field.name
        for field in fields(profile)
        if field.name != "name"
        and field.name not in read
        and any(getattr(one, field.name) != getattr(profile, field.name) for one in recorded)
    )
