"""The console: `bt-risk compare`, `run`, `report`, `fetch`, `check-data` and `profiles`."""

from __future__ import annotations

from bt_risk.cli.main import main

__all__ = ["main"]
