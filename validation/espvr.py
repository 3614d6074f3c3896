"""End-systolic elastance: the tangent of the steady beat against a caval occlusion of finite size."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

import heartloop as hl
from heartloop.model import Model
from heartloop.scenarios.person import NO_REFLEX
from heartloop.scenarios.protocol import end_systolic_line

from .row import Row, Setting, reported

NARROWED = 40.0  # times the resistance of the great veins
SECONDS, EVERY = 12.0, 0.002
SAME = 0.15  # relative


def rows(_: Setting) -> Iterator[Row]:
    """Every ventricle: slope of the end-systolic points over the tangent at end-systole."""
    for ventricle in ("onefibre", "elastance", "prescribed"):
        model = hl.human(ventricle=ventricle)
        tangent = model.periodic().summary()
        slope, intercept = end_systolic(model)[:2]
        name = f"caval occlusion, {ventricle}"
        yield reported(name, "slope of the end-systolic points", slope, "mmHg/mL")
        yield reported(name, "their volume intercept", intercept, "mL")
        yield Row(name, "slope over Ees", 1 - SAME, 1 + SAME, slope / tangent["Ees"], "", "choice")


def end_systolic(model: Model) -> tuple[float, float, np.ndarray, np.ndarray]:
    """Line through the end-systolic points of an occlusion, reflexes cut: slope (mmHg/mL), intercept (mL), points."""
    narrow = hl.set_parameter("venous_return.R", NARROWED, start=1.0, over=1.0, relative=True)
    run = model.with_(NO_REFLEX).solve(SECONDS, every=EVERY, start=model.periodic().x, events=[narrow])
    return end_systolic_line(run, 0.0, SECONDS)
