"""Rules of the house that import contracts cannot say."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "app").rglob("*.py")) + sorted((ROOT / "gateway").rglob("*.py"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def test_only_the_windows_room_and_those_above_it_import_widgets():
    inside = {ROOT / "app" / "ui", ROOT / "app" / "demo", ROOT / "app"}
    guilty = [path for path in SOURCES if {"PySide6.QtWidgets", "PySide6.QtGui"} & imported(path)
              and not any(path.is_relative_to(room) for room in inside - {ROOT / "app"}) and path.parent != ROOT / "app"]
    assert guilty == []


def condition_codes() -> list[str]:
    """Every code given to a Kind in the sources."""
    codes = []
    for path in SOURCES:
        for node in nodes(path):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Kind" and node.args:
                codes.append(ast.literal_eval(node.args[0]))
    return codes


def test_condition_codes_are_unique_and_well_formed():
    codes = condition_codes()
    assert len(codes) > 80
    assert sorted(codes) == sorted(set(codes))
    assert all(re.fullmatch(r"[a-z_]+\.[a-z0-9_]+", code) for code in codes)


@pytest.mark.parametrize("name", ["requirements/all.txt", "pyproject.toml", "Makefile", ".ci/run"])
def test_no_download_address_stands_in_set_up_files(name):
    assert not re.search(r"https?://", (ROOT / name).read_text(encoding="utf-8"))
