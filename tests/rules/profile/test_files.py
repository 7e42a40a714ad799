from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bt_risk.rules.profile import AGGRESSIVE, MODERATE, load_profile
from tests.rules.profile.problems import refusal_of


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write(name, content):
        data = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
        return name

    return write


TOML = (
    'name = "mine"\nmax_heat = 0.12\ntarget_heat = [0.06, 0.08]\nmax_leverage = "off"\nend_of_day = "15:55"\n'
)
YAML = "name: mine\nmax_heat: 0.12\ntarget_heat: [0.06, 0.08]\nmax_leverage: {off}\nend_of_day: 15:55\n"
MINE = MODERATE.replace(name="mine", max_heat=0.12, max_leverage=None, end_of_day="15:55")


def test_toml_and_yaml_say_the_same(write):
    assert load_profile(write("a.toml", TOML)) == MINE
    assert load_profile(write("A.TOML", TOML)) == MINE
    assert load_profile(Path(write("a.yml", YAML.format(off="off")))) == MINE
    for off in ("null", "~", "", "OFF", "'off'"):
        assert load_profile(write("a.yaml", YAML.format(off=off))) == MINE


def test_a_file_without_a_name_is_called_after_itself(write):
    assert load_profile(write("sub/careful.v2.toml", "lot = 0\n")).name == "careful.v2"


def test_a_byte_order_mark_and_windows_line_ends_are_taken(write):
    assert load_profile(write("bom.toml", b"\xef\xbb\xbflot = 0\r\nmax_heat = 0.12\r\n")).lot == 0
    assert load_profile(write("bom.yaml", b"\xef\xbb\xbflot: 0\r\nmax_heat: 0.12\r\n")).lot == 0


def test_a_file_may_name_its_base_and_another_profiles_heat(write):
    write("house/base.toml", 'base = "aggressive"\nlot = 10\n')
    path = write("house/desk.yaml", "base: base.toml\nmax_positions: 5\nheat_of: moderate\n")
    assert load_profile(path) == AGGRESSIVE.replace(name="desk", lot=10, max_positions=5).with_heat_of(
        MODERATE
    )
    assert load_profile({"base": "house/base.toml"}) == AGGRESSIVE.replace(name="custom", lot=10)


def test_a_base_that_comes_back_to_its_file_is_refused(write):
    write("a.toml", 'base = "b.toml"\n')
    write("b.toml", f'base = "../{Path.cwd().name}/a.toml"\n')
    assert refusal_of("a.toml").endswith("a.toml is its own base")
    write("self.toml", 'base = "self.toml"\n')
    assert refusal_of("self.toml") == "self.toml: base: self.toml is its own base"


