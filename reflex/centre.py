"""Autonomic centre: one bounded sympathetic tone per target and one vagal tone, each 1 at rest.

Combined sympathetic law of Ursino and Magosso (2000), Am J Physiol 279:H149, with the weights of Albanese (2016);
vagal law of Ursino (1998), Am J Physiol 275:H1733, with wider limits: his, a third above and below rest, leave the
heart period a tenth of a second, where volunteers have three. All afferents enter as deviations from rest in spikes/s,
so the thresholds of the papers are re-derived: the resting firing is `f_rest` (4.665 spikes/s) whatever the person.
Sympathetic excitation is positive. The upper limit `min(f_max, .)` of the paper is a logistic here.
"""

import casadi as ca

from heartloop import smooth
from heartloop.component import Component, Equations, Input, Output, Param, State

from .shapes import lag_rate

_URSINO = "Ursino1998, Table 3 (traced)"
_ALBANESE = "Albanese2016, Table 3 (traced)"
_COURSE = "assumed; sized on the course of heart failure"
_VAGUS = "calibrated: volunteers gain 0.2-0.3 s under phenylephrine (Ferguson1985), and lose the vagus upright"
_LINK = "1 = intact, 0 = cut"


def sympathetic_tone(u, f_rest, f_inf, f_max):
    """Firing over resting firing for the excitation `u` (1 at u = 0): exponential below, bounded by f_max above."""
    rest, top = f_rest - f_inf, f_max - f_inf
    # f = f_inf + top / (1 + (top/rest - 1) e^-u), with e^-u bounded through tanh form
    half_logit = 0.5 * (u - ca.log(top / rest - 1))
    return (f_inf + top * 0.5 * (1 + ca.tanh(half_logit))) / f_rest


def vagal_firing(f_baro, f_0, f_inf, f_mid, k):
    """Vagal firing of the baroreceptor firing, spikes/s (Ursino 1998, eq. 11)."""
    return f_0 + (f_inf - f_0) * 0.5 * (1 + ca.tanh((f_baro - f_mid) / (2 * k)))


