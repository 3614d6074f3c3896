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
    "G_NaL": 0.019024, "G_to": 0.22472, "G_Kr": 0.031122, "G_Ks": 0.0057428, "e_ks_pka": 8.178, "P_Ca": 2.5008e-05,
    "K_n": 2.4647, "tau_jCa": 52.252, "k_f": 1.6142, "e_tau_camkii": 5.8994, "e_P_camkii": 0.26235, "e_P_pka": 1.1312,
    "P_NaK": 34.866, "I_NCX_max": 7.1177, "f_NCX_dyad": 0.13263, "K_allo": 0.12599, "G_pCa": 0.00046821,
    "P_CaB": 7.0496e-08, "P_NaB": 6.482e-09, "k_s": 1.3338, "k_oCa": 1.0187e-05, "k_om": 0.084032, "k_iCa": 0.0019053,
    "k_im": 0.0067027, "EC50_sr": 283.9, "n_sr": 1.5445, "r_t": 156.1, "f_regen": 0.22813, "f_orphan": 0.84224,
    "e_o_camkii": 1.1245, "e_o_pka": 0.75374, "k_leak": 4.6624e-07, "s_leak": 0.00034647, "e_leak_camkii": 0.76146,
    "e_leak_pka": 2.5847, "e_leak_ros": 1.2123, "V_up": 0.11483, "K_mf": 0.21321, "K_mr": 1190.5, "e_plb": 0.89104,
    "e_up_camkii": 2.9701, "e_up_ros": 0.080048, "r_d": 12.128, "r_or": 32.774, "g_near": 0.0015671, "r_sl": 0.50503,
    "tau_tr": 6.8883, "B_csq": 326.26, "K_m_cam": 8.2692, "alpha_trap": 0.12955, "beta_trap": 0.00047845,
    "K_lcc": 0.47488, "K_ryr": 0.057139, "K_plb": 1.4885, "k_TRPN": 0.011809, "n_TRPN": 3.921, "Ca50": 0.73816,
    "beta_1": -2.468, "beta_0": 0.144, "TRPN50": 0.06481, "n_Tm": 1.16, "k_u": 0.01367, "k_uw": 0.1843,
    "k_ws": 0.06517, "gamma_s": 0.002614, "gamma_w": 0.01775, "phi_land": 0.9633, "A_eff": 117.6, "T_ref": 178.05,
    "e_Ca50_pka": 0.35373, "e_xb_pka": 0.7466, "e_T_pka": 0.50898, "e_Ca50_camkii": 0.91634, "e_xb_camkii": 0.96634,
}  # fmt: skip
# state at the onset of the settled beat at 1 Hz
SETTLED: dict[str, float] = {
    "V": -88.0063, "m": 0.00734089, "h": 0.650156, "j": 0.698228, "m_L": 0.000188105, "h_L": 0.443636,
    "a_to": 0.0010008, "i_to_fast": 0.999555, "i_to_slow": 0.590496, "kr_c1": 0.000898229, "kr_c2": 0.000744409,
    "kr_o": 0.00044541, "kr_i": 1.63978e-05, "xs1": 0.243859, "xs2": 0.000192708, "d": -2.00238e-59, "f_fast": 1.0,
    "f_slow": 0.941756, "fCa_fast": 1.0, "fCa_slow": 0.999905, "j_Ca": 1.0, "n_d": 0.000920454, "n_sl": 0.000707011,
    "ryr_a": 1.1287e-06, "ryr_b": 0.891341, "orphan_a": 1.77268e-06, "orphan_b": 0.845943, "Ca_d": 0.0942791,
    "Ca_or": 0.141778, "Ca_sl": 0.0880418, "Ca_i": 0.0883399, "Ca_nsr": 583.058, "Ca_jsr": 583.141, "Na_i": 8.33285,
    "camkii_trap": 0.0116919, "f_lcc_camkii": 0.032223, "f_ryr_camkii": 0.215266, "f_plb_camkii": 0.0105699,
    "cAMP_cav": 0.775404, "cAMP_eca": 13.3995, "cAMP_cyt": 0.895751, "R_grk": 0.0449556, "R_pka_cav": 0.385988,
    "R_pka_eca": 0.795376, "R_pka_cyt": 0.386717, "inhibitor_1": 0.300004, "phi_lcc": 0.150004, "phi_ryr": 0.150004,
    "phi_plb": 0.150005, "phi_mf": 0.150004, "phi_nak": 0.150005, "phi_ks": 0.150004, "PCr": 0.688751,
    "ros_mito": 1.00007, "CaTRPN": 9.78061e-05, "TmB": 0.997804, "XW": 0.000823583, "XS": 0.000549074, "zeta_w": 0.0,
    "zeta_s": 0.0,
}  # fmt: skip


def human(name: str = "cell", **values: float) -> Group:
    """Human ventricular myocyte with its currents, compartments and signalling in full, 60 states.

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
        member.declarations |= {k: given[k] for k in own}
        members.append(member)
    for key in values:
        if key not in known:
            raise ParameterError(f"{name} has no parameter or state '{key}'.{suggest(key, known)}")
    return Group(name, members)
