"""The human ventricular myocyte: its mechanisms under one name, with the constants that were identified for it.

Every class declares the values of its papers. What one cell made of their mechanisms needs instead stands here, each
beside the published value in the parameter table: `scenarios/identification_human.py` finds it.
"""

from __future__ import annotations

from dataclasses import replace

from heartloop.component import Component, Group, Param, State
from heartloop.errors import ParameterError, suggest

from .camkii import OxidisedCaMKII
from .energetics import Energetics
from .human_beta_adrenergic import HumanBetaAdrenergic
from .human_calcium import HumanCalcium
from .human_l_type import HumanLType
from .human_membrane import HumanMembrane
from .human_potassium import PotassiumChannels
from .human_release import HumanRelease
from .human_sodium import SodiumChannels
from .human_transport import Transport
from .land import Land

HUMAN: list[type[Component]] = [
    HumanMembrane, SodiumChannels, PotassiumChannels, HumanLType, Transport, HumanRelease, HumanCalcium,
    OxidisedCaMKII, HumanBetaAdrenergic, Energetics, Land,
]  # fmt: skip

IDENTIFIED: dict[str, float] = {
    "G_NaL": 0.018543, "G_to": 0.14788, "G_Kr": 0.037345, "G_Ks": 0.00274, "e_ks_pka": 8.4, "P_Ca": 2.3345e-05,
    "K_n": 0.9471, "tau_jCa": 122.0, "k_f": 2.0323, "e_tau_camkii": 1.134, "e_P_camkii": 0.54144, "e_P_pka": 1.8749,
    "P_NaK": 23.984, "I_NCX_max": 5.2361, "f_NCX_dyad": 0.06802, "K_allo": 0.088408, "G_pCa": 0.00047328, "P_CaB":
    7.6455e-08, "P_NaB": 1.3862e-09, "k_s": 2.4602, "k_oCa": 1.8168e-05, "k_om": 0.098568, "k_iCa": 0.0017718,
    "k_im": 0.0057666, "EC50_sr": 227.27, "n_sr": 1.2659, "r_t": 126.24, "r_d": 33.144, "f_regen": 0.99005,
    "f_orphan": 0.6, "e_o_camkii": 0.58749, "e_o_pka": 1.4925, "k_leak": 4.2622e-07, "s_leak": 0.00029251,
    "e_leak_camkii": 1.3054, "e_leak_pka": 9.9005, "e_leak_ros": 1.2801, "V_up": 0.14563, "K_mf": 0.34703, "K_mr":
    1203.4, "e_plb": 0.89104, "e_up_camkii": 1.336, "e_up_ros": 0.069708, "r_or": 60.0, "g_near": 0.001,
    "r_sl": 0.50503, "tau_tr": 56.964, "B_csq": 310.33, "K_m_cam": 7.2369, "alpha_trap": 0.089077, "beta_trap":
    0.00070626, "K_lcc": 0.69747, "K_ryr": 0.074749, "K_plb": 0.26088, "k_TRPN": 0.016146, "n_TRPN": 3.921, "Ca50":
    0.80744, "beta_1": -2.468, "beta_0": 0.144, "TRPN50": 0.06481, "n_Tm": 1.16, "k_u": 0.01367, "k_uw": 0.1843,
    "k_ws": 0.06517, "gamma_s": 0.002614, "gamma_w": 0.01775, "phi_land": 0.9633, "A_eff": 117.6, "T_ref": 201.39,
    "e_Ca50_pka": 0.376, "e_xb_pka": 0.73623, "e_T_pka": 0.54485, "e_Ca50_camkii": 1.5156, "e_xb_camkii": 0.89755,
}  # fmt: skip
# state at the onset of the settled beat at 1 Hz
SETTLED: dict[str, float] = {
    "V": -89.0623, "m": 0.00660105, "h": 0.693675, "j": 0.733077, "m_L": 0.00015392, "h_L": 0.477685, "a_to":
    0.000932051, "i_to_fast": 0.99963, "i_to_slow": 0.58572, "kr_c1": 0.000833274, "kr_c2": 0.000691409, "kr_o":
    0.000401653, "kr_i": 1.3986e-05, "xs1": 0.298605, "xs2": 0.00017141, "d": 0.0, "f_fast": 1.0,
    "f_slow": 0.897118, "fCa_fast": 1.0, "fCa_slow": 0.999792, "j_Ca": 0.998458, "n_d": 0.0369249, "n_sl":
    0.0240428, "ryr_a": 7.59966e-07, "ryr_b": 0.81185, "orphan_a": 2.39875e-06, "orphan_b": 0.715073, "Ca_d":
    0.0977117, "Ca_or": 0.212302, "Ca_sl": 0.0865358, "Ca_i": 0.086623, "Ca_nsr": 358.076, "Ca_jsr": 274.429,
    "Ca_jsr_or": 384.241, "Na_i": 8.46741, "camkii_trap": 0.0110445, "f_lcc_camkii": 0.0252857, "f_ryr_camkii":
    0.19158, "f_plb_camkii": 0.0649888, "f_mf_camkii": 0.19158, "cAMP_cav": 0.775404, "cAMP_eca": 13.3995,
    "cAMP_cyt": 0.895751,
    "R_grk": 0.0449556, "R_pka_cav": 0.385988, "R_pka_eca": 0.795376, "R_pka_cyt": 0.386717, "inhibitor_1":
    0.300004, "phi_lcc": 0.150004, "phi_ryr": 0.150004, "phi_plb": 0.150005, "phi_mf": 0.150004, "phi_nak":
    0.150005, "phi_ks": 0.150004, "PCr": 0.690929, "ros_mito": 0.998488, "CaTRPN": 4.8162e-05, "TmB": 0.998155,
    "XW": 0.000691922, "XS": 0.000462144, "zeta_w": 0.0, "zeta_s": 0.0,
}  # fmt: skip


def human(name: str = "cell", **values: float) -> Group:
    """Human ventricular myocyte with its currents, compartments and signalling in full, 63 states.

    Inputs, parameters and outputs carry the names of `compact` where the biology is the same: connect the gate
    `stimulus`, and for a wall `stretch` and `stretch_rate`; read `tension` (kPa). `values` change parameters or start
    values.
    """
    members, known = [], set()
    for cls in HUMAN:
        member = cls(name)
        for key, d in member.declarations.items():
            if isinstance(d, Param) and key in IDENTIFIED and key not in values:
                source = f"{d.source.partition('; identified')[0].partition('; re-identified')[0]}"
                member.declarations[key] = replace(
                    d, value=IDENTIFIED[key], source=f"{source}, {d.value:g}; identified for the human cell"
                )
            elif isinstance(d, State) and key in SETTLED and key not in values:
                member.declarations[key] = replace(d, value=SETTLED[key], scale=d.scale or (abs(d.value) or 1.0))
        own = {k: v for k, v in values.items() if isinstance(cls.declarations.get(k), Param | State)}
        known |= {k for k, d in cls.declarations.items() if isinstance(d, Param | State)}
        given = cls(name, **own).declarations
        member.declarations.update({k: given[k] for k in own})
        members.append(member)
    for key in values:
        if key not in known:
            raise ParameterError(f"{name} has no parameter or state '{key}'.{suggest(key, known)}")
    return Group(name, members)
