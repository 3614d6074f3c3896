"""Protocols: what is read off a run in real time, window by window, and the change from its own baseline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from heartloop.errors import UnknownNameError, suggest
from heartloop.summary import UNITS

from .files import Window

if TYPE_CHECKING:
    from heartloop.run import Run

KEYS = ("MAP", "HR", "SV", "CO", "CVP", "PCWP")  # where a scenario names no outputs
TABLE = "protocol"  # its name among the tables of the run


def measure(run: Run, windows: Sequence[Window], keys: Sequence[str] = KEYS) -> pd.DataFrame:
    """Every output in every window after the first, beside the first, which is the baseline.

    One row a window and quantity: window, quantity, unit, baseline, response, change. A key is a summary key, read
    off complete beats that lie in the window, or the path of a signal, read off its samples. A window that the run did
    not reach holds nan. Raises `UnknownNameError`.
    """
    check(run, keys)
    rows = []
    baseline, *others = windows
    for window in others:
        for key in keys:
            before, after = (read(run, w, key) for w in (baseline, window))
            unit = UNITS[key] if key in UNITS else str(run.data[key].attrs.get("units", ""))
            rows.append((window.name, key, unit, before, after, after - before))
    columns = ["window", "quantity", "unit", "baseline", "response", "change"]
    return pd.DataFrame(rows, columns=columns).rename_axis("row")


def check(run: Run, keys: Sequence[str]) -> None:
    """Raise `UnknownNameError` for a key that the run has neither as a number of a beat nor as a signal."""
    known = [*(k for k in UNITS if k in run.beats), *map(str, run.data.data_vars)]
    for key in keys:
        if key not in known:
            raise UnknownNameError(f"A run has no output '{key}'.{suggest(key, known)}")


def read(run: Run, window: Window, key: str) -> float:
    """One number: `key` in `window`, as the window says (mean, lowest, highest, first)."""
    if key not in run.beats:
        t = run.data["time"].values
        y = run.data[key].values[(t >= window.from_s) & (t < window.to_s)]
        how = {"mean": np.mean, "lowest": np.min, "highest": np.max, "first": lambda values: values[0]}
        return float(how[window.read](y)) if len(y) else float("nan")
    beats = inside(run, window)
    y, length = beats[key].to_numpy(dtype=float), 60 / beats["HR"].to_numpy(dtype=float)
    if not len(y):
        return float("nan")
    if window.read == "mean":  # over time: the mean rate is then beats over minutes
        return float(np.sum(y * length) / np.sum(length))
    return float({"lowest": np.min, "highest": np.max, "first": lambda values: values[0]}[window.read](y))


def inside(run: Run, window: Window) -> pd.DataFrame:
    """Beats of the run that lie wholly in the window."""
    onset = run.beats["onset"]
    return run.beats[(onset >= window.from_s) & (onset + 60 / run.beats["HR"] <= window.to_s + 1e-9)]
