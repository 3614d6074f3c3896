"""Figures of results; matplotlib is imported when the first one is drawn."""

from .bench import (
    plot_alternans,
    plot_bench,
    plot_cell_beat,
    plot_cells,
    plot_dad_map,
    plot_mechanisms,
    plot_quiescence,
)
from .figures import (
    plot_beat,
    plot_carotid,
    plot_compare,
    plot_course,
    plot_cuts,
    plot_ectopic,
    plot_loops,
    plot_protocol,
    plot_run,
    plot_slow,
)
from .mechanics import plot_anchors, plot_force_pca, plot_force_velocity, plot_starling, plot_twitches

__all__ = [
    "plot_alternans",
    "plot_anchors",
    "plot_beat",
    "plot_bench",
    "plot_carotid",
    "plot_cell_beat",
    "plot_cells",
    "plot_compare",
    "plot_course",
    "plot_cuts",
    "plot_dad_map",
    "plot_ectopic",
    "plot_force_pca",
    "plot_force_velocity",
    "plot_loops",
    "plot_mechanisms",
    "plot_protocol",
    "plot_quiescence",
    "plot_run",
    "plot_slow",
    "plot_starling",
    "plot_twitches",
]
