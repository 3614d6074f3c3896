"""Membrane of the compact myocyte: Na, transient outward, delayed and inward rectifier K, Na/Ca exchange, Na/K pump.

Equations: O'Hara et al. (2011) PLoS Comput Biol 7:e1002061 for INa and INaL; Grandi, Pasqualini & Bers (2010) J Mol
Cell Cardiol 48:112, with the forms of Shannon et al. (2004) Biophys J 87:3351, for all others. Lumped: m and mL follow
the voltage at once, one h gate, the fast Ito alone and with immediate activation, no chloride currents. The PKA
effects are those listed by Heijman et al. (2011) J Mol Cell Cardiol 50:863.

Units: mV, ms, A/F (per membrane capacity), umol/L for Ca, mmol/L for Na and K. An outward current is positive; the
intracellular potassium is fixed, so that the stimulus leaves no neutral charge mode.
"""

import casadi as ca

from heartloop.component import Component, Equations, Gate, Input, Output, Param, State

RT_F = 26.7127  # mV at 310 K
_GRANDI = "Grandi2010, supplement (recalled)"
_ORD = "OHara2011, supplement (recalled)"


def nernst(outside, inside, valence):
    """Reversal potential (mV)."""
    return RT_F / valence * ca.log(outside / inside)


def h_inf(v):
    """Availability of fast Na channels, OHara2011."""
    return 1 / (1 + ca.exp((v + 82.9) / 6.086))


def tau_h(v, floor):
    """Time constant of h (ms), OHara2011 fast gate; `floor` stands for the activation that is taken as immediate."""
    return floor + 1 / (1.432e-5 * ca.exp(-(v + 1.196) / 6.285) + 6.149 * ca.exp((v + 0.5096) / 20.27))


def rectification_k1(v, e_k):
    """Open fraction of IK1, Grandi2010."""
    u = v - e_k
    a = 1.02 / (1 + ca.exp(0.2385 * (u - 59.215)))
    b = (0.49124 * ca.exp(0.08032 * (u + 5.476)) + ca.exp(0.06175 * (u - 594.31))) / (
        1 + ca.exp(-0.5143 * (u + 4.753))
    )
    return a / (a + b)


def exchange(v, Na_i, Ca, Na_o, Ca_o, KmCai, KmCao, KmNai, KmNao, ksat, nu, Kdact):
    """Na/Ca exchange per unit of maximal current, Grandi2010; all concentrations in mmol/L."""
    s1 = ca.exp(nu * v / RT_F) * Na_i**3 * Ca_o
    s2 = ca.exp((nu - 1) * v / RT_F) * Na_o**3 * Ca
    s3 = (
        KmCai * Na_o**3 * (1 + (Na_i / KmNai) ** 3)
        + KmNao**3 * Ca * (1 + Ca / KmCai)
        + KmCao * Na_i**3
        + Na_i**3 * Ca_o
        + Na_o**3 * Ca
    )
    allosteric = Ca**2 / (Ca**2 + Kdact**2)
    return allosteric * (s1 - s2) / s3 / (1 + ksat * ca.exp((nu - 1) * v / RT_F))


