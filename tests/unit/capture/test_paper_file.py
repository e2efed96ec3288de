"""Files a person brings: each honest one becomes pages, each bad one its own condition; all are made here."""

import io
import json
import struct
import zipfile
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from app.capture import ofd_package, paper_file, picture
from app.capture.media import media_type
from app.domain.condition import Condition
from tests.bad_files import OFD_IMAGE, encoded, locked_pdf, ofd_file, pdf, png_header, scene, scripted_pdf

PHOTO = Path(__file__).parent / "photo.heic"  # 120 × 90, green with a red corner, "Snapseed 2.0" in its EXIF


def opened(data: bytes) -> tuple[paper_file.FilePage, ...]:
    return paper_file.open_file(data)


def code_of(data: bytes) -> str:
    with pytest.raises(Condition) as caught:
        opened(data)
    for language in ("zh", "en"):
        assert caught.value.message(language)
        assert caught.value.next(language)
    return caught.value.code


def codes(data: bytes) -> set[str]:
    return {finding.code for finding in opened(data)[0].findings}


# -- pictures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "BMP"])
def test_a_picture_is_one_page_byte_for_byte(form):
    data = encoded(scene(), form)
    page, = opened(data)
    assert page.image == data
    assert not page.drawn
    assert [f.code for f in page.findings] == ["import.not_live"]


@pytest.mark.parametrize(("mode", "form"), [("CMYK", "JPEG"), ("LA", "PNG"), ("RGBA", "PNG"), ("I;16", "PNG"), ("1", "PNG")])
def test_odd_colours_are_pages_too(mode, form):
    image = Image.fromarray(np.full((80, 80), 40000, np.uint16)) if mode == "I;16" else scene(mode=mode)
    assert len(opened(encoded(image, form))) == 1


def test_a_tiff_of_several_pages_becomes_pictures_in_order():
    colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255)]
    first, *rest = [scene(colour=colour) for colour in colours]
    data = encoded(first, "TIFF", save_all=True, append_images=rest)
    pages = opened(data)
    assert [page.number for page in pages] == [1, 2, 3]
    assert all(page.drawn for page in pages)
    for page, colour in zip(pages, colours, strict=True):
        shown = picture.decode(page.image)[40, 60, ::-1]
        assert np.abs(shown.astype(int) - colour).max() < 12


def test_a_tiff_of_too_many_pages_is_refused_without_counting_them_all():
    small = scene(8, 8)
    data = encoded(small, "TIFF", save_all=True, append_images=[small] * paper_file.PAGES_MOST)
    assert code_of(data) == "import.too_many_pages"


def test_a_tiff_whose_second_page_is_enormous_is_refused_before_it_is_decoded():
    data = bytearray(encoded(scene(), "TIFF", save_all=True, append_images=[scene()]))
    first = struct.unpack_from("<I", data, 4)[0]
    second = struct.unpack_from("<I", data, first + 2 + 12 * struct.unpack_from("<H", data, first)[0])[0]
    for entry in range(struct.unpack_from("<H", data, second)[0]):
        at = second + 2 + 12 * entry
        if struct.unpack_from("<H", data, at)[0] in (256, 257):
            struct.pack_into("<HI", data, at + 2, 4, 1)
            struct.pack_into("<I", data, at + 8, 40_000)
    assert code_of(bytes(data)) == "picture.too_many_pixels"


