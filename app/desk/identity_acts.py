"""Making the facts of identity: a card's side as read, its confirmation, liveness with its match, the second person."""

from datetime import date
from uuid import uuid4

from app.capture.media import media_type
from app.desk.booth import NO_ATTEMPT, Booth
from app.desk.case_book import CaseBook
from app.desk.staff import SAME_PERSON, StaffDoor
from app.domain import facts
from app.domain.case import Case
from app.domain.condition import Kind
from app.domain.identity.id_card import check_id_card
from app.domain.terms import VehicleUse

CAMERA_ONLY = Kind(
    "capture.camera_only",
    zh="身份证只能用摄像头现场拍摄，不能从文件导入。", zh_next="请把证件放到摄像头前拍摄。",
    en="The ID card is captured by camera only, not from a file.", en_next="Hold the card before the camera.")
STATEMENT_NEEDED = Kind(
    "identity.statement_needed",
    zh="双人核验需要写明核验声明。", zh_next="请填写：看到了谁、核对了哪些证件。",
    en="The two-person check needs a statement.", en_next="Write whom you saw and which papers you compared.")


def card_side(book: CaseBook, booth: Booth, case_id: str, side: str, image: bytes,
              imported: bool) -> facts.IdCardCaptured:
    """Read one side; keep the picture as captured, the crop and the portrait."""
    paper = book.pack(case_id).paper(f"id_card_{side}")
    if imported and paper.camera_only:
        raise CAMERA_ONLY()
    read = booth.read_id_card(image, side)
    portrait = None
    if read.portrait_jpeg:
        portrait = book.keep(case_id, "id_card_portrait", "image/jpeg", read.portrait_jpeg)
    return facts.IdCardCaptured(
        side=side, original=book.keep(case_id, f"id_card_{side}", media_type(image), image),
        crop=book.keep(case_id, f"id_card_{side}_crop", "image/jpeg", read.crop_jpeg), portrait=portrait,
        readings=read.readings, quality=read.quality, findings=read.findings, imported=imported)


def draft(case: Case) -> dict[str, str]:
    """Field by field what the card said; empty where it could not be read."""
    values: dict[str, str] = {}
    for side in ("front", "back"):
        captured = case.card_sides.get(side)
        if captured:
            values |= {name: reading.value for name, reading in captured.readings.items()}
    return {name: values.get(name, "") for name in facts.IdCard.model_fields}


def as_text(card: facts.IdCard) -> dict[str, str]:
    return {name: "long-term" if value is None else str(value) for name, value in card}


def check(book: CaseBook, case: Case, card: facts.IdCard) -> tuple[facts.Finding, ...]:
    """The card's own rules at this day, with the age and expiry rules of the terms."""
    terms = case.loan_terms
    return check_id_card(
        card, today=today(book), thresholds=book.pack(case.case_id).thresholds,
        term_months=terms.term_months if terms else None,
        commercial=bool(terms) and terms.vehicle.use in (VehicleUse.COMMERCIAL, VehicleUse.RIDE_HAILING))


def today(book: CaseBook) -> date:
    return book.clock.now().astimezone().date()


def liveness(book: CaseBook, case: Case, booth: Booth, nonce: str) -> facts.LivenessFinished:
    """The verdict of the attempt with this nonce, with the match against the card's portrait; the best frames are kept
    as evidence. Raises ``liveness.not_started`` where the booth ran another attempt."""
    front = case.card_sides["front"]
    portrait = book.vault.get(case.case_id, front.portrait) if front.portrait else None
    outcome = booth.finish_liveness(portrait)
    if outcome.result.nonce != nonce:
        raise NO_ATTEMPT()
    frames = tuple(book.keep(case.case_id, "live_face", "image/jpeg", jpeg) for jpeg in outcome.best_frames_jpeg)
    return facts.LivenessFinished(result=outcome.result, match=outcome.match, best_frames=frames)


def second_person(book: CaseBook, staff: StaffDoor, case: Case, staff_id: str, password: str, statement: str,
                  photo: bytes | None) -> facts.SecondPersonVerified:
    """Another employee signs in, says what was seen, and may add a photo; of equal standing with the face check."""
    staff_id = staff_id.strip()
    if staff_id in (case.opened.staff_id, book.session.staff_id):
        raise SAME_PERSON()
    if not statement.strip():
        raise STATEMENT_NEEDED()
    name = staff.check(staff_id, password)
    kept = book.keep(case.case_id, "second_person", media_type(photo), photo) if photo else None
    return facts.SecondPersonVerified(staff_id=staff_id, staff_name=name, statement=statement.strip(), photo=kept)


def new_page_id() -> str:
    return uuid4().hex
