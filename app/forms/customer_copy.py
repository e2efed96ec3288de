"""The customer's copy: one PDF under the customer's own password (AES-256), to be read on any phone or computer.

Its pages are a cover and every page of the signed documents, as they look; the signed files themselves are attached byte for
byte, so that their signatures stay valid. Neither an AES archive (Windows' own explorer opens none) nor a bare portfolio
(phones show no attachments) can be opened by everybody.
"""

from collections.abc import Mapping
from io import BytesIO

from pyhanko.pdf_utils import embed, generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter


def customer_copy(cover: bytes, documents: Mapping[str, bytes], attached: Mapping[str, bytes], password: str) -> bytes:
    """``documents``: file name → signed PDF, in the order of their pages; ``attached`` goes beside them as files only."""
    writer = PdfFileWriter()
    # Everything must be encrypted from the first object on.
    writer.encrypt(password, password)
    for pdf in (cover, *documents.values()):
        _append(writer, pdf)
    for name, data in {**documents, **attached}.items():
        file = embed.EmbeddedFileObject.from_file_data(writer, data=data, mime_type=_kind(name))
        embed.embed_file(writer, embed.FileSpec(file_spec_string=name, file_name=name, embedded_data=file))
    writer.root["/PageMode"] = pdf_name("/UseAttachments")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def page_count(pdf: bytes) -> int:
    return int(PdfFileReader(BytesIO(pdf)).root["/Pages"]["/Count"])


def _kind(name: str) -> str:
    return "application/pdf" if name.endswith(".pdf") else "application/x-pem-file"


def _append(writer: PdfFileWriter, pdf: bytes) -> None:
    """The pages of ``pdf`` with the ink of its signatures drawn on them; shared fonts are copied once."""
    reader = PdfFileReader(BytesIO(pdf))
    pages = [reader.find_page_for_modification(number) for number in range(page_count(pdf))]
    bundle = generic.ArrayObject(generic.ArrayObject([resources, _inks(ref.get_object())]) for ref, resources in pages)
    bundle.container_ref = reader.root.container_ref
    parts = writer.import_object(bundle)
    for (ref, _), (resources, inks) in zip(pages, parts, strict=True):
        page = ref.get_object()
        drawn = [b"q", _content(page), b"Q"]
        forms = resources.setdefault(pdf_name("/XObject"), generic.DictionaryObject())
        for number, ink in enumerate(inks):
            forms[pdf_name(f"/Ink{number}")] = ink.raw_get("/Form")
            x, y, *_ = map(float, ink["/Rect"])
            drawn.append(f"q 1 0 0 1 {x:.3f} {y:.3f} cm /Ink{number} Do Q".encode())
        content = generic.StreamObject(stream_data=b"\n".join(drawn))
        content.compress()
        box = generic.ArrayObject(generic.FloatObject(side) for side in page["/MediaBox"])
        writer.insert_page(PageObject(contents=writer.add_object(content), resources=resources, media_box=box))


def _inks(page: generic.DictionaryObject) -> generic.ArrayObject:
    """Place and picture of every visible signature of a page."""
    notes = [note.get_object() for note in page.get("/Annots", ())]
    return generic.ArrayObject([generic.DictionaryObject({
        pdf_name("/Rect"): note["/Rect"], pdf_name("/Form"): note["/AP"].raw_get("/N")}) for note in notes if "/AP" in note])


def _content(page: generic.DictionaryObject) -> bytes:
    content = page["/Contents"]
    parts = [part.get_object() for part in content] if isinstance(content, generic.ArrayObject) else [content]
    return b"\n".join(part.data for part in parts)
