"""The photo together: are customer and manager in it? Findings only; the photo is kept whatever they say."""

from app.desk.booth import Booth
from app.desk.case_book import CaseBook
from app.desk.my_face import MyFace
from app.domain import facts
from app.domain.case import FACE_CONSENT, Case, agreed
from app.domain.condition import Condition
from app.domain.face import FaceMatch
from app.domain.finding import info, warn
from app.store.vault import VAULT_DESTROYED


def findings(book: CaseBook, booth: Booth, my_face: MyFace, case: Case, photo: bytes) -> tuple[facts.Finding, ...]:
    """What the faces in the photo say. Without the face consent they are counted and nobody is compared."""
    consent = agreed(case, FACE_CONSENT)
    live = _live_frames(book, case) if consent else ()
    manager = my_face.picture() if consent else None
    try:
        seen = booth.read_together(photo, live, manager)
    except Condition as trouble:
        if not trouble.code.startswith("models."):
            raise
        return (info("together.no_models", "人脸模型不可用，合影没有比对", "The face models cannot be used: not compared"),)
    return (*_count(seen.faces), *(_customer(seen.customer) if live else (_not_compared("customer"),)),
            *(_manager(seen.manager) if manager else (_not_compared("manager"),) if consent else ()))


def _live_frames(book: CaseBook, case: Case) -> tuple[bytes, ...]:
    """The frames of an attempt that held; none once they are erased from this device."""
    if case.liveness is None or case.liveness.result.verdict == "reject":
        return ()
    try:
        return tuple(book.vault.get(case.case_id, ref) for ref in case.liveness.best_frames)
    except Condition as trouble:
        if trouble.kind != VAULT_DESTROYED:
            raise
        return ()


def _count(faces: int) -> tuple[facts.Finding, ...]:
    if faces == 0:
        return (warn("together.no_face", "合影里没有看到人脸，请重拍", "No face is to be seen in the photo; take it again"),)
    if faces == 1:
        return (warn("together.one_face", "合影里只看到一张人脸，应有客户和客户经理两人",
                     "Only one face is to be seen; customer and manager should both be in it"),)
    return ()


def _customer(match: FaceMatch | None) -> tuple[facts.Finding, ...]:
    if match is None or match.zone == "fail":
        return (warn("together.customer_missing", "合影里没有找到客户本人，请确认后重拍",
                     "The customer was not found in the photo; make sure and take it again"),)
    if match.zone == "review":
        return (info("together.customer_unsure", "合影里有一张脸与客户相似，但不能确定",
                     "A face in the photo is like the customer's, but not for certain"),)
    return ()


def _manager(match: FaceMatch | None) -> tuple[facts.Finding, ...]:
    if match is None or match.zone == "fail":
        return (warn("together.manager_missing", "合影里没有找到客户经理，请确认后重拍",
                     "The manager was not found in the photo; make sure and take it again"),)
    return ()


def _not_compared(who: str) -> facts.Finding:
    if who == "customer":
        return info("together.customer_not_compared", "没有可用的现场人脸，合影里的客户没有比对",
                    "There is no live face to compare with; the customer in the photo was not compared")
    return info("together.manager_not_compared", "没有保存客户经理的参考照片，合影里的客户经理没有比对",
                "No reference picture of the manager is kept; the manager in the photo was not compared")
