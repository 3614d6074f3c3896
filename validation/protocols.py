"""What people answer to bleeding, drugs, pacing, lesions and an opened reflex, beside what the model answers.

Responses are changes from the model's own baseline, all with one parameter set. A target with an error counts within
two of it; one without counts within 30 % of the change, and at least 3 mmHg, 3/min or 5 mL. The scenarios are those of
`heartloop run`. Rows without a measured size ask for a direction and say so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
from scipy.optimize import least_squares

import heartloop as hl
from heartloop.run import Run
from heartloop.scenarios.person import BODY, NO_REFLEX, body_surface
from heartloop.scenarios.protocol import TABLE
from heartloop.scenarios.scenario import Scenario, scenario

from .balance import balances
from .espvr import end_systolic
from .row import INF, Row, Setting, reported

SHARE = 0.30
AREA = body_surface(*BODY["male"])  # m^2, of the man of the scenarios
LEAST = {"mmHg": 3.0, "1/min": 3.0, "mL": 5.0}
PACED = 110.0  # 1/min, for the elastance of a heart whose rate is held
NONE = 40.0  # mmHg, a pressure at which the baroreceptors are silent


@lru_cache(maxsize=1)  # a run holds every signal, some 100 MB
def run_of(name: str, bar: bool) -> Run:
    """The run of a shipped scenario."""
    run = scenario(name).run(progress=bar)
    assert isinstance(run, Run)
    return run


def rows(setting: Setting) -> Iterator[Row]:
    """Every protocol, in the order of the list in the documentation."""
    fluids = (haemorrhage, volume, anaemia)
    heart = (rate, lesions, effusion, ectopic)
    nerves = (blockade, vasoactive, carotid, reserve)
    for part in (*fluids, *heart, *nerves):
        yield from part(setting.bar)


def about(target: float, unit: str, error: float | None = None) -> tuple[float, float]:
    """Accepted range of a response: two errors, or 30 % and at least the least that counts."""
    width = 2 * error if error is not None else max(SHARE * abs(target), LEAST[unit])
    return target - width, target + width


def response(run: Run, window: str, key: str) -> tuple[float, float, str]:
    """Change, value and unit of a key in a window of the protocol's table."""
    table = run.tables[TABLE]
    row = table[(table["window"] == window) & (table["quantity"] == key)].iloc[0]
    return float(row["change"]), float(row["response"]), str(row["unit"])


def compared(
    name: str, run: Run, window: str, targets: Mapping[str, tuple[float, float | None]], source: str
) -> Iterator[Row]:
    """Rows for changes of several keys: key -> (target, its error or None)."""
    for key, (target, error) in targets.items():
        change, _, unit = response(run, window, key)
        yield Row(name, f"change of {key}", *about(target, unit, error), change, unit, source)


def directed(name: str, run: Run, window: str, signs: dict[str, int], source: str = "direction") -> Iterator[Row]:
    """Rows that ask for the sign of a change only."""
    for key, sign in signs.items():
        change, _, unit = response(run, window, key)
        yield Row(name, f"change of {key}", *((0.0, INF) if sign > 0 else (-INF, 0.0)), change, unit, source)


def conserved(name: str, run: Run, scenario_name: str) -> Iterator[Row]:
    """Balances of blood, oxygen and carbon dioxide over the run of a shipped scenario."""
    yield from balances(name, run, scenario(scenario_name).events(run.model))


def dosed(name: str, ug_per_kg: float, bar: bool) -> Run:
    """The run of a shipped scenario with another dose of its one drug."""
    s = scenario(name)
    (event,) = s.spec.events
    other = event.model_copy(update={"ug_per_kg": ug_per_kg})
    run = Scenario(s.spec.model_copy(update={"events": (other,)})).run(progress=bar)
    assert isinstance(run, Run)
    return run


def haemorrhage(bar: bool) -> Iterator[Row]:
    """1000 mL lost and given back."""
    run = run_of("haemorrhage", bar)
    measured = {"CVP": -4.5, "HR": 8.0, "MAP": -7.0, "PP": -9.0, "SV": -12.0}
    lost = {k: (v, None) for k, v in measured.items()}
    yield from compared("1000 mL lost", run, "after 1000 mL", lost, "Johnson2015")
    yield from compared("1000 mL given back", run, "given back", dict.fromkeys(measured, (0.0, None)), "Johnson2015")
    yield from conserved("1000 mL lost and given back", run, "haemorrhage")


