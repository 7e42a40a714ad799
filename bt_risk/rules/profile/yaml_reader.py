"""YAML read strictly. Requires: PyYAML. Gives: plain values, or one line that names what is broken and where."""

from __future__ import annotations

import re
from typing import Any

import yaml


class YamlError(ValueError):
    """The text is no YAML, or says a thing twice."""


class _StrictLoader(yaml.SafeLoader):
    """YAML 1.2's scalars, each key once.

    PyYAML's own rules are of YAML 1.1: there ``off`` is false, ``15:55`` is 955, ``010`` is 8, ``1e-3`` is a text,
    and the last of two equal keys wins in silence. Each of these would change a limit unseen.
    """

    # Hides the inherited table; the resolvers of 1.2 are added below.
    yaml_implicit_resolvers = {}  # noqa: RUF012

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        mapping = super().construct_mapping(node, deep=deep)
        seen = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"duplicate key {key!r}", key_node.start_mark
                )
            seen.add(key)
        return mapping


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", [*"tTfF"]),
    ("null", r"~|null|Null|NULL|", [*"~nN", ""]),
    ("int", r"[-+]?(0|[1-9][0-9]*)", [*"-+0123456789"]),
    ("float", r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?", [*"-+.0123456789"]),
):
    _StrictLoader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"({_pattern})$"), _first)


def read_yaml(content: str) -> object:
    """Return the one document in `content` as plain values."""
    try:
        return yaml.load(content, Loader=_StrictLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" (at line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise YamlError(f"{error.problem}{where}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise YamlError(" ".join(str(error).split())) from None
