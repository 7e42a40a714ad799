"""Say before a run which of its prices look wrong: a split taken for a crash makes every number of it wrong."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bt_risk.errors import PriceError


def warn_of(names: Sequence[str], *, start: str | None = None, end: str | None = None) -> None:
    """Print a line on stderr for each file with warnings inside the range; what no run accepts is left to the run."""
    from bt_risk.prices import check_prices, find_prices
    from bt_risk.prices.table import more

    for name in names:
        try:
            report = check_prices(find_prices(name))
        except PriceError:
            return
        # ISO dates, so that they compare as texts do.
        found = [
            finding
            for finding in report.warnings
            if (start or "") <= finding.date[:10] <= (end or "9999-12-31")
        ]
        if found and not report.errors:
            print(
                f"bt-risk: warning: {report.source} {found[0]}{more(len(found) - 1)}; see: bt-risk check-data {name}",
                file=sys.stderr,
            )
