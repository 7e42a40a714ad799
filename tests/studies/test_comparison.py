from __future__ import annotations

import pandas as pd
import pytest

from bt_risk import BtRiskError, compare_profiles
from tests.studies.frames import MARKETS, Periodic

NAMES = ["table.csv", "equity.csv", "heat.csv", "drawdown.csv", "decisions.csv", "events.csv"]


@pytest.fixture(scope="module")
def compared():
    return compare_profiles(Periodic, MARKETS)


def test_the_csv_files_hold_the_frames(compared, tmp_path):
    written = compared.to_csv(tmp_path / "made")
    assert [path.name for path in written] == NAMES
    table = pd.read_csv(written[0], index_col="profile")
    pd.testing.assert_frame_equal(table, compared.table, rtol=1e-9)
    equity = pd.read_csv(written[1], index_col="datetime", parse_dates=True)
    pd.testing.assert_frame_equal(equity, compared.equity, rtol=1e-9, check_index_type=False)
    assert len(pd.read_csv(written[4])) == len(compared.decisions)


def test_two_comparisons_write_the_same_bytes(tmp_path):
    for folder in ("one", "two"):
        comparison = compare_profiles(Periodic, MARKETS, "moderate", baselines=False)
        comparison.to_csv(tmp_path / folder)
        comparison.to_html(tmp_path / folder / "report.html")
        comparison.plot(tmp_path / folder / "equity.png")
        comparison.plot_heat(tmp_path / folder / "heat.svg")
    for path in sorted((tmp_path / "one").iterdir()):
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name
        assert b"\r" not in path.read_bytes() or path.suffix == ".png"


def test_the_figures_are_those_of_the_frames(compared, tmp_path):
    upper, _ = compared.plot().axes
    drawn = {line.get_label(): line.get_ydata() for line in upper.get_lines()}
    assert drawn["moderate"].tolist() == compared.equity["moderate"].tolist()
    assert len(compared.plot_heat().axes) == 5
    assert len(compared.plot_overview().axes) == 2 + 2 * 5
    assert not list(tmp_path.iterdir())


def test_the_figure_of_the_heat_explains_the_scale_of_the_baselines(compared):
    alone = compare_profiles(Periodic, MARKETS, "moderate", baselines=False)
    said = [text.get_text() for text in compared.plot_heat().texts]
    assert any("Without stops the heat is the exposure" in text for text in said)
    assert not any("Without stops" in text.get_text() for text in alone.plot_heat().texts)


def test_a_figure_with_another_ending_is_refused(compared, tmp_path):
    with pytest.raises(BtRiskError, match=r"path must end in \.png or \.svg"):
        compared.plot(tmp_path / "equity.gif")


def test_the_report_says_what_was_run(compared, tmp_path):
    page = compared.to_html(tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<h1>Periodic under 3 risk profiles and 2 baselines</h1>" in page
    for text in ("every 20", "AAA, BBB", "2005-01-03 to 2005-08-12", "160", "100,000", "0.1 %"):
        assert text in page
