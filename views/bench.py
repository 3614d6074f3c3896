"""Figures of the bench: tables of settled beats, alternans, a cell after its last stimulus, its map."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from heartloop.errors import DataError

from .figures import ACCENT, GREY, LEFT, LUNG, RIGHT, Line, _dataset, _draw, _lines, _nanomolar, _unit, _with_unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


AXES = {  # name of a table's index: label, factor, logarithmic
    "rate": ("rate (1/min)", 60.0, False),
    "rest": ("interval to the stimulus after the pause (s)", 1.0, True),
    "agonist": ("agonist + 1 (resting noradrenaline = 1)", 1.0, True),
}
RELEASED = 300.0  # ms, shown of the release
BENCH_KEYS = ("T_dev", "T_dia", "relative", "Ca_peak", "Ca_dia", "SR_load", "APD90")
BENCH_NAMES = {
    "T_dev": "Developed tension", "T_dia": "Diastolic tension", "relative": "Force over the settled beat",
    "Ca_peak": "Peak calcium", "Ca_dia": "Diastolic calcium", "SR_load": "Calcium of the store", "APD90": "APD90",
}  # fmt: skip


def plot_bench(
    tables: pd.DataFrame | Mapping[str, pd.DataFrame], keys: Sequence[str] | None = None, title: str = ""
) -> Figure:
    """Tables of the bench over their index (rate, pause or agonist), a panel a key and a line a table.

    `tables` is one of `Myocyte.force_frequency`, `post_rest`, `dose_response`, or several of one kind by name, for
    example `{"control": ..., "failing": ...}`.
    """
    named = {"": tables} if isinstance(tables, pd.DataFrame) else dict(tables)
    first = next(iter(named.values()), None)
    if first is None or not len(first):
        raise DataError("There is no table of the bench to draw.")
    label, factor, logarithmic = AXES.get(str(first.index.name), (str(first.index.name), 1.0, False))
    chosen = [k for k in (keys or BENCH_KEYS) if any(k in t.columns for t in named.values())]
    shades = (LEFT, RIGHT, ACCENT, GREY, LUNG)

    def panel(key: str) -> Callable[[Axes], None]:
        def draw(ax: Axes) -> None:
            for i, (name, table) in enumerate(named.items()):
                if key in table.columns:
                    x = factor * table.index.to_numpy(float) + (1.0 if first.index.name == "agonist" else 0.0)
                    y = table[key].to_numpy(float)
                    ax.plot(x, y, color=shades[i % len(shades)], marker="o", ms=3, label=name)
            if logarithmic:
                ax.set_xscale("log")
            if key == "relative":
                ax.axhline(1.0, color="#bbbbbb", lw=0.8, zorder=0)
            ax.set_ylim(bottom=0)
            ax.set_title(_with_unit(BENCH_NAMES.get(key, key), first.attrs.get("units", {}).get(key, "")))
            ax.set_xlabel(label)
            if len(named) > 1:
                ax.legend(loc="best")

        return draw

    return _draw([panel(k) for k in chosen], title, columns=3)


def plot_cell_beat(beats: Any, title: str = "") -> Figure:
    """Settled beats of an isolated cell: voltage, calcium, tension, store, release and what passes the membrane.

    `beats` is a `CellBeat` or `CellPair`, or several by name. Panels whose signal a cell lacks are left out.
    """
    named = dict(beats) if isinstance(beats, Mapping) else {"": beats}
    if not named:
        raise DataError("There is no beat to draw.")
    wanted = (
        ("cell.V", "Membrane potential (mV)", 1.0), ("cell.Ca_i", "Cytosolic calcium (nmol/L)", 1000.0),
        ("cell.tension", "Active tension (kPa)", 1.0), ("cell.SR_load", "Calcium of the store (umol/L)", 1.0),
        ("cell.j_rel", "Release (umol/L/s)", 1000.0), ("cell.I_CaL", "L-type current (A/F)", 1.0),
        ("cell.I_NCX", "Na/Ca exchange current (A/F)", 1.0), ("cell.j_up", "SERCA uptake (umol/L/s)", 1000.0),
        ("cell.Na_i", "Sodium (mmol/L)", 1.0),
    )  # fmt: skip
    shades = (LEFT, RIGHT, ACCENT, GREY, LUNG)

    def panel(path: str, name: str, scale: float) -> Callable[[Axes], None]:
        def draw(ax: Axes) -> None:
            for i, (label, beat) in enumerate(named.items()):
                for k, one in enumerate(beat.beats):  # the two beats of a pair: solid and dotted
                    ds, style = one.data, "-:"[k % 2]
                    if path in ds:
                        ax.plot(1000 * ds["time"].values, scale * ds[path].values, style, color=shades[i % 5],
                                label=label if k == 0 else None)  # fmt: skip
            ax.set_title(name)
            ax.set_xlabel("time (ms)")
            ax.margins(x=0)
            if path == "cell.j_rel":
                ax.set_xlim(0, RELEASED)
            if len(named) > 1 and path == wanted[0][0]:
                ax.legend(loc="upper right")

        return draw

    there = {k for beat in named.values() for k in beat.beats[0].data}
    return _draw([panel(*w) for w in wanted if w[0] in there], title, columns=3)


def plot_cells(pairs: Mapping[tuple[str, float], Mapping[str, Any]], title: str = "") -> Figure:
    """Calcium and tension of two cells over each other, a row of panels a state and signal, a column a rate.

    `pairs` maps (state, rate in Hz) to settled beats by cell (`scenarios.mechanisms.compare`).
    """
    if not pairs:
        raise DataError("There are no beats to compare.")
    states, rates = list(dict.fromkeys(s for s, _ in pairs)), list(dict.fromkeys(r for _, r in pairs))
    signals = (("cell.Ca_i", "calcium (nmol/L)", 1000.0), ("cell.tension", "tension (kPa)", 1.0))

    def panel(state: str, rate: float, path: str, name: str, scale: float) -> Callable[[Axes], None]:
        def draw(ax: Axes) -> None:
            for (kind, beat), shade in zip(pairs[state, rate].items(), (GREY, LEFT), strict=False):
                ds = beat.beats[0].data
                ax.plot(1000 * ds["time"].values, scale * ds[path].values, color=shade, label=kind)
            ax.set_title(f"{state}, {60 * rate:g}/min: {name}", fontsize=7)
            ax.margins(x=0)
            ax.set_ylim(bottom=0)
            if rate == rates[0]:
                ax.legend(loc="upper right")
            if path == signals[-1][0] and state == states[-1]:
                ax.set_xlabel("time (ms)")

        return draw

    panels = [panel(s, r, *signal) for s in states for signal in signals for r in rates if (s, r) in pairs]
    return _draw(panels, title, columns=len(rates), size=(2.4, 1.7))


def plot_quiescence(watched: Any, title: str = "") -> Figure:
    """A cell after its last stimulus (`Myocyte.quiescence`): voltage with its events, calcium, store load, tension."""
    ds = _dataset(watched)
    t, x = ds["time"].values, "time since the last stimulus (s)"
    events = getattr(watched, "tables", {}).get("events")
    marks = {"triggered": ("v", LEFT), "DAD": ("o", ACCENT), "release": ("|", GREY)}

    def voltage(ax: Axes) -> None:
        ax.plot(t, ds["cell.V"].values, color=GREY)
        for kind, (marker, colour) in marks.items():
            if events is not None and (events["kind"] == kind).any():
                at = events.loc[events["kind"] == kind, "time"].to_numpy(float)
                ax.plot(at, np.interp(at, t, ds["cell.V"].values) + 6, marker, color=colour, ms=5, label=kind)
        if ax.get_legend_handles_labels()[0]:
            ax.legend(loc="upper right", ncols=3)
        ax.set_title(_with_unit("Membrane potential", _unit(ds, "cell.V")))
        ax.set_xlabel(x)
        ax.margins(x=0, y=0.12)

    calcium: tuple[Line, ...] = (("cell.Ca_i", "", LEFT),)
    panels = [
        voltage,
        _lines(ds, t, x, calcium, "Cytosolic calcium", *_nanomolar(ds, calcium)),
        _lines(ds, t, x, (("cell.SR_load", "", RIGHT),), "Calcium of the store"),
        _lines(ds, t, x, (("cell.tension", "", ACCENT),), "Active tension"),
    ]
    return _draw(panels, title, columns=1, size=(7.0, 1.6), shared=True)


def plot_dad_map(table: pd.DataFrame, title: str = "") -> Figure:
    """Silent, DAD and triggered regions over leak and load, one panel an agonist level (`Myocyte.dad_map`).

    The number in a field is the calcium of the store (umol/L) when stimulation stops.
    """
    needed = ("leak", "load", "agonist", "verdict", "SR_load")
    missing = [k for k in needed if k not in table.columns]
    if missing or not len(table):
        raise DataError(f"The table is no map of afterdepolarizations: it lacks {', '.join(missing) or 'rows'}.")
    shades = {"silent": "#e8e8e8", "DAD": ACCENT, "triggered": LEFT, "depolarized": LUNG, "failed": "white"}
    leaks, loads = (sorted(table[k].unique()) for k in ("leak", "load"))
    shown = [k for k in shades if k in set(table["verdict"])]
    by = str(table.attrs.get("by", "cell.Ca_o"))
    label = "external calcium, relative" if by == "cell.Ca_o" else f"{by}, relative"

    def panel(agonist: float, first: bool, last: bool) -> Callable[[Axes], None]:
        def draw(ax: Axes) -> None:
            from matplotlib.patches import Patch

            for _, row in table[table["agonist"] == agonist].iterrows():
                i, j = loads.index(row["load"]), leaks.index(row["leak"])
                verdict = str(row["verdict"])
                ax.add_patch(_field(i, j, shades[verdict]))
                if np.isfinite(row["SR_load"]):
                    colour = "white" if verdict in ("triggered", "depolarized") else "#555555"
                    ax.text(i, j, f"{row['SR_load']:.0f}", ha="center", va="center", fontsize=7, color=colour)
            ax.set_xlim(-0.5, len(loads) - 0.5)
            ax.set_ylim(-0.5, len(leaks) - 0.5)
            ax.set_xticks(range(len(loads)), [f"{v:g}" for v in loads])
            ax.set_yticks(range(len(leaks)), [f"{v:g}" for v in leaks] if first else [""] * len(leaks))
            ax.tick_params(length=0)
            for side in ("left", "bottom"):
                ax.spines[side].set_visible(False)
            ax.set_title(f"agonist {agonist:g}")
            ax.set_xlabel(label)
            if first:
                ax.set_ylabel("leak of the receptors")
            if last:
                handles = [Patch(facecolor=shades[k], edgecolor="#cccccc", label=k) for k in shown]
                ax.legend(handles=handles, loc="upper left", bbox_to_anchor=(1.0, 1.0), handlelength=1.0)

        return draw

    agonists = sorted(table["agonist"].unique())
    panels = [panel(a, i == 0, i == len(agonists) - 1) for i, a in enumerate(agonists)]
    return _draw(panels, title, columns=len(panels), size=(max(0.45 * len(loads) + 1.0, 2.6), 0.42 * len(leaks) + 0.9))


def plot_alternans(table: pd.DataFrame, title: str = "") -> Figure:
    """Larger and smaller beat over the rate, and the multiplier that says when they part (`Myocyte.alternans`)."""
    if "multiplier" not in table.columns or not len(table):
        raise DataError("The table has no column 'multiplier'; give the table that `Myocyte.alternans` makes.")
    rate = 60 * table.index.to_numpy(float)

    def beats(key: str, name: str) -> Callable[[Axes], None]:
        unit = table.attrs.get("units", {}).get(f"{key}_large", "")

        def draw(ax: Axes) -> None:
            large, small = (table[f"{key}_{which}"].to_numpy(float) for which in ("large", "small"))
            ax.fill_between(rate, small, large, color=LEFT, alpha=0.12, lw=0)
            ax.plot(rate, large, color=LEFT, marker="o", ms=3, label="larger beat")
            ax.plot(rate, small, color=RIGHT, marker="o", ms=3, label="smaller beat")
            ax.set_ylim(bottom=0)
            ax.set_title(_with_unit(name, unit))
            ax.set_xlabel("rate (1/min)")
            ax.legend(loc="best")

        return draw

    def multiplier(ax: Axes) -> None:
        ax.axhline(-1, color="#bbbbbb", lw=0.8)
        ax.plot(rate, table["multiplier"].to_numpy(float), color=GREY, marker="o", ms=3)
        ax.set_title("Most negative multiplier")
        ax.set_xlabel("rate (1/min)")

    panels = [multiplier, beats("T", "Developed tension"), beats("Ca", "Calcium amplitude"), beats("APD", "APD90")]
    return _draw(panels, title, columns=2)


def plot_mechanisms(table: pd.DataFrame, title: str = "") -> Figure:
    """Force-frequency of a state with each of its factors taken away, and what each does alone and taken away.

    `table` is that of `scenarios.mechanisms.mechanisms`. The dashed lines of the lower panels are the healthy cell and
    the state: a factor that explains the state alone reaches the one when alone, the other when it is taken away.
    """
    curves, state = table.attrs.get("curves"), table.attrs.get("state")
    if curves is None or state is None:
        raise DataError("The table has no curves; give the table that `mechanisms` makes.")
    factors = list(dict.fromkeys(case for case, how in table.index if how == "alone"))
    shades = (LEFT, RIGHT, ACCENT, LUNG, "#4f8a5b", "#8a6d3b", "#6b8fb5", "#b06a8f", "#7a7a32", "#3b8a8a", "#a3573b",
              "#595fa3", "#999999")  # fmt: skip
    units = table.attrs.get("units", {})

    def lines(how: str, name: str) -> Callable[[Axes], None]:
        def draw(ax: Axes) -> None:
            ax.plot(60 * curves.index, curves[("control", "")], color="black", lw=2, label="healthy")
            ax.plot(60 * curves.index, curves[(state, "")], color="black", lw=2, ls=":", label=state)
            for factor, shade in zip(factors, shades * len(factors), strict=False):
                ax.plot(60 * curves.index, curves[(factor, how)], color=shade, lw=1, marker="o", ms=2, label=factor)
            ax.set_title(name)
            ax.set_xlabel("rate (1/min)")
            ax.set_ylim(bottom=0)
            ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), handlelength=1.2)

        return draw

    def dots(key: str, name: str) -> Callable[[Axes], None]:
        def draw(ax: Axes) -> None:
            for case, style in (("control", "-"), (state, ":")):
                ax.axvline(float(table.loc[(case, ""), key]), color="black", lw=1, ls=style, zorder=0)
            y = np.arange(len(factors))[::-1]
            alone, away = ([float(table.loc[(f, how), key]) for f in factors] for how in ("alone", "taken away"))
            ax.plot(alone, y, "o", color=LEFT, ms=4, label="alone, in the healthy cell")
            ax.plot(away, y, "s", color=RIGHT, ms=4, mfc="none", label=f"taken away, {state}")
            ax.set_yticks(y, factors)
            ax.set_xlim(left=0)
            ax.set_title(_with_unit(name, units.get(key, "")))
            if key == "staircase":
                ax.legend(loc="upper left", bbox_to_anchor=(0.0, -0.2), ncols=2)

        return draw

    panels = [
        lines("alone", "Developed tension, one factor alone (kPa)"),
        lines("taken away", "Developed tension, one factor taken away (kPa)"),
        dots("staircase", "Force at 150 over 30/min"),
        dots("T_dev", "Force at 60/min"),
    ]
    return _draw(panels, title, columns=2, size=(4.4, max(2.6, 0.9 + 0.2 * len(factors))))


def _field(i: int, j: int, colour: str) -> Any:
    """Coloured field of a map, centred on (i, j)."""
    from matplotlib.patches import Rectangle

    return Rectangle((i - 0.47, j - 0.47), 0.94, 0.94, facecolor=colour, edgecolor="none")
