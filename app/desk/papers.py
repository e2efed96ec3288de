"""Papers of a case and the customer's ratings: what may be captured, kept, read and corrected."""

from datetime import date

from app.capture.kinds import kinds
from app.capture.media import media_type
from app.capture.paper_reader import of_fields, recheck
from app.capture.reading import PaperReading
from app.capture.written import shaped
from app.desk import card_sides, together
from app.desk.booth import Booth
from app.desk.case_book import CaseBook
from app.desk.identity_acts import new_page_id
from app.desk.my_face import MyFace
from app.desk.views import PageField
from app.domain import facts, flow
from app.domain.case import Case
from app.domain.case_papers import PHOTO_TOGETHER
from app.domain.condition import Kind
from app.domain.document_kind import DocumentKind, FieldKind
from app.domain.field_names import field_name
from app.domain.policy import Paper, PolicyPack

VALUE_MOST = 200
LONG_TERM = "长期"

UNKNOWN_PAPER = Kind(
    "papers.unknown", zh="规则包里没有这种资料。", zh_next="请从清单中选择要采集的资料。",
    en="The policy pack has no such paper.", en_next="Choose a paper from the checklist.")
CAMERA_ONLY = Kind(
    "papers.camera_only", zh="“{name}”只能用摄像头现场拍摄。", zh_next="请用拍摄按钮采集。",
    en="“{name_en}” is captured by camera only.", en_next="Use the camera button.")
PAGE_UNKNOWN = Kind(
    "papers.page_unknown", zh="这一页已经不在这笔面签里。", zh_next="请返回清单后重新选择。",
    en="This page is no longer in the case.", en_next="Go back to the list and choose again.")
FIELD_UNKNOWN = Kind(
    "papers.field_unknown", zh="这种资料没有要核对的“{field}”。", zh_next="请只填写列出的字段。",
    en="This paper has no field “{field_en}”.", en_next="Fill in only the fields listed.")
VALUE_FORM = Kind(
    "papers.value_form", zh="“{field}”填写的格式不对。",
    zh_next="日期请写成 2026-11-23，金额请写数字，其他请照抄原件（最多 {most} 字）。",
    en="“{field_en}” is not written as it must be.",
    en_next="Write dates as 2026-11-23, amounts in digits, anything else as printed (at most {most} characters).")
RATING_MISSING = Kind(
    "satisfaction.incomplete", zh="还有问题没有回答。", zh_next="请客户本人答完每一题。",
    en="Some questions are not answered.", en_next="Ask the customer to answer each one.")


def capture(book: CaseBook, booth: Booth, my_face: MyFace, case: Case, pack: PolicyPack, paper: str, image: bytes,
            imported: bool, replaces: str = "") -> facts.PaperCaptured:
    """Read one page and keep it; the original stays as captured, the crop is derived."""
    spec = _asked(case, pack, paper, imported)
    if replaces:
        page_of(case, paper, replaces)
    read = booth.read_paper(image, spec.reads)
    side, replaces = card_sides.settle(spec, case.pages(paper), read.side, replaces)
    faces = together.findings(book, booth, my_face, case, image) if paper == PHOTO_TOGETHER else ()
    return _kept(book, case, paper, image, read, faces).model_copy(
        update={"imported": imported, "replaces": replaces, "side": side})


def bring(book: CaseBook, booth: Booth, case: Case, pack: PolicyPack, paper: str,
          data: bytes) -> tuple[tuple[facts.PaperCaptured, bytes], ...]:
    """The pages of a file, read and kept, each with its picture. A picture file is the page's original itself; a file of
    several pages is kept once, beside the pictures drawn from it."""
    spec = _asked(case, pack, paper, imported=True)
    pages = booth.open_file(data)
    reads = [booth.read_page(page, spec.reads) for page in pages]
    source = book.keep(case.case_id, f"{paper}_file", media_type(data), data) if any(page.drawn for page in pages) else None
    brought, there = [], case.pages(paper)
    for page, read in zip(pages, reads, strict=True):
        side, replaces = card_sides.settle(spec, there, read.side)
        fact = _kept(book, case, paper, page.image, read, page.findings)
        fact = fact.model_copy(update={"imported": True, "source": source if page.drawn else None,
                                       "source_page": page.number if page.drawn else 0, "side": side, "replaces": replaces})
        brought.append((fact, page.image))
        there = (*(known for known in there if known.page_id != replaces), fact)
    return tuple(brought)


