"""Write a folder of results so that nobody ever sees half of one, and show it without losing it."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from bt_risk.errors import BtRiskError


def check_folder(folder: Path) -> None:
    """Check that `folder` is one, or can become one, and may be written to, before any work is done for it.

    Raises
    ------
    BtRiskError
        The path, or one above it, is a file, or may not be written to.
    """
    for path in (folder, *folder.parents):
        if path.exists():
            if not path.is_dir():
                raise BtRiskError(
                    f"--out must be a folder, e.g. 'out'; received {str(folder)!r}, {path} is a file"
                )
            # What is written is put together beside the folder first.
            for needed in {path, folder.parent} if path == folder else {path}:
                if not os.access(needed, os.W_OK | os.X_OK):
                    raise BtRiskError(
                        f"--out must be a folder that may be written to, e.g. 'out'; received {str(folder)!r}, "
                        f"{needed} is not"
                    )
            return


def write_files(folder: Path, write: Callable[[Path], object]) -> list[str]:
    """Let `write` fill a temporary folder, move its files into `folder`, and return their names.

    The temporary folder stands beside `folder`, so that moving a file is one step of the file system. Where
    `write` fails, `folder` is left as it was.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        write(unfinished)
        names = sorted(path.name for path in unfinished.iterdir())
        folder.mkdir(exist_ok=True)
        for name in names:
            os.replace(unfinished / name, folder / name)
        return names
    finally:
        shutil.rmtree(unfinished)


def left_by_earlier_runs(folder: Path, written: Iterable[str]) -> list[str]:
    """Return the pages and pictures in `folder` that are not of this run, though they stand beside its numbers."""
    found = {path.name for kind in ("*.html", "trade-*.png") for path in folder.glob(kind)}
    return sorted(found - set(written))


def show(what: str, view: Callable[[], object]) -> bool:
    """Let `view` show results that are written already; one line says so where it fails. Return whether it did not."""
    try:
        view()
    except (BtRiskError, OSError, KeyboardInterrupt):
        raise
    except Exception as error:
        reason = (str(error).splitlines() or ["no message"])[0]
        print(
            f"bt-risk: the {what} could not be shown: {type(error).__name__}: {reason}; the numbers are written",
            file=sys.stderr,
        )
        return False
    return True
