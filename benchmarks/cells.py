"""One beat of a myocyte at 1 Hz, at matched accuracy: heartloop's cells, and published ones in Myokit and in heartloop.

For each model and tool the tolerance is loosened until the error of the state after the beat just stays below 1e-4; the
time is that of the cheapest tolerance that does. The error is the largest of any state's, over the state's size or its
value if that is larger, against the same tool at 1e-10; the error at four times within the beat is given beside it.
Sizes are the same for both tools. Every file's model first runs `SETTLE` beats and starts from there, its own equations
alone, without our contraction, in both tools.

Myokit integrates with CVODES, the right-hand side as C, which needs the SUNDIALS headers. The model files are the
caller's: most published ones may not be redistributed under this licence.

Run: python benchmarks/cells.py [--write] MODEL.mmt MODEL.cellml ... (--write puts the table into README.md)
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

import heartloop as hl
from heartloop.cell.imported import ImportedCell, read_cell
from heartloop.circuit import Circuit
from heartloop.compiled import Compiled
from heartloop.component import Group
from heartloop.errors import ParameterError
from heartloop.scenarios.myocyte import Pacer

OURS = ("compact", "human")
ACCURACY = 1e-4
REFERENCE = 1e-10
RTOLS = (2e-3, 1e-3, 5e-4, 2e-4, 1e-4, 5e-5, 2e-5, 1e-5, 5e-6, 2e-6, 1e-6, 1e-7)
ABSOLUTE = (1e-2, 1e-4)  # Myokit's absolute tolerance over the relative one: its default, and for states in mmol/L
SETTLE = 100
REPEATS = 25
T_ON = 5.0  # ms, the stimulus within the beat
INSIDE = (10.0, 50.0, 150.0, 300.0)  # ms after the stimulus, where the state is compared too

Run = Callable[[], np.ndarray]  # one beat from the same state to its end (n,)
Look = Callable[[], np.ndarray]  # the states INSIDE the beat (times, n)


def error(found: np.ndarray, reference: np.ndarray, size: np.ndarray) -> float:
    """Largest error of any state over its size, or its value if that is larger."""
    return float(np.max(np.abs(found - reference) / np.maximum(size, np.abs(reference))))


def cheapest(
    attempts: Iterator[tuple[str, Run, Callable[[], float], Look]], reference: np.ndarray, inside: np.ndarray,
    size: np.ndarray,
) -> dict[str, Any]:  # fmt: skip
    """Row of the fastest attempt with an error below ACCURACY: setting, ms, steps, error after and within the beat."""
    best: dict[str, Any] = {}
    for setting, run, steps, look in attempts:
        try:
            end = run()
        except Exception as trouble:  # a solver that gives up at a loose tolerance is not the fastest
            print(f"    {setting}: {str(trouble).splitlines()[-1][:80]}", file=sys.stderr)
            continue
        wrong = error(end, reference, size)
        if wrong <= ACCURACY:
            row = {"setting": setting, "ms": milliseconds(run), "steps": steps(), "error": wrong,
                   "inside": error(look(), inside, size)}  # fmt: skip
            if not best or row["ms"] < best["ms"]:
                best = row
    return best or {"setting": "none reached it"} | dict.fromkeys(("ms", "steps", "error", "inside"))


def milliseconds(run: Run) -> float:
    """Smallest CPU time of one beat."""
    times = []
    for _ in range(REPEATS):
        begun = time.process_time()
        run()
        times.append(time.process_time() - begun)
    return 1e3 * min(times)


def heartloop_rows(c: Compiled, x: np.ndarray, name: str) -> list[dict[str, Any]]:
    """The cell of `c` in heartloop's kernel, from the state x (n,)."""
    theta, rows = c.theta(), c.periodic_rows
    last = {}

    def attempt(rtol: float) -> Run:
        def run() -> np.ndarray:
            last["pass"] = c.beat(x, theta, rtol=rtol)
            return last["pass"].x[rows]

        return run

    def steps() -> float:
        return float(last["pass"].stats[0])

    def look(rtol: float) -> Look:
        times = [(T_ON + t) / 1e3 for t in INSIDE]
        return lambda: np.array([c.beat(x, theta, rtol=rtol, until=t).x[rows] for t in times])

    tries = ((f"{r:.0e}", attempt(r), steps, look(r)) for r in RTOLS)
    found = cheapest(tries, attempt(REFERENCE)(), look(REFERENCE)(), c.size[rows])
    return [{"model": name, "tool": "heartloop", "states": len(rows)} | found]


def own(name: str) -> list[dict[str, Any]]:
    """One of heartloop's cells on the bench, contraction included."""
    cell = hl.myocyte(name)
    return heartloop_rows(cell._c, cell.pace(1.0).x, name)


