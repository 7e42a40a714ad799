from __future__ import annotations

import re
import subprocess
import sys

import pytest

from bt_risk.errors import BtRiskError
from bt_risk.views.plots import equity_figure, inline_svg, save_figure
from tests.views.frames import curves


def figure():
    return equity_figure(*curves(60)[:2])


@pytest.mark.parametrize("ending", [".png", ".svg"])
def test_the_same_figure_has_the_same_bytes(tmp_path, ending):
    one = save_figure(figure(), tmp_path / f"one{ending}").read_bytes()
    other = save_figure(figure(), tmp_path / f"other{ending}").read_bytes()
    assert one == other
    for word in (b"Software", b"matplotlib.org", b"dc:date"):
        assert word not in one


def test_a_png_has_150_dots_per_inch(tmp_path):
    header = save_figure(figure(), tmp_path / "equity.png").read_bytes()
    assert int.from_bytes(header[16:20], "big") == 1500  # the width in the first chunk: 10 inches


@pytest.mark.parametrize("name", ["equity.jpg", "equity", "equity.pdf"])
def test_another_ending_is_refused_with_what_is_allowed(tmp_path, name):
    with pytest.raises(BtRiskError, match=r"path must end in \.png or \.svg, e\.g\. 'equity\.png'"):
        save_figure(figure(), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_an_inline_figure_has_own_ids_own_colours_and_no_address():
    svg = inline_svg(figure(), "first", css="wide", label="Equity & drawdown")
    assert svg.startswith("<svg viewBox=")
    assert svg.endswith("</svg>")
    assert 'aria-label="Equity &amp; drawdown"' in svg
    assert "http" not in svg
    assert "<style" not in svg
    assert all(name.startswith("first-") for name in re.findall(r'\bid="([^"]*)"', svg))
    assert set(re.findall(r'(?:url\(#|href="#)([^)"]*)', svg)) <= set(re.findall(r'\bid="([^"]*)"', svg))
    assert "stroke: var(--blue)" in svg
    assert "#0072b2" not in svg
    assert "currentColor" in svg


def test_the_span_of_an_inline_figure_is_that_of_its_panels():
    drawn = figure()
    left, right = re.search(
        r'data-span="([\d.]+) ([\d.]+)"', inline_svg(drawn, "a", css="", label="")
    ).groups()
    box = drawn.axes[0].get_position()
    assert (float(left), float(right)) == pytest.approx((box.x0, box.x1), abs=1e-5)


def test_pyplot_is_never_loaded():
    code = (
        "import sys; from tests.views.test_save import figure, inline_svg; import io; "
        "inline_svg(figure(), 'a', css='', label=''); assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