def volume(bar: bool) -> Iterator[Row]:
    """750 mL into the veins in five minutes."""
    run = run_of("volume-load", bar)
    name = "750 mL given in 5 min"
    yield from compared(name, run, "end of infusion", {"PCWP": (6.0, 2.0)}, "Wolsk2019, young, mean and SD")
    yield from directed(name, run, "end of infusion", {"SV": 1, "CVP": 1, "LVEDV": 1})
    flow, per_litre = response(run, "end of infusion", "CO")[0], 1.47 / 1.1
    source = "Robinson1966, six men, 1 to 1.2 L of their own blood: +1.47"
    yield Row(name, "rise of CO per litre", 0.7 * per_litre, 1.3 * per_litre, flow / 0.75, "L/min/L", source)
    low, high = (share * 8 / 10.4 for share in (1 - SHARE, 1 + SHARE))
    per = response(run, "end of infusion", "SV")[0] / response(run, "end of infusion", "LVEDP")[0] / AREA
    source = "VolumeExpansionLV, 11 people: stroke index +8, LVEDP +10.4"
    yield Row(name, "rise of stroke index per LVEDP", low, high, per, "mL/m2/mmHg", source)
    yield from conserved(name, run, "volume-load")


def anaemia(bar: bool) -> Iterator[Row]:
    """Half of the haemoglobin, volume kept."""
    run = run_of("anaemia", bar)
    name = "haemoglobin 15 to 7.5 g/dL"
    targets = {"HR": (4.0 * 7.5, 0.1 * 7.5)}  # 4.0 per g/dL, 95 % interval +- 0.2
    yield from compared(name, run, "half the haemoglobin", targets, "Weiskopf2003, 95 volunteers")
    signs = {"SV": 1, "CO": 1, "SVR": -1, "SvO2": -1}
    yield from directed(name, run, "half the haemoglobin", signs, "Weiskopf1998, direction")
    yield from conserved(name, run, "anaemia")


def rate(bar: bool) -> Iterator[Row]:
    """Cardiac output at three paced rates."""
    run = run_of("pacing", bar)
    base = response(run, "121 per minute", "CO")[1] - response(run, "121 per minute", "CO")[0]
    for window, index in (("121 per minute", 3.72), ("148 per minute", 3.21)):
        measured = index / 3.67
        found = response(run, window, "CO")[1] / base
        yield Row(
            f"paced at {window}", "cardiac output over that at 80", measured - 0.1, measured + 0.1, found, "",
            "Ross1965, patients; tolerance a choice",
        )  # fmt: skip
    yield from directed("paced at 121 per minute", run, "121 per minute", {"SV": -1, "LVEDV": -1, "dPdt_max": 1})
    yield from conserved("paced at three rates", run, "pacing")


def lesions(bar: bool) -> Iterator[Row]:
    """Each valve narrowed and leaking."""
    signs: dict[str, dict[str, int]] = {
        "aortic-stenosis": {"LVSP": 1, "LVEDP": 1, "LVET": 1},
        "aortic-regurgitation": {"PP": 1, "DBP": -1, "LVEDP": 1, "LVEDV": 1, "HR": 1},
        "mitral-stenosis": {"LAP_mean": 1, "PAP_mean": 1, "LVEDV": -1},
        "mitral-regurgitation": {"PCWP": 1, "EF": 1, "SV": -1, "LVEDV": 1},
        "pulmonary-stenosis": {"RVSP": 1, "RVEDP": 1, "CVP": 1, "CO": -1},
        "pulmonary-regurgitation": {"RVEDV": 1, "PAP_dia": -1},
        "tricuspid-stenosis": {"RAP_mean": 1, "RVEDV": -1, "PCWP": -1},
        "tricuspid-regurgitation": {"RAP_mean": 1, "RVEF": 1},
    }
    for scenario_name, wanted in signs.items():
        run, name = run_of(scenario_name, bar), scenario_name.replace("-", " ") + ", acute"
        sick = run.tables["valve"].set_index("window").loc["lesion"]
        if "stenosis" in scenario_name:
            ratio = sick["gorlin_area"] / sick["area"]
            yield Row(name, "Gorlin's area over the orifice", 0.85, 1.15, ratio, "", "Gorlin1951")
            yield reported(name, "mean gradient", sick["mean_gradient"], "mmHg")
        else:
            yield reported(name, "regurgitant fraction", sick["regurgitant_fraction"])
        yield from directed(name, run, "lesion", wanted)
        yield from conserved(name, run, scenario_name)


def effusion(bar: bool) -> Iterator[Row]:
    """Fluid in the pericardium."""
    run = run_of("pericardial-effusion", bar)
    signs = {"CVP": 1, "SV": -1, "PP": -1, "HR": 1, "CO": -1}
    yield from directed("300 mL in the pericardium", run, "300 mL", signs)
    yield from conserved("300 mL in the pericardium", run, "pericardial-effusion")


