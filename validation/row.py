"""One row of a validation, and the setting in which groups run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

INF = math.inf


@dataclass(frozen=True)
class Setting:
    """How groups run: with progress bars, a folder for checkpoints of long sweeps, and how many processes."""

    bar: bool = False
    folder: Path | None = None
    processes: int = 2


@dataclass(frozen=True)
class Row:
    """One claim: the number of the model beside its accepted range, with unit and source.

    A row with `judged=False` only reports (times, or numbers that no source bounds).
    """

    protocol: str
    quantity: str
    low: float
    high: float
    model: float
    unit: str = ""
    source: str = "choice"
    judged: bool = True

    @classmethod
    def of_error(cls, protocol: str, error: Exception) -> Row:
        """The failing row of a claim that could not be checked."""
        text = " ".join(str(error).split())
        return cls(protocol, f"{type(error).__name__}: {text}", -INF, INF, math.nan, source="raised")

    @property
    def verdict(self) -> str:
        """'pass' or 'fail'; 'reported' if nothing is claimed."""
        if not self.judged:
            return "reported"
        return "pass" if self.low <= self.model <= self.high else "fail"

    @property
    def target(self) -> str:
        """The accepted range in words."""
        low, high = (f"{x:g}" if math.isfinite(x) else "" for x in (self.low, self.high))
        text = f"{low} to {high}" if low and high else f"at least {low}" if low else f"at most {high}" if high else ""
        return f"{text} {self.unit}".strip() if text else ""

    def record(self) -> dict[str, Any]:
        """The row as plain values, for tables and files."""
        return {
            "protocol": self.protocol, "quantity": self.quantity, "target": self.target, "model": self.model,
            "verdict": self.verdict, "low": self.low, "high": self.high, "unit": self.unit, "source": self.source,
        }  # fmt: skip


def reported(protocol: str, quantity: str, model: float, unit: str = "", low: float = -INF, high: float = INF) -> Row:
    """A number that is shown and not judged."""
    return Row(protocol, quantity, low, high, model, unit, "reported", judged=False)
