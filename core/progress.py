"""Progress bars for long work: one thin layer over rich, silent when output is not a terminal."""

from __future__ import annotations

import sys


class Bar:
    """A progress bar from 0 to `total`; use `update(value, note)` and `close()`."""

    def __init__(self, title: str, total: float, unit: str) -> None:
        self._bar = None
        if not sys.stderr.isatty():
            return
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        count = TextColumn("{task.completed:.0f}/{task.total:.0f} " + unit)
        columns = [TextColumn("{task.description}"), BarColumn(), count, TimeRemainingColumn()]
        self._bar = Progress(*columns, TextColumn("{task.fields[note]}"), console=Console(stderr=True))
        self._bar.start()
        self._task = self._bar.add_task(title, total=total, note="")

    def update(self, value: float, note: str = "") -> None:
        """Move the bar to `value` and show `note` behind it."""
        if self._bar is not None:
            self._bar.update(self._task, completed=value, note=note)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