def test_bad_pictures_have_their_own_conditions():
    jpeg = encoded(Image.effect_noise((400, 300), 80), "JPEG")
    assert code_of(b"") == "picture.empty"
    assert code_of(b"this is a letter, not a picture") == "picture.not_an_image"
    assert code_of(jpeg[:len(jpeg) // 2]) == "picture.truncated"
    assert code_of(b"\xff\xd8\xff" + bytes(picture.MAX_BYTES)) == "picture.too_large"
    assert code_of(b"\x00\x00\x00\x18ftypheic" + bytes(64)) == "import.heic"
    assert code_of(b"\x00\x00\x00\x18ftypmif1" + bytes(64)) == "import.heic"


@pytest.mark.parametrize("kind", [2, 6])
def test_a_hundred_megapixels_in_a_small_png_are_refused_before_decoding(monkeypatch, kind):
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda *_: pytest.fail("it was decoded"))
    assert code_of(png_header(10_000, kind)) == "picture.too_many_pixels"


def test_an_iphones_photo_becomes_a_picture_and_tells_its_editor():
    page, = opened(PHOTO.read_bytes())
    shown = picture.decode(page.image)[:, :, ::-1].astype(int)
    assert (page.drawn, shown.shape) == (True, (90, 120, 3))
    assert np.abs(shown[10, 10] - (220, 30, 30)).max() < 30
    assert np.abs(shown[80, 110] - (30, 90, 40)).max() < 30
    assert [finding.code for finding in page.findings] == ["import.not_live", "import.edited"]
    assert code_of(PHOTO.read_bytes()[:-60]) == "import.heic"


def test_a_heic_of_too_many_pixels_is_refused_before_it_is_decoded(monkeypatch):
    monkeypatch.setattr("app.capture.heic.MOST_PIXELS", 120 * 90 - 1)
    monkeypatch.setattr("app.capture.picture.as_bgr", lambda *_: pytest.fail("it was decoded"))
    assert code_of(PHOTO.read_bytes()) == "picture.too_many_pixels"


# -- where it comes from ---------------------------------------------------------------------------------------------


def test_what_an_editor_or_a_screen_shot_left_in_the_file_is_told():
    exif = Image.Exif()
    exif[0x0131] = "Adobe Photoshop 25.1 (Windows)"
    assert codes(encoded(scene(), "JPEG", exif=exif)) == {"import.not_live", "import.edited"}
    from PIL.PngImagePlugin import PngInfo

    words = PngInfo()
    words.add_text("Software", "gnome-screenshot")
    assert codes(encoded(scene(), "PNG", pnginfo=words)) == {"import.not_live", "import.screenshot"}
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\x00\x00\x00Screenshot"
    assert codes(encoded(scene(), "JPEG", exif=exif)) == {"import.not_live", "import.screenshot"}
    assert codes(pdf(producer="GIMP 2.10")) == {"import.not_live", "import.edited"}


def xmp(words: str) -> bytes:
    """A JPEG whose XMP holds these words."""
    body = b"http://ns.adobe.com/xap/1.0/\x00" + f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{words}</x:xmpmeta>".encode()
    jpeg = encoded(scene(), "JPEG")
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def test_xmp_tells_its_tools_and_not_by_the_names_of_its_vocabularies():
    assert "import.edited" in codes(xmp('<rdf:Description xmp:CreatorTool="Adobe Photoshop Lightroom 7"/>'))
    assert "import.edited" in codes(xmp("<xmp:CreatorTool>Snapseed 2.0</xmp:CreatorTool>"))
    assert "import.edited" not in codes(xmp('<rdf:Description xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"/>'))
    assert "import.edited" not in codes(pdf(producer="html2canvas 1.4"))


def test_a_camera_s_own_remark_is_no_sign_of_editing():
    exif = Image.Exif()
    exif[0x0131], exif[0x010F] = "HarmonyOS 4.0", "HUAWEI"
    assert codes(encoded(scene(), "JPEG", exif=exif)) == {"import.not_live"}


# -- PDF -------------------------------------------------------------------------------------------------------------


def test_the_pages_of_a_pdf_are_drawn_on_white_paper():
    pages = opened(pdf(2))
    assert [page.number for page in pages] == [1, 2]
    shown = picture.decode(pages[0].image)
    assert shown.shape == (2200, 1650, 3)
    assert shown[100, 800].tolist()[2] > 240 > 60 > shown[100, 800].tolist()[0]
    assert shown[2100, 100].min() > 250
    assert not np.array_equal(shown, picture.decode(pages[1].image))


def test_a_pdf_with_a_password_says_so():
    assert code_of(locked_pdf()) == "import.pdf_password"


def test_two_thousand_pages_are_refused_without_drawing_one(monkeypatch):
    monkeypatch.setattr("app.capture.pdf_pages._page", lambda *_: pytest.fail("a page was drawn"))
    assert code_of(pdf(2000)) == "import.too_many_pages"


def test_a_script_in_a_pdf_is_not_run_and_told():
    plain = pdf()
    assert "import.pdf_script" in codes(scripted_pdf())
    packed = zlib.compress(b"5 0 << /S /JavaScript /JS (x) >>")
    hidden = plain + b"\n9 0 obj << /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed)
    assert "import.pdf_script" in codes(hidden + packed + b"\nendstream endobj\n")
    assert "import.pdf_script" not in codes(plain)


def test_a_broken_pdf_is_damaged():
    assert code_of(b"%PDF-1.7\n" + bytes(3000)) == "picture.truncated"
    assert code_of(pdf()[:200]) == "picture.truncated"


# -- OFD -------------------------------------------------------------------------------------------------------------

def test_an_ofd_of_pictures_gives_them_in_order():
    pages = opened(ofd_file(pages=2))
    assert [(page.number, page.drawn) for page in pages] == [(1, True), (2, True)]
    assert picture.decode(pages[1].image)[70, 100, 0] > 240


def test_a_text_layer_that_is_not_seen_does_no_harm():
    hidden = '<ofd:TextObject Visible="false" ID="3" Boundary="0 0 9 9"><ofd:TextCode>x</ofd:TextCode></ofd:TextObject>'
    assert len(opened(ofd_file(OFD_IMAGE + hidden))) == 1


def test_seals_that_are_not_drawn_are_told():
    assert "import.ofd_seal" in codes(ofd_file(extra={"Doc_0/Signs/Signatures.xml": b"<a/>"}))


def test_an_ofd_that_is_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    buffer = io.BytesIO(ofd_file())
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as package, package.open("Doc_0/zero.bin", "w") as zeros:
        for _ in range(ofd_package.TOTAL_BYTES // 1_000_000 + 1):
            zeros.write(bytes(1_000_000))
    assert len(buffer.getvalue()) < 1_000_000
    with monkeypatch.context() as watched:
        watched.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("something was unpacked"))
        assert code_of(buffer.getvalue()) == "import.ofd_bomb"
    many = ofd_file(extra={f"Doc_0/x{n}": b"" for n in range(ofd_package.ENTRIES_MOST + 1)})
    assert code_of(many) == "import.ofd_bomb"


def test_an_entry_that_lies_about_its_size_is_read_no_further_than_it_may():
    data = ofd_file(**{"Doc_0/Document.xml": b"<a>" + bytes(ofd_package.XML_BYTES * 2) + b"</a>"})
    assert code_of(data) == "import.ofd_bomb"
    size = struct.pack("<I", ofd_package.XML_BYTES * 2 + 7)
    assert code_of(data.replace(size, struct.pack("<I", 40))) in ("import.ofd_bomb", "import.ofd_damaged")


@pytest.mark.parametrize("name", ["../../outside.png", "Doc_0/../../outside.png", "C:/outside.png", "..\\outside.png"])
def test_names_that_lead_out_of_the_package_are_refused(name):
    assert code_of(ofd_file(extra={name: b"x"})) == "import.ofd_bomb"
    outside = ofd_file(**{"Doc_0/DocumentRes.xml": f'<Res><MultiMedia ID="7" Type="Image"><MediaFile>{name}</MediaFile>'
                                                   "</MultiMedia></Res>".encode()})
    assert code_of(outside) in ("import.ofd_bomb", "import.ofd_damaged")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_before_any_entity_is_expanded(encoding):
    laughs = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    xml = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY a0 "ha">{laughs}]><x>&a11;</x>'
    assert code_of(ofd_file(**{"OFD.xml": xml.encode(encoding)})) == "import.ofd_bomb"
    outside = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x SYSTEM "file:///etc/hostname"><x/>'
    assert code_of(ofd_file(**{"OFD.xml": outside.encode(encoding)})) == "import.ofd_bomb"


def test_a_zip_that_is_no_ofd_and_half_an_ofd_are_damaged():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("letter.txt", json.dumps({}))
    assert media_type(buffer.getvalue()) == "application/ofd"
    assert code_of(buffer.getvalue()) == "import.ofd_damaged"
    whole = ofd_file()
    assert code_of(whole[:len(whole) // 2]) == "import.ofd_damaged"
    assert code_of(ofd_file(**{"OFD.xml": b"<not xml"})) == "import.ofd_damaged"
    assert code_of(ofd_file(pages=paper_file.PAGES_MOST + 1)) == "import.too_many_pages"


def test_the_picture_of_an_ofd_is_checked_like_any_other():
    _, jpeg = cv2.imencode(".jpg", np.zeros((300, 300, 3), np.uint8))
    assert code_of(ofd_file(**{"Doc_0/Res/page.png": jpeg.tobytes()[:200]})) == "picture.truncated"
