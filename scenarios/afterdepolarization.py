"""After the last stimulus: spontaneous release, delayed afterdepolarizations and triggered beats of a quiet cell.

Works on any cell: only `cell.V` (mV), `cell.Ca_i` (umol/L), `cell.tension` (kPa) and, where a cell has it,
`cell.SR_load` (umol/L) are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from heartloop.results import Result

if TYPE_CHECKING:
    from heartloop.model import Model

SIGNALS = {
    "cell.V": ("mV", "membrane potential"),
    "cell.Ca_i": ("umol/L", "cytosolic calcium"),
    "cell.tension": ("kPa", "active tension"),
    "cell.SR_load": ("umol/L", "calcium of the store"),
}
DEPOLARIZED = 2.0  # mV, least rise that counts
UPSTROKE = -20.0  # mV, a peak above it is an action potential; slow depolarization leaves it fewer sodium channels
REPOLARIZED = -60.0  # mV, the cell has come back below it
RELEASE = 0.02  # umol/L, least rise of calcium that counts as a release
TOGETHER = 0.15  # s, a release and its depolarization peak within this time
PACED = 0.1  # s after the stimulus, within which the paced action potential peaks
VERDICTS = ("silent", "DAD", "triggered", "depolarized")


class Quiescence(Result):
    """A cell watched after its last stimulus (`Myocyte.quiescence`).

    Attributes
    ----------
    data
        Voltage, calcium, tension and store load over `time` (s since the last stimulus; that beat comes along).
    events
        One row an event: `kind` ("DAD": a spontaneous release that depolarizes by more than 2 mV; "triggered": an
        action potential, its peak above -20 mV; "release": one that moves the voltage by less), `time` (s since the
        last stimulus, of the peak), `amplitude` (mV above the potential before it), `Ca_rise` (nmol/L), `SR_load`
        (umol/L, just before).
    verdict
        "silent", "DAD", "triggered", or "depolarized" where the last paced beat never repolarized.
    status
        How the train before was settled.
    """

    kind = "Quiescence"

    def __init__(self, model: Model, data: xr.Dataset, events: pd.DataFrame, verdict: str, status: str) -> None:
        self.model, self.data, self.events, self.verdict, self.status = model, data, events, verdict, status
        self.tables["events"] = events

    def summary(self) -> pd.Series:
        """Counts, the first event, the largest depolarization, and the load of the store when stimulation stopped."""
        count = self.events["kind"].value_counts()
        moved = self.events[self.events["kind"].isin(("DAD", "triggered"))]
        r = {
            "releases": float(len(self.events)),
            "DADs": float(count.get("DAD", 0)),
            "triggered": float(count.get("triggered", 0)),
            "first": float(moved["time"].min()) if len(moved) else float("nan"),
            "amplitude": float(moved["amplitude"].max()) if len(moved) else 0.0,
            "SR_load": float(self.data.attrs["SR_load"]),
        }
        s = pd.Series(r, name="value")
        s.attrs["units"] = {"releases": "1", "DADs": "1", "triggered": "1", "first": "s", "amplitude": "mV",
                            "SR_load": "umol/L"}  # fmt: skip
        return s

    @property
    def parameters(self) -> pd.DataFrame:
        """Parameter table of the model that was watched."""
        return self.model.parameters

    @property
    def provenance(self) -> dict[str, Any]:
        return self.model.provenance | {"status": self.status, "verdict": self.verdict}

    def __repr__(self) -> str:
        s = self.summary()
        return (
            f"Quiescence({self.verdict}: {s.DADs:.0f} DADs, {s.triggered:.0f} triggered beats, {s.releases:.0f} "
            f"releases in {float(self.data['time'][-1]):.1f} s; {self.status})"
        )


def spontaneous(t: np.ndarray, V: np.ndarray, Ca: np.ndarray, SR: np.ndarray) -> tuple[str, pd.DataFrame]:
    """Verdict and events of a record that starts with a stimulated beat and holds no other stimulus.

    Arrays (k,): time since the stimulus (s), mV, umol/L, umol/L; the events are described in `Quiescence`.
    """
    from scipy.signal import find_peaks  # half a second that a person does not need

    rows: list[dict[str, Any]] = []
    top = int(np.argmax(np.where((t >= 0) & (t <= PACED), V, -np.inf)))
    back = np.flatnonzero(V[top:] < REPOLARIZED)
    if not len(back):
        return VERDICTS[3], _table(rows)
    last = top + int(back[0])  # where the search for what comes before an event begins
    releases = last + find_peaks(Ca[last:], prominence=RELEASE)[0]
    taken = np.zeros(len(releases), dtype=bool)
    for peak in _depolarizations(V, last):
        low = last + int(np.argmin(V[last : peak + 1]))
        first, end = np.searchsorted(t, (t[low] - TOGETHER, t[peak] + TOGETHER))
        first = max(int(first), last)
        most = first + int(np.argmax(Ca[first:end]))
        rise = float(Ca[most] - np.min(Ca[first : most + 1]))
        last = peak
        if V[peak] <= UPSTROKE and rise < RELEASE:
            continue  # moved by something else than a release
        taken |= (first <= releases) & (releases < end)
        kind = "triggered" if V[peak] > UPSTROKE else "DAD"
        rows.append(_event(kind, t[peak], V[peak] - V[low], rise, float(np.max(SR[first : peak + 1]))))
    for i in releases[~taken]:
        first = int(np.searchsorted(t, t[i] - TOGETHER))
        rise, load = float(Ca[i] - np.min(Ca[first : i + 1])), float(np.max(SR[first : i + 1]))
        rows.append(_event("release", t[i], 0.0, rise, load))
    table = _table(sorted(rows, key=lambda r: r["time"]))
    kinds = set(table["kind"])
    return next((k for k in ("triggered", "DAD") if k in kinds), "silent"), table


def _event(kind: str, time: float, amplitude: float, rise: float, load: float) -> dict[str, Any]:
    return {"kind": kind, "time": float(time), "amplitude": float(amplitude), "Ca_rise": 1000 * rise, "SR_load": load}


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["kind", "time", "amplitude", "Ca_rise", "SR_load"])
    table = table.astype({"kind": object} | {k: float for k in table.columns if k != "kind"})
    table.attrs["units"] = {"time": "s", "amplitude": "mV", "Ca_rise": "nmol/L", "SR_load": "umol/L"}
    return table


def _depolarizations(V: np.ndarray, start: int) -> list[int]:
    """Samples of the peaks that stand out by more than `DEPOLARIZED`, one an action potential."""
    from scipy.signal import find_peaks

    found: list[int] = []
    for i in start + find_peaks(V[start:], prominence=DEPOLARIZED)[0]:
        if found and np.min(V[found[-1] : i]) > REPOLARIZED:  # dome after spike, or an early afterdepolarization
            found[-1] = int(max(found[-1], i, key=lambda k: V[k]))
        else:
            found.append(int(i))
    return found
