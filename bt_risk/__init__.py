"""A portfolio risk desk inside the bar loop of Backtrader."""

from __future__ import annotations

__version__ = "0.1.0"
