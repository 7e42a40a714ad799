"""Profiles in files. Requires: a path to a .toml, .yaml or .yml file. Gives: its keys as they are written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bt_risk.errors import ProfileError

SUFFIXES = (".toml", ".yaml", ".yml")


def read_file(path: Path) -> dict[Any, Any]:
    """Return the keys and values of the file at `path`.

    Raises
    ------
    ProfileError
        There is no such file, it is no UTF-8, its format is broken (with the line), or it holds no keys.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise ProfileError(f"{path}: a profile's file must end in {', '.join(SUFFIXES)}")
    try:
        # Editors on Windows begin UTF-8 files with a byte order mark, which TOML would refuse.
        content = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ProfileError(f"{path}: no such file") from None
    except (OSError, ValueError) as error:
        raise ProfileError(f"{path} cannot be read as UTF-8 text: {error}") from None
    keys = _read_toml(path, content) if path.suffix.lower() == ".toml" else _read_yaml(path, content)
    if not isinstance(keys, dict) or not keys:
        raise ProfileError(f"{path} must hold keys and values, e.g. max_positions; received {keys!r}")
    return keys


def _read_toml(path: Path, content: str) -> object:
    # Only whoever reads a file pays for a parser: `import bt_risk` stays cheap.
    import tomllib

    try:
        return tomllib.loads(content)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ProfileError(f"{path} is no valid TOML: {error}") from None


def _read_yaml(path: Path, content: str) -> object:
    try:
        from bt_risk.rules.profile.yaml_reader import YamlError, read_yaml
    except ModuleNotFoundError:
        raise ProfileError(f'{path} is YAML, which needs PyYAML: pip install "bt-risk[yaml]"') from None
    try:
        return read_yaml(content)
    except YamlError as error:
        raise ProfileError(f"{path} is no valid YAML: {error}") from None