class Membrane(Component):
    """Voltage and every sarcolemmal current but the L-type one."""

    time_unit = "ms"

    stimulus = Gate("1", "window in which the stimulus flows")
    I_CaL = Input("A/F", "L-type current, all ions")
    I_CaL_Na = Input("A/F", "sodium part of the L-type current")
    Ca_i = Input("umol/L", "cytosolic calcium")
    Ca_d = Input("umol/L", "calcium in the dyad")
    Na_i = Input("mmol/L", "cytosolic sodium")
    phi_ks = Input("1", "fraction of IKs and phospholemman phosphorylated by PKA")
    ncx_expression = Input("1", "exchanger expression relative to health", default=1.0)
    dyad_integrity = Input("1", "T-tubule and dyad structure relative to health", default=1.0)

    V = State(-86.28, "mV", "membrane potential", bounds=(-110, 80), scale=30.0)
    h = State(0.6352, "1", "availability of fast Na channels", bounds=(0, 1))
    h_L = State(0.4176, "1", "availability of late Na channels", bounds=(0, 1))
    y_to = State(1.0, "1", "availability of Ito", bounds=(0, 1))
    x_r = State(0.01032, "1", "activation of IKr", bounds=(0, 1), scale=0.3)
    x_s = State(0.003056, "1", "activation of IKs", bounds=(0, 1), scale=0.1)

    I_stim = Param(-28.0, "A/F", "stimulus current", bounds=(-100, -10), source="assumed")
    G_Na = Param(6.0, "mS/uF", "fast Na conductance", bounds=(1, 30), scale="log",
                 source="assumed; lowered because activation is immediate, OHara2011 has 75 with m^3 h j")
    floor_h = Param(0.3, "ms", "shortest time constant of h", bounds=(0.05, 2), scale="log", source="assumed")
    G_NaL = Param(0.009609, "mS/uF", "late Na conductance", bounds=(0, 0.1), source=f"{_ORD}, 0.0075; re-identified")
    i_nal = Param(1.0, "1", "late Na current, level of insult or therapy", bounds=(0, 5),
                  source="definition; 1 = healthy")
    tau_hL = Param(368.9, "ms", "inactivation of late Na", bounds=(50, 600), scale="log",
                   source=f"{_ORD}, 200.0; re-identified")
    G_to = Param(0.12, "mS/uF", "transient outward conductance", bounds=(0, 0.5),
                 source="Grandi2010, supplement (recalled): 0.02 endocardium to 0.2 epicardium")
    G_Kr = Param(0.1381, "mS/uF", "IKr conductance", bounds=(0, 0.3), source=f"{_GRANDI}, 0.035; re-identified")
    G_Ks = Param(0.01826, "mS/uF", "IKs conductance", bounds=(0, 0.1), source=f"{_GRANDI}, 0.0035; re-identified")
    e_ks_pka = Param(20.0, "1", "rise of IKs at full PKA phosphorylation", bounds=(0, 20),
                     source="assumed; identified here")
    G_K1 = Param(0.35, "mS/uF", "IK1 conductance", bounds=(0.02, 2), scale="log", source=_GRANDI)
    G_Kp = Param(0.002, "mS/uF", "plateau K conductance", bounds=(0, 0.02), source=_GRANDI)
    I_NaK_max = Param(0.5335, "A/F", "Na/K pump maximum", bounds=(0.2, 6), scale="log",
                      source=f"{_GRANDI}, 1.8; re-identified")
    Km_NaK = Param(11.67, "mmol/L", "Na at half pump rate", bounds=(4, 25), source=f"{_GRANDI}, 11.0; re-identified")
    Km_Ko = Param(1.5, "mmol/L", "external K at half pump rate", bounds=(0.3, 5), source=_GRANDI)
    e_nak_pka = Param(0.4097, "1", "fall of Km_NaK at full PKA phosphorylation (phospholemman)", bounds=(0, 0.6),
                      source="TWorld2026, Km 11 -> 8.46 (traced), 0.23; re-identified")
    I_NCX_max = Param(7.057, "A/F", "Na/Ca exchange maximum", bounds=(0.3, 20), scale="log",
                      source=f"{_GRANDI}, 4.5; re-identified")
    ncx = Param(1.0, "1", "Na/Ca exchange, level of insult or therapy", bounds=(0.1, 5), scale="log",
                source="definition; 1 = healthy")
    f_NCX_dyad = Param(0.11, "1", "part of the exchanger that sees the dyad", bounds=(0, 0.6), source=_GRANDI)
    ttubule = Param(1.0, "1", "T-tubule fraction kept, level of insult", bounds=(0.05, 1),
                    source="definition; 1 = healthy")
    Km_Cai = Param(0.00359, "mmol/L", "inner Ca constant of the exchanger", bounds=(1e-3, 1e-2), source=_GRANDI)
    Km_Cao = Param(1.3, "mmol/L", "outer Ca constant of the exchanger", bounds=(0.5, 3), source=_GRANDI)
    Km_Nai = Param(12.29, "mmol/L", "inner Na constant of the exchanger", bounds=(5, 25), source=_GRANDI)
    Km_Nao = Param(87.5, "mmol/L", "outer Na constant of the exchanger", bounds=(40, 150), source=_GRANDI)
    k_sat = Param(0.32, "1", "saturation of the exchanger at negative voltage", bounds=(0, 1), source=_GRANDI)
    nu_NCX = Param(0.27, "1", "place of the exchanger's barrier", bounds=(0, 1), source=_GRANDI)
    Kd_act = Param(6.586e-05, "mmol/L", "allosteric Ca activation of the exchanger", bounds=(1e-5, 1e-3), scale="log",
                   source=f"{_GRANDI}, 0.00015; re-identified")
    I_pCa_max = Param(0.004996, "A/F", "sarcolemmal Ca pump maximum", bounds=(0, 1),
                      source=f"{_GRANDI}, 0.0673; re-identified")
    Km_pCa = Param(0.5, "umol/L", "Ca at half sarcolemmal pump rate", bounds=(0.1, 2), source=_GRANDI)
    G_CaB = Param(0.0003985, "mS/uF", "background Ca conductance", bounds=(0, 0.01),
                  source=f"{_GRANDI}, 5.513e-4; re-identified")
    G_NaB = Param(5.725e-05, "mS/uF", "background Na conductance", bounds=(0, 0.01),
                  source=f"{_GRANDI}, 5.97e-4; re-identified")
    Na_o = Param(140.0, "mmol/L", "external sodium", bounds=(110, 160), source=_GRANDI)
    K_o = Param(5.4, "mmol/L", "external potassium", bounds=(2, 9), source=_GRANDI)
    Ca_o = Param(1800.0, "umol/L", "external calcium", bounds=(300, 5000), source=_GRANDI)
    K_i = Param(138.0, "mmol/L", "cytosolic potassium, fixed", bounds=(100, 160), source="TenTusscher2006 (recalled)")

    I_NCX = Output("A/F", "Na/Ca exchange current")
    I_pCa = Output("A/F", "sarcolemmal Ca pump current")
    I_CaB = Output("A/F", "background Ca current")
    I_Na_total = Output("A/F", "sum of the currents carried by Na")

    def equations(
        self, stimulus, I_CaL, I_CaL_Na, Ca_i, Ca_d, Na_i, phi_ks, ncx_expression, dyad_integrity,
        V, h, h_L, y_to, x_r, x_s,
        I_stim, G_Na, floor_h, G_NaL, i_nal, tau_hL, G_to, G_Kr, G_Ks, e_ks_pka, G_K1, G_Kp, I_NaK_max, Km_NaK,
        Km_Ko, e_nak_pka, I_NCX_max, ncx, f_NCX_dyad, ttubule, Km_Cai, Km_Cao, Km_Nai, Km_Nao, k_sat, nu_NCX, Kd_act,
        I_pCa_max, Km_pCa, G_CaB, G_NaB, Na_o, K_o, Ca_o, K_i,
    ):  # fmt: skip
        E_Na = nernst(Na_o, Na_i, 1)
        E_K = nernst(K_o, K_i, 1)
        E_Ks = nernst(K_o + 0.01833 * Na_o, K_i + 0.01833 * Na_i, 1)
        E_Ca = nernst(Ca_o, Ca_i, 2)

        m = 1 / (1 + ca.exp(-(V + 39.57) / 9.871))
        I_Na = G_Na * m**3 * h * (V - E_Na)
        m_L = 1 / (1 + ca.exp(-(V + 42.85) / 5.264))
        I_NaL = i_nal * G_NaL * m_L * h_L * (V - E_Na)

        I_to = G_to * y_to * (V - E_K) / (1 + ca.exp(-(V - 19) / 13))
        r_Kr = 1 / (1 + ca.exp((V + 74) / 24))
        I_Kr = G_Kr * ca.sqrt(K_o / 5.4) * x_r * r_Kr * (V - E_K)
        I_Ks = G_Ks * (1 + e_ks_pka * phi_ks) * x_s**2 * (V - E_Ks)
        I_K1 = G_K1 * ca.sqrt(K_o / 5.4) * rectification_k1(V, E_K) * (V - E_K)
        I_Kp = G_Kp * (V - E_K) / (1 + ca.exp(7.488 - V / 5.98))

        sigma = (ca.exp(Na_o / 67.3) - 1) / 7
        f_NaK = 1 / (1 + 0.1245 * ca.exp(-0.1 * V / RT_F) + 0.0365 * sigma * ca.exp(-V / RT_F))
        Km = Km_NaK * (1 - e_nak_pka * phi_ks)
        I_NaK = I_NaK_max * f_NaK * Na_i**4 / (Na_i**4 + Km**4) * K_o / (K_o + Km_Ko)

        constants = (Na_o, Ca_o * 1e-3, Km_Cai, Km_Cao, Km_Nai, Km_Nao, k_sat, nu_NCX, Kd_act)
        in_dyad = f_NCX_dyad * ttubule * dyad_integrity
        I_NCX = (
            ncx * ncx_expression * I_NCX_max
            * (
                in_dyad * exchange(V, Na_i, Ca_d * 1e-3, *constants)
                + (1 - in_dyad) * exchange(V, Na_i, Ca_i * 1e-3, *constants)
            )
        )  # fmt: skip
        I_pCa = I_pCa_max * Ca_i**1.6 / (Ca_i**1.6 + Km_pCa**1.6)
        I_CaB = G_CaB * (V - E_Ca)
        I_NaB = G_NaB * (V - E_Na)

        y_inf = 1 / (1 + ca.exp((V + 19.5) / 5))
        tau_y = 7 + 85 * ca.exp(-((V + 40) ** 2) / 220)
        x_r_inf = 1 / (1 + ca.exp(-(V + 10) / 5))
        tau_xr = 3300 / ((1 + ca.exp(-(V + 22) / 9)) * (1 + ca.exp((V + 11) / 9))) + 230 / (1 + ca.exp((V + 40) / 20))
        x_s_inf = 1 / (1 + ca.exp(-(V + 3.8) / 14.25))
        tau_xs = 990.1 / (1 + ca.exp(-(V + 2.436) / 14.12))
        h_L_inf = 1 / (1 + ca.exp((V + 87.61) / 7.488))

        return Equations(
            ddt=dict(
                V=-(I_Na + I_NaL + I_CaL + I_to + I_Kr + I_Ks + I_K1 + I_Kp + I_NaK + I_NCX + I_pCa + I_CaB + I_NaB
                    + I_stim * stimulus),
                h=(h_inf(V) - h) / tau_h(V, floor_h),
                h_L=(h_L_inf - h_L) / tau_hL,
                y_to=(y_inf - y_to) / tau_y,
                x_r=(x_r_inf - x_r) / tau_xr,
                x_s=(x_s_inf - x_s) / tau_xs,
            ),
            out=dict(
                I_NCX=I_NCX,
                I_pCa=I_pCa,
                I_CaB=I_CaB,
                I_Na_total=I_Na + I_NaL + I_NaB + 3 * I_NaK + 3 * I_NCX + I_CaL_Na,
            ),
        )  # fmt: skip
