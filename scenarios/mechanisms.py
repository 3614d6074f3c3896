"""Which mechanism carries how much of a failing force-frequency curve: each applied alone, each taken away alone."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np
import pandas as pd

from heartloop.errors import ParameterError
from heartloop.progress import Bar

from .cell_states import CellState, cell_state
from .myocyte import Myocyte, myocyte

RATES = tuple(0.25 * i for i in range(2, 13))  # Hz
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
    found.loc["all"] = found.prod()
    found.attrs["together"] = whole / control
    found.index.name = "factor"
    return found
