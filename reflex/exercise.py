"""Exercise on a cycle: what the muscles ask for, what the brain commands, and how breathing follows.

Magosso and Ursino (2002): central command as sigmoids of intensity on every efferent, dilation of the working muscle by
its work, rhythmic squeezing of its veins, and ventilation in proportion to intensity; circulating catecholamines and
the recoil of the fuller lungs are added. Intensity is the load over the
load at the person's largest oxygen uptake; every term is exactly zero at rest.
Units: W, mL, mmHg, spikes/s, s.
"""

from __future__ import annotations

import casadi as ca

from heartloop.component import Component, Equations, Input, Output, Param, State

from .shapes import corner, lag_rate, series
from .ventilation import Ventilation, within

_MU = "MagossoUrsino2002, exercise table (traced)"


def rising(intensity, most, middle, k):
    """Sigmoid of intensity less its value at rest: 0 at rest, towards `most` above `middle` (eq. 15).

    The paper's lower limit is -most exp(-middle/k), so that nothing acts at rest: (most e - most e_0)/(1 + e).
    """
    return most * (ca.exp(intensity / k) - 1) / (ca.exp(middle / k) + ca.exp(intensity / k))


class Exercise(Component):
    """Load on the legs: intensity, oxygen demand, dilation and muscle pump.

    Demand and dilation follow the load through a delay and a lag, the on-kinetics of muscle. The pump is
    given as the mean over its strokes: the muscle's pressure on its veins, times the part of the stroke it lasts. Arms
    and breathing muscles are not counted.
    """

    VO2_muscle = Input("mL/min", "oxygen use of the working bed at rest", default=30.0)

    intensity = State(0.0, "1", "load over the greatest, as the brain sets it", bounds=(-0.01, 3), scale=0.5)
    load_1 = State(0.0, "1", "intensity on its way to the metabolism", bounds=(-0.01, 3), scale=0.5)
    load_2 = State(0.0, "1", "intensity that the metabolism answers to", bounds=(-0.01, 3), scale=0.5)

    watts = Param(0.0, "W", "load on the cycle; 0 = rest", bounds=(0, 600), source="protocol")
    W_max = Param(300.0, "W", "load at the largest oxygen uptake, intensity 1", bounds=(30, 600), scale="log",
                  source="Christie1987, 3.36 L/min at maximum, by the slope here (computed)")  # fmt: skip
    slope = Param(10.3, "mL/(min W)", "oxygen per load", bounds=(7, 14),
                  source="Hansen1984, 10.3 +- 1.0 (recalled)")  # fmt: skip
    tau_command = Param(1.0, "s", "time in which the load is taken up", bounds=(0.2, 20), scale="log", source="assumed")
    D_muscle = Param(4.0, "s", "delay of metabolism and dilation, one lag", bounds=(0.2, 20), scale="log", source=_MU)
    tau_muscle = Param(40.0, "s", "time constant of metabolism and dilation", bounds=(2, 120), scale="log", source=_MU)
    phi_most = Param(20.0, "1", "largest conductance that work adds, over rest", bounds=(0, 60), source=_MU)
    phi_middle = Param(0.4266, "1", "intensity of the steepest dilation", bounds=(0.05, 1), source=_MU)
    phi_k = Param(0.18, "1", "width of that response", bounds=(0.02, 1), scale="log", source=_MU)
    P_stroke = Param(200.0, "mmHg", "greatest pressure of the muscle on its veins", bounds=(0, 300),
                     source="assumed: pressure in working calves (recalled); MagossoUrsino2002 has 50")  # fmt: skip
    duty = Param(0.5, "1", "part of the stroke in which it is held, as a half sine", bounds=(0, 1), source="assumed")
    I_pump = Param(0.25, "1", "intensity at which the pump is at 63 %", bounds=(0.01, 2), scale="log",
                   source="assumed: pressure in a muscle goes with its force")  # fmt: skip
    G_pump = Param(1.0, "1", "link exercise -> muscle pump, 1 = intact, 0 = cut", bounds=(0, 3))
    G_dilation = Param(1.0, "1", "link exercise -> dilation, 1 = intact, 0 = cut", bounds=(0, 3))

    demand = Output("1", "oxygen demand of the working bed over rest")
    dilation = Output("1", "conductance that work adds to the bed, over that at rest")
    p_muscle = Output("mmHg", "mean pressure of the muscle on its veins")
    uptake = Output("mL/min", "oxygen that the load asks for, above rest")

    def equations(
        self, VO2_muscle, intensity, load_1, load_2, watts, W_max, slope, tau_command, D_muscle, tau_muscle, phi_most,
        phi_middle, phi_k, P_stroke, duty, I_pump, G_pump, G_dilation,
    ):  # fmt: skip
        uptake = slope * W_max * load_2
        return Equations(
            ddt=dict(
                intensity=lag_rate(watts / W_max, intensity, tau_command),
                **series(intensity, load_1=(load_1, D_muscle), load_2=(load_2, tau_muscle)),
            ),
            out=dict(
                demand=1 + uptake / VO2_muscle,
                dilation=G_dilation * rising(load_2, phi_most, phi_middle, phi_k),
                p_muscle=G_pump * 2 / ca.pi * P_stroke * duty * (1 - ca.exp(-intensity / I_pump)),
                uptake=uptake,
            ),
        )


