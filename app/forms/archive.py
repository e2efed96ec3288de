"""A package as a folder or as one ZIP: the names it may hold, bounded reading, and a ZIP whose every byte is fixed.

The ZIP is stored without compression, with sorted names and no dates, so that it can be rebuilt from its members:
a reader compares its headers byte by byte and nothing can expand or hide in it.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.domain.condition import Kind

NAME = re.compile(r"(manifest\.json|manifest\.sig|device\.pem|bank\.pem|enrolment\.json|enrolment\.sig|receipt\.json"
                  r"|files/[0-9a-f]{64}\.age)")
MAX_MEMBERS = 20_000
CHUNK = 1 << 20
ZIP_LIMIT = (1 << 32) - 1

NOT_FOUND = Kind("package.not_found", zh="找不到证据包：{name}。", zh_next="请核对路径。",
                 en="There is no evidence package: {name}.", en_next="Check the path.")
TOO_LARGE = Kind("package.too_large", zh="证据包超过 4 GB，不能做成一个 ZIP 文件。", zh_next="请直接交付文件夹。",
                 en="The package is over 4 GB and does not fit one ZIP.", en_next="Hand over the folder itself.")

LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END = struct.Struct("<4s4H2IH")
VERSION, FLAGS, STORED, TIME, DAY = 20, 0x0800, 0, 0, 0x21


class Damaged(Exception):
    """The package cannot be opened at all; the text says why in a code."""


@dataclass(frozen=True)
class Member:
    name: str
    crc: int
    size: int
    offset: int

    def local(self) -> bytes:
        name = self.name.encode("ascii")
        return LOCAL.pack(b"PK\x03\x04", VERSION, FLAGS, STORED, TIME, DAY, self.crc, self.size, self.size,
                          len(name), 0) + name

    def central(self) -> bytes:
        name = self.name.encode("ascii")
        return CENTRAL.pack(b"PK\x01\x02", VERSION, VERSION, FLAGS, STORED, TIME, DAY, self.crc, self.size, self.size,
                            len(name), 0, 0, 0, 0, 0, self.offset) + name


def _tail(members: list[Member], start: int) -> bytes:
    directory = b"".join(member.central() for member in members)
    return directory + END.pack(b"PK\x05\x06", 0, 0, len(members), len(members), len(directory), start, 0)


def zip_package(folder: Path, target: Path) -> Path:
    """Write the package in ``folder`` as one ZIP; equal packages give equal bytes. Raises ``package.too_large``."""
    source = FolderSource(folder)
    names = sorted(source.names())
    if sum(source.size(name) + 200 for name in names) > ZIP_LIMIT or len(names) >= 0xFFFF:
        raise TOO_LARGE()
    members: list[Member] = []
    temporary = target.with_name(target.name + ".part")
    with temporary.open("wb") as out:
        for name in names:
            with source.open(name) as file:
                member = Member(name, _crc(file, source.size(name)), source.size(name), out.tell())
            out.write(member.local())
            with source.open(name) as file:
                for chunk in chunks(file):
                    out.write(chunk)
            members.append(member)
        out.write(_tail(members, out.tell()))
    temporary.replace(target)
    return target


class FolderSource:
    """A package that lies in a folder. Links are not followed: they count as foreign."""

    sound = True

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        return [path.relative_to(self.folder).as_posix() for path in sorted(self.folder.rglob("*"))
                if path.is_symlink() or not path.is_dir()]

    def size(self, name: str) -> int:
        return (self.folder / name).stat().st_size

    def is_plain(self, name: str) -> bool:
        """A file of its own, no link, pipe or device."""
        path = self.folder / name
        return path.is_file() and not path.is_symlink()

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        with (self.folder / name).open("rb") as file:
            yield file

    def close(self) -> None:
        pass


class ZipSource:
    """A package in one ZIP whose frame is exactly as ``zip_package`` writes it, else ``Damaged``.

    ``sound`` is False where a member's check sum is wrong; what the members must be is the manifest's business.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        try:
            self._members = {member.name: member for member in _members(self._file)}
            self.sound = all(_crc(self._at(member), member.size) == member.crc for member in self._members.values())
        except BaseException:
            self.close()
            raise

    def names(self) -> list[str]:
        return list(self._members)

    def size(self, name: str) -> int:
        return self._members[name].size

    def is_plain(self, name: str) -> bool:
        return name in self._members

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """One member at a time."""
        yield _Window(self._at(self._members[name]), self._members[name].size)

    def _at(self, member: Member) -> BinaryIO:
        self._file.seek(member.offset + len(member.local()))
        return self._file

    def close(self) -> None:
        self._file.close()


def _members(file: BinaryIO) -> list[Member]:
    """The members, in order; raises ``Damaged`` unless every byte around them is what it must be."""
    try:
        with zipfile.ZipFile(file) as opened:
            infos = opened.infolist()
        members = [Member(info.filename, info.CRC, info.file_size, info.header_offset) for info in infos]
        names = [member.name for member in members]
        if len(members) > MAX_MEMBERS or names != sorted(set(names)):
            raise Damaged("zip")
        end = 0
        for member in members:
            header = member.local()
            file.seek(end)
            if member.offset != end or file.read(len(header)) != header:
                raise Damaged("zip")
            end += len(header) + member.size
        file.seek(end)
        tail = _tail(members, end)
        if file.read(len(tail) + 1) != tail:
            raise Damaged("zip")
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, OSError, struct.error) as error:
        raise Damaged("zip") from error
    return members


class _Window:
    """The next ``left`` bytes of a file."""

    def __init__(self, file: BinaryIO, left: int) -> None:
        self._file, self._left = file, left

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data


Source = FolderSource | ZipSource


def open_package(path: Path) -> Source:
    """The package at ``path``; raises ``package.not_found``, or ``Damaged`` for a ZIP that cannot be opened."""
    if path.is_dir():
        return FolderSource(path)
    if path.is_file():
        return ZipSource(path)
    raise NOT_FOUND(name=path.name)


def chunks(file) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _crc(file: BinaryIO, size: int) -> int:
    crc = 0
    for chunk in chunks(_Window(file, size)):
        crc = zlib.crc32(chunk, crc)
    return crc
