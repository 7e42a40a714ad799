"""The whole suite is shared among the cores, file by file; what is asked for by name runs in this process."""

from __future__ import annotations

import os
from typing import Any

import pytest

# A worker holds up to a gigabyte, and more than a few have nothing left to share.
MOST_WORKERS = 4


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: Any) -> None:
    """Ask pytest-xdist for a worker a core, before it looks at its own options."""
    option, cores = config.option, min(os.cpu_count() or 1, MOST_WORKERS)
    choices = ("file_or_dir", "keyword", "markexpr", "lf", "collectonly")
    # An option of a plugin that is off is not there.
    is_named = any(getattr(option, choice, None) for choice in choices)
    # A worker must not have workers.
    is_worker = "PYTEST_XDIST_WORKER" in os.environ
    if cores < 2 or is_named or is_worker or option.usepdb or getattr(option, "numprocesses", 0) is not None:
        return
    option.numprocesses = cores
    # A file's tests share what its fixtures have worked for.
    option.dist = "loadfile"