def bare(cell: ImportedCell) -> Compiled:
    """The imported equations alone, without our contraction, on the bench."""
    c = Circuit(cell.title)
    pulse = {} if cell.pulse is None else {"length": cell.pulse}
    c.add(Pacer("pacer", rate=60.0, t_on=T_ON / 1e3, **pulse), Group("cell", [cell.parts[0]("cell")]))
    c.gate("cell.stimulus", start="pacer.start", duration="pacer.pulse")
    c.beat("pacer.RR")
    return Compiled(c)


def published(path: Path, **how: Any) -> list[dict[str, Any]]:
    """A file's model in Myokit with CVODES, at its defaults and at matched accuracy, and in heartloop's kernel."""
    import myokit

    cell = read_cell(path, **how)
    source = cell.parts[0].source  # type: ignore[attr-defined]
    c = bare(cell)
    unit = {"ms": 1.0, "s": 1e-3}[source.time_unit]  # of the model's time in a ms
    pulse = 1e3 * (cell.pulse or 2e-3)
    protocol = myokit.pacing.blocktrain(1000 * unit, pulse * unit, T_ON * unit, level=source.level)
    simulation = myokit.Simulation(cell.model, protocol)
    simulation.pre(SETTLE * 1000 * unit)
    start = np.array(simulation.state())
    into = np.array([source.factor.get(v, 1.0) for v in source.states])
    places = [c.index[f"cell.{source.keys[v]}"] for v in source.states]
    x = c.start()
    x[places] = start * into
    size = c.size[places] / into

    def attempt(absolute: float, relative: float) -> Run:
        def run() -> np.ndarray:
            simulation.reset()
            simulation.run(1000 * unit, log=myokit.LOG_NONE)
            return np.array(simulation.state())

        def first() -> np.ndarray:
            simulation.set_tolerance(absolute, relative)
            return run()

        return first

    def look(absolute: float, relative: float) -> Look:
        names = [v.qname() for v in source.states]

        def run() -> np.ndarray:
            simulation.set_tolerance(absolute, relative)
            simulation.reset()
            log = simulation.run(1000 * unit, log=names, log_times=[(T_ON + t) * unit for t in INSIDE])
            return np.array([log[name] for name in names]).T

        return run

    def steps() -> float:
        return float(simulation.last_number_of_steps())

    tight = (1e-2 * REFERENCE, REFERENCE)
    reference, inside = attempt(*tight)(), look(*tight)()
    both = {(1e-6, 1e-4), *((k * r, r) for r in RTOLS for k in ABSOLUTE)}
    tries = ((f"{r:.0e}, abs {a:.0e}", attempt(a, r), steps, look(a, r)) for a, r in sorted(both))
    row = {"model": cell.title, "tool": f"Myokit {myokit.__version__}, CVODES", "states": len(start)}
    rows = [row | cheapest(tries, reference, inside, size)]
    run = attempt(1e-6, 1e-4)
    wrong = error(run(), reference, size)
    rows.append(row | {"setting": "1e-04, abs 1e-06 (default)", "ms": milliseconds(run), "steps": steps(),
                       "error": wrong, "inside": error(look(1e-6, 1e-4)(), inside, size)})  # fmt: skip
    rows += heartloop_rows(c, x, cell.title)
    ours = c.beat(x, c.theta(), rtol=REFERENCE).x[places] / into
    rows[-1]["gap"] = error(ours, reference, size)  # of the references: same equations, independent integrators
    return rows


def main() -> None:
    """Measure, print JSON, and with --write put the table into README.md."""
    parser = argparse.ArgumentParser(description="What a beat of a myocyte costs, in heartloop and in Myokit.")
    parser.add_argument("files", nargs="*", type=Path, help="Myokit or CellML models")
    parser.add_argument("--write", action="store_true", help="replace the table of README.md")
    given = parser.parse_args()
    rows: list[dict[str, Any]] = []
    for name in OURS:
        try:
            rows += own(name)
        except ParameterError as trouble:
            print(f"{name}: left out ({trouble})", file=sys.stderr)
    for path in given.files:
        rows += published(path)
    print(json.dumps(rows, indent=1))
    if given.write:
        from run import number, table, write

        write("cells", table(
            ["model", "states", "tool", "tolerance", "steps", "ms CPU a beat", "error after", "error within"],
            [[r["model"], str(r["states"]), r["tool"], r["setting"], number(r["steps"], ".0f"), number(r["ms"], ".2f"),
              number(r["error"], ".1e"), number(r["inside"], ".1e")] for r in rows],
        ))  # fmt: skip


if __name__ == "__main__":
    main()
