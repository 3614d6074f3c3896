"""Extracellular water: salt balance with pressure, volume, hormones and natriuretic peptide.

Isotonic balance: dE/dt = (I_Na - O_Na)/140 in L/day, ln(O_Na/I_0) linear in its drives (the log form keeps
excretion positive). The state is water over its rest value, so it is 1 at rest in every body.
"""

import casadi as ca

from heartloop.component import Component, Equations, Feature, Input, Output, Param, SlowState

from .shapes import above, bounded, corner

NA_PLASMA = 140.0  # mmol/L


class ExtracellularWater(Component):
    """Salt and water of the body; blood volume follows with a share that falls when edema forms."""

    time_unit = "day"

    MAP = Feature("mmHg", "mean arterial pressure")
    MAP_rest = Feature("mmHg", "mean arterial pressure at rest")
    CVP = Feature("mmHg", "central venous pressure")
    CVP_rest = Feature("mmHg", "central venous pressure at rest")
    LVEDP = Feature("mmHg", "left-ventricular end-diastolic pressure")
    LVEDP_rest = Feature("mmHg", "left-ventricular end-diastolic pressure at rest")
    raas = Input("1", "renin-angiotensin activity over rest", default=1.0)
    spillover_renal = Input("1", "renal noradrenaline spillover over rest", default=1.0)

    water = SlowState(1.0, "1", "extracellular water over its rest value", bounds=(0.6, 1.8), source="assumed")

    E_0 = Param(17.0, "L", "extracellular water at rest", bounds=(8, 30), source="assumed, 17-20 L")
    BV_0 = Param(5000.0, "mL", "blood volume at rest", bounds=(2500, 9000), source="Hallow2014, 5 L (traced)")
    I_0 = Param(140.0, "mmol/day", "sodium intake at rest", bounds=(20, 400), source="Guyton1992, 144 (traced)")
    intake = Param(1.0, "1", "sodium intake over rest", bounds=(0, 10), source="protocol")
    k_P = Param(3.0, "1", "excretion per relative renal perfusion pressure", bounds=(0.5, 10), source="assumed")
    k_E = Param(
        9,
        "1",
        "excretion per relative water",
        bounds=(2, 20),
        source="assumed; raised from 5.5 for salt x4: MAP < +5 mmHg, +1-1.5 L",
    )
    k_n = Param(0.6, "1", "excretion per log natriuretic peptide", bounds=(0, 2), source="assumed")
    k_a = Param(
        0.83,
        "1",
        "retention per log mineralocorticoid",
        bounds=(0, 2),
        source="salt x4 and aldosterone escape (computed)",
    )
    k_s = Param(0.25, "1", "retention per renal spillover ratio", bounds=(0, 1), source="assumed")
    p_n = Param(
        20.0,
        "mmHg",
        "rise of filling pressure per e-fold natriuretic peptide",
        bounds=(5, 60),
        source="Hallow2014 (traced)",
    )
    zone_n = Param(2.0, "mmHg", "dead zone of filling pressure", bounds=(0.5, 6), source="assumed")
    w_n = Param(1.0, "mmHg", "rounding of that dead zone", bounds=(0.1, 4), source="assumed")
    y_max = Param(2.5, "1", "largest change of log excretion", bounds=(1, 4), source="assumed")
    f_c = Param(0.30, "1", "share of added water that stays in blood", bounds=(0.1, 0.5), source="assumed")
    f_edema = Param(0.15, "1", "the same share beyond the onset of edema", bounds=(0.05, 0.3), source="assumed")
    E_edema = Param(2.0, "L", "added water at the onset of edema", bounds=(0.5, 5), source="assumed")
    w_E = Param(1.0, "L", "rounding of that onset", bounds=(0.1, 3), source="assumed")
    diuretic = Param(0.0, "1", "log rise of excretion by a diuretic", bounds=(0, 2), source="therapy")
    aldosterone_infusion = Param(
        0.0, "1", "mineralocorticoid given, over the normal level", bounds=(0, 20), source="protocol"
    )
    mra = Param(0.0, "1", "block of the mineralocorticoid receptor", bounds=(0, 1), source="therapy")
    G_raas = Param(
        1.0,
        "1",
        "link renin-angiotensin and renal nerves -> water, 1 = intact, 0 = cut",
        bounds=(0, 3),
        source="assumed",
    )

    excretion = Output("1", "sodium excretion over intake at rest")
    blood_volume = Output("mL", "blood volume")
    blood_volume_change = Output("mL", "blood volume above its rest value")
    natriuretic = Output("1", "natriuretic peptide over rest")

    def equations(
        self, MAP, MAP_rest, CVP, CVP_rest, LVEDP, LVEDP_rest, raas, spillover_renal, water, E_0, BV_0, I_0, intake,
        k_P, k_E, k_n, k_a, k_s, p_n, zone_n, w_n, y_max, f_c, f_edema, E_edema, w_E, diuretic, aldosterone_infusion,
        mra, G_raas,
    ):  # fmt: skip
        P_r = (MAP - CVP) / (MAP_rest - CVP_rest)
        ln_n = above(LVEDP - LVEDP_rest, zone_n, w_n) / p_n
        y = (
            k_P * (P_r - 1)
            + k_E * (water - 1)
            + k_n * ln_n
            - G_raas * k_a * (1 - mra) * ca.log(raas + aldosterone_infusion)
            - G_raas * k_s * (spillover_renal - 1)
            + diuretic
        )
        excretion = ca.exp(bounded(y, y_max, y_max))
        added = E_0 * (water - 1)
        blood_volume_change = 1000 * (f_c * added - (f_c - f_edema) * corner(added - E_edema + w_E / 2, w_E))
        return Equations(
            ddt=dict(water=I_0 * (intake - excretion) / NA_PLASMA / E_0),
            out=dict(
                excretion=excretion,
                blood_volume=BV_0 + blood_volume_change,
                blood_volume_change=blood_volume_change,
                natriuretic=ca.exp(ln_n),
            ),
        )
