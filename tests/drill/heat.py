"""Heat tiers: told, closed to entries, cut. 100 000 of equity, of which at most 10 % may be at risk together."""

from __future__ import annotations

from bt_risk.rules.tiers import Tier
from tests.drill.cases import needs
from tests.edge.market import CALM, LIMIT, WIDE, calm, do, each, trade


def risks(units):
    """Return a script entry that buys `units` at 100, each of which risks 20."""
    return do("buy", size=units, stop=80)


@needs("tiers warning")
def warning():
    session = trade(calm(4), script={1: risks(450)}, profile=WIDE)  # 9 % of 10 %
    assert session.tiers[-1] == "WARNING"
    assert session.event_kinds() == ["tier"]
    return session


@needs("tiers critical")
def critical():
    # 9.6 % of 10 %: what rests is withdrawn.
    rest = do("buy", data=1, size=1, stop=50, price=90, exectype=LIMIT, name="rest")
    session = trade(calm(4), calm(4), script={1: rest, 2: risks(480)}, profile=WIDE)
    assert session.heard_of("rest") == ["Accepted", "Canceled"]
    return session


@needs("tiers emergency")
def emergency():
    # 2 000, 3 000 and 4 400 at risk. At 93 the equity is 93 420: the largest goes.
    three = each(*(do("buy", data=n, size=units, stop=90) for n, units in enumerate((200, 300, 440))))
    fall = [*calm(2), (100, 100, 92, 93), (93, 94, 92, 93)]
    session = trade(fall, fall, fall, script={1: three}, profile=WIDE)
    assert session.fills[3:] == [(4, -440, 93)]
    assert session.tiers[2] == "EMERGENCY"
    return session


@needs("tiers hysteresis")
def hysteresis():
    # At 102 the equity is 100 900, and 9 000 of it 89.2 % of the limit: 2 % below 90 % the tier ends.
    session = trade([*calm(2), (102, 102, 102, 102), CALM], script={1: risks(450)}, profile=WIDE)
    assert session.tiers[2] == Tier.WARNING.name
    return session
