"""The failing person (the `heart-failure` scenario on day 365) on the protocols of the healthy one.

Each response stands beside patients with a low ejection fraction, or beside the healthy person's own response where a
study gives a ratio. Exercise and posture ask for the regional loop: `failing_effort`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

import heartloop as hl
from heartloop.model import Model
from heartloop.run import Run
from heartloop.scenarios.identification import FULL
from heartloop.scenarios.scenario import scenario

from .balance import balances
from .protocols import AREA, PACED, about, compared, directed, response, run_of
from .row import INF, Row, Setting, reported

EARLIER, DAY = "heart-failure", 365.0
PEOPLE = ("healthy", "failing")
COUPLING, BEATS = 0.46, 8  # s from the last stimulus to an ectopic beat; beats before it


@lru_cache(maxsize=1)
def failing_run(name: str, bar: bool, earlier: str = EARLIER) -> Run:
    """The run of a shipped scenario with the failing person; the year before it is taken from the kept courses."""
    run = scenario(name, after=earlier, day=DAY).run(progress=bar)
    assert isinstance(run, Run)
    return run


def rows(setting: Setting) -> Iterator[Row]:
    """Reflexes, drugs at the heart, load, rhythm."""
    for part in (baroreflex, vasodilator, blockers, agonist, starling, pacing, ectopic):
        yield from part(setting.bar)


def both(name: str, bar: bool) -> tuple[Run, Run]:
    """The scenario with the healthy and with the failing person."""
    return run_of(name, bar), failing_run(name, bar)


def balanced(name: str, run: Run, scenario_name: str) -> Iterator[Row]:
    """Balances of the failing person's run."""
    yield from balances(name, run, scenario(scenario_name).events(run.model))


def baroreflex(bar: bool) -> Iterator[Row]:
    """Phenylephrine: a slope between a tenth and a third of the normal one."""
    slopes = []
    for person, run in zip(PEOPLE, both("phenylephrine", bar), strict=True):
        found = run.tables["baroreflex sensitivity"].set_index("quantity")["value"]
        slopes.append(float(found["RR over SBP"]))
        if person == "failing":
            name = "phenylephrine, failing"
            source = "Eckberg1971, 22 patients: 3.70, standard error 0.8"
            yield Row(name, "RR over SBP", *about(3.7, "", 0.8), slopes[-1], "ms/mmHg", source)
            change, rise = (response(run, "effect", key)[0] for key in ("HR", "MAP"))
            source = "Ferguson1992, 11 patients: -3 for +9; healthy -9 for +10"
            yield Row(name, "fall of HR per rise of MAP", -INF, 0.45, -change / rise, "1/min/mmHg", source)
            yield from balanced(name, run, "phenylephrine")
    ratio, source = slopes[1] / slopes[0], "Eckberg1971: 3.70 over 16.0; at most half is asked for"
    yield Row("phenylephrine, failing over healthy", "RR over SBP", 0, 0.5, ratio, "", source)


def vasodilator(bar: bool) -> Iterator[Row]:
    """Nitroprusside: a weak heart gives more blood against less load; its rate hardly answers."""
    healthy, run = both("nitroprusside", bar)
    name = "nitroprusside, failing"
    patients = "Guiha1974; Packer1983; Franciosa1983"
    yield from directed(name, run, "effect", {"SV": 1, "CO": 1, "PCWP": -1, "MAP": -1}, patients)
    index, fall = response(run, "effect", "CO")[0] / AREA, -response(run, "effect", "MAP")[0]
    yield Row(name, "rise of CI per fall of MAP", 0.03, 0.09, index / fall, "L/min/m2/mmHg",
              "Packer1983 0.036, Franciosa1983 0.044, Guiha1974 0.08")  # fmt: skip
    slopes = [-response(r, "effect", "HR")[0] / response(r, "effect", "MAP")[0] for r in (healthy, run)]
    source = "Goldstein1975, 0.4 +- 0.1 with nitroglycerin, healthy 3.0 +- 0.5"
    yield Row(name, "rise of HR per fall of MAP", 0.2, 0.6, slopes[1], "1/min/mmHg", source)
    yield Row("nitroprusside, failing over healthy", "rise of HR per fall of MAP", 0, 0.5, slopes[1] / slopes[0], "",
              "Goldstein1975: 0.13; at most half is asked for")  # fmt: skip
    svr = response(run, "effect", "SVR")
    yield reported(name, "SVR before; Lukes1979: only patients above 24 answered", svr[1] - svr[0], "WU")
    yield from balanced(name, run, "nitroprusside")


def blockers(bar: bool) -> Iterator[Row]:
    """Propranolol, and atropine on top of it: what the nerves still do to the failing heart."""
    run, name = failing_run("propranolol", bar), "propranolol, failing"
    slow = response(run, "blocked", "HR")[1]
    source = "Haber1993, 24 patients"
    targets = {"LVSP": (-14.0, math.hypot(6, 6)), "PCWP": (0.0, math.hypot(2, 1))}
    yield from compared(name, run, "blocked", targets, source)
    for key, before, fall, error in (("CO", 2.56, 0.36, 0.11), ("dPdt_max", 1173, 276, math.hypot(63, 50))):
        change, value, _ = response(run, "blocked", key)
        wide = 2 * error * (math.sqrt(2) if key == "CO" else 1) / before
        share = fall / before
        yield Row(name, f"change of {key}", -share - wide, -share + wide, change / (value - change), "of rest", source)
    yield from balanced(name, run, "propranolol")
    run, name = failing_run("double-blockade", bar), "atropine after propranolol, failing"
    source = "Eckberg1971, nine patients: +23 %, standard error 8; healthy +55 +- 9"
    yield Row(name, "rise of HR", 0.07, 0.39, response(run, "blocked", "HR")[1] / slow - 1, "of it", source)
    yield from balanced(name, run, "double-blockade")
    run, name = failing_run("atropine", bar), "atropine, failing"
    yield from directed(name, run, "blocked", {"HR": 1})
    yield Row(name, "change of HR", -INF, 0.7 * 49, response(run, "blocked", "HR")[0], "1/min",
              "less than in health: Eckberg1971 after propranolol; at most 0.7 is asked for")  # fmt: skip
    yield from balanced(name, run, "atropine")


