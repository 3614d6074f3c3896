"""Plain beats from a disturbed start end on the orbit that Newton's method found.

Both at integrator tolerance 1e-6, the default of `periodic`. The orbit repeats a frozen step sequence, plain beats
choose their own; started on the orbit they move by 5e-10 in 20 beats, so step control does not blur the comparison.
The slowest multiplier is about 0.9986 (sodium): changes below 1e-8 a beat mean a distance below about 7e-6.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

import heartloop as hl
from heartloop.orbit import RTOL, OrbitProblem, _fill
from heartloop.progress import Bar

from .row import Row, Setting, reported

SIZE = 0.01  # of the disturbance of every fast state
CHANGE = 1e-8  # scaled change from beat to beat at which the run counts as settled
DISTANCE = 1e-5
MOST = 12_000
SEED = 2026


def rows(setting: Setting) -> Iterator[Row]:
    """Every fast state off by 1 %, blood volume kept."""
    person = hl.human()
    c, theta = person._c, person._theta
    beat = person.periodic(rtol=RTOL)
    problem = OrbitProblem(c, theta, RTOL, beat.orbit.method)
    target = beat.x[problem.rows]
    signs = np.random.default_rng(SEED).choice([-1.0, 1.0], len(target))
    z = _fill(problem, target * (1 + SIZE * signs))
    start = float(np.max(np.abs(z - target) / problem.D))
    bar = Bar("plain beats", MOST, "beats") if setting.bar else None
    change, beats = np.inf, 0
    try:
        while change > CHANGE and beats < MOST:
            new = problem.run(z).x[problem.rows]
            change = float(np.max(np.abs(new - z) / problem.D))
            z, beats = new, beats + 1
            if bar and beats % 50 == 0:
                bar.update(beats, f"change {change:.1e}")
    finally:
        if bar:
            bar.close()
    name = "plain beats, every state off by 1 %"
    yield reported(name, "scaled distance to the orbit at the start", start)
    yield Row(name, "scaled change at the end", 0, CHANGE, change, "per beat", "choice")
    end = float(np.max(np.abs(z - target) / problem.D))
    yield Row(name, "scaled distance to the orbit at the end", 0, DISTANCE, end)
    yield reported(name, "beats", beats)
