"""Alternating beats and spontaneous release: both cells on the bench, and triggered beats of a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

import heartloop as hl
from heartloop.conduction import UPSTROKE
from heartloop.run import Run
from heartloop.scenarios.afterdepolarization import VERDICTS
from heartloop.scenarios.myocyte import CELLS, Myocyte
from heartloop.scenarios.scenario import scenario

from .row import INF, Row, Setting, reported

RATES = (2.0, 2.5, 3.0, 3.25, 3.5, 3.75, 4.0, 4.5, 5.0)  # Hz
LOW_SERCA = 0.5
# as TWorld2026 was made to fire: saturating agonist, external calcium 3.25 mmol/L, stimuli every 400 ms
CATECHOLAMINE, LOADED, FAST = 100.0, 1.8, 2.5
LEAKY = 4.0
DOSSIER = "dossier of the human ventricular cell"
NONE = 60 * (RATES[-1] + 1)  # 1/min, stands for an onset above every rate that was tried


def rows(setting: Setting) -> Iterator[Row]:
    """Onset of alternans; after the last stimulus: at rest, with leak, with an emptied store; the map; a person."""
    for kind in CELLS:
        cell = hl.myocyte(kind)
        name = f"{kind}, alternans"
        control, weak = (_onset(m, setting) for m in (cell, _at(cell, serca=LOW_SERCA)))
        yield Row(name, "rate of the onset, control", 200, 60 * RATES[-1], control, "1/min", "OHara2011")
        yield Row(name, f"rate of the onset, SERCA {LOW_SERCA:g}", -INF, min(control, NONE - 1), weak, "1/min", DOSSIER)

        name = f"{kind}, after the last stimulus"
        yield Row(name, "events at rest in 10 s", 0, 0, _events(cell, 1.0), "", DOSSIER)
        drive = {"agonist": CATECHOLAMINE, "Ca_o": LOADED * cell["cell.Ca_o"]}
        leaky = _events(_at(cell, ryr_leak=LEAKY, **drive), FAST)
        source = "TWorld2026 fires (computed)"
        yield Row(name, "DADs and triggered beats: leak, catecholamine, loaded store", 1, INF, leaky, "", source)
        empty = _events(_at(cell, ryr_leak=LEAKY, serca=0.45, **drive), FAST)
        yield Row(name, "the same with SERCA 0.45: fewer", 0, max(leaky - 1, 0), empty, "", source)

        # what a leak takes from the store it takes from a release: sealed receptors fire late, at once and most
        excitable = hl.myocyte(kind, state="excitable")
        load = {"agonist": 30.0, "Ca_o": 2 * cell["cell.Ca_o"], "ncx": 1.5}
        sealed, leaky = (
            _at(excitable, ryr_leak=v, **load).quiescence(2.0, 6.0).summary()["triggered"] for v in (0.5, LEAKY)
        )
        what = "triggered beats: half the IK1, exchanger 1.5, catecholamine, loaded store"
        yield Row(name, f"{what}, leak 0.5", 1, INF, float(sealed), "", DOSSIER)
        yield Row(name, f"{what}, leak {LEAKY:g}: fewer", 0, max(float(sealed) - 1, 0), float(leaky), "", DOSSIER)

        table = cell.dad_map(progress=setting.bar)
        regions = len(set(table["verdict"]) & set(VERDICTS[:3]))
        yield Row(f"{kind}, map", "regions among silent, DAD, triggered", 3, 3, regions, "", DOSSIER)
        for verdict in VERDICTS[1:3]:
            load = table.loc[table["verdict"] == verdict, "SR_load"].min()
            yield reported(f"{kind}, map", f"least load of a field with {verdict}", float(load), "umol/L")
    yield from _person(setting)


@dataclass
class LeftBeat:
    """A beat of the left ventricle, from its upstroke to the next: s, mmHg, mL."""

    start: float
    pulse: float
    stroke: float


def left_beats(run: Run, after: float = 0.0) -> list[LeftBeat]:
    """Beats of the left ventricle whose upstroke comes later than `after` (s), whatever excited it."""
    t, V, p, cavity = (run.data[k].to_numpy() for k in ("time", "lv.cell.V", "arteries.p", "lv.V"))
    rising = np.flatnonzero((V[:-1] < UPSTROKE) & (V[1:] >= UPSTROKE) & (t[1:] > after)) + 1
    found = []
    for a, b in pairwise(rising):
        ejecting = a + int(np.argmax(p[a:b]))
        pulse = p[ejecting] - np.min(p[a : ejecting + 1])
        found.append(LeftBeat(float(t[a]), float(pulse), float(cavity[a] - np.min(cavity[a:b]))))
    return found


def _person(setting: Setting) -> Iterator[Row]:
    """Triggered beats that reach the circulation: none in a slow rhythm, some in the pause after a fast one."""
    case = scenario("triggered-beats")
    run = case.run(progress=setting.bar)
    seconds, every = case.spec.seconds, case.spec.every_s
    assert isinstance(run, Run) and seconds is not None and every is not None
    person, events = run.model, case.events(run.model)
    name, at = "person, pause after a fast rhythm", run.events["time"].to_numpy()
    pacing_stops = max(e.start for e in events)
    yield Row(name, "beats that start in a wall, before", 0, 0, int((at < pacing_stops).sum()), "", DOSSIER)
    late = int((at >= pacing_stops).sum())
    yield Row(name, "beats that start in a wall, in the pause", 1, INF, late, "", "TristaniFirouzi2002")
    if late:
        # the same man with walls that do not excite each other: his next left beat is that of the sinus node
        alone = person.solve(seconds, every=every, events=events, conduct=False)
        first = run.events.iloc[0]
        brought, due = left_beats(run, first["time"])[0], left_beats(alone, first["time"])[0]
        what = "of the beat it brings, over that of the sinus beat it forestalls"
        yield reported(name, "coupling of the first", float(first["coupling"]), "s")
        delay = 1000 * (brought.start - first["time"])
        yield Row(name, "left upstroke after the right one", 30, 80, delay, "ms", "choice")
        yield Row(name, f"pulse pressure {what}", 0.2, 0.9, brought.pulse / due.pulse, "", "choice: it falls")
        yield Row(name, f"stroke volume {what}", 0.2, 0.9, brought.stroke / due.stroke, "", "choice: it falls")
        firings = [b["onset"][b["onset"] > first["time"]].iloc[0] for b in (run.beats, alone.beats)]
        late_by = abs(float(firings[0] - firings[1]))
        yield Row(name, "next sinus firing moved by it", 0, 0.05, late_by, "s", "definition of the compensatory pause")
    for what, back in (
        ("without the catecholamine", {"rv.cell.agonist": 0.0}),
        ("with all of the inward rectifier and potassium", {"*.cell.i_k1": 1.0, "*.cell.K_o": 5.0}),
    ):
        calm = person.with_(back).solve(seconds, events=events)
        yield Row(f"{name}, {what}", "beats that start in a wall", 0, 0, len(calm.events), "", "TristaniFirouzi2002")


def _at(cell: Myocyte, **levels: float) -> Myocyte:
    return cell.with_({f"cell.{k}": v for k, v in levels.items()})


def _onset(cell: Myocyte, setting: Setting) -> float:
    onset = cell.alternans(RATES, progress=setting.bar).attrs["onset"]
    return 60 * onset if np.isfinite(onset) else NONE


def _events(cell: Myocyte, rate: float) -> float:
    watched = cell.quiescence(rate, 10.0).summary()
    return float(watched["DADs"] + watched["triggered"])
