"""Errors of other people's code as one line."""

from __future__ import annotations

import sysconfig
import traceback
from pathlib import Path

import backtrader as bt

_LIBRARIES = (Path(__file__).parents[1], Path(bt.__file__).parent, Path(sysconfig.get_path("stdlib")))


def describe(error: BaseException) -> str:
    """Return the error's kind, its first line, and the last place in the user's own code that led to it.

    Where no code of the user was on the way, the place is the one that raised it.
    """
    lines = str(error).strip().splitlines() or ["no message"]
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if not _is_of_a_library(Path(frame.filename))]
    place = hint = ""
    if frames and not isinstance(error, SyntaxError):  # which says its place itself
        last = (theirs or frames)[-1]
        place = f" ({Path(last.filename).name}, line {last.lineno})"
        # Backtrader computes an indicator over all bars at once and writes its first value without looking.
        if isinstance(error, IndexError) and Path(frames[-1].filename).parent.name == "indicators":
            hint = "; there may be fewer bars than an indicator needs"
    return f"{type(error).__name__}: {lines[0]}{place}{hint}"


def _is_of_a_library(path: Path) -> bool:
    return (
        "site-packages" in path.parts
        or path.name.startswith("<frozen ")
        or any(path.is_relative_to(folder) for folder in _LIBRARIES)
    )
