"""Beats that start in a ventricle: a cell that fires without a stimulus of the sinus node excites the other wall.

The steady beat knows nothing of this; `solve` looks at every beat it has integrated. A wall whose voltage rises through
the threshold outside the windows of its stimuli has fired by itself. The other wall gets a stimulus when the impulse
has crossed the septum, if it can still be excited then. The sinus node is not reset: its next impulse finds the
atrioventricular node closed or the walls refractory, which is the compensatory pause.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .compiled import Pass
from .events import Stimulus

if TYPE_CHECKING:
    from .model import Model

UPSTROKE = -20.0  # mV, an action potential rises through it
REPOLARIZED = -60.0  # mV, below it a wall can be excited again
LATENCY = 0.02  # s after the end of a stimulus in which the upstroke is its answer
FINE = 1e-4  # s between samples where an upstroke is placed in time
MOST = 40  # upstrokes in one beat, a guard against a fibrillating wall
COLUMNS = ("time", "wall", "cause", "coupling", "crossed")


@dataclass
class _Wall:
    name: str
    voltage: int  # row of the state
    gate: str
    place: int  # of the gate among all gates
    armed: bool = True
    last: float = float("nan")  # time of its last upstroke
    pulses: list[tuple[float, float, str]] = field(default_factory=list)  # start, end, cause


class Conduction:
    """Watches the ventricular walls of a model over the beats of one run; `events` lists what started in a wall.

    A model takes part if its `roles` name each wall's voltage (`lv_voltage`, `rv_voltage`), its stimulus (`lv_onset`,
    `rv_onset`) and the held delay between the walls (`across`).
    """

    def __init__(self, model: Model, x: np.ndarray) -> None:
        c, roles = model._c, model.roles
        self.c = c
        sides = [side for side in ("lv", "rv") if f"{side}_voltage" in roles and f"{side}_onset" in roles]
        gates = [roles[f"{side}_onset"] for side in sides]
        self.walls = [
            _Wall(side, c.index[roles[f"{side}_voltage"]], gate, c.gate_paths.index(gate))
            for side, gate in zip(sides, gates, strict=True)
        ]
        self.across = c.held_paths.index(roles["across"]) if "across" in roles else -1
        self.rows: list[dict[str, float | str]] = []
        self.arriving: list[tuple[float, _Wall, dict[str, float | str]]] = []
        for w in self.walls:
            w.armed = bool(x[w.voltage] < REPOLARIZED)

    @property
    def events(self) -> pd.DataFrame:
        """Beats that started in a wall, one row each.

        Columns: `time` (s), `wall`, `cause` ("spontaneous", or "stimulus" for an ectopic event of the user),
        `coupling` (s since that wall's upstroke before), `crossed` (time (s) of the other wall's stimulus, nan where it
        was refractory).
        """
        table = pd.DataFrame(self.rows, columns=list(COLUMNS))
        return table.astype({"time": float, "wall": object, "cause": object, "coupling": float, "crossed": float})

    def count(self, start: float, end: float) -> int:
        """Beats that started in a wall from `start` to before `end` (s)."""
        return sum(start <= float(row["time"]) < end for row in self.rows)

    def follow(
        self, p: Pass, now: float, stimuli: list[Stimulus], again: Callable[[], Pass], fine: Callable[[float], Pass]
    ) -> Pass:
        """The beat that begins at `now` (s) with everything that its walls start.

        `p` is the beat as integrated with `stimuli`; impulses that cross are added to them. `again` integrates the beat
        with the stimuli as they are then, `fine` up to a time after onset (s), densely sampled.
        """
        if not self.walls:
            return p
        end = now + float(p.t[-1])
        for w in self.walls:
            w.pulses = [q for q in w.pulses if q[1] > now - 1.0]
            a, b = p.marks[w.gate]
            if any(s.gates[w.place] and abs(s.start - a) < 1e-9 for s in p.segments):  # it may not have been conducted
                w.pulses.append((now + a, now + b, "sinus"))
            w.pulses += [
                (s.at, s.at + s.duration, "stimulus") for s in stimuli if s.gate == w.gate and now <= s.at < end
            ]
        seen = {w.name: now for w in self.walls}
        for _ in range(MOST):
            upstroke = self._first(p, now, seen)
            arrival = min((a for a in self.arriving if a[0] < end), key=lambda a: a[0], default=None)
            if arrival is not None and (upstroke is None or arrival[0] <= upstroke[0]):
                self.arriving.remove(arrival)
                at, wall, row = arrival
                if np.interp(at - now, p.t, p.X[:, wall.voltage]) < REPOLARIZED:
                    pulse = Stimulus(at, wall.gate)
                    stimuli.append(pulse)
                    wall.pulses.append((at, at + pulse.duration, "crossed"))
                    row["crossed"] = at
                    p = again()
                continue
            if upstroke is None:
                break
            at, wall = upstroke
            seen[wall.name] = at + 1e-3  # the beat may be run again, with slightly other steps
            cause = self._cause(wall, at)
            across = float(p.held[self.across]) if self.across >= 0 else 0.0
            # both walls stimulated at once are one ectopic beat
            known = cause == "stimulus" and any(at - float(r["time"]) < across + LATENCY for r in self.rows)
            if cause in ("", "stimulus") and not known:
                if not cause:
                    at = self._place(fine, wall, at, now)
                row = {
                    "time": at, "wall": wall.name, "cause": cause or "spontaneous", "coupling": at - wall.last,
                    "crossed": float("nan"),
                }  # fmt: skip
                self.rows.append(row)
                if self.across >= 0:
                    self.arriving += [(at + across, other, row) for other in self.walls if other is not wall]
            wall.last = at
        for w in self.walls:
            w.armed = _armed(p.X[:, w.voltage], w.armed)
        return p

    def _first(self, p: Pass, now: float, seen: dict[str, float]) -> tuple[float, _Wall] | None:
        """First upstroke of any wall later than what was seen of it: (time, wall)."""
        found: tuple[float, _Wall] | None = None
        for w in self.walls:
            V = p.X[:, w.voltage]
            for i in _upstrokes(V, w.armed):
                at = now + _crossing(p.t[i : i + 2], V[i : i + 2])
                if at > seen[w.name] and (found is None or at < found[0]):
                    found = (at, w)
                    break
        return found

    @staticmethod
    def _cause(wall: _Wall, at: float) -> str:
        """Kind of the stimulus that an upstroke answers, empty if there was none."""
        near = [q for q in wall.pulses if q[0] - 1e-6 <= at <= q[1] + LATENCY]
        return max(near, key=lambda q: q[0])[2] if near else ""

    @staticmethod
    def _place(fine: Callable[[float], Pass], wall: _Wall, at: float, now: float) -> float:
        """The upstroke's time from a densely sampled pass."""
        p = fine(at - now + 0.02)
        V = p.X[:, wall.voltage]
        rising = np.flatnonzero((V[:-1] < UPSTROKE) & (V[1:] >= UPSTROKE) & (p.t[1:] > at - now - 0.02))
        return now + _crossing(p.t[rising[0] : rising[0] + 2], V[rising[0] : rising[0] + 2]) if len(rising) else at


def _upstrokes(V: np.ndarray, armed: bool) -> list[int]:
    """Samples before which the voltage is below the threshold and after which it is not, once repolarized."""
    rising = np.flatnonzero((V[:-1] < UPSTROKE) & (V[1:] >= UPSTROKE))
    return [int(i) for i in rising if _armed(V[: i + 1], armed)]


def _armed(V: np.ndarray, before: bool) -> bool:
    """Whether the wall has repolarized since its last upstroke; `before` says so for the time before these samples."""
    high = np.flatnonzero(V >= UPSTROKE)
    since = V[high[-1] + 1 :] if len(high) else V
    return (before and not len(high)) or bool(len(since) and np.min(since) < REPOLARIZED)


def _crossing(t: np.ndarray, V: np.ndarray) -> float:
    return float(t[0] + (UPSTROKE - V[0]) / (V[1] - V[0]) * (t[1] - t[0]))
