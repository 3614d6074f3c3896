"""Health is a stable equilibrium of the slow clock: it stays, it returns, and no slow mode grows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

import heartloop as hl
from heartloop.course import NO_RETURN, Course
from heartloop.model import Model
from heartloop.progress import Bar
from heartloop.scenarios.person import settle
from heartloop.summary import UNITS

from .row import INF, Row, Setting

YEARS = 5
RATES = (55.0, 85.0)  # 1/min, resting heart rates of two other bodies
DISPLACED = 0.1  # of the rest value, or of the declared size where that is zero
LONGEST = 3 * 365.0  # days
WITHIN = 0.01


def rows(setting: Setting) -> Iterator[Row]:
    """Free years in three bodies, the return of every reversible slow state, and the slow eigenvalues."""
    person = hl.human()
    bodies = {"default person": person}
    bodies |= {f"heart rate {r:g} at rest": settle(person.with_({"pacing.HR_rest": r})) for r in RATES}
    for name, body in bodies.items():
        course = body.progress(365.0 * YEARS, every=365, bar=setting.bar)
        change, worst = drift(course)
        quantity = f"largest change of a slow state or summary value ({worst})"
        yield Row(f"{YEARS} years, {name}", quantity, 0, WITHIN, complete(course, change), "", "equilibrium")

    modes = person.periodic().slow_modes()
    for k, mode in modes.iterrows():
        what = "irreversible" if mode["irreversible"] else f"time constant {mode['time_constant']:.3g} d"
        low = -NO_RETURN if mode["irreversible"] else -INF
        quantity = f"mode {k}: {mode['states']}; {what}"
        yield Row("slow eigenvalues at rest", quantity, low, NO_RETURN, mode["rate"], "1/day", "stability")
    lasting = int(np.sum(~person.slow["reversible"]))
    found = int(modes["irreversible"].sum())
    yield Row("slow eigenvalues at rest", "irreversible directions", lasting, lasting, found, "", "declared")

    paths = list(person.slow.index[person.slow["reversible"]])
    bar = Bar("return to rest", len(paths), "states") if setting.bar else None
    try:
        for i, path in enumerate(paths):
            if bar:
                bar.update(i, path)
            days = patience(modes, path)
            size = scales(person)[person._c.slow_paths.index(path)]
            moved = person.with_({path: person[path] + DISPLACED * size}, check_bounds=False)
            course = moved.progress(days, every=days, bar=False)
            left = max(
                abs(float(course.data[p][-1]) - person[p]) / size
                for p, size in zip(person._c.slow_paths, scales(person), strict=True)
                if p in paths
            )
            quantity = f"after {days:.0f} days, farthest reversible state"
            yield Row(f"{path} off by {DISPLACED:.0%}", quantity, 0, WITHIN, complete(course, left), "", "stability")
    finally:
        if bar:
            bar.close()


def scales(model: Model) -> np.ndarray:
    """What 100 % of each slow state is (ns,): its rest value, or its declared size where that is zero."""
    rest = np.array([model[p] for p in model._c.slow_paths])
    size = np.array([e.declaration.size for e in model._c.graph.slow])
    return np.where(np.abs(rest) > 1e-3 * size, np.abs(rest), size)


def patience(modes: pd.DataFrame, path: str) -> float:
    """Days to wait for a state: ten time constants of the slowest mode that it takes part in, three years at most."""
    back = modes[~modes["irreversible"].astype(bool)]
    taus = [m["time_constant"] for _, m in back.iterrows() if path in m["states"].split(", ")]
    return float(min(10 * max(taus, default=INF), LONGEST))


def drift(course: Course) -> tuple[float, str]:
    """Largest change from the first day of any slow state or summary value, relative, and whose it is."""
    model, worst = course.model, (0.0, "")
    sizes = dict(zip(model._c.slow_paths, scales(model), strict=True))
    for key in (*sizes, *(k for k in UNITS if k in course.data)):
        values = course.data[key].values
        size = sizes.get(key, abs(float(values[0])) or 1.0)
        worst = max(worst, (float(np.max(np.abs(values - values[0]))) / size, key))
    return worst


def complete(course: Course, value: float) -> float:
    """The value, or not a number if the course ended early."""
    return value if course.status == "complete" else float("nan")
