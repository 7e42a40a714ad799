from __future__ import annotations

import pytest

from bt_risk.rules.exits.reason import ExitReason, gravest


def test_the_gravest_of_several_reasons_names_the_exit():
    assert gravest([ExitReason.SIGNAL, ExitReason.STOP, ExitReason.TIME]) is ExitReason.STOP
    assert gravest([ExitReason.STOP, ExitReason.HEAT]) is ExitReason.HEAT
    assert gravest([ExitReason.HOLD, ExitReason.SIGNAL]) is ExitReason.SIGNAL


def test_no_reason_at_all_is_no_exit():
    assert gravest([]) is ExitReason.HOLD


@pytest.mark.parametrize("reason", ExitReason)
def test_only_a_signal_can_be_put_off(reason):
    assert reason.is_deferrable is (reason is ExitReason.SIGNAL)
