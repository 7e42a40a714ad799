"""Write api.md, the reference of the public names, from their docstrings.

python docs/make_api.py            write docs/api.md
python docs/make_api.py --check    compare without writing; exit code 1 where it is not current
"""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAGE = Path(__file__).resolve().parent / "api.md"
MODULES = {
    "bt_risk": "The names that most scripts need.",
    "bt_risk.sizers": "For plain strategies, or as one more proposal under the desk.",
    "bt_risk.analyzers": "Attached by `cerebro.addanalyzer`.",
    "bt_risk.observers": "Attached by `cerebro.addobserver`, drawn by `cerebro.plot`.",
    "bt_risk.prices": "Prices as checked frames.",
    "bt_risk.views.plots": "Figures without pyplot; `save_figure` writes them.",
}
# What other calls return, and `self.bt_risk` in a strategy.
RETURNED = {
    "RiskDesk": "bt_risk.desk",
    "Decision": "bt_risk.rules.decision",
    "TradeRecord": "bt_risk.rules.trade_record",
    "RecordedRun": "bt_risk.studies.recorded_run",
    "Comparison": "bt_risk.studies.comparison",
}
# Called by Backtrader, not by users.
THEIRS = {
    "start",
    "next",
    "prenext",
    "preload",
    "advance",
    "advance_peek",
    "attach",
    "set",
    "notify_order",
    "notify_trade",
}
# What the parts of the desk say to each other.
INSIDE = {"end_records", "name_of", "now", "record", "tell", "tell_of_faults"}
HEAD = """# Reference

Made from the docstrings by `python docs/make_api.py`; a test holds it to them. Rates are fractions: 0.02 is 2 %.
"""
_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", flags=re.MULTILINE)
_ENTRY = re.compile(r"^((?:\S.*,\n)*\S.*?)(?: : (.+))?\n((?:    .*\n?|\n(?=    ))+)", flags=re.MULTILINE)


def page() -> str:
    """Return the whole page: a heading for every module, and one for every name of it that stands nowhere before."""
    parts, seen = [HEAD], set()
    for module, about in MODULES.items():
        names = [name for name in public_names(module) if name not in seen]
        seen.update(names)
        parts += [f"## {module}\n\n{about}\n", *(entry(module, name) for name in names)]
    parts.append("## What they return\n\nAnd `self.bt_risk` in a strategy, which is a `RiskDesk`.\n")
    parts += [entry(module, name) for name, module in RETURNED.items()]
    return "\n".join(parts)


def public_names(module: str) -> list[str]:
    """Return the names that a module offers, values such as the shipped profiles left out."""
    found = importlib.import_module(module)
    objects = {name: getattr(found, name) for name in found.__all__}
    return sorted(
        name for name, value in objects.items() if inspect.isclass(value) or inspect.isfunction(value)
    )


def entry(module: str, name: str) -> str:
    """Return the section of one name."""
    value = getattr(importlib.import_module(module), name)
    parts = [f"### {name}\n"]
    call = signature(name, value)
    if call:
        parts.append(f"```text\n{call}\n```\n")
    parts.append(markdown(inspect.getdoc(value) or ""))
    methods = "\n".join(f"- `{call}`: {text}" for call, text in methods_of(value))
    if methods:
        parts.append(f"{methods}\n")
    return "\n".join(parts)


def signature(name: str, value: Any) -> str:
    """Return how it is called, an argument a line where it is long; nothing for errors and for Backtrader's classes."""
    if inspect.isclass(value) and not dataclasses.is_dataclass(value):
        return ""
    if name in RETURNED:
        return ""
    if name == "RiskProfile":
        return "RiskProfile(*, name='custom', **fields)"
    found = inspect.signature(value)
    shown = [_with_short_default(parameter) for parameter in found.parameters.values()]
    found = found.replace(parameters=shown)
    if inspect.isclass(value):
        found = found.replace(return_annotation=inspect.Signature.empty)
    text = f"{name}{found}".replace("'", "")
    if len(text) <= 100:
        return text
    inside = [str(parameter).replace("'", "") for parameter in found.parameters.values()]
    kinds = [parameter.kind for parameter in found.parameters.values()]
    if inspect.Parameter.KEYWORD_ONLY in kinds:
        inside.insert(kinds.index(inspect.Parameter.KEYWORD_ONLY), "*")
    returned = text.rpartition(") -> ")[2] if ") -> " in text else ""
    return (
        f"{name}(\n" + "".join(f"    {one},\n" for one in inside) + ")" + f" -> {returned}" * bool(returned)
    )


class _Dots:
    """Stands for a default that is too long to read, or has an address in it."""

    def __repr__(self) -> str:
        return "..."


def _with_short_default(parameter: inspect.Parameter) -> inspect.Parameter:
    text = repr(parameter.default)
    return parameter.replace(default=_Dots()) if len(text) > 60 or " at 0x" in text else parameter


def methods_of(value: Any) -> Iterator[tuple[str, str]]:
    """Give the public methods and properties that a class of ours defines, with the first line of what they say."""
    if not inspect.isclass(value) or issubclass(value, Exception):
        return
    # The desk's own methods are called by the mixin; what users read and do is in its bases.
    sources = value.__bases__ if value.__name__ == "RiskDesk" else (value,)
    members = {name: member for source in sources for name, member in vars(source).items()}
    for name, member in sorted(members.items()):
        about = inspect.getdoc(member.fget if isinstance(member, property) else member)
        if name.startswith("_") or name in THEIRS | INSIDE or not about:
            continue
        if isinstance(member, property):
            yield f".{name}", about.splitlines()[0].replace("``", "`")
        elif inspect.isfunction(member):
            yield f".{name}()", about.splitlines()[0].replace("``", "`")


def markdown(text: str) -> str:
    """Return a docstring of numpydoc's form as Markdown: sections as bold words, their entries as lists."""
    text = text.replace("``", "`")
    pieces = _SECTION.split(text)
    parts = [pieces[0].strip() + "\n"]
    for title, body in zip(pieces[1::2], pieces[2::2], strict=True):
        entries = _ENTRY.sub(_item, body.strip("\n") + "\n")
        parts.append(f"**{title}**\n\n{entries.strip()}\n")
    return "\n".join(parts)


def _item(match: re.Match[str]) -> str:
    name, kind, body = match.groups()
    name, text = " ".join(name.split()), " ".join(body.split())
    return f"- `{name}`{f' ({kind})' if kind else ''}: {text}\n"


def main() -> int:
    """Write or compare the page; return 1 where it is not current."""
    parser = argparse.ArgumentParser(description="Write docs/api.md from the docstrings.")
    parser.add_argument("--check", action="store_true", help="compare without writing")
    text = page()
    if parser.parse_args().check:
        return 0 if PAGE.read_text("utf-8") == text else 1
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
