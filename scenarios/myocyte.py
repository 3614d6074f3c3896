"""An isolated myocyte on the bench: pacing, force-frequency, alternans, post-rest, dose-response."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
import xarray as xr

from heartloop.beat import Beat, Pair
from heartloop.cell import compact, human
from heartloop.cell.imported import ImportedCell
from heartloop.circuit import Circuit
from heartloop.compiled import Compiled, Pass
from heartloop.component import Component, Equations, Group, Held, Param
from heartloop.errors import ConvergenceError, IntegrationError, ParameterError, suggest
from heartloop.model import Model
from heartloop.progress import Bar
from heartloop.summary import Sample, crossing, peak, peak_time

from .afterdepolarization import SIGNALS, Quiescence, spontaneous
from .cell_states import CellState, cell_state

CELLS = {"compact": compact, "human": human}
CELL_UNITS = {
    "Ca_dia": "nmol/L", "Ca_peak": "nmol/L", "Ca_TTP": "ms", "Ca_RT50": "ms", "APD90": "ms", "T_dia": "kPa",
    "T_peak": "kPa", "T_dev": "kPa", "T_TTP": "ms", "T_RT50": "ms", "SR_load": "umol/L", "CICR_gain": "1",
    "influx": "umol/L", "efflux": "umol/L", "serca_share": "1", "ncx_share": "1", "Na_i": "mmol/L",
}  # fmt: skip
TRAINS = (0, 60, 240)  # stimuli given before each attempt at a steady beat
LAST_TRAIN = 900  # where all of them failed: CaMKII, sodium and the store take hundreds of fast beats to settle
UNSETTLED = 300  # stimuli given where nothing settles
QUIET = 15.0  # s, longest stretch that is integrated without a stimulus in one go
# what the numbers of a beat are read from: signals, and integrals over the beat
TWITCH = ("cell.Ca_i", "cell.V", "cell.tension")
STORE = ("cell.SR_load", "cell.Na_i")
BUDGET = ("ca_entry", "ca_extrusion", "lcc_entry", "ncx_extrusion", "ryr_release", "serca_uptake")
TABLE_UNITS = CELL_UNITS | {"multiplier": "1", "alternation": "1"}


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


def maker(cell: str | ImportedCell) -> Callable[..., Group]:
    """What makes the components of a cell under a name."""
    return cell if isinstance(cell, ImportedCell) else CELLS[cell]


def title_of(cell: str | ImportedCell) -> str:
    """The name of a cell, or the title that its file gives."""
    return cell if isinstance(cell, str) else cell.title


@lru_cache(maxsize=4)
def _compiled(cell: str | ImportedCell) -> Compiled:
    pulse = getattr(cell, "pulse", None)  # an imported cell brings its own
    c = Circuit(f"isolated {title_of(cell)} myocyte")
    c.add(Pacer("pacer", **({} if pulse is None else {"length": pulse})), maker(cell)("cell"))
    c.gate("cell.stimulus", start="pacer.start", duration="pacer.pulse")
    c.beat("pacer.RR")
    compiled = Compiled(c)
    if f"cell.{BUDGET[0]}" in compiled.index:  # our own cells integrate their budget
        compiled.graph.measures |= {key: f"cell.{key}" for key in BUDGET}
    return compiled


class CellBeat(Beat):
    """One settled beat of an isolated cell, isometric unless `cell.stretch` says otherwise."""

    alternating = False

    @property
    def alternation(self) -> float:
        """Developed tension of the larger beat over the smaller: 1, or nan where the beat would not last."""
        return 1.0 if self.stable else float("nan")

    def _all(self, s: Sample, theta: np.ndarray) -> dict[str, float]:  # noqa: ARG002
        """Numbers of the beat as a functional of its samples, so that `gradient` gives their exact derivatives too.

        An imported cell has no budget of calcium, and no store or sodium by our names: those keys are left out.
        """
        follows = s  # a decline may end in the next beat: this one again, or the other of the pair
        if self.orbit.period > 1:
            follows = type(self)(self.model, self.orbit, (self.index + 1) % self.orbit.period).sample()
        t, rr = s.t, s.rr
        tt = np.concatenate([t, follows.t[1:] + rr])
        Ca, V, T = (s.get(path) for path in TWITCH)
        Ca_on, V_on, T_on = (np.concatenate([s.get(k), follows.get(k)[1:]]) for k in TWITCH)
        on = float(t[s.marks["cell.stimulus"]])
        r: dict[str, float] = {}
        r["Ca_dia"], r["Ca_peak"] = 1000 * peak(t, Ca, -1), 1000 * peak(t, Ca)
        i = int(np.argmax(Ca))
        top_Ca = peak_time(t, Ca)
        r["Ca_TTP"] = 1000 * (top_Ca - on)
        r["Ca_RT50"] = 1000 * (_fall(tt, Ca_on, i, 0.5, float(Ca.min())) - top_Ca)
        top = int(np.argmax(V))
        low = float(V.min())
        repolarized = _fall(tt, V_on, top, 0.9, low)
        # nan where the next stimulus comes first: what is crossed after it belongs to the next action potential
        r["APD90"] = 1000 * (repolarized - on) if repolarized < rr + on else float("nan")
        r["T_dia"], r["T_peak"] = peak(t, T, -1), peak(t, T)
        r["T_dev"] = r["T_peak"] - r["T_dia"]
        j = int(np.argmax(T))
        top_T = peak_time(t, T)
        r["T_TTP"] = 1000 * (top_T - on)
        r["T_RT50"] = 1000 * (_fall(tt, T_on, j, 0.5, float(T.min())) - top_T)
        if BUDGET[0] in s.means:
            r |= _budget(s)
        return r

    def summary(self) -> pd.Series:
        """Calcium, action potential, tension and fluxes of the beat; units in `.attrs["units"]`."""
        s = pd.Series(self.features(), name="value")
        s.attrs["units"] = CELL_UNITS
        return s

    def margin(self) -> float:
        """Loop gain of spontaneous release at the end of the beat; above 1 the store fires without trigger."""
        p = self._run()
        return float(self.model._c.reader(("cell.release_margin",))(p.X[-1:], p.V, p.piece[-1:])[0, 0])

    def __repr__(self) -> str:
        s = self.summary()
        return (
            f"CellBeat(Ca {s.Ca_dia:.0f}/{s.Ca_peak:.0f} nmol/L, APD90 {s.APD90:.0f} ms, tension {s.T_dev:.1f} kPa, "
            f"TTP {s.T_TTP:.0f} ms, RT50 {s.T_RT50:.0f} ms; {self.status})"
        )


def _budget(s: Sample) -> dict[str, float]:
    """Store, fluxes and sodium of our own cells."""
    acc = {k: s.means[k] * s.rr for k in BUDGET}
    removed = acc["serca_uptake"] + acc["ca_extrusion"]
    return {
        "SR_load": float(s.get("cell.SR_load").max()), "CICR_gain": acc["ryr_release"] / acc["lcc_entry"],
        "influx": acc["ca_entry"], "efflux": acc["ca_extrusion"],
        "serca_share": acc["serca_uptake"] / removed, "ncx_share": acc["ncx_extrusion"] / removed,
        "Na_i": float(np.mean(s.get("cell.Na_i"))),
    }  # fmt: skip


def _fall(t: np.ndarray, y: np.ndarray, top: int, part: float, low: float) -> float:
    """Time after the peak (sample `top`) at which y has fallen by `part` of its height above `low`."""
    return crossing(t, y, y[top] - part * (y[top] - low), top, False)[0]


class CellPair(Pair):
    """Two beats of an isolated cell that alternate; its numbers are the means of both (`each()` shows them)."""

    of_beats = CellBeat
    alternating = True

    @property
    def alternation(self) -> float:
        """Developed tension of the larger beat over the smaller."""
        values = [float(b.summary()["T_dev"]) for b in self.beats]
        return max(values) / min(values)

    def __repr__(self) -> str:
        s = self.summary()
        return f"CellPair(mean tension {s.T_dev:.1f} kPa, alternating {self.alternation:.2f} to 1; {self.status})"


class Myocyte(Model):
    """An isolated myocyte. Parameters are addressed as `cell.serca`, stimulation as `pacer.rate`."""

    def __init__(self, compiled: Compiled, *, title: str = "myocyte") -> None:
        super().__init__(compiled, title=title)
        self._paths = TWITCH + (STORE if BUDGET[0] in compiled.graph.measures else ())

    def pace(self, rate: float = 1.0, *, rtol: float = 1e-6) -> CellBeat | CellPair:
        """What the cell settles into at `rate` (Hz): the steady beat, or a pair of beats that alternate.

        The pair takes the place of a steady beat with a multiplier below -1, which plain beats leave; `.alternating`
        tells, and the summary is the mean of both. If no pair is found the steady beat is given, and its status says
        that it is unstable. Raises `ParameterError` for rates outside 0.05..5 Hz, `ConvergenceError` if nothing
        settles.
        """
        if not 0.05 <= rate <= 5:
            raise ParameterError(f"rate = {rate:g} Hz is outside 0.05..5 Hz.")
        paced = self.with_({"pacer.rate": 60 * rate})
        paced._inverse, paced._guess_theta = None, None
        x, kept, failure = self._guess, None, None
        for train in (*TRAINS, LAST_TRAIN):  # Newton's method may find a beat that no train of stimuli would ever reach
            if train == LAST_TRAIN and kept is not None:
                break
            for _ in range(train):
                x = self._c.beat(x, paced._theta, rtol=1e-5).x
            paced._guess, paced._inverse, paced._guess_theta = x, None, None
            try:
                steady = paced.periodic(rtol=rtol)
            except ConvergenceError as error:
                failure = error
                continue
            if steady.stable:
                self._guess, self._inverse, self._guess_theta = steady.x, None, None
                return CellBeat(paced, steady.orbit)
            if kept is None or (steady.alternans < -1 and kept.alternans > steady.alternans):
                kept = steady
        paced._guess = x
        if kept is None or kept.alternans < -1:
            try:
                pair = paced.periodic(rtol=rtol, period=2, start=kept)
            except ConvergenceError:
                if kept is None:
                    assert failure is not None
                    raise failure from None
            else:
                self._guess, self._inverse, self._guess_theta = pair.x, None, None
                return CellPair(paced, pair.orbit, kept)
        assert kept is not None
        return CellBeat(paced, kept.orbit)  # its status tells

    def _settled(
        self, rates: Sequence[float], progress: bool, title: str
    ) -> dict[float, CellBeat | CellPair | ConvergenceError]:
        """Settled beats over `rates` (Hz), from the one nearest to 1 Hz outwards, each started from its neighbour.

        Where nothing settles the error stands for the beat, so that a table goes on.
        """
        wanted = sorted({float(r) for r in rates})
        if not wanted:
            raise ParameterError("Give at least one rate (Hz).")
        start = min(range(len(wanted)), key=lambda i: abs(wanted[i] - 1.0))
        found: dict[float, CellBeat | CellPair | ConvergenceError] = {}
        bar = Bar(title, len(wanted), "rates") if progress else None
        home = self._guess
        try:
            for i in [*range(start, len(wanted)), *range(start - 1, -1, -1)]:
                if i == start - 1:
                    self._guess = home
                try:
                    found[wanted[i]] = self.pace(wanted[i])
                except ConvergenceError as error:
                    found[wanted[i]] = error
                if i == start:
                    home = self._guess
                if bar:
                    bar.update(len(found))
        finally:
            if bar:
                bar.close()
        return dict(sorted(found.items()))

    def force_frequency(
        self, rates: Sequence[float] = (0.5, 1.0, 1.5, 2.0, 2.5, 3.0), *, progress: bool = False
    ) -> pd.DataFrame:
        """Settled beats over `rates` (Hz): one row a rate, the columns of `CellBeat.summary` and two more.

        `multiplier` is the most negative real one of the steady beat (nan if none is negative), `alternation` the
        developed tension of the larger beat over the smaller one; where beats alternate the other columns are means.
        Where nothing settles the row is nan, and `.attrs["lost"]` says why by rate.
        """
        rows: dict[float, pd.Series] = {}
        lost: dict[float, str] = {}
        for rate, beat in self._settled(rates, progress, "force-frequency").items():
            if isinstance(beat, ConvergenceError):
                rows[rate], lost[rate] = pd.Series(dtype=float), str(beat)
                continue
            rows[rate] = beat.summary()
            rows[rate]["multiplier"] = _steady_multiplier(beat)
            rows[rate]["alternation"] = beat.alternation
        if len(lost) == len(rows):
            raise ConvergenceError(next(iter(lost.values())))
        table = pd.DataFrame(rows).T
        table.index.name = "rate"
        table.attrs |= {"units": TABLE_UNITS, "lost": lost}
        return table

    def alternans(
        self, rates: Sequence[float] = (2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0), *, progress: bool = False
    ) -> pd.DataFrame:
        """Where beats alternate: one row a rate (Hz).

        Columns: `multiplier` (most negative real one of the steady beat), developed tension, calcium amplitude and
        action potential of the larger and the smaller beat (`T_large`, `T_small`, `Ca_large`, `Ca_small`, `APD_large`,
        `APD_small`; equal where the beat is steady), `status`. `.attrs["onset"]` is the rate (Hz) at which the
        multiplier passes -1, interpolated between rows; nan if it does not.
        """
        rows: list[dict[str, float | str]] = []
        for rate, beat in self._settled(rates, progress, "alternans").items():
            if isinstance(beat, ConvergenceError):
                rows.append({"rate": rate, "status": str(beat)})
                continue
            each = sorted((b.summary() for b in beat.beats), key=lambda s: -float(s.T_dev))
            row: dict[str, float | str] = {"rate": rate, "multiplier": _steady_multiplier(beat)}
            for name, value in (
                ("T", lambda s: s.T_dev), ("Ca", lambda s: s.Ca_peak - s.Ca_dia), ("APD", lambda s: s.APD90)
            ):  # fmt: skip
                row |= {f"{name}_large": float(value(each[0])), f"{name}_small": float(value(each[-1]))}
            rows.append(row | {"status": beat.status})
        columns = [f"{k}_{w}" for k in ("T", "Ca", "APD") for w in ("large", "small")]
        table = pd.DataFrame(rows, columns=["rate", "multiplier", *columns, "status"]).set_index("rate")
        units = {"T": "kPa", "Ca": "nmol/L", "APD": "ms"}
        table.attrs["units"] = {f"{k}_{w}": u for k, u in units.items() for w in ("large", "small")}
        table.attrs["units"]["multiplier"] = "1"
        table.attrs["onset"] = _passes(table.index.to_numpy(float), table["multiplier"].fillna(0.0).to_numpy(float), -1)
        return table

    def post_rest(self, rests: Sequence[float] = (2.0, 10.0, 30.0, 120.0), rate: float = 1.0) -> pd.DataFrame:
        """First beat after a pause, against the settled one.

        `rests` are intervals (s) from the last stimulus of a settled train at `rate` (Hz) to the next; shorter than
        the train's own, the beat is a premature one. One row a pause: `T_dev` (kPa, above the tension at its stimulus),
        `relative` (over the settled beat, the mean where beats alternate), `SR_load` (umol/L, at the stimulus; not of
        an imported cell).
        """
        base = self.pace(rate)
        last = base.beats[-1]
        steady = float(base.summary()["T_dev"])
        theta, t_on = base.model._theta, base.model["pacer.t_on"]
        # long enough for the whole twitch, however fast the train was
        alone = theta.copy()
        alone[self._c.param_index["pacer.rate"]] = min(60 * rate, 30.0)
        signals = [k for k in ("cell.tension", "cell.SR_load") if k in self._c.out_paths]
        reader = self._c.reader(tuple(signals))
        rows = []
        for rest in rests:
            if not t_on < rest < 3600:
                raise ParameterError(f"rest = {rest:g} s is outside 0..3600 s.")
            x = self._c.beat(last.x, theta, rtol=1e-6, until=rest).x
            for p in self._quiet(x, theta, rest - 1 / rate):
                x = p.x
            p = self._c.beat(x, alone, rtol=1e-6, samples=2000)
            T, *stores = reader(p.X, p.V, p.piece).T
            i = int(np.searchsorted(p.t, t_on))
            developed = peak(p.t[i:], T[i:]) - float(T[i])
            row = {"rest": rest, "T_dev": developed, "relative": developed / steady}
            rows.append(row | ({"SR_load": float(stores[0][i])} if stores else {}))
        table = pd.DataFrame(rows).set_index("rest")
        table.attrs["units"] = {"T_dev": "kPa", "relative": "1", "SR_load": "umol/L"}
        return table

    def _quiet(self, x: np.ndarray, theta: np.ndarray, seconds: float, every: float = 0.0) -> Iterator[Pass]:
        """Stretches of real time without a stimulus, from the state x (n,); sampled if `every` (s) is above zero."""
        silent = theta.copy()
        silent[self._c.param_index["pacer.length"]] = 0.0  # a window of no length never opens
        silent[self._c.param_index["pacer.rate"]] = 60 / QUIET
        left = seconds
        while left > 1e-9:
            span = min(left, QUIET)
            samples = round(span / every) if every else 0
            p = self._c.beat(x, silent, rtol=1e-6, until=span, samples=samples)
            yield p
            x, left = p.x, left - span

    def quiescence(self, rate: float = 2.0, watch: float = 5.0, *, every: float = 0.001) -> Quiescence:
        """What the cell does by itself after a settled train at `rate` (Hz) stops: silent, DADs or triggered beats.

        The last paced beat and then `watch` seconds without a stimulus are integrated in real time and sampled `every`
        so many seconds. Where nothing settles (spontaneous beats between the stimuli), a train of 300 stimuli stands
        for it, and the status says so. Raises `ParameterError` for impossible rates and times.
        """
        if not 0 < watch <= 600:
            raise ParameterError(f"watch = {watch:g} s is outside 0..600 s.")
        if not 1e-5 <= every <= 0.01:
            raise ParameterError(f"every = {every:g} s is outside 0.00001..0.01 s.")
        c = self._c
        try:
            base = self.pace(rate)
            x, theta, status, settled = base.beats[-1].x, base.model._theta, base.status, base.stable
        except ConvergenceError as error:
            x, status, settled = c.start(), str(error), False
            theta = self.with_({"pacer.rate": 60 * rate})._theta
        if not settled:
            for _ in range(UNSETTLED):
                x = c.beat(x, theta, rtol=1e-5).x
            status = f"after {UNSETTLED} stimuli, not settled ({status})"
        last = c.beat(x, theta, rtol=1e-6, samples=max(10, round(1 / rate / every)))
        passes = [last, *self._quiet(last.x, theta, watch, every)]
        names = tuple(k for k in SIGNALS if k in c.index or k in c.out_paths)  # an imported cell may know no store load
        reader = c.reader(names)
        starts = np.cumsum([0.0, *(p.t[-1] for p in passes[:-1])]) - self["pacer.t_on"]
        # the first sample of a stretch repeats the last of the one before
        t = np.concatenate([p.t[k > 0 :] + a for k, (p, a) in enumerate(zip(passes, starts, strict=True))])
        Y = np.concatenate([reader(p.X, p.V, p.piece)[k > 0 :] for k, p in enumerate(passes)])
        signals = dict(zip(names, Y.T, strict=True))
        store = signals.get("cell.SR_load", np.full(len(t), np.nan))
        verdict, events = spontaneous(t, signals["cell.V"], signals["cell.Ca_i"], store)
        stopped = float(store[len(last.t) - 1])
        data = xr.Dataset(
            {k: ("time", y, {"units": SIGNALS[k][0], "long_name": SIGNALS[k][1]}) for k, y in signals.items()},
            coords={"time": ("time", t, {"units": "s", "long_name": "time since the last stimulus"})},
            attrs={"verdict": verdict, "status": status, "rate": rate, "SR_load": stopped},
        )
        return Quiescence(self, data, events, verdict, status)

    def dad_map(
        self,
        leaks: Sequence[float] = (0.5, 1.0, 2.0, 4.0, 8.0),
        loads: Sequence[float] = (0.6, 1.0, 1.5, 2.0, 2.5),
        agonists: Sequence[float] = (0.0, 10.0, 100.0),
        *,
        rate: float = 2.0,
        watch: float = 5.0,
        by: str = "cell.Ca_o",
        progress: bool = True,
    ) -> pd.DataFrame:
        """Silent, DAD or triggered over leak, load of the store and agonist: one row a combination.

        Parameters
        ----------
        leaks
            Levels of `cell.ryr_leak` (1 = healthy; below 1 receptors are held shut, as by an inhibitor of CaMKII).
        loads
            Factors on the parameter `by`. External calcium is the default, as on the bench: it fills the store and
            leaves pump, receptors and leak as they are, whereas more SERCA also takes a release back up.
        agonists
            Levels of `cell.agonist` (units of the resting noradrenaline; 0 = none).
        rate, watch
            As of `quiescence`.

        Columns: leak, load, agonist, verdict ("silent", "DAD", "triggered", "depolarized", or "failed" where not even a
        train could be integrated), DADs, triggered, first (s), amplitude (mV), SR_load (umol/L, when stimulation
        stops), status.
        """
        grid = [(x, y, z) for z in agonists for x in leaks for y in loads]
        bar = Bar("map of afterdepolarizations", len(grid), "cells") if progress else None
        rows: list[dict[str, float | str]] = []
        home = self._guess
        try:
            for leak, load, agonist in grid:
                levels = {"cell.ryr_leak": leak, by: load * self[by], "cell.agonist": agonist}
                cell = self.with_(levels)
                cell._guess = home  # where the last one settled is near
                row: dict[str, float | str] = {"leak": leak, "load": load, "agonist": agonist}
                try:
                    found = cell.quiescence(rate, watch)
                except IntegrationError as error:
                    nothing = dict.fromkeys(("DADs", "triggered", "first", "amplitude", "SR_load"), float("nan"))
                    rows.append(row | {"verdict": "failed"} | nothing | {"status": str(error)})
                else:
                    numbers = found.summary()[["DADs", "triggered", "first", "amplitude", "SR_load"]]
                    rows.append(row | {"verdict": found.verdict} | dict(numbers) | {"status": found.status})
                    home = cell._guess
                if bar:
                    bar.update(len(rows), str(rows[-1]["verdict"]))
        finally:
            if bar:
                bar.close()
        table = pd.DataFrame(rows)
        table.attrs["units"] = {"first": "s", "amplitude": "mV", "SR_load": "umol/L"}
        table.attrs["by"] = by
        return table

    def dose_response(
        self, doses: Sequence[float] = (0.0, 1.0, 2.0, 5.0, 10.0, 100.0), rate: float = 1.0
    ) -> pd.DataFrame:
        """Settled beats over agonist levels (1 = resting sympathetic tone)."""
        rows = {}
        for dose in doses:
            cell = self.with_({"cell.sympathetic_heart": dose}, check_bounds=False)
            beat = cell.pace(rate)
            rows[dose] = beat.summary()
            rows[dose]["alternation"] = beat.alternation
        table = pd.DataFrame(rows).T
        table.index.name = "agonist"
        table.attrs["units"] = TABLE_UNITS
        return table


def _passes(x: np.ndarray, y: np.ndarray, level: float) -> float:
    """Where y first falls from above to below a level, on straight lines between the points; nan if it does not."""
    first = np.flatnonzero((y[:-1] >= level) & (y[1:] < level))
    if not len(first):
        return float("nan")
    i = int(first[0])
    return float(x[i] + (y[i] - level) / (y[i] - y[i + 1]) * (x[i + 1] - x[i]))


def _steady_multiplier(beat: CellBeat | CellPair) -> float:
    """Most negative real multiplier of the steady beat, also where a pair has replaced it."""
    if isinstance(beat, CellBeat):
        return beat.alternans
    return beat.steady.alternans if beat.steady is not None else float("nan")


def myocyte(
    cell: str | ImportedCell = "compact", state: str | os.PathLike[str] | CellState | Mapping[str, float] = "control"
) -> Myocyte:
    """An isolated ventricular myocyte.

    Parameters
    ----------
    cell
        "compact", "human", or a cell read from a file: `hl.myocyte(hl.read_cell("model.mmt"))`.
    state
        "control", "failing" or "end-stage" (`scenarios/data/cell_states.toml`), a TOML file of states (`"mine.toml"`,
        or `"mine.toml:NAME"` if it holds several), or values by parameter: `{"cell.serca": 0.6}`. An imported cell has
        no insult levels: only "control" or values by parameter fit it.

    Raises `ParameterError` for unknown names, `DataError` for a file that holds no state.
    """
    if not isinstance(cell, ImportedCell) and cell not in CELLS:
        raise ParameterError(
            f"cell = {cell!r} is not known; choose {' or '.join(CELLS)}.{suggest(str(cell), CELLS)}"
        )
    if isinstance(state, Mapping):
        return Myocyte(_compiled(cell), title=f"{title_of(cell)} myocyte, own values").with_(state)
    chosen = cell_state(state)
    if isinstance(cell, ImportedCell) and chosen.factors:
        raise ParameterError(
            f"An imported cell has no insult levels, so there is no {chosen.name!r} state of it; "
            "give values by parameter."
        )
    model = Myocyte(_compiled(cell), title=f"{title_of(cell)} myocyte, {chosen.name}")
    return model.with_(chosen.levels(model, str(cell)) if chosen.factors else {})
