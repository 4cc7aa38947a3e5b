"""A corpus of files that go wrong, or look as if they would: what each holds, and what must become of it."""

# ruff: noqa: ARG005  a case that needs nothing of its carrier still takes it

import gzip
import io
import random
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Carrier:
    """A file of either source that carries the trouble: its header, and rows around a free text."""

    header: list[str]
    row: Callable[[int, str], list[str]]

    def rows(self, texts: Sequence[str]) -> list[list[str]]:
        return [self.row(number, text) for number, text in enumerate(texts)]

    def text(self, texts: Sequence[str] = ("one", "two"), end: str = "\n") -> str:
        return end.join([",".join(self.header), *(",".join(map(quoted, row)) for row in self.rows(texts))]) + end

    def raw(self, cell: str) -> str:
        """Return the header and one row whose free text is put in as it stands, unquoted."""
        marked = ",".join(map(quoted, self.row(0, "\N{SNOWMAN}")))
        return ",".join(self.header) + "\n" + marked.replace("\N{SNOWMAN}", cell) + "\n"


@dataclass(frozen=True, slots=True)
class Case:
    """One file: refused with a sentence like `refused`, or taken with these texts and these reasons for rejects."""

    name: str
    data: Callable[[Carrier], bytes]
    refused: str | None = None
    texts: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    duplicates: int = 0


def quoted(cell: str) -> str:
    needs = any(mark in cell for mark in ',"\n\r')
    return '"' + cell.replace('"', '""') + '"' if needs else cell


def refused(name: str, says: str, data: Callable[[Carrier], bytes]) -> Case:
    return Case(name, data, refused=says)


def texts(name: str, *given: str) -> Case:
    return Case(name, lambda c: c.text(given).encode(), texts=given)


def raw(name: str, cell: str, means: str) -> Case:
    return Case(name, lambda c: c.raw(cell).encode(), texts=(means,))


def rejected(name: str, reason: str, bad: Callable[[Carrier], str]) -> Case:
    """Return a good row, a bad one and a good one."""

    def data(c: Carrier) -> bytes:
        head, first, last = c.text(("one", "two")).splitlines()
        return "\n".join([head, first, bad(c), last, ""]).encode("utf-8", "surrogatepass")

    return Case(name, data, texts=("one", "two"), reasons=(reason,))


def with_end(name: str, end: str) -> Case:
    return Case(name, lambda c: c.text(end=end).encode(), texts=("one", "two"))


def header(name: str, says: str, change: Callable[[list[str]], list[str]]) -> Case:
    def data(c: Carrier) -> bytes:
        body = c.text().split("\n", 1)[1]
        return (",".join(change(list(c.header))) + "\n" + body).encode()

    return refused(name, says, data)


def _reordered(c: Carrier) -> bytes:
    rows = [c.header, *c.rows(("one", "two"))]
    return "".join(",".join(map(quoted, reversed(row))) + "\n" for row in rows).encode()


def _mixed_ends(c: Carrier) -> bytes:
    head, first, last = c.text().splitlines()
    return f"{head}\r\n{first}\r{last}\n".encode()


def _workbook(_c: Carrier) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


def _binary(_c: Carrier) -> bytes:
    return b"\x7f" + random.Random(1).randbytes(100_000)


def _encoded(encoding: str, *, head: bytes = b"", given: str = "Zoë") -> Callable[[Carrier], bytes]:
    return lambda c: head + c.text((given,)).encode(encoding)


def _then(tail: bytes) -> Callable[[Carrier], bytes]:
    return lambda c: c.text().encode() + tail


def _before(lead: str) -> Callable[[Carrier], bytes]:
    return lambda c: (lead + c.text()).encode()


