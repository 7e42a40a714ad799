"""What several rooms of the adapter share: sums, differences and ratios as the API has them, and the presets."""

from __future__ import annotations

import warnings

from bt_risk.maths.exposure import free_cash
from bt_risk.maths.heat import portfolio_heat
from bt_risk.maths.trade_stats import equity_path
from bt_risk.rules.profile import ProfileWarning, RiskProfile, load_profile

PLENTY = 1e12  # more money than any example needs


def total(amounts):
    """A plain sum is the heat of an equity of 1."""
    return portfolio_heat(amounts, 1.0)


def ratio(part, whole):
    """A plain quotient is the heat of one risk."""
    return portfolio_heat([part], whole)


def rest(whole, *parts):
    """A plain difference is what the parts leave free."""
    return free_cash(whole, parts)


def equity_after(start, *pnls):
    return equity_path(start, pnls)[-1]


def quietly(source, **options) -> RiskProfile:
    """Load a profile; the documents' doubtful numbers are kept on purpose."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ProfileWarning)
        return load_profile(source, **options)
