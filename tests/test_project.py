"""The house holds together: layers, packaging, sources, names, docstrings."""

import ast
import importlib
import inspect
import pkgutil
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

import heartloop
from heartloop.component import Component, Param, SlowState

ROOT = Path(__file__).parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
MAPPING = PYPROJECT["tool"]["setuptools"]["package-dir"]
PHYSICS = ("cell", "circulation", "reflex", "remodeling")
NOT_CODE = ("tests", "examples", "benchmarks", "docs", "build", "dist")

# each layer imports only from those before it
LAYERS = [
    {"errors", "units", "smooth", "tableau", "progress", "component", "events"},
    set(PHYSICS),
    {"circuit"},
    {"compile", "compiled", "results", "summary"},
    {"orbit", "beat", "conduction", "run", "course", "model", "calibrate"},
    {"studies", "scenarios"},
    {"views"},
    {"validation"},
    {"cli", "__main__", "__init__"},
]
RANK = {name: i for i, layer in enumerate(LAYERS) for name in layer}
# what a physics folder may import from heartloop
COMPONENT_LAYER = {"component", "smooth", "units", "errors"}
# calls upwards, imported inside the function that makes them: results are drawn, a model offers the studies as verbs
LATE = {("scenarios", "views"), ("model", "studies")}


def sources():
    """Every Python file of the package as (layer name, path)."""
    for package, folder in MAPPING.items():
        for path in sorted((ROOT / folder).glob("*.py")):
            yield (path.stem if package == "heartloop" else folder.split("/")[0]), path


