"""Decisions in a file, a line each. Requires: a path. Gives: JSON Lines that can be read back and replayed.

The first line is ``{"format": "bt_risk decisions", "version": 1, "profile": {...}}``. A line ``{"profile": {...}}``
stands where the profile changed during the run. Every other line is a decision with all it was made on. What NaN,
infinity, times and enums look like, `codec` says.
"""

from __future__ import annotations

import contextlib
import json
import os
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

from bt_risk.errors import JournalError, JournalWarning, ProfileError
from bt_risk.rules.decision import Decision
from bt_risk.rules.journal.codec import record_codec
from bt_risk.rules.profile import MODERATE, RiskProfile

FORMAT = "bt_risk decisions"
VERSION = 1

# The profile has lines of its own: it hardly ever changes.
DECISION = record_codec(Decision, "profile")


class DecisionWriter:
    """Write decisions into a new file, each handed to the system whole as it comes.

    What was written survives the end of the program, however it ends. A file that is there already is replaced.

    Raises
    ------
    JournalError
        The file cannot be made.
    """

    def __init__(self, path: str | os.PathLike[str], profile: RiskProfile | None) -> None:
        self.path = Path(path)
        self._profile = profile
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="ascii", newline="\n")
            self._put({"format": FORMAT, "version": VERSION, "profile": _plain_profile(profile)})
        except OSError as error:
            raise JournalError(f"{self.path} cannot be written: {error.strerror}") from None

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

    def _put(self, value: dict[str, Any]) -> None:
        self._file.write(_TO_JSON(value) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Write no more."""
        # Every line is in the file already: what is left can only be the rest of one that the system refused.
        with contextlib.suppress(OSError):
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        # A run that dies closes nothing.
        if hasattr(self, "_file"):
            self.close()


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
            raise JournalError(f"{writer.path} cannot be written: {error.strerror}") from None
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
    source = Path(path)
    try:
        with source.open("rb") as file:
            yield from _decisions(source, file)
    except OSError as error:
        raise JournalError(f"{source} cannot be read: {error.strerror}") from None


def _decisions(source: Path, lines: Iterable[bytes]) -> Iterator[Decision]:
    profile, number, count = None, 0, 0
    for count, line in enumerate(lines, start=1):
        where = f"{source}, line {count}"
        try:
            value = json.loads(line, parse_constant=_refuse)
        except ValueError:
            if count == 1 or line.endswith(b"\n"):
                raise JournalError(f"{where}: no line of a file of decisions") from None
            warnings.warn(f"{where} is cut off and left out", JournalWarning, stacklevel=4)
            return
        try:
            if count == 1:
                profile = _read_header(value)
            elif isinstance(value, dict) and value.keys() == {"profile"}:
                profile = _read_profile(value["profile"])
            else:
                decision = replace(DECISION.read(value), profile=profile)
                if decision.number <= number:
                    raise JournalError(
                        f"decision {decision.number} stands behind {number}: two runs wrote it"
                    )
                number = decision.number
                yield decision
        except JournalError as error:
            raise JournalError(f"{where}: {error}") from None
    if not count:
        raise JournalError(f"{source} is empty")


def _read_header(value: Any) -> RiskProfile | None:
    header = value if isinstance(value, dict) else {}
    if header.get("format") != FORMAT:
        raise JournalError(f"a file of decisions begins with its format, {FORMAT!r}")
    if header.get("version") != VERSION:
        raise JournalError(f"version must be {VERSION}; received {header.get('version')!r}")
    return _read_profile(header.get("profile"))


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


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


_TO_JSON = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
