"""L-type calcium channel of the compact myocyte.

Gates and Goldman flux of Grandi, Pasqualini & Bers (2010) / Shannon et al. (2004). CaMKII facilitates (slower voltage
inactivation, O'Hara et al. 2011), PKA raises permeability and shifts activation (Heijman et al. 2011). The flux into
the dyad is written as `influx - drag * Ca_d`, so that the dyad can be solved in closed form (`release.py`).

Units: mV, ms, A/F, umol/L. An inward current is negative; fluxes are umol per litre cytosol per ms, into the cell.
"""

import casadi as ca

from heartloop import smooth
from heartloop.component import Component, Equations, Input, Output, Param, State

from .membrane import RT_F

FARADAY = 96485.0  # C/mol
_GRANDI = "Grandi2010, supplement (recalled)"


def d_inf(v):
    """Activation, Grandi2010."""
    return 1 / (1 + ca.exp(-(v + 5) / 6))


def tau_d(v):
    """Time constant of d (ms), Grandi2010."""
    return d_inf(v) * smooth.exprel(-(v + 5) / 6) / (6 * 0.035)


def f_inf(v):
    """Voltage-dependent availability, Grandi2010."""
    return 1 / (1 + ca.exp((v + 35) / 9)) + 0.6 / (1 + ca.exp((50 - v) / 20))


def tau_f(v):
    """Time constant of f (ms), Grandi2010."""
    return 1 / (0.0197 * ca.exp(-((0.0337 * (v + 14.5)) ** 2)) + 0.02)


