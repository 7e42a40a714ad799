"""docs/planned_against_realised.md: every number in it, and its picture, is what its examples give."""

import re
import sys
import types
from dataclasses import fields
from pathlib import Path

import matplotlib.image
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs/planned_against_realised.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```(python|text)\n(.*?)```", flags=re.DOTALL)


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Run the blocks one after the other; return what they define, and where they wrote."""
    place = tmp_path_factory.mktemp("page")
    (place / "data").symlink_to(ROOT / "data")
    module = types.ModuleType("planned_against_realised")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        # Backtrader looks a class up in the module that defines it.
        patch.setitem(sys.modules, module.__name__, module)
        for kind, block in BLOCK.findall(PAGE):
            if kind == "python":
                exec(compile(block, "planned_against_realised.md", "exec"), vars(module))
        yield module, place


def story(risk):
    """Return the trade in a sentence or two."""
    (trade,), decision = risk.trades, risk.decisions[0]
    planned, lost = trade.decided - trade.stop, trade.entry - trade.exit
    return [
        f"Decided on {decision.datetime:%Y-%m-%d} at {trade.decided:.4f} with the stop at {trade.stop:.4f}, for "
        f"{trade.units:,.0f} units.",
        f"Bought on {trade.opened:%Y-%m-%d} at {trade.entry:.4f}, stopped on {trade.closed:%Y-%m-%d} at "
        f"{trade.exit:.4f}.",
        f"A unit was to lose {planned:.4f} and lost {lost:.4f}, {lost / planned:.1f} times as much.",
    ]


def table(risk):
    """Return the lines of the trade's table: planned, every part that is not zero, realised."""
    (trade,) = risk.trades
    parts = [(part.name.replace("_", " "), getattr(trade.parts, part.name)) for part in fields(trade.parts)]
    rows = [(name, money) for name, money in parts if round(money, 2)]
    lines = [f"| {name} | {money:,.2f} | {money / trade.risk:.2f} |" for name, money in rows]
    total = f"| **realised** | **{trade.realised:,.2f}** | **{trade.r_multiple:.2f}** |"
    return ["| part | money | R |", "|---|---:|---:|", *lines, total]


def share(risk):
    (trade,) = risk.trades
    return [
        f"Of {-trade.realised:,.2f} lost, {trade.never_promised:,.2f} was never promised, "
        f"{trade.never_promised / -trade.realised:.1%} of it."
    ]


def test_every_number_is_computed(played):
    module, _ = played
    left = BLOCK.sub("", PAGE)
    flat = " ".join(left.split())
    for risk in (module.apple, module.franc):
        for sentence in (*story(risk), *share(risk)):
            assert sentence in flat
            flat = flat.replace(sentence, "")
        lines = table(risk)
        assert "\n".join(lines) in left
        flat = flat.replace(" ".join(lines), "")
    assert re.findall(r"[^ ]*\d[^ ]*", flat) == []


def test_the_picture_is_the_one_of_the_page(played):
    _, place = played
    name = "planned_against_realised.png"
    made, shown = (matplotlib.image.imread(path) for path in (place / name, ROOT / "docs/pictures" / name))
    assert made.shape == shown.shape
    # Versions of matplotlib draw letters a little differently.
    assert np.abs(made - shown).mean() < 0.01


def test_every_column_of_a_row_is_explained(played):
    module, _ = played
    row = module.apple.trades[0].to_row()
    names = {name for name in row if name not in {part.name for part in fields(module.apple.trades[0].parts)}}
    assert names <= set(re.findall(r"`(\w+)`", PAGE))
