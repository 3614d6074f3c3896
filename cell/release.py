"""Calcium release: ryanodine receptors, their dyad and the leak of the sarcoplasmic reticulum.

Receptor of Shannon et al. (2004) Biophys J 87:3351 / Grandi et al. (2010): activation by dyadic Ca^2, inactivation by
dyadic Ca, both set by the luminal load. With the rates of the paper the four-state scheme R-O-I-RI is the product of
two independent gates, an exact reduction: open = a * b. The dyad is so small that its calcium follows the fluxes at
once; both fluxes are linear in it, so it has a closed form. Local control: a receptor sees the nanodomain of its own
L-type channel (`r_t`) and only a part (`f_regen`) of the calcium that other receptors release. One common pool cannot
grade release by the L-type current (Stern 1992 Biophys J 63:497).

Dyads are counted, not diluted: lost T-tubules leave fewer intact dyads, each with its own channels, receptors and
store. Receptors that have lost their T-tubule (orphaned) have a store of their own (`calcium.py`) and follow late, by
calcium that has diffused from the dyads that are left (one lag, assumed); a fuller store eases their opening as it does
that of the others. Every flux here is that of the cell *if all units were of this kind*, which is what one unit sees.

Leak: rises exponentially with the load and with CaMKII phosphorylation of the receptor (Tomek et al. 2026), with
oxidation, and with PKA, by which a channel leaks once several of its four subunits are phosphorylated (Marx et al.
2000); the kinases have sites of their own, so their rises add. It leaves through the receptors, so what leaks into the
dyads feeds their activation: a loaded store with leaky receptors fires by itself (store-overload-induced release, Jiang
et al. (2004) Proc Natl Acad Sci USA 101:13062), an emptied one cannot. Receptors that PKA has phosphorylated leave
their clusters (Shen et al. 2022), so of the leak that it causes only `near_pka` stays in the dyads. What makes
receptors leak lets them open at a lower load as far as the kinases have phosphorylated them (`e_o_leak_camkii`,
`e_o_leak_pka`): inhibiting CaMKII fills a leaky store, catecholamine makes a leaky one fire. `release_margin` is the
loop gain of that feedback; above 1 no quiet state exists.
Units: umol/L, ms; fluxes in umol per litre cytosol per ms.
"""

import casadi as ca

from heartloop.component import Component, Equations, Input, Output, Param, State

_GRANDI = "Grandi2010, supplement (recalled)"
_SHANNON = "Shannon2004, Table 6 (recalled)"


def k_casr(Ca_sr, max_sr, min_sr, EC50_sr, n_sr):
    """Luminal factor: activation is divided by it, inactivation multiplied. Shannon2004."""
    x = (EC50_sr / Ca_sr) ** n_sr
    return max_sr - (max_sr - min_sr) / (1 + x)


def leak_of_kinases(phi_ryr, f_ryr_camkii, e_leak_camkii, e_leak_pka, n_leak_pka, near_pka):
    """Leak over that of receptors without phosphate, its part outside the clusters, and the channels that PKA opens.

    A channel leaks by PKA once as many of its subunits are phosphorylated as it takes; most of that leaves elsewhere.
    """
    several = phi_ryr**n_leak_pka
    by_pka = e_leak_pka * several
    raised = 1 + e_leak_camkii * f_ryr_camkii + by_pka
    return raised, (1 - near_pka) * by_pka / raised, several


