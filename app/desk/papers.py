"""Papers of a case and the customer's ratings: what may be captured, kept and read, and what counts as complete."""

from app.capture.media import media_type
from app.desk.booth import Booth
from app.desk.case_book import CaseBook
from app.desk.identity_acts import new_page_id
from app.domain import facts, flow
from app.domain.case import Case
from app.domain.condition import Kind
from app.domain.policy import PolicyPack

UNKNOWN_PAPER = Kind(
    "papers.unknown", zh="规则包里没有这种资料。", zh_next="请从清单中选择要采集的资料。",
    en="The policy pack has no such paper.", en_next="Choose a paper from the checklist.")
CAMERA_ONLY = Kind(
    "papers.camera_only", zh="“{name}”只能用摄像头现场拍摄。", zh_next="请用拍摄按钮采集。",
    en="“{name_en}” is captured by camera only.", en_next="Use the camera button.")
RATING_MISSING = Kind(
    "satisfaction.incomplete", zh="还有问题没有回答。", zh_next="请客户本人答完每一题。",
    en="Some questions are not answered.", en_next="Ask the customer to answer each one.")


def capture(book: CaseBook, booth: Booth, case: Case, pack: PolicyPack, paper: str, image: bytes,
            imported: bool) -> facts.PaperCaptured:
    """Read one page and keep it; the original stays as captured, the crop is derived."""
    if case.supplement and paper not in case.supplement.papers:
        raise flow.supplement_only(case, pack)
    if not case.supplement and paper not in {p.code for p in pack.papers}:
        raise UNKNOWN_PAPER()
    spec = pack.paper(paper)
    if imported and spec.camera_only:
        raise CAMERA_ONLY(name=spec.name.zh, name_en=spec.name.en)
    read = booth.read_paper(image, spec.reads)
    crop = book.keep(case.case_id, f"{paper}_crop", "image/jpeg", read.crop_jpeg) if read.crop_jpeg else None
    return facts.PaperCaptured(
        paper=paper, page_id=new_page_id(), original=book.keep(case.case_id, paper, media_type(image), image), crop=crop,
        readings=read.readings, quality=read.quality, findings=read.findings, imported=imported)


def check_ratings(pack: PolicyPack, ratings: dict[str, int], yes_no: dict[str, bool]) -> None:
    """Every question of the pack is answered, nothing else, ratings from 1 to 5."""
    wanted = {r.code for r in pack.ratings if not r.yes_no}
    wanted_yes_no = {r.code for r in pack.ratings if r.yes_no}
    if set(ratings) != wanted or set(yes_no) != wanted_yes_no or any(not 1 <= v <= 5 for v in ratings.values()):
        raise RATING_MISSING()
