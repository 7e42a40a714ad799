"""The console: `bt-risk compare` and `bt-risk profiles`."""

from __future__ import annotations

from bt_risk.cli.main import main

__all__ = ["main"]
