"""What each link of the failing year carries, and whether that hangs on the couplings that were assumed.

The effect of a cut is a number of the last day with the link held at rest, less that of the closed loop, for every
output of the scenario's table; an effect smaller than a clinic resolves has no sign. Every assumed coupling of the
reflexes and of the slow clock is moved by 30 % up and down, the person's rest is its reference again, and the closed
loop and all cuts run once more: the signs must stay. That is some hundred years of a person's life per cut, so courses
run at looser slow tolerance and in several processes, and each finished one is a line in `links.csv` of the output
folder; an interrupted sweep goes on from there.
"""

from __future__ import annotations

import csv
import hashlib
import math
import multiprocessing
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import lru_cache
from pathlib import Path

from heartloop.errors import HeartloopError
from heartloop.model import Model
from heartloop.progress import Bar
from heartloop.scenarios.scenario import Scenario, scenario

from .heart_failure import HELD, NAME
from .row import INF, Row, Setting, reported

MOVED = (0.7, 1.3)
# looser than a course by default: EF moves by a few 1e-4, a tenth of what has a sign
RTOL, BEAT_RTOL, BEAT_TOL = 1e-3, 1e-4, 1e-8
# what a clinic resolves in one patient, by output: a smaller effect has no sign
RESOLVED = {"EF": 0.01, "LVEDV": 3.0, "PCWP": 1.0, "CI": 0.05, "HR": 1.0, "MAP": 1.0}
# how ill the heart is; the others are also what the body does about it, and may go either way
SEVERITY = ("EF", "LVEDV", "PCWP")
CLOSED = "nothing cut"
FIELDS = ("key", "coupling", "factor", "value", "cut", *RESOLVED, "day", "status", "cpu_seconds")
COMPONENTS = (
    "arterioles", "autonomic", "baroreceptor", "cardiopulmonary", "chemoreceptor", "chemoreflex", "dyad", "energetics",
    "expression", "fibrosis", "growth", "hormones", "leak", "receptors", "resetting", "ros", "veins", "volume",
)  # fmt: skip
# gains (G), weights (W), and strengths, shares and rates by their lower-case letters
STRENGTH = re.compile(r"(G|W\w|rho|[acdefgkmr])(_\w+)?")
# limits, half-effects, thresholds and rest values carry the same letters
NO_STRENGTH = re.compile(r".*_(max|min|50|rest|irr|v|inf|clear)")

Job = tuple[str, float, float, str]  # coupling, factor, value, cut
Ends = dict[str, float]  # outputs of the last day; empty if there is none


def rows(setting: Setting) -> Iterator[Row]:
    """The whole sweep."""
    yield from sweep(couplings(scenario(NAME).person()), setting)


def couplings(model: Model) -> list[str]:
    """Assumed couplings of reflexes and slow clock: paths of gains, weights, shares and rates that are not zero."""
    table = model.parameters
    found = []
    for path, row in table.iterrows():
        component, _, name = str(path).rpartition(".")
        assumed = row["source"].startswith("assumed") or "choice" in row["source"]
        switch = name.startswith("G_") and row["value"] == 1.0  # opens and closes a link, has no size
        strength = STRENGTH.fullmatch(name) and not NO_STRENGTH.fullmatch(name) and not switch
        if component in COMPONENTS and assumed and strength and row["value"] != 0:
            found.append(str(path))
    return found


def moves(model: Model, path: str) -> list[tuple[float, float]]:
    """Factor and value of a coupling up and down, inside its bounds; a switch that is at its bound moves one way."""
    row = model.parameters.loc[path]
    at = [(f, min(max(f * row["value"], row["low"]), row["high"])) for f in MOVED]
    return [(f, float(v)) for f, v in at if v != row["value"]]


