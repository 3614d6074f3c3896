"""Measure on this machine and write the tables of README.md anew.

Run: python benchmarks/run.py [--whole] (needs heartloop installed; about three minutes, with --whole about seven)
"""

from __future__ import annotations

import platform
import sys
from pathlib import Path
from typing import Any

import casadi
import integrators
import numpy

from heartloop.scenarios.bench import bench

README = Path(__file__).parent / "README.md"


def table(columns: list[str], rows: list[list[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def number(value: Any, form: str = ".3g") -> str:
    return "-" if value is None or value != value else format(value, form)


def write(name: str, text: str) -> None:
    """Replace what stands between the marks `<!-- name -->` and `<!-- end -->`."""
    page = README.read_text()
    start, end = f"<!-- {name} -->\n", "\n<!-- end -->"
    before, rest = page.split(start, 1)
    README.write_text(before + start + text + end + rest.split(end, 1)[1])


def main() -> None:
    rows = integrators.compare(whole="--whole" in sys.argv)
    write("integrators", table(
        ["integrator", "right-hand side", "rtol", "ms CPU a beat", "steps", "largest error"],
        [[r["integrator"], r["code"], number(r["rtol"], ".0e"), number(r["ms"], ".1f"), number(r["steps"], ".0f"),
          number(r["error"], ".1e") if not r["note"] else "gave up"] for r in rows],
    ))  # fmt: skip
    write("bench", table(["what", "value", "unit"], [[r["what"], number(r["value"]), r["unit"]] for r in bench()]))
    names = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    cpu = names[0] if names else ""
    write("machine", f"{cpu or platform.processor()}, Python {platform.python_version()}, CasADi {casadi.__version__}, "
          f"NumPy {numpy.__version__}.")  # fmt: skip


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


if __name__ == "__main__":
    main()
