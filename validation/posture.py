"""The person on the regional loop: at rest, tilted, standing up, under suction and bleeding, beside what people do.

Responses are scored as `protocols`: changes from the model's own baseline, two errors of the target or 30 %, all
with one parameter set. The scenarios are those of `heartloop run`.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

import heartloop as hl
from heartloop.circulation.regional import BEDS
from heartloop.run import Run

from .protocols import SHARE, about, compared, conserved, directed, response, run_of
from .rest import resting
from .row import INF, Row, Setting, reported

STOOD_UP = 60.0  # s, in the scenario
# per cent of cardiac output; the other beds have no counterpart of their own there
FLOWS = {
    "male": {"head": 12.0, "coronary": 4.0, "splanchnic": 25.5, "renal": 19.0},
    "female": {"head": 12.0, "coronary": 5.0, "splanchnic": 27.0, "renal": 17.0},
}


def rows(setting: Setting) -> Iterator[Row]:
    """Every protocol."""
    yield from rest()
    for part in (tilt, stand, suction, haemorrhage):
        yield from part(setting.bar)


def rest() -> Iterator[Row]:
    """Both sexes at rest, and how their flow is shared out."""
    for sex, flows in FLOWS.items():
        beat, name = hl.human(sex=sex, loop="regional").periodic(), f"rest {sex}, regional"
        yield from resting(name, sex, beat)
        q = {bed: float(beat.data[f"{bed}.q"].mean()) for bed in BEDS}
        for bed, part in flows.items():
            found = 100 * q[bed] / sum(q.values())
            yield Row(name, f"flow, {bed}", (1 - SHARE) * part, (1 + SHARE) * part, found, "%", "Pulse, after ICRP 89")
        for bed in sorted(set(q) - set(flows)):
            yield reported(name, f"flow, {bed}", 100 * q[bed] / sum(q.values()), "%")


def tilt(bar: bool) -> Iterator[Row]:
    """75 degrees within three seconds."""
    run, name = run_of("tilt", bar), "tilt 75 degrees"
    targets = {"HR": (12.9, None), "MAP": (4.0, 1.2), "SBP": (-1.9, 1.7), "DBP": (6.3, 1.2)}
    yield from compared(name, run, "steady", targets, "Heldt2004, rapid tilt, mean and SE")
    yield from directed(name, run, "steady", {"SV": -1, "CO": -1, "CVP": -1, "legs_veins.V": 1, "head.q": -1})
    for key, unit in (("SV", "mL"), ("legs_veins.V", "mL"), ("splanchnic_veins.V", "mL"), ("CVP", "mmHg")):
        yield reported(name, f"change of {key}", response(run, "steady", key)[0], unit)
    yield from conserved(name, run, "tilt")


def stand(bar: bool) -> Iterator[Row]:
    """Standing up: the first half minute and what lasts."""
    run, name = run_of("stand", bar), "standing up"
    yield from compared(name, run, "steady", {"HR": (13.9, None), "MAP": (5.2, None)}, "Heldt2004, stand test")
    recalled = "initial response of the young, -20 to -25 mmHg (recalled)"
    yield Row(name, "lowest MAP", *about(-22.5, "mmHg"), response(run, "lowest", "MAP")[0], "mmHg", recalled)
    low, high, back = moments(run)
    yield Row(name, "time of lowest MAP", 8, 12, low, "s", "8 to 12 s (recalled)")
    yield Row(name, "time of highest HR", 10, 15, high, "s", "10 to 15 s (recalled)")
    yield Row(name, "MAP back at its baseline", 0, 30, back, "s", "25 to 30 s (recalled)")
    yield reported(name, "highest HR", response(run, "highest", "HR")[0], "1/min")
    yield from conserved(name, run, "stand")


def moments(run: Run) -> tuple[float, float, float]:
    """Seconds after standing up at which MAP is lowest, HR highest, and MAP back at its baseline (by beats)."""
    b = run.beats
    before = b[b["onset"] + 60 / b["HR"] <= STOOD_UP]
    after = b[(b["onset"] >= STOOD_UP) & (b["onset"] < STOOD_UP + 60)]
    t, MAP, HR = (after[k].to_numpy() for k in ("onset", "MAP", "HR"))
    t = t + 30 / HR - STOOD_UP  # the middle of the beat
    low = int(np.argmin(MAP))
    risen = np.flatnonzero(MAP[low:] >= float(before["MAP"].mean()))
    back = float(t[low + risen[0]]) if len(risen) else float("nan")
    return float(t[low]), float(t[int(np.argmax(HR))]), back


def suction(bar: bool) -> Iterator[Row]:
    """40 mmHg on the lower body; no size is judged."""
    run, name = run_of("lower-body-suction", bar), "suction 40 mmHg"
    signs = {"HR": 1, "SV": -1, "CO": -1, "CVP": -1, "PP": -1, "legs_veins.V": 1, "legs_interstitium.V": 1}
    yield from directed(name, run, "tenth minute", signs)
    for key, unit in (("HR", "1/min"), ("MAP", "mmHg"), ("SV", "mL"), ("legs_veins.V", "mL")):
        yield reported(name, f"change of {key}", response(run, "tenth minute", key)[0], unit)
    lost = sum(response(run, "tenth minute", f"{k}_interstitium.V")[0] for k in ("legs", "splanchnic"))
    yield reported(name, "fluid lost into the tissue; Heldt2004 has 491 +- 29 in the end", lost, "mL")
    yield from conserved(name, run, "lower-body-suction")


def haemorrhage(bar: bool) -> Iterator[Row]:
    """1000 mL lost and given back."""
    run = run_of("haemorrhage-regional", bar)
    measured = {"CVP": -4.5, "HR": 8.0, "MAP": -7.0, "PP": -9.0, "SV": -12.0}
    lost = {k: (v, None) for k, v in measured.items()}
    yield from compared("1000 mL lost", run, "after 1000 mL", lost, "Johnson2015")
    yield from compared("1000 mL given back", run, "given back", dict.fromkeys(measured, (0.0, None)), "Johnson2015")
    refill = -sum(response(run, "after 1000 mL", f"{k}_interstitium.V")[0] for k in ("legs", "splanchnic"))
    yield Row("1000 mL lost", "fluid back from the tissue", 0, INF, refill, "mL", "direction")
    yield from conserved("1000 mL lost and given back", run, "haemorrhage-regional")