def sweep(paths: Sequence[str], setting: Setting) -> Iterator[Row]:
    """Run what is missing, then compare: one row for a cut's effect, one for its sign over all moves, one per flip."""
    s = scenario(NAME)
    person = s.person()
    cuts = [CLOSED, *(c.name for c in s.spec.cuts if c.name != HELD)]
    changes = [("", 1.0, 0.0)] + [(p, f, v) for p in paths for f, v in moves(person, p)]
    # the closed loop under every move first: what moves it most is cut first
    done = _run([(p, f, v, CLOSED) for p, f, v in changes], _key(s), setting)
    rest = done["", 1.0, CLOSED]["EF"]
    changes[1:] = sorted(changes[1:], key=lambda c: -abs(done[c[0], c[1], CLOSED].get("EF", rest) - rest))
    jobs: list[Job] = [(p, f, v, cut) for p, f, v in changes for cut in cuts]
    done = _run(jobs, _key(s), setting)

    def effect(coupling: str, factor: float, cut: str, output: str) -> float:
        held, closed = (done[coupling, factor, c].get(output, math.nan) for c in (cut, CLOSED))
        return held - closed

    for cut in cuts[1:]:
        name = f"cut: {cut}"
        base = {k: effect("", 1.0, cut, k) for k in RESOLVED}
        for k, value in base.items():
            yield reported(name, f"{k} on the last day, cut less closed loop", value)
        signed = [k for k in RESOLVED if abs(base[k]) >= RESOLVED[k]]
        yield Row(name, "outputs with a sign", 1, INF, len(signed), "", "choice")
        for k in signed:
            effects = {(p, f): effect(p, f, cut, k) for p, f, _ in changes[1:]}
            turned = {m: e for m, e in effects.items() if not e * math.copysign(1, base[k]) > -RESOLVED[k]}
            what = f"{k}: moves among {len(effects)} that turn its sign"
            if k in SEVERITY:
                yield Row(name, what, 0, 0, len(turned), "", "choice")
            else:
                yield reported(name, what, len(turned))
            for (p, f), e in turned.items():
                yield reported(name, f"{k}, cut less closed loop, with {p} times {f:g}", e)
    lost = sum(not done[p, f, cut] for p, f, _, cut in jobs)
    yield Row("links", "courses without a last day", 0, 0, lost, "", "choice")


def _key(s: Scenario) -> str:
    """Identifies model, values, scenario and tolerance, so that finished courses of another state are not taken."""
    model = s.person()
    text = repr((model._c.hash, model._theta.tolist(), s.spec.model_dump_json(), RTOL, BEAT_RTOL))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _run(jobs: list[Job], key: str, setting: Setting) -> dict[tuple[str, float, str], Ends]:
    """Last day by (coupling, factor, cut); finished courses are read back, the others run now."""
    file = None if setting.folder is None else setting.folder / "links.csv"
    done = _read(file, key)
    left = [j for j in jobs if (j[0], j[1], j[3]) not in done]
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.write_text(",".join(FIELDS) + "\n")
    bar = Bar("links", len(jobs), "courses") if setting.bar else None
    # spawned, not forked: the compiled kernels and the threads of the parent's libraries do not survive a fork
    context = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(max(1, setting.processes), mp_context=context) as pool:
            waiting = {pool.submit(course, *job): job for job in left}
            try:
                for n, future in enumerate(as_completed(waiting), len(jobs) - len(left) + 1):
                    coupling, factor, value, cut = waiting[future]
                    ends, day, status, cpu = future.result()
                    done[coupling, factor, cut] = ends
                    if file is not None:
                        with file.open("a", newline="") as out:
                            numbers = [ends.get(k, "") for k in RESOLVED]
                            line = (key, coupling, factor, value, cut, *numbers, day, status, round(cpu, 1))
                            csv.writer(out).writerow(line)
                    if bar:
                        bar.update(
                            n, f"{coupling or 'as it is'} x {factor:g}, {cut}: EF {ends.get('EF', math.nan):.3f}"
                        )
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    finally:
        if bar:
            bar.close()
    return done


def _read(file: Path | None, key: str) -> dict[tuple[str, float, str], Ends]:
    if file is None or not file.exists():
        return {}
    with file.open(newline="") as lines:
        found = [r for r in csv.DictReader(lines) if r["key"] == key and r.get("MAP")]
    return {(r["coupling"], float(r["factor"]), r["cut"]): {k: float(r[k]) for k in RESOLVED} for r in found}


def course(coupling: str, factor: float, value: float, cut: str) -> tuple[Ends, float, str, float]:
    """Outputs and day at the end of one course, its status and CPU seconds; no outputs without a steady rest."""
    del factor
    try:
        s = _moved(coupling, value)
        model = s.person(next((c for c in s.spec.cuts if c.name == cut), None))
        days = s.spec.days or 365.0
        found = model.progress(
            days, events=s.events(model), every=days, rtol=RTOL, beat_rtol=BEAT_RTOL, beat_tol=BEAT_TOL, bar=False
        )
    except HeartloopError as error:
        return {}, 0.0, " ".join(str(error).split()), 0.0
    ends = {k: float(found.data[k][-1]) for k in RESOLVED}
    return ends, float(found.data["day"][-1]), found.status, found.counts["cpu_seconds"]


@lru_cache(maxsize=4)
def _moved(coupling: str, value: float) -> Scenario:
    """The scenario of a person with another coupling, whose own rest is the reference."""
    spec = scenario(NAME).spec
    if coupling:
        person = spec.person.model_copy(update={"parameters": spec.person.parameters | {coupling: value}})
        spec = spec.model_copy(update={"person": person})
    return Scenario(spec)
