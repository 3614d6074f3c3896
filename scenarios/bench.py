"""What a beat, an orbit, a gradient and a start cost on this machine (`heartloop bench`).

CPU times are of this process and the best of several, so other load on the machine matters little.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from .person import human

ACCURACY = 1e-4  # of a beat: largest error of a state over its size, measured against the reference
RTOLS = (1e-3, 1e-4, 5e-5, 1e-5, 1e-6)
REFERENCE = 1e-10
REPEATS = 20
OUTPUTS = ("MAP", "EF", "CO", "LVEDP")
DIRECTIONS = 30
STEP = ("systemic.R", 1.1)  # the change after which an orbit is solved again

_IMPORTS = "import casadi, pandas, xarray"
_FIRST_BEAT = "import heartloop as hl; hl.human().periodic()"


def bench(*, start: bool = True) -> list[dict[str, Any]]:
    """Rows of `what`, `value`, `unit`, `bar` (None where there is none). With `start`, also cold and warm starts."""
    person = human()
    steady = person.periodic()
    c, theta, x = person._c, person._theta, steady.x
    reference = c.beat(x, theta, rtol=REFERENCE).x
    errors = {
        r: float(np.max(np.abs(c.beat(x, theta, rtol=r).x - reference) / np.maximum(c.size, np.abs(reference))))
        for r in RTOLS
    }
    good = next((r for r in RTOLS if errors[r] <= ACCURACY), RTOLS[-1])
    time_good, time_loose = (_milliseconds(c, x, theta, r) for r in (good, 1e-4))
    rows = [
        _row("states", c.n, "1"),
        _row("compiled C code (1 yes, 0 no)", float(c.kernel.compiled), "1"),
        _row(f"beat with an error below {ACCURACY:g} (rtol {good:g})", time_good, "ms CPU", 10.0),
        _row("beat at rtol 0.0001", time_loose, "ms CPU"),
    ]
    rows += [_row(f"error of a beat at rtol {r:g}", e, "of state size") for r, e in errors.items()]
    path, factor = STEP
    changed = person.with_({path: factor * person[path]})
    begun = time.process_time()
    orbit = changed.periodic(start=steady).orbit
    rows += [
        _row(f"orbit after {path} x {factor:g}: beats", orbit.beats, "1"),
        _row(f"orbit after {path} x {factor:g}: monodromies", orbit.jacobians, "1"),
        _row(f"orbit after {path} x {factor:g}", 1e3 * (time.process_time() - begun), "ms CPU"),
    ]
    table = person.parameters
    paths = list(table.index[table["value"] != 0][:DIRECTIONS])
    tight = steady._tight()
    one = _best(lambda: c.beat(tight.x, theta, rtol=tight.orbit.rtol), 3)
    gradient = _best(lambda: tight.gradient(OUTPUTS, paths), 2)
    rows += [
        _row(f"gradient in {DIRECTIONS} parameters", 1e3 * gradient, "ms CPU"),
        _row(f"gradient in {DIRECTIONS} parameters, in beats at the same tolerance", gradient / one, "beats"),
    ]
    return rows + (_starts() if start else [])


def _milliseconds(c: Any, x: np.ndarray, theta: np.ndarray, rtol: float) -> float:
    return 1e3 * _best(lambda: c.beat(x, theta, rtol=rtol))


def _starts() -> list[dict[str, Any]]:
    """Wall time from nothing to the first steady beat, in fresh processes."""
    base = _process(_IMPORTS, {})
    with tempfile.TemporaryDirectory() as folder:
        cold = _process(_FIRST_BEAT, {"HEARTLOOP_CACHE": folder})
        warm = _process(_FIRST_BEAT, {"HEARTLOOP_CACHE": folder})
    return [
        _row("import of casadi, pandas and xarray", base, "s"),
        _row("start to first steady beat, cold cache", cold, "s", 10.0),
        _row("start to first steady beat, warm cache, above those imports", warm - base, "s", 1.0),
    ]


def _process(code: str, environment: dict[str, str]) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], env=os.environ | environment, check=True)
    return time.perf_counter() - begun


def _best(call: Callable[[], Any], repeats: int = REPEATS) -> float:
    """Smallest CPU time of `repeats` calls (s)."""
    times = []
    for _ in range(repeats):
        begun = time.process_time()
        call()
        times.append(time.process_time() - begun)
    return min(times)


def _row(what: str, value: float, unit: str, bar: float | None = None) -> dict[str, Any]:
    return {"what": what, "value": float(value), "unit": unit, "bar": bar}
