"""Picture files are hostile until decoded: size before reading, pixels before decoding, then upright BGR."""

import io
import logging
import os
import struct
import warnings
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.condition import Kind

if TYPE_CHECKING:
    import numpy as np

log = logging.getLogger(__name__)

MAX_BYTES = 60 * 1024 * 1024
MAX_PIXELS = 50_000_000
STRIP = 256
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
                    zh_next="请选择 JPEG、PNG、WebP、TIFF 或 BMP 图片；资料页也可以是 PDF 或 OFD。",
                    en="The file is not a picture.",
                    en_next="Choose a JPEG, PNG, WebP, TIFF or BMP picture; a paper may be a PDF or OFD too.")
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


def decode(data: bytes, frame: int = 0) -> "np.ndarray":
    """Upright BGR picture (uint8): EXIF rotation applied, alpha laid on white; CMYK, grey and 16 bit become BGR.
    ``frame`` is the page of a TIFF that has several, from 0."""
    from PIL import Image, UnidentifiedImageError

    check_size(len(data))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's remarks about odd metadata; what matters is checked here
        try:
            image = Image.open(io.BytesIO(data), formats=FORMATS)
        except UnidentifiedImageError as error:
            raise (TRUNCATED() if _known_start(data) else NOT_AN_IMAGE()) from error
        except Image.DecompressionBombError as error:
            raise TOO_MANY_PIXELS(megapixels="> 100", limit=MAX_PIXELS // 1_000_000) from error
        except BROKEN as error:
            raise TRUNCATED() from error
        with image:
            try:
                if frame:
                    image.seek(frame)
                _check_pixels(image.size)
                image.load()
                rgb = _as_rgb(_upright(image))
            except Image.DecompressionBombError as error:
                raise TOO_MANY_PIXELS(megapixels="> 100", limit=MAX_PIXELS // 1_000_000) from error
            except BROKEN as error:
                raise TRUNCATED() from error
        return _as_bgr(rgb)


def _as_bgr(rgb) -> "np.ndarray":
    """Strip by strip, so that a large picture is never held three times."""
    import numpy as np

    width, height = rgb.size
    bgr = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, STRIP):
        strip = rgb.crop((0, top, width, min(height, top + STRIP)))
        bgr[top:top + STRIP] = np.asarray(strip)[:, :, ::-1]
    return bgr


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
        raise TOO_LARGE(megabytes=round(size / 1024 / 1024, 1), limit=MAX_BYTES // 1024 // 1024)


def _check_pixels(size: tuple[int, int]) -> None:
    pixels = size[0] * size[1]
    if pixels > MAX_PIXELS:
        raise TOO_MANY_PIXELS(megapixels=round(pixels / 1e6), limit=MAX_PIXELS // 1_000_000)


def _known_start(data: bytes) -> bool:
    """The file begins like one of our formats, so it is damaged rather than something else."""
    return data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*")) or (
        data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def _upright(image):
    from PIL import ImageOps

    try:
        ImageOps.exif_transpose(image, in_place=True)
    except BROKEN:
        log.info("orientation tag unreadable; picture kept as stored")
    return image


def _as_rgb(image):
    from PIL import Image

    if image.mode.startswith("I"):  # 16 or 32 bit grey: the upper byte of 16
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(paper, image)
    return image if image.mode == "RGB" else image.convert("RGB")
