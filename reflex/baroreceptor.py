"""Carotid baroreceptor: rate-sensitive first-order filter and sigmoid.

Ursino (1998), Am J Physiol 275:H1733, eqs. 7-8. Pressures in mmHg, firing in spikes/s; `error` is positive when
the pressure is above the set point (and then inhibits sympathetic and excites vagal outflow).
"""

import casadi as ca

from heartloop.component import Component, Equations, Input, Output, Param, State

from .shapes import about_rest

_URSINO = "Ursino1998, Table 3 (traced)"


class Baroreceptor(Component):
    """Afferent firing of the carotid sinus; the filter amplifies the pulse by tau_z/tau_p, so firing comes in bursts.

    `P_n` is the one rest parameter of this loop: it is set such that the beat average of `error` is zero on the
    person's resting orbit. Firing is steepest `above` it, so that the opened loop ends further above rest than it
    begins below, as in people. With a pulsatile pressure the mean slope is about 0.6 of the static slope, because the
    amplified pulse sweeps most of the sigmoid. Slow resetting enters as `set_point_shift`. A collar around the neck
    changes what the sinus wall carries (`P_neck`, suction is negative); a clamp replaces the person's own pressure by
    `P_clamp`, which opens the loop.
    """

    p_carotid = Input("mmHg", "pressure at the carotid sinus")
    set_point_shift = Input("mmHg", "slow resetting of the set point", default=0.0)

    z = State(-85.26, "mmHg", "filtered pressure less its direct part", bounds=(-1000, 200))

    P_n = Param(92.0, "mmHg", "set point: pressure of resting firing", bounds=(30, 200), source=_URSINO)
    above = Param(6.5, "mmHg", "steepest response above the pressure at rest", bounds=(-20, 60),
                  source="calibrated: saturation of the opened loop, 140-180 (recalled); Ursino1998 has 0")  # fmt: skip
    k_a = Param(11.758, "mmHg", "width of the sigmoid", bounds=(4, 40), scale="log", source=_URSINO)
    f_min = Param(2.52, "spikes/s", "firing at no pressure", bounds=(0, 10), source=_URSINO)
    f_max = Param(47.78, "spikes/s", "firing at saturation", bounds=(20, 100), source=_URSINO)
    tau_p = Param(2.076, "s", "pole of the receptor", bounds=(0.5, 8), scale="log", source=_URSINO)
    tau_z = Param(
        4.0,
        "s",
        "zero of the receptor (rate sensitivity)",
        bounds=(0.5, 20),
        scale="log",
        source="calibrated: Ursino1998 has 6.37 (traced), half the measured rate response with a pulse",
    )

    P_neck = Param(0.0, "mmHg", "pressure in a collar around the neck", bounds=(-120, 120), source="protocol")
    transmission = Param(
        0.82,
        "1",
        "part of the collar's pressure that arrives at the sinus",
        bounds=(0, 1),
        source="Querry2001, 82 % of suction, 89 % of pressure (traced)",
    )
    clamp = Param(
        0.0, "1", "1 = the sinus sees P_clamp, 0 = the person's own pressure", bounds=(0, 1), source="protocol"
    )
    P_clamp = Param(92.0, "mmHg", "pressure that a clamped sinus sees", bounds=(0, 300), source="protocol")

    P_sinus = Output("mmHg", "pressure that the wall of the sinus carries")
    f = Output("spikes/s", "afferent firing")
    P_filtered = Output("mmHg", "filtered pressure that the sigmoid sees")
    error = Output("spikes/s", "afferent firing less its rest value; zero on average at rest")

    def equations(
        self, p_carotid, set_point_shift, z, P_n, above, k_a, f_min, f_max, tau_p, tau_z, P_neck, transmission, clamp,
        P_clamp,
    ):  # fmt: skip
        P_sinus = (1 - clamp) * (p_carotid - transmission * P_neck) + clamp * P_clamp
        # tau_p dP~/dt = P + tau_z dP/dt - P~ without differentiating P: P~ = z + (tau_z/tau_p) P
        P_filtered = z + tau_z / tau_p * P_sinus  # eq. 7
        span = 0.5 * (f_max - f_min)
        rest = ca.tanh(above / (2 * k_a))
        error = span * about_rest(P_filtered - P_n - set_point_shift, above, k_a)  # eq. 8
        return Equations(
            ddt=dict(z=(P_sinus - P_filtered) / tau_p),
            out=dict(P_sinus=P_sinus, f=f_min + span * (1 - rest) + error, P_filtered=P_filtered, error=error),
        )
