"""Picture files are hostile until decoded: size before reading, pixels before decoding, then upright BGR."""

import io
import logging
import os
import struct
import warnings
import zlib
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

from app.capture.memory import TOO_HEAVY, bounded
from app.domain.condition import Kind

if TYPE_CHECKING:
    import numpy as np

log = logging.getLogger(__name__)

MAX_BYTES = 50_000_000
MAX_PIXELS = 50_000_000  # of a JPEG, which can be decoded at half its size; the others by what decoding them takes
PROGRESSIVE_PIXELS, WEBP_PIXELS, BMP_PIXELS, OTHER_PIXELS = 32_000_000, 16_000_000, 8_000_000, 40_000_000
WHOLE_PIXELS = 12_500_000  # a larger picture is halved while it is decoded: a page in it has pixels to spare
STRIP = 64
NO_MEMORY = ("decoder error -9",)  # how Pillow tells that a decoder got none
ORIENTATION = 0x0112
TURNS = {2: (False, 1, -1), 3: (False, -1, -1), 4: (False, -1, 1),  # EXIF: rows become columns, then order of rows, columns
         5: (True, 1, 1), 6: (True, 1, -1), 7: (True, -1, -1), 8: (True, -1, 1)}
FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP")
BROKEN = (OSError, SyntaxError, ValueError, EOFError, KeyError, IndexError, TypeError, OverflowError, struct.error,
          zlib.error)

EMPTY = Kind("picture.empty", zh="这个文件是空的，里面没有图片。", zh_next="请重新拍摄，或另选一个文件。",
             en="The file is empty; there is no picture in it.", en_next="Take it again or choose another file.")
TOO_LARGE = Kind("picture.too_large", zh="文件有 {megabytes} MB，超过了 {limit} MB 的上限。",
                 zh_next="请用普通画质重新拍摄，或另选一个较小的文件。",
                 en="The file has {megabytes} MB, more than the limit of {limit} MB.",
                 en_next="Take the picture at normal quality or choose a smaller file.")
NOT_AN_IMAGE = Kind("picture.not_an_image", zh="这个文件不是图片。",
                    zh_next="请选择 JPEG、PNG、WebP、TIFF 或 BMP 图片；资料页也可以是 HEIC、PDF 或 OFD。",
                    en="The file is not a picture.",
                    en_next="Choose a JPEG, PNG, WebP, TIFF or BMP picture; a paper may be an HEIC, PDF or OFD too.")
TRUNCATED = Kind("picture.truncated", zh="图片不完整或已损坏，打不开。", zh_next="请重新拍摄，或重新复制原文件后再选。",
                 en="The picture is incomplete or damaged and cannot be opened.",
                 en_next="Take it again, or copy the original file once more.")
TOO_MANY_PIXELS = Kind("picture.too_many_pixels", zh="图片有 {megapixels} 百万像素，超过了 {limit} 百万的上限。",
                       zh_next="请用较低的分辨率重新拍摄或扫描。",
                       en="The picture has {megapixels} million pixels, more than the limit of {limit} million.",
                       en_next="Take or scan it again at a lower resolution.")
MISSING = Kind("picture.cannot_read", zh="读不到这个图片文件。",
               zh_next="请确认文件还在、存储盘没有拔出，然后重新选择。",
               en="The picture file cannot be read.", en_next="Check that it still exists and its drive is connected.")


def read_picture_file(path: Path) -> bytes:
    """Bytes of a picture file; refused by its size before anything is read."""
    try:
        with open(path, "rb") as file:
            check_size(os.fstat(file.fileno()).st_size)
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise MISSING() from error
    check_size(len(data))
    return data


