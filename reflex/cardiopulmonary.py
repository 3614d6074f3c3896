"""Low-pressure receptors: an inhibitory atrial afferent and an excitatory filling-pressure afferent.

Inhibitory: sigmoid of the right-atrial transmural pressure (constants of the BXS model, after Heldt 2004).
Excitatory: cardiac sympathetic afferents that respond to high filling pressure; in chronic congestion they outweigh
the inhibitory ones. Pressures in mmHg, firing in spikes/s.
"""

import casadi as ca

from heartloop.component import Component, Equations, Input, Output, Param, State

from .shapes import corner, lag_rate

_BXS = "BXS-Lab CVModel (traced)"
_COURSE = "assumed; sized on the course of heart failure"


class Cardiopulmonary(Component):
    """Two afferents with zero effect at rest.

    Rest parameters: `P_ra_rest` (beat average of `error` is zero at rest) and `P_filling_rest` (beat average of
    `error_filling`). The excitatory one is exactly silent up to `dead_zone` above rest. A clamp shows both receptors
    given pressures instead of the person's own.
    """

    p_ra = Input("mmHg", "right-atrial transmural pressure")
    p_filling = Input("mmHg", "left filling pressure (pulmonary veins or left atrium)")
    set_point_shift = Input("mmHg", "slow resetting of the inhibitory afferent", default=0.0)

    p_ra_mean = State(3.0, "mmHg", "smoothed right-atrial pressure", bounds=(-20, 60))
    p_filling_mean = State(8.0, "mmHg", "smoothed filling pressure", bounds=(-20, 80))

    P_ra_rest = Param(3.0, "mmHg", "right-atrial transmural pressure at rest", bounds=(-5, 30), source="assumed")
    P_filling_rest = Param(8.0, "mmHg", "filling pressure at rest", bounds=(0, 40), source="assumed")
    f_span = Param(
        6.285, "spikes/s", "half the range of the inhibitory afferent (0.70 to 13.27)", bounds=(0, 20), source=_BXS
    )
    k_ra = Param(3.27, "mmHg", "width of the inhibitory sigmoid", bounds=(1, 10), scale="log", source=_BXS)
    tau_ra = Param(2.076, "s", "smoothing of the inhibitory afferent", bounds=(0.5, 10), scale="log", source=_BXS)
    f_filling_max = Param(12.0, "spikes/s", "saturation of the excitatory afferent", bounds=(0, 30), source=_COURSE)
    dead_zone = Param(0.7, "mmHg", "rise of filling pressure without excitation", bounds=(0.5, 6), source=_COURSE)
    p_50 = Param(
        5,
        "mmHg",
        "rise above the dead zone of half excitation",
        bounds=(3, 40),
        scale="log",
        source=_COURSE + " and Kaye1994, spillover follows wedge pressure (recalled)",
    )
    tau_filling = Param(8.0, "s", "smoothing of the excitatory afferent", bounds=(1, 60), scale="log", source="assumed")
    w = Param(1.0, "mmHg", "rounding of the end of the dead zone", bounds=(0.1, 4), source="assumed")

    clamp = Param(
        0.0, "1", "1 = the receptors see the clamped pressures, 0 = the person's own", bounds=(0, 1), source="protocol"
    )
    P_ra_clamp = Param(
        3.0, "mmHg", "right-atrial transmural pressure under the clamp", bounds=(-20, 60), source="protocol"
    )
    P_filling_clamp = Param(8.0, "mmHg", "filling pressure under the clamp", bounds=(-20, 80), source="protocol")

    error = Output("spikes/s", "inhibitory firing less its rest value; zero on average at rest")
    filling = Output("spikes/s", "excitatory firing; zero at rest")
    error_filling = Output("mmHg", "filling pressure above rest; zero on average at rest")

    def equations(
        self, p_ra, p_filling, set_point_shift, p_ra_mean, p_filling_mean, P_ra_rest, P_filling_rest, f_span, k_ra,
        tau_ra, f_filling_max, dead_zone, p_50, tau_filling, w, clamp, P_ra_clamp, P_filling_clamp,
    ):  # fmt: skip
        above = p_filling_mean - P_filling_rest
        z = corner(above - dead_zone, w)
        return Equations(
            ddt=dict(
                p_ra_mean=lag_rate((1 - clamp) * p_ra + clamp * P_ra_clamp, p_ra_mean, tau_ra),
                p_filling_mean=lag_rate(
                    (1 - clamp) * p_filling + clamp * P_filling_clamp, p_filling_mean, tau_filling
                ),
            ),
            out=dict(
                error=f_span * ca.tanh((p_ra_mean - P_ra_rest - set_point_shift) / (2 * k_ra)),
                filling=f_filling_max * z**2 / (z**2 + p_50**2),
                error_filling=above,
            ),
        )
