"""SQL lives in `.sql` files beside their Python, in `-- name:` blocks; this reads them.

-- name: coverage
-- Months present for each source and kind.
-- unscoped: counts of files, no records
select …
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_HEAD = re.compile(r"^--\s*name:\s*(\w+)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Statement:
    """One named block: its SQL, what it returns, and why it needs no scope (None when it takes one)."""

    name: str
    sql: str
    comment: str
    unscoped: str | None


class Statements:
    """The blocks of one `.sql` file, by name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._blocks = _parse(path.read_text(encoding="utf-8"))

    @classmethod
    def beside(cls, module_file: str) -> "Statements":
        """Read the `.sql` twin of a Python module."""
        return cls(Path(module_file).with_suffix(".sql"))

    def __getitem__(self, name: str) -> str:
        return self._blocks[name].sql

    def __iter__(self) -> Iterator[Statement]:
        return iter(self._blocks.values())


def _parse(text: str) -> dict[str, Statement]:
    heads = list(_HEAD.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    blocks = {}
    for head, end in zip(heads, ends, strict=True):
        lines = text[head.end() : end].strip().splitlines()
        notes = [line.removeprefix("--").strip() for line in lines if line.startswith("--")]
        sql = "\n".join(line for line in lines if not line.startswith("--")).strip().rstrip(";")
        unscoped = next((n.removeprefix("unscoped:").strip() for n in notes if n.startswith("unscoped:")), None)
        comment = " ".join(n for n in notes if not n.startswith("unscoped:"))
        blocks[head.group(1)] = Statement(head.group(1), sql, comment, unscoped)
    return blocks
