"""Fast neural control: afferents, autonomic centre, effectors, breathing.

`components()` gives one of each under its usual name and the wires between them; the circuit adds the wires to the
rest of the model (`OUTSIDE_WIRES` says which ports are left).
"""

from __future__ import annotations

from heartloop.component import Component

from .aortic import AorticBaroreceptor, ArterialBaroreceptors
from .baroreceptor import Baroreceptor
from .brainstem import Brainstem
from .cardiopulmonary import Cardiopulmonary
from .centre import AutonomicCenter
from .chemoreceptor import Chemoreceptor
from .effectors import Arterioles, Pacemaker, Veins
from .lung_stretch import LungStretch
from .ventilation import Ventilation

__all__ = [
    "OUTSIDE_WIRES",
    "REST",
    "AorticBaroreceptor",
    "ArterialBaroreceptors",
    "Arterioles",
    "AutonomicCenter",
    "Baroreceptor",
    "Brainstem",
    "Cardiopulmonary",
    "Chemoreceptor",
    "LungStretch",
    "Pacemaker",
    "Veins",
    "Ventilation",
    "components",
]

WIRES = [
    ("baroreceptor.error", "arterial_receptors.carotid"),
    ("aortic.error", "arterial_receptors.aortic"),
    ("arterial_receptors.error", "autonomic.baro"),
    ("arterial_receptors.vagal", "autonomic.baro_vagal"),
    ("chemoreceptor.error", "autonomic.chemo"),
    ("chemoreceptor.error", "ventilation.chemo"),
    ("chemoreceptor.PaCO2_rest", "ventilation.PaCO2_rest"),
    ("chemoreceptor.PaCO2_rest", "brainstem.PaCO2_rest"),
    ("chemoreceptor.PaO2_rest", "brainstem.PaO2_rest"),
    ("ventilation.VT", "lung_stretch.VT"),
    ("ventilation.VT_rest", "lung_stretch.VT_rest"),
    ("lung_stretch.error", "autonomic.inflation"),
    ("brainstem.heart", "autonomic.central_heart"),
    ("brainstem.arterioles", "autonomic.central_arterioles"),
    ("brainstem.veins", "autonomic.central_veins"),
    ("cardiopulmonary.error", "autonomic.stretch"),
    ("cardiopulmonary.filling", "autonomic.filling"),
    ("autonomic.tone_arterioles", "arterioles.tone"),
    ("autonomic.tone_veins", "veins.tone"),
    ("autonomic.vagal", "pacing.vagal"),
]

OUTSIDE_WIRES = {
    "baroreceptor.p_carotid": "pressure of the node that holds the carotid sinus, mmHg",
    "aortic.p_arch": "pressure across the wall of the aortic arch, mmHg",
    "chemoreceptor.flow": "cardiac output or systemic flow, mL/s",
    "chemoreceptor.PaO2": "arterial PO2, mmHg; likewise PaCO2, SaO2, capacity (constants if left out)",
    "ventilation.PaCO2": "arterial PCO2, mmHg (a constant if left out); likewise brainstem.PaO2 and PaCO2",
    "ventilation.VT": "to the lungs, mL; likewise rate, 1/min",
    "cardiopulmonary.p_ra": "right-atrial transmural pressure, mmHg",
    "cardiopulmonary.p_filling": "pressure of the pulmonary veins (or left atrium), mmHg",
    "pacing.beta_response": "beta-adrenergic response of the cell, 1 at rest",
    "autonomic.sympathetic_heart": "to the agonist input of every cell",
    "arterioles.tone_R": "to the resistance multiplier of every systemic bed",
    "veins.dV0": "to the unstressed volume of the systemic veins, mL",
    "pacing.t_ventricle": "start of the ventricular stimulus (also t_lv, t_rv), s",
    "pacing.t_atrium": "start of the atrial activation, s",
}
"""What the circuit has to wire, in both directions."""

REST = {
    "baroreceptor.P_n": ("baroreceptor.error", "mean"),
    "aortic.P_n": ("aortic.error", "mean"),
    "chemoreceptor.PaO2_rest": ("chemoreceptor.error_PO2", "mean"),
    "chemoreceptor.flow_rest": ("chemoreceptor.error", "mean"),
    "ventilation.VT_rest": ("ventilation.error", "mean"),
    "cardiopulmonary.P_ra_rest": ("cardiopulmonary.error", "mean"),
    "cardiopulmonary.P_filling_rest": ("cardiopulmonary.error_filling", "mean"),
    "autonomic.theta_heart": ("autonomic.error_heart", "mean"),
    "autonomic.theta_arterioles": ("arterioles.error", "mean"),
    "autonomic.theta_veins": ("veins.error", "mean"),
    "autonomic.theta_vagus": ("pacing.error", "onset"),
}
"""Rest parameter: (output that must vanish on the resting orbit, as beat mean or at beat onset)."""


def components(**values: dict[str, float]) -> tuple[list[Component], list[tuple[str, str]]]:
    """The reflex with its inner wires; `values` are parameters by component name, e.g. `pacing={"HR_rest": 60}`."""
    classes = {
        "baroreceptor": Baroreceptor,
        "aortic": AorticBaroreceptor,
        "arterial_receptors": ArterialBaroreceptors,
        "chemoreceptor": Chemoreceptor,
        "cardiopulmonary": Cardiopulmonary,
        "autonomic": AutonomicCenter,
        "pacing": Pacemaker,
        "arterioles": Arterioles,
        "veins": Veins,
        "ventilation": Ventilation,
        "lung_stretch": LungStretch,
        "brainstem": Brainstem,
    }
    unknown = sorted(set(values) - set(classes))
    if unknown:
        raise ValueError(f"The reflex has no component {', '.join(unknown)}; it has {', '.join(classes)}.")
    return [cls(name, **values.get(name, {})) for name, cls in classes.items()], list(WIRES)
