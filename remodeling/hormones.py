"""Neurohumoral algebra of one day: noradrenaline spillover, renin-angiotensin activity, central angiotensin.

Everything faster than an hour is algebraic here. Ratios are 1 at the person's own rest. `sympathetic` is the mean
total sympathetic outflow; cardiac and renal spillover rise faster than the total (Hasking 1986 and the tracer study
of the same group): one drive with organ gains.
"""

import casadi as ca

from heartloop.component import Component, Equations, Feature, Input, Output, Param, SlowState

from .shapes import above, bounded, outside


class Hormones(Component):
    """Spillover, plasma noradrenaline and renin-angiotensin activity, with the slow central action of angiotensin.

    `raas` is bounded to 0.3-12 before inhibition. The outputs depend on whole-beat features, so they act on slow
    components only; the state `angiotensin` is what acts on the autonomic centre and on the arterioles.
    """

    time_unit = "day"

    sympathetic = Feature("1", "mean sympathetic outflow")
    sympathetic_rest = Feature("1", "mean sympathetic outflow at rest")
    MAP = Feature("mmHg", "mean arterial pressure")
    MAP_rest = Feature("mmHg", "mean arterial pressure at rest")
    CVP = Feature("mmHg", "central venous pressure")
    CVP_rest = Feature("mmHg", "central venous pressure at rest")
    water = Input("1", "extracellular water over its rest value", default=1.0)

    angiotensin = SlowState(
        0.0,
        "1",
        "slow central and vascular angiotensin action, log of activity above its dead zone",
        bounds=(-0.1, 3),
        scale=1.0,
        source="assumed",
    )

    zone_s = Param(0.02, "1", "dead zone of sympathetic outflow", bounds=(0, 0.2), source="assumed")
    w_s = Param(0.02, "1", "rounding of that dead zone", bounds=(0.002, 0.1), source="assumed")
    k_card = Param(
        7.4,
        "1",
        "cardiac spillover per total spillover",
        bounds=(0, 12),
        source="Hasking1986, x6.4 at total x1.73 (computed)",
    )
    k_ren = Param(
        2.8,
        "1",
        "renal spillover per total spillover",
        bounds=(0, 6),
        source="Hasking1986, x3.06 at total x1.73 (computed)",
    )
    card_max = Param(
        8.0,
        "1",
        "largest rise of the cardiac spillover ratio",
        bounds=(4, 20),
        source="assumed; bounded near the x6.4 of Hasking1986",
    )
    ren_max = Param(4.0, "1", "largest rise of the renal spillover ratio", bounds=(2, 10), source="assumed")
    k_clear = Param(
        0.45,
        "1",
        "fall of noradrenaline clearance per total spillover",
        bounds=(0, 1),
        source="Hasking1986, x0.67 at total x1.73 (computed)",
    )
    NE_rest = Param(
        230.0, "pg/mL", "plasma noradrenaline at rest", bounds=(80, 500), source="Hasking1986, 211-247 (traced)"
    )
    k_P = Param(3.0, "1", "renin: exponent of renal perfusion pressure", bounds=(0, 6), source="assumed")
    k_E = Param(
        5.0,
        "1",
        "renin: exponent of extracellular water",
        bounds=(0, 10),
        source="assumed; raised from 4 with the salt test",
    )
    ln_low = Param(1.204, "1", "largest fall of log activity", bounds=(0.3, 3), source="assumed, activity 0.3")
    ln_high = Param(2.485, "1", "largest rise of log activity", bounds=(1, 4), source="assumed, activity 12")
    ace_inhibition = Param(0.0, "1", "inhibition of converting enzyme or receptor", bounds=(0, 0.98), source="therapy")
    zone_a = Param(0.1, "1", "dead zone of log activity for the central action", bounds=(0, 0.5), source="assumed")
    w_a = Param(0.1, "1", "rounding of that dead zone", bounds=(0.01, 0.5), source="assumed")
    tau_a = Param(2.0, "day", "time constant of the central action", bounds=(0.2, 20), scale="log", source="assumed")

    spillover_cardiac = Output("1", "cardiac noradrenaline spillover over rest")
    spillover_renal = Output("1", "renal noradrenaline spillover over rest")
    NE_clearance = Output("1", "noradrenaline clearance over rest")
    NE_plasma = Output("pg/mL", "plasma noradrenaline")
    raas = Output("1", "renin-angiotensin activity over rest, after inhibition")

    def equations(
        self, sympathetic, sympathetic_rest, MAP, MAP_rest, CVP, CVP_rest, water, angiotensin, zone_s, w_s, k_card,
        k_ren, card_max, ren_max, k_clear, NE_rest, k_P, k_E, ln_low, ln_high, ace_inhibition, zone_a, w_a, tau_a,
    ):  # fmt: skip
        s = sympathetic / sympathetic_rest
        ds = outside(s - 1, zone_s, w_s)
        spillover_cardiac = 1 + bounded(k_card * ds, card_max, 0.9)
        spillover_renal = 1 + bounded(k_ren * ds, ren_max, 0.8)
        NE_clearance = 1 - bounded(k_clear * ds, 0.4, 0.4)

        P_r = (MAP - CVP) / (MAP_rest - CVP_rest)  # renal perfusion over rest
        P_r = 1 + bounded(P_r - 1, 2.0, 0.9)
        ln_a = -k_P * ca.log(P_r) + ca.log(spillover_renal) - k_E * ca.log(water)
        raas = ca.exp(bounded(ln_a, ln_high, ln_low)) * (1 - ace_inhibition)
        central = above(bounded(ln_a, ln_high, ln_low) + ca.log(1 - ace_inhibition), zone_a, w_a)
        return Equations(
            ddt=dict(angiotensin=(central - angiotensin) / tau_a),
            out=dict(
                spillover_cardiac=spillover_cardiac,
                spillover_renal=spillover_renal,
                NE_clearance=NE_clearance,
                NE_plasma=NE_rest * s / NE_clearance,
                raas=raas,
            ),
        )
