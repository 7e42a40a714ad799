"""One browser for all tests here; without one they are skipped, and under CI=true they fail."""

from __future__ import annotations

import os

import pytest

# The pipes that lead to the browser are those of POSIX.
collect_ignore_glob = ["test_*.py"] if os.name == "nt" else []


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    """Return a running browser."""
    from tests.browser import chromium

    path = chromium.find()
    if path is None:
        reason = f"no browser is installed under any name of {', '.join(chromium.NAMES)}"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}: apt-get install chromium")
        pytest.skip(reason)
    running = chromium.Browser(path, tmp_path_factory.mktemp("browser"))
    yield running
    running.close()
