"""Faster pacing strengthens the healthy ventricle and not the failing one, at the same filling.

The atrium is paced; at every rate blood volume is adjusted until filling is that at 70/min: end-diastolic pressure, as
in the catheter laboratory, and in health end-diastolic volume as well. (No blood volume gives the failing ventricle its
volume back at 140/min: it relaxes too slowly to fill.) The failing heart has the levels that the `heart-failure`
scenario ends with, in both walls, before any organ has answered.
"""

from __future__ import annotations

from collections.abc import Iterator

import heartloop as hl
from heartloop.beat import Beat
from heartloop.errors import ConvergenceError
from heartloop.model import Model
from heartloop.scenarios.scenario import scenario

from .row import INF, Row, Setting, reported

SLOW, FAST, STEP = 70, 140, 10  # 1/min
SAME = 0.005  # relative, of the filling
MOVE = 300.0  # mL, largest step in blood volume: the slope may be flat where the heart fails to fill
TRIES = 12


def rows(_: Setting) -> Iterator[Row]:
    """Contractility at 140 over that at 70/min."""
    healthy = hl.human()
    failing = healthy.with_({d.path: d.to for d in scenario("heart-failure").spec.disease})
    for name, model, filling, low, high in (
        ("healthy", healthy, "LVEDP", 1.25, INF),
        ("healthy", healthy, "LVEDV", 1.25, INF),
        ("failing", failing, "LVEDP", -INF, 1.05),
    ):
        protocol = f"atrial pacing at equal {filling}, {name}"
        first = at(model, SLOW, None)
        # a sinus node faster than the pacemaker keeps the lead
        yield reported(protocol, f"heart rate when paced at {SLOW}/min", first.features()["HR"], "1/min")
        try:
            last = staircase(model, first, filling)
        except ConvergenceError as error:
            yield Row.of_error(protocol, error)
            continue
        f, g = first.features(), last.features()
        quantity = f"dPdt_max at {FAST} over {SLOW}/min"
        yield Row(protocol, quantity, low, high, g["dPdt_max"] / f["dPdt_max"], "", "Mulieri1992; Pieske1995")
        quantity = f"{filling} at the same two rates, ratio less 1"
        yield Row(protocol, quantity, -SAME, SAME, g[filling] / f[filling] - 1, "", "protocol")
        yield reported(protocol, f"blood volume needed at {FAST}/min", g["BV"], "mL")


def staircase(model: Model, first: Beat, filling: str) -> Beat:
    """The steady beat at the fast rate with the filling of the first; the rate rises in steps for warm starts."""
    beat, want = first, first.features()[filling]
    for rate in range(SLOW + STEP, FAST + 1, STEP):
        filled = model.with_({"blood.V_total": beat.model["blood.V_total"]}, check_bounds=False)
        beat = matched(filled, rate, filling, want, beat)
    return beat


def matched(model: Model, rate: int, filling: str, want: float, start: Beat) -> Beat:
    """The steady beat at a rate with the filling wanted (mmHg or mL), by Newton steps in blood volume."""
    beat = at(model, rate, start)
    for _ in range(TRIES):
        have = beat.features()[filling]
        if abs(have / want - 1) < SAME:
            return beat
        slope = float(beat.gradient([filling], ["blood.V_total"]).iloc[0, 0])
        if slope <= 0:
            break
        volume = beat.model["blood.V_total"] + max(-MOVE, min(MOVE, (want - have) / slope))
        beat = at(model.with_({"blood.V_total": volume}, check_bounds=False), rate, beat)
    f = beat.features()
    raise ConvergenceError(
        f"at {rate}/min no blood volume brings {filling} to {want:.1f}; with {f['BV']:.0f} mL it is {f[filling]:.1f} "
        f"at a wedge pressure of {f['PCWP']:.0f} mmHg."
    )


def at(model: Model, rate: int, start: Beat | None) -> Beat:
    """The steady beat under atrial pacing; the error says at which rate it was lost."""
    try:
        return model.with_({"pacing.pace_rate": float(rate)}).periodic(start=start)
    except ConvergenceError as error:
        volume = model["blood.V_total"]
        raise ConvergenceError(f"at {rate}/min with {volume:.0f} mL of blood: {error}") from error
