"""Effectors of the autonomic nerves: sinus node with conduction, arterioles, veins.

Ursino (1998), Am J Physiol 275:H1733, eqs. 12-17. Pure delays are chains of lags. Tones are 1 at rest; times in s,
rates in 1/min, volumes in mL. Contractility is absent on purpose: it is the cell's, through its receptors.
"""

import casadi as ca

from heartloop.component import Component, Equations, Held, Input, Output, Param, State

from .shapes import corner, lag_rate, log_tone, series

_URSINO = "Ursino1998, Table 3 (traced)"


class Pacemaker(Component):
    """Sinus node, atrioventricular conduction and artificial pacing: the clock of the beat.

    RR = RR_0 + sympathetic part + vagal part, sampled at beat onset (the atrial stimulus). The sympathetic part
    acts through the cell's receptor response, so a heart deaf to its nerves is deaf in rate as well. The vagal
    gain follows from `HR_rest` and `HR_intrinsic`, so that tones of 1 give HR_rest exactly: a low resting rate means
    much vagal tone. HR_rest must stay below what the sympathetic tone alone would give.
    """

    beta_response = Input("1", "beta-adrenergic response of the cell, 1 at rest", default=1.0)
    vagal = Input("1", "vagal tone of the heart, 1 at rest", default=1.0)
    collagen = Input("1", "collagen of the heart over rest; scars the node", default=1.0)

    symp = State(0.0, "1", "sympathetic part of the drive less rest", scale=0.5)
    vagal_1 = State(1.0, "1", "vagal tone on its way", bounds=(0, 3))
    vagal_2 = State(1.0, "1", "vagal tone at the node", bounds=(0, 3))

    HR_rest = Param(
        70.0, "1/min", "heart rate at resting tones", bounds=(35, 125), source="Pulse/BioGears adult (traced)"
    )
    HR_intrinsic = Param(
        103.4,
        "1/min",
        "heart rate without nerves (118.1 - 0.57 age)",
        bounds=(65, 130),
        source="Ursino1998, T0 0.58 s (traced); Jose1970 for age (recalled)",
    )
    k_scar = Param(
        0.09,
        "1",
        "lengthening of the intrinsic interval per collagen over rest",
        bounds=(0, 0.2),
        source="assumed; JoseTaylor1969, Sanders2004: slower without nerves, the more so the worse the heart",
    )
    k_ganglia = Param(
        0.20,
        "1",
        "loss of vagal transmission, as a logarithm, per collagen over rest",
        bounds=(0, 1),
        source="assumed; Dunlap2003: dogs lose nearly all vagal tone, and before the node; as slow as the scar",
    )
    G_symp = Param(-0.15, "s", "sympathetic gain per unit of log drive", bounds=(-0.4, 0),
                   source="calibrated on CummingCarr1967 and AtropineRest1985; Ursino1998 has -0.13")  # fmt: skip
    tau_symp = Param(2.0, "s", "time constant of the sympathetic part", bounds=(0.5, 10), scale="log", source=_URSINO)
    D_vagal = Param(0.2, "s", "delay of the vagus, one lag", bounds=(0.05, 1), scale="log", source=_URSINO)
    tau_vagal = Param(1.5, "s", "time constant of the vagal part", bounds=(0.2, 5), scale="log", source=_URSINO)
    muscarinic_antagonist = Param(
        0.0,
        "1",
        "competitive antagonist at the node's muscarinic receptors, in units of its dissociation constant",
        bounds=(0, 1e4),
        source="definition; 0 = none",
    )
    f_rest = Param(
        4.665,
        "spikes/s",
        "firing that stands for a response of 1",
        bounds=(3, 8),
        source="Ursino1998 at 92 mmHg (computed)",
    )
    f_min = Param(2.66, "spikes/s", "threshold of the log drive", bounds=(0, 4), source=_URSINO)
    w_f = Param(0.1, "spikes/s", "rounding of the threshold", bounds=(0.01, 0.5), source="assumed")
    RR_min = Param(0.3, "s", "shortest interval of the node", bounds=(0.2, 0.5), source="assumed (220 - age)")
    w_RR = Param(0.05, "s", "rounding of the shortest interval", bounds=(0.005, 0.1), source="assumed")
    pace_rate = Param(
        0.0,
        "1/min",
        "rate of the artificial pacemaker; captures when faster than the node",
        bounds=(0, 220),
        source="assumed",
    )
    w_pace = Param(2.0, "1/min", "rounding of the capture", bounds=(0.1, 10), source="assumed")
    AV_1 = Param(
        0.1384,
        "s",
        "atrioventricular delay at an interval of 1 s",
        bounds=(0.05, 0.35),
        source="Heldt2004, A-V delay 0.19 sqrt(RR) (traced); re-identified on the resting ranges",
    )
    t_atrium = Param(
        0.0, "s", "time of the atrial stimulus after beat onset", bounds=(0, 0.1), source="definition of the beat"
    )
    LV_delay = Param(
        0.0, "s", "delay of the left ventricle after the normal stimulus", bounds=(0, 0.2), source="assumed"
    )
    RV_delay = Param(
        0.0, "s", "delay of the right ventricle after the normal stimulus", bounds=(0, 0.2), source="assumed"
    )

    t_across = Param(
        0.05, "s", "conduction from one ventricle to the other, of a beat that starts in a ventricle",
        bounds=(0.005, 0.2), source="assumed: half the width of a wide ectopic QRS complex",
    )  # fmt: skip
    t_pulse = Param(
        0.002, "s", "length of the stimulus that each ventricle's cell gets", bounds=(0.0005, 0.005), source="assumed"
    )

    t_closed = Param(
        0.45,
        "s",
        "time in which the atrioventricular node does not conduct after a ventricular ectopic beat entered from below",
        bounds=(0, 1),
        source="assumed: retrograde conduction 0.1-0.2 s and a refractory period of 0.25-0.35 s",
    )

    RR = Held("s", "interval from this beat's onset to the next")
    HR = Held("1/min", "heart rate of this beat")
    AV = Held("s", "atrioventricular delay of this beat")
    t_ventricle = Held("s", "time of the ventricular stimulus after beat onset")
    t_lv = Held("s", "time of the left-ventricular stimulus")
    t_rv = Held("s", "time of the right-ventricular stimulus")
    pulse = Held("s", "length of the stimulus")
    AV_closed = Held("s", "time after a ventricular ectopic beat in which no sinus beat is conducted")
    across = Held("s", "delay from one ventricle to the other, of a beat that starts in a ventricle")
    error = Output("s", "interval that the node would take now less its rest value; zero at beat onset at rest")

    def equations(
        self, beta_response, vagal, collagen, symp, vagal_1, vagal_2, HR_rest, HR_intrinsic, k_scar, k_ganglia, G_symp,
        tau_symp, D_vagal, tau_vagal, muscarinic_antagonist, f_rest, f_min, w_f, RR_min, w_RR, pace_rate, w_pace, AV_1,
        t_atrium, LV_delay, RV_delay, t_across, t_pulse, t_closed,
    ):  # fmt: skip
        def drive(b):
            return log_tone(b, f_rest, f_min, w_f)

        RR_rest = 60 / HR_rest
        G_vagal = RR_rest - 60 / HR_intrinsic - G_symp * drive(1.0)  # s per unit of vagal tone
        scarred = 60 / HR_intrinsic * k_scar * (collagen - 1)
        passed = ca.exp(-k_ganglia * (collagen - 1))  # of the vagal tone, through the ganglia beside the node
        deviation = scarred + G_symp * symp + G_vagal * (passed * vagal_2 / (1 + muscarinic_antagonist) - 1)
        RR_sinus = RR_min + corner(RR_rest + deviation - RR_min + w_RR / 2, w_RR)  # exact above RR_min + w_RR/2
        HR_sinus = 60 / RR_sinus
        HR = HR_sinus + corner(pace_rate - HR_sinus + w_pace / 2, w_pace)
        RR = 60 / HR
        AV = AV_1 * ca.sqrt(RR)  # RR over 1 s
        return Equations(
            ddt=dict(
                symp=lag_rate(drive(beta_response) - drive(1.0), symp, tau_symp),
                **series(vagal, vagal_1=(vagal_1, D_vagal), vagal_2=(vagal_2, tau_vagal)),
            ),
            out=dict(
                RR=RR,
                HR=HR,
                AV=AV,
                t_ventricle=t_atrium + AV,
                t_lv=t_atrium + AV + LV_delay,
                t_rv=t_atrium + AV + RV_delay,
                pulse=t_pulse,
                AV_closed=t_closed,
                across=t_across,
                error=deviation,
            ),
        )


