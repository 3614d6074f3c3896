"""Oxygen and carbon dioxide in blood: contents from partial pressures and back.

Spencer (1979): each gas is bound on a Hill curve of its own pressure, shifted by the other gas (Bohr and Haldane):

    F1 = PO2 (1 + b1 PCO2) / (K1 (1 + a1 PCO2)),   bound O2 = capacity F1^(1/h1) / (1 + F1^(1/h1))
    F2 = PCO2 (1 + b2 PO2) / (K2 (1 + a2 PO2)),    CO2 = C_CO2 F2^(1/h2) / (1 + F2^(1/h2))

The paper's curve is total oxygen at normal haemoglobin and levels off. Here it is the haemoglobin's part alone, with
the capacity of the person's haemoglobin, and dissolved oxygen comes on top, so that anaemia and oxygen breathing keep
their sense. Valid from 10 mmHg of oxygen up; CO2 is that of blood of normal haemoglobin.
Units: mmHg; contents in mL of gas (STPD) per mL of blood.
"""

from __future__ import annotations

import casadi as ca

from heartloop import smooth

SOLUBILITY = 3.0e-5  # mL O2/(mL mmHg)
H1, A1, B1, K1 = 0.3836, 0.03198, 0.008275, 14.99  # Spencer1979; the pressures are in 1/mmHg and mmHg
H2, A2, B2, K2 = 1.819, 0.05591, 0.03255, 194.4
C_CO2 = 86.11 * 0.0227  # mmol/L of sites in mL of gas per mL of blood
_EPS, _W = SOLUBILITY * 27, 0.01  # dissolved at half saturation; rounding of the first guess
STEPS = 3  # round trip to 1e-8 up to 110 mmHg of oxygen, to 1e-4 with pure oxygen and little haemoglobin


def saturation(PO2, PCO2):
    """Saturation of haemoglobin with oxygen."""
    F = PO2 * (1 + B1 * PCO2) / (K1 * (1 + A1 * PCO2))
    return 1 / (1 + ca.exp(-ca.log(F) / H1))


def contents(PO2, PCO2, capacity):
    """Contents of oxygen and carbon dioxide; `capacity` is the oxygen that haemoglobin can bind (mL/mL)."""
    F = PCO2 * (1 + B2 * PO2) / (K2 * (1 + A2 * PO2))
    return (
        capacity * saturation(PO2, PCO2) + SOLUBILITY * PO2,
        C_CO2 / (1 + ca.exp(-ca.log(F) / H2)),
    )


def tensions(c_O2, c_CO2, capacity):
    """Partial pressures (PO2, PCO2) and saturation from contents.

    With known saturation the two laws are a quadratic in PO2. Dissolved oxygen makes the saturation implicit: Newton's
    method on its logit `z`, a fixed number of steps, so the result stays differentiable.
    """
    F2 = K2 * ca.exp(H2 * ca.log(c_CO2 / (C_CO2 - c_CO2)))
    r = c_O2 / capacity
    free = smooth.pos(1 - r * (1 - 3.6 * _EPS / capacity), _W)  # about the empty sites, with the dissolved part at rest
    z = ca.log(smooth.pos(r, _W) / free)
    ratio = ca.exp(H1 * z)
    PO2, PCO2 = _both(K1 * ratio, F2)
    for _ in range(STEPS):
        P = K1 * (1 + A1 * PCO2) / (1 + B1 * PCO2) * ratio
        S = 1 / (1 + ca.exp(-z))
        z = z - (capacity * S + SOLUBILITY * P - c_O2) / (capacity * S * (1 - S) + SOLUBILITY * H1 * P)
        ratio = ca.exp(H1 * z)
        PO2, PCO2 = _both(K1 * ratio, F2)
    return PO2, PCO2, 1 / (1 + ca.exp(-z))


def _both(F1, F2):
    """Pressures from K1 F1 and K2 F2: PO2 (1 + b1 PCO2) = F1 (1 + a1 PCO2) and the like for CO2."""
    a = B2 + B1 * F2 * A2
    b = 1 + B1 * F2 - F1 * (B2 + A1 * F2 * A2)
    c = F1 * (1 + A1 * F2)
    PO2 = (ca.sqrt(b * b + 4 * a * c) - b) / (2 * a)
    return PO2, F2 * (1 + A2 * PO2) / (1 + B2 * PO2)
