"""heartloop: a closed-loop multiscale model of the human heart and circulation."""

from __future__ import annotations

__version__ = "0.1.0"
