"""Figures of results; matplotlib is imported when the first one is drawn."""

from .figures import plot_beat, plot_compare, plot_course, plot_cuts, plot_protocol, plot_run, plot_slow

__all__ = ["plot_beat", "plot_compare", "plot_course", "plot_cuts", "plot_protocol", "plot_run", "plot_slow"]
