"""JSON Lines behind a header that names what they are. Requires: a path. Gives: one value a line, written and read.

The first line is ``{"format": ..., "version": 1, ...}``; what the others are, the kinds of records say.
"""

from __future__ import annotations

import contextlib
import json
import os
import warnings
import weakref
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NoReturn, Self

from bt_risk.errors import JournalError, JournalWarning

VERSION = 1


class LineWriter:
    """Write values into a new file, each handed to the system whole as it comes.

    What was written survives the end of the program, however it ends. A file that is there already is replaced.

    Raises
    ------
    JournalError
        The file cannot be made.
    """

    def __init__(self, path: str | os.PathLike[str], kind: str, **header: Any) -> None:
        self.path = Path(path)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", encoding="ascii", newline="\n")
            # A run that dies closes nothing, and of what it leaves behind a file may be collected before its writer.
            self._end = weakref.finalize(self, _close, self._file)
            self._put({"format": _format(kind), "version": VERSION, **header})
        except OSError as error:
            raise self.refusal(error) from None

    def refusal(self, error: OSError) -> JournalError:
        """Return what to tell of a line that the system did not take."""
        return JournalError(f"{self.path} cannot be written: {error.strerror}")

    def _put(self, value: dict[str, Any]) -> None:
        self._file.write(_TO_JSON(value) + "\n")
        self._file.flush()

    def close(self) -> None:
        """Write no more."""
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _close(file: IO[str]) -> None:
    # Every line is in the file already: what is left can only be the rest of one that the system refused.
    with contextlib.suppress(OSError):
        file.close()


def read_lines(path: str | os.PathLike[str], kind: str, take: Callable[[int, Any], Any]) -> Iterator[Any]:
    """Yield what `take` makes of each line's number and value, the header's included, where that is not None.

    Parameters
    ----------
    path, kind
        The file, and what its lines are, such as ``"decisions"``.
    take
        It may raise `JournalError`, which is told with the file and the line.

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
            yield from _lines(source, file, kind, take)
    except OSError as error:
        raise JournalError(f"{source} cannot be read: {error.strerror}") from None


def _lines(source: Path, lines: Iterable[bytes], kind: str, take: Callable[[int, Any], Any]) -> Iterator[Any]:
    count = 0
    for count, line in enumerate(lines, start=1):
        where = f"{source}, line {count}"
        try:
            value = json.loads(line, parse_constant=_refuse)
        except ValueError:
            if count == 1 or line.endswith(b"\n"):
                raise JournalError(f"{where}: no line of a file of {kind}") from None
            warnings.warn(f"{where} is cut off and left out", JournalWarning, stacklevel=5)
            return
        try:
            if count == 1:
                _check_header(value, kind)
            taken = take(count, value)
        except JournalError as error:
            raise JournalError(f"{where}: {error}") from None
        if taken is not None:
            yield taken
    if not count:
        raise JournalError(f"{source} is empty")


def _format(kind: str) -> str:
    return f"bt_risk {kind}"


def _check_header(value: Any, kind: str) -> None:
    header = value if isinstance(value, dict) else {}
    if header.get("format") != _format(kind):
        raise JournalError(f"a file of {kind} begins with its format, {_format(kind)!r}")
    if header.get("version") != VERSION:
        raise JournalError(f"version must be {VERSION}; received {header.get('version')!r}")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


_TO_JSON = json.JSONEncoder(allow_nan=False, separators=(",", ":")).encode
