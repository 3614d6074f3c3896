"""Results on disk: netCDF files that read back equal, with units, provenance and the parameter table.

The file holds the variables of the result's dataset as they are, so any netCDF reader can open it. Everything that
netCDF attributes cannot carry (the parameter table, summary, provenance, further tables) travels as one JSON text in
the scalar variable `heartloop`. Nothing here knows a solver: `Beat`, `Run` and `Course` inherit `Result` and give
`data`, `parameters` and `provenance`.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import platform
from collections.abc import Mapping
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import xarray as xr

from .errors import DataError, suggest

FORMAT = 1  # version of the file layout
KINDS = ("Beat", "Pair", "Run", "Course", "Scenario", "Quiescence")
PACK_ABOVE = 1000  # values; smaller variables are not worth compressing
_BLOCK = "heartloop"  # name of the JSON variable
_RE, _IM = "__re", "__im"  # netCDF has no complex numbers


class Result:
    """What every result offers: `.data`, `.parameters`, `.provenance`, `.tables`, `.summary()`, `.save(path)`.

    Two results are equal if their kind, data (NaN equal to NaN, units and names included), parameter table, summary,
    tables and provenance are.
    """

    kind: ClassVar[str] = "Result"

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Further tables that are saved with the result, by name (for example the cuts of a scenario)."""
        return self.__dict__.setdefault("_tables", {})

    def summary(self) -> pd.Series:
        """Clinical quantities by name; units in `.attrs["units"]`."""
        return pd.Series(dtype=float)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write a netCDF file that `heartloop.load` reads back equal; returns the path written."""
        return _write(path, self)

    def equals(self, other: object) -> bool:
        """True if `other` holds the same kind, data, tables and provenance."""
        if not isinstance(other, Result) or self.kind != other.kind:
            return False
        a, b = (json.dumps(_content(r), sort_keys=True) for r in (self, other))
        return a == b and _same(self, other)

    def __eq__(self, other: object) -> bool:
        return self is other or self.equals(other)

    __hash__ = None  # type: ignore[assignment]


class Stored(Result):
    """A result read from a file: data and tables, without the model that made them."""

    kind: str  # type: ignore[misc]

    def __init__(
        self,
        kind: str,
        data: xr.Dataset,
        *,
        parameters: pd.DataFrame | None = None,
        summary: pd.Series | None = None,
        tables: dict[str, pd.DataFrame] | None = None,
        provenance: dict[str, Any] | None = None,
    ) -> None:
        self.kind = kind
        self.data = data
        self.parameters = pd.DataFrame() if parameters is None else parameters
        self.provenance = dict(provenance or {})
        self.tables.update(tables or {})
        self._summary = pd.Series(dtype=float) if summary is None else summary

    def summary(self) -> pd.Series:
        """The summary that was stored with the result."""
        return self._summary

    def __repr__(self) -> str:
        sizes = ", ".join(f"{n} {k}" for k, n in self.data.sizes.items())
        return f"Stored {self.kind} ({len(self.data.data_vars)} variables; {sizes}; {len(self.parameters)} parameters)"


def save_dataset(ds: xr.Dataset, path: str | os.PathLike[str], kind: str = "Run") -> Path:
    """Write a bare dataset as a heartloop file of the given kind."""
    return Stored(kind, ds, provenance=versions()).save(path)


def load(path: str | os.PathLike[str]) -> Stored:
    """Read a file written by `.save(path)`; `DataError` says what is wrong with any other file."""
    path = Path(path)
    if path.is_dir():
        raise DataError(f"{path} is a folder, not a result file; give the .nc file inside it.")
    if not path.exists():
        known = [p.name for p in path.parent.glob("*.nc")] if path.parent.is_dir() else []
        raise DataError(f"There is no file {path}.{suggest(path.name, known)}")
    try:
        # times stay numbers with units: xarray would otherwise turn "s" and "day" into time differences
        with xr.open_dataset(path, engine="h5netcdf", decode_times=False, decode_timedelta=False) as opened:
            ds = opened.load()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as err:
        raise DataError(f"{path} is not a readable netCDF file ({_first_line(err)}).") from err
    if _BLOCK not in ds.variables:
        raise DataError(f"{path} is a netCDF file, but not a heartloop result: it has no '{_BLOCK}' variable.")
    try:
        block = json.loads(str(ds[_BLOCK].values))
        layout, kind, content = block["format"], block["kind"], block["content"]
    except (json.JSONDecodeError, KeyError, TypeError) as err:
        raise DataError(f"{path} is damaged: its '{_BLOCK}' variable cannot be read ({_first_line(err)}).") from err
    if layout > FORMAT:
        raise DataError(f"{path} has file layout {layout}; this heartloop reads up to {FORMAT}. Update heartloop.")
    if kind not in KINDS:
        raise DataError(f"{path} holds a '{kind}'; known are {', '.join(KINDS)}.")
    data = _join_complex(ds.drop_vars(_BLOCK))
    data.attrs = block.get("attrs", {})
    for name, attrs in block.get("variable_attrs", {}).items():
        data[name].attrs = attrs
    return Stored(
        kind,
        data,
        parameters=_frame(content["parameters"]),
        summary=_series(content["summary"]),
        tables={k: _frame(t) for k, t in content["tables"].items()},
        provenance=content["provenance"],
    )


def output_folder(path: str | os.PathLike[str]) -> Path:
    """Make a folder for results, or say before any work is done that it cannot be written into."""
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise DataError(f"Cannot write into {folder}: {err.strerror or err}.") from err
    if not os.access(folder, os.W_OK):
        raise DataError(f"Cannot write into {folder}: permission denied.")
    return folder


@lru_cache(maxsize=1)
def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in ("heartloop", "casadi", "numpy", "scipy", "xarray"):
        with contextlib.suppress(metadata.PackageNotFoundError):
            found[name] = metadata.version(name)
    return found


def versions() -> dict[str, Any]:
    """Start of a provenance record: the versions of Python, heartloop and the numerical packages."""
    return {"versions": dict(_versions())}


# -- the JSON part ----------------------------------------------------------------------------------------------------


def _content(result: Any) -> dict[str, Any]:
    return {
        "parameters": _table(result.parameters),
        "summary": _listed(result.summary()),
        "tables": {k: _table(t) for k, t in sorted(result.tables.items())},
        "provenance": _plain(result.provenance),
    }


def _table(frame: pd.DataFrame) -> dict[str, Any]:
    return {
        "index": _plain(list(frame.index)),
        "index_name": frame.index.name,
        "columns": {str(c): _plain(frame[c].tolist()) for c in frame.columns},
        "dtypes": {str(c): _sort_of(frame[c]) for c in frame.columns},
        "attrs": _plain(dict(frame.attrs)),
    }


def _sort_of(column: pd.Series) -> str:
    if isinstance(column.dtype, pd.StringDtype):
        return "text"  # what pandas makes of text by itself, which changed with pandas 3
    kind = column.dtype.kind
    return {"f": "float64", "i": "int64", "u": "int64", "b": "bool"}.get(kind, "object")


def _frame(table: dict[str, Any]) -> pd.DataFrame:
    index = pd.Index(table["index"], name=table["index_name"], dtype=None if table["index"] else object)
    sorts = {c: None if sort == "text" else sort for c, sort in table["dtypes"].items()}
    columns = {c: pd.Series(v, index=index, dtype=sorts[c]) for c, v in table["columns"].items()}
    frame = pd.DataFrame(columns, index=index)
    frame.attrs.update(table["attrs"])
    return frame


def _listed(series: pd.Series) -> dict[str, Any]:
    return {
        "keys": [str(k) for k in series.index],
        "values": _plain(series.tolist()),
        "name": _plain(series.name),
        "attrs": _plain(dict(series.attrs)),
    }


def _series(listed: dict[str, Any]) -> pd.Series:
    numeric = all(isinstance(v, int | float) for v in listed["values"])
    index = pd.Index(listed["keys"], dtype=None if listed["keys"] else object)
    series = pd.Series(listed["values"], index=index, name=listed["name"], dtype=float if numeric else object)
    series.attrs.update(listed["attrs"])
    return series


def _plain(value: Any) -> Any:
    """`value` from dictionaries, lists, text and numbers only."""
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(v) for v in value]
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, complex):
        return {"re": value.real, "im": value.imag}
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else float(value)
    if value is pd.NA or value is pd.NaT:
        return None
    return str(value)


# -- the netCDF part --------------------------------------------------------------------------------------------------


def _write(path: str | os.PathLike[str], result: Any) -> Path:
    path, data = Path(path), result.data
    if path.suffix != ".nc":
        path = path.with_name(path.name + ".nc")
    if _BLOCK in data.variables:
        raise DataError(f"A variable named '{_BLOCK}' cannot be saved; the name belongs to the file layout.")
    block = {
        "format": FORMAT,
        "kind": result.kind,
        "attrs": _plain(data.attrs),
        "variable_attrs": {str(k): _plain(v.attrs) for k, v in data.variables.items()},
        "content": _content(result),
    }
    out = _split_complex(data)
    out.attrs = _writable(out.attrs)
    for variable in out.variables.values():
        variable.attrs = _writable(variable.attrs)
    out.attrs["Conventions"] = "heartloop"
    # one long text would not fit into an HDF5 attribute (64 kB), so it is a variable
    out[_BLOCK] = xr.DataArray(np.array(json.dumps(block), dtype=object))
    out[_BLOCK].attrs["long_name"] = "kind, tables and provenance of this result (JSON)"
    partial = path.with_name(path.name + ".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        packed = {k: {"zlib": True, "complevel": 1, "shuffle": True} for k, v in out.items() if v.size > PACK_ABOVE}
        out.to_netcdf(partial, engine="h5netcdf", encoding=packed)
        os.replace(partial, path)  # an interrupted save never leaves half a file under the final name
    except OSError as err:
        raise DataError(f"Cannot write {path}: {err.strerror or err}.") from err
    finally:
        with contextlib.suppress(OSError):
            partial.unlink()
    return path


def _writable(attrs: Mapping[Any, Any]) -> dict[Any, Any]:
    """Attributes that netCDF can hold; the rest is in the JSON text."""
    return {k: v for k, v in attrs.items() if isinstance(v, str | int | float)}


def _split_complex(ds: xr.Dataset) -> xr.Dataset:
    out = ds.copy()
    for name, variable in ds.variables.items():
        if variable.dtype.kind == "c":
            real = variable.copy(data=np.ascontiguousarray(variable.values.real))
            imag = variable.copy(data=np.ascontiguousarray(variable.values.imag))
            out = out.drop_vars(str(name)).assign({f"{name}{_RE}": real, f"{name}{_IM}": imag})
    for name in out.variables:
        out[name].encoding = {}
    return out


def _join_complex(ds: xr.Dataset) -> xr.Dataset:
    for name in [str(k) for k in ds.variables if str(k).endswith(_RE)]:
        base = name.removesuffix(_RE)
        whole = ds[name].variable.copy(data=ds[name].values + 1j * ds[base + _IM].values)
        ds = ds.drop_vars([name, base + _IM]).assign({base: whole})
    return ds


def _same(a: Any, b: Any) -> bool:
    def canonical(ds: xr.Dataset) -> xr.Dataset:
        out = ds.copy()
        out.attrs = _plain(ds.attrs)
        for name in ds.variables:
            out[name].attrs = _plain(ds[name].attrs)
            if ds[name].dtype.kind in "UOT":
                out[name] = ds[name].astype(object)
                out[name].attrs = _plain(ds[name].attrs)
        return out

    return bool(canonical(a.data).identical(canonical(b.data)))


def _first_line(err: BaseException) -> str:
    text = str(err).strip().splitlines()
    return text[0].rstrip(".") if text else type(err).__name__
