"""The import rule, held both ways: what the source says, and what a fresh process really loads."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from rasure.settings import PROJECT

SUBJECTS = {"places", "people", "patrol", "trial"}
LEAVES = {"terms", "errors", "words", "shapes"}
GROUND = {"geo", "harm"}
BELOW_WEB = (
    LEAVES | GROUND | SUBJECTS | {"access", "store", "ingest", "services", "settings", "reports", "synth", "checks"}
)

#: Room (folder or top module of rasure) -> the rooms it may import from.
MAY_IMPORT = {
    "terms": set(),
    "errors": set(),
    "words": set(),
    "shapes": set(),
    "geo": LEAVES,
    "harm": LEAVES,
    "settings": LEAVES,
    "access": LEAVES,
    **dict.fromkeys(SUBJECTS, LEAVES | GROUND),
    "store": LEAVES | GROUND | {"access", "places", "patrol"},
    "ingest": LEAVES | GROUND | {"places", "store"},
    "checks": LEAVES | GROUND | SUBJECTS,
    "synth": LEAVES | GROUND | SUBJECTS,
    "services": BELOW_WEB - {"reports"},
    "reports": LEAVES | {"access", "services", "places"},
    "gate": LEAVES | {"access", "services", "settings"},
    "api": LEAVES | {"gate", "access", "services", "settings", "store", "places", "people", "reports"},
    "web": LEAVES | {"access", "services", "settings", "gate", "api", "places", "people"},
    "launch": BELOW_WEB | {"web"},
    "handover": BELOW_WEB,
    "progress": {"store"},
    "commands": BELOW_WEB | {"handover", "progress"},
    "cli": BELOW_WEB | {"commands", "progress", "launch"},
    "__main__": {"cli"},
}

#: Packages from outside that only some rooms may import.
ONLY_IN = {
    "duckdb": {"store/analytics"},
    "sqlite3": {"store/ledger"},
    "streamlit": {"web", "gate/messages"},
    "authlib": {"services/oidc"},
    "joserfc": {"services/tokens"},
    "requests": {"services/oidc", "services/assertions"},
    "pydeck": {"web"},
    "altair": {"web"},
    "folium": {"web"},
    "streamlit_folium": {"web"},
    "branca": {"web"},
    "typst": {"reports"},
    "vl_convert": {"reports"},
    "openpyxl": {"reports/workbook"},
    "starlette": {"api", "gate"},
    "geopandas": {"ingest"},
    "pyogrio": {"ingest"},
    "pyproj": {"geo", "ingest"},
    "typer": {"cli", "commands"},
    "rich": {"progress"},
    "holidays": {"places"},
}

MODULES = sorted((PROJECT / "rasure").rglob("*.py"))


def room_of(path: Path) -> str:
    parts = path.relative_to(PROJECT / "rasure").with_suffix("").parts
    return parts[0]


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def rooms_imported(path: Path) -> set[str]:
    """Return the rooms a module imports from, its own room left out."""
    rooms = {name.split(".")[1] for name in imports_of(path) if name.startswith("rasure.")}
    known = {room_of(module) for module in MODULES}
    return (rooms & known) - {room_of(path), "__init__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PROJECT)))
class TestEveryModule:
    def test_it_imports_only_downwards(self, path: Path) -> None:
        if path.parent.name == "rasure" and path.name == "__init__.py":
            return
        assert rooms_imported(path) <= MAY_IMPORT[room_of(path)]

    def test_outside_packages_stay_in_their_rooms(self, path: Path) -> None:
        where = str(path.relative_to(PROJECT / "rasure").with_suffix(""))
        for name in imports_of(path):
            rooms = ONLY_IN.get(name.split(".")[0])
            assert rooms is None or any(where == room or where.startswith(f"{room}/") for room in rooms), name

    def test_it_is_short_enough_to_read(self, path: Path) -> None:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_pages_import_only_what_draws_and_guards() -> None:
    for path in (PROJECT / "pages").glob("*.py"):
        rooms = {name.split(".")[1] for name in imports_of(path) if name.startswith("rasure.")}
        assert rooms <= {"web", "services", "access", "terms"}, path.name
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 80


def test_only_the_desk_makes_scopes() -> None:
    makers = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Scope":
                makers.add(str(path.relative_to(PROJECT)))
    assert makers == {"rasure/services/desk.py"}


def test_no_cached_read_hides_an_argument_from_its_key() -> None:
    for path in (PROJECT / "rasure" / "web").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and any("cache" in ast.unparse(d) for d in node.decorator_list):
                assert not [a.arg for a in node.args.args if a.arg.startswith("_")], f"{path.name}: {node.name}"


@pytest.mark.parametrize("room", sorted(SUBJECTS | {"access", "terms", "errors"}))
def test_a_pure_room_loads_no_store_and_no_screen(room: str) -> None:
    names = [f"rasure.{room}"] + [
        f"rasure.{room}.{path.stem}" for path in (PROJECT / "rasure" / room).glob("*.py") if path.stem != "__init__"
    ]
    program = f"import sys, importlib\nfor name in {names!r}: importlib.import_module(name)\nprint(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=PROJECT, check=True)
    heavy = {"duckdb", "sqlite3", "streamlit", "starlette", "geopandas", "pyogrio", "matplotlib"}
    assert not heavy & set(loaded.stdout.split())


def test_serving_loads_nothing_that_only_loading_needs() -> None:
    program = "import sys, rasure.api.routes, rasure.web.lifespan\nprint(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=PROJECT, check=True)
    heavy = {"geopandas", "pyogrio", "shapely", "pyproj", "altair", "folium", "typst", "openpyxl"}
    assert not heavy & set(loaded.stdout.split())
