"""heartloop's own Rosenbrock steps against CasADi's integrators on the same beat of the same person.

Every integrator gets the same segments (between the edges of stimuli and gates), the same scaled states, the same
tolerance and, where it can use one, compiled C for the right-hand side and its Jacobian. The reference is heartloop's
`rodas4` at rtol 1e-10; the last rows are CasADi's integrators at tight tolerance against it. Error: the largest of any
state's error, beat integrals included, over the larger of its declared size and its value, at the end of the beat.
Time: smallest CPU time of several beats.

Run: python benchmarks/integrators.py (prints JSON; `run.py` makes the table)
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import casadi as ca
import numpy as np

import heartloop as hl
from heartloop.compile import compiler
from heartloop.compiled import Compiled, Pass

RTOLS = (1e-3, 1e-4, 1e-5, 1e-6)
CHECK = 1e-10
REPEATS = 5


def compare(
    rtols: tuple[float, ...] = RTOLS, *, virtual_machine: bool = True, whole: bool = False
) -> list[dict[str, Any]]:
    """Rows of integrator, code ("C" or "virtual machine"), rtol, ms CPU a beat, steps, error.

    With `whole`, also CasADi's `rosenbrock` with everything as generated C (minutes of gcc).
    """
    person = hl.human()
    beat = person.periodic()
    c, theta, x = person._c, person._theta, beat.x
    reference = c.beat(x, theta, rtol=1e-10)
    rows = []

    def row(name: str, code: str, rtol: float, solve: Callable[[], tuple[np.ndarray, float]]) -> None:
        try:
            end, steps = solve()
        except RuntimeError as error:
            rows.append({"integrator": name, "code": code, "rtol": rtol, "ms": None, "steps": None, "error": None,
                         "note": str(error).splitlines()[-1][:100]})  # fmt: skip
            return
        wrong = np.abs(end - reference.x) / np.maximum(c.size, np.abs(reference.x))
        rows.append({"integrator": name, "code": code, "rtol": rtol, "ms": 1e3 * _best(solve), "steps": steps,
                     "error": float(np.max(wrong)), "note": ""})  # fmt: skip
        print(f"{name}, {code}, {rtol:g}: {rows[-1]['ms']:.1f} ms, {rows[-1]['error']:.1e}", file=sys.stderr)

    for method in ("rodas3", "rodas4"):
        for rtol in rtols:
            row(method, "C", rtol, lambda method=method, rtol=rtol: _own(c, x, theta, rtol, method))
    with tempfile.TemporaryDirectory() as folder:
        codes = {"C": _external(c, Path(folder))} if compiler() else {}
        if virtual_machine:
            codes["virtual machine"] = c.rhs
        for code, rhs in codes.items():
            for name in ("cvodes", "rosenbrock"):
                for rtol in rtols:
                    f = _casadi(c, rhs, name, rtol)
                    row(name, code, rtol, lambda f=f: _segments(c, f, reference, x, theta))
        if whole and compiler():
            for rtol in (1e-4, 1e-5):
                f, seconds = _whole(c, rtol, Path(folder))
                row("rosenbrock", f"whole segment as C (gcc {seconds:.0f} s)", rtol,
                    lambda f=f: _segments(c, f, reference, x, theta))  # fmt: skip
        for name in ("cvodes", "rosenbrock"):
            f = _casadi(c, codes.get("C", c.rhs), name, CHECK)
            row(name, "C" if compiler() else "virtual machine", CHECK,
                lambda f=f: _segments(c, f, reference, x, theta))  # fmt: skip
    return rows


def _own(c: Compiled, x: np.ndarray, theta: np.ndarray, rtol: float, method: str) -> tuple[np.ndarray, float]:
    p = c.beat(x, theta, rtol=rtol, method=method)
    return p.x, float(p.stats[0])


def _external(c: Compiled, folder: Path) -> ca.Function:
    """Right-hand side with its Jacobian as compiled C."""
    generator = ca.CodeGenerator("rhs.c", {"with_header": False})
    generator.add(c.rhs)
    generator.add(c.rhs.jacobian())
    (folder / "rhs.c").write_text(generator.dump())
    library = folder / "rhs.so"
    command = [str(compiler()), "-O1", "-fPIC", "-shared", "-fno-math-errno", str(folder / "rhs.c"), "-o", str(library)]
    subprocess.run([*command, "-lm"], check=True)
    return ca.external(c.rhs.name(), str(library))


def _whole(c: Compiled, rtol: float, folder: Path) -> tuple[ca.Function, float]:
    """CasADi's `rosenbrock` with everything around the right-hand side as generated C too; seconds it took gcc."""
    name = f"whole{-np.log10(rtol):.0f}"
    f = _casadi(c, c.rhs, "rosenbrock", rtol)
    begun = time.perf_counter()
    source, library = folder / f"{name}.c", folder / f"{name}.so"
    generator = ca.CodeGenerator(source.name, {"with_header": False})
    generator.add(f)
    source.write_text(generator.dump())
    subprocess.run([str(compiler()), "-O1", "-fPIC", "-shared", str(source), "-o", str(library), "-lm"], check=True)
    return ca.external(f.name(), str(library)), time.perf_counter() - begun


def _casadi(c: Compiled, rhs: ca.Function, name: str, rtol: float) -> ca.Function:
    """One segment of length T as a CasADi integrator over 0..1, in scaled states."""
    z, v, T = ca.MX.sym("z", c.n), ca.MX.sym("v", rhs.size1_in(1)), ca.MX.sym("T")
    dae = {"x": z, "p": ca.vertcat(v, T), "ode": T * rhs(z * c.size, v) / c.size}
    options = {"reltol": rtol, "abstol": rtol}
    if name == "cvodes":
        options |= {"max_num_steps": 100_000, "linear_solver": "csparse", "disable_internal_warnings": True}
    return ca.integrator("segment", name, dae, 0.0, 1.0, options)


def _segments(
    c: Compiled, f: ca.Function, p: Pass, x: np.ndarray, theta: np.ndarray
) -> tuple[np.ndarray, float]:
    x = x.copy()
    x[c.reset_rows] = 0.0
    z = x / c.size
    steps = 0.0
    for s in p.segments:
        v = np.concatenate([theta, p.held, s.gates])
        z = np.asarray(f(x0=z, p=np.append(v, s.length))["xf"]).ravel()
        counts = f.stats()  # generated code does not count
        steps += counts.get("nsteps", counts.get("n_steps", np.nan))
    return z * c.size, steps


def _best(call: Callable[[], Any], repeats: int = REPEATS) -> float:
    times = []
    for _ in range(repeats):
        begun = time.process_time()
        call()
        times.append(time.process_time() - begun)
    return min(times)


if __name__ == "__main__":
    found = compare()
    print(json.dumps(found, indent=1))
