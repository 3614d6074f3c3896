"""The heart's own circulation: arterioles squeezed by the contracting wall, oxygen demand from its work, the balance.

Squeeze: each layer of the wall is a Starling tube (Downey and Kirk 1975) under the pressure in that layer, which falls
in a straight line from cavity pressure inside to nothing outside. Demand: the pressure-work index of Rooke and Feigl
(1982). Flows in mL/s, pressures in mmHg, oxygen contents in mL (STPD) per mL of blood.
"""

from __future__ import annotations

from heartloop import smooth
from heartloop.component import Component, Equations, Input, Output, Param, State

from .hypoxia import beyond
from .vessel import waterfall

_ROOKE = "Rooke1982, pressure-work index (recalled)"
_LAYERS = "assumed: half of the wall each, pressure falls linearly from the cavity outwards (recalled)"


class CoronaryArterioles(Component):
    """Two layers of the wall in parallel, each a waterfall over its own tissue pressure.

    Systole stops the inner layer and slows the outer one; a shorter diastole therefore costs the inner layer flow,
    which regulation must give back. Deviations: right wall and septum are counted with the left wall, and blood pressed
    out of the wall's own vessels in systole is not stored, so the venous outflow has no systolic wave.
    """

    kind = "edge"

    p_in = Input("mmHg", "pressure of the coronary arteries (aortic root)")
    p_out = Input("mmHg", "pressure of the coronary veins")
    p_cavity = Input("mmHg", "pressure in the cavity of the left ventricle")
    tone_R = Input("1", "multiplier of the resistance from reflex tone", default=1.0)
    local = Input("1", "multiplier of the resistance from local regulation", default=1.0)
    gases = Input("1", "multiplier of the resistance from the arterial blood gases", default=1.0)
    structure = Input("1", "multiplier of the resistance from slow structural change", default=1.0)
    thickness = Input("1", "viscosity of the blood over the normal", default=1.0)

    R = Param(17.0, "mmHg s/mL", "resistance of the open arterioles at rest", bounds=(1, 200), scale="log",
              source="calibrated on 4 mL/s at rest; Albanese2016 has 19.71 without squeeze (traced)")  # fmt: skip
    inner = Param(0.55, "1", "part of the conductance that lies in the inner layer", bounds=(0.2, 0.8),
                  source="assumed: equal flow of both layers at rest (computed)")  # fmt: skip
    squeeze_inner = Param(0.75, "1", "tissue pressure of the inner layer over cavity pressure", bounds=(0, 1.2),
                          source=_LAYERS)  # fmt: skip
    squeeze_outer = Param(0.25, "1", "tissue pressure of the outer layer over cavity pressure", bounds=(0, 1.2),
                          source=_LAYERS)  # fmt: skip
    stenosis = Param(0.0, "1", "added resistance of narrowed large arteries over R", bounds=(0, 50), source="protocol")
    w_tube = Param(2.0, "mmHg", "range of transmural pressure over which a layer closes", bounds=(0.2, 10))

    q = Output("mL/s", "flow")
    q_inner = Output("mL/s", "flow of the inner layer")
    q_outer = Output("mL/s", "flow of the outer layer")

    def equations(
        self, p_in, p_out, p_cavity, tone_R, local, gases, structure, thickness, R, inner, squeeze_inner, squeeze_outer,
        stenosis, w_tube,
    ):  # fmt: skip
        resistance = R * (tone_R * local * gases * structure + stenosis) * thickness

        def layer(share, squeeze):
            return share * waterfall(p_in, p_out, squeeze * p_cavity, w_tube) / resistance

        q_inner, q_outer = layer(inner, squeeze_inner), layer(1 - inner, squeeze_outer)
        return Equations(out=dict(q=q_inner + q_outer, q_inner=q_inner, q_outer=q_outer))


