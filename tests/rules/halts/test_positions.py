from __future__ import annotations

from math import nan

import pytest

from bt_risk.maths.trade_stats import trade_pnl
from bt_risk.rules.halts.position_loss import position_loss
from bt_risk.rules.halts.position_timeout import position_timeout
from bt_risk.rules.notice import Action
from bt_risk.rules.profile import MODERATE

EQUITY = MODERATE.replace(position_loss=0.03)
COST = MODERATE.replace(position_loss_of_cost=0.10)
BOTH = EQUITY.replace(position_loss_of_cost=0.10)


@pytest.mark.parametrize(
    ("pnl", "kind"),
    [
        (-299.99, None),
        (-300.0, "position_loss"),
        (-300.0 * (1 - 1e-12), "position_loss"),
        (-500.0, "position_loss"),
        (500.0, None),
        (nan, None),
    ],
)
def test_a_position_closes_from_its_share_of_equity_on(pnl, kind):
    notice = position_loss(pnl, cost=5_000.0, equity=10_000.0, profile=EQUITY)
    assert (notice and notice.kind) == kind


@pytest.mark.parametrize(
    ("size", "current", "is_long", "pnl", "kind"),
    [
        (1, 90, True, -10.0, None),  # a tenth itself is not above it
        (1, 90 * (1 - 1e-12), True, -10.0, None),
        (1, 89.9, True, -10.1, "excessive_loss"),
        (2, 111, False, -22.0, "excessive_loss"),
        (2, 110, False, -20.0, None),
        (2, 90, False, 20.0, None),
    ],
)
def test_a_position_closes_above_a_tenth_of_its_cost(size, current, is_long, pnl, kind):
    found = trade_pnl(size, 100, current, is_long=is_long)
    assert found == pytest.approx(pnl)
    notice = position_loss(found, cost=size * 100, equity=1e6, profile=COST)
    assert (notice and notice.kind) == kind


def test_the_loss_of_equity_speaks_before_the_loss_of_cost():
    notice = position_loss(-400.0, cost=1_000.0, equity=10_000.0, profile=BOTH)
    assert (notice.kind, notice.action) == ("position_loss", Action.CLOSE_POSITION)
    assert notice.text == "the position lost 4.00% of equity, the limit is 3.00%"
    backstop = position_loss(-200.0, cost=1_000.0, equity=10_000.0, profile=BOTH)
    assert (backstop.kind, backstop.action) == ("excessive_loss", Action.CLOSE_POSITION)
    assert backstop.text == "the position lost 20.00% of its cost, the limit is 10.00%"


@pytest.mark.parametrize(("cost", "equity"), [(0.0, 0.0), (nan, nan), (-1.0, -1.0)])
def test_a_loss_of_nothing_known_closes_nothing(cost, equity):
    assert position_loss(-400.0, cost=cost, equity=equity, profile=BOTH) is None


def test_without_limits_any_loss_is_held():
    assert position_loss(-1e6, cost=1.0, equity=1.0, profile=MODERATE) is None


@pytest.mark.parametrize(
    ("age", "is_over"),
    [(0, False), (3599, False), (3600, False), (3600 * (1 + 1e-12), False), (3600.01, True), (4000, True)],
)
def test_a_timeout_is_over_above_its_seconds(age, is_over):
    notice = position_timeout(age, 3600)
    assert (notice is not None) is is_over
    if notice:
        assert (notice.kind, notice.action) == ("position_timeout", Action.CLOSE_POSITION)


def test_without_a_timeout_a_position_grows_old():
    assert position_timeout(1e9, None) is None