def imported(path):
    """(name of the part of heartloop, statement is at the top of the file) for every import in a file."""
    tree = ast.parse(path.read_text())
    folder = path.parent.relative_to(ROOT).as_posix()
    package = next(p for p, f in MAPPING.items() if f == folder)
    top = set(map(id, tree.body))
    typing_only = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            typing_only |= {id(n) for n in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = parts[: len(parts) - node.level + 1] if node.level else []
            whole = ".".join([*base, node.module or ""]).rstrip(".")
            names = [f"{whole}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            words = name.split(".")
            if words[0] == "heartloop" and len(words) > 1:
                yield words[1], id(node) in top


def test_every_part_of_the_package_has_a_layer():
    assert {name for name, _ in sources()} - set(RANK) == set()


def test_layers_import_only_from_those_above_them():
    wrong = []
    for name, path in sources():
        if name in ("__init__", "cli", "__main__"):
            continue
        for other, top in imported(path):
            if other not in RANK or other == name:  # a bare name such as __version__
                continue
            late = not top and (name, other) in LATE
            if RANK[other] > RANK[name] and not late and not (RANK[name] == 4 and RANK[other] == 4):
                wrong.append(f"{path.relative_to(ROOT)} imports {other}")
    assert wrong == []


def test_physics_folders_import_the_component_layer_and_never_each_other():
    wrong = []
    for name, path in sources():
        if name in PHYSICS:
            wrong += [
                f"{path.relative_to(ROOT)} imports {other}"
                for other, _ in imported(path)
                if other != name and other not in COMPONENT_LAYER
            ]
    assert wrong == []


def test_heavy_packages_load_late():
    code = "import sys, heartloop, heartloop.cli; print([m for m in ('matplotlib', 'casadi') if m in sys.modules])"
    import sys

    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT / "tests")
    assert out.stdout.strip() == "[]"


def test_the_package_mapping_names_every_folder_that_holds_code():
    holding = {
        p.parent.relative_to(ROOT).as_posix()
        for p in ROOT.glob("*/**/*.py")
        if p.relative_to(ROOT).parts[0] not in NOT_CODE and not p.relative_to(ROOT).parts[0].startswith(".")
    }
    holding = {f for f in holding if not re.search(r"egg-info|site-packages|__pycache__|(^|/)\.?venv", f)}
    assert set(MAPPING.values()) == holding
    assert list(MAPPING) == PYPROJECT["tool"]["setuptools"]["packages"]


# -- sources ----------------------------------------------------------------------------------------------------------

BIBLIOGRAPHY = (ROOT / "references.bib").read_text()
KEYS = set(re.findall(r"^@\w+\{([^,]+),", BIBLIOGRAPHY, re.M))
HONEST = (
    "assumed",
    "definition",
    "calibrated",
    "computed",
    "choice",
    "therapy",
    "protocol",
)  # no literature, and says so
MARKS = ("(assumed)", "(computed)")  # the same at the end of an explanation
KEY = re.compile(r"\b[A-Z][A-Za-z]+(?:19|20)\d\d[a-z]?\b")
# "Brun et al. 2001", "Ursino and Magosso (2000)": first author and year
NAME = r"[A-Z][\w'-]+"
CITED = re.compile(
    rf"(?<![\w'])({NAME})(?:(?:,\s{NAME})*\s(?:and|&)\s{NAME}|\set\sal\.)?,?\s\(?((?:19|20)\d\d)\b(?!\.)"
)
NO_AUTHOR = ("Copyright", "In", "Since", "By")


def modules():
    for package in MAPPING:
        found = importlib.import_module(package)
        yield found
        for info in pkgutil.iter_modules(found.__path__):
            if info.name != "__main__":
                yield importlib.import_module(f"{package}.{info.name}")


def declared_sources():
    """(where, source text) of every parameter and slow state that a component class declares."""
    for module in modules():
        for cls in vars(module).values():
            if inspect.isclass(cls) and issubclass(cls, Component) and cls.__module__ == module.__name__:
                for name, d in cls.declarations.items():
                    if isinstance(d, Param | SlowState):
                        yield f"{module.__name__}.{cls.__name__}.{name}", d.source


def first_word(source):
    return re.split(r"[\s,:;/]", source.strip())[0]


def test_every_source_starts_with_a_reference_or_says_that_there_is_none():
    found = dict(declared_sources())
    assert found
    wrong = {
        where: s
        for where, s in found.items()
        if first_word(s) not in KEYS and first_word(s) not in HONEST and not s.endswith(MARKS)
    }
    assert wrong == {}


def test_every_key_named_anywhere_in_a_source_is_in_the_bibliography():
    from heartloop.scenarios.cell_states import read_states
    from heartloop.scenarios.files import targets

    texts = [*dict(declared_sources()).items()]
    texts += [(f"targets.toml {t.key}", t.source) for sex in ("male", "female") for t in targets(sex)]
    texts += [(f"cell_states.toml {n}", f.source) for s in read_states().values() for n, f in s.factors.items()]
    assert {(w, k) for w, s in texts for k in KEY.findall(s) if k not in KEYS} == set()
    assert {s for w, s in texts if ".toml" in w and first_word(s) not in KEYS | set(HONEST)} == set()


def test_every_citation_in_code_and_docs_is_in_the_bibliography():
    known = set()
    for entry in BIBLIOGRAPHY.splitlines():
        year = re.search(r"year = \{(\d{4})\}", entry)
        known |= {(name, year[1]) for name in re.findall(r"[\w'-]+", entry.split("title =")[0]) if year}
    missing = set()
    for path in [*(p for _, p in sources()), *ROOT.glob("tests/*.py"), *ROOT.glob("docs/*.md"), *ROOT.glob("*.md")]:
        text = path.read_text()
        missing |= {(path.name, key) for key in KEY.findall(text) if key not in KEYS}
        missing |= {(path.name, *c) for c in CITED.findall(text) if c not in known and c[0] not in NO_AUTHOR}
    assert missing == set()


def test_bibliography_keys_are_unique():
    keys = re.findall(r"^@\w+\{([^,]+),", BIBLIOGRAPHY, re.M)
    assert len(keys) == len(set(keys)) and BIBLIOGRAPHY.count("{") == BIBLIOGRAPHY.count("}")


# -- names and docstrings ---------------------------------------------------------------------------------------------


def test_public_classes_and_functions_have_docstrings():
    missing = []
    for _, path in sources():
        tree = ast.parse(path.read_text())
        if path.name != "__init__.py" and not ast.get_docstring(tree):
            missing.append(f"{path.relative_to(ROOT)}")
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                if not ast.get_docstring(node):
                    missing.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert missing == []


def test_names_handed_out_by_the_package_exist():
    for name in getattr(heartloop, "__all__", []):
        assert getattr(heartloop, name) is not None


def test_the_readme_gives_two_one_line_commands_and_the_check_runs_them():
    readme, check = (ROOT / "README.md").read_text(), (ROOT / ".ci/run").read_text()
    commands = re.findall(r"^python3 -m venv .*$", readme, re.M)
    assert len(commands) == 2 and "heartloop run heart-failure --days 365" in commands[0] and "pytest" in commands[1]
    assert "readme 'run heart-failure'" in check and "readme 'pytest'" in check
    assert readme.count("![") == 1


def tracked():
    try:
        out = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    return [ROOT / name for name in out.split("\0") if name and (ROOT / name).is_file()]


def test_no_tracked_file_names_a_path_of_one_machine():
    pattern = re.compile(r"(?<![\w./])/(?:home|root|Users|work|tmp|private|mnt|opt)/[\w.-]+")
    wrong = []
    for path in tracked():
        if path.suffix in (".png", ".nc"):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if pattern.search(line) and path != Path(__file__):
                wrong.append(f"{path.relative_to(ROOT)}:{number}")
    assert wrong == []


def test_the_version_is_the_same_everywhere():
    assert PYPROJECT["project"]["version"] == heartloop.__version__
    assert heartloop.__version__ in (ROOT / "CHANGELOG.md").read_text()


def test_data_files_travel_with_the_package():
    globs = PYPROJECT["tool"]["setuptools"]["package-data"]
    for package, folder in MAPPING.items():
        for path in (ROOT / folder).iterdir():
            if path.is_file() and path.suffix not in (".py", ".pyc"):
                assert any(path.match(g) for g in globs.get(package, [])), path.relative_to(ROOT)
