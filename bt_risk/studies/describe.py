"""Errors of other people's code as one line."""

from __future__ import annotations

from pathlib import Path


def describe(error: BaseException) -> str:
    """Return the error's kind, its first line, and the place in the code that raised it."""
    lines = str(error).strip().splitlines() or ["no message"]
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    place = ""
    if traceback is not None:
        place = f" ({Path(traceback.tb_frame.f_code.co_filename).name}, line {traceback.tb_lineno})"
    return f"{type(error).__name__}: {lines[0]}{place}"
