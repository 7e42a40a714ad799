"""The console: `bt-risk compare`, `bt-risk run` and `bt-risk profiles`."""

from __future__ import annotations

from bt_risk.cli.main import main

__all__ = ["main"]
