"""Baroreceptors of the aortic arch, and how they share the reflex with the carotid sinus.

The arch has receptors of a higher threshold and a wider range than the sinus: in isolated arches of dogs the reflex
sets in near 100 mmHg, is steepest at 175 and ends beyond 300 (Levy et al. 1966). They lie at the level of the heart, so
posture puts no column of blood between them and the heart, and a collar around the neck does not reach them.
Pressures in mmHg, firing in spikes/s.
"""

import casadi as ca

from heartloop.component import Component, Equations, Input, Output, Param, State

from .shapes import about_rest, lag_rate

_ARCH = "Levy1966, isolated arch of dogs: threshold 100, steepest 175 mmHg"


class AorticBaroreceptor(Component):
    """Afferent firing of the arch as a deviation from rest: rate-sensitive filter and sigmoid, like the sinus.

    The sigmoid is steepest `above` the pressure `P_n` of the person's rest (the rest parameter: the beat average of
    `error` vanishes), so that the arch fires little at rest and saturates late: it answers to a rise more than to a
    fall. Its amplitude follows from the slope at rest, `G_rest`: with a pulse both afferents have one slope.
    """

    p_arch = Input("mmHg", "pressure of the aortic arch, above the pressure around it")
    set_point_shift = Input("mmHg", "slow resetting of the set point", default=0.0)

    z = State(-85.0, "mmHg", "filtered pressure less its direct part", bounds=(-1000, 200))

    P_n = Param(92.0, "mmHg", "pressure at rest", bounds=(30, 200), source="computed: calibration")
    above = Param(25.0, "mmHg", "steepest response above the pressure at rest", bounds=(-20, 100),
                  source=f"{_ARCH}; less for arches in place (assumed)")  # fmt: skip
    k_a = Param(20.0, "mmHg", "width of the sigmoid", bounds=(5, 80), scale="log",
                source=f"{_ARCH}; nearly twice the sinus of Ursino1998 (assumed)")  # fmt: skip
    G_rest = Param(0.73, "spikes/(s mmHg)", "slope of firing over a steady pressure at rest", bounds=(0, 3),
                   source="computed: mean slope with a pulse of 45 mmHg as Ursino1998's sinus, 0.62")  # fmt: skip
    tau_p = Param(2.076, "s", "pole of the receptor", bounds=(0.5, 8), scale="log", source="Ursino1998, sinus (traced)")
    tau_z = Param(4.0, "s", "zero of the receptor (rate sensitivity)", bounds=(0.5, 20), scale="log",
                  source="calibrated: that of the carotid receptor here")  # fmt: skip
    clamp = Param(0.0, "1", "1 = the arch sees P_clamp, 0 = the person's pressure", bounds=(0, 1), source="protocol")
    P_clamp = Param(92.0, "mmHg", "pressure that a clamped arch sees", bounds=(0, 300), source="protocol")

    P_filtered = Output("mmHg", "filtered pressure that the sigmoid sees")
    error = Output("spikes/s", "afferent firing less its rest value; zero on average at rest")

    def equations(self, p_arch, set_point_shift, z, P_n, above, k_a, G_rest, tau_p, tau_z, clamp, P_clamp):
        P = (1 - clamp) * p_arch + clamp * P_clamp
        P_filtered = z + tau_z / tau_p * P  # tau_p dP~/dt = P + tau_z dP/dt - P~, without differentiating P
        span = 2 * k_a * G_rest * ca.cosh(above / (2 * k_a)) ** 2
        error = span * about_rest(P_filtered - P_n - set_point_shift, above, k_a)
        return Equations(ddt=dict(z=(P - P_filtered) / tau_p), out=dict(P_filtered=P_filtered, error=error))


class ArterialBaroreceptors(Component):
    """Carotid and aortic afferents as the centre weighs them: a mean that lasts, and what the arch adds for a while.

    In volunteers the arch carried 28 % of the lengthening of the heart period in a steady rise of pressure and 70 % in
    a ramp (Ferguson et al. 1985); the heart period followed the pressure of the whole arterial tree three times as
    steeply as that of the neck alone (Mancia et al. 1977). So the sympathetic nerves get a weighted mean with the
    steady share, one gain at rest. The vagus gets the same mean and, on top, the arch's firing less what it has adapted
    to: as much as makes the arch's share the quick one while the carotid sinus counts what it always counts. A held
    suction at the neck slows the heart for minutes although the arch sees a lower pressure, which asks for the same.
    """

    carotid = Input("spikes/s", "carotid firing less rest")
    aortic = Input("spikes/s", "aortic firing less rest")

    adapted = State(0.0, "spikes/s", "aortic firing to which the vagus has adapted", bounds=(-100, 100), scale=5.0)

    aortic_share = Param(0.28, "1", "weight of the aortic arch in what lasts; the carotid sinus has the rest",
                         bounds=(0, 1), source="Ferguson1985, 0.28 steady (traced)")  # fmt: skip
    aortic_share_quick = Param(0.66, "1", "share of the aortic arch in what the vagus gets at first", bounds=(0, 0.9),
                               source="Mancia1977, 0.67; Ferguson1985, 0.70 in ramps (traced)")  # fmt: skip
    tau_adapt = Param(30.0, "s", "time constant of that adaptation", bounds=(5, 300), scale="log",
                      source="assumed: as long as a ramp by drugs, less than minutes of a steady pressure")  # fmt: skip

    error = Output("spikes/s", "arterial baroreceptor firing less rest, as the sympathetic nerves see it")
    vagal = Output("spikes/s", "arterial baroreceptor firing less rest, as the vagus sees it")

    def equations(self, carotid, aortic, adapted, aortic_share, aortic_share_quick, tau_adapt):
        sinus = 1 - aortic_share
        error = sinus * carotid + aortic_share * aortic
        # weight w of the arch whose share beside the sinus is the quick one: w / (w + sinus)
        surplus = sinus * aortic_share_quick / (1 - aortic_share_quick) - aortic_share
        return Equations(
            ddt=dict(adapted=lag_rate(aortic, adapted, tau_adapt)),
            out=dict(error=error, vagal=error + surplus * (aortic - adapted)),
        )
