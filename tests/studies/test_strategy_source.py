from __future__ import annotations

import pickle
import sys

import pytest

from bt_risk import RiskStrategy, StrategyError
from bt_risk.studies.strategy_source import load_strategy, ship, unship
from tests.studies.frames import Periodic

SOURCE = """
from bt_risk import RiskStrategy
from neighbour import EVERY

class Mine(RiskStrategy):
    params = dict(every=EVERY)

class Other(RiskStrategy):
    pass

value = 3
"""


@pytest.fixture
def file(tmp_path):
    (tmp_path / "neighbour.py").write_text("EVERY = 7\n")
    path = tmp_path / "mine.py"
    path.write_text(SOURCE)
    yield path
    sys.modules.pop("neighbour", None)


def test_a_class_is_loaded_from_a_file_which_may_import_its_neighbours(file):
    before = list(sys.path)
    loaded = load_strategy(f"{file}:Mine")
    assert issubclass(loaded, RiskStrategy)
    assert loaded.params.every == 7
    assert sys.path == before
    assert load_strategy(f"{file}:Mine") is loaded


def test_a_class_is_loaded_from_a_module():
    assert load_strategy("tests.studies.frames:Periodic") is Periodic


@pytest.mark.parametrize(
    ("reference", "message"),
    [
        (
            "mine.py",
            "must be named as file.py:Class or module:Class, e.g. 'strategies/sma_cross.py:SmaCross'; "
            "received 'mine.py'; its strategies: Mine, Other",
        ),
        (":Mine", "must be named as file.py:Class"),
        ("mine.py:", "must be named as file.py:Class"),
        ("gone.py:Mine", "there is no strategy file 'gone.py'"),
        ("mine.py:Yours", "mine.py has no class 'Yours'; its strategies: Mine, Other"),
        (
            "mine.py:value",
            "mine.py:value is not a class derived from backtrader.Strategy; its strategies: Mine, Other",
        ),
        ("no.such.module:Mine", "module 'no.such.module' cannot be loaded: ModuleNotFoundError"),
        ("json:loads", "json:loads is not a class derived from backtrader.Strategy"),
    ],
)
def test_what_cannot_be_loaded_is_named_in_one_line(file, monkeypatch, reference, message):
    monkeypatch.chdir(file.parent)
    with pytest.raises(StrategyError) as caught:
        load_strategy(reference)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("1 / 0\n", "ZeroDivisionError: division by zero (broken.py, line 1)"),
        ("def (:\n", "SyntaxError: invalid syntax"),
        ("raise SystemError('two\\nlines')\n", "SystemError: two (broken.py, line 1)"),
    ],
)
def test_a_file_that_raises_on_import_says_where(tmp_path, source, message):
    path = tmp_path / "broken.py"
    path.write_text(source)
    modules = set(sys.modules)
    with pytest.raises(StrategyError) as caught:
        load_strategy(f"{path}:Mine")
    assert f"broken.py cannot be loaded: {message}" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not {name for name in set(sys.modules) - modules if "broken" in name}


def test_a_class_from_a_file_travels_as_its_path(file):
    shipped = pickle.loads(pickle.dumps(ship(load_strategy(f"{file}:Mine"))))
    assert shipped == {"path": str(file), "name": "Mine"}
    assert unship(shipped).params.every == 7


def test_a_class_that_lost_its_parameters_gets_them_back():
    class Travelled(RiskStrategy):
        pass

    found = unship({"class": Travelled, "params": (("every", 9),)})
    assert found.params.every == 9
    assert issubclass(found, Travelled)


def test_a_class_that_kept_its_parameters_is_taken_as_it_is():
    assert unship(ship(Periodic)) is Periodic
