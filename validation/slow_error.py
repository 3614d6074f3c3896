"""What it costs to follow days through steady beats instead of through every beat.

Two errors: of the slow rates, read off an orbit instead of averaged over beats, and of the slow steps. The course is
the failing year. Slow rates are compared with those of plain beats at a tighter tolerance and with steps of their own.
An error counts relative to the rate itself, or to 1 % of the state's size over its own time constant (a year at most),
whichever is larger: with a smaller rate it sits at its moving equilibrium, and the rate is a difference of large terms.
At that floor an error of 1e-3 displaces the equilibrium by 1e-5 of the state's size.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from heartloop.beat import Beat
from heartloop.compiled import Segment
from heartloop.course import RTOL_COURSE, SLOW_RTOL, slow_jacobian
from heartloop.model import Model
from heartloop.orbit import Orbit
from heartloop.summary import UNITS
from heartloop.tableau import RODAS4

from .heart_failure import year
from .row import Row, Setting, reported

DAYS = (3, 30, 90, 180, 365)
BEATS = 20
TIGHT = 1e-8  # integrator tolerance of the plain beats
FLOOR = 1e-2  # of size over time constant
LONGEST = 365.0  # days, a time constant counts no longer
TIGHTER = 100.0
WITHIN = 1e-3


def rows(setting: Setting) -> Iterator[Row]:
    """Slow rates on five days, the whole year against a tighter one, and the time that it takes."""
    s, course = year(setting.bar)
    yield reported("failing year", "CPU time", course.counts["cpu_seconds"], "s", high=60)
    for day in DAYS:
        model = course.at(min(day, float(course.data["day"][-1])))
        beat = model.periodic(rtol=RTOL_COURSE)
        error, worst = rate_error(beat)
        quantity = f"error of the slow rates over {BEATS} plain beats ({worst})"
        yield Row(f"failing year, day {day}", quantity, 0, WITHIN, error, "", "choice")

    model = s.person()
    days = float(course.data["day"][-1])
    fine = model.progress(days, events=s.events(model), rtol=SLOW_RTOL / TIGHTER, bar=setting.bar)
    sizes = {e.path: e.declaration.size for e in model._c.graph.slow}
    for what, keys in (("slow state", list(sizes)), ("summary value", [k for k in UNITS if k in course.data])):
        errors = {}
        for key in keys:
            a, b = course.data[key].values, fine.data[key].interp(day=course.data["day"]).values
            errors[key] = float(np.max(np.abs(a - b) / np.maximum(np.abs(b), sizes.get(key, 1e-9))))
        worst = max(errors, key=errors.__getitem__)
        quantity = f"largest difference of a {what} ({worst})"
        yield Row(f"failing year, {TIGHTER:g} times tighter", quantity, 0, WITHIN, errors[worst], "", "choice")
    yield reported(f"failing year, {TIGHTER:g} times tighter", "CPU time", fine.counts["cpu_seconds"], "s")


def rate_error(beat: Beat) -> tuple[float, str]:
    """Scaled difference between the slow rates of an orbit and the average over plain beats; the worst state."""
    model = beat.model
    mine = model.slow_rates(beat.features())
    plain = np.mean(plain_rates(model, beat), axis=0)
    size = np.array([e.declaration.size for e in model._c.graph.slow])
    own = np.maximum(np.abs(np.diag(slow_jacobian(beat))), 1 / LONGEST)  # 1/day
    error = np.abs(mine - plain) / np.maximum(np.abs(plain), FLOOR * size * own)
    worst = int(np.argmax(error))
    return float(error[worst]), model._c.slow_paths[worst]


def plain_rates(model: Model, start: Beat) -> list[np.ndarray]:
    """Slow rates (ns,) of each of a run of plain beats with slow states frozen, from the tight orbit."""
    c = model._c
    x = model.periodic(rtol=TIGHT, start=start).x
    rates = []
    for _ in range(BEATS):
        p = c.beat(x, model._theta, rtol=TIGHT)
        rates.append(model.slow_rates(_as_beat(model, x, p.segments, p.rr).features()))
        x = p.x
    return rates


def _as_beat(model: Model, x: np.ndarray, plan: list[Segment], rr: float) -> Beat:
    orbit = Orbit(
        onsets=[x], plans=[plan], residual=np.nan, status="one plain beat", converged=False, beats=1, jacobians=0,
        rtol=TIGHT, method=RODAS4.name, rr=rr,
    )  # fmt: skip
    return Beat(model, orbit)
