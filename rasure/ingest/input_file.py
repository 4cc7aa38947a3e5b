"""A file to read as text: plain, gzipped or in a zip archive; read once, in pieces, measured on the way."""

import codecs
import gzip
import hashlib
import io
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from rasure.errors import InputRejected

MAX_FILE_BYTES = 8 * 1024**3
MAX_UNPACKED_RATIO = 200
#: A line longer than this is no row of a table.
MAX_LINE_CHARS = 16 * 1024**2

_BLOCK_BYTES = 1024 * 1024
_MAGIC = {
    b"PK\x03\x04": "a zip archive or an Excel workbook",
    b"PK\x05\x06": "a zip archive or an Excel workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "a gzip archive",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "a database",
    b"\xff\xfe": "UTF-16 text",
    b"\xfe\xff": "UTF-16 text",
    b"\x00\x00\xfe\xff": "UTF-32 text",
}
_UNREADABLE = (OSError, EOFError, zipfile.BadZipFile, RuntimeError, zlib.error, NotImplementedError, KeyError)


@dataclass(frozen=True, slots=True)
class InputFile:
    """One CSV to read: a plain file, a gzipped one, or a member of a zip archive."""

    path: Path
    member: str | None = None

    @property
    def name(self) -> str:
        """The file's own name, without folders and without `.gz`."""
        return PurePosixPath(self.member or self.path.name).name.removesuffix(".gz")

    @property
    def label(self) -> str:
        return f"{self.path.name}/{self.member}" if self.member else self.path.name

    def open(self) -> "Measured":
        """Open the file unpacked; refuse what is not a file."""
        try:
            kind = self.path.stat().st_mode
            if stat.S_ISDIR(kind):
                raise InputRejected(f"{self.label} is a folder where a file should be. Name the file in it.")
            if not stat.S_ISREG(kind):
                raise InputRejected(f"{self.label} is not a file but a device or a pipe. Send a file.")
            return Measured(self.label, self._unpacked(), self._packed_bytes())
        except _UNREADABLE as error:
            raise unreadable(self.label, error) from error

    def _unpacked(self) -> IO[bytes]:
        if self.member:
            return zipfile.ZipFile(self.path).open(self.member)
        if self.path.suffix == ".gz":
            return gzip.open(self.path, "rb")  # type: ignore[return-value]
        return self.path.open("rb")

    def _packed_bytes(self) -> int | None:
        if self.member:
            return zipfile.ZipFile(self.path).getinfo(self.member).compress_size
        return self.path.stat().st_size if self.path.suffix == ".gz" else None


class Measured(io.RawIOBase):
    """Bytes on their way in: counted, digested, and stopped when they are no text or grow beyond reason."""

    def __init__(self, label: str, file: IO[bytes], packed_bytes: int | None) -> None:
        self.label = label
        self.size_bytes = 0
        self._file = file
        self._packed_bytes = packed_bytes
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """The digest of what was read; of the whole file once it has been read to its end."""
        return self._digest.hexdigest()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            block = self._file.read(len(buffer))
        except _UNREADABLE as error:
            raise unreadable(self.label, error) from error
        if self.size_bytes == 0:
            self._refuse_other_kinds(block)
        self.size_bytes += len(block)
        self._digest.update(block)
        most = MAX_FILE_BYTES if self._packed_bytes is None else max(1, self._packed_bytes) * MAX_UNPACKED_RATIO
        if self.size_bytes > min(most, MAX_FILE_BYTES):
            raise InputRejected(f"{self.label} unpacks to more than can be right. Send it as plain CSV.")
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _refuse_other_kinds(self, head: bytes) -> None:
        if not head:
            raise InputRejected(f"{self.label} is empty. Export it again; a file without rows still needs its header.")
        for magic, what in _MAGIC.items():
            if head.startswith(magic):
                raise InputRejected(f"{self.label} is {what}, not CSV text. Save it as CSV, UTF-8.")


def lines_of(source: InputFile, measured: Measured) -> Iterator[str]:
    """Yield the lines of UTF-8 text with their ends, whatever those are."""
    text = io.TextIOWrapper(io.BufferedReader(measured, _BLOCK_BYTES), encoding="utf-8-sig", newline="")
    try:
        while line := text.readline(MAX_LINE_CHARS):
            if len(line) == MAX_LINE_CHARS:
                raise InputRejected(f"{source.label} has a line of {MAX_LINE_CHARS:,} characters: it is not a table.")
            yield line
    except UnicodeDecodeError as error:
        line_number, byte = _first_other_byte(source)
        raise InputRejected(
            f"{source.label} is not UTF-8 text: byte {byte:#04x} on line {line_number}. Save it as CSV, UTF-8."
        ) from error
    finally:
        text.close()


def unreadable(label: str, error: BaseException) -> InputRejected:
    return InputRejected(f"{label} cannot be read ({error}). Check the file and its permissions.")


def _first_other_byte(source: InputFile) -> tuple[int, int]:
    """Read the file again to say where it stops being UTF-8: the line, and the byte."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    line = 1
    with source.open() as measured:
        while True:
            block = measured.read(_BLOCK_BYTES) or b""
            try:
                decoder.decode(block, final=not block)
            except UnicodeDecodeError as error:
                return line + error.object.count(b"\n", 0, error.start), error.object[error.start]
            if not block:
                return line, 0
            line += block.count(b"\n")