class LType(Component):
    """L-type channels, a part `f_LCC_dyad` of them facing the ryanodine receptors."""

    time_unit = "ms"

    V = Input("mV", "membrane potential")
    Ca_d = Input("umol/L", "calcium in the dyad")
    Ca_i = Input("umol/L", "cytosolic calcium")
    Na_i = Input("mmol/L", "cytosolic sodium")
    phi_lcc = Input("1", "fraction of channels phosphorylated by PKA")
    f_lcc_camkii = Input("1", "fraction of channels phosphorylated by CaMKII")
    dyad_integrity = Input("1", "T-tubule and dyad structure relative to health", default=1.0)

    d = State(1.599e-06, "1", "activation", bounds=(0, 1), scale=0.3)
    f = State(0.9969, "1", "voltage-dependent availability", bounds=(0, 1))
    f_Ca = State(0.8697, "1", "availability left by calcium", bounds=(0, 1))

    P_Ca = Param(5.323e-05, "cm/s", "Ca permeability", bounds=(1e-5, 1e-3), scale="log",
                 source="Grandi2010, supplement (recalled): 2.7e-4 * 0.45, 1.2e-4; re-identified")
    f_LCC_dyad = Param(0.9, "1", "part of the channels in the dyad", bounds=(0.3, 1), source=_GRANDI)
    ttubule = Param(1.0, "1", "T-tubule fraction kept, level of insult", bounds=(0.05, 1),
                    source="definition; 1 = healthy")
    k_on = Param(1.7e-3, "1/(umol/L)/ms", "calcium binding to the inactivation site", bounds=(1e-4, 1e-2),
                 scale="log", source=_GRANDI)
    k_off = Param(0.002435, "1/ms", "recovery from Ca-dependent inactivation", bounds=(1e-3, 0.1), scale="log",
                  source=f"{_GRANDI}, 0.0119; re-identified")
    k_f = Param(1.806, "1", "speed of f relative to the source", bounds=(0.2, 5), scale="log",
                source="definition, 1.0; re-identified")
    e_tau_camkii = Param(1.046, "1", "slowing of f at full CaMKII phosphorylation", bounds=(0, 3),
                         source="OHara2011, supplement: tau x 2.5 (recalled), 1.5; re-identified")
    e_P_camkii = Param(0.1863, "1", "permeability rise at full CaMKII phosphorylation", bounds=(0, 1),
                       source="OHara2011, supplement: 1.1 (recalled), 0.1; re-identified")
    e_P_pka = Param(1.782, "1", "permeability rise at full PKA phosphorylation", bounds=(0, 3),
                    source="Heijman2011 (recalled): x 1.9 to 2.5, 1.2; re-identified")
    dV_pka = Param(8.0, "mV", "shift of d and f to negative voltage at full PKA phosphorylation", bounds=(0, 20),
                   source="Heijman2011 (recalled)")
    Ca_o = Param(1800.0, "umol/L", "external calcium", bounds=(300, 5000), source=_GRANDI)
    gamma_Ca = Param(0.341, "1", "activity coefficient of calcium", bounds=(0.2, 1), source=_GRANDI)
    r_P_Na = Param(2.78e-5, "1", "Na permeability of the channel relative to Ca", bounds=(0, 1e-3), source=_GRANDI)
    r_P_K = Param(5e-4, "1", "K permeability of the channel relative to Ca", bounds=(0, 5e-3), source=_GRANDI)
    gamma_1 = Param(0.75, "1", "activity coefficient of Na and K", bounds=(0.5, 1), source=_GRANDI)
    Na_o = Param(140.0, "mmol/L", "external sodium", bounds=(110, 160), source=_GRANDI)
    K_o = Param(5.4, "mmol/L", "external potassium", bounds=(2, 9), source=_GRANDI)
    K_i = Param(138.0, "mmol/L", "cytosolic potassium, fixed", bounds=(100, 160), source="TenTusscher2006 (recalled)")
    current_to_flux = Param(0.03335, "umol/L/ms/(A/F)", "Ca flux per current: C/(2 F V_myo)", bounds=(0.01, 0.1),
                            source="Grandi2010: 138.1 pF, 21.45 pL (computed)")

    I_CaL = Output("A/F", "L-type current, all ions")
    I_CaL_Na = Output("A/F", "sodium part of the L-type current")
    j_lcc_influx = Output("umol/L/ms", "influx at zero dyadic calcium that an intact dyad sees")
    j_lcc_drag = Output("1/ms", "fall of that influx per dyadic calcium")
    j_lcc_dyad = Output("umol/L/ms", "L-type calcium flux into all intact dyads")
    j_lcc_surface = Output("umol/L/ms", "L-type calcium flux outside the dyads")

    def equations(
        self, V, Ca_d, Ca_i, Na_i, phi_lcc, f_lcc_camkii, dyad_integrity, d, f, f_Ca,
        P_Ca, f_LCC_dyad, ttubule, k_on, k_off, k_f, e_tau_camkii, e_P_camkii, e_P_pka, dV_pka, Ca_o, gamma_Ca, r_P_Na,
        r_P_K, gamma_1, Na_o, K_o, K_i, current_to_flux,
    ):  # fmt: skip
        shifted = V + dV_pka * phi_lcc
        open_fraction = d * f * f_Ca
        P = P_Ca * (1 + e_P_camkii * f_lcc_camkii) * (1 + e_P_pka * phi_lcc)

        z = 2 * V / RT_F
        goldman = 2e-3 * P * FARADAY * gamma_Ca * open_fraction / smooth.exprel(z)  # A/F per umol/L
        in_dyad = f_LCC_dyad * ttubule * dyad_integrity
        influx = current_to_flux * goldman * Ca_o
        drag = current_to_flux * goldman * ca.exp(z)
        j_dyad = in_dyad * (influx - drag * Ca_d)
        j_surface = (1 - in_dyad) * (influx - drag * Ca_i)
        I_Ca = -(j_dyad + j_surface) / current_to_flux
        u = V / RT_F
        monovalent = P * FARADAY * gamma_1 * open_fraction / smooth.exprel(u)  # A/F per mmol/L
        I_Na = r_P_Na * monovalent * (Na_i * ca.exp(u) - Na_o)
        I_K = r_P_K * monovalent * (K_i * ca.exp(u) - K_o)

        return Equations(
            ddt=dict(
                d=(d_inf(shifted) - d) / tau_d(shifted),
                f=k_f * (f_inf(shifted) - f) / (tau_f(shifted) * (1 + e_tau_camkii * f_lcc_camkii)),
                f_Ca=k_off * (1 - f_Ca) - k_on * Ca_d * f_Ca,
            ),
            out=dict(
                I_CaL=I_Ca + I_Na + I_K,
                I_CaL_Na=I_Na,
                j_lcc_influx=f_LCC_dyad * influx,
                j_lcc_drag=f_LCC_dyad * drag,
                j_lcc_dyad=j_dyad,
                j_lcc_surface=j_surface,
            ),
        )
