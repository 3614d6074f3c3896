"""Figures of results. Each function takes a result (or its dataset) and returns a matplotlib Figure.

Signals that a model does not have are left out, and so is a panel without any signal. matplotlib is imported when the
first figure is drawn.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import xarray as xr

from heartloop.errors import DataError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LEFT, RIGHT, LUNG, GREY, ACCENT = "#b5382e", "#2f6c9e", "#7d5a9b", "#5a5a5a", "#c98a1b"
STYLE: dict[Any, Any] = {
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#888888",
    "axes.linewidth": 0.8,
    "axes.labelcolor": "#333333",
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.titlecolor": "#333333",
    "xtick.color": "#555555",
    "ytick.color": "#555555",
    "lines.linewidth": 1.5,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "legend.handlelength": 1.2,
    "figure.dpi": 110,
    "savefig.dpi": 160,
}

Line = tuple[str, str, str]  # variable, label, colour

PRESSURES: tuple[Line, ...] = (
    ("lv.p", "left ventricle", LEFT),
    ("aorta.p", "aorta", ACCENT),
    ("la.p", "left atrium", GREY),
)
RIGHT_PRESSURES: tuple[Line, ...] = (
    ("rv.p", "right ventricle", RIGHT),
    ("pulmonary_arteries.p", "pulmonary artery", LUNG),
    ("ra.p", "right atrium", GREY),
)
VOLUMES: tuple[Line, ...] = (("lv.V", "left ventricle", LEFT), ("rv.V", "right ventricle", RIGHT))
FLOWS: tuple[Line, ...] = (("aortic_valve.q", "aortic valve", LEFT), ("mitral_valve.q", "mitral valve", GREY))
CALCIUM: tuple[Line, ...] = (("lv.cell.Ca_i", "left", LEFT), ("rv.cell.Ca_i", "right", RIGHT))
TENSION: tuple[Line, ...] = (("lv.cell.tension", "left", LEFT), ("rv.cell.tension", "right", RIGHT))

COURSE_LABELS = {
    "EF": "ejection fraction",
    "LVEDV": "LV end-diastolic volume",
    "LVEDP": "LV end-diastolic pressure",
    "PCWP": "wedge pressure",
    "CI": "cardiac index",
    "CO": "cardiac output",
    "SV": "stroke volume",
    "CVP": "central venous pressure",
    "HR": "heart rate",
    "MAP": "mean arterial pressure",
    "PP": "pulse pressure",
    "sympathetic": "sympathetic tone",
    "spillover": "cardiac spillover, relative to rest",
    "beta1_density": "beta1 density",
    "BV": "blood volume",
    "LVM": "LV mass",
}
LONG = 30.0  # s
BEAT_KEYS = ("MAP", "HR", "SV", "CO", "CVP", "PCWP")
COURSE_KEYS = ("EF", "LVEDV", "PCWP", "CI", "HR", "MAP", "beta1_density", "spillover", "BV", "LVM")


def plot_beat(beat: Any, title: str = "") -> Figure:
    """One beat: pressures, volumes, flows, pressure-volume loops, calcium and tension of the walls."""
    ds = _dataset(beat)
    t = ds["time"] if "time" in ds else ds["phase"]
    x = _axis_label(t, "time (s)")

    def lines(group: Sequence[Line], name: str, scale: float = 1.0, unit: str = "") -> Callable[[Axes], None] | None:
        return _lines(ds, t.values, x, group, name, scale, unit)

    panels = [
        lines(PRESSURES, "Left pressures"),
        lines(VOLUMES, "Volumes"),
        _loops(ds),
        lines(RIGHT_PRESSURES, "Right pressures"),
        lines(FLOWS, "Flows"),
        lines(CALCIUM, "Cytosolic calcium", *_nanomolar(ds, CALCIUM)),
        lines(TENSION, "Active tension"),
    ]
    return _draw(panels, title, columns=4)


def plot_run(run: Any, keys: Iterable[str] | None = None, title: str = "") -> Figure:
    """Signals over real time; beyond half a minute one number a beat. `keys` draws other variables."""
    ds = _dataset(run)
    t = ds["time"].values
    x = _axis_label(ds["time"], "time (s)")
    beats = getattr(run, "tables", {}).get("beats")
    layout: dict[str, Any] = {"columns": 1, "size": (8.0, 1.7), "shared": True}
    if keys is not None:
        return _draw([_lines(ds, t, x, [(k, "", LEFT)], _long_name(ds, k)) for k in _known(ds, keys)], title, **layout)
    if beats is not None and len(beats) > 1 and t[-1] - t[0] > LONG:
        table = xr.Dataset.from_dataframe(beats.set_index("onset")[[k for k in BEAT_KEYS if k in beats]])
        onset = table["onset"].values
        return _draw([_lines(table, onset, x, [(str(k), "", LEFT)], _beat_label(k)) for k in table], title, **layout)
    groups = ((PRESSURES, "Left pressures"), (RIGHT_PRESSURES, "Right pressures"), (VOLUMES, "Volumes"))
    return _draw([_lines(ds, t, x, g, n) for g, n in groups], title, **layout)


def plot_ectopic(run: Any, before: float = 2.5, after: float = 4.0, title: str = "") -> Figure:
    """Around the first beats that started in a ventricle: voltages, calcium and stores of the walls, pressures.

    Thin lines are the upstrokes of such beats, in the color of their wall. `before` and `after` are seconds from the
    first of them. Raises `DataError` if the run has none.
    """
    ds = _dataset(run)
    events = getattr(run, "tables", {}).get("ectopic")
    if events is None or not len(events):
        raise DataError("No beat of this run started in a ventricle; there is nothing to draw.")
    first = float(events["time"].iloc[0])
    ds = ds.sel(time=slice(first - before, first + after))
    t = ds["time"].values
    shades = {"lv": LEFT, "rv": RIGHT}

    def marked(group: Sequence[Line], name: str, scale: float = 1.0, unit: str = "") -> Callable[[Axes], None] | None:
        inner = _lines(ds, t, "time (s)", group, name, scale, unit)
        if inner is None:
            return None

        def draw(ax: Axes) -> None:
            inner(ax)
            for at, wall in zip(events["time"], events["wall"], strict=True):
                if t[0] <= at <= t[-1]:
                    ax.axvline(at, color=shades.get(str(wall), GREY), lw=0.8, ls=":")

        return draw

    voltage: tuple[Line, ...] = (("lv.cell.V", "left", LEFT), ("rv.cell.V", "right", RIGHT))
    store: tuple[Line, ...] = (("lv.cell.SR_load", "left", LEFT), ("rv.cell.SR_load", "right", RIGHT))
    panels = [
        marked(voltage, "Membrane potential"),
        marked(CALCIUM, "Cytosolic calcium", *_nanomolar(ds, CALCIUM)),
        marked(store, "Calcium of the store"),
        marked((("lv.p", "left ventricle", LEFT), ("arteries.p", "arteries", ACCENT)), "Left pressures"),
        marked((("rv.p", "right ventricle", RIGHT), ("pulmonary_arteries.p", "lung", LUNG)), "Right pressures"),
    ]
    return _draw(panels, title, columns=1, size=(8.0, 1.6), shared=True)


def plot_protocol(
    run: Any, windows: Mapping[str, tuple[float, float]], keys: Iterable[str] = BEAT_KEYS, title: str = ""
) -> Figure:
    """A protocol in real time: one number a beat (or a signal by its path), windows shaded, the baseline as a line.

    `windows` maps names to (start, end) in seconds; the first one is the baseline.
    """
    from heartloop.summary import UNITS

    ds = _dataset(run)
    beats = run.tables["beats"]
    spans = list(windows.items())
    chosen = [k for k in keys if k in beats or k in ds]

    def panel(key: str, top: bool) -> Callable[[Axes], None]:
        def draw(ax: Axes) -> None:
            if key in beats:
                x, y, unit = beats["onset"].to_numpy(), beats[key].to_numpy(dtype=float), UNITS.get(key, "")
            else:
                x, y, unit = ds["time"].values, ds[key].values, _unit(ds, key)
            for i, (name, (a, b)) in enumerate(spans):
                ax.axvspan(a, b, color="#e9e9e9" if i == 0 else "#f3e6d3", lw=0)
                if top:
                    ax.text((a + b) / 2, 1.0, name, ha="center", va="bottom", fontsize=7, color="#555555",
                            transform=ax.get_xaxis_transform())  # fmt: skip
            if spans:
                a, b = spans[0][1]
                first = y[(x >= a) & (x < b)]
                if len(first):
                    ax.axhline(float(np.mean(first)), color="#999999", lw=0.8)
            ax.plot(x, y, color=LEFT, marker="o" if len(x) < 40 else "", ms=2.5)
            ax.set_ylabel(key + (f"\n{unit}" if unit and unit != "1" else ""), fontsize=8)
            ax.set_xlabel("time (s)")
            ax.margins(x=0)
            _flat(ax, y)

        return draw

    panels = [panel(str(k), i == 0) for i, k in enumerate(chosen)]
    return _draw(panels, title, columns=1, size=(8.0, 1.4), shared=True)


def plot_loops(
    run: Any,
    span: tuple[float, float] | None = None,
    line: tuple[float, float] | None = None,
    beats: Mapping[str, tuple[float, float]] | None = None,
    title: str = "",
) -> Figure:
    """Pressure-volume loops of both ventricles: all of `span` (s) with an end-systolic `line`, or named `beats`.

    `line` is slope (mmHg/mL) and volume intercept (mL), of the left ventricle; `beats` maps names to (start, end).
    """
    ds = _dataset(run)
    t = ds["time"].values
    shown = dict(beats) if beats else {"": span or (float(t[0]), float(t[-1]))}
    shades = [GREY, LEFT, RIGHT, ACCENT, LUNG]

    def panel(side: str, name: str) -> Callable[[Axes], None] | None:
        if f"{side}.p" not in ds or f"{side}.V" not in ds:
            return None

        def draw(ax: Axes) -> None:
            for i, (label, (a, b)) in enumerate(shown.items()):
                part = (t >= a) & (t <= b)
                V, p = ds[f"{side}.V"].values[part], ds[f"{side}.p"].values[part]
                ax.plot(V, p, color=shades[i % len(shades)] if beats else LEFT, label=label, lw=1.5 if beats else 0.8)
                if side == "lv" and line is not None and len(V):
                    slope, zero = line
                    at = np.array([zero, zero + float(np.max(p)) / slope])
                    ax.plot(at, slope * (at - zero), color=GREY, lw=1, ls="--")
            ax.set_title(f"{name} (mmHg)")
            ax.set_xlabel("volume (mL)")
            if beats:
                ax.legend(loc="best")

        return draw

    return _draw([panel("lv", "Left ventricle"), panel("rv", "Right ventricle")], title, columns=2, size=(3.6, 2.8))


def plot_carotid(
    points: Mapping[str, tuple[np.ndarray, np.ndarray]], fits: pd.DataFrame, title: str = ""
) -> Figure:
    """Open carotid loop: measured points (pressure at the sinus, response) by key, and the logistic of each.

    `fits` has a row a key with range, middle, low, gain, threshold and saturation.
    """

    def panel(key: str) -> Callable[[Axes], None]:
        def draw(ax: Axes) -> None:
            P, y = points[key]
            fit = fits.loc[key]
            a = -4 * fit["gain"] / fit["range"]
            fine = np.linspace(float(P.min()), float(P.max()), 200)
            ax.plot(fine, fit["low"] + fit["range"] / (1 + np.exp(a * (fine - fit["middle"]))), color=GREY, lw=1)
            ax.plot(P, y, "o", color=LEFT, ms=4)
            for where in ("threshold", "saturation"):
                ax.axvline(fit[where], color="#bbbbbb", lw=0.8, ls=":")
            ax.set_title(_beat_label(key))
            ax.set_xlabel("carotid sinus pressure (mmHg)")

        return draw

    return _draw([panel(k) for k in points], title, columns=2, size=(3.6, 2.6))


def plot_course(course: Any, keys: Iterable[str] | None = None, title: str = "") -> Figure:
    """Months of a disease, one panel a quantity; the thin line is the value on the first day."""
    ds = _dataset(course)
    day = ds["day"].values
    chosen = [k for k in COURSE_KEYS if k in ds] if keys is None else _known(ds, keys)
    panels = [_history(ds, day, key) for key in chosen]
    return _draw(panels, title, columns=3)


def plot_compare(beats: Mapping[str, Any], title: str = "") -> Figure:
    """Several beats over each other: left-ventricular loop, calcium, tension and arterial pressure."""
    sets = {name: _dataset(beat) for name, beat in beats.items()}
    if not sets:
        raise DataError("There is no beat to compare.")
    shades = [GREY, LEFT, RIGHT, ACCENT, LUNG]

    def panel(y: str, name: str, x: str = "time", scale: float = 1.0, unit: str = "") -> Callable[[Axes], None] | None:
        present = {label: ds for label, ds in sets.items() if y in ds and (x in ds or x in ds.coords)}
        if not present:
            return None

        def draw(ax: Axes) -> None:
            for (label, ds), colour in zip(present.items(), shades * len(present), strict=False):
                ax.plot(ds[x].values, scale * ds[y].values, color=colour, label=label)
            first = next(iter(present.values()))
            ax.set_title(_with_unit(name, unit or _unit(first, y)))
            ax.set_xlabel("volume (mL)" if x != "time" else "time (s)")
            ax.legend(loc="best")

        return draw

    nano = _nanomolar(next(iter(sets.values())), CALCIUM)
    panels = [
        panel("lv.p", "Left-ventricular loop", x="lv.V"),
        panel("lv.cell.Ca_i", "Cytosolic calcium", scale=nano[0], unit=nano[1]),
        panel("lv.cell.tension", "Active tension"),
        panel("arteries.p", "Arterial pressure"),
    ]
    return _draw(panels, title, columns=2)


def plot_slow(course: Any, title: str = "Slow states and what they drive, those that moved") -> Figure:
    """Every slow state and slow output of a course that changed by more than a thousandth of its size."""
    ds = _dataset(course)
    names = [str(k) for k in ds.data_vars if "." in str(k) and ":" not in str(k) and ds[k].dims == ("day",)]
    given = set(json.loads(str(ds.attrs.get("courses", "[]"))))  # insults and therapies: prescribed, not answers
    moved = [k for k in names if k not in given and np.ptp(ds[k].values) > 1e-3 * max(1.0, abs(float(ds[k][0])))]
    return _draw([_history(ds, ds["day"].values, k) for k in moved or names], title, columns=4, size=(2.8, 1.8))


def plot_cuts(table: pd.DataFrame, keys: Sequence[str] = ("EF", "PCWP", "LVEDV"), title: str = "") -> Figure:
    """End of a scenario with each link cut in turn; the first row of the table is the uncut run (thin line)."""
    keys = [k for k in keys if k in table.columns]
    if not keys or not len(table):
        raise DataError(f"The table of cuts has no column of {', '.join(keys) or 'EF, PCWP, LVEDV'} to draw.")
    names = list(table.index)
    units = table.attrs.get("units", {})

    def panel(key: str, first: bool) -> Callable[[Axes], None]:
        def draw(ax: Axes) -> None:
            values = table[key].to_numpy(float)
            y = np.arange(len(values))
            ax.hlines(y, values[0], values, color="#bbbbbb", lw=1.2)
            ax.plot(values[1:], y[1:], "o", color=LEFT, ms=5)
            ax.plot(values[:1], y[:1], "o", color=GREY, ms=5)
            ax.axvline(values[0], color="#999999", lw=0.8)
            ax.set_yticks(y, names if first else [""] * len(y))
            ax.tick_params(axis="y", length=0)
            ax.spines["left"].set_visible(False)
            ax.margins(y=0.12)
            ax.invert_yaxis()
            ax.set_xlabel(_with_unit(COURSE_LABELS.get(key, key), units.get(key, "")))

        return draw

    height = 0.32 * len(names) + 0.9
    return _draw([panel(k, i == 0) for i, k in enumerate(keys)], title, columns=len(keys), size=(3.0, height))


# -- panels -----------------------------------------------------------------------------------------------------------


def _lines(
    ds: xr.Dataset, t: np.ndarray, x: str, group: Sequence[Line], name: str, scale: float = 1.0, unit: str = ""
) -> Callable[[Axes], None] | None:
    present = [line for line in group if line[0] in ds]
    if not present:
        return None

    def draw(ax: Axes) -> None:
        for variable, label, colour in present:
            ax.plot(t, scale * ds[variable].values, color=colour, label=label)
        ax.set_title(_with_unit(name, unit or _unit(ds, present[0][0])))
        ax.set_xlabel(x)
        ax.margins(x=0)
        if len(present) > 1:
            ax.legend(loc="best")

    return draw


def _loops(ds: xr.Dataset) -> Callable[[Axes], None] | None:
    sides = [s for s in (("lv", "left", LEFT), ("rv", "right", RIGHT)) if {s[0] + ".p", s[0] + ".V"} <= set(ds)]
    if not sides:
        return None

    def draw(ax: Axes) -> None:
        for side, label, colour in sides:
            ax.plot(ds[side + ".V"].values, ds[side + ".p"].values, color=colour, label=label)
        ax.set_title("Pressure-volume loops (mmHg)")
        ax.set_xlabel("volume (mL)")
        ax.legend(loc="best")

    return draw


def _history(ds: xr.Dataset, day: np.ndarray, key: str) -> Callable[[Axes], None]:
    def draw(ax: Axes) -> None:
        y = ds[key].values.astype(float)
        finite = y[np.isfinite(y)]
        if len(finite):
            ax.axhline(finite[0], color="#bbbbbb", lw=0.8)
            _flat(ax, finite)
        ax.plot(day, y, color=LEFT, marker="o" if len(day) < 12 else "", ms=2.5)
        ax.set_title(_with_unit(COURSE_LABELS.get(key, key), _unit(ds, key)))
        ax.set_xlabel("day")
        ax.margins(x=0)

    return draw


def _flat(ax: Axes, y: np.ndarray) -> None:
    """A line that moves by less than 2 % should look flat."""
    finite = y[np.isfinite(y)]
    if not len(finite):
        return
    middle = float(np.mean(finite))
    if np.ptp(finite) < 0.02 * max(abs(middle), 1e-12):
        ax.set_ylim(middle - 0.05 * abs(middle), middle + 0.05 * abs(middle))


def _draw(
    panels: Sequence[Callable[[Axes], None] | None],
    title: str,
    *,
    columns: int,
    size: tuple[float, float] = (3.3, 2.3),
    shared: bool = False,
) -> Figure:
    """Lay out the panels that exist, in rows."""
    import matplotlib.pyplot as plt

    drawn = [p for p in panels if p is not None]
    if not drawn:
        raise DataError("The result has none of the signals that this figure shows.")
    columns = min(columns, len(drawn))
    rows = math.ceil(len(drawn) / columns)
    with plt.rc_context(STYLE):
        width, height = size
        fig = plt.figure(figsize=(columns * width, rows * height + (0.3 if title else 0)), layout="constrained")
        axes: list[Axes] = []
        for i, panel in enumerate(drawn):
            ax = fig.add_subplot(rows, columns, i + 1, sharex=axes[0] if shared and axes else None)
            panel(ax)
            axes.append(ax)
            below = i + columns < len(drawn)
            if shared and below:
                ax.set_xlabel("")
        if title:
            fig.suptitle(title, x=0.01, ha="left", fontsize=10)
        # a notebook shows the returned figure; left open it would show twice
        plt.close(fig)
    return fig


# -- names and units --------------------------------------------------------------------------------------------------


def _dataset(result: Any) -> xr.Dataset:
    data = result if isinstance(result, xr.Dataset) else getattr(result, "data", None)
    if not isinstance(data, xr.Dataset):
        raise DataError(f"A {type(result).__name__} cannot be drawn; give a result or its dataset.")
    return data


def _known(ds: xr.Dataset, keys: Iterable[str]) -> list[str]:
    from heartloop.errors import UnknownNameError, suggest

    chosen = [keys] if isinstance(keys, str) else list(keys)
    for key in chosen:
        if key not in ds:
            raise UnknownNameError(f"The result has no variable '{key}'.{suggest(key, map(str, ds.variables))}")
    return chosen


def _unit(ds: xr.Dataset, name: str) -> str:
    unit = str(ds[name].attrs.get("units", ""))
    return "" if unit == "1" else unit


def _long_name(ds: xr.Dataset, name: str) -> str:
    return str(ds[name].attrs.get("long_name", name))


def _with_unit(name: str, unit: str) -> str:
    return f"{name} ({unit})" if unit and unit != "1" else name


def _beat_label(key: Any) -> str:
    from heartloop.summary import UNITS

    return _with_unit(COURSE_LABELS.get(key, key), UNITS.get(key, ""))


def _axis_label(coordinate: xr.DataArray, default: str) -> str:
    unit = coordinate.attrs.get("units")
    return f"{coordinate.name} ({unit})" if unit and unit != "1" else default if not unit else str(coordinate.name)


def _nanomolar(ds: xr.Dataset, group: Sequence[Line]) -> tuple[float, str]:
    """Calcium reads best in nmol/L."""
    micro = any(name in ds and ds[name].attrs.get("units") == "umol/L" for name, _, _ in group)
    return (1000.0, "nmol/L") if micro else (1.0, "")
