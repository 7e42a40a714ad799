"""`bt-risk check-data`: what it prints, and its three exit codes."""

from __future__ import annotations

import pytest

from bt_risk.cli import main
from bt_risk.prices import load_prices
from tests.prices.frames import LINES, write


def checked(capsys, *arguments) -> tuple[int, list[str], list[str]]:
    code = main(["check-data", *map(str, arguments)])
    shown = capsys.readouterr()
    return code, shown.out.splitlines(), shown.err.splitlines()


def test_a_clean_file_is_one_line_and_code_0(tmp_path, capsys):
    path = write(tmp_path, *LINES)
    assert checked(capsys, path) == (0, [f"{path}: 4 rows, 2000-03-01 to 2000-03-06: clean"], [])


def test_notes_are_shown_and_leave_the_code_0(capsys):
    code, out, err = checked(capsys, "EURUSD")
    assert (code, err) == (0, [])
    assert out[0].endswith("data/EURUSD.csv: 4309 rows, 2000-03-01 to 2016-12-30: 1 note")
    assert (
        out[1].split() == "note volume lines 2-4310 2000-03-01 no bar has a volume: it is not known".split()
    )


def test_a_split_is_a_finding_and_code_1(capsys):
    code, out, err = checked(capsys, "AAPL_raw")
    assert (code, err, len(out)) == (1, [], 5)
    assert out[1].split()[:5] == ["warning", "split", "line", "80", "2000-06-21"]
    assert out[1].endswith("probably a 2:1 split")


def test_every_error_is_a_line_of_the_table_and_code_1(tmp_path, capsys):
    path = write(tmp_path, LINES[0], "2000-03-02,11,13,10,nan,1100", LINES[3], LINES[2])
    code, out, err = checked(capsys, path)
    assert (code, err) == (1, [])
    assert out == [
        f"{path}: 4 rows, 2000-03-01 to 2000-03-06: 2 errors",
        "  error  bad price  line 3  2000-03-02  Close must be a finite number above zero, e.g. 131.75; "
        "received 'nan'; mend or drop the row",
        "  error  unsorted   line 5  2000-03-03  Date must be later than 2000-03-06, the row before; "
        "received '2000-03-03'; sort the rows, oldest first",
    ]


def test_what_is_no_table_is_one_line_on_stderr_and_code_2(tmp_path, capsys):
    path = tmp_path / "ACME.csv"
    path.write_bytes(bytes(range(256)))
    code, out, err = checked(capsys, path)
    assert (code, out) == (2, [])
    assert err == [f"bt-risk: error: {path}: this is not a text file in UTF-8; save it as CSV"]


def test_the_files_behind_a_bad_one_are_still_checked_and_the_worst_code_counts(tmp_path, capsys):
    code, out, err = checked(capsys, tmp_path / "NONE.csv", "AAPL_raw", write(tmp_path, *LINES))
    assert code == 2
    assert len(err) == 1
    assert "NONE.csv" in err[0]
    assert out[0].endswith("2 warnings, 2 notes")
    assert out[-1].endswith("clean")


def test_many_findings_are_cut_and_counted(tmp_path, capsys):
    months = [(month, day) for month in (3, 4) for day in range(1, 31)]
    lines = [
        f"2000-{month:02}-{day:02},10,12,9,{'nan' if day % 2 else 11 + day / 100},1" for month, day in months
    ]
    path = write(tmp_path, *lines)
    assert len(checked(capsys, path)[1]) == 22
    assert checked(capsys, path)[1][-1] == "  and 10 more; --shown 30 shows them all"
    assert len(checked(capsys, path, "--shown", "30")[1]) == 31
    assert checked(capsys, path, "--shown", "1")[1][-1] == "  and 29 more; --shown 30 shows them all"


def test_a_mended_copy_is_written_and_every_repair_named(tmp_path, capsys):
    path = write(tmp_path, LINES[0], "2000-03-02,11,13,10,nan,1100", LINES[3], LINES[2])
    before = path.read_bytes()
    out = tmp_path / "a" / "mended"
    code, shown, err = checked(capsys, path, "--repair", "sort", "drop_bad_rows", "--out", out)
    assert (code, err) == (0, [])
    assert shown[0].endswith("2 errors")
    assert shown[3:] == [
        f"mended, 2 times: {out / 'ACME.csv'}: 3 rows, 2000-03-01 to 2000-03-06: clean",
        "  line 3 (2000-03-02): dropped: Close must be a finite number above zero, e.g. 131.75; received 'nan'",
        "  line 5 (2000-03-03): sorted: Date must be later than 2000-03-06, the row before; received '2000-03-03'",
    ]
    assert load_prices(out / "ACME.csv")["Close"].tolist() == [11.0, 13.0, 14.0]
    assert path.read_bytes() == before


def test_what_a_repair_leaves_wrong_is_code_2_and_writes_nothing(tmp_path, capsys):
    path = write(tmp_path, LINES[0], "2000-03-02,11,13,10,nan,1100", LINES[3], LINES[2])
    code, _, err = checked(capsys, path, "--repair", "sort", "--out", tmp_path / "mended")
    assert (code, len(err)) == (2, 1)
    assert "line 3 (2000-03-02): Close must be" in err[0]
    assert not (tmp_path / "mended").exists()


@pytest.mark.parametrize(
    "arguments", [["AAPL", "--repair", "all"], ["AAPL", "--repair", "sort", "--out", "README.md"]]
)
def test_a_repair_that_cannot_be_made_is_one_line_and_code_2(capsys, arguments):
    code, _, err = checked(capsys, *arguments)
    assert (code, len(err)) == (2, 1)


@pytest.mark.parametrize("arguments", [[], ["AAPL", "--shown", "none"]])
def test_a_command_line_that_does_not_fit_is_code_2(capsys, arguments):
    code, out, err = checked(capsys, *arguments)
    assert (code, out, len(err)) == (2, [], 1)
    assert "see bt-risk check-data --help" in err[0]


def test_the_help_says_what_the_codes_mean(capsys):
    assert main(["check-data", "--help"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "exit code: 0 no error and no warning, 1 some, 2 a file that cannot be read as prices" in shown
