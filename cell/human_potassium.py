"""Potassium channels of the human myocyte: Ito, IKr, IKs and IK1.

Ito and IKs: O'Hara et al. (2011); IKr: the five-state scheme of Lu et al. (2001) with the constants of Tomek et al.
(2019), one state given by the sum; IK1: Carro et al. (2011) as in Tomek et al. (2019). Endocardial conductances. PKA
raises IKs (Bartos form in Tomek et al. 2026: eight- to tenfold). Units: mV, ms, A/F; an outward current is positive.
"""

import casadi as ca

from heartloop.component import Component, Equations, Input, Output, Param, State

from .human_constants import K_I, K_O, NA_O, RT_F
from .membrane import nernst

_ORD = "OHara2011, supplement (traced)"
_TOR = "ToRORd2019 (traced)"


def a_inf(v):
    """Activation of Ito."""
    return 1 / (1 + ca.exp(-(v - 14.34) / 14.82))


def tau_a(v):
    """Time constant of Ito's activation (ms)."""
    return 1.0515 / (
        1 / (1.2089 * (1 + ca.exp(-(v - 18.4099) / 29.3814))) + 3.5 / (1 + ca.exp((v + 100.0) / 29.3814))
    )


def i_inf(v):
    """Availability of Ito."""
    return 1 / (1 + ca.exp((v + 43.94) / 5.711))


def tau_i_fast(v):
    """Fast time constant of Ito's inactivation (ms)."""
    return 4.562 + 1 / (0.3933 * ca.exp(-(v + 100.0) / 100.0) + 0.08004 * ca.exp((v + 50.0) / 16.59))


def tau_i_slow(v):
    """Slow time constant of Ito's inactivation (ms)."""
    return 23.62 + 1 / (0.001416 * ca.exp(-(v + 96.52) / 59.05) + 1.780e-8 * ca.exp((v + 114.1) / 8.079))


def xs_inf(v):
    """Activation of IKs."""
    return 1 / (1 + ca.exp(-(v + 11.60) / 8.932))


def tau_xs1(v):
    """Slow time constant of IKs (ms)."""
    return 817.3 + 1 / (2.326e-4 * ca.exp((v + 48.28) / 17.80) + 0.001292 * ca.exp(-(v + 210.0) / 230.0))


def tau_xs2(v):
    """Fast time constant of IKs (ms)."""
    return 1 / (0.01 * ca.exp((v - 50.0) / 20.0) + 0.0193 * ca.exp(-(v + 66.54) / 31.0))


def rectification_k1(v, E_K):
    """Open fraction of IK1."""
    a = 4.094 / (1 + ca.exp(0.1217 * (v - E_K - 49.934)))
    b = (15.72 * ca.exp(0.0674 * (v - E_K - 3.257)) + ca.exp(0.0618 * (v - E_K - 594.31))) / (
        1 + ca.exp(-0.1629 * (v - E_K + 14.207))
    )
    return a / (a + b)


