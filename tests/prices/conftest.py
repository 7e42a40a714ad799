"""Yahoo without a network, for whoever asks for it."""

from __future__ import annotations

import pytest

from tests.prices.yahoo_server import serve


@pytest.fixture
def waits(monkeypatch):
    """Return the list of the waits, which are not waited."""
    from bt_risk.prices import yahoo

    seconds: list[float] = []
    monkeypatch.setattr(yahoo, "sleep", seconds.append)
    return seconds


@pytest.fixture
def served(tmp_path, waits):
    """Return a function that puts an answer in Yahoo's place and returns the adapter."""
    return lambda answer: serve(answer, tmp_path / "yfinance")
