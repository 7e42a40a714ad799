"""The console where its script is not on the path: ``python -m bt_risk``."""

from __future__ import annotations

import sys

from bt_risk.cli import main

if __name__ == "__main__":
    sys.exit(main())