HEADER = r"the header (lacks|has)"
CORPUS = [
    texts("plain", "one", "two"),
    # Encodings
    Case("byte order mark", lambda c: b"\xef\xbb\xbf" + c.text().encode(), texts=("one", "two")),
    refused("two byte order marks", HEADER, lambda c: b"\xef\xbb\xbf" * 2 + c.text().encode()),
    refused("UTF-16 little", "UTF-16 text", _encoded("utf-16-le", head=b"\xff\xfe")),
    refused("UTF-16 big", "UTF-16 text", _encoded("utf-16-be", head=b"\xfe\xff")),
    refused("UTF-16 without mark", "UTF-8|header", _encoded("utf-16-le")),
    refused("UTF-32 little", "UTF-16 text", _encoded("utf-32-le", head=b"\xff\xfe\0\0")),
    refused("UTF-32 big", "UTF-32 text", _encoded("utf-32-be", head=b"\0\0\xfe\xff")),
    refused("Latin-1", "not UTF-8 text: byte 0xeb on line 2", _encoded("latin-1")),
    refused(
        "Windows-1252 quotes", "not UTF-8 text: byte 0x93", _encoded("cp1252", given="\N{LEFT DOUBLE QUOTATION MARK}")
    ),
    refused("EBCDIC", "UTF-8|header", _encoded("cp500")),
    refused("Shift JIS", "not UTF-8", _encoded("shift_jis", given="\N{KATAKANA LETTER SO}\N{KATAKANA LETTER ME}")),
    refused("overlong UTF-8", "not UTF-8 text: byte 0xc0 on line 4", _then(b"\xc0\x80\n")),
    refused("half a surrogate", "not UTF-8 text: byte 0xed on line 4", _then(b"\xed\xa0\x80\n")),
    refused("cut in a character", "not UTF-8 text: byte 0xc3", _then(b"\xc3")),
    texts("UTF-7 is text like any other", "+AGE-"),
    # Line ends
    with_end("CRLF", "\r\n"),
    with_end("CR", "\r"),
    Case("mixed line ends", _mixed_ends, texts=("one", "two")),
    Case("no last line end", lambda c: c.text().rstrip("\n").encode(), texts=("one", "two")),
    Case("blank lines", lambda c: c.text(end="\n\n\n").encode(), texts=("one", "two")),
    raw("line separators that are no line ends", "a\u2028b\x85c\u2029d", "a\u2028b\x85c\u2029d"),
    # Nothing, or something else
    refused("0 bytes", "is empty", lambda c: b""),
    refused("only a mark", HEADER, lambda c: b"\xef\xbb\xbf"),
    refused("only a line end", HEADER, lambda c: b"\n"),
    refused("only spaces", HEADER, lambda c: b"   \n   \n"),
    Case("only the header", lambda c: c.text(()).encode()),
    refused("zip archive", "zip archive or an Excel", lambda c: b"PK\x03\x04" + c.text().encode()),
    refused("empty zip archive", "zip archive or an Excel", lambda c: b"PK\x05\x06" + bytes(18)),
    refused("Excel workbook", "zip archive or an Excel", _workbook),
    refused("old Excel workbook", "old Excel", lambda c: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)),
    refused("gzip without saying so", "gzip archive", lambda c: gzip.compress(c.text().encode())),
    refused("PDF", "a PDF", lambda c: b"%PDF-1.7\n" + c.text().encode()),
    refused("picture", "a picture", lambda c: b"\x89PNG\r\n\x1a\n" + bytes(100)),
    refused("Parquet", "a Parquet file", lambda c: b"PAR1" + bytes(100) + b"PAR1"),
    refused("database", "a database", lambda c: b"SQLite format 3\0" + bytes(100)),
    refused("noise", "not UTF-8|header|quoting", _binary),
    refused("zeros", "header", lambda c: bytes(4096)),
    refused("web page", "header", lambda c: b"<!doctype html><html><body>Log in</body></html>\n"),
    refused("JSON", "header", lambda c: b'[{"a": 1}]\n'),
    refused("one line without end", "a line of", lambda c: b"x" * (17 * 1024**2)),
    # Headers
    header("wrong name", HEADER, lambda names: [names[0] + "x", *names[1:]]),
    header("missing column", HEADER, lambda names: names[:-1]),
    header("extra column", "has 'extra'", lambda names: [*names, "extra"]),
    header("column twice", "names a column twice", lambda names: [*names, names[0]]),
    header("other case", HEADER, lambda names: [name.swapcase() for name in names]),
    header("spaces around names", HEADER, lambda names: [f" {name} " for name in names]),
    header("comma at every end", "has ''", lambda names: [*names, ""]),
    header("look-alike letter", HEADER, lambda names: [names[0].translate({ord("e"): "\u0435"}), *names[1:]]),
    header("invisible character", HEADER, lambda names: ["\u200b" + names[0], *names[1:]]),
    header("no header", HEADER, lambda names: ["x"] * len(names)),
    header("a thousand columns", "and 99[0-9] more", lambda names: [f"c{n}" for n in range(1000)]),
    refused("semicolons", HEADER, lambda c: c.text().replace(",", ";").encode()),
    refused("tabs", HEADER, lambda c: c.text().replace(",", "\t").encode()),
    refused("sep line", HEADER, _before("sep=,\n")),
    Case("comment first", _before("# extract of today\n"), texts=("one", "two")),
    refused("two comments first", HEADER, _before("# extract of today\n# and of yesterday\n")),
    refused("blank line first", HEADER, _before("\n")),
    Case("other order of columns", _reordered, texts=("one", "two")),
    # Quoting
    raw("quoted", '"one"', "one"),
    raw("comma in quotes", '"a,b"', "a,b"),
    raw("quotes in quotes", '"say ""hi"" now"', 'say "hi" now'),
    raw("deep quoting", '"' + '""' * 1500 + '"', '"' * 1500),
    raw("line end in quotes", '"a\nb"', "a\nb"),
    raw("CRLF in quotes", '"a\r\nb"', "a\r\nb"),
    raw("quote inside a bare cell", 'O"Brien', 'O"Brien'),
    raw("space before a quote", ' "x"', ' "x"'),
    raw("backslash escapes nothing", "a\\", "a\\"),
    raw("single quotes", "'a'", "'a'"),
    refused("quote never closed", "quoting breaks on line 2", lambda c: c.raw('"open').encode()),
    refused("text after a closing quote", "quoting breaks on line 2", lambda c: c.raw('"a"b').encode()),
    refused("backslash before a quote", "quoting breaks on line 2", lambda c: c.raw('"a\\"b"').encode()),
    refused("a cell of 2 million", "quoting breaks on line 2", lambda c: c.raw("x" * 2_000_000).encode()),
    # Rows
    rejected("ragged short", "wrong_number_of_cells", lambda c: "Total,2"),
    rejected("ragged long", "wrong_number_of_cells", lambda c: ",".join(c.row(7, "x")) + ",,,"),
    rejected("a lone comma", "wrong_number_of_cells", lambda c: ","),
    rejected("NUL", "nul_character", lambda c: ",".join(c.row(7, "a\0b"))),
    rejected("huge cell", "cell_too_long", lambda c: ",".join(c.row(7, "x" * 32_001))),
    rejected("long cell", "too_long", lambda c: ",".join(c.row(7, "x" * 4001))),
    rejected("bell", "control_character", lambda c: ",".join(c.row(7, "a\x07b"))),
    rejected("escape sequence", "control_character", lambda c: ",".join(c.row(7, "\x1b[2J"))),
    rejected("delete character", "control_character", lambda c: ",".join(c.row(7, "a\x7f"))),
    rejected("unit separator", "control_character", lambda c: ",".join(c.row(7, "a\x1fb"))),
    Case(
        "a row twice",
        lambda c: (c.text() + c.text().splitlines()[1] + "\n").encode(),
        texts=("one", "two"),
        duplicates=1,
    ),
    # Values that look like something
    texts("formulas", "=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x")'),
    texts("nothings", "NULL", "null", "None", "NaN", "N/A", "-", "nil", "#N/A", "\\N"),
    texts("numbers", "000123", "1E5", "1e-5", "1,234.5", "0x1F", "1_000", "+44 118", "\u0661\u0662", "½"),
    texts("dates", "3/1", "1-2", "MAR1", "2026-03-03", "45000"),
    texts("truths", "TRUE", "false", "Y"),
    texts("names", "O'Neill", "Null", "Zoë", "Ñandú", "St. John-Smythe", "X Æ A-12", "Nguyễn", "李"),
    texts("spaces", " lead", "trail ", "in  side", "\u00a0", "\t", "\u3000"),
    texts("right to left", "\u202eabc", "\u05e9\u05dc\u05d5\u05dd", "a\u200fb", "\u2066x\u2069"),
    texts("invisible", "a\u200bb", "a\u00adb", "\ufeffa", "a\u0301", "á"),
    texts("planes", "\U0001f52a", "\U0010fffd", "\uffff", "\ufdd0", "\U000e0041"),
    texts("markup", "<script>alert(1)</script>", "![x](http://x)", "{{7*7}}", "${x}", "%s%n"),
    texts("statements", "'; drop table offence; --", "1 or 1=1", "$lpas", "?"),
    texts("paths", "../../etc/passwd", "C:\\con", "file:///etc/passwd"),
    texts("zalgo", "Z" + "\u0300" * 200),
]