def agonist(_: bool) -> Iterator[Row]:
    """Saturated beta receptors, no reflex: how much faster and stronger the heart can be made.

    Vessels and vagus get their resting outflow: the agonist would raise the pressure and with it the vagal tone, in
    health more than in failure, and isoproterenol, which dilates, does not.
    """
    rates, forces = [], []
    for person in PEOPLE:
        model = subject(person).with_({"autonomic.efferent_vessels": 0.0, "autonomic.vagal_efferent": 0.0})
        rest, most = (model.with_(tone).periodic() for tone in ({}, FULL))
        rates.append(rest.features()["HR"])
        rates.append(most.features()["HR"])
        held = model.with_({"pacing.pace_rate": PACED})
        rest, most = (held.with_(tone).periodic() for tone in ({}, FULL))
        forces.append(float(most.summary()["dPdt_max"] / rest.summary()["dPdt_max"]) - 1)
    rises = (rates[1] - rates[0], rates[3] - rates[2])
    name = "saturating agonist"
    yield reported(name, "rise of HR, healthy", rises[0], "1/min")
    yield Row(name, "rise of HR, failing over healthy", 0, 0.8, rises[1] / rises[0], "",
              "Colucci1989, direction (recalled); Goldstein1975 found no difference")  # fmt: skip
    yield reported(name, "rise of dP/dt max at 110, healthy", forces[0])
    yield Row(name, "rise of dP/dt max at 110, failing over healthy", 0.27, 0.46, forces[1] / forces[0], "",
              "Bristow1982, failing muscle: 54 to 73 % less")  # fmt: skip


def subject(person: str) -> Model:
    """The healthy or the failing man."""
    return hl.human() if person == "healthy" else scenario(EARLIER).left(DAY, progress=False)


def starling(bar: bool) -> Iterator[Row]:
    """Blood into the veins: pressure rises, stroke volume little."""
    healthy, run = both("volume-load", bar)
    name = "750 mL given, failing"
    yield from directed(name, run, "end of infusion", {"PCWP": 1, "CVP": 1})
    change = {k: [response(r, "end of infusion", k)[0] for r in (healthy, run)] for k in ("SV", "PCWP")}
    steep = [v / p for v, p in zip(change["SV"], change["PCWP"], strict=True)]
    yield Row("750 mL given, failing over healthy", "rise of SV per PCWP", -0.2, 0.5, steep[1] / steep[0], "",
              "RossBraunwald1964: flat; Volpe1991: none with saline; at most half is asked for")  # fmt: skip
    source = "Volpe1991, 12 patients with mild failure: none"
    yield Row(name, "change of SV", *about(0.0, "mL"), change["SV"][1], "mL", source)
    yield from balanced(name, run, "volume-load")


def pacing(bar: bool) -> Iterator[Row]:
    """A faster rate does not help the failing heart."""
    run, name = failing_run("pacing", bar), "paced, failing"
    change, value, _ = response(run, "121 per minute", "dPdt_max")
    rise = change / (value - change)
    yield Row(name, "change of dP/dt max at 121", -INF, 0.1, rise, "of rest", "Mulieri1992, flat in failing muscle")
    yield from directed(name, run, "121 per minute", {"SV": -1})
    yield from balanced(name, run, "pacing")


def ectopic(_: bool) -> Iterator[Row]:
    """The beat after a pause grows more in a failing heart."""
    source = "PotentiationIDC, 12 patients 0.49 +- 0.33, 13 controls 0.10 +- 0.05 (SD)"
    grown = {}
    for person, (mean, sd) in zip(PEOPLE, ((0.098, 0.054), (0.487, 0.326)), strict=True):
        model = subject(person)
        rest = model.periodic()
        rr, stimulus = rest.orbit.rr, float(rest.data["pacing.t_lv"][0])
        at = BEATS * rr + stimulus + COUPLING
        run = model.solve(at + 4 * rr, every=0.005, events=[hl.ectopic(at)])
        after = run.beats[run.beats["onset"] > at].iloc[1]  # the sinus beat before it is the one that is not conducted
        grown[person] = float(after["PP"] / run.beats["PP"].iloc[0]) - 1
        name = f"ectopic beat at {COUPLING:g} s, {person}"
        yield Row(name, "rise of pulse pressure after the pause", *about(mean, "", sd), grown[person], "", source)
        if person == "failing":
            yield from balances(name, run, [])
    name, ratio = f"ectopic beat at {COUPLING:g} s, failing over healthy", grown["failing"] / grown["healthy"]
    yield Row(name, "rise of pulse pressure after the pause", 1, INF, ratio, "", source)
