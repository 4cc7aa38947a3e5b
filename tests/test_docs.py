"""What the documents say is there is there, and what is there they say."""

import re

import pytest
from typer.main import get_command

from rasure.cli import app
from rasure.settings import PROJECT, Settings

README = (PROJECT / "README.md").read_text(encoding="utf-8")
OPERATING = (PROJECT / "docs" / "operating.md").read_text(encoding="utf-8")
TOP_LEVEL = set(
    "app.py pages data rasure tests bench docs .ci .streamlit .gitignore Makefile pyproject.toml README.md LICENSE"
    " NOTICE requirements.in requirements.txt requirements-dev.in requirements-dev.txt"
    " requirements-scale.in requirements-scale.txt".split()
)


def commands() -> list[str]:
    """Return every command as a person types it, such as `load police-uk`."""
    found = []
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", {})
        found += [f"{name} {sub}" for sub in inner] or [name]
    return found


@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_the_documents(command: str) -> None:
    written = README + "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "docs").glob("*.md"))
    assert re.search(rf"rasure {command}\b", re.sub(r" +", " ", written)), command


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_operators_document(name: str) -> None:
    assert f"`RASURE_{name.upper()}`" in OPERATING


def test_every_page_is_named_in_the_readme() -> None:
    for path in (PROJECT / "pages").glob("*.py"):
        assert path.stem.replace("_", "-") in README.replace(" ", "-").lower(), path.stem


def test_every_room_is_in_the_house_of_the_readme() -> None:
    rooms = {path.name for path in (PROJECT / "rasure").iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    assert [room for room in sorted(rooms) if room not in README] == []


def test_the_top_level_holds_what_was_decided_and_nothing_else() -> None:
    import subprocess

    listed = subprocess.run(["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert {line.split("/")[0] for line in listed.splitlines()} == TOP_LEVEL


def test_links_between_documents_lead_somewhere() -> None:
    for path in [PROJECT / "README.md", *(PROJECT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_locked_requirements_carry_hashes_and_no_index_address() -> None:
    for name, least in (("requirements.txt", 30), ("requirements-dev.txt", 30), ("requirements-scale.txt", 2)):
        text = (PROJECT / name).read_text(encoding="utf-8")
        pinned = re.findall(r"^[A-Za-z0-9_.-]+==[^ ]+", text, re.MULTILINE)
        assert len(pinned) > least
        assert "://" not in text
        assert text.count("--hash=sha256:") > len(pinned)
