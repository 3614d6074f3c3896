"""Figures of contraction and structure: length, calcium, load, lost anchors and T-tubules, the filled ventricle."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from heartloop.errors import DataError

from .bench import RELEASED
from .figures import ACCENT, GREY, LEFT, LUNG, RIGHT, _draw, _with_unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

SHADES = (RIGHT, GREY, LEFT, ACCENT, LUNG)


def plot_twitches(
    beats: Mapping[float, Any], title: str = "", label: str = "stretch",
    paper: Mapping[float, pd.DataFrame] | None = None,
) -> Figure:  # fmt: skip
    """Calcium and tension of settled beats over each other, named by what differs (`twitches`, `unroofed`).

    `paper` adds the twitches of Land et al. (2017) under their calcium (`heartloop.scenarios.land2017.twitch_curves`).
    """
    if not beats:
        raise DataError("There is no beat to draw.")

    def panel(path: str, name: str, scale: float = 1.0, last: float | None = None) -> Callable[[Axes], None]:
        def draw(ax: Axes) -> None:
            for (level, beat), colour in zip(beats.items(), SHADES * len(beats), strict=False):
                ds = beat.beats[0].data
                ax.plot(1000 * ds["time"].values, scale * ds[path].values, color=colour, label=f"{label} {level:g}")
            ax.set_title(name)
            ax.set_xlabel("time (ms)")
            ax.margins(x=0)
            if last:
                ax.set_xlim(0, last)
            ax.legend(loc="best")

        return draw

    def published(key: str, name: str, scale: float = 1.0) -> Callable[[Axes], None]:
        def draw(ax: Axes) -> None:
            for (level, table), colour in zip((paper or {}).items(), SHADES * len(beats), strict=False):
                ax.plot(1000 * table.index.to_numpy(float), scale * table[key].to_numpy(float), color=colour,
                        label=f"{label} {level:g}")  # fmt: skip
            ax.set_title(name)
            ax.set_xlabel("time (ms)")
            ax.margins(x=0)
            ax.legend(loc="best")

        return draw

    panels = [panel("cell.Ca_i", "Cytosolic calcium (nmol/L)", 1000.0), panel("cell.tension", "Tension (kPa)")]
    if paper:
        panels.append(published("Ca", "Calcium, Coppini 2013 (nmol/L)", 1000.0))
        panels.append(published("tension", "Tension, Land 2017 (kPa)"))
        return _draw(panels, title, columns=2)
    first = next(iter(beats.values())).beats[0].data
    parts = [("cell.j_coupled", "in the dyads"), ("cell.j_orphan", "orphaned")]
    if all(k in first for k, _ in parts):
        panels += [panel(k, f"Release, {where} (umol/L/s)", 1000.0, RELEASED) for k, where in parts]
    else:
        panels.append(panel("cell.j_rel", "Release (umol/L/s)", 1000.0, RELEASED))
    return _draw(panels, title, columns=2 if len(panels) == 4 else 3)


def plot_force_pca(tables: Mapping[str, pd.DataFrame] | pd.DataFrame, title: str = "") -> Figure:
    """Steady tension over pCa at several lengths, and over its maximum (`Contraction.force_pca`), a row a table."""
    named = {"": tables} if isinstance(tables, pd.DataFrame) else dict(tables)
    if not named:
        raise DataError("There is no force-calcium table to draw.")

    def panel(name: str, table: pd.DataFrame, relative: bool) -> Callable[[Axes], None]:
        def draw(ax: Axes) -> None:
            for stretch, colour in zip(table.columns, SHADES * len(table.columns), strict=False):
                T = table[stretch].to_numpy(float)
                ax.plot(table.index.to_numpy(float), T / T.max() if relative else T, color=colour,
                        label=f"stretch {stretch:g}")  # fmt: skip
            ax.set_xlim(float(table.index.max()), float(table.index.min()))
            ax.set_ylim(bottom=0)
            what = "Tension over maximum" if relative else "Steady tension (kPa)"
            ax.set_title(f"{what}, {name}" if name else what)
            ax.set_xlabel("pCa")
            ax.legend(loc="lower right")

        return draw

    return _draw([panel(k, t, which) for k, t in named.items() for which in (False, True)], title, columns=2)


def plot_force_velocity(tables: Mapping[str, pd.DataFrame] | pd.DataFrame, title: str = "") -> Figure:
    """Velocity and power after a quick release to constant loads (`Contraction.force_velocity`)."""
    named = {"": tables} if isinstance(tables, pd.DataFrame) else dict(tables)
    if not named:
        raise DataError("There is no force-velocity table to draw.")

    def panel(power: bool) -> Callable[[Axes], None]:
        def draw(ax: Axes) -> None:
            for (name, table), colour in zip(named.items(), (LEFT, GREY, RIGHT) * len(named), strict=False):
                load, v = table.index.to_numpy(float), table["velocity"].to_numpy(float)
                ax.plot(load, load * v if power else v, color=colour, marker="o", ms=3, label=name or None)
            ax.set_title("Power (isometric tension x lengths/s)" if power else "Velocity of shortening (lengths/s)")
            ax.set_xlabel("load / isometric tension")
            ax.set_xlim(0, 1)
            ax.set_ylim(bottom=0)
            if len(named) > 1:
                ax.legend(loc="lower center" if power else "upper right")

        return draw

    return _draw([panel(False), panel(True)], title, columns=2)


def plot_anchors(table: pd.DataFrame, title: str = "") -> Figure:
    """Phosphorylation, force and leak over agonist with and without the kinase's anchor at the L-type channel."""
    if list(table.index.names) != ["akap_lcc", "agonist"]:
        raise DataError("The table has no index of akap_lcc and agonist; give the table that `anchors` makes.")
    names = {
        "phi_lcc": "L-type channels phosphorylated", "phi_ryr": "Ryanodine receptors phosphorylated",
        "T_dev": "Developed tension", "leak": "Leak per beat",
    }  # fmt: skip
    units = table.attrs.get("units", {})

    def panel(key: str) -> Callable[[Axes], None]:
        def draw(ax: Axes) -> None:
            levels = list(dict.fromkeys(table.index.get_level_values("akap_lcc")))
            for level, colour in zip(levels, (GREY, LEFT, RIGHT, ACCENT) * len(levels), strict=False):
                part = table.loc[level]
                ax.plot(part.index.to_numpy(float), part[key].to_numpy(float), color=colour, marker="o", ms=3,
                        label=f"anchor {level:g}")  # fmt: skip
            ax.set_xscale("log")
            ax.set_ylim(bottom=0)
            ax.set_title(_with_unit(names[key], units.get(key, "")))
            ax.set_xlabel("sympathetic tone (1 = rest)")
            ax.legend(loc="best")

        return draw

    return _draw([panel(k) for k in names if k in table], title, columns=2)


def plot_starling(curves: Mapping[str, pd.DataFrame], title: str = "") -> Figure:
    """Stroke work and end-diastolic volume over filling pressure as blood volume is moved (`starling`)."""
    if not curves:
        raise DataError("There is no Frank-Starling curve to draw.")

    def panel(x: str, y: str, name: str, unit: str, across: str) -> Callable[[Axes], None]:
        def draw(ax: Axes) -> None:
            for (label, curve), colour in zip(curves.items(), (GREY, LEFT, RIGHT, ACCENT) * len(curves), strict=False):
                c = curve.sort_values(x)
                ax.plot(c[x].to_numpy(float), c[y].to_numpy(float), color=colour, marker="o", ms=3, label=label)
            ax.set_title(_with_unit(name, unit))
            ax.set_xlabel(across)
            ax.legend(loc="best")

        return draw

    panels = [
        panel("LVEDP", "SW", "Stroke work", "J", "end-diastolic pressure (mmHg)"),
        panel("LVEDV", "SW", "Stroke work", "J", "end-diastolic volume (mL)"),
        panel("LVEDP", "SV", "Stroke volume", "mL", "end-diastolic pressure (mmHg)"),
    ]
    return _draw(panels, title, columns=3)
