"""Cells beside each other: what each mechanism does to a failing force-frequency curve, and cell against cell."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from heartloop.errors import ParameterError
from heartloop.progress import Bar

from .cell_states import CellState, cell_state
from .myocyte import CELL_UNITS, CELLS, CellBeat, CellPair, Myocyte, myocyte

RATES = tuple(0.25 * i for i in range(2, 13))  # Hz
COMPARED = (0.5, 1.0, 2.0, 3.0)  # Hz
SLOW, REST, FAST = 0.5, 1.0, 2.5  # Hz: 30, 60 and 150 a minute
INHIBITED = "CaMKII inhibited"
ALONE, AWAY = "alone", "taken away"
UNITS = {
    "staircase": "1", "peak_rate": "1/min", "peak": "kPa", "T_dev": "kPa", "T_dia_slope": "kPa/Hz",
    "SR_load": "umol/L", "alternation": "1",
}  # fmt: skip


def optimum(rates: Sequence[float], force: Sequence[float]) -> tuple[float, float]:
    """Rate and height of the top of a force-frequency curve: the parabola through the highest point and its neighbours.

    At an end of the curve the end itself.
    """
    x, y = np.asarray(rates, dtype=float), np.asarray(force, dtype=float)
    x, y = x[np.isfinite(y)], y[np.isfinite(y)]
    i = int(np.argmax(y))
    if i in (0, len(x) - 1):
        return float(x[i]), float(y[i])
    a, b, c = np.polyfit(x[i - 1 : i + 2] - x[i], y[i - 1 : i + 2], 2)
    return float(x[i] - b / (2 * a)), float(c - b * b / (4 * a))


def staircase(cell: Myocyte, rates: Sequence[float] = RATES) -> tuple[pd.Series, pd.Series]:
    """What a force-frequency curve comes down to, and the curve (kPa over Hz).

    `staircase`: developed force at 150 over 30/min; `peak_rate` (1/min) and `peak` (kPa); `T_dev` (kPa) and `SR_load`
    (umol/L) at 60/min; `T_dia_slope`: rise of diastolic tension with rate (kPa/Hz, least squares from 30 to 150/min);
    `alternation`: the most at any rate. Where beats alternate, the mean of the pair counts; where nothing settles, nan.
    """
    missing = {SLOW, REST, FAST} - set(rates)
    if missing:
        raise ParameterError(f"rates lacks {', '.join(f'{60 * r:g}' for r in sorted(missing))}/min, which is compared.")
    table = cell.force_frequency(rates)
    T = table["T_dev"]
    rate, top = optimum(list(T.index), T.to_numpy(dtype=float))
    part = table.loc[SLOW:FAST, "T_dia"].dropna()  # type: ignore[misc]
    slope = np.polyfit(part.index.to_numpy(dtype=float), part.to_numpy(dtype=float), 1)[0]
    numbers = pd.Series({
        "staircase": T[FAST] / T[SLOW], "peak_rate": 60 * rate, "peak": top, "T_dev": T[REST],
        "T_dia_slope": float(slope), "SR_load": table.loc[REST, "SR_load"], "alternation": table["alternation"].max(),
    })  # fmt: skip
    return numbers.astype(float), T


def mechanisms(
    kind: str = "compact",
    state: str | os.PathLike[str] | CellState = "failing",
    rates: Sequence[float] = RATES,
    *,
    progress: bool = False,
) -> pd.DataFrame:
    """Force-frequency of a healthy cell, of a state, and of every factor of it: alone, and taken away from the rest.

    Index: `case` and `how` ("" for "control", the state and "CaMKII inhibited" in either, else "alone" or "taken
    away"). Columns are those of `staircase`; the curves stand in `.attrs["curves"]` (kPa; index Hz, columns as rows).
    Raises `ParameterError` for a state without factors.
    """
    chosen = cell_state(state)
    if not chosen.factors:
        raise ParameterError(f"State '{chosen.name}' has no factors to take away; choose failing or end-stage.")
    control, whole = myocyte(kind), myocyte(kind, chosen)
    cells: dict[tuple[str, str], Myocyte] = {
        ("control", ""): control,
        (chosen.name, ""): whole,
        (f"control, {INHIBITED}", ""): control.with_({"cell.camkii": 0.0}),
        (f"{chosen.name}, {INHIBITED}", ""): whole.with_({"cell.camkii": 0.0}),
    }
    for name in chosen.factors:
        cells[name, ALONE] = myocyte(kind, chosen.only(name))
        cells[name, AWAY] = myocyte(kind, chosen.without(name))
    bar = Bar(f"{kind}, factors of {chosen.name}", len(cells), "curves") if progress else None
    rows, curves = {}, {}
    try:
        for key, cell in cells.items():
            rows[key], curves[key] = staircase(cell, rates)
            if bar:
                bar.update(len(rows), " ".join(key))
    finally:
        if bar:
            bar.close()
    table = pd.DataFrame(rows).T
    table.index.names = ["case", "how"]
    table.attrs |= {"units": UNITS, "state": chosen.name, "curves": pd.DataFrame(curves)}
    return table


def parts(table: pd.DataFrame, key: str = "staircase") -> pd.DataFrame:
    """What each factor does to a number of `mechanisms`, as factors of it, and whether the parts make the whole.

    One row a factor: `alone`, the number with it alone over that of the healthy cell; `last`, that of the state over
    the state without it. The row "all" holds the products of the columns; `together` is the state over the healthy
    cell, which both products would be if factors did not act on each other.
    """
    control, whole = (float(table.loc[(k, ""), key]) for k in ("control", table.attrs["state"]))
    names = list(dict.fromkeys(case for case, how in table.index if how == ALONE))
    found = pd.DataFrame(
        {name: {"alone": table.loc[(name, ALONE), key] / control, "last": whole / table.loc[(name, AWAY), key]}
         for name in names}
    ).T  # fmt: skip
    found.loc["all"] = found.prod(skipna=False)
    found.attrs["together"] = whole / control
    found.index.name = "factor"
    return found


def defects(kind: str = "compact", state: str | os.PathLike[str] | CellState = "failing", rate: float = REST) -> dict[
    str, CellBeat | CellPair
]:
    """Settled beats at `rate` (Hz) of the healthy cell, of every factor of a state alone, and of all together."""
    chosen = cell_state(state)
    cells = {"healthy": myocyte(kind)} | {k: myocyte(kind, chosen.only(k)) for k in chosen.factors}
    return {name: cell.pace(rate) for name, cell in (cells | {chosen.name: myocyte(kind, chosen)}).items()}


def summaries(beats: Mapping[str, CellBeat | CellPair], name: str = "case") -> pd.DataFrame:
    """Numbers of beats by name, one row a beat, with the columns of `CellBeat.summary`."""
    table = pd.DataFrame({k: b.summary() for k, b in beats.items()}).T
    table.index.name = name
    table.attrs["units"] = CELL_UNITS
    return table


def compare(
    rates: Sequence[float] = COMPARED, states: Sequence[str] = ("control", "failing"), points: int = 200
) -> tuple[pd.DataFrame, dict[tuple[str, float], dict[str, CellBeat | CellPair]]]:
    """The human cell against the compact one: settled beats at `rates` (Hz), and how far apart they are.

    Index: state and rate. Columns `Ca` and `T`: root mean square difference over the beat (of a pair, its first beat)
    over the compact cell's peak; `Ca_peak` and `T_dev` of both. The beats come along, by (state, rate) and cell.
    """
    rows, pairs = {}, {}
    for state in states:
        cells = {kind: myocyte(kind, state) for kind in CELLS}
        for rate in rates:
            beats = {kind: cell.pace(rate) for kind, cell in cells.items()}
            row = {}
            for key, path in (("Ca", "cell.Ca_i"), ("T", "cell.tension")):
                phase = np.arange(points) / points / rate
                one, other = (
                    np.interp(phase, b.beats[0].data["time"].values, b.beats[0].data[path].values)
                    for b in (beats["compact"], beats["human"])
                )
                row[key] = float(np.sqrt(np.mean((other - one) ** 2)) / one.max())
            for kind, beat in beats.items():
                s = beat.summary()
                row |= {f"Ca_peak_{kind}": float(s["Ca_peak"]), f"T_dev_{kind}": float(s["T_dev"])}
            rows[state, rate], pairs[state, rate] = row, beats
    table = pd.DataFrame(rows).T
    table.index.names = ["state", "rate"]
    return table, pairs
