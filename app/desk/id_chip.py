"""Reading the card's chip: its fields under the same rules as the printed ones, its photo against the printed portrait."""

from pydantic import ValidationError

from app.capture.id_reader import READER_ANSWER, ChipCard, GuardedReader
from app.capture.media import media_type
from app.desk import identity_acts
from app.desk.booth import Booth
from app.desk.case_book import CaseBook
from app.domain import facts
from app.domain.case import FACE_CONSENT, Case, agreed
from app.domain.condition import Kind
from app.domain.face import FaceMatch
from app.domain.finding import info, warn

NO_READER = Kind(
    "id_reader.none", zh="本机没有安装身份证读卡器。", zh_next="请用拍摄的证件继续。",
    en="No ID card reader is installed here.", en_next="Go on with the captured card.")
FRONT_FIRST = Kind(
    "id_reader.front_first", zh="还没有拍摄身份证人像面。", zh_next="请先拍摄人像面，再读芯片。",
    en="The card's portrait side is not captured yet.", en_next="Capture it first, then read the chip.")


class ChipRoom:
    """``reader`` is the one that is installed, None where there is none."""

    def __init__(self, book: CaseBook, booth: Booth, reader: GuardedReader | None) -> None:
        self._book, self._booth, self._reader = book, booth, reader

    @property
    def reader_name(self) -> str:
        return self._reader.name if self._reader else ""

    def read(self, case: Case) -> facts.IdChipRead:
        """What the chip says. Raises ``id_reader.*``, and ``face.*`` or ``picture.*`` where its photo cannot be used."""
        if self._reader is None:
            raise NO_READER()
        front = case.card_sides.get("front")
        if front is None:
            raise FRONT_FIRST()
        chip = self._reader.read()
        card = _card(chip)
        printed = self._book.vault.get(case.case_id, front.portrait) if front.portrait and agreed(case, FACE_CONSENT) else None
        compared = self._booth.compare_with_chip(printed, chip.photo_jpeg)
        photo = self._book.keep(case.case_id, "id_chip_photo", media_type(chip.photo_jpeg), chip.photo_jpeg)
        return facts.IdChipRead(card=card, photo=photo, reader=self._reader.name, match=compared,
                                findings=(*identity_acts.check_rules(self._book, case, card), *_portrait(compared)))


def _portrait(compared: FaceMatch | None) -> tuple[facts.Finding, ...]:
    """Print and chip of a genuine card hold the same photo; a poor picture of the print may be doubtful all the same."""
    if compared is None or compared.zone == "pass":
        return ()
    if compared.zone == "review":
        return (info("id_chip.portrait_unsure", "芯片照片与证件上印的人像相似，但不能确定",
                     "The chip's photo is like the printed portrait, but not for certain"),)
    return (warn("id_chip.portrait", "芯片照片与证件上印的人像不像同一人，请核对证件真伪",
                 "The chip's photo does not look like the printed portrait: is the card genuine?"),)


def _card(chip: ChipCard) -> facts.IdCard:
    fields = {name: chip.fields.get(name, "") for name in facts.IdCard.model_fields}
    try:
        return facts.IdCard.model_validate(fields | {"valid_to": fields["valid_to"] or None})
    except ValidationError:
        raise READER_ANSWER() from None  # its text would quote the card