class SmoothMuscle(Component):
    """What arterioles and veins share: sympathetic tone arrives through a chain of two lags and contracts a muscle.

    A subclass says how long the delay `D` and the time constant `tau` are, and what the contraction does.
    """

    tone = Input("1", "sympathetic tone of the vessels at the centre, 1 at rest", default=1.0)

    tone_1 = State(1.0, "1", "tone on its way, first lag", bounds=(0, 15))
    tone_2 = State(1.0, "1", "tone at the vessels", bounds=(0, 15))
    contraction = State(0.0, "1", "log drive less rest", scale=0.5)

    alpha_block = Param(0.0, "1", "block of the alpha receptors", bounds=(0, 1), source="assumed")
    alpha_agonist = Param(
        0.0,
        "1",
        "added alpha1 agonist, in units of the resting sympathetic tone",
        bounds=(0, 100),
        source="definition; 0 = none",
    )
    relaxant = Param(
        0.0,
        "1",
        "relaxation of the muscle itself (nitric oxide), in the measure of the log drive",
        bounds=(0, 1.5),
        source="definition; 0 = none",
    )
    f_rest = Param(
        4.665, "spikes/s", "sympathetic firing at rest", bounds=(3, 8), source="Ursino1998 at 92 mmHg (computed)"
    )
    f_min = Param(2.66, "spikes/s", "threshold of the log drive", bounds=(0, 4), source=_URSINO)
    w_f = Param(0.1, "spikes/s", "rounding of the threshold", bounds=(0.01, 0.5), source="assumed")

    @staticmethod
    def contract(
        tone, tone_1, tone_2, contraction, D, tau, alpha_block, alpha_agonist, relaxant, f_rest, f_min, w_f
    ):
        """Rates of the three states (1/s)."""
        rest = log_tone(1.0, f_rest, f_min, w_f)
        target = (1 - alpha_block) * log_tone(tone_2 + alpha_agonist, f_rest, f_min, w_f) - relaxant - rest
        delay = series(tone, tone_1=(tone_1, D / 2), tone_2=(tone_2, D / 2))
        return delay | dict(contraction=lag_rate(target, contraction, tau))