class CentralCommand(Component):
    """What the motor brain adds to each efferent; sits between brainstem and centre, and between centre and vagus."""

    intensity = Input("1", "load over the greatest")
    gas_heart = Input("spikes/s", "excitation of the heart by the blood gases", default=0.0)
    gas_arterioles = Input("spikes/s", "excitation of the arterioles by the blood gases", default=0.0)
    gas_veins = Input("spikes/s", "excitation of the veins by the blood gases", default=0.0)
    vagal_reflex = Input("1", "vagal tone that the reflexes ask for", default=1.0)

    gamma_heart = Param(12.0, "spikes/s", "largest command to the heart", bounds=(0, 100),
                        source="calibrated on heart rate; MagossoUrsino2002 has 9 (traced)")  # fmt: skip
    I_heart = Param(0.658, "1", "intensity of its steepest rise", bounds=(0.02, 1.5), source=_MU)
    k_heart = Param(0.114, "1", "width of its rise", bounds=(0.01, 0.5), scale="log", source=_MU)
    gamma_arterioles = Param(40.0, "spikes/s", "largest command to arterioles", bounds=(0, 100),
                             source="calibrated on flow of the viscera; MagossoUrsino2002 has 5.5, without cardiac and "
                             "lung receptors that hold against it (traced)")  # fmt: skip
    I_arterioles = Param(0.65, "1", "intensity of its steepest rise", bounds=(0.02, 1.5), source=_MU)
    k_arterioles = Param(0.13, "1", "width of its rise", bounds=(0.01, 0.5), scale="log", source=_MU)
    gamma_veins = Param(40.0, "spikes/s", "largest command to veins", bounds=(0, 200),
                        source="calibrated on stroke volume; MagossoUrsino2002 has 64.9 (traced)")  # fmt: skip
    I_veins = Param(0.45, "1", "intensity of its steepest rise", bounds=(0.02, 1.5), source=_MU)
    k_veins = Param(0.09, "1", "width of its rise", bounds=(0.01, 0.5), scale="log", source=_MU)
    gamma_vagus = Param(1.9, "spikes/s", "largest withdrawal of the vagus", bounds=(0, 10), source=_MU)
    I_vagus = Param(0.126, "1", "intensity of its steepest rise", bounds=(0.02, 1.5), source=_MU)
    k_vagus = Param(0.0162, "1", "width of its rise", bounds=(0.005, 0.5), scale="log", source=_MU)
    f_vagus = Param(5.1, "spikes/s", "vagal firing at rest", bounds=(2, 10), source="that of the centre (computed)")
    w_vagus = Param(0.02, "1", "rounding of vagal silence", bounds=(0.002, 0.2))
    G_command = Param(1.0, "1", "link central command, 1 = intact, 0 = cut", bounds=(0, 3))

    heart = Output("spikes/s", "excitation of the heart, by gases and command")
    arterioles = Output("spikes/s", "excitation of the arterioles, by gases and command")
    veins = Output("spikes/s", "excitation of the veins, by gases and command")
    vagal = Output("1", "vagal tone of the heart")

    def equations(
        self, intensity, gas_heart, gas_arterioles, gas_veins, vagal_reflex, gamma_heart, I_heart, k_heart,
        gamma_arterioles, I_arterioles, k_arterioles, gamma_veins, I_veins, k_veins, gamma_vagus, I_vagus, k_vagus,
        f_vagus, w_vagus, G_command,
    ):  # fmt: skip
        withdrawn = G_command * rising(intensity, gamma_vagus, I_vagus, k_vagus) / f_vagus
        return Equations(
            out=dict(
                heart=gas_heart + G_command * rising(intensity, gamma_heart, I_heart, k_heart),
                arterioles=gas_arterioles + G_command * rising(intensity, gamma_arterioles, I_arterioles, k_arterioles),
                veins=gas_veins + G_command * rising(intensity, gamma_veins, I_veins, k_veins),
                vagal=corner(vagal_reflex - withdrawn + w_vagus / 2, w_vagus),
            )
        )


