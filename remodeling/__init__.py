"""Slow remodeling: amounts, structure and set points that change over days to years.

Every drive is relative to the person's own resting orbit and has a dead zone, so the healthy person is an exact
equilibrium whatever the body. Phosphorylation, oxidation and occupancy are computed once, in the cell.
"""

from __future__ import annotations

from heartloop.component import Component

from .baroreflex import BaroreflexResetting, ChemoreflexSensitization
from .dyad import Dyad
from .energetics import Energetics
from .expression import Expression
from .fibrosis import Fibrosis
from .growth import WallGrowth
from .hormones import Hormones
from .leak import Leak
from .receptors import Receptors
from .ros import OxidativeStress
from .volume import ExtracellularWater

__all__ = [
    "LINKS",
    "SLOW_TO_FAST",
    "BaroreflexResetting",
    "ChemoreflexSensitization",
    "Dyad",
    "Energetics",
    "Expression",
    "ExtracellularWater",
    "Fibrosis",
    "Hormones",
    "Leak",
    "OxidativeStress",
    "Receptors",
    "WallGrowth",
    "slow_components",
]

WIRES = [
    ("volume.water", "hormones.water"),
    ("hormones.spillover_cardiac", "receptors.spillover_cardiac"),
    ("hormones.spillover_cardiac", "ros.spillover_cardiac"),
    ("hormones.spillover_cardiac", "leak.spillover_cardiac"),
    ("hormones.spillover_cardiac", "dyad.spillover_cardiac"),
    ("hormones.spillover_cardiac", "growth.spillover_cardiac"),
    ("hormones.raas", "ros.raas"),
    ("hormones.raas", "volume.raas"),
    ("hormones.raas", "growth.raas"),
    ("hormones.raas", "fibrosis.raas"),
    ("hormones.spillover_renal", "volume.spillover_renal"),
    ("hormones.angiotensin", "resetting.angiotensin"),
    ("receptors.beta1_density", "leak.beta1_density"),
    ("ros.ros_slow", "expression.ros_slow"),
    ("ros.ros_slow", "leak.ros_slow"),
    ("ros.ros_slow", "energetics.ros_slow"),
    ("ros.ros_slow", "fibrosis.ros_slow"),
    ("leak.leak_slow", "dyad.leak_slow"),
    ("growth.mass_growth", "expression.mass_growth"),
]

SLOW_TO_FAST = [
    ("receptors.beta1_density", "every cell", "receptor density"),
    ("receptors.grk_activity", "every cell", "receptor kinase amount"),
    ("receptors.agonist_gain", "autonomic.agonist_gain", "transmitter in the cleft per nerve activity"),
    ("expression.serca_expression", "every cell", "SERCA2a protein"),
    ("expression.ncx_expression", "every cell", "Na/Ca exchanger protein"),
    ("expression.phosphatase_slow", "every cell", "phosphatase at the filaments"),
    ("leak.leak_slow", "every cell", "structural leak of the release channels"),
    ("ros.ros_slow", "every cell", "reactive oxygen; its effects are the cell's"),
    ("dyad.dyad_integrity", "every cell", "coupling of dyad and scaffold"),
    ("energetics.energy", "every cell", "energy state"),
    (
        "growth.length_growth",
        "left-ventricular wall",
        "reference fiber length (area of the unloaded wall as its square)",
    ),
    ("growth.mass_growth", "left-ventricular wall", "wall volume"),
    ("growth.sac_growth", "pericardium.growth", "unloaded volume of the pericardium"),
    ("fibrosis.stiffening", "left-ventricular wall", "stiffness of collagen above rest"),
    ("fibrosis.viable", "left-ventricular wall", "share of the wall that develops tension"),
    ("fibrosis.collagen", "pacing.collagen", "scarring of the sinus node, collagen over rest"),
    ("volume.blood_volume_change", "circulation", "blood volume above rest, mL"),
    ("resetting.set_point_shift", "baroreceptor.set_point_shift", "arterial set point, mmHg"),
    ("resetting.set_point_shift", "aortic.set_point_shift", "the same, of the aortic arch"),
    ("resetting.low_pressure_shift", "cardiopulmonary.set_point_shift", "low-pressure set point, mmHg"),
    ("resetting.baro_sensitivity", "autonomic.baro_sensitivity", "arterial baroreflex sensitivity"),
    ("chemoreflex.sensitivity", "chemoreceptor.sensitivity", "chemoreflex sensitivity"),
    ("hormones.angiotensin", "autonomic.angiotensin", "central angiotensin action"),
    ("hormones.angiotensin", "arterioles.angiotensin", "vascular angiotensin action"),
    ("hormones.angiotensin", "head_regulation.angiotensin", "flow that the brain lives on, regional loop"),
    ("hormones.angiotensin", "legs_regulation.angiotensin", "dilation that is left to muscle, regional loop"),
]
"""Every slow -> fast arrow: source, where it acts, what it is. No port is reached twice."""

LINKS = {
    "sympathetic->receptor": "receptors.G_sympathetic",
    "reuptake->agonist": "receptors.G_uptake",
    "RAAS->water": "volume.G_raas",
    "growth": "growth.G_growth",
    "ROS": "ros.G_ros",
    "fibrosis": "fibrosis.G_fibrosis",
    "expression": "expression.G_expression",
    "leak": "leak.G_leak",
    "dyad": "dyad.G_dyad",
    "energetics": "energetics.G_energy",
    "resetting": "resetting.G_resetting",
    "baroreflex blunting": "resetting.G_blunting",
    "chemoreflex sensitization": "chemoreflex.G_sensitization",
}
"""Links of the slow clock that can be cut (set to 0) one by one."""

FEATURES = {
    "MAP": "mmHg",
    "CVP": "mmHg",
    "LVEDP": "mmHg",
    "CO": "L/min",
    "HR": "1/min",
    "sympathetic": "1",
    "peak_stress": "kPa",
    "tension_time": "kPa",
    "ED_stretch": "1",
    "stroke_work": "J",
}
"""Whole-beat features that the slow clock reads, each also with the suffix `_rest`."""


def slow_components(**values: dict[str, float]) -> tuple[list[Component], list[tuple[str, str]]]:
    """The slow components with the wires between them; `values` are parameters by component name."""
    classes = {
        "hormones": Hormones,
        "receptors": Receptors,
        "expression": Expression,
        "leak": Leak,
        "ros": OxidativeStress,
        "dyad": Dyad,
        "energetics": Energetics,
        "resetting": BaroreflexResetting,
        "chemoreflex": ChemoreflexSensitization,
        "volume": ExtracellularWater,
        "growth": WallGrowth,
        "fibrosis": Fibrosis,
    }
    unknown = sorted(set(values) - set(classes))
    if unknown:
        raise ValueError(f"There is no slow component {', '.join(unknown)}; there are {', '.join(classes)}.")
    return [cls(name, **values.get(name, {})) for name, cls in classes.items()], list(WIRES)