@bounded()
def decode(data: bytes, frame: int = 0) -> "np.ndarray":
    """Upright BGR picture (uint8): EXIF rotation applied, alpha laid on white; CMYK, grey and 16 bit become BGR; more than
    12.5 million pixels come at half their width and height. ``frame`` is the page of a TIFF that has several, from 0."""
    from PIL import Image, UnidentifiedImageError

    check_size(len(data))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remarks about odd metadata; what matters is checked here
        try:
            _check_webp(data)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
        except UnidentifiedImageError as error:
            raise (TRUNCATED() if _known_start(data) else NOT_AN_IMAGE()) from error
        except Image.DecompressionBombError as error:
            raise TOO_MANY_PIXELS(megapixels="> 178", limit=MAX_PIXELS // 1_000_000) from error
        except BROKEN as error:
            raise TRUNCATED() from error
        with image:
            try:
                if frame:
                    image.seek(frame)
                _check_pixels(image)
                if _is_large(image):
                    image.draft(None, (image.width // 2, image.height // 2))  # a JPEG is never held whole
                image.load()
                return _upright(as_bgr(image), image)
            except Image.DecompressionBombError as error:
                raise TOO_MANY_PIXELS(megapixels="> 178", limit=MAX_PIXELS // 1_000_000) from error
            except BROKEN as error:
                raise (TOO_HEAVY if error.args == NO_MEMORY else TRUNCATED)() from error


def _is_large(image) -> bool:
    return image.width * image.height > WHOLE_PIXELS


def as_bgr(image) -> "np.ndarray":
    """BGR of a picture of any mode, halved where it is large; strip by strip, so that it is never held twice."""
    import cv2
    import numpy as np

    step = 2 if _is_large(image) else 1
    width, height = (max(1, side // step) for side in image.size)
    bgr = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, STRIP):
        bottom = min(height, top + STRIP)
        strip = np.asarray(_as_rgb(image.crop((0, top * step, width * step, bottom * step))))[:, :, ::-1]
        bgr[top:bottom] = cv2.resize(strip, (width, bottom - top), interpolation=cv2.INTER_AREA) if step > 1 else strip
    return bgr


def _upright(bgr: "np.ndarray", image) -> "np.ndarray":
    """Turned as the picture's EXIF says."""
    import numpy as np

    try:
        turn = TURNS.get(image.getexif().get(ORIENTATION))
    except BROKEN:
        log.info("orientation tag unreadable; picture kept as stored")
        return bgr
    if turn is None:
        return bgr
    across, rows, columns = turn
    return np.ascontiguousarray((bgr.swapaxes(0, 1) if across else bgr)[::rows, ::columns])


def portable_jpeg(data: bytes) -> bytes:
    """The picture as JPEG to keep: a sound JPEG stays byte for byte as captured, anything else is converted."""
    image = decode(data)
    return data if data.startswith(b"\xff\xd8\xff") else encode_jpeg(image, 95)


def encode_jpeg(image: "np.ndarray", quality: int = 92) -> bytes:
    """JPEG bytes of a BGR picture."""
    import cv2

    done, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError("picture could not be encoded as JPEG")
    return data.tobytes()


def check_size(size: int) -> None:
    """Raises ``picture.empty`` or ``picture.too_large`` by the number of bytes."""
    if size == 0:
        raise EMPTY()
    if size > MAX_BYTES:
        raise TOO_LARGE(megabytes=round(size / 1_000_000, 1), limit=MAX_BYTES // 1_000_000)


def _check_pixels(image) -> None:
    limit = BMP_PIXELS if image.format == "BMP" else OTHER_PIXELS  # a BMP itself takes as much as its picture
    if image.format in ("JPEG", "MPO"):
        limit = PROGRESSIVE_PIXELS if image.info.get("progressive") else MAX_PIXELS
    check_count(image.width * image.height, limit)


def _check_webp(data: bytes) -> None:
    """By the header alone: Pillow decodes a WebP as it opens it. RFC 9649 2.5-2.7."""
    if not _is_webp(data) or len(data) < 30:
        return
    if data[12:16] == b"VP8X":
        sides = (1 + int.from_bytes(data[at:at + 3], "little") for at in (24, 27))
    elif data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        sides = (1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    else:
        sides = (int.from_bytes(data[at:at + 2], "little") & 0x3FFF for at in (26, 28))
    check_count(prod(sides), WEBP_PIXELS)


def check_count(pixels: int, limit: int) -> None:
    """Raises ``picture.too_many_pixels``; both are numbers of pixels."""
    if pixels > limit:
        raise TOO_MANY_PIXELS(megapixels=round(pixels / 1e6), limit=limit // 1_000_000)


def _is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _known_start(data: bytes) -> bool:
    """The file begins like one of our formats, so it is damaged rather than something else."""
    return data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*")) or _is_webp(data)


def _as_rgb(image):
    from PIL import Image

    if image.mode.startswith("I"):  # 16 or 32 bit grey: the upper byte of 16
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    return image if image.mode == "RGB" else image.convert("RGB")
