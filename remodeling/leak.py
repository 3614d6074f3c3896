"""Slow part of the leak of the sarcoplasmic reticulum: what the ryanodine receptors have lost in structure.

Phosphorylation by CaMKII and PKA and acute oxidation of the channel are computed in the cell; this state stands for
loss of stabilizing subunits and cluster dispersion under lasting adrenergic and oxidative stress.
"""

from heartloop.component import Component, Equations, Input, Param, SlowState

from .shapes import above, bounded


class Leak(Component):
    """dK/dt = (1 + drives - K)/tau_K; 1 at rest."""

    time_unit = "day"

    spillover_cardiac = Input("1", "cardiac noradrenaline spillover over rest", default=1.0)
    beta1_density = Input("1", "beta1-receptor density over health", default=1.0)
    ros_slow = Input("1", "reactive oxygen over health", default=1.0)

    leak_slow = SlowState(1.0, "1", "structural part of the leak over health", bounds=(0.8, 3.2), source="assumed")

    k_s = Param(
        0.10, "1", "leak per adrenergic drive that the receptors let through", bounds=(0, 0.5), source="assumed"
    )
    k_ros = Param(0.25, "1", "leak per reactive oxygen", bounds=(0, 1), source="assumed")
    zone = Param(0.05, "1", "dead zone of both drives", bounds=(0, 0.3), source="assumed")
    w = Param(0.05, "1", "rounding of the dead zones", bounds=(0.005, 0.2), source="assumed")
    K_max = Param(2.0, "1", "largest rise of leak", bounds=(0.5, 4), source="assumed")
    tau_K = Param(5.0, "day", "turnover", bounds=(1, 30), scale="log", source="assumed")
    G_leak = Param(1.0, "1", "link stress -> leak, 1 = intact, 0 = cut", bounds=(0, 3), source="assumed")

    def equations(
        self, spillover_cardiac, beta1_density, ros_slow, leak_slow, k_s, k_ros, zone, w, K_max, tau_K, G_leak
    ):
        drive = k_s * above(spillover_cardiac * beta1_density - 1, zone, w) + k_ros * above(ros_slow - 1, zone, w)
        return Equations(ddt=dict(leak_slow=(1 + bounded(G_leak * drive, K_max, K_max) - leak_slow) / tau_K))