def ectopic(bar: bool) -> Iterator[Row]:
    """Compensatory pause and the beat after it."""
    run = run_of("ectopic-beat", bar)
    name = "ventricular ectopic beat"
    t, v = run.data["time"].values, run.data["lv.cell.V"].values
    fired = t[1:][(v[1:] > -20) & (v[:-1] <= -20)]
    k = int(np.argmin(np.diff(fired)))  # the coupling interval is the shortest
    pause = (fired[k + 2] - fired[k]) / (fired[k] - fired[k - 1])
    yield Row(name, "beats around it, in sinus intervals", 1.97, 2.03, float(pause), "", "compensatory by definition")
    calcium = run.data["lv.cell.Ca_i"].values
    before, after = (
        float(calcium[(t >= fired[i] - 0.01) & (t < fired[i + 1] - 0.01)].max()) for i in (k - 1, k + 2)
    )
    yield Row(name, "calcium peak after the pause over that before", 1.05, INF, after / before, "", "potentiation")
    yield from directed(name, run, "post-extrasystolic beat", {"SV": 1, "LVEDV": 1})
    for key, what in (("dPdt_max", "dP/dt max"), ("PP", "pulse pressure")):
        change, value, _ = response(run, "post-extrasystolic beat", key)
        yield reported(name, f"{what} after the pause over that before", value / (value - change))
    yield from conserved(name, run, "ectopic-beat")


def blockade(bar: bool) -> Iterator[Row]:
    """Both branches of the autonomic nerves, one by one and together."""
    run = run_of("atropine", bar)
    target = {"HR": (49.0, math.hypot(2, 3))}  # standard errors of 70 +- 2 and 119 +- 3
    yield from compared("atropine 0.04 mg/kg", run, "blocked", target, "AtropineRest1985, 11 men")
    yield from conserved("atropine 0.04 mg/kg", run, "atropine")
    name, source = "propranolol 5 mg", "CummingCarr1967"
    run = dosed("propranolol", 5000 / BODY["male"][0], bar)
    slowed = response(run, "blocked", "HR")[1]
    yield from compared(name, run, "blocked", {"HR": (-15.0, None), "MAP": (0.0, None)}, source)
    change, value, _ = response(run, "blocked", "CO")
    yield Row(name, "change of CO", -0.21 * 1.3, -0.21 * 0.7, change / (value - change), "of rest", source)
    yield from conserved("propranolol 0.2 mg/kg", run_of("propranolol", bar), "propranolol")
    run, name = run_of("double-blockade", bar), "propranolol and atropine"
    intrinsic, found = run.model["pacing.HR_intrinsic"], response(run, "blocked", "HR")[1]
    yield Row(
        name, "HR", 0.86 * intrinsic, 1.14 * intrinsic, found, "1/min",
        "Jose1970, 118.1 - 0.57 age (recalled), 95 % of the young within 14 %",
    )  # fmt: skip
    yield Row(name, "HR over that of 5 mg propranolol", *about(38.0, "1/min"), found - slowed, "1/min", source)
    yield from conserved(name, run, "double-blockade")
    run, name = run_of("ganglionic-block", bar), "ganglionic block"
    targets = {"MAP": (-11.0, math.hypot(2, 3)), "HR": (24.0, math.hypot(3, 3))}
    yield from compared(name, run, "blocked", targets, "Wilkins2007, trimethaphan, 10 volunteers")
    yield from conserved(name, run, "ganglionic-block")


def vasoactive(bar: bool) -> Iterator[Row]:
    """Baroreflex sensitivity by drugs."""
    for name in ("phenylephrine", "nitroprusside"):
        run = run_of(name, bar)
        found = run.tables["baroreflex sensitivity"].set_index("quantity")["value"]
        sign = 1 if name == "phenylephrine" else -1
        yield from directed(name, run, "effect", {"MAP": sign, "HR": -sign})
        if name == "phenylephrine":
            source = "Schwartz1988, 21 controls, mean and SD"
            low, high = about(12.3, "", 2.9)
            yield Row(name, "RR over MAP", low, high, float(found["RR over MAP"]), "ms/mmHg", source)
            source = "Ferguson1985, 10 volunteers, mean and SE"
            low, high = about(20.2, "", 2.9)
            yield Row(name, "RR over SBP", low, high, float(found["RR over SBP"]), "ms/mmHg", source)
        else:
            yield reported(name, "RR over SBP", float(found["RR over SBP"]), "ms/mmHg")
            change, fall = (response(run, "effect", key)[0] for key in ("HR", "MAP"))
            source = "Ferguson1990, 10 volunteers: +13 +- 5 for -10"
            yield Row(name, "rise of HR per fall of MAP", 0.3, 2.3, -change / fall, "1/min/mmHg", source)
        yield from conserved(name, run, name)


