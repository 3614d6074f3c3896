"""Oxygen at the neurons of the brainstem when the brain is short of flow: the central nervous ischaemic response.

Magosso and Ursino (2001) let sympathetic neurons answer to arterial PO2, which is what they live on as long as flow is
kept. When it is not, blood gives up more of its oxygen on the way. `PO2` is that of arterial blood less the share taken
beyond what the brain takes without harm; `Brainstem` sees it in place of the arterial one. So one law serves hypoxia
and ischaemia, and raised intracranial pressure raises arterial pressure (Cushing 1901).
Contents in mL gas (STPD) per mL of blood, pressures in mmHg.
"""

from __future__ import annotations

import casadi as ca

from heartloop.component import Component, Equations, Input, Output, Param

from .shapes import corner


class CerebralOxygen(Component):
    """PO2 at the neurons; that of arterial blood, exactly, while the brain extracts less than `e_free`.

    Oxygen saturation S follows the Hill curve of `Spencer1979`, PO2 ~ (S/(1 - S))^h at constant carbon dioxide.
    """

    PaO2 = Input("mmHg", "arterial PO2")
    SaO2 = Input("1", "arterial saturation")
    c_O2_a = Input("mL/mL", "arterial oxygen content")
    c_O2_v = Input("mL/mL", "oxygen content of the brain's venous blood")

    e_free = Param(0.45, "1", "extraction that the brain takes without excitation; about 0.35 at rest",
                   bounds=(0.3, 0.9), source="assumed; a fifth of the flow is lost without symptoms")  # fmt: skip
    w_e = Param(0.04, "1", "rounding of its onset", bounds=(0.005, 0.2))
    h = Param(0.3836, "1", "inverse Hill exponent of the saturation curve", bounds=(0.2, 1), source="Spencer1979, h1")

    PO2 = Output("mmHg", "oxygen pressure at the neurons")
    extraction = Output("1", "part of the arterial oxygen that the brain takes")

    def equations(self, PaO2, SaO2, c_O2_a, c_O2_v, e_free, w_e, h):
        extraction = 1 - c_O2_v / c_O2_a
        left = 1 - corner(extraction - e_free, w_e)
        # odds of saturation S left against those of S
        odds = left * (1 - SaO2) / (1 - SaO2 * left)
        return Equations(out=dict(PO2=PaO2 * ca.exp(h * ca.log(odds)), extraction=extraction))
