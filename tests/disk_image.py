"""What a thief of the disk would look for: planted words and pictures, in every form a program might have left them."""

import base64
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

CODES = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
RUN = 48  # bytes of a picture that no other file holds by chance
SAMPLE = 1 << 20


def traces_of_text(text: str) -> Iterator[bytes]:
    """In every encoding and as JSON escapes, each plain, in hex and in base64."""
    yield text.encode("ascii", "backslashreplace")
    for code in CODES:
        yield from _wrapped(text.encode(code))


def traces_of_picture(picture: bytes) -> Iterator[bytes]:
    """Runs from its middle and its end; its beginning is a header that many pictures share."""
    for at in (len(picture) // 2, len(picture) - 2 * RUN):
        yield from _wrapped(picture[at:at + RUN])


def _wrapped(data: bytes) -> Iterator[bytes]:
    yield data
    yield data.hex().encode()
    yield data.hex().upper().encode()
    for shift in range(3):  # base64 looks different at each place in its groups of three; what neighbours reach into is cut
        whole = base64.b64encode(b"\0" * shift + data + b"\0" * 2)
        yield whole[4 if shift else 0:(shift + len(data)) // 3 * 4]


def showing(folders: Iterable[Path], needles: Iterable[bytes]) -> list[str]:
    """The files in which one of the needles lies open, as it is or after inflating what begins like a compressed file."""
    wanted = tuple(dict.fromkeys(needles))
    return [path.name for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()
            and any(needle in content for content in _contents(path.read_bytes()) for needle in wanted)]


def _contents(data: bytes) -> Iterator[bytes]:
    yield data
    if data[:2] in (b"\x1f\x8b", b"\x78\x01", b"\x78\x9c", b"\x78\xda"):
        yield zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(data)


def orderly(path: Path) -> bool:
    """Whether a file has any structure: cipher text looks like noise, which no compressor makes smaller."""
    sample = path.read_bytes()[:SAMPLE]
    return len(zlib.compress(sample, 6)) < 0.99 * len(sample)
