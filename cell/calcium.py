"""Calcium and sodium balance: cytosol, sarcoplasmic reticulum, SERCA under phospholamban, buffers, sodium.

SERCA: Shannon et al. (2004) reversible pump with Grandi et al. (2010) constants; phospholamban lowers the affinity, and
its phosphorylation by PKA or CaMKII takes the brake off (Tomek et al. 2026: Km x 0.5). Cytosolic buffers other than
troponin and calsequestrin are in rapid equilibrium (Wagner & Keizer 1994); troponin C is the one of the contraction
(`land.py`) and takes calcium from here.

A share `intact` = T-tubule fraction x dyad integrity of the release units are dyads, each with its part of the store;
the rest are orphaned receptors, with theirs. Both parts have the same pump, buffers and volume a unit, and exchange
calcium because the network of the sarcoplasmic reticulum is continuous (one time constant; its buffers make that
slower). One store for all would let the dyads that are left release the calcium of the orphaned receptors. State and
fluxes of a part are those of the cell if all units were of this kind; balances weight them by counts.

Units: umol/L (Na: mmol/L), ms; fluxes in umol per litre cytosol per ms. Positive uptake goes into the store, positive
entry into the cell.
"""

from heartloop.component import Accumulator, Component, Equations, Input, Output, Param, State

_GRANDI = "Grandi2010, supplement (recalled)"


def binding_slope(c, B, K):
    """Bound per free calcium of a rapid buffer."""
    return B * K / (K + c) ** 2


def serca_flux(Ca_i, Ca_sr, V_max, Kmf, Kmr, n):
    """Net flux of the reversible pump, Shannon2004."""
    forward, backward = (Ca_i / Kmf) ** n, (Ca_sr / Kmr) ** n
    return V_max * (forward - backward) / (1 + forward + backward)


