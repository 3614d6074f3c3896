"""What each link of the failing year carries, and whether that hangs on the couplings that were assumed.

The effect of a cut is EF on the last day with the link held at rest, less EF of the closed loop. Every assumed
coupling of the reflexes and of the slow clock is moved by 30 % up and down, the person's rest is its reference again,
and the closed loop and all cuts run once more: the signs must stay. That is some hundred years of a person's life per
cut, so courses run at looser slow tolerance and in several processes, and each finished one is a line in `links.csv`
of the output folder; an interrupted sweep goes on from there.
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
NOISE = 1e-3  # of EF; an effect below it has no sign
CLOSED = "nothing cut"
FIELDS = ("key", "coupling", "factor", "value", "cut", "EF", "day", "status", "cpu_seconds")
COMPONENTS = (
    "arterioles", "autonomic", "baroreceptor", "cardiopulmonary", "chemoreceptor", "chemoreflex", "dyad", "energetics",
    "expression", "fibrosis", "growth", "hormones", "leak", "receptors", "resetting", "ros", "veins", "volume",
)  # fmt: skip
# gains (G), weights (W), and strengths, shares and rates by their lower-case letters
STRENGTH = re.compile(r"(G|W\w|rho|[acdefgkmr])(_\w+)?")
# limits, half-effects, thresholds and rest values carry the same letters
NO_STRENGTH = re.compile(r".*_(max|min|50|rest|irr|v|inf|clear)")

Job = tuple[str, float, float, str]  # coupling, factor, value, cut


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
    as_it_is = done.get(("", 1.0, CLOSED), math.nan)
    changes[1:] = sorted(changes[1:], key=lambda c: -abs(done.get((c[0], c[1], CLOSED), as_it_is) - as_it_is))
    jobs: list[Job] = [(p, f, v, cut) for p, f, v in changes for cut in cuts]
    done = _run(jobs, _key(s), setting)

    def effect(coupling: str, factor: float, cut: str) -> float:
        cell, closed = (done.get((coupling, factor, c), math.nan) for c in (cut, CLOSED))
        return cell - closed

    for cut in cuts[1:]:
        name = f"cut: {cut}"
        base = effect("", 1.0, cut)
        yield reported(name, "EF on the last day, cut less closed loop", base)
        yield Row(name, "size of that effect", NOISE, INF, abs(base), "", "choice")
        kept = {(p, f): effect(p, f, cut) * math.copysign(1, base) > -NOISE for p, f, _ in changes[1:]}
        share = sum(kept.values()) / len(kept) if kept else math.nan
        yield Row(name, f"share of {len(kept)} moved couplings that keep its sign", 1, 1, share, "", "choice")
        for (p, f), same in kept.items():
            if not same:
                yield reported(name, f"EF, cut less closed loop, with {p} times {f:g}", effect(p, f, cut))
    lost = sum(math.isnan(done.get((p, f, cut), math.nan)) for p, f, _, cut in jobs)
    yield Row("links", "courses without a last day", 0, 0, lost, "", "choice")


def _key(s: Scenario) -> str:
    """Identifies model, values, scenario and tolerance, so that finished courses of another state are not taken."""
    model = s.person()
    text = repr((model._c.hash, model._theta.tolist(), s.spec.model_dump_json(), RTOL, BEAT_RTOL))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _run(jobs: list[Job], key: str, setting: Setting) -> dict[tuple[str, float, str], float]:
    """EF on the last day by (coupling, factor, cut); finished courses are read back, the others run now."""
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
                    EF, day, status, cpu = future.result()
                    done[coupling, factor, cut] = EF
                    if file is not None:
                        with file.open("a", newline="") as out:
                            line = (key, coupling, factor, value, cut, EF, day, status, round(cpu, 1))
                            csv.writer(out).writerow(line)
                    if bar:
                        bar.update(n, f"{coupling or 'as it is'} x {factor:g}, {cut}: EF {EF:.3f}")
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise
    finally:
        if bar:
            bar.close()
    return done


def _read(file: Path | None, key: str) -> dict[tuple[str, float, str], float]:
    if file is None or not file.exists():
        return {}
    with file.open(newline="") as lines:
        found = [r for r in csv.DictReader(lines) if r["key"] == key and r.get("EF")]
    return {(r["coupling"], float(r["factor"]), r["cut"]): float(r["EF"]) for r in found}


def course(coupling: str, factor: float, value: float, cut: str) -> tuple[float, float, str, float]:
    """EF and day at the end of one course, its status and CPU seconds; without a steady rest EF is not a number."""
    del factor
    try:
        s = _moved(coupling, value)
        model = s.person(next((c for c in s.spec.cuts if c.name == cut), None))
        days = s.spec.days or 365.0
        found = model.progress(
            days, events=s.events(model), every=days, rtol=RTOL, beat_rtol=BEAT_RTOL, beat_tol=BEAT_TOL, bar=False
        )
    except HeartloopError as error:
        return math.nan, 0.0, " ".join(str(error).split()), 0.0
    return float(found.data["EF"][-1]), float(found.data["day"][-1]), found.status, found.counts["cpu_seconds"]


@lru_cache(maxsize=4)
def _moved(coupling: str, value: float) -> Scenario:
    """The scenario of a person with another coupling, whose own rest is the reference."""
    spec = scenario(NAME).spec
    if coupling:
        person = spec.person.model_copy(update={"parameters": spec.person.parameters | {coupling: value}})
        spec = spec.model_copy(update={"person": person})
    return Scenario(spec)
