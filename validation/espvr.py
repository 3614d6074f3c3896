"""End-systolic elastance: the tangent of the steady beat against a caval occlusion of finite size."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

import heartloop as hl
from heartloop.model import Model
from heartloop.scenarios.person import NO_REFLEX

from .row import Row, Setting, reported

NARROWED = 40.0  # times the resistance of the great veins
SECONDS, EVERY = 12.0, 0.002
SAME = 0.15  # relative


def rows(_: Setting) -> Iterator[Row]:
    """Every ventricle: slope of the end-systolic points over the tangent at end-systole."""
    for ventricle in ("onefibre", "elastance", "prescribed"):
        model = hl.human(ventricle=ventricle)
        tangent = model.periodic().summary()
        slope, intercept = occlusion(model)
        name = f"caval occlusion, {ventricle}"
        yield reported(name, "slope of the end-systolic points", slope, "mmHg/mL")
        yield reported(name, "their volume intercept", intercept, "mL")
        yield Row(name, "slope over Ees", 1 - SAME, 1 + SAME, slope / tangent["Ees"], "", "choice")


def occlusion(model: Model) -> tuple[float, float]:
    """Slope (mmHg/mL) and intercept (mL) of the line through the end-systolic points of an occlusion, reflexes cut.

    A point is where p / (V - V0) is largest in its beat, with the V0 of the line (Kono et al. 1984).
    """
    narrow = hl.set_parameter("venous_return.R", NARROWED, start=1.0, over=1.0, relative=True)
    run = model.with_(NO_REFLEX).solve(SECONDS, every=EVERY, start=model.periodic().x, events=[narrow])
    t, V, p = (run.data[k].to_numpy() for k in ("time", "lv.V", "lv.p"))
    onsets = run.beats["onset"].to_numpy()
    V0 = 0.0
    slope = np.nan
    for _ in range(20):
        points = []
        for a, b in pairwise(onsets):
            beat = np.flatnonzero((t >= a) & (t < b))
            k = beat[np.argmax(p[beat] / (V[beat] - V0))]
            points.append((V[k], p[k]))
        volumes, pressures = np.array(points).T
        slope, level = np.polyfit(volumes, pressures, 1)
        last, V0 = V0, float(-level / slope)
        if abs(V0 - last) < 0.01:
            break
    return float(slope), V0
