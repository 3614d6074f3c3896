"""Lung vessels that widen with their pressure, so that a large flow passes at a modest pressure."""

from __future__ import annotations

from heartloop.component import Component, Equations, Input, Output, Param, State


class PulmonaryDistension(Component):
    """Multiplier of pulmonary resistance, 1 at the person's own rest: ((1 + alpha P_rest)/(1 + alpha P))^4.

    Poiseuille's law in vessels whose radius grows by the fraction `alpha` per mmHg of mean arterial pressure, as
    measured in exercising volunteers (Reeves et al. 2005); recruitment of shut capillaries is counted with it.
    """

    p = Input("mmHg", "pulmonary arterial pressure above the pressure around the vessels")
    constriction = Input("1", "multiplier of the resistance from hypoxia", default=1.0)

    p_mean = State(18.0, "mmHg", "smoothed pressure", bounds=(-20, 200))

    P_rest = Param(18.0, "mmHg", "that pressure at rest", bounds=(2, 80), source="computed: calibration")
    alpha = Param(0.02, "1/mmHg", "relative growth of the radius per pressure", bounds=(0, 0.05),
                  source="Reeves2005, 0.02 in normal lungs (recalled)")  # fmt: skip
    tau_lung = Param(3.0, "s", "smoothing of the pressure", bounds=(0.5, 30), scale="log", source="assumed")

    local = Output("1", "multiplier of the pulmonary resistance")
    error = Output("mmHg", "smoothed pressure less its rest value; zero on average at rest")

    def equations(self, p, constriction, p_mean, P_rest, alpha, tau_lung):
        return Equations(
            ddt=dict(p_mean=(p - p_mean) / tau_lung),
            out=dict(local=constriction * ((1 + alpha * P_rest) / (1 + alpha * p_mean)) ** 4, error=p_mean - P_rest),
        )
