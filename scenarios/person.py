"""A person: cells, walls, circulation, reflexes and slow clock wired into one circuit.

This is where the physics folders meet. `human` gives a ready model; `assemble` the circuit alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from importlib import resources
from typing import Any

from heartloop.calibrate import calibrate
from heartloop.cell import BetaAdrenergic
from heartloop.cell.imported import ImportedCell
from heartloop.circuit import Circuit
from heartloop.circulation.arm import BrachialArtery
from heartloop.circulation.blood import Blood
from heartloop.circulation.gas import REGIONAL, SMALL, GasLayout, PrescribedGas, gas_exchange
from heartloop.circulation.loop import blood_volume, small_loop
from heartloop.circulation.regional import regional_loop
from heartloop.circulation.vessel import aged_arteries
from heartloop.compiled import Compiled
from heartloop.component import Input
from heartloop.errors import ParameterError, suggest
from heartloop.model import Model
from heartloop.reflex import REST
from heartloop.reflex import components as reflex_components
from heartloop.remodeling import slow_components

from .effort import REST as EFFORT_REST
from .effort import add_effort
from .myocyte import maker, title_of

BODY = {"male": (75.0, 175.0), "female": (62.0, 163.0)}  # kg, cm
CHOICES = {
    "sex": ("male", "female"),
    "cell": ("compact", "human"),
    "loop": ("small", "regional"),
    "ventricle": ("onefibre", "elastance", "prescribed"),
}

ROLES = {
    "lv": "lv",
    "rv": "rv",
    "lv_onset": "lv.cell.stimulus",
    "rv_onset": "rv.cell.stimulus",
    "lv_voltage": "lv.cell.V",
    "rv_voltage": "rv.cell.V",
    "across": "pacing.across",
    "av_closed": "pacing.AV_closed",
    "arterial": "brachial.p",
    "pulmonary": "pulmonary_arteries.p",
    "aortic_valve": "aortic_valve",
    "mitral_valve": "mitral_valve",
}
MEASURES = {
    "MAP": "arteries.p",
    "CVP": "vena_cava.p",
    "PCWP": "pulmonary_veins.p",
    "PAP_mean": "pulmonary_arteries.p",
    "LAP_mean": "la.p",
    "RAP_mean": "ra.p",
    "q_aortic": "aortic_valve.q",
    "sympathetic": "autonomic.sympathetic",
    "vagal": "autonomic.vagal",
}
GAS_MEASURES = {
    "PaO2": "arterial_gas.PO2",
    "PaCO2": "arterial_gas.PCO2",
    "SaO2": "arterial_gas.SO2",
    "SvO2": "venous_gas.SO2",
    "VE": "ventilation.VE",
    "VO2": "lungs.air_O2",
    "VCO2": "lungs.air_CO2",
}
FEATURES: dict[str, tuple[str, str]] = {
    "peak_stress": ("max", "lv.sigma_f"),
    "tension_time": ("mean", "lv.sigma_f"),
    "ED_stretch": ("max", "lv.wall_stretch"),
    "LAV_max": ("max", "la.V"),
    "LAV_min": ("min", "la.V"),
    "RAV_max": ("max", "ra.V"),
    "RAV_min": ("min", "ra.V"),
}
# every efferent nerve at its resting value: no reflex answers
NO_REFLEX = {"autonomic.efferent_heart": 0.0, "autonomic.efferent_vessels": 0.0, "autonomic.vagal_efferent": 0.0}
# slow states and slow outputs that a clinician would ask for
READOUTS: dict[str, str] = {
    "beta1_density": "receptors.beta1_density",
    "spillover": "hormones.spillover_cardiac",
    "NE_plasma": "hormones.NE_plasma",
}


@dataclass(frozen=True)
class Places:
    """Where a loop meets everything else: nerves, viscosity, blood from outside.

    `toned` are the beds whose arterioles answer to the nerves, `veins` the nodes whose unstressed volume does;
    `sinus` is the pressure at the carotid sinus, `arch` that of the aortic arch, `carotid_flow` the flow that stands
    for the carotid body's. `rest` are rest parameters of the loop's own, beside those of the reflexes: (what must
    vanish on the resting orbit, how it is read). `nerves` are values (with source) that the reflexes take in this
    loop, by component and parameter.
    """

    build: Callable[..., None]
    gas: GasLayout
    toned: tuple[str, ...]
    veins: tuple[str, ...]
    sinus: str
    arch: str
    carotid_flow: str
    bleeding: str
    rest: dict[str, tuple[str, str]] = field(default_factory=dict)
    nerves: dict[str, dict[str, tuple[float, str]]] = field(default_factory=dict)


LOOPS = {
    "small": Places(
        small_loop, SMALL, toned=("systemic", "splanchnic"), veins=("systemic_veins", "splanchnic_veins"),
        sinus="arteries.p", arch="aorta.p_transmural", carotid_flow="aortic_path.q", bleeding="systemic_veins",
    ),
    # no nerve reaches the brain's and the heart's arterioles here: both regulate their own flow
    "regional": Places(
        regional_loop, REGIONAL, toned=("upper_body", "splanchnic", "renal", "legs"),
        veins=("upper_body_veins", "splanchnic_veins", "renal_veins", "legs_veins"),
        sinus="carotid_sinus.p", arch="aortic_arch.p", carotid_flow="aortic_path.q", bleeding="vena_cava",
        rest={f"{k}_filtration.p_rest": (f"{k}_interstitium.V", "mean") for k in ("legs", "splanchnic")} | EFFORT_REST,
        nerves={
            "arterioles": {"G_R": (0.26, "calibrated on tilt; 0.275 by the flow it acts on")},
            "pacing": {"RR_min": (0.316, "Tanaka2001, 208 - 0.7 x 26 years = 190/min (recalled)")},
        },
    ),
}  # fmt: skip


def body_surface(weight_kg: float, height_cm: float) -> float:
    """Body surface area (m^2), Du Bois & Du Bois 1916."""
    return 0.007184 * weight_kg**0.425 * height_cm**0.725


def assemble(
    *, sex: str = "male", cell: str | ImportedCell = "compact", ventricle: str = "onefibre",
    weight_kg: float | None = None, slow: bool = True, gas: str = "exchange", loop: str = "small",
) -> Circuit:  # fmt: skip
    """Circuit of a person with a loop and a cell in each wall; with `slow`, also the slow clock.

    A cell without receptors (an imported one) leaves sympathetic tone to the sinus node and the vessels: receptors of
    the node's own, `node_receptors`, answer for it. `gas` is "exchange" (lungs, blood and tissues carry oxygen and
    carbon dioxide) or "prescribed" (constant arterial gases, which no breath changes).
    """
    c = Circuit(f"{sex}, {loop} loop, {title_of(cell)} cells, {ventricle}")
    places = LOOPS[loop]
    places.build(c, sex=sex, ventricle=ventricle, weight_kg=weight_kg)
    cells = [maker(cell)(f"{wall}.cell") for wall in ("lv", "rv")]
    c.add(*cells)
    takes = {key for member in cells[0].members for key in member.of(Input)}
    receptors = ["lv.cell", "rv.cell"]
    if "sympathetic_heart" not in takes:
        receptors = ["node_receptors"]
        c.add(BetaAdrenergic(*receptors))
    parts, wires = reflex_components()
    for part in parts:
        for key, (value, origin) in places.nerves.get(part.name, {}).items():
            part.declarations[key] = replace(part.declarations[key], value=value, source=origin)
    c.add(*parts)
    for source, destination in wires:
        c.signal(source, to=destination)
    c.add(BrachialArtery("brachial"))
    c.signal("arteries.p", to="brachial.p_root")
    c.add(Blood("blood", V_total=blood_volume(sex=sex, weight_kg=weight_kg)))

    _gases(c, gas, places.gas, sex=sex, weight_kg=weight_kg)

    for wall in ("lv", "rv"):
        if ventricle != "prescribed":
            c.signal(f"{wall}.cell.tension", to=f"{wall}.tension")
        else:
            c.signal(f"pacing.t_{wall}", to=f"{wall}.onset")
        c.signal(f"{wall}.stretch", to=f"{wall}.cell.stretch")
        c.signal(f"{wall}.stretch_rate", to=f"{wall}.cell.stretch_rate")
        c.gate(f"{wall}.cell.stimulus", start=f"pacing.t_{wall}", duration="pacing.pulse")

    c.signal(places.sinus, to="baroreceptor.p_carotid")
    c.signal(places.arch, to="aortic.p_arch")
    c.signal(places.carotid_flow, to="chemoreceptor.flow")
    c.signal("ra.p_transmural", to="cardiopulmonary.p_ra")
    c.signal("pulmonary_veins.p", to="cardiopulmonary.p_filling")
    c.signal("autonomic.sympathetic_heart", to=[f"{place}.sympathetic_heart" for place in receptors])
    c.signal(f"{receptors[0]}.beta_response", to="pacing.beta_response")
    c.signal("arterioles.tone_R", to=[f"{bed}.tone_R" for bed in places.toned])
    c.signal("veins.dV0", to=[f"{node}.dV0" for node in places.veins])

    c.signal("blood.thickness", to=[f"{bed}.thickness" for bed in (*places.gas.beds, "pulmonary")])
    if slow:
        _slow_clock(c, receptors, takes)
    if loop == "regional" and gas == "exchange":  # beds cannot regulate without oxygen in their blood
        add_effort(
            c, sex=sex, ventricle=ventricle, weight_kg=weight_kg, body_kg=weight_kg or BODY[sex][0], slow=slow,
            energy="energy" in takes, receptors=receptors,
        )  # fmt: skip

    c.beat("pacing.RR")
    c.total("blood", "blood.total")
    for key, path in MEASURES.items():
        c.measure(key, path)
    for name, node in (("bleeding", places.bleeding), ("infusion", "vena_cava")):
        c.source(name, node)
    return c


def _gases(c: Circuit, gas: str, layout: GasLayout, *, sex: str, weight_kg: float | None) -> None:
    """Fill the slot `arterial_gas` and wire it to the chemoreceptors."""
    if gas == "exchange":
        gas_exchange(c, layout, sex=sex, weight_kg=weight_kg)
        c.signal("ventilation.VT", to="lungs.VT")
        c.signal("ventilation.rate", to="lungs.rate")
        for key in ("PaO2_rest", "PaCO2_rest", "capacity_rest"):
            c.signal(f"chemoreceptor.{key}", to=f"dilation.{key}")
        for key, path in GAS_MEASURES.items():
            c.measure(key, path)
    else:
        c.add(PrescribedGas("arterial_gas"))
    c.signal("arterial_gas.PO2", to=["chemoreceptor.PaO2", "brainstem.PaO2"])
    c.signal("arterial_gas.SO2", to="chemoreceptor.SaO2")
    c.signal("arterial_gas.PCO2", to=["chemoreceptor.PaCO2", "ventilation.PaCO2", "brainstem.PaCO2"])
    c.signal("blood.capacity", to="chemoreceptor.capacity")


# slow -> fast. Receptors answer to noradrenaline wherever they are; the other slow states of the cell are driven by
# the stress of the left wall and stay there
RECEPTORS = ("beta1_density", "grk_activity")
CELL_ARROWS: dict[str, str | list[str]] = {
    "receptors.beta1_density": "beta1_density",
    "receptors.grk_activity": "grk_activity",
    "expression.serca_expression": "serca_expression",
    "expression.ncx_expression": "ncx_expression",
    "expression.phosphatase_slow": "phosphatase_slow",
    "leak.leak_slow": "leak_slow",
    "ros.ros_slow": "ros_slow",
    "dyad.dyad_integrity": "dyad_integrity",
    "energetics.energy": "energy",
}
ARROWS: dict[str, str | list[str]] = {
    "receptors.agonist_gain": "autonomic.agonist_gain",
    "hormones.angiotensin": ["autonomic.angiotensin", "arterioles.angiotensin"],
    "resetting.baro_sensitivity": "autonomic.baro_sensitivity",
    "resetting.set_point_shift": ["baroreceptor.set_point_shift", "aortic.set_point_shift"],
    "resetting.low_pressure_shift": "cardiopulmonary.set_point_shift",
    "chemoreflex.sensitivity": "chemoreceptor.sensitivity",
    "volume.blood_volume_change": "blood.expansion",
    "growth.length_growth": "lv.length_growth",
    "growth.mass_growth": "lv.mass_growth",
    "growth.sac_growth": "pericardium.growth",
    "fibrosis.stiffening": "lv.collagen",
    "fibrosis.viable": "lv.viable",
    "fibrosis.collagen": "pacing.collagen",
}


def _slow_clock(c: Circuit, receptors: list[str], takes: set[str]) -> None:
    """Add the slow components and every slow -> fast arrow that has an end in this cell."""
    parts, wires = slow_components()
    c.add(*parts)
    for source, destination in wires:
        c.signal(source, to=destination)
    for source, key in CELL_ARROWS.items():
        if key in RECEPTORS:
            c.signal(source, to=[f"{place}.{key}" for place in receptors])
        elif key in takes:
            c.signal(source, to=f"lv.cell.{key}")
    for source, places in ARROWS.items():
        c.signal(source, to=places)


def rest_parameters(loop: str = "small") -> dict[str, tuple[str, str]]:
    """Parameters that are solved for: path -> (what must vanish on the resting orbit, how it is read)."""
    return REST | LOOPS[loop].rest


def rest_features(loop: str = "small") -> dict[str, tuple[str, str]]:
    """Feature name and how it is read, for every resting error."""
    kind = {"mean": "mean", "onset": "start"}
    return {"rest:" + path: (kind[how], path) for path, how in rest_parameters(loop).values()}


@lru_cache(maxsize=8)
def _compiled(
    sex: str, cell: str | ImportedCell, ventricle: str, weight_kg: float, slow: bool, gas: str, loop: str
) -> tuple[Compiled, Circuit]:
    circuit = assemble(sex=sex, cell=cell, ventricle=ventricle, weight_kg=weight_kg, slow=slow, gas=gas, loop=loop)
    return Compiled(circuit), circuit


def bare(
    *, sex: str = "male", cell: str | ImportedCell = "compact", ventricle: str = "onefibre",
    weight_kg: float | None = None, height_cm: float | None = None, slow: bool = True,
    gas: str = "exchange", loop: str = "small",
) -> Model:  # fmt: skip
    """A person with declared values, before the resting set points are solved for."""
    weight, height = weight_kg or BODY[sex][0], height_cm or BODY[sex][1]
    compiled, _ = _compiled(sex, cell, ventricle, weight, slow, gas, loop)
    rest = {k: v for k, v in rest_features(loop).items() if v[1] in compiled.graph.outputs or v[1] in compiled.paths}
    return Model(
        compiled, roles=ROLES, features=FEATURES | rest, readouts=READOUTS if slow else {},
        bsa=body_surface(weight, height), title=f"{sex}, {weight:g} kg",
    )  # fmt: skip


def settle(model: Model) -> Model:
    """Solve for the resting set points: every reflex error vanishes on the person's own resting orbit.

    The values become the person's reference. Raises `ConvergenceError` if there is no such rest.
    """
    sizes = {"onset": 0.1, "mean": 1.0}
    known = set(model.parameters.index)
    wanted = {p: v for loop in LOOPS for p, v in rest_parameters(loop).items() if p in known}
    targets = {p: ("rest:" + out, 0.0, sizes[how]) for p, (out, how) in wanted.items()}
    return calibrate(model, targets).at_rest()


def human(
    sex: str = "male",
    cell: str | ImportedCell = "compact",
    loop: str = "small",
    ventricle: str = "onefibre",
    *,
    weight_kg: float | None = None,
    height_cm: float | None = None,
    age_y: float | None = None,
) -> Model:
    """A healthy person at rest.

    Parameters
    ----------
    sex
        "male" (75 kg, 175 cm) or "female" (62 kg, 163 cm).
    cell
        "compact", "human" (every current and compartment; the time of a beat doubles), or a cell read from a file
        (`hl.read_cell`), which has neither receptors nor slow states: sympathetic tone then acts on rate and vessels
        alone. Its rest is solved for.
    loop
        "small" (two systemic beds) or "regional" (head, upper body, splanchnic, renal, legs, coronary, with posture,
        suction on the lower body, fluid that the capillaries lose and take up, and effort: exercise by watt, straining,
        regulated beds, the heart's own oxygen, mitral regurgitation from dilation).
    ventricle
        "onefibre" (wall of the cell's tension), "elastance" (driven by the cell at fixed length) or "prescribed".
    weight_kg, height_cm, age_y
        Another body: volumes, compliances and resistances scale with weight, the cardiac index with height, the
        intrinsic heart rate and the stiffness of the arteries with age. Its resting set points are solved for, which
        takes some seconds.

    Raises `ParameterError` for unknown choices and impossible bodies.
    """
    imported = isinstance(cell, ImportedCell)
    choices = {"sex": sex, "cell": cell, "loop": loop, "ventricle": ventricle}
    if imported:
        del choices["cell"]
    for key, value in choices.items():
        if value not in CHOICES[key]:
            raise ParameterError(
                f"{key} = {value!r} is not known; choose {' or '.join(CHOICES[key])}."
                f"{suggest(str(value), CHOICES[key])}"
            )
    for key, body, low, high in (
        ("weight_kg", weight_kg, 35, 200), ("height_cm", height_cm, 130, 220), ("age_y", age_y, 18, 100)
    ):  # fmt: skip
        if body is not None and not low <= body <= high:
            raise ParameterError(f"{key} = {body:g} is outside {low}..{high} (adults).")
    model = bare(sex=sex, cell=cell, ventricle=ventricle, weight_kg=weight_kg, height_cm=height_cm, loop=loop)
    own = person_key(sex, ventricle, cell, loop)
    stored = nearest(sex, ventricle, cell, loop)
    if stored:
        model = model.with_({k: v for k, v in stored["parameters"].items() if k in model.parameters.index})
        model.start_from(stored["state"])
    if isinstance(cell, ImportedCell) and cell.pulse is not None:
        model = model.with_({"pacing.t_pulse": cell.pulse})
    if age_y is not None:
        arteries = aged_arteries(age_y, model.parameters["value"])
        model = model.with_({"pacing.HR_intrinsic": 118.1 - 0.57 * age_y} | arteries)
    if weight_kg in (None, BODY[sex][0]) and age_y is None and own in rest_values():
        return model.at_rest()
    return settle(model)


def person_key(sex: str, ventricle: str, cell: str | ImportedCell = "compact", loop: str = "small") -> str:
    """Name of a default person in `data/rest.json`; the compact cell and the small loop go without saying."""
    words = [sex, ventricle]
    if cell != "compact":
        words.append(cell if isinstance(cell, str) else cell.title)
    if loop != "small":
        words.append(loop)
    return " ".join(words)


def nearest(sex: str, ventricle: str, cell: str | ImportedCell = "compact", loop: str = "small") -> dict[str, Any]:
    """Stored rest of this person or, to start from, of the one who differs least; empty if there is none."""
    others = [(ventricle, cell, loop), (ventricle, "compact", loop), ("onefibre", cell, loop),
              ("onefibre", "compact", loop), (ventricle, "compact", "small")]  # fmt: skip
    keys = (person_key(sex, v, c, where) for v, c, where in others)
    return next((rest_values()[k] for k in keys if k in rest_values()), {})


@lru_cache(maxsize=1)
def rest_values() -> dict[str, Any]:
    """Resting set points and state of the default persons, from `data/rest.json` (made by `calibration.py`)."""
    file = resources.files("heartloop.scenarios.data") / "rest.json"
    return json.loads(file.read_text()) if file.is_file() else {}