class OxygenBalance(Component):
    """Oxygen that the left ventricle's work asks for, against what its coronary blood can give.

    Demand is (K_p P_s HR + K_w power/weight + K_0), over its value at rest. P_s stands for systolic pressure: the mean
    of p^2 over the mean of p, which a pressure wave has whatever its duty cycle, referred to systolic pressure by
    `shape`. Supply is flow times arterial content times the largest extraction. While supply exceeds demand in both
    layers `reserve` is exactly 1; what is missing lowers it with the lag of the phosphocreatine store, and `energy`
    (reserve times the slow energy state) is what the cell gets.
    """

    p_lv = Input("mmHg", "pressure in the cavity of the left ventricle")
    dV_lv = Input("mL/s", "rate of the volume of the left ventricle")
    HR = Input("1/min", "heart rate")
    q_inner = Input("mL/s", "coronary flow of the inner layer")
    q_outer = Input("mL/s", "coronary flow of the outer layer")
    c_O2_a = Input("mL/mL", "arterial oxygen content")
    VO2_rest = Input("mL/min", "oxygen use of the heart at rest", default=24.0)
    energy_slow = Input("1", "slow energy state over health", default=1.0)

    p_mean = State(40.0, "mmHg", "smoothed pressure in the cavity", bounds=(0, 400))
    p_square = State(4000.0, "mmHg^2", "smoothed square of that pressure", bounds=(0, 2e5))
    power = State(9000.0, "mmHg mL/s", "smoothed external power", scale=9000.0)
    flow_inner = State(2.0, "mL/s", "smoothed flow of the inner layer", bounds=(-10, 60))
    flow_outer = State(2.0, "mL/s", "smoothed flow of the outer layer", bounds=(-10, 60))
    reserve = State(1.0, "1", "met part of the demand, seen through the phosphocreatine store", bounds=(0, 1.01))

    K_p = Param(4.08e-4, "mL/mmHg", "oxygen per systolic pressure and beat, of 100 g", bounds=(1e-4, 2e-3),
                source=_ROOKE)  # fmt: skip
    K_w = Param(3.25e-4, "kg/mmHg", "oxygen per external work and body weight, of 100 g", bounds=(0, 2e-3),
                source=_ROOKE)  # fmt: skip
    K_0 = Param(1.43, "mL/min", "oxygen use of the arrested heart, of 100 g", bounds=(0, 5), source=_ROOKE)
    weight = Param(75.0, "kg", "body weight", bounds=(30, 250), scale="log", source="definition of the man")
    shape = Param(1.2, "1", "systolic pressure over the mean of p^2 over the mean of p", bounds=(1, 2),
                  source="computed: 1.27 for a half sine, 1.15-1.2 for a ventricle")  # fmt: skip
    use_rest = Param(7.5, "mL/min", "oxygen use of 100 g at rest", bounds=(1, 40), scale="log",
                     source="computed: calibration; Gobel1978 measured 6.7 +- 1.3 (traced)")  # fmt: skip
    tau = Param(5.0, "s", "smoothing of work and flows", bounds=(1, 30), scale="log",
                source="Albanese2016, coronary work (traced)")  # fmt: skip
    inner = Param(0.55, "1", "part of the demand in the inner layer", bounds=(0.3, 0.8), source="assumed")
    extraction = Param(0.8, "1", "largest part of arterial oxygen that the heart can take", bounds=(0.5, 1),
                       source="assumed; 0.6-0.7 are taken at rest (recalled)")  # fmt: skip
    tau_store = Param(20.0, "s", "phosphocreatine over the turnover of ATP", bounds=(2, 120), scale="log",
                      source="assumed: 10 mmol/L at 0.5 mmol/(L s)")  # fmt: skip
    w_short = Param(0.05, "1", "rounding of the onset of shortage", bounds=(0.005, 0.3))

    demand = Output("1", "oxygen demand of the heart over rest")
    use = Output("mL/min", "oxygen demand of 100 g")
    ratio = Output("1", "oxygen that can be supplied over the demand")
    ratio_inner = Output("1", "the same in the inner layer")
    energy = Output("1", "energy state for the cell: reserve times the slow energy state")
    error = Output("mL/min", "oxygen demand of 100 g less its rest value; zero on average at rest")

    def equations(
        self, p_lv, dV_lv, HR, q_inner, q_outer, c_O2_a, VO2_rest, energy_slow, p_mean, p_square, power, flow_inner,
        flow_outer, reserve, K_p, K_w, K_0, weight, shape, use_rest, tau, inner, extraction, tau_store, w_short,
    ):  # fmt: skip
        P_s = shape * p_square / smooth.max(p_mean, 1.0, 1.0)
        use = K_p * P_s * HR + K_w * 60 * power / weight + K_0
        demand = use / use_rest

        def supplied(flow, share):
            return smooth.pos(flow, 0.01) * c_O2_a * extraction / (share * demand * VO2_rest / 60)

        ratio_inner, ratio_outer = supplied(flow_inner, inner), supplied(flow_outer, 1 - inner)
        short = inner * beyond(1 - ratio_inner, w_short) + (1 - inner) * beyond(1 - ratio_outer, w_short)
        return Equations(
            ddt=dict(
                p_mean=(p_lv - p_mean) / tau,
                p_square=(p_lv**2 - p_square) / tau,
                power=(-p_lv * dV_lv - power) / tau,
                flow_inner=(q_inner - flow_inner) / tau,
                flow_outer=(q_outer - flow_outer) / tau,
                reserve=(1 - short - reserve) / tau_store,
            ),
            out=dict(
                demand=demand,
                use=use,
                ratio=inner * ratio_inner + (1 - inner) * ratio_outer,
                ratio_inner=ratio_inner,
                energy=energy_slow * reserve,
                error=use - use_rest,
            ),
        )