def carotid(bar: bool) -> Iterator[Row]:
    """A collar around the neck, and the loop opened at the sinus."""
    run = run_of("neck-suction", bar)
    targets = {"HR": (-10.0, 2.0), "MAP": (-15.0, 4.0)}
    yield from compared("neck suction -60 mmHg, 5 s", run, "lowest", targets, "NeckChamber2021, 6 volunteers")
    yield from conserved("neck suction -60 mmHg, 5 s", run, "neck-suction")
    run = run_of("neck-suction-steady", bar)
    name = "neck suction -30 mmHg, third minute"
    # given as two standard deviations of a repeated measurement
    targets = {"HR": (-6.5, 1.25), "CO": (-0.59, 0.07), "SBP": (-16.9, 5.0), "DBP": (-10.1, 2.7)}
    yield from compared(name, run, "third minute", targets, "NeckSuction1988, healthy, age 19-80")
    ratio = response(run, "third minute", "MAP")[0] / response(run, "third minute", "baroreceptor.P_sinus")[0]
    yield reported(name, "MAP over sinus pressure; measured -1.0", ratio)
    yield from conserved(name, run, "neck-suction-steady")
    opened = {"carotid loop opened under the pulse": "-pulsatile", "carotid loop opened": ""}
    for name, how in opened.items():
        scenario_name = "carotid-open-loop" + how
        run = run_of(scenario_name, bar)
        yield from conserved(name, run, scenario_name)
        curve = run.tables["carotid curve"].set_index("quantity")
        mmhg, hr = curve.loc["MAP"], curve.loc["HR"]
        source = "textbook range, from the neck chamber (-0.3) to the isolated sinus (-3) (recalled)"
        yield Row(name, "largest gain, MAP", -3.0, -0.3, mmhg["gain"], "", source)
        yield Row(name, "threshold, MAP", 60, 80, mmhg["threshold"], "mmHg", "textbook range (recalled)")
        yield Row(name, "saturation, MAP", 140, 180, mmhg["saturation"], "mmHg", "textbook range (recalled)")
        yield reported(name, "HR at saturation", hr["low"], "1/min")
        yield reported(name, "HR below threshold", hr["low"] + hr["range"], "1/min")


def common_intercept(lines: Sequence[tuple[np.ndarray, np.ndarray]]) -> list[float]:
    """Slopes of lines through end-systolic points (volumes, pressures) that meet at one volume where pressure is zero.

    The end-systolic relation bends, so lines of their own through different pressures differ in intercept more than in
    slope.
    """

    def miss(q: np.ndarray) -> np.ndarray:
        return np.concatenate([slope * (V - q[-1]) - p for slope, (V, p) in zip(q[:-1], lines, strict=True)])

    return [float(x) for x in least_squares(miss, [2.0] * len(lines) + [5.0]).x[:-1]]


def reserve(_: bool) -> Iterator[Row]:
    """Elastance at rest and with the cardiac sympathetic nerve at its most; vessels and vagus held."""
    person = hl.human()
    held = {"autonomic.efferent_vessels": 0.0, "autonomic.vagal_efferent": 0.0, "pacing.pace_rate": PACED}
    silent = {f"{k}.clamp": 1.0 for k in ("baroreceptor", "aortic")}
    silent |= {f"{k}.P_clamp": NONE for k in ("baroreceptor", "aortic")}
    beat = person.with_(held | silent).periodic()
    tone = float(beat.data["autonomic.sympathetic_heart"].mean())
    lines = [
        end_systolic(person.with_(NO_REFLEX | {"pacing.pace_rate": PACED, "cell.agonist": tone * a - a}))
        for a in (0.0, 1.0)
    ]
    name = f"largest reflex, rate held at {PACED:g}"
    source = "25-60 %, isolated hearts under carotid unloading (recalled)"
    yield Row(name, "slope of the end-systolic points over rest", 1.25, 1.6, lines[1][0] / lines[0][0], "", source)
    slope = common_intercept([line[2:] for line in lines])
    source += "; SugaSagawa1974: contractility leaves the intercept"
    yield Row(name, "the same, one intercept for both lines", 1.25, 1.6, slope[1] / slope[0], "", source)
    yield reported(name, "cardiac sympathetic tone", tone)
