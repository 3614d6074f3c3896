"""An isolated myocyte on the bench: pacing, force-frequency, post-rest, dose-response."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import cast

import numpy as np
import pandas as pd

from heartloop.beat import Beat
from heartloop.cell import compact
from heartloop.circuit import Circuit
from heartloop.compiled import Compiled
from heartloop.component import Component, Equations, Held, Param
from heartloop.errors import ParameterError, suggest
from heartloop.model import Model
from heartloop.summary import crossing, peak, peak_time

CELLS = {"compact": compact}
# levels of the failing cell; the amounts that the slow clock owns stay at 1
STATES: dict[str, dict[str, float]] = {
    "control": {},
    "failing": {"cell.serca": 0.5, "cell.ncx": 1.6, "cell.ryr_leak": 3.0},
}
CELL_UNITS = {
    "Ca_dia": "nmol/L", "Ca_peak": "nmol/L", "Ca_TTP": "ms", "Ca_RT50": "ms", "APD90": "ms", "T_dia": "kPa",
    "T_peak": "kPa", "T_dev": "kPa", "T_TTP": "ms", "T_RT50": "ms", "SR_load": "umol/L", "CICR_gain": "1",
    "influx": "umol/L", "efflux": "umol/L", "serca_share": "1", "ncx_share": "1", "Na_i": "mmol/L",
}  # fmt: skip


class Pacer(Component):
    """Field stimulation at a fixed rate."""

    rate = Param(60.0, "1/min", "stimulation rate", bounds=(3, 300), scale="log", source="protocol")
    t_on = Param(0.005, "s", "time of the stimulus after the start of the cycle", bounds=(0, 0.1), source="protocol")
    length = Param(0.002, "s", "length of the stimulus", bounds=(0.0005, 0.01), source="protocol")

    RR = Held("s", "cycle length")
    start = Held("s", "time of the stimulus")
    pulse = Held("s", "length of the stimulus")

    def equations(self, rate, t_on, length):
        return Equations(out=dict(RR=60.0 / rate, start=t_on, pulse=length))


@lru_cache(maxsize=4)
def _compiled(cell: str) -> Compiled:
    c = Circuit(f"isolated {cell} myocyte")
    c.add(Pacer("pacer"), CELLS[cell]("cell"))
    c.gate("cell.stimulus", start="pacer.start", duration="pacer.pulse")
    c.beat("pacer.RR")
    return Compiled(c)


class CellBeat(Beat):
    """One settled beat of an isolated cell, isometric unless `cell.stretch` says otherwise."""

    def summary(self) -> pd.Series:
        """Calcium, action potential, tension and fluxes of the beat; units in `.attrs["units"]`."""
        p = self._run()
        c = self.model._c
        paths = ("cell.Ca_i", "cell.V", "cell.tension", "cell.SR_load", "cell.Na_i")
        Ca, V, T, SR, Na = c.reader(paths)(p.X, p.V, p.piece).T
        t, rr = p.t, p.rr
        on = p.marks["cell.stimulus"][0]
        acc = {k: float(p.X[-1, c.index[f"cell.{k}"]]) for k in (
            "ca_entry", "ca_extrusion", "lcc_entry", "ncx_extrusion", "ryr_release", "serca_uptake")}  # fmt: skip
        r: dict[str, float] = {}
        r["Ca_dia"], r["Ca_peak"] = 1000 * peak(t, Ca, -1), 1000 * peak(t, Ca)
        i = int(np.argmax(Ca))
        top_Ca = peak_time(t, Ca)
        r["Ca_TTP"] = 1000 * (top_Ca - on)
        r["Ca_RT50"] = 1000 * (_fall(t, Ca, i, rr) - top_Ca)
        top = int(np.argmax(V))
        low = float(V.min())
        r["APD90"] = 1000 * (_fall(t, V, top, rr, 0.9, low) - on)
        r["T_dia"], r["T_peak"] = peak(t, T, -1), peak(t, T)
        r["T_dev"] = r["T_peak"] - r["T_dia"]
        j = int(np.argmax(T))
        top_T = peak_time(t, T)
        r["T_TTP"] = 1000 * (top_T - on)
        r["T_RT50"] = 1000 * (_fall(t, T, j, rr) - top_T)
        r["SR_load"] = float(SR.max())
        r["CICR_gain"] = acc["ryr_release"] / acc["lcc_entry"]
        r["influx"], r["efflux"] = acc["ca_entry"], acc["ca_extrusion"]
        removed = acc["serca_uptake"] + acc["ca_extrusion"]
        r["serca_share"], r["ncx_share"] = acc["serca_uptake"] / removed, acc["ncx_extrusion"] / removed
        r["Na_i"] = float(np.mean(Na))
        s = pd.Series(r, name="value")
        s.attrs["units"] = CELL_UNITS
        return s

    def __repr__(self) -> str:
        s = self.summary()
        return (
            f"CellBeat(Ca {s.Ca_dia:.0f}/{s.Ca_peak:.0f} nmol/L, APD90 {s.APD90:.0f} ms, tension {s.T_dev:.1f} kPa, "
            f"TTP {s.T_TTP:.0f} ms, RT50 {s.T_RT50:.0f} ms; {self.status})"
        )


def _fall(t: np.ndarray, y: np.ndarray, top: int, rr: float, part: float = 0.5, low: float | None = None) -> float:
    """Time after the peak at which y has fallen by `part` of its amplitude; the cycle is periodic."""
    low = float(y.min()) if low is None else low
    level = y[top] - part * (y[top] - low)
    tt, yy = np.concatenate([t, t[1:] + rr]), np.concatenate([y, y[1:]])
    return crossing(tt, yy, level, top, False)[0]


class Myocyte(Model):
    """An isolated myocyte. Parameters are addressed as `cell.serca`, stimulation as `pacer.rate`."""

    def pace(self, rate: float = 1.0, *, rtol: float = 1e-6) -> CellBeat:
        """The settled beat at `rate` (Hz). Raises `ParameterError` for rates outside 0.05..5 Hz."""
        if not 0.05 <= rate <= 5:
            raise ParameterError(f"rate = {rate:g} Hz is outside 0.05..5 Hz.")
        beat = self.with_({"pacer.rate": 60 * rate}).periodic(rtol=rtol)
        self._guess, self._inverse, self._guess_theta = beat.x, None, None
        return CellBeat(beat.model, beat.orbit)

    def force_frequency(self, rates: Sequence[float] = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0)) -> pd.DataFrame:
        """Settled beats over `rates` (Hz): one row a rate, the columns of `CellBeat.summary`."""
        start = min(range(len(rates)), key=lambda i: abs(rates[i] - 1.0))
        order = [*range(start, len(rates)), *range(start - 1, -1, -1)]
        rows: dict[float, pd.Series] = {}
        home = self._guess
        for n, i in enumerate(order):
            if n == len(rates) - start:
                self._guess = home
            rows[rates[i]] = self.pace(rates[i]).summary()
        table = pd.DataFrame(rows).T.sort_index()
        table.index.name = "rate"
        table.attrs["units"] = CELL_UNITS
        return table

    def post_rest(self, rests: Sequence[float] = (2.0, 10.0, 30.0, 120.0), rate: float = 1.0) -> pd.DataFrame:
        """First beat after a pause of each length (s): developed tension over the settled one."""
        base = self.pace(rate)
        steady = base.summary()["T_dev"]
        rows = []
        reader = self._c.reader(("cell.tension",))
        for rest in rests:
            if not 0 < rest < 3600:
                raise ParameterError(f"rest = {rest:g} s is outside 0..3600 s.")
            x = base.x.copy()
            theta = base.model._theta
            # rest: pass the cycle by without stimulus; the cycle's gate is closed by running it from behind it
            quiet = theta.copy()
            quiet[self._c.param_index["cell.I_stim"]] = 0.0
            left = rest
            while left > 1e-9:
                span = min(left, 60.0 / self._rate(theta))
                p = self._c.beat(x, quiet, rtol=1e-5, until=span)
                x, left = p.x, left - span
            p = self._c.beat(x, theta, rtol=1e-5, samples=400)
            T = reader(p.X, p.V, p.piece)[:, 0]
            rows.append({"rest": rest, "T_dev": peak(p.t, T) - float(T[0]), "relative": (peak(p.t, T) - T[0]) / steady})
        return pd.DataFrame(rows).set_index("rest")

    def _rate(self, theta: np.ndarray) -> float:
        return float(theta[self._c.param_index["pacer.rate"]])

    def dose_response(
        self, doses: Sequence[float] = (0.0, 1.0, 2.0, 5.0, 10.0, 100.0), rate: float = 1.0
    ) -> pd.DataFrame:
        """Settled beats over agonist levels (1 = resting sympathetic tone)."""
        rows = {}
        for dose in doses:
            cell = cast(Myocyte, self.with_({"cell.sympathetic_heart": dose}, check_bounds=False))
            rows[dose] = cell.pace(rate).summary()
        table = pd.DataFrame(rows).T
        table.index.name = "agonist"
        table.attrs["units"] = CELL_UNITS
        return table


def myocyte(cell: str = "compact", state: str = "control") -> Myocyte:
    """An isolated ventricular myocyte.

    Parameters
    ----------
    cell
        "compact".
    state
        "control" or "failing" (a named set of insult levels).

    Raises `ParameterError` for unknown names.
    """
    for key, value, known in (("cell", cell, CELLS), ("state", state, STATES)):
        if value not in known:
            raise ParameterError(f"{key} = {value!r} is not known; choose {' or '.join(known)}.{suggest(value, known)}")
    return Myocyte(_compiled(cell), title=f"{cell} myocyte, {state}").with_(STATES[state])  # type: ignore[return-value]
