"""What a user may do to the desk, on any bar. Requires: profile, account, measures. Gives: `Controls`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bt_risk.errors import ProfileError
from bt_risk.oversight.desk_part import DeskPart

# Read once, when a run begins.
FIXED = frozenset({"atr_period", "name"})


class Controls(DeskPart):
    """Change limits, order an emergency, open the breaker, end halts. A part of the desk."""

    def set_limits(self, **changes: Any) -> None:
        """Change fields of the profile from now on.

        Positions already open, and the day and the drawdown so far, come under the new limits at once.

        Raises
        ------
        ProfileError
            A name is unknown, a value is not allowed or contradicts another, or the field is fixed for a run.
        """
        desk = self._desk
        fixed = sorted(FIXED.intersection(changes))
        if fixed:
            raise ProfileError(
                f"{', '.join(fixed)} cannot change during a run: set it before; received {changes!r}"
            )
        profile = desk.profile.replace(**changes)
        if profile == desk.profile:
            return
        with desk.turn(), desk.log.until_done():
            desk.set_profile(profile)
            text = ", ".join(f"{name} is {value!r}" for name, value in changes.items())
            desk.tell("limits_changed", "info", None, f"from now on {text}")
            for holding in desk.holdings.values():
                desk.cover.ensure(holding)
                desk.upkeep.enter_risk(holding)
            for plan in list(desk.plans.values()):
                desk.renew_protection(plan)
            desk.watch.judge_again()
            desk.update_tier()
            desk.measures.act()

    def emergency(
        self, protocol: str = "close_all", datas: Iterable[Any] = (), *, share: float = 0.5
    ) -> None:
        """Carry out an emergency protocol at once; none of them opens or enlarges a position.

        ``close_all`` withdraws every entry, closes every position and keeps entries halted until `reset`;
        ``close_positions`` closes those of `datas`; ``reduce_positions`` cuts `share` of each, or of those of
        `datas`; ``redistribute_positions`` cuts down to the mean whatever risks more than the mean of all.

        Raises
        ------
        BtRiskError
            The protocol is unknown, `share` is no fraction, or one of `datas` has no open position.
        """
        desk = self._desk
        with desk.turn(), desk.log.until_done():
            desk.measures.carry_out(protocol, [desk.name_of(data) for data in datas], share)

    def trip(self, reason: str = "operator") -> None:
        """Open the circuit breaker: no entries until it has cooled down, and passed its probation."""
        desk = self._desk
        with desk.turn(), desk.log.until_done():
            for notice in desk.account.trip(reason):
                desk.watch.take(notice)
            desk.measures.act()

    def reset(self) -> None:
        """End every halt: the emergency stop, the breaker, daily loss and drawdown, measured from here on."""
        desk = self._desk
        with desk.turn():
            desk.account.reset()
            desk.tell("reset", "info", None, "every halt is ended by hand")
