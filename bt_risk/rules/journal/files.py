"""Decisions in a file, a line each. Requires: a path. Gives: JSON Lines that can be read back and replayed.

The first line is ``{"format": "bt_risk decisions", "version": 1, "profile": {...}}``. A line ``{"profile": {...}}``
stands where the profile changed during the run. Every other line is a decision with all it was made on. What NaN,
infinity, times and enums look like, `codec` says.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from bt_risk.errors import JournalError, ProfileError
from bt_risk.rules.decision import Decision
from bt_risk.rules.journal.codec import record_codec
from bt_risk.rules.journal.lines import LineWriter, read_lines
from bt_risk.rules.profile import MODERATE, RiskProfile

KIND = "decisions"

# The profile has lines of its own: it hardly ever changes.
DECISION = record_codec(Decision, "profile")


class DecisionWriter(LineWriter):
    """Write decisions into a new file, each handed to the system whole as it comes.

    Raises
    ------
    JournalError
        The file cannot be made.
    """

    def __init__(self, path: str | os.PathLike[str], profile: RiskProfile | None) -> None:
        self._profile = profile
        super().__init__(path, KIND, profile=_plain_profile(profile))

    def write(self, decision: Decision) -> None:
        """Write one decision, behind its profile where that is another one than before.

        Raises
        ------
        OSError
            The system does not take it, for lack of space for example.
        """
        if decision.profile is not self._profile and decision.profile != self._profile:
            self._profile = decision.profile
            self._put({"profile": _plain_profile(decision.profile)})
        assert DECISION.write is not None
        self._put(DECISION.write(decision))


def write_decisions(path: str | os.PathLike[str], decisions: Iterable[Decision]) -> Path:
    """Write decisions as JSON Lines, in order, with the profile they were made under; return the path.

    Raises
    ------
    JournalError
        The file cannot be written.
    """
    each = iter(decisions)
    first = next(each, None)
    with DecisionWriter(path, None if first is None else first.profile) as writer:
        try:
            for decision in () if first is None else chain((first,), each):
                writer.write(decision)
        except OSError as error:
            raise writer.refusal(error) from None
    return writer.path


def read_decisions(path: str | os.PathLike[str]) -> list[Decision]:
    """Return the decisions of a file, equal to those that were written, each with its profile; see `iter_decisions`."""
    return list(iter_decisions(path))


def iter_decisions(path: str | os.PathLike[str]) -> Iterator[Decision]:
    """Yield the decisions of a file one by one, for files larger than memory.

    Raises
    ------
    JournalError
        There is no such file, it is none of ours, of a later format, or damaged; with the number of the line.

    Warns
    -----
    JournalWarning
        The last line was cut off when the run that wrote it died; it is left out.
    """
    yield from read_lines(path, KIND, _DecisionReader())


class _DecisionReader:
    """Make the decision of a line, with the profile of the lines before it."""

    def __init__(self) -> None:
        self._profile: RiskProfile | None = None
        self._number = 0

    def __call__(self, line: int, value: Any) -> Decision | None:
        if line == 1:
            self._profile = _read_profile(value.get("profile"))
            return None
        if isinstance(value, dict) and value.keys() == {"profile"}:
            self._profile = _read_profile(value["profile"])
            return None
        decision: Decision = replace(DECISION.read(value), profile=self._profile)
        if decision.number <= self._number:
            raise JournalError(f"decision {decision.number} stands behind {self._number}: two runs wrote it")
        self._number = decision.number
        return decision


def _plain_profile(profile: RiskProfile | None) -> dict[str, Any] | None:
    return None if profile is None else profile.to_dict()


def _read_profile(value: Any) -> RiskProfile | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise JournalError(f"a profile must be an object of its fields; received {value!r}")
    try:
        return MODERATE.replace(**value)
    except ProfileError as error:
        raise JournalError(str(error)) from None
