"""How a mixin may bring its own params, and who wins."""

from __future__ import annotations

import backtrader as bt
import pytest

from tests.backtrader.play import broker_cerebro


class Plain:
    """A mixin that knows nothing of Backtrader."""

    def buy(self, *args, **kwargs):
        self.bought = True
        return super().buy(*args, **kwargs)


class Mixin(bt.metabase.ParamsBase):
    params = (("profile", "moderate"),)

    def buy(self, *args, **kwargs):
        self.bought = True
        return super().buy(*args, **kwargs)


class Base(Mixin, bt.Strategy):
    pass


def params_of(strategy):
    return dict(strategy.params._getpairs())


def test_a_params_mixin_placed_left_adds_its_param_and_wins_its_methods():
    class User(Base):
        params = (("fast", 20),)

    assert params_of(User) == {"profile": "moderate", "fast": 20}
    assert User.buy is Mixin.buy


def test_the_mixin_works_left_of_a_signal_strategy():
    class Signals(Mixin, bt.SignalStrategy):
        pass

    assert params_of(Signals)["profile"] == "moderate"
    assert "signals" in params_of(Signals)


def test_a_plain_mixin_with_tuple_params_placed_left_cannot_be_built():
    class WithParams:
        params = (("profile", "moderate"),)

    with pytest.raises(AttributeError, match="'tuple' object has no attribute '_derive'"):
        type("User", (WithParams, bt.Strategy), {})


def test_a_plain_mixin_without_params_placed_left_is_fine():
    class User(Plain, bt.Strategy):
        params = (("fast", 20),)

    assert params_of(User) == {"fast": 20}
    assert User.buy is Plain.buy


def test_a_subclass_overrides_the_default_with_a_tuple_or_a_dict():
    class ByTuple(Base):
        params = (("profile", "aggressive"),)

    by_dict = type("ByDict", (Base,), {"params": {"profile": "aggressive"}})
    assert params_of(ByTuple) == params_of(by_dict) == {"profile": "aggressive"}


def test_in_a_diamond_the_params_of_the_right_base_win():
    class Other(Base):
        params = (("profile", "aggressive"),)

    class Left(Base):
        params = (("profile", "conservative"),)

    class Diamond(Left, Other):
        pass

    assert params_of(Diamond)["profile"] == "aggressive"


def test_in_a_diamond_the_default_of_the_right_base_undoes_the_choice_of_the_left():
    class Left(Base):
        params = (("profile", "conservative"),)

    class Right(Mixin, bt.Strategy):
        pass

    class Diamond(Left, Right):
        pass

    assert params_of(Diamond)["profile"] == "moderate"


def test_a_class_made_at_run_time_carries_both_sets_of_params():
    class User(bt.Strategy):
        params = (("fast", 20),)

    guarded = type("User", (Mixin, User), {})
    assert params_of(guarded) == {"profile": "moderate", "fast": 20}


def test_a_class_made_at_run_time_with_the_users_own_profile_param_takes_the_users():
    class User(bt.Strategy):
        params = (("profile", "their own idea"),)

    assert params_of(type("User", (Mixin, User), {}))["profile"] == "their own idea"


def test_a_mutable_default_is_shared_by_all_runs():
    class User(bt.Strategy):
        params = (("seen", []),)

    assert User.params._getpairs()["seen"] is User.params._getpairs()["seen"]


def run_with_a_typo(strategy):
    cerebro = broker_cerebro([(1, 1, 1, 1)])
    cerebro.addstrategy(strategy, prfile="moderate")
    return cerebro.run()


def test_a_misspelt_param_is_swallowed_by_a_strategy_without_an_init():
    (strategy,) = run_with_a_typo(Base)
    assert strategy.p.profile == "moderate"


def test_a_misspelt_param_is_refused_by_a_strategy_with_an_init():
    class User(Base):
        def __init__(self):
            self.ready = True

    with pytest.raises(TypeError, match="prfile"):
        run_with_a_typo(User)
