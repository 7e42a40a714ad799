"""The console: `bt-risk compare`, `run`, `fetch`, `check-data` and `profiles`."""

from __future__ import annotations

from bt_risk.cli.main import main

__all__ = ["main"]