@pytest.mark.parametrize("base", ["modrate", "3", "none.toml"])
def test_a_bad_base_is_refused_by_the_files_name(write, base):
    message = refusal_of(write("own.yaml", f"base: {base}\n"))
    assert message.startswith("own.yaml: base: ")


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.toml", "lot = 0\nmax_heat = \n", "a.toml is no valid TOML: Invalid value (at line 2, column 12)"),
        (
            "a.toml",
            "lot = 0\nlot = 1\n",
            "a.toml is no valid TOML: Cannot overwrite a value (at line 2, column 8)",
        ),
        ("a.toml", "lot: 0\n", "a.toml is no valid TOML: Expected '=' after a key"),
        ("a.toml", "x = " + "[" * 9000 + "]" * 9000, "a.toml is no valid TOML: "),
        ("a.yaml", "lot: 0\nmax_heat: [0.1\n", "a.yaml is no valid YAML: expected ',' or ']', but got"),
        ("a.yaml", "lot: 0\nmax_heat: [0.1\n", "(at line 3, column 1)"),
        ("a.yaml", "lot: 0\nlot: 1\n", "a.yaml is no valid YAML: duplicate key 'lot' (at line 2, column 1)"),
        ("a.yaml", "a: {b: 1, b: 2}\n", "a.yaml is no valid YAML: duplicate key 'b' (at line 1, column 11)"),
        ("a.yaml", "? [a]\n: 1\n", "a.yaml is no valid YAML: found unhashable key (at line 1, column 3)"),
        ("a.yaml", "lot: !!python/object:os.system 1\n", "could not determine a constructor"),
        ("a.yaml", "lot: !!int x\n", "a.yaml is no valid YAML: invalid literal for int()"),
        ("a.yaml", "lot: 0\n---\nlot: 1\n", "a.yaml is no valid YAML: but found another document (at line 2"),
        (
            "a.yaml",
            "lot: \0\n",
            "a.yaml is no valid YAML: unacceptable character #x0000: special characters are",
        ),
        ("a.yaml", "lot: " + "[" * 1000, "a.yaml is no valid YAML: "),
        ("a.toml", b"name = '\xff'\n", "a.toml cannot be read as UTF-8 text: 'utf-8"),
        ("a.yaml", "- 1\n- 2\n", "a.yaml must hold keys and values, e.g. max_positions; received [1, 2]"),
        ("a.yaml", "hello\n", "a.yaml must hold keys and values, e.g. max_positions; received 'hello'"),
        ("a.yaml", "", "a.yaml must hold keys and values, e.g. max_positions; received None"),
        ("a.toml", "# nothing\n", "a.toml must hold keys and values, e.g. max_positions; received {}"),
        ("a.toml", "max_haet = 0.1\n", "a.toml: unknown key 'max_haet', did you mean 'max_heat'?"),
        (
            "a.toml",
            "max_heat = 12\n",
            "a.toml: max_heat must be a fraction in (0, 1], e.g. 0.02 for 2 %; received 12",
        ),
        (
            "a.toml",
            "max_heat = nan\n",
            "a.toml: max_heat must be a fraction in (0, 1], e.g. 0.02 for 2 %; received nan",
        ),
        (
            "a.toml",
            "max_heat = inf\n",
            "a.toml: max_heat must be a fraction in (0, 1], e.g. 0.02 for 2 %; received inf",
        ),
        (
            "a.toml",
            "max_heat = true\n",
            "a.toml: max_heat must be a fraction in (0, 1], e.g. 0.02 for 2 %; received True",
        ),
        (
            "a.toml",
            "max_positions = 2.0\n",
            "a.toml: max_positions must be a whole number >= 1, e.g. 3; received 2.0",
        ),
        ("a.toml", "end_of_day = 15:55:00\n", "a.toml: end_of_day must be a time of day or last_bar"),
        ("a.toml", "[ladder]\na = 1\n", "a.toml: ladder must be a list of pairs (multiple, share)"),
        (
            "a.yaml",
            "max_heat: .nan\n",
            "a.yaml: max_heat must be a fraction in (0, 1], e.g. 0.02 for 2 %; received '.nan'",
        ),
        ("a.yaml", "entry_bar_stop: yes\n", "a.yaml: entry_bar_stop must be True or False; received 'yes'"),
        (
            "a.yaml",
            "max_positions: 010\n",
            "a.yaml: max_positions must be a whole number >= 1, e.g. 3; received '010'",
        ),
        ("a.yaml", "1: 2\n", "a.yaml: unknown key 1"),
        ("a.yaml", "<<: {lot: 1}\n", "a.yaml: unknown key '<<'"),
        ("a.yaml", "ladder: &a [*a]\n", "a.yaml: ladder[0] must be a pair (multiple, share)"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_and_place(write, name, content, problem):
    assert problem in refusal_of(write(name, content))


def test_numbers_of_yaml_are_read_as_written(write):
    profile = load_profile(
        write(
            "a.yaml",
            "max_heat: 1.2e-1\ntarget_heat: [.06, 8e-2]\nlot: 0\nmax_leverage: 1\nplace_stops: true\n",
        )
    )
    assert (profile.max_heat, profile.target_heat, profile.lot, profile.place_stops) == (
        0.12,
        (0.06, 0.08),
        0,
        True,
    )


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("missing.toml", "missing.toml: no such file"),
        ("no/such/folder.yaml", "no/such/folder.yaml: no such file"),
        ("profiles/moderate", "profiles/moderate: a profile's file must end in .toml, .yaml, .yml"),
        (Path("profile.json"), "profile.json: a profile's file must end in .toml, .yaml, .yml"),
        (Path("moderate"), "moderate: a profile's file must end in .toml, .yaml, .yml"),
        ("nul\0.toml", "cannot be read as UTF-8 text: embedded null byte"),
        ("folder.toml", "folder.toml cannot be read as UTF-8 text: "),
    ],
)
def test_what_is_no_readable_file_is_refused(write, name, problem):
    Path("folder.toml").mkdir()
    assert problem in refusal_of(name)


def test_yaml_without_its_package_names_the_cure(write, monkeypatch):
    path = write("a.yaml", "lot: 0\n")
    monkeypatch.delitem(sys.modules, "bt_risk.rules.profile.yaml_reader", raising=False)
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert refusal_of(path) == 'a.yaml is YAML, which needs PyYAML: pip install "bt-risk[yaml]"'
    assert load_profile(write("a.toml", "lot = 0\n")).lot == 0