class Arterioles(SmoothMuscle):
    """Alpha-adrenergic resistance of the systemic beds: a multiplier of every bed's resting resistance.

    Lasting angiotensin adds its own constriction (0 at rest).
    """

    angiotensin = Input("1", "slow angiotensin action, logarithm of the activity ratio", default=0.0)

    G_R = Param(
        0.23,
        "1",
        "relative resistance per unit of log drive",
        bounds=(0, 0.7),
        source="Ursino1998, splanchnic 0.695/3.25, extrasplanchnic 0.53/1.36 (computed); x1.1 over closing pressure",
    )
    G_angiotensin = Param(
        0.16,
        "1",
        "relative resistance per unit of angiotensin action; 0 = cut",
        bounds=(0, 0.4),
        source="assumed; sized on the course of heart failure",
    )
    D = Param(2.0, "s", "delay, as a chain of two lags", bounds=(0.2, 8), scale="log", source=_URSINO)
    tau = Param(6.0, "s", "time constant of the muscle", bounds=(1, 30), scale="log", source=_URSINO)

    tone_R = Output("1", "multiplier of systemic resistance, 1 at rest")
    error = Output("1", "nervous part of tone_R less 1; zero on average at rest")

    def equations(
        self, tone, angiotensin, tone_1, tone_2, contraction, G_R, G_angiotensin, D, tau, alpha_block, alpha_agonist,
        relaxant, f_rest, f_min, w_f,
    ):  # fmt: skip
        return Equations(
            ddt=self.contract(
                tone, tone_1, tone_2, contraction, D, tau, alpha_block, alpha_agonist, relaxant, f_rest, f_min, w_f
            ),
            out=dict(
                tone_R=1 + G_R * contraction + G_angiotensin * angiotensin,
                error=G_R * contraction,
            ),
        )


class Veins(SmoothMuscle):
    """Venous capacity: shift of the systemic unstressed volume, negative when tone rises."""

    G_V = Param(
        -1156.0,
        "mL",
        "unstressed volume of all systemic veins per unit of log drive, about rest",
        bounds=(-2000, 0),
        source="BXS-Lab, CVModel venous total (traced); Ursino1998 has -398",
    )
    V_squeeze = Param(
        1300.0,
        "mL",
        "most that full tone can press out of the veins",
        bounds=(200, 2500),
        scale="log",
        source="assumed; half of the unstressed volume",
    )
    V_relax = Param(
        500.0,
        "mL",
        "most that loss of tone can add",
        bounds=(100, 1500),
        scale="log",
        source="Ursino1998, 438 at zero tone (computed); rounded up",
    )
    D = Param(5.0, "s", "delay, as a chain of two lags", bounds=(0.2, 15), scale="log", source=_URSINO)
    tau = Param(20.0, "s", "time constant of the muscle", bounds=(2, 60), scale="log", source=_URSINO)

    dV0 = Output("mL", "shift of the unstressed volume of the systemic veins, 0 at rest")
    error = Output("mL", "the same shift; zero on average at rest")

    def equations(
        self, tone, tone_1, tone_2, contraction, G_V, V_squeeze, V_relax, D, tau, alpha_block, alpha_agonist, relaxant,
        f_rest, f_min, w_f,
    ):  # fmt: skip
        y = G_V * contraction
        dV0 = y / ca.sqrt(1 + (y / ca.if_else(y < 0, V_squeeze, V_relax)) ** 2)  # C2 at rest
        return Equations(
            ddt=self.contract(
                tone, tone_1, tone_2, contraction, D, tau, alpha_block, alpha_agonist, relaxant, f_rest, f_min, w_f
            ),
            out=dict(dV0=dV0, error=dV0),
        )
