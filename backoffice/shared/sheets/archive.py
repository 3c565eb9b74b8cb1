"""An .xlsx file as what it is, a zip of XML parts: opened only when it is a workbook, unpacked only within bounds."""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any, Final
from xml.parsers import expat

from .refusals import refusal

CHUNK: Final = 64 * 1024

# 200,000 lines of 60 filled columns unpack to less; a million styled empty rows too.
MOST_UNPACKED: Final = 512 * 2**20
MOST_MEMBERS: Final = 2_000
MOST_IN_SMALL_PART: Final = 4 * 2**20
# Sheets shrink to a tenth, a column of one repeated value to a hundredth. Little files may do what they like.
MOST_RATIO: Final = 200
RATIO_COUNTS_FROM: Final = 64 * 2**20
# zipfile reads the list of members in one go, whatever length the file claims for it.
_LONGEST_READ: Final = 2**20

_ENCRYPTED_FLAG: Final = 0x1
_WORKBOOK_TYPES: Final = ("spreadsheetml.sheet.main+xml", "spreadsheetml.template.main+xml")

# What the zip and XML libraries raise at a file that is not what it claims.
BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, EOFError, KeyError, IndexError, ValueError, OverflowError,
    NotImplementedError, RuntimeError, UnicodeError, OSError,
)  # fmt: skip


class _ShortReads:
    """A file that refuses the one huge read a false list of members would ask for."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.seek, self.tell = stream.seek, stream.tell

    def read(self, size: int = -1) -> bytes:
        """Read as asked, up to what an honest file needs at once."""
        if size > _LONGEST_READ:
            raise zipfile.BadZipFile("the list of members is too long")
        return self._stream.read(size if size >= 0 else _LONGEST_READ)

    def seekable(self) -> bool:
        """A zip is read from its end."""
        return True


class Archive:
    """The parts of a workbook, by their names."""

    def __init__(self, stream: IO[bytes], name: str) -> None:
        self.name = name
        try:
            self._zip = zipfile.ZipFile(_ShortReads(stream))
        except BROKEN as error:
            raise refusal("file_broken", name) from error
        self._members = {member.filename.casefold(): member for member in self._zip.infolist()}
        self._check_members()
        self._check_kind()

    def _check_members(self) -> None:
        """Refuse what no spreadsheet program writes: passwords, paths that climb, thousands of parts, a bomb."""
        members = self._zip.infolist()
        packed = sum(member.compress_size for member in members)
        unpacked = sum(member.file_size for member in members)
        if len(members) > MOST_MEMBERS or _is_bomb(unpacked, packed):
            raise refusal("zip_bomb", self.name)
        if any(member.flag_bits & _ENCRYPTED_FLAG for member in members):
            raise refusal("file_encrypted", self.name)
        for member in members:
            path = member.filename.replace("\\", "/")
            if path.startswith("/") or ".." in path.split("/"):
                raise refusal("file_broken", self.name)

    def _check_kind(self) -> None:
        """Refuse documents of another kind, and programs under any name."""
        if "[content_types].xml" not in self._members:
            raise refusal("file_not_a_sheet", self.name)
        types = [attributes.get("ContentType", "") for tag, attributes in self.elements("[Content_Types].xml")]
        if any("macroenabled" in kind.lower() or "vbaproject" in kind.lower() for kind in types) or any(
            posixpath.basename(path) == "vbaproject.bin" for path in self._members
        ):
            raise refusal("file_macro", self.name)
        if not any(kind.endswith(_WORKBOOK_TYPES) for kind in types):
            raise refusal("file_not_a_sheet", self.name)

    def has(self, path: str) -> bool:
        """Whether the workbook has this part."""
        return path.casefold() in self._members

    def open(self, path: str) -> IO[bytes]:
        """A part as a stream; it never gives more than the size that was checked."""
        return self._zip.open(self._members[path.casefold()])

    def size(self, path: str) -> int:
        """How many bytes a part unpacks to."""
        return self._members[path.casefold()].file_size

    def chunks(self, path: str) -> Iterator[bytes]:
        """A part bit by bit, its bytes counted as they come and its checksum proved at the end."""
        unpacked = 0
        with self.open(path) as stream:
            while chunk := stream.read(CHUNK):
                unpacked += len(chunk)
                if unpacked > MOST_UNPACKED:
                    raise refusal("zip_bomb", self.name)
                yield chunk

    def elements(self, path: str) -> list[tuple[str, dict[str, str]]]:
        """The elements of a small part in their order, names without their prefixes."""
        if self.size(path) > MOST_IN_SMALL_PART:
            raise refusal("file_broken", self.name)
        found: list[tuple[str, dict[str, str]]] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            plain = {key.rpartition(":")[2]: value for key, value in attributes.items()}
            found.append((tag.rpartition(":")[2], plain))

        parser = new_parser()
        parser.StartElementHandler = start
        try:
            for chunk in self.chunks(path):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except BROKEN as error:
            raise refusal("file_broken", self.name) from error
        return found

    def related(self, path: str) -> dict[str, tuple[str, str]]:
        """The parts that a part refers to: id → (last word of the kind, path)."""
        folder, base = posixpath.split(path)
        relations = f"{folder}/_rels/{base}.rels".lstrip("/")
        if not self.has(relations):
            return {}
        return {
            attributes["Id"]: (
                attributes["Type"].rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/"),
            )
            for tag, attributes in self.elements(relations)
            if tag == "Relationship" and {"Id", "Type", "Target"} <= attributes.keys()
        }


def new_parser() -> Any:
    """An XML parser that takes no document types, and so no entities but XML's own."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = CHUNK

    def refuse(*_: object) -> None:
        raise ValueError("a sheet has no document type")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def _is_bomb(unpacked: int, packed: int) -> bool:
    return unpacked > MOST_UNPACKED or (unpacked > RATIO_COUNTS_FROM and unpacked > packed * MOST_RATIO)
