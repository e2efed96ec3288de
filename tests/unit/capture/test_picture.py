"""Picture files: every kind of hostile file gives its own condition, every honest one an upright BGR picture."""

import io
import random
import struct
import zlib
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image

from app.capture import picture
from app.domain.condition import Condition


def encoded(image: Image.Image, form: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def scene(width: int = 120, height: int = 80, mode: str = "RGB") -> Image.Image:
    ramp = np.linspace(0, 255, width, dtype=np.uint8)[None, :, None].repeat(height, 0).repeat(3, 2).copy()
    ramp[:20, :20] = (255, 0, 0)
    return Image.fromarray(ramp).convert(mode)


def code_of(call) -> str:
    with pytest.raises(Condition) as caught:
        call()
    assert caught.value.message("zh")
    assert caught.value.next("en")
    return caught.value.code


def test_every_format_is_decoded():
    for form in ("JPEG", "PNG", "WEBP", "TIFF", "BMP"):
        options = {"quality": 95} if form in ("JPEG", "WEBP") else {}
        image = picture.decode(encoded(scene(), form, **options))
        assert image.shape == (80, 120, 3)
        assert image.dtype == np.uint8
        assert image[10, 10, 2] > 200 > 60 > image[10, 10, 0], form


def test_grey_cmyk_palette_and_16_bit_become_bgr():
    for mode, form in (("L", "PNG"), ("CMYK", "JPEG"), ("P", "PNG"), ("1", "PNG"), ("LA", "PNG")):
        assert picture.decode(encoded(scene(mode=mode), form)).shape == (80, 120, 3), mode
    deep = Image.fromarray((np.linspace(0, 65535, 6400).reshape(80, 80)).astype(np.uint16))
    grey = picture.decode(encoded(deep, "PNG"))
    assert grey[-1, -1, 0] == 255
    assert grey[0, 0, 0] == 0


def test_transparent_becomes_white():
    glass = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    assert picture.decode(encoded(glass, "PNG")).min() == 255


def test_exif_rotation_is_applied():
    exif = Image.Exif()
    exif[0x0112] = 6
    image = picture.decode(encoded(scene(), "JPEG", exif=exif, quality=95))
    assert image.shape == (120, 80, 3)
    assert image[10, -10, 2] > 200


def test_empty_file(tmp_path):
    file = tmp_path / "空.jpg"
    file.write_bytes(b"")
    assert code_of(lambda: picture.read_picture_file(file)) == "picture.empty"
    assert code_of(lambda: picture.decode(b"")) == "picture.empty"


def test_a_200_mb_file_is_refused_without_reading_it(tmp_path, monkeypatch):
    file = tmp_path / "huge.jpg"
    with open(file, "wb") as handle:
        handle.truncate(200 * 1024 * 1024)
    reads = []
    monkeypatch.setattr("builtins.open", _recording_open(open, reads))
    assert code_of(lambda: picture.read_picture_file(file)) == "picture.too_large"
    assert reads == []


def _recording_open(real, reads):
    def opener(*arguments, **options):
        handle = real(*arguments, **options)

        class Recording:
            def __enter__(self):
                return self

            def __exit__(self, *_):
                handle.close()

            def fileno(self):
                return handle.fileno()

            def read(self, size=-1):
                reads.append(size)
                return handle.read(size)

        return Recording()

    return opener


def test_missing_file_and_folder(tmp_path):
    assert code_of(lambda: picture.read_picture_file(tmp_path / "none.jpg")) == "picture.cannot_read"
    assert code_of(lambda: picture.read_picture_file(tmp_path)) == "picture.cannot_read"


def test_what_is_no_picture():
    for data in (b"hello, this is a text file" * 20, b"%PDF-1.7\n", b"PK\x03\x04" + bytes(200), b"GIF89a" + bytes(50),
                 b"<html><body>login</body></html>", bytes(1000)):
        assert code_of(lambda data=data: picture.decode(data)) == "picture.not_an_image"


def test_truncated_pictures():
    for form in ("JPEG", "PNG", "WEBP", "TIFF"):
        whole = encoded(scene(), form)
        for keep in (0.5, 0.9):
            data = whole[:int(len(whole) * keep)]
            assert code_of(lambda data=data: picture.decode(data)) == "picture.truncated", (form, keep)
    assert code_of(lambda: picture.decode(b"\xff\xd8\xff\xe0")) == "picture.truncated"


def test_a_bomb_of_pixels_is_refused_by_its_header():
    for side in (8_000, 12_000, 30_000):
        assert code_of(lambda side=side: picture.decode(png_header(side))) == "picture.too_many_pixels"


def png_header(side: int) -> bytes:
    """A PNG that claims side x side pixels and holds next to nothing."""
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b""))


def test_damaged_files_never_raise_anything_but_a_condition():
    dice = random.Random(5)
    sound = [encoded(scene(), form) for form in ("JPEG", "PNG", "WEBP", "TIFF", "BMP")]
    for _ in range(400):
        data = bytearray(dice.choice(sound))
        for _ in range(dice.randint(1, 12)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        with suppress(Condition):
            assert picture.decode(bytes(data)).ndim == 3


def test_a_jpeg_is_kept_as_captured_and_others_become_jpeg():
    jpeg = encoded(scene(), "JPEG")
    assert picture.portable_jpeg(jpeg) == jpeg
    assert picture.portable_jpeg(encoded(scene(), "PNG")).startswith(b"\xff\xd8\xff")
    assert code_of(lambda: picture.portable_jpeg(jpeg[:400])) == "picture.truncated"
