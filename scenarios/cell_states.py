"""Named states of an isolated myocyte (TOML): the factors of failure, each one a mechanism that can be taken away.

Those that come along stand in `data/cell_states.toml`. A state may also come from a file of your own, or be a plain
mapping of parameters to values; `hl.myocyte(state=...)` takes all three.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator, model_validator

from heartloop.errors import DataError, ParameterError, suggest
from heartloop.model import Model

from .files import DATA, _Model, _sentence

SHIPPED = DATA / "cell_states.toml"


class Levels(_Model):
    """Parameters that take a value (`set`) or a multiple of the cell's own (`times`)."""

    set_: dict[str, float] = Field(default={}, alias="set")
    times: dict[str, float] = {}

    @model_validator(mode="after")
    def _something(self) -> Levels:
        if not self.set_ and not self.times:
            raise ValueError("nothing changes; write set = {...} (values) or times = {...} (multiples)")
        both = sorted(self.set_.keys() & self.times.keys())
        if both:
            raise ValueError(f"'{both[0]}' stands in set and in times; write one of them")
        return self


class Factor(Levels):
    """One mechanism of a state: its levels, those of cells that name it differently, and where they come from."""

    cells: dict[str, Levels] = {}
    source: str = Field(min_length=1)

    def of(self, kind: str) -> Levels:
        """The levels in a cell of this kind."""
        return self.cells.get(kind, self)


class _State(_Model):
    title: str = Field(min_length=1)
    factors: dict[str, Factor] = {}

    @field_validator("factors")
    @classmethod
    def _one_owner(cls, factors: dict[str, Factor]) -> dict[str, Factor]:
        for kind in {"", *(k for f in factors.values() for k in f.cells)}:
            owner: dict[str, str] = {}
            for name, factor in factors.items():
                for path in [*factor.of(kind).set_, *factor.of(kind).times]:
                    if path in owner:
                        raise ValueError(f"'{owner[path]}' and '{name}' both change '{path}'; write it in one of them")
                    owner[path] = name
        return factors


class _File(_Model):
    states: dict[str, _State]


@dataclass(frozen=True)
class CellState:
    """A state by name: `factors` in the order of the file."""

    name: str
    title: str
    factors: Mapping[str, Factor] = field(default_factory=dict)

    def levels(self, cell: Model, kind: str) -> dict[str, float]:
        """Values by parameter path for a cell of this kind ("compact", "human") at its own values.

        Raises `ParameterError`, naming the factor, where the cell has no such parameter.
        """
        found: dict[str, float] = {}
        for name, factor in self.factors.items():
            levels = factor.of(kind)
            for path in [*levels.set_, *levels.times]:
                if path not in cell._theta_index:
                    raise ParameterError(
                        f"State '{self.name}', factor '{name}': the {kind} myocyte has no parameter '{path}'."
                        f"{suggest(path, cell._theta_index)} Where it is called otherwise, write it under cells.{kind}."
                    )
            found |= levels.set_ | {path: times * cell[path] for path, times in levels.times.items()}
        return found

    def without(self, *names: str) -> CellState:
        """The state with these factors back in health. Raises `ParameterError` for unknown names."""
        self._check(names)
        kept = {k: v for k, v in self.factors.items() if k not in names}
        return replace(self, name=f"{self.name}, {', '.join(names)} healthy", factors=kept)

    def only(self, *names: str) -> CellState:
        """Nothing but these factors, in an else healthy cell. Raises `ParameterError` for unknown names."""
        self._check(names)
        return replace(self, name=f"{', '.join(names)} alone", factors={k: self.factors[k] for k in names})

    def _check(self, names: Iterable[str]) -> None:
        for name in names:
            if name not in self.factors:
                raise ParameterError(
                    f"State '{self.name}' has no factor '{name}'.{suggest(name, self.factors)} "
                    f"Its factors: {', '.join(self.factors) or 'none'}."
                )


def read_states(file: str | os.PathLike[str] = SHIPPED) -> dict[str, CellState]:
    """States of a TOML file by name, those that come along by default.

    Raises `DataError`, as one sentence with file and entry, for what cannot be read or is not a state.
    """
    path = Path(file)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as err:
        raise DataError(f"{path.name} is not valid TOML: {err}.") from err
    except (OSError, UnicodeDecodeError) as err:
        raise DataError(f"The file of cell states {path} cannot be read ({err}).") from err
    try:
        states = _File.model_validate({"states": raw}).states
    except ValidationError as err:
        raise DataError(_sentence(path.name, err, _fields)) from None
    if not states:
        raise DataError(f"{path.name} holds no state; write [NAME] with a title, and [NAME.factors.FACTOR].")
    return {name: CellState(name, s.title, s.factors) for name, s in states.items()}


def _fields(loc: tuple[Any, ...]) -> list[str]:
    """Names that may stand at a place of the file, for a suggestion."""
    depth = len(loc)  # states, NAME, factors, FACTOR, cells, CELL
    model = _State if depth <= 2 else Factor if depth <= 4 else Levels
    return [f.alias or name for name, f in model.model_fields.items()]


@lru_cache(maxsize=1)
def shipped() -> dict[str, CellState]:
    """The states that come along."""
    return read_states()


def cell_state(state: str | os.PathLike[str] | CellState) -> CellState:
    """A state by the name of a shipped one, or from a TOML file: "mine.toml", or "mine.toml:NAME" if it holds several.

    Raises `ParameterError` for unknown names, `DataError` for unusable files.
    """
    if isinstance(state, CellState):
        return state
    text = os.fspath(state)
    if text in shipped():
        return shipped()[text]
    file, colon, name = text.rpartition(":") if ".toml:" in text else (text, "", "")
    if not file.endswith(".toml"):
        raise ParameterError(
            f"state = {text!r} is not known; choose {' or '.join(shipped())}, or give a TOML file."
            f"{suggest(text, shipped())}"
        )
    found = read_states(file)
    if not colon:
        if len(found) > 1:
            raise ParameterError(f"{file} holds the states {', '.join(found)}; choose one as '{file}:NAME'.")
        return next(iter(found.values()))
    if name not in found:
        raise ParameterError(f"{file} has no state '{name}'.{suggest(name, found)} It holds {', '.join(found)}.")
    return found[name]
