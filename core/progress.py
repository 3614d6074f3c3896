"""Progress bars for long work: one thin layer over rich, silent when output is not a terminal."""

from __future__ import annotations

import sys


class Bar:
    """A progress bar from 0 to `total`; use `update(value, note)` and `close()`."""

    def __init__(self, title: str, total: float, unit: str) -> None:
        self.total, self.unit = total, unit
        self._bar = None
        if sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

            self._bar = Progress(
                TextColumn("{task.description}"), BarColumn(),
                TextColumn("{task.completed:.0f}/{task.total:.0f} " + unit), TimeRemainingColumn(), TextColumn("{task.fields[note]}"), console=Console(stderr=True),
            )  # fmt: skip
            self._bar.start()
            self._task = self._bar.add_task(title, total=total, note="")

    def update(self, value: float, note: str = "") -> None:
        if self._bar is not None:
            self._bar.update(self._task, completed=value, note=note)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()
