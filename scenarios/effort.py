"""Effort in the regional person: regulated beds, the oxygen of heart and brain, exercise, straining.

`add_effort` wires the components into a circuit that holds everything else, and says in `REST` what they add to the
resting set points. At rest each of them is exactly nothing or balanced by its own set point.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from heartloop.circuit import Circuit
from heartloop.circulation.autoregulation import BrainAutoregulation, HeartAutoregulation, MuscleAutoregulation
from heartloop.circulation.coronary import CoronaryArterioles, OxygenBalance
from heartloop.circulation.functional_mitral import functional_mitral_valve
from heartloop.circulation.loop import Maker
from heartloop.circulation.muscle import Sympatholysis
from heartloop.circulation.muscle_pump import MusclePump
from heartloop.circulation.posture import Distension
from heartloop.circulation.recruitment import PulmonaryDistension
from heartloop.circulation.regional import start_volumes
from heartloop.circulation.strain import Strain
from heartloop.component import Component
from heartloop.reflex.cerebral import CerebralOxygen
from heartloop.reflex.exercise import Catecholamines, CentralCommand, Exercise, ExerciseVentilation
from heartloop.reflex.metaboreflex import Metaboreflex

# a bed that regulates itself answers to its own venous oxygen and no longer to the arterial gases at large
REGULATED: dict[str, type[Component]] = {
    "head": BrainAutoregulation,
    "coronary": HeartAutoregulation,
    "legs": MuscleAutoregulation,
}
REST = {f"{bed}_regulation.c_O2_rest": (f"{bed}_regulation.error", "mean") for bed in REGULATED} | {
    "oxygen_balance.use_rest": ("oxygen_balance.error", "mean"),
    "mitral_valve.V_rest": ("mitral_valve.error_size", "mean"),
    "distension.P_rest": ("distension.error", "mean"),
}
"""Rest parameter: (output that must vanish on the resting orbit, as beat mean)."""

WIRES = [
    # the heart's own oxygen
    ("lv.p", "coronary.p_cavity"),
    ("lv.p_transmural", "oxygen_balance.p_lv"),
    ("lv.dVdt", "oxygen_balance.dV_lv"),
    ("pacing.HR", "oxygen_balance.HR"),
    ("coronary.q_inner", "oxygen_balance.q_inner"),
    ("coronary.q_outer", "oxygen_balance.q_outer"),
    ("arterial_blood.c_O2", "oxygen_balance.c_O2_a"),
    ("coronary_tissue.VO2", "oxygen_balance.VO2_rest"),
    ("oxygen_balance.demand", "coronary_tissue.demand"),
    # lung vessels
    ("pulmonary_arteries.p_transmural", "distension.p"),
    ("constriction.local", "distension.constriction"),
    ("distension.local", "pulmonary.local"),
    # dilation of the ventricle
    ("lv.V", "mitral_valve.V_lv"),
    # exercise: legs
    ("legs_tissue.VO2", "exercise.VO2_muscle"),
    ("exercise.demand", "legs_tissue.demand"),
    ("exercise.dilation", "legs_regulation.work"),
    ("exercise.p_muscle", "muscle_pump.head"),
    ("legs_veins_column.p", "muscle_pump.p_veins"),
    ("legs_veins.p_transmural", "muscle_pump.p_transmural"),
    ("muscle_pump.p", "legs_outflow.p_in"),
    ("muscle_pump.lift", "legs_reflex.relief"),
    # exercise: nerves and breathing
    ("exercise.intensity", "command.intensity"),
    ("exercise.intensity", "ventilation.intensity"),
    ("arterioles.tone_R", "sympatholysis.tone_R"),
    ("exercise.dilation", "sympatholysis.dilation"),
    ("sympatholysis.left_R", "legs.tone_R"),
    ("legs_tissue.c_O2", "metaboreflex.c_O2"),
    ("exercise.demand", "metaboreflex.demand"),
    ("brainstem.heart", "metaboreflex.gas_heart"),
    ("brainstem.arterioles", "metaboreflex.gas_arterioles"),
    ("brainstem.veins", "metaboreflex.gas_veins"),
    ("metaboreflex.heart", "command.gas_heart"),
    ("metaboreflex.arterioles", "command.gas_arterioles"),
    ("metaboreflex.veins", "command.gas_veins"),
    ("command.heart", "autonomic.central_heart"),
    ("command.arterioles", "autonomic.central_arterioles"),
    ("command.veins", "autonomic.central_veins"),
    ("autonomic.vagal", "command.vagal_reflex"),
    ("command.vagal", "pacing.vagal"),
    ("exercise.intensity", "catecholamines.intensity"),
    ("autonomic.sympathetic_heart", "catecholamines.heart_nerves"),
    ("autonomic.tone_arterioles", "catecholamines.arterioles_nerves"),
    ("catecholamines.arterioles", "arterioles.tone"),
    ("ventilation.pleural", "strain.recoil"),
    # the brain's own oxygen
    ("arterial_gas.PO2", "cerebral.PaO2"),
    ("arterial_gas.SO2", "cerebral.SaO2"),
    ("arterial_blood.c_O2", "cerebral.c_O2_a"),
    ("head_tissue.c_O2", "cerebral.c_O2_v"),
    ("cerebral.PO2", "brainstem.PaO2"),
    # filling, which its receptors feel as stretch
    ("pulmonary_veins.p", "filling.p_inside"),
    ("thorax.shift", "filling.shift"),
    ("filling.p", "cardiopulmonary.p_filling"),
    # straining
    ("strain.swing", "thorax.swing"),
    ("strain.strain", "surroundings.strain"),
]


def add_effort(
    c: Circuit, *, sex: str, ventricle: str, weight_kg: float | None, body_kg: float, slow: bool, energy: bool,
    receptors: Sequence[str],
) -> None:  # fmt: skip
    """Add effort to a circuit of the regional loop with gas exchange and reflexes, and wire it.

    Parameters
    ----------
    c
        Circuit of a person; `coronary`, `mitral_valve` and `ventilation` are replaced, wires kept.
    sex, ventricle, weight_kg
        As of the loop: constants scale with the body as its own do.
    body_kg
        Body weight, for oxygen demand per weight.
    slow
        Whether the slow clock is there: its energy state then acts here too.
    receptors
        Components whose receptors answer to the cardiac transmitter.
    energy
        Whether the left ventricle's cell takes an energy state. It then gets the oxygen balance's.
    """
    make = Maker(start_volumes(sex=sex, weight_kg=weight_kg), sex=sex, ventricle=ventricle)
    c.replace("coronary", make(CoronaryArterioles, "coronary"))
    c.replace("mitral_valve", make(functional_mitral_valve, "mitral_valve"))
    c.replace("ventilation", ExerciseVentilation("ventilation"))
    exercise = Exercise("exercise")
    most = exercise.declarations["W_max"]
    exercise.declarations["W_max"] = replace(most, value=most.value * make.scale)
    c.add(
        exercise, CentralCommand("command"), Catecholamines("catecholamines"), Strain("strain"),
        PulmonaryDistension("distension"),
        OxygenBalance("oxygen_balance", weight=body_kg), MusclePump("muscle_pump"), CerebralOxygen("cerebral"),
        Metaboreflex("metaboreflex"), Sympatholysis("sympatholysis"), Distension("filling"),
    )  # fmt: skip
    for bed, cls in REGULATED.items():
        name = f"{bed}_regulation"
        regulation = cls(name)
        if bed == "legs":
            part = regulation.declarations["part"]
            regulation.declarations["part"] = replace(part, value=0.33, source="assumed: skin, bone and resting muscle")
        c.add(regulation)
        c.signal(f"{bed}_tissue.c_O2", to=f"{name}.c_O2_v")
        c.signal("arterial_gas.PCO2", to=f"{name}.PaCO2")
        c.signal("chemoreceptor.PaCO2_rest", to=f"{name}.PaCO2_rest")
        c.signal(f"{name}.local", to=f"{bed}.local")
        c.unwire(f"{bed}.gases")
    for place in receptors:
        c.unwire(f"{place}.sympathetic_heart")
        c.signal("catecholamines.heart", to=f"{place}.sympathetic_heart")
    c.unwire("brainstem.PaO2")
    c.unwire("arterioles.tone")
    c.unwire("legs.tone_R")
    c.unwire("cardiopulmonary.p_filling")
    for source, destination in WIRES:
        c.signal(source, to=destination)
    if slow:
        c.signal("energetics.energy", to="oxygen_balance.energy_slow")
        c.signal("hormones.angiotensin", to=["head_regulation.angiotensin", "legs_regulation.angiotensin"])
    if energy:
        c.signal("oxygen_balance.energy", to="lv.cell.energy")
