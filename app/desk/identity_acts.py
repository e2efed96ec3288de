"""Making the facts of identity: a card's side as read, its confirmation, the second person, the review of a face result."""

from datetime import date
from uuid import uuid4

from app.capture.media import media_type
from app.desk.booth import Booth
from app.desk.card_sides import next_side, taken
from app.desk.case_book import CaseBook
from app.desk.staff import SAME_PERSON, StaffDoor
from app.domain import facts, flow
from app.domain.case import Case
from app.domain.condition import Kind
from app.domain.identity.id_card import check_id_card
from app.domain.identity.id_chip import differences
from app.domain.policy import SIDES
from app.domain.terms import VehicleUse

CAMERA_ONLY = Kind(
    "capture.camera_only",
    zh="身份证只能用摄像头现场拍摄，不能从文件导入。", zh_next="请把证件放到摄像头前拍摄。",
    en="The ID card is captured by camera only, not from a file.", en_next="Hold the card before the camera.")
STATEMENT_NEEDED = Kind(
    "identity.statement_needed",
    zh="双人核验需要写明核验声明。", zh_next="请填写：看到了谁、核对了哪些证件。",
    en="The two-person check needs a statement.", en_next="Write whom you saw and which papers you compared.")

REASON_NEEDED = Kind(
    "identity.reason_needed", zh="复核需要写明理由。", zh_next="请写出依据，例如“眉形、耳廓与证件一致”。",
    en="The review needs a reason.", en_next="Write what you saw, e.g. “brows and ears are those on the card”.")
NO_REVIEW = Kind(
    "identity.no_review", zh="现在没有需要复核的人证结果。", zh_next="结果为“需复核”且未被判为不同人时才能复核。",
    en="There is no face result to review now.", en_next="A result in the review zone can be, until someone sees another person.")


def card_side(book: CaseBook, booth: Booth, case: Case, side: str, image: bytes, imported: bool) -> facts.IdCardCaptured:
    """Read one side, of ``either`` the one that is shown and not taken yet; keep the picture as captured, the crop and the
    portrait. Raises ``card.*`` where either was asked for and what is shown is there already."""
    case_id, pack = case.case_id, book.pack(case.case_id)
    if imported and any(pack.paper(f"id_card_{one}").camera_only for one in (SIDES if side == "either" else (side,))):
        raise CAMERA_ONLY()
    read = booth.read_id_card(image, side)
    if side == "either":
        side = next_side(taken(case.card_sides.values()), read.side)
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
    """The card's rules, and where the chip was read what it says otherwise."""
    return (*check_rules(book, case, card), *(differences(case.id_chip.card, card) if case.id_chip else ()))


def check_rules(book: CaseBook, case: Case, card: facts.IdCard) -> tuple[facts.Finding, ...]:
    """The card's own rules at this day, with the age and expiry rules of the terms."""
    terms = case.loan_terms
    return check_id_card(
        card, today=today(book), thresholds=book.pack(case.case_id).thresholds,
        term_months=terms.term_months if terms else None,
        commercial=bool(terms) and terms.vehicle.use in (VehicleUse.COMMERCIAL, VehicleUse.RIDE_HAILING))


def today(book: CaseBook) -> date:
    return book.clock.now().astimezone().date()


def second_person(book: CaseBook, staff: StaffDoor, case: Case, staff_id: str, password: str, statement: str,
                  photo: bytes | None) -> facts.SecondPersonVerified:
    """Another employee signs in, says what was seen, and may add a photo; of equal standing with the face check."""
    staff_id = another(case, staff_id)
    if not statement.strip():
        raise STATEMENT_NEEDED()
    name = staff.check(staff_id, password)
    kept = book.keep(case.case_id, "second_person", media_type(photo), photo) if photo else None
    return facts.SecondPersonVerified(staff_id=staff_id, staff_name=name, statement=statement.strip(), photo=kept)


def review(book: CaseBook, staff: StaffDoor, case: Case, staff_id: str, password: str, decision: str,
           reason: str) -> facts.IdentityReviewed:
    """Another employee compares live face and portrait and decides, with the reason. A "different" stands: nobody is
    asked until somebody says otherwise. Raises ``identity.no_review``, ``identity.reason_needed`` and ``staff.*``."""
    decided = case.identity_review
    if not flow.identity_in_review(case) or (decided is not None and decided.decision == "different"):
        raise NO_REVIEW()
    staff_id = another(case, staff_id)
    if not reason.strip():
        raise REASON_NEEDED()
    name = staff.check(staff_id, password)
    return facts.IdentityReviewed(nonce=case.liveness.result.nonce, staff_id=staff_id, staff_name=name, decision=decision,
                                  reason=reason.strip())


def another(case: Case, staff_id: str) -> str:
    """The number of an employee who is not the one whose case it is. Raises ``staff.same_person``."""
    staff_id = staff_id.strip()
    if staff_id == case.opened.staff_id:
        raise SAME_PERSON()
    return staff_id


def new_page_id() -> str:
    return uuid4().hex