class AutonomicCenter(Component):
    """Sums the afferents into tones of heart, arterioles, veins and vagus; every link has its own gain.

    The trims `theta_*` (0 by default) take up what a pulsatile afferent shifts through the nonlinear laws; they are set
    such that on the resting orbit the beat averages of `error_heart`, of `tone_R - 1`, of `dV0` and of the deviation
    of the RR interval are zero. Efferent cuts leave the effector at its rest value (transplanted heart:
    `efferent_heart = vagal_efferent = 0`); a ganglionic block takes all tones away, sympathetic and vagal.
    """

    baro = Input("spikes/s", "arterial baroreceptor firing less rest, sympathetic nerves", default=0.0)
    baro_vagal = Input("spikes/s", "arterial baroreceptor firing less rest, vagus", default=0.0)
    chemo = Input("spikes/s", "peripheral chemoreceptor firing less rest", default=0.0)
    stretch = Input("spikes/s", "low-pressure inhibitory firing less rest", default=0.0)
    filling = Input("spikes/s", "excitatory filling-pressure firing", default=0.0)
    inflation = Input("spikes/s", "lung stretch firing less rest", default=0.0)
    central_heart = Input("spikes/s", "direct excitation by the blood gases, heart", default=0.0)
    central_arterioles = Input("spikes/s", "direct excitation by the blood gases, arterioles", default=0.0)
    central_veins = Input("spikes/s", "direct excitation by the blood gases, veins", default=0.0)
    angiotensin = Input("1", "central angiotensin action, logarithm of the activity ratio", default=0.0)
    drive = Input("spikes/s", "any other central drive of all sympathetic targets", default=0.0)
    baro_sensitivity = Input("1", "slow sensitivity of the arterial baroreflex", default=1.0)
    agonist_gain = Input("1", "noradrenaline in the cleft per nerve activity (loss of reuptake)", default=1.0)

    baro_mean = State(0.0, "spikes/s", "baroreceptor deviation, smoothed by the sympathetic centre", scale=5.0)
    heart_1 = State(1.0, "1", "cardiac sympathetic tone on its way, first lag", bounds=(0, 15))
    heart_2 = State(1.0, "1", "cardiac sympathetic tone at the heart", bounds=(0, 15))

    f_rest = Param(
        4.665, "spikes/s", "sympathetic firing at rest", bounds=(3, 8), source="Ursino1998 at 92 mmHg (computed)"
    )
    f_inf = Param(2.10, "spikes/s", "sympathetic firing at full inhibition", bounds=(0, 2.9), source=_URSINO)
    f_max = Param(
        20.0,
        "spikes/s",
        "upper bound of sympathetic firing",
        bounds=(9, 60),
        source="assumed; tone 3.0-3.2 at silence of Ursino1998's sinus, 2.6 of both receptors; Albanese2016 has 60",
    )
    k_es = Param(0.0675, "s", "exponent of the sympathetic law", bounds=(0.02, 0.2), scale="log", source=_URSINO)
    tau_center = Param(
        1.2,
        "s",
        "smoothing of the pulsatile afferent by the sympathetic centre",
        bounds=(0.3, 8),
        scale="log",
        source="assumed",
    )
    D_heart = Param(
        2.0, "s", "delay of the cardiac sympathetic nerve, as a chain of two lags", bounds=(0.2, 8), source=_URSINO
    )

    Wb_heart = Param(-1.75, "1", "weight of the baroreceptor, heart", bounds=(-4, 0), source=_ALBANESE)
    Wb_arterioles = Param(-1.1375, "1", "weight of the baroreceptor, arterioles", bounds=(-4, 0), source=_ALBANESE)
    Wb_veins = Param(-1.1375, "1", "weight of the baroreceptor, veins", bounds=(-4, 0), source=_ALBANESE)
    Wc_heart = Param(1.0, "1", "weight of the chemoreceptor, heart", bounds=(0, 6), source=_ALBANESE)
    Wc_arterioles = Param(1.716, "1", "weight of the chemoreceptor, arterioles", bounds=(0, 6), source=_ALBANESE)
    Wc_veins = Param(1.716, "1", "weight of the chemoreceptor, veins", bounds=(0, 6), source=_ALBANESE)
    Wp_heart = Param(
        0.0, "1", "weight of the low-pressure afferent, heart", bounds=(-3, 1), source="Heldt2004, Table (traced)"
    )
    Wp_arterioles = Param(-0.2, "1", "weight of the low-pressure afferent, arterioles", bounds=(-3, 0),
                          source="calibrated: blood lost costs volunteers pressure and hardly constricts them "
                          "(Johnson2015); BXS-Lab CVModel has -0.5")  # fmt: skip
    Wp_veins = Param(
        -1.5,
        "1",
        "weight of the low-pressure afferent, veins",
        bounds=(-4, 0),
        source="BXS-Lab CVModel, scaled to this law (computed)",
    )
    Wf_heart = Param(1.8, "1", "weight of the filling-pressure afferent, heart", bounds=(0, 5), source=_COURSE)
    Wf_arterioles = Param(0, "1", "weight of the filling-pressure afferent, arterioles", bounds=(0, 5), source=_COURSE)
    Wf_veins = Param(1.65, "1", "weight of the filling-pressure afferent, veins", bounds=(0, 5), source=_COURSE)
    Wl_arterioles = Param(-0.34, "1", "weight of lung stretch, arterioles", bounds=(-2, 0), source=_ALBANESE)
    Wl_veins = Param(-0.29, "1", "weight of lung stretch, veins", bounds=(-2, 0), source=_ALBANESE)
    Wl_vagus = Param(-0.103, "1", "weight of lung stretch, vagus", bounds=(-1, 0), source=_ALBANESE)
    Wa = Param(0.5, "spikes/s", "weight of central angiotensin, sympathetic targets", bounds=(0, 10), source=_COURSE)

    f_ev0 = Param(2.0, "spikes/s", "vagal firing at no baroreceptor firing", bounds=(0, 5),
                  source=_VAGUS + "; Ursino1998 has 3.2")  # fmt: skip
    f_ev_inf = Param(10.2, "spikes/s", "vagal firing at full baroreceptor firing", bounds=(6, 20),
                     source=_VAGUS + "; Ursino1998 has 6.3")  # fmt: skip
    f_cs0 = Param(31.0, "spikes/s", "baroreceptor firing of the steepest vagal response", bounds=(10, 60),
                  source="calibrated: 5.1 at rest (Ursino1998: 4.77), with more room above than below")  # fmt: skip
    f_cs_rest = Param(
        25.15, "spikes/s", "baroreceptor firing at rest", bounds=(10, 40), source="Ursino1998 at 92 mmHg (computed)"
    )
    k_ev = Param(12.0, "spikes/s", "width of the vagal response", bounds=(2, 40), scale="log",
                 source=_VAGUS + "; Ursino1998 has 7.06")  # fmt: skip
    Wc_vagus = Param(0.2, "1", "weight of the chemoreceptor, vagus", bounds=(0, 1), source=_ALBANESE)
    Wf_vagus = Param(-0.075, "1", "weight of the filling-pressure afferent, vagus", bounds=(-1, 0), source=_COURSE)
    e_sympathetic = Param(0.5, "1", "exponent of the slow sensitivity, sympathetic arc", bounds=(0, 1),
                          source="DiBona1995, renal nerve 0.51; Eckberg1971, vagus 0.23 (computed: 0.46)")  # fmt: skip
    Wa_vagus = Param(-0.05, "1", "logarithm of vagal tone per central angiotensin", bounds=(-2, 0), source=_COURSE)
    w_vagus = Param(0.2, "spikes/s", "rounding of vagal silence", bounds=(0.02, 1), source="assumed")

    theta_heart = Param(
        0.0, "spikes/s", "rest trim of the heart's tone", bounds=(-20, 20), source="computed: calibration"
    )
    theta_arterioles = Param(
        0.0, "spikes/s", "rest trim of the arterioles' tone", bounds=(-20, 20), source="computed: calibration"
    )
    theta_veins = Param(
        0.0, "spikes/s", "rest trim of the veins' tone", bounds=(-20, 20), source="computed: calibration"
    )
    theta_vagus = Param(0.0, "spikes/s", "rest trim of the vagal tone", bounds=(-4, 4), source="computed: calibration")

    G_baro = Param(1.0, "1", "link arterial baroreflex, " + _LINK, bounds=(0, 3), source="assumed")
    G_chemo = Param(1.0, "1", "link peripheral chemoreflex, " + _LINK, bounds=(0, 5), source="assumed")
    G_stretch = Param(1.0, "1", "link low-pressure inhibition, " + _LINK, bounds=(0, 3), source="assumed")
    G_inflation = Param(1.0, "1", "link lung stretch, " + _LINK, bounds=(0, 3), source="assumed")
    G_central = Param(1.0, "1", "link blood gases -> sympathetic neurons, " + _LINK, bounds=(0, 3), source="assumed")
    G_filling = Param(1.0, "1", "link filling-pressure excitation, " + _LINK, bounds=(0, 5), source="assumed")
    G_angiotensin = Param(1.0, "1", "link central angiotensin, " + _LINK, bounds=(0, 5), source="assumed")
    efferent_heart = Param(1.0, "1", "cardiac sympathetic nerve, " + _LINK, bounds=(0, 1), source="assumed")
    efferent_vessels = Param(
        1.0, "1", "vasomotor nerves of arterioles and veins, " + _LINK, bounds=(0, 1), source="assumed"
    )
    vagal_efferent = Param(1.0, "1", "cardiac vagus, " + _LINK, bounds=(0, 1), source="assumed")

    ganglionic_block = Param(
        0.0, "1", "block of transmission in the autonomic ganglia, 1 = no nerve acts", bounds=(0, 1), source="protocol"
    )

    sympathetic_heart = Output("1", "agonist level at the cardiac receptors, 1 at rest")
    tone_arterioles = Output("1", "sympathetic tone of the arterioles at the centre, 1 at rest")
    tone_veins = Output("1", "sympathetic tone of the veins at the centre, 1 at rest")
    vagal = Output("1", "vagal tone of the heart at the centre, 1 at rest")
    sympathetic = Output("1", "mean sympathetic outflow of the three targets before any cut, 1 at rest")
    error_heart = Output("1", "cardiac sympathetic tone less 1; zero on average at rest")

    def equations(
        self, baro, baro_vagal, chemo, stretch, filling, inflation, central_heart, central_arterioles, central_veins,
        angiotensin, drive, baro_sensitivity, agonist_gain, baro_mean, heart_1, heart_2, f_rest, f_inf, f_max, k_es,
        tau_center, D_heart, Wb_heart, Wb_arterioles, Wb_veins, Wc_heart, Wc_arterioles, Wc_veins, Wp_heart,
        Wp_arterioles, Wp_veins, Wf_heart, Wf_arterioles, Wf_veins, Wl_arterioles, Wl_veins, Wl_vagus, Wa, f_ev0,
        f_ev_inf, f_cs0, f_cs_rest, k_ev, Wc_vagus, Wf_vagus, e_sympathetic, Wa_vagus, w_vagus, theta_heart,
        theta_arterioles, theta_veins, theta_vagus, G_baro, G_chemo, G_stretch, G_inflation, G_central, G_filling,
        G_angiotensin, efferent_heart, efferent_vessels, vagal_efferent, ganglionic_block,
    ):  # fmt: skip
        c, p, f = G_chemo * chemo, G_stretch * stretch, G_filling * filling
        a = G_angiotensin * angiotensin
        gain_b = G_baro * baro_sensitivity**e_sympathetic  # nerves of heart and vessels keep more of their reflex

        def tone(Wb, Wc, Wp, Wf, own):
            u = k_es * (Wb * gain_b * baro_mean + Wc * c + Wp * p + Wf * f + Wa * a + drive + own)
            return sympathetic_tone(u, f_rest, f_inf, f_max)

        def gases(Wl, central):
            return Wl * G_inflation * inflation + G_central * central

        heart = tone(Wb_heart, Wc_heart, Wp_heart, Wf_heart, gases(0.0, central_heart) - theta_heart)
        arterioles = tone(
            Wb_arterioles, Wc_arterioles, Wp_arterioles, Wf_arterioles,
            gases(Wl_arterioles, central_arterioles) - theta_arterioles,
        )  # fmt: skip
        veins = tone(Wb_veins, Wc_veins, Wp_veins, Wf_veins, gases(Wl_veins, central_veins) - theta_veins)

        def vagus(baro, other):
            law = vagal_firing(f_cs_rest + baro, f_ev0, f_ev_inf, f_cs0, k_ev)
            return smooth.softplus(law + other, w_vagus)

        lung = Wl_vagus * G_inflation * inflation
        law = vagus(G_baro * baro_sensitivity * baro_vagal, lung + Wc_vagus * c + Wf_vagus * f - theta_vagus)
        vagal = ca.exp(Wa_vagus * a) * law / vagus(0.0, 0.0)
        lag, passing = D_heart / 2, 1 - ganglionic_block
        return Equations(
            ddt=dict(
                baro_mean=lag_rate(baro, baro_mean, tau_center),
                heart_1=lag_rate(passing * (1 + efferent_heart * (heart - 1)), heart_1, lag),
                heart_2=lag_rate(heart_1, heart_2, lag),
            ),
            out=dict(
                sympathetic_heart=heart_2 * agonist_gain,
                tone_arterioles=passing * (1 + efferent_vessels * (arterioles - 1)),
                tone_veins=passing * (1 + efferent_vessels * (veins - 1)),
                vagal=passing * (1 + vagal_efferent * (vagal - 1)),
                sympathetic=(heart + arterioles + veins) / 3,
                error_heart=heart_2 - 1,
            ),
        )