def _asked(case: Case, pack: PolicyPack, paper: str, imported: bool) -> Paper:
    """The paper as the pack describes it, where it may be captured now and in this way."""
    if case.supplement and paper not in case.supplement.papers:
        raise flow.supplement_only(case, pack)
    if not case.supplement and paper not in {p.code for p in pack.papers}:
        raise UNKNOWN_PAPER()
    spec = pack.paper(paper)
    if imported and spec.camera_only:
        raise CAMERA_ONLY(name=spec.name.zh, name_en=spec.name.en)
    return spec


def _kept(book: CaseBook, case: Case, paper: str, image: bytes, read: PaperReading,
          more: tuple[facts.Finding, ...]) -> facts.PaperCaptured:
    crop = book.keep(case.case_id, f"{paper}_crop", "image/jpeg", read.crop_jpeg) if read.crop_jpeg else None
    return facts.PaperCaptured(
        paper=paper, page_id=new_page_id(), original=book.keep(case.case_id, paper, media_type(image), image), crop=crop,
        readings=read.readings, quality=read.quality, findings=(*read.findings, *more), imported=False,
        picture_hash=read.picture_hash)


def fields(case: Case, pack: PolicyPack, paper: str, page_id: str) -> tuple[PageField, ...]:
    """The fields of one page, to be compared with the paper: those of its kind, then whatever else was read."""
    page = page_of(case, paper, page_id)
    known = {field.name: field for field in _kind_fields(pack, page)}
    wanted = known | {name: None for name in page.readings if name not in known}
    return tuple(_field(name, page, field) for name, field in wanted.items())


def _field(name: str, page: facts.PaperCaptured, field: FieldKind | None) -> PageField:
    reading = page.readings.get(name)
    return PageField(name=name, words=field.words if field else field_name(name), value=reading.value if reading else "",
                     confidence=reading.confidence if reading else None, required=field is not None and field.required,
                     box=reading.box if reading else None)


def correct(case: Case, pack: PolicyPack, paper: str, page_id: str, values: dict[str, str]) -> facts.PaperCorrected:
    """The person compared these values with the paper: what changed is told with both, and the rules judge anew."""
    page = page_of(case, paper, page_id)
    known = {field.name: field for field in _kind_fields(pack, page)}
    now = {}
    for name, text in values.items():
        if name not in known and name not in page.readings:
            raise FIELD_UNKNOWN(field=name, field_en=name)
        if text.strip():
            now[name] = _shaped(name, text, known.get(name))
    before = {name: reading.value for name, reading in page.readings.items()}
    now = {name: value for name, value in before.items() if name not in values} | now
    corrected = {name: (before.get(name, ""), now.get(name, "")) for name in (before | now)
                 if before.get(name, "") != now.get(name, "")}
    return facts.PaperCorrected(paper=paper, page_id=page_id, values=now, corrected=corrected,
                                findings=_judged(_kind(pack, page), page, now))


def _judged(kind: DocumentKind | None, page: facts.PaperCaptured, values: dict[str, str]) -> tuple[facts.Finding, ...]:
    if kind is None:
        return page.findings
    readings = {name: facts.Reading(value=value, confidence=1) for name, value in values.items()}
    return (*(f for f in page.findings if not of_fields(f)), *recheck(kind, readings))


def _shaped(name: str, text: str, field: FieldKind | None) -> str:
    value = shaped(text, field.form if field else "text") if len(text) <= VALUE_MOST else ""
    if not value or (field and field.form in ("date", "until") and value != LONG_TERM and not _is_date(value)):
        words = field.words if field else field_name(name)
        raise VALUE_FORM(field=words.zh, field_en=words.en, most=VALUE_MOST)
    return value


def _is_date(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def page_of(case: Case, paper: str, page_id: str) -> facts.PaperCaptured:
    """Raises ``papers.page_unknown``."""
    page = next((page for page in case.papers.get(paper, ()) if page.page_id == page_id), None)
    if page is None:
        raise PAGE_UNKNOWN()
    return page


def _kind(pack: PolicyPack, page: facts.PaperCaptured) -> DocumentKind | None:
    return kinds().get(f"id_card_{page.side}" if page.side else pack.paper(page.paper).reads)


def _kind_fields(pack: PolicyPack, page: facts.PaperCaptured) -> tuple[FieldKind, ...]:
    kind = _kind(pack, page)
    return tuple(kind.by_name.values()) if kind else ()


def check_ratings(pack: PolicyPack, ratings: dict[str, int], yes_no: dict[str, bool]) -> None:
    """Every question of the pack is answered, nothing else, ratings from 1 to 5."""
    wanted = {r.code for r in pack.ratings if not r.yes_no}
    wanted_yes_no = {r.code for r in pack.ratings if r.yes_no}
    if set(ratings) != wanted or set(yes_no) != wanted_yes_no or any(not 1 <= v <= 5 for v in ratings.values()):
        raise RATING_MISSING()