class Catecholamines(Component):
    """Noradrenaline that nerves at work spill over and adrenaline of the adrenal medulla, beside what reflexes release.

    Together they rise to some nine times rest, most of it above half of the greatest load. The arterial baroreflex,
    which holds the nerves of heart and vessels back when pressure is high, has no part in it. Without them it leaves
    the ventricles twice the transmitter of rest, and a heart at 190/min then neither empties nor relaxes in time to
    fill. They act where transmitter acts: at the receptors of both walls and of the node and, less, of the arterioles.
    """

    intensity = Input("1", "load over the greatest")
    heart_nerves = Input("1", "transmitter at the heart's receptors, 1 at rest", default=1.0)
    arterioles_nerves = Input("1", "sympathetic tone of the arterioles, 1 at rest", default=1.0)

    circulating = State(0.0, "1", "added agonist, in units of the resting transmitter", bounds=(-0.1, 40), scale=5.0)

    C_most = Param(13.0, "1", "most that is added", bounds=(0, 60),
                   source="assumed: spillover of the heart ten times rest at the greatest load")  # fmt: skip
    I_half = Param(0.9, "1", "intensity of its steepest rise", bounds=(0.1, 1.5), source="assumed: little at low loads")
    k_I = Param(0.2, "1", "width of its rise", bounds=(0.02, 1), scale="log", source="assumed: little at low loads")
    alpha = Param(0.3, "1", "part of it that acts on arterioles", bounds=(0, 2), source="assumed: noradrenaline's")
    tau_C = Param(30.0, "s", "time constant of release and clearance", bounds=(2, 300), scale="log", source="assumed")
    G_circulating = Param(1.0, "1", "link exercise -> catecholamines, 1 = intact, 0 = cut", bounds=(0, 3))

    heart = Output("1", "agonist at the heart's receptors, 1 at rest")
    arterioles = Output("1", "agonist at the arterioles, 1 at rest")

    def equations(
        self, intensity, heart_nerves, arterioles_nerves, circulating, C_most, I_half, k_I, alpha, tau_C, G_circulating,
    ):  # fmt: skip
        asked = G_circulating * rising(intensity, C_most, I_half, k_I)
        return Equations(
            ddt=dict(circulating=lag_rate(asked, circulating, tau_C)),
            out=dict(heart=heart_nerves + circulating, arterioles=arterioles_nerves + alpha * circulating),
        )


class ExerciseVentilation(Ventilation):
    """Breathing that also follows the load: A I + B I^2, part of it at once, the rest within a minute (eqs. 27-33).

    The chemoreceptors add to it as at rest and keep arterial PCO2. Faster and deeper breathing share the rise; the
    lungs are then fuller on the mean, and their recoil draws blood into the thorax.
    """

    intensity = Input("1", "load over the greatest")

    hyperpnoea = State(0.0, "L/min", "slow part of the ventilation that the load asks for", scale=20.0)

    A_VE = Param(33.0, "L/min", "ventilation per intensity", bounds=(0, 120), source=_MU)
    B_VE = Param(35.0, "L/min", "ventilation per square of intensity", bounds=(0, 150),
                 source="calibrated on PaCO2; MagossoUrsino2002 has 61, lactic acid included")  # fmt: skip
    at_once = Param(0.45, "1", "part of that rise that comes at once", bounds=(0, 1), source=_MU)
    tau_VE = Param(60.0, "s", "time constant of the rest", bounds=(5, 300), scale="log", source=_MU)
    faster = Param(0.3, "1/L", "breaths per litre of that rise", bounds=(0, 1),
                   source="assumed: 40 breaths/min and 2.5 L at 100 L/min (recalled)")  # fmt: skip
    recoil = Param(1.5, "mmHg/L", "fall of mean pleural pressure per volume that a breath is deeper", bounds=(0, 8),
                   source="half of it at 0.2 L/cmH2O of lung, 1.8, less active expiration (computed)")  # fmt: skip

    pleural = Output("mmHg", "mean pleural pressure above that of quiet breathing")

    def equations(  # type: ignore[override]
        self, chemo, PaCO2, PaCO2_rest, effort_peripheral, rate_peripheral, effort_central, rate_central, VT_rest,
        rate_rest, C_rs, G_pA, G_pf, G_cA, G_cf, tau_pA, tau_pf, tau_cA, tau_cf, G_peripheral, G_central, VT_max,
        rate_max, rate_min, w_VT, w_rate, intensity, hyperpnoea, A_VE, B_VE, at_once, tau_VE, faster, recoil,
    ):  # fmt: skip
        quiet = super().equations(
            chemo, PaCO2, PaCO2_rest, effort_peripheral, rate_peripheral, effort_central, rate_central, VT_rest,
            rate_rest, C_rs, G_pA, G_pf, G_cA, G_cf, tau_pA, tau_pf, tau_cA, tau_cf, G_peripheral, G_central, VT_max,
            rate_max, rate_min, w_VT, w_rate,
        )  # fmt: skip
        asked = A_VE * intensity + B_VE * intensity**2
        added = at_once * asked + hyperpnoea  # L/min
        more = faster * added  # breaths/min
        # (VT + deeper) (rate + more) = VT rate + added
        rate = within(quiet.out["rate"] + more, rate_min, rate_max, w_rate)
        deeper = (1000 * added - more * quiet.out["VT"]) / (quiet.out["rate"] + more)
        VT = within(quiet.out["VT"] + deeper, 0.0, VT_max, w_VT)
        return Equations(
            ddt=dict(quiet.ddt) | dict(hyperpnoea=lag_rate((1 - at_once) * asked, hyperpnoea, tau_VE)),
            out=dict(quiet.out)
            | dict(VT=VT, rate=rate, VE=VT * rate / 1000, pleural=-recoil * (VT - quiet.out["VT"]) / 1000),
        )
