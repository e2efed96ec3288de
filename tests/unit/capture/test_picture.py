"""Picture files: every kind of hostile file gives its own condition, every honest one an upright BGR picture."""

import io
import random
from contextlib import suppress

import numpy as np
import pytest
from PIL import Image, ImageOps

from app.capture import picture
from app.domain.condition import Condition
from tests.bad_files import encoded, large, png_header


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


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_rotation_is_applied(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(scene(), "JPEG", exif=exif, quality=95)
    with Image.open(io.BytesIO(data)) as image:
        wanted = np.asarray(ImageOps.exif_transpose(image))[:, :, ::-1]
    assert np.array_equal(picture.decode(data), wanted)


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_a_large_picture_is_halved_while_it_is_decoded(form):
    image = picture.decode(encoded(scene(4501, 2801), form))
    assert image.shape[:2] in ((1400, 2250), (1401, 2251))
    assert image[5, 5, 2] > 240 > 20 > image[5, 5, 0]
    assert np.abs(image[1000, :2250:250, 0].astype(int) - np.linspace(0, 255, 4501)[:4500:500]).max() < 4


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
    for side in (6_400, 12_000, 30_000):
        assert code_of(lambda side=side: picture.decode(png_header(side))) == "picture.too_many_pixels"


@pytest.mark.parametrize("make", [
    large("JPEG", "L", (8200, 6200)), large("JPEG", "L", (8000, 4100), progressive=True),
    large("WEBP", size=(4100, 4000), method=0), large("WEBP", "RGBA", (4100, 4000), method=0),
    large("WEBP", size=(4100, 4000), lossless=True, method=0, quality=0)])
def test_a_format_that_needs_more_memory_may_have_fewer_pixels(make):
    assert code_of(lambda: picture.decode(make())) == "picture.too_many_pixels"


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