class PotassiumChannels(Component):
    """Transient outward, rapid and slow delayed, and inward rectifier currents."""

    time_unit = "ms"

    V = Input("mV", "membrane potential")
    Na_i = Input("mmol/L", "cytosolic sodium")
    Ca_sl = Input("umol/L", "calcium under the sarcolemma")
    phi_ks = Input("1", "fraction of IKs channels phosphorylated by PKA")

    a_to = State(0.001, "1", "activation of Ito", bounds=(0, 1), scale=0.3)
    i_to_fast = State(1.0, "1", "fast availability of Ito", bounds=(0, 1))
    i_to_slow = State(0.6, "1", "slow availability of Ito", bounds=(0, 1))
    kr_c1 = State(0.0, "1", "IKr channels in the second closed state", bounds=(0, 1), scale=0.1)
    kr_c2 = State(0.0, "1", "IKr channels in the third closed state", bounds=(0, 1), scale=0.1)
    kr_o = State(0.0, "1", "open IKr channels", bounds=(0, 1), scale=0.1)
    kr_i = State(0.0, "1", "inactivated IKr channels", bounds=(0, 1), scale=0.1)
    xs1 = State(0.25, "1", "slow activation of IKs", bounds=(0, 1), scale=0.3)
    xs2 = State(2e-4, "1", "fast activation of IKs", bounds=(0, 1), scale=0.3)

    G_to = Param(0.16, "mS/uF", "transient outward conductance", bounds=(0.005, 1), scale="log", source=_TOR)
    i_to = Param(1.0, "1", "transient outward current, level of insult or therapy", bounds=(0, 3),
                 source="definition; 1 = healthy")
    G_Kr = Param(0.0321, "mS/uF", "IKr conductance at 5 mmol/L", bounds=(0.002, 0.3), scale="log", source=_TOR)
    G_Ks = Param(0.0011, "mS/uF", "IKs conductance", bounds=(1e-4, 0.05), scale="log", source=_TOR)
    e_ks_pka = Param(8.0, "1", "rise of IKs at full PKA phosphorylation", bounds=(0, 30),
                     source="TWorld2026: 0.8 to 7.8 (traced)")
    G_K1 = Param(0.6992, "mS/uF", "IK1 conductance at 5 mmol/L", bounds=(0.05, 3), scale="log", source=_TOR)
    i_k1 = Param(1.0, "1", "inward rectifier, level of insult or therapy", bounds=(0.1, 3), scale="log",
                 source="definition; 1 = healthy")
    Na_o = NA_O
    K_o = K_O
    K_i = K_I

    I_K = Output("A/F", "sum of the K channels' currents")
    I_Kr = Output("A/F", "rapid delayed rectifier")
    I_Ks = Output("A/F", "slow delayed rectifier")
    I_to = Output("A/F", "transient outward current")
    I_K1 = Output("A/F", "inward rectifier")

    def equations(
        self, V, Na_i, Ca_sl, phi_ks, a_to, i_to_fast, i_to_slow, kr_c1, kr_c2, kr_o, kr_i, xs1, xs2,
        G_to, i_to, G_Kr, G_Ks, e_ks_pka, G_K1, i_k1, Na_o, K_o, K_i,
    ):  # fmt: skip
        E_K = nernst(K_o, K_i, 1)
        E_Ks = nernst(K_o + 0.01833 * Na_o, K_i + 0.01833 * Na_i, 1)

        fast = 1 / (1 + ca.exp((V - 213.6) / 151.2))
        I_to = i_to * G_to * a_to * (fast * i_to_fast + (1 - fast) * i_to_slow) * (V - E_K)

        u = V / RT_F  # rates of Lu et al. (1/ms)
        alpha, beta = 0.1161 * ca.exp(0.2990 * u), 0.2442 * ca.exp(-1.604 * u)
        alpha_1, beta_1 = 1.25 * 0.1235, 0.1911
        alpha_2, beta_2 = 0.0578 * ca.exp(0.9710 * u), 0.349e-3 * ca.exp(-1.062 * u)
        alpha_i, beta_i = 0.2533 * ca.exp(0.5953 * u), 1.25 * 0.0522 * ca.exp(-0.8209 * u)
        to_i = 0.52e-4 * ca.exp(1.525 * u)
        from_i = beta_2 * beta_i * to_i / (alpha_2 * alpha_i)  # microscopic reversibility
        kr_c0 = 1 - kr_c1 - kr_c2 - kr_o - kr_i
        I_Kr = G_Kr * ca.sqrt(K_o / 5) * kr_o * (V - E_K)

        by_Ca = 1 + 0.6 / (1 + (0.038 / Ca_sl) ** 1.4)
        I_Ks = G_Ks * (1 + e_ks_pka * phi_ks) * by_Ca * xs1 * xs2 * (V - E_Ks)

        I_K1 = i_k1 * G_K1 * ca.sqrt(K_o / 5) * rectification_k1(V, E_K) * (V - E_K)

        return Equations(
            ddt=dict(
                a_to=(a_inf(V) - a_to) / tau_a(V),
                i_to_fast=(i_inf(V) - i_to_fast) / tau_i_fast(V),
                i_to_slow=(i_inf(V) - i_to_slow) / tau_i_slow(V),
                kr_c1=alpha * kr_c0 + beta_1 * kr_c2 - (beta + alpha_1) * kr_c1,
                kr_c2=alpha_1 * kr_c1 + beta_2 * kr_o + from_i * kr_i - (beta_1 + alpha_2 + to_i) * kr_c2,
                kr_o=alpha_2 * kr_c2 + beta_i * kr_i - (beta_2 + alpha_i) * kr_o,
                kr_i=to_i * kr_c2 + alpha_i * kr_o - (from_i + beta_i) * kr_i,
                xs1=(xs_inf(V) - xs1) / tau_xs1(V),
                xs2=(xs_inf(V) - xs2) / tau_xs2(V),
            ),
            out=dict(I_K=I_to + I_Kr + I_Ks + I_K1, I_Kr=I_Kr, I_Ks=I_Ks, I_to=I_to, I_K1=I_K1),
        )