class Calcium(Component):
    """Cytosolic and luminal calcium, cytosolic sodium, and the beat's calcium budget."""

    time_unit = "ms"

    j_rel_unit = Input("umol/L/ms", "release by coupled receptors")
    j_rel_orphan = Input("umol/L/ms", "release by orphaned receptors")
    j_leak_unit = Input("umol/L/ms", "leak into dyads")
    j_leak_orphan = Input("umol/L/ms", "leak at orphaned receptors")
    j_lcc_dyad = Input("umol/L/ms", "L-type calcium flux into the dyads")
    j_lcc_surface = Input("umol/L/ms", "L-type calcium flux outside the dyads")
    I_NCX = Input("A/F", "Na/Ca exchange current")
    I_pCa = Input("A/F", "sarcolemmal Ca pump current")
    I_CaB = Input("A/F", "background Ca current")
    I_Na_total = Input("A/F", "sum of the currents carried by Na")
    j_troponin = Input("umol/L/ms", "calcium taken by troponin C")
    f_plb_camkii = Input("1", "fraction of phospholamban phosphorylated by CaMKII")
    phi_plb = Input("1", "fraction of phospholamban phosphorylated by PKA")
    serca_expression = Input("1", "SERCA expression relative to health", default=1.0)
    dyad_integrity = Input("1", "T-tubule and dyad structure relative to health", default=1.0)
    ros_slow = Input("1", "reactive oxygen relative to health, slow part", default=1.0)
    energy = Input("1", "energy state (ATP free energy) relative to health", default=1.0)

    Ca_i = State(0.07341, "umol/L", "cytosolic calcium", bounds=(0.001, 20), scale=0.3)
    Ca_sr = State(416.1, "umol/L", "free calcium of the stores at dyads", bounds=(1, 5000))
    Ca_sr_or = State(416.1, "umol/L", "free calcium of the stores at orphaned receptors", bounds=(1, 5000))
    Na_i = State(10.74, "mmol/L", "cytosolic sodium", bounds=(1, 40))

    serca = Param(1.0, "1", "SERCA function, level of insult or therapy", bounds=(0.05, 3), scale="log",
                  source="definition; 1 = healthy")
    V_up = Param(0.1772, "umol/L/ms", "SERCA maximum", bounds=(0.02, 2), scale="log",
                 source=f"{_GRANDI}, 0.286; re-identified")
    K_mf = Param(0.7758, "umol/L", "cytosolic Ca constant of SERCA with phospholamban bound", bounds=(0.05, 2),
                 scale="log", source=f"{_GRANDI}, 0.246; re-identified")
    K_mr = Param(4510.0, "umol/L", "luminal Ca constant of SERCA", bounds=(300, 5000), scale="log",
                 source=f"{_GRANDI}, 1700.0; re-identified")
    n_up = Param(1.787, "1", "Hill exponent of SERCA", bounds=(1, 3), source=_GRANDI)
    e_plb = Param(0.8455, "1", "fall of K_mf when all phospholamban is phosphorylated", bounds=(0, 0.85),
                  source="TWorld2026 (traced), 0.5; re-identified")
    e_up_camkii = Param(0.2579, "1", "rise of SERCA maximum at full CaMKII phosphorylation", bounds=(0, 2),
                        source="OHara2011, supplement: up to 2.75 (recalled), 0.3; re-identified")
    ros = Param(1.0, "1", "reactive oxygen, level of insult or therapy", bounds=(0, 10),
                source="definition; 1 = healthy")
    e_up_ros = Param(0.07686, "1", "loss of SERCA activity per unit of reactive oxygen above health", bounds=(0, 1),
                     source="assumed; direction of Knyushko2005, 0.1984; re-identified")
    K_energy = Param(0.25, "1", "energy state at which SERCA is halved, relative to its limit", bounds=(0.01, 2),
                     source="assumed")
    ttubule = Param(1.0, "1", "T-tubule fraction kept, level of insult", bounds=(0.05, 1),
                    source="definition; 1 = healthy")
    tau_sr = Param(100.0, "ms", "exchange of free calcium between the stores of coupled and orphaned receptors",
                   bounds=(5, 1e5), scale="log", source="assumed")
    V_sr_ratio = Param(0.0538, "1", "SR volume over cytosol volume", bounds=(0.02, 0.1), source=_GRANDI)
    B_csq = Param(4175.0, "umol/L", "calsequestrin sites", bounds=(200, 20000), scale="log",
                  source=f"{_GRANDI}, 2600.0; re-identified")
    K_csq = Param(650.0, "umol/L", "calsequestrin Ca constant", bounds=(100, 2000), scale="log", source=_GRANDI)
    B_cam = Param(24.0, "umol/L", "calmodulin", bounds=(0, 100), source=_GRANDI)
    K_cam = Param(7.0, "umol/L", "calmodulin Ca constant", bounds=(0.3, 20), source=_GRANDI)
    B_srp = Param(17.1, "umol/L", "SERCA binding sites", bounds=(0, 100), source=_GRANDI)
    K_srp = Param(0.6, "umol/L", "Ca constant of the SERCA sites", bounds=(0.1, 5), source=_GRANDI)
    B_slh = Param(13.4, "umol/L", "high-affinity sarcolemmal sites", bounds=(0, 100), source=_GRANDI)
    K_slh = Param(0.3, "umol/L", "Ca constant of the high-affinity sarcolemmal sites", bounds=(0.05, 3),
                  source=_GRANDI)
    B_sll = Param(37.4, "umol/L", "low-affinity sarcolemmal sites", bounds=(0, 200), source=_GRANDI)
    K_sll = Param(13.0, "umol/L", "Ca constant of the low-affinity sarcolemmal sites", bounds=(1, 50), source=_GRANDI)
    current_to_flux = Param(0.03335, "umol/L/ms/(A/F)", "Ca flux per current: C/(2 F V_myo)", bounds=(0.01, 0.1),
                            source="Grandi2010: 138.1 pF, 21.45 pL (computed)")

    ca_entry = Accumulator(0.0, "umol/L", "sarcolemmal calcium entry: L-type and background", scale=10.0)
    ca_extrusion = Accumulator(0.0, "umol/L", "sarcolemmal calcium extrusion: exchanger and pump", scale=10.0)
    lcc_entry = Accumulator(0.0, "umol/L", "L-type calcium entry", scale=10.0)
    ncx_extrusion = Accumulator(0.0, "umol/L", "calcium extrusion by the exchanger, net", scale=10.0)
    ryr_release = Accumulator(0.0, "umol/L", "calcium released by the receptors", scale=30.0)
    orphan_release = Accumulator(0.0, "umol/L", "part of it released by orphaned receptors", scale=30.0)
    serca_uptake = Accumulator(0.0, "umol/L", "SERCA uptake net of the leak", scale=30.0)

    SR_load = Output("umol/L", "calcium of the stores, free and bound, per litre cytosol")
    j_up = Output("umol/L/ms", "SERCA flux")
    j_rel = Output("umol/L/ms", "release through all receptors")
    j_coupled = Output("umol/L/ms", "release of the receptors that face a T-tubule")
    j_orphan = Output("umol/L/ms", "release of the receptors that have lost their T-tubule")
    j_leak = Output("umol/L/ms", "leak of the store")

    def equations(
        self, j_rel_unit, j_rel_orphan, j_leak_unit, j_leak_orphan, j_lcc_dyad, j_lcc_surface, I_NCX, I_pCa, I_CaB,
        I_Na_total, j_troponin, f_plb_camkii, phi_plb, serca_expression, dyad_integrity, ros_slow, energy,
        Ca_i, Ca_sr, Ca_sr_or,
        serca, V_up, K_mf, K_mr, n_up, e_plb, e_up_camkii, ros, e_up_ros, K_energy, ttubule, tau_sr, V_sr_ratio,
        B_csq, K_csq, B_cam, K_cam, B_srp, K_srp, B_slh, K_slh, B_sll, K_sll, current_to_flux,
    ):  # fmt: skip
        intact = ttubule * dyad_integrity
        lost = 1 - intact

        oxidised = 1 / (1 + e_up_ros * (ros * ros_slow - 1) / (1 + e_up_ros))
        powered = (1 + K_energy) * energy / (energy + K_energy)
        V_max = serca * serca_expression * oxidised * powered * V_up * (1 + e_up_camkii * f_plb_camkii)
        released = 1 - (1 - phi_plb) * (1 - f_plb_camkii)
        pump = (V_max, K_mf * (1 - e_plb * released), K_mr, n_up)
        up, up_or = serca_flux(Ca_i, Ca_sr, *pump), serca_flux(Ca_i, Ca_sr_or, *pump)  # per unit
        j_up = intact * up + lost * up_or
        j_rel = intact * j_rel_unit + lost * j_rel_orphan
        j_leak = intact * j_leak_unit + lost * j_leak_orphan
        across = V_sr_ratio * (Ca_sr - Ca_sr_or) / tau_sr  # intact x lost of it is the flux of the cell

        slope_i = (
            1
            + binding_slope(Ca_i, B_cam, K_cam)
            + binding_slope(Ca_i, B_srp, K_srp)
            + binding_slope(Ca_i, B_slh, K_slh)
            + binding_slope(Ca_i, B_sll, K_sll)
        )
        slope_sr, slope_or = 1 + binding_slope(Ca_sr, B_csq, K_csq), 1 + binding_slope(Ca_sr_or, B_csq, K_csq)
        held, held_or = Ca_sr * (1 + B_csq / (K_csq + Ca_sr)), Ca_sr_or * (1 + B_csq / (K_csq + Ca_sr_or))

        j_lcc = j_lcc_dyad + j_lcc_surface
        j_ncx = 2 * current_to_flux * I_NCX  # outward 1 charge per 3 Na in, 1 Ca out: an inward current extrudes
        j_pump = current_to_flux * I_pCa
        j_back = -current_to_flux * I_CaB

        return Equations(
            ddt=dict(
                Ca_i=(j_rel + j_leak - j_up + j_lcc + j_back + j_ncx - j_pump - j_troponin) / slope_i,
                Ca_sr=(up - j_rel_unit - j_leak_unit - lost * across) / (V_sr_ratio * slope_sr),
                Ca_sr_or=(up_or - j_rel_orphan - j_leak_orphan + intact * across) / (V_sr_ratio * slope_or),
                Na_i=-2e-3 * current_to_flux * I_Na_total,
                ca_entry=j_lcc + j_back,
                ca_extrusion=j_pump - j_ncx,
                lcc_entry=j_lcc,
                ncx_extrusion=-j_ncx,
                ryr_release=j_rel,
                orphan_release=lost * j_rel_orphan,
                serca_uptake=j_up - j_leak,
            ),
            out=dict(
                SR_load=V_sr_ratio * (intact * held + lost * held_or),
                j_up=j_up,
                j_rel=j_rel,
                j_coupled=intact * j_rel_unit,
                j_orphan=lost * j_rel_orphan,
                j_leak=j_leak,
            ),
        )
