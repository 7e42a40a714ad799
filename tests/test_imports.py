"""What `import bt_risk` costs and offers."""

from __future__ import annotations

import subprocess
import sys

import pytest

import bt_risk

HEAVY = ("backtrader", "pandas", "matplotlib", "yfinance", "scipy", "tqdm", "yaml")


def printed_by(code):
    """Return what a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_the_package_alone_loads_nothing_heavy():
    assert printed_by(f"import sys, bt_risk; print(*[m for m in {HEAVY!r} if m in sys.modules])") == []


def test_profiles_are_at_hand_without_backtrader():
    code = "import sys, bt_risk; print(bt_risk.MODERATE.max_heat, 'backtrader' in sys.modules)"
    assert printed_by(code) == ["0.1", "False"]


def test_a_strategy_class_loads_backtrader_on_first_use():
    code = "import sys, bt_risk; bt_risk.RiskStrategy; print(*[m in sys.modules for m in ('backtrader', 'pandas')])"
    assert printed_by(code) == ["True", "False"]


@pytest.mark.parametrize("name", bt_risk.__all__)
def test_every_public_name_resolves(name):
    assert getattr(bt_risk, name) is not None


def test_every_public_name_is_listed_once_and_shown():
    assert len(set(bt_risk.__all__)) == len(bt_risk.__all__)
    assert set(bt_risk.__all__) <= set(dir(bt_risk))


def test_an_unknown_name_is_an_ordinary_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Moderate'"):
        bt_risk.Moderate  # noqa: B018


def test_a_lazy_name_is_loaded_once():
    assert bt_risk.RiskStrategy is bt_risk.RiskStrategy
    assert "RiskStrategy" in vars(bt_risk)
