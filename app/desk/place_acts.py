"""Making the facts of the place: the stamp with its fence verdict, and another employee's word for a doubtful one."""

from app.desk.case_book import CaseBook
from app.desk.identity_acts import another
from app.desk.staff import StaffDoor
from app.domain import facts, place
from app.domain.case import Case
from app.domain.condition import Kind
from app.domain.doubts import doubted_place
from app.domain.place import Fix, PlaceVerdict, Position

REASON_NEEDED = Kind(
    "place.reason_needed",
    zh="没有定位结果时，需要写明原因。", zh_next="请填写原因后继续，例如“地下展厅无信号”。",
    en="Without a position a reason is needed.", en_next="Write the reason and go on, e.g. “basement showroom, no signal”.")
VOUCH_REASON = Kind(
    "place.vouch_reason", zh="确认地点需要写明依据。", zh_next="请写出在哪里、凭什么确认，例如“在车商展厅，见营业执照与招牌”。",
    en="Vouching for the place needs a reason.",
    en_next="Write where this is and how you know, e.g. “the dealer's hall, by its sign”.")
NOT_DOUBTED = Kind(
    "place.not_doubted", zh="这笔的定位没有需要另一名员工确认的疑点。", zh_next="请继续办理。",
    en="Nothing about this case's place asks for another employee's word.", en_next="Go on.")


def stamp(book: CaseBook, case: Case, fix: Fix | None, reason: str) -> facts.PlaceRecorded:
    """A fix with its fence verdict, or a reason why there is none. Raises ``place.reason_needed``."""
    if fix is None and not reason.strip():
        raise REASON_NEEDED()
    return facts.PlaceRecorded(fix=fix, verdict=verdict(book, case, fix), reason=reason.strip())


def verdict(book: CaseBook, case: Case, fix: Fix | None) -> PlaceVerdict:
    """By the fence of the case's dealer, as its pack draws it."""
    dealer = book.shelf.dealer(case.loan_terms.dealer_id)
    registered = Position(latitude=dealer.latitude, longitude=dealer.longitude) if dealer else None
    return place.judge(fix, registered, book.pack(case.case_id).thresholds.fence_radius_m)


def vouch(book: CaseBook, staff: StaffDoor, case: Case, staff_id: str, password: str, reason: str) -> facts.PlaceVouched:
    """Another employee signs in and says why the place is right. Raises ``place.*`` and ``staff.*``."""
    if not doubted_place(case, book.pack(case.case_id)):
        raise NOT_DOUBTED()
    staff_id = another(case, staff_id)
    if not reason.strip():
        raise VOUCH_REASON()
    return facts.PlaceVouched(staff_id=staff_id, staff_name=staff.check(staff_id, password), reason=reason.strip())
