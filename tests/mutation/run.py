"""Change bt_risk.maths and bt_risk.rules a little, one change at a time, and see whether a test notices.

From the root of the project, where POSIX processes can fork::

    python -m tests.mutation.run --module maths --out mutants.jsonl
    python -m tests.mutation.run --module rules/halts --limit 40 --seed 1 --out mutants.jsonl

`--limit` draws that many mutants a module, the same for the same `--seed`. Results are appended to `--out` one a
line; what is in it already is not run again unless the module has changed since. `--again` runs the survivors once
more, after a test was added. The files of the package stay as they are: a mutant lives in its own process only.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import random
import signal
import sys
import time
from collections import defaultdict
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.mutation.mutants import Mutant, mutants_of, mutated
from tests.mutation.suites import ROOT, modules, suite_of

# Loaded once before the forks, as they take longer than the tests.
HEAVY = ("hypothesis", "numpy", "pandas", "scipy.stats", "empyrical", "skfolio", "backtrader")

# The warning is about what is loaded before the fork.
PYTEST = ("-x", "-q", "-p", "no:cacheprovider", "-W", "ignore:Module already imported")


class MutantLoader(importlib.machinery.SourceFileLoader):
    """Load one module from its changed tree and never from a cache."""

    def __init__(self, name, path, tree):
        super().__init__(name, path)
        self.tree = tree

    def get_code(self, fullname):
        return compile(self.tree, self.path, "exec", dont_inherit=True)


class MutantFinder(importlib.abc.MetaPathFinder):
    """Give the changed module for its name, and nothing else."""

    def __init__(self, name, path, tree):
        self.name, self.path, self.tree = name, str(path), tree

    def find_spec(self, fullname, path=None, target=None):
        if fullname != self.name:
            return None
        loader = MutantLoader(fullname, self.path, self.tree)
        is_package = self.path.endswith("__init__.py")
        places = [os.path.dirname(self.path)] if is_package else None
        return importlib.util.spec_from_file_location(
            fullname, self.path, loader=loader, submodule_search_locations=places
        )


def outcome_of(module: str, tree, timeout: float) -> str:
    """Run the tests of `module` with `tree` in its place: "killed", "survived" or "timeout"."""
    child = os.fork()
    if child == 0:
        run_tests(module, tree)
    ends = time.monotonic() + timeout
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "survived" if os.waitstatus_to_exitcode(status) == 0 else "killed"
        time.sleep(0.02)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "timeout"


def run_tests(module: str, tree) -> None:
    """Run pytest in this process and end it."""
    code = 1
    try:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        path = ROOT / "bt_risk" / f"{module}.py"
        name = ".".join(("bt_risk", *Path(module).parts)).removesuffix(".__init__")
        if tree is not None:
            sys.meta_path.insert(0, MutantFinder(name, path, tree))
        # File by file, as most mutants fall to the first one.
        code = next(filter(None, (int(pytest.main([*PYTEST, test])) for test in suite_of(module))), 0)
    finally:
        os._exit(code)


def read_results(out: Path) -> dict[tuple, dict]:
    lines = out.read_text("utf-8").splitlines() if out.exists() else []
    return {key_of(row): row for row in map(json.loads, lines)}


def key_of(row: dict) -> tuple:
    return row["module"], row["digest"], row["node"], row["variant"]


def run_module(module: str, options, results: dict[tuple, dict]) -> list[dict]:
    """Run what is missing of `module` and return all of its results."""
    source = (ROOT / "bt_risk" / f"{module}.py").read_text("utf-8")
    digest = hashlib.sha256(source.encode()).hexdigest()[:12]
    chosen = sample(mutants_of(source), options)
    rows = []
    is_sound = False
    for mutant in chosen:
        row = {"module": module, "digest": digest, **asdict(mutant)}
        known = results.get(key_of(row))
        if known is None or (options.again and known["outcome"] == "survived"):
            if not is_sound and outcome_of(module, None, 10 * options.timeout) != "survived":
                raise SystemExit(f"{module}: its tests fail without any change")
            is_sound = True
            row["outcome"] = outcome_of(module, mutated(source, mutant), options.timeout)
            with options.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
            known = row
        rows.append(known)
    return rows


def sample(mutants: list[Mutant], options) -> list[Mutant]:
    if options.limit is None or len(mutants) <= options.limit:
        return mutants
    # Shuffled and cut, so that a larger limit keeps what a smaller one drew.
    random.Random(options.seed).shuffle(mutants)
    return sorted(mutants[: options.limit], key=lambda mutant: (mutant.line, mutant.node, mutant.variant))


def report(rows: list[dict]) -> str:
    """Return the score of a module and its survivors."""
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[row["outcome"]] += 1
    caught = counts["killed"] + counts["timeout"]
    lines = [f"{rows[0]['module']}: {caught} of {len(rows)} noticed, {caught / len(rows):.1%}"]
    for row in rows:
        if row["outcome"] == "survived":
            lines += [f"  line {row['line']}", f"    - {row['before']}", f"    + {row['after']}"]
    return "\n".join(lines)


def main(arguments=None) -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation.run", description=__doc__.splitlines()[0])
    parser.add_argument(
        "--module", default="maths", help="a module or a folder, e.g. maths/kelly (default: maths)"
    )
    parser.add_argument("--out", type=Path, required=True, help="JSON-lines file of the results")
    parser.add_argument("--limit", type=int, help="mutants a module (default: all)")
    parser.add_argument("--seed", type=int, default=0, help="of the draw (default: 0)")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds a mutant (default: 60)")
    parser.add_argument("--again", action="store_true", help="run the survivors once more")
    options = parser.parse_args(arguments)
    names = modules(options.module)
    if not names:
        raise SystemExit(
            f"--module must be a module of maths or rules, e.g. maths/kelly; received {options.module}"
        )
    for name in HEAVY:
        importlib.import_module(name)
    os.chdir(ROOT)
    results = read_results(options.out)
    everything = []
    for name in names:
        rows = run_module(name, options, results)
        everything += rows
        if rows:
            print(report(rows), flush=True)
    caught = sum(row["outcome"] != "survived" for row in everything)
    if everything:
        print(f"all: {caught} of {len(everything)} noticed, {caught / len(everything):.1%}")


if __name__ == "__main__":
    main()
