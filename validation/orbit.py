"""The steady beat keeps what must be kept, and balances what must balance only when steady."""

from __future__ import annotations

from collections.abc import Iterator

import heartloop as hl

from .row import INF, Row, Setting

BEATS = 1000
COARSE = 1e-4  # integrator tolerance of the long run: conservation must not hang on accuracy
RTOL = 1e-7  # of the orbits whose fluxes are compared to 1e-5


def rows(_: Setting) -> Iterator[Row]:
    """Blood over 1000 beats, residual, and calcium entry against extrusion after the L-type current has grown."""
    person = hl.human()
    c, theta = person._c, person._theta
    beat = person.periodic(rtol=RTOL)
    x = beat.x.copy()
    start = float(x[c.volume_rows].sum())
    worst = 0.0
    for _beat in range(BEATS):
        x = c.beat(x, theta, rtol=COARSE).x
        worst = max(worst, abs(float(x[c.volume_rows].sum()) / start - 1))
    yield Row("orbit", f"drift of blood volume over {BEATS} beats, relative", 0, 1e-9, worst, "", "conservation")
    yield Row("orbit", "scaled residual", 0, 1e-8, beat.residual, "", "choice")

    more = person.with_({"cell.P_Ca": 1.1 * person["cell.P_Ca"]})
    entry, extrusion = (c.index[f"lv.cell.{k}"] for k in ("ca_entry", "ca_extrusion"))
    first = c.beat(beat.x, more._theta, rtol=RTOL).x
    steady = more.periodic(rtol=RTOL)
    last = c.beat(steady.x, more._theta, rtol=RTOL, plan=steady.plan).x
    for when, x, low, high in (("first beat", first, 0.01, INF), ("new orbit", last, 0, 1e-5)):
        difference = abs(float(x[entry] / x[extrusion]) - 1)
        quantity = f"calcium entry against extrusion, {when}, relative"
        yield Row("L-type current +10 %", quantity, low, high, difference, "", "conservation")
