"""Faster pacing strengthens the healthy ventricle and not the failing one, at the same filling.

The atrium is paced; at every rate blood volume is adjusted until end-diastolic volume is that at 70/min. The failing
heart has the levels that the `heart-failure` scenario ends with, in both walls, before any organ has answered.
"""

from __future__ import annotations

from collections.abc import Iterator

import heartloop as hl
from heartloop.beat import Beat
from heartloop.errors import ConvergenceError
from heartloop.model import Model
from heartloop.scenarios.scenario import scenario

from .row import INF, Row, Setting

SLOW, FAST, STEP = 70, 140, 10  # 1/min
SAME = 0.005  # relative, of end-diastolic volume
MOVE = 300.0  # mL, largest step in blood volume: the slope may be flat where the heart fails to fill
TRIES = 12


def rows(_: Setting) -> Iterator[Row]:
    """Contractility at 140 over that at 70/min."""
    healthy = hl.human()
    failing = healthy.with_({d.path: d.to for d in scenario("heart-failure").spec.disease})
    for name, model, low, high in (("healthy", healthy, 1.25, INF), ("failing", failing, -INF, 1.05)):
        protocol = f"atrial pacing, {name}"
        try:
            ratio, filling = staircase(model)
        except ConvergenceError as error:
            yield Row.of_error(protocol, error)
            continue
        quantity = f"dPdt_max at {FAST} over {SLOW}/min"
        yield Row(protocol, quantity, low, high, ratio, "", "Mulieri1992; Pieske1995")
        yield Row(protocol, "LVEDV at the same two rates, ratio less 1", -SAME, SAME, filling - 1, "", "protocol")


def staircase(model: Model) -> tuple[float, float]:
    """Ratios of dPdt_max and of LVEDV at the fast and the slow rate; the rate rises in steps for warm starts."""
    first = beat = at(model, SLOW, None)
    want = first.features()["LVEDV"]
    for rate in range(SLOW + STEP, FAST + 1, STEP):
        filled = model.with_({"blood.V_total": beat.model["blood.V_total"]}, check_bounds=False)
        beat = matched(filled, rate, want, beat)
    f, g = first.features(), beat.features()
    return g["dPdt_max"] / f["dPdt_max"], g["LVEDV"] / f["LVEDV"]


def matched(model: Model, rate: int, want: float, start: Beat) -> Beat:
    """The steady beat at a rate with the end-diastolic volume wanted (mL), by Newton steps in blood volume."""
    beat = at(model, rate, start)
    for _ in range(TRIES):
        have = beat.features()["LVEDV"]
        if abs(have / want - 1) < SAME:
            return beat
        slope = float(beat.gradient(["LVEDV"], ["blood.V_total"]).iloc[0, 0])
        volume = beat.model["blood.V_total"] + max(-MOVE, min(MOVE, (want - have) / slope))
        beat = at(model.with_({"blood.V_total": volume}, check_bounds=False), rate, beat)
    raise ConvergenceError(f"At {rate}/min no blood volume gives an end-diastolic volume of {want:.1f} mL.")


def at(model: Model, rate: int, start: Beat | None) -> Beat:
    """The steady beat under atrial pacing; the error says at which rate it was lost."""
    try:
        return model.with_({"pacing.pace_rate": float(rate)}).periodic(start=start)
    except ConvergenceError as error:
        volume = model["blood.V_total"]
        raise ConvergenceError(f"at {rate}/min with {volume:.0f} mL of blood: {error}") from error
