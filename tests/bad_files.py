"""Files that nobody should be able to hurt the program with, made here; used by tests and by ``benchmarks.hostile``."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen import canvas

SCRIPT = b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> /Type /Catalog"
OFD_SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
OFD_IMAGE = '<ofd:ImageObject ID="9" Boundary="0 0 210 140" ResourceID="7" CTM="210 0 0 140 0 0"/>'


def encoded(image: Image.Image, form: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def scene(width: int = 120, height: int = 80, colour: tuple[int, ...] = (200, 40, 40), mode: str = "RGB") -> Image.Image:
    return Image.new("RGB", (width, height), colour).convert(mode)


def pdf(pages: int = 1, encrypt=None, producer: str = "") -> bytes:
    """Pages with a red band on top and their number; the same words, the same bytes."""
    buffer = io.BytesIO()
    made = canvas.Canvas(buffer, pagesize=(300, 400), encrypt=encrypt)
    if producer:
        made.setCreator(producer)
    for page in range(pages):
        made.setFillColorRGB(1, 0, 0)
        made.rect(0, 300, 300, 100, fill=1, stroke=0)
        made.drawString(40, 200, f"page {page + 1}")
        made.showPage()
    made.save()
    return buffer.getvalue()


def locked_pdf() -> bytes:
    return pdf(encrypt=StandardEncryption("secret", strength=128))


def scripted_pdf() -> bytes:
    return pdf().replace(b"/Type /Catalog", SCRIPT)


def pdf_with_stream(words: bytes, stream: bytes) -> bytes:
    """A page of one content stream that shows picture /P, whose dictionary and body are given."""
    parts = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
             b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] /Contents 4 0 R "
             b"/Resources << /XObject << /P 5 0 R >> >> >>",
             b"<< /Length 24 >>\nstream\n300 0 0 400 0 0 cm /P Do\nendstream",
             b"<< " + words + b" /Length %d >>\nstream\n" % len(stream) + stream + b"\nendstream"]
    body = b"%PDF-1.7\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (at, part) for at, part in enumerate(parts, start=1))
    return body + b"trailer << /Root 1 0 R /Size 6 >>\n%%EOF"


def pdf_with_huge_picture(side: int = 30_000) -> bytes:
    """A small PDF whose picture has ``side`` × ``side`` pixels."""
    words = (b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 "
             b"/Filter /FlateDecode" % (side, side))
    return pdf_with_stream(words, squeezed(3 * side * side))


def squeezed(size: int) -> bytes:
    """``size`` zeros, deflated."""
    press, parts = zlib.compressobj(9), []
    block = bytes(1 << 24)
    for _ in range(size >> 24):
        parts.append(press.compress(block))
    return b"".join([*parts, press.compress(bytes(size & 0xFFFFFF)), press.flush()])


def png_header(side: int, kind: int = 2) -> bytes:
    """A PNG that claims side × side pixels and holds next to nothing."""
    return png(side, side, zlib.compress(bytes(100)), kind)


def png(width: int, height: int, body: bytes, kind: int = 2) -> bytes:
    """A PNG of 8 bit around a deflated body; ``kind`` 0 grey, 2 colour, 6 with alpha."""
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def black_png(width: int, height: int, kind: int = 2) -> bytes:
    """A sound PNG that takes little space, black or clear."""
    channels = {0: 1, 2: 3, 6: 4}[kind]
    return png(width, height, squeezed(height * (1 + width * channels)), kind)


def ofd_file(content: str = OFD_IMAGE, pages: int = 1, extra: dict[str, bytes] | None = None, **replaced: bytes) -> bytes:
    """A small OFD whose every page shows picture 7; ``replaced`` are parts by name with _ for /."""
    listed = "".join(f'<ofd:Page ID="{n + 20}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(pages))
    parts = {
        "OFD.xml": f"<ofd:OFD {OFD_SPACE}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {OFD_SPACE}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 140"
                              "</ofd:PhysicalBox></ofd:PageArea><ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"
                              f"</ofd:CommonData><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        "Doc_0/DocumentRes.xml": f'<ofd:Res {OFD_SPACE} BaseLoc="Res"><ofd:MultiMedias><ofd:MultiMedia ID="7" Type="Image">'
                                 "<ofd:MediaFile>page.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>",
        "Doc_0/Res/page.png": encoded(scene(210, 140, (0, 0, 255)), "PNG"),
    }
    for n in range(pages):
        parts[f"Doc_0/Pages/Page_{n}/Content.xml"] = (
            f"<ofd:Page {OFD_SPACE}><ofd:Content><ofd:Layer>{content}</ofd:Layer></ofd:Content></ofd:Page>")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in (parts | (extra or {}) | replaced).items():
            package.writestr(name, body)
    return buffer.getvalue()


def ofd_bomb() -> bytes:
    return ofd_file(extra={f"Doc_0/Res/{n}.png": bytes(45_000_000) for n in range(5)})


def cut_photo() -> bytes:
    return (Path(__file__).parent / "unit" / "capture" / "photo.heic").read_bytes()[:-60]


def turned() -> bytes:
    """Upright by its EXIF only."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return encoded(scene(), "JPEG", exif=exif)


REFUSED: dict[str, Callable[[], bytes]] = {  # by the condition's code, at the desk's door as on the command line
    "picture.empty": lambda: b"", "picture.not_an_image": lambda: b"a letter" * 99, "picture.too_small": lambda: black_png(1, 1),
    "picture.truncated": lambda: noise("JPEG", (400, 300))()[:9000], "picture.too_many_pixels": lambda: png_header(10_000),
    "import.heic": cut_photo, "import.pdf_password": locked_pdf, "import.too_many_pages": lambda: pdf(31),
    "import.ofd_bomb": lambda: ofd_file(extra={"../outside": b"x"}), "import.ofd_damaged": lambda: b"PK\x03\x04" + bytes(99)}
ODD: dict[str, tuple[Callable[[], bytes], set[str]]] = {  # and what is told of each besides
    "scripted PDF": (scripted_pdf, {"import.pdf_script"}),
    "turned by EXIF": (turned, set()),
    "CMYK": (lambda: encoded(scene(mode="CMYK"), "JPEG"), set()),
    "alpha": (lambda: encoded(scene(mode="RGBA"), "PNG"), set())}


def large(form: str, mode: str = "RGB", size: tuple[int, int] = (8160, 6120), **options) -> Callable[[], bytes]:
    """A picture of 50 megapixels."""
    return lambda: encoded(Image.new(mode, size, 200 if mode == "L" else None), form, **options)


def noise(form: str, size: tuple[int, int], **options) -> Callable[[], bytes]:
    return lambda: encoded(Image.fromarray(np.random.default_rng(1).integers(0, 255, (*size[::-1], 3), np.uint8)), form,
                           **options)
