"""Every SQL block: scoped or saying why not, documented, and preparable against the empty schema."""

import re

import pytest

from rasure.settings import PROJECT
from rasure.store.analytics.database import Database
from rasure.store.statements import Statement, Statements

FOLDER = PROJECT / "rasure" / "store" / "analytics"
BLOCKS = [(path.stem, block) for path in sorted(FOLDER.glob("*.sql")) for block in Statements(path)]
#: Tables whose rows are about people, incidents or patrols.
RECORDS = set(
    "counted court_order judged "
    "offence scored_offence outcome_event stop_search weapon injury person person_monitoring involvement location"
    " officer ping visit patrol plan plan_response training allocation hotspot patrol_area hotspot_set superseded"
    " occurrence recorded_offence"
    " reject".split()
)


def tables_read(sql: str) -> set[str]:
    return set(re.findall(r"\b(?:from|join|into|update)\s+([a-z_]+)", sql))


@pytest.mark.parametrize(("file", "block"), BLOCKS, ids=[f"{file}.{block.name}" for file, block in BLOCKS])
class TestBlock:
    def test_a_read_over_records_takes_a_scope_or_says_why_not(self, file: str, block: Statement) -> None:
        if tables_read(block.sql) & RECORDS and block.unscoped is None:
            assert "$lpas" in block.sql
            assert "$all_lpas" in block.sql

    def test_a_block_without_scope_gives_its_reason(self, file: str, block: Statement) -> None:
        assert "$lpas" in block.sql or (block.unscoped or "").strip()

    def test_it_says_what_the_reader_gets(self, file: str, block: Statement) -> None:
        assert block.comment or block.unscoped


def test_the_scope_test_would_notice_an_unscoped_read() -> None:
    assert tables_read("select * from offence") & RECORDS


def test_every_read_prepares_against_the_empty_schema() -> None:
    database = Database()
    reads = [
        block.sql for _, block in BLOCKS if block.sql.startswith(("select", "with")) and "{table}" not in block.sql
    ]
    assert len(reads) > 10
    for sql in reads:
        if "incoming" not in sql:
            database.rows("explain " + re.sub(r"\$\w+", "null", sql))