class Release(Component):
    """Dyadic calcium, receptor gates, release flux and leak."""

    time_unit = "ms"

    Ca_i = Input("umol/L", "cytosolic calcium")
    Ca_sr = Input("umol/L", "free calcium of the stores at dyads")
    Ca_sr_or = Input("umol/L", "free calcium of the stores at orphaned receptors")
    j_lcc_influx = Input("umol/L/ms", "L-type influx into intact dyads at zero dyadic calcium")
    j_lcc_drag = Input("1/ms", "fall of that influx per dyadic calcium")
    phi_ryr = Input("1", "fraction of receptors phosphorylated by PKA")
    f_ryr_camkii = Input("1", "fraction of receptors phosphorylated by CaMKII")
    leak_slow = Input("1", "leak relative to health, slow part", default=1.0)
    ros_slow = Input("1", "reactive oxygen relative to health, slow part", default=1.0)
    dyad_integrity = Input("1", "T-tubule and dyad structure relative to health", default=1.0)

    ryr_a = State(9.519e-07, "1", "activation gate of the receptor", bounds=(0, 1), scale=0.01)
    ryr_b = State(0.7223, "1", "fraction of receptors not inactivated", bounds=(0, 1))
    ryr_late = State(1.947e-07, "1", "open probability of orphaned receptors", bounds=(0, 1), scale=0.01)

    k_s = Param(0.8831, "1/ms", "release rate at full opening, per cytosol volume", bounds=(0.05, 20), scale="log",
                source="Grandi2010: 25/ms per SR volume (computed), 1.35; re-identified")
    k_oCa = Param(0.0001323, "1/(umol/L)^2/ms", "activation by Ca^2 at the receptor", bounds=(1e-7, 1e-2), scale="log",
                  source=f"{_SHANNON}, 1e-5; re-identified")
    k_om = Param(0.1034, "1/ms", "deactivation", bounds=(0.005, 1), scale="log",
                 source=f"{_SHANNON}, 0.06; re-identified")
    k_iCa = Param(0.0006905, "1/(umol/L)/ms", "inactivation by dyadic Ca", bounds=(1e-5, 1e-1), scale="log",
                  source=f"{_SHANNON}, 5e-4; re-identified")
    k_im = Param(0.003299, "1/ms", "recovery from inactivation", bounds=(5e-4, 0.1), scale="log",
                 source=f"{_SHANNON}, 0.005; re-identified")
    max_sr = Param(15.0, "1", "luminal factor of the empty store", bounds=(1, 50), source=_SHANNON)
    min_sr = Param(1.0, "1", "luminal factor of the full store", bounds=(0.1, 5), source=_SHANNON)
    EC50_sr = Param(877.6, "umol/L", "half-way load of the luminal factor", bounds=(100, 1500),
                    source=f"{_SHANNON}, 450.0; re-identified")
    n_sr = Param(7.802, "1", "steepness of the luminal factor", bounds=(1, 8),
                 source=f"{_SHANNON}, 2.5; re-identified")
    r_d = Param(30.09, "ms", "dyadic calcium above cytosol per flux", bounds=(1, 500), scale="log",
                source="Grandi2010: V_myo/(8.24e-13 L/ms) (computed), 26.0; re-identified")
    r_t = Param(24.36, "ms", "calcium at the receptor per L-type flux into the dyad", bounds=(1, 1000), scale="log",
                source="assumed; identified here; local control, Stern1992")
    f_regen = Param(0.995, "1", "part of the dyad's released calcium that activates receptors", bounds=(0, 1),
                    source="assumed; identified here; 1 = common pool")
    e_o_camkii = Param(0.09441, "1", "rise of activation at full CaMKII phosphorylation", bounds=(0, 3),
                       source="TWorld2026: x 1.5 (traced), 0.5; re-identified")
    e_o_pka = Param(0.2004, "1", "rise of activation at full PKA phosphorylation", bounds=(0, 3),
                    source="assumed; identified here")
    ttubule = Param(1.0, "1", "T-tubule fraction kept, level of insult", bounds=(0.05, 1),
                    source="definition; 1 = healthy")
    r_orphan = Param(0.5, "1", "opening of an orphaned receptor among intact dyads, relative to theirs",
                     bounds=(0, 1), source="assumed; set by the force and calcium that lost dyads leave")
    tau_orphan = Param(26.0, "ms", "delay of orphaned receptors", bounds=(5, 100), scale="log",
                       source="assumed; identified here")
    k_leak = Param(2.784e-07, "1/ms", "leak of the empty store", bounds=(1e-9, 1e-4), scale="log",
                   source="TWorld2026: 1.59e-6 * 0.2144 (traced), 3.4e-7; re-identified")
    s_leak = Param(0.001856, "1/(umol/L)", "exponential rise of leak with load", bounds=(0, 1e-2),
                   source="TWorld2026: 1.83 per mmol/L (traced), 1.83e-3; re-identified")
    e_leak_camkii = Param(6.817, "1", "rise of leak at full CaMKII phosphorylation", bounds=(0, 40),
                          source="TWorld2026 (traced), 2.0; re-identified")
    e_leak_pka = Param(22.4, "1", "rise of leak at full PKA phosphorylation", bounds=(0, 100),
                       source="assumed; direction Marx2000")
    n_leak_pka = Param(3.75, "1", "phosphorylated subunits, of four, that make a channel leak by PKA", bounds=(1, 4),
                       source="assumed; Marx2000: three to four in failing hearts (recalled); as in the human cell")
    near_pka = Param(0.15, "1", "part of the leak by PKA that stays in the dyads", bounds=(0, 1),
                     source="assumed; direction Shen2022: agonist disperses the clusters")
    e_leak_ros = Param(0.9472, "1", "rise of leak per unit of reactive oxygen above health", bounds=(0, 3),
                       source="assumed, 1.183; re-identified")
    e_o_leak_camkii = Param(0.1, "1", "exponent of the leak's level in activation, at full CaMKII phosphorylation",
                            bounds=(0, 3), source="assumed; direction Jiang2004: leaky receptors release at a lower "
                            "load; Sossalla2010: inhibition fills the store")
    e_o_leak_pka = Param(1.0, "1", "the same for PKA, at full phosphorylation", bounds=(0, 10),
                         source="assumed: leaky receptors fire with catecholamine; direction Marx2000")
    ryr_leak = Param(1.0, "1", "leak, level of insult or therapy", bounds=(0.05, 20), scale="log",
                     source="definition; 1 = healthy")
    ros = Param(1.0, "1", "reactive oxygen, level of insult or therapy", bounds=(0, 10),
                source="definition; 1 = healthy")

    Ca_d = Output("umol/L", "calcium in the dyad")
    j_rel_unit = Output("umol/L/ms", "release by coupled receptors")
    j_rel_orphan = Output("umol/L/ms", "release by orphaned receptors")
    j_leak_unit = Output("umol/L/ms", "leak into dyads")
    j_leak_orphan = Output("umol/L/ms", "leak at orphaned receptors")
    release_margin = Output("1", "loop gain of release without trigger; above 1 the store fires by itself")

    def equations(
        self, Ca_i, Ca_sr, Ca_sr_or, j_lcc_influx, j_lcc_drag, phi_ryr, f_ryr_camkii, leak_slow, ros_slow,
        dyad_integrity, ryr_a, ryr_b, ryr_late,
        k_s, k_oCa, k_om, k_iCa, k_im, max_sr, min_sr, EC50_sr, n_sr, r_d, r_t, f_regen, e_o_camkii, e_o_pka, ttubule,
        r_orphan, tau_orphan, k_leak, s_leak, e_leak_camkii, e_leak_pka, n_leak_pka, near_pka, e_leak_ros,
        e_o_leak_camkii, e_o_leak_pka, ryr_leak, ros,
    ):  # fmt: skip
        opened = ryr_a * ryr_b
        k_rel = k_s * opened

        oxidised = ca.exp(e_leak_ros * (ros * ros_slow - 1))
        phosphorylated, far, several = leak_of_kinases(
            phi_ryr, f_ryr_camkii, e_leak_camkii, e_leak_pka, n_leak_pka, near_pka
        )
        k_l = ryr_leak * leak_slow * oxidised * phosphorylated * k_leak
        leak_unit = k_l * ca.exp(s_leak * Ca_sr) * (Ca_sr - Ca_i)
        leak_orphan = k_l * ca.exp(s_leak * Ca_sr_or) * (Ca_sr_or - Ca_i)
        leak_near = leak_unit * (1 - far)

        # 0 = (Ca_i - Ca_d)/r_d + k_rel (Ca_sr - Ca_d) + leak_near + influx - drag Ca_d
        Ca_d = (Ca_i + r_d * (k_rel * Ca_sr + leak_near + j_lcc_influx)) / (1 + r_d * (k_rel + j_lcc_drag))

        j_lcc = j_lcc_influx - j_lcc_drag * Ca_d
        j_unit = k_rel * (Ca_sr - Ca_d)
        Ca_t = Ca_i + r_t * j_lcc + f_regen * r_d * (j_unit + leak_near)  # calcium at the receptor

        luminal = k_casr(Ca_sr, max_sr, min_sr, EC50_sr, n_sr)
        luminal_or = k_casr(Ca_sr_or, max_sr, min_sr, EC50_sr, n_sr)
        marked = e_o_leak_camkii * f_ryr_camkii + e_o_leak_pka * several
        sensitised = (ryr_leak * leak_slow) ** marked
        k_o = k_oCa * sensitised * (1 + e_o_camkii * f_ryr_camkii) * (1 + e_o_pka * phi_ryr) / luminal
        k_i = k_iCa * luminal
        reached = r_orphan * ttubule * dyad_integrity * opened * luminal / luminal_or

        # quiet: a = k_o/k_om (quiet + gain a)^2 has a solution as long as 4 k_o/k_om gain quiet < 1
        quiet = Ca_i + f_regen * r_d * leak_near
        gain = f_regen * r_d * k_s * ryr_b * (Ca_sr - Ca_i)

        return Equations(
            ddt=dict(
                ryr_a=k_o * Ca_t**2 * (1 - ryr_a) - k_om * ryr_a,
                ryr_b=k_im * (1 - ryr_b) - k_i * Ca_d * ryr_b,
                ryr_late=(reached * (1 - ryr_late) - ryr_late) / tau_orphan,
            ),
            out=dict(
                Ca_d=Ca_d,
                j_rel_unit=j_unit,
                j_rel_orphan=k_s * ryr_late * (Ca_sr_or - Ca_i),
                j_leak_unit=leak_unit,
                j_leak_orphan=leak_orphan,
                release_margin=4 * k_o / k_om * gain * quiet,
            ),
        )
