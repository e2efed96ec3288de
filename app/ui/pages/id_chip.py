"""What the card's chip holds, beside the print: its photo, how alike the two are, and where the fields differ."""

from typing import Any

from PySide6.QtCore import Signal

from app.desk.views import CaseView
from app.domain.evidence import FileRef
from app.domain.facts import Finding, IdCard
from app.ui import face_words
from app.ui.operation import Operation
from app.ui.text import tr
from app.ui.widgets.basics import Card, button, column, label, restyle, row
from app.ui.widgets.findings import FindingList
from app.ui.widgets.picture import Picture, decode

CODES = "id_chip."  # of findings about chip and print


class ChipPanel(Card):
    """Hidden until a chip was read. ``fill`` carries the chip's card, to be taken over into the form."""

    fill = Signal(object)

    def __init__(self, page: Any) -> None:
        self._page = page
        self._shown: dict[str, str] = {}
        self._pictures = {"print": Picture("id_card.chip.print", tr("证件人像", "Print")),
                          "chip": Picture("id_card.chip.photo", tr("芯片照片", "Chip"))}
        for picture in self._pictures.values():
            picture.setFixedSize(76, 94)
        self._alike = label("", "strong", wrap=True, name="id_card.chip.alike")
        self._reader = label("", "label", wrap=True, name="id_card.chip.reader")
        self._differ = FindingList("id_card.chip.differences")
        self._same = label(tr("✓ 芯片与证件各项一致", "✓ Chip and print agree"), "finding", wrap=True, name="id_card.chip.same")
        restyle(self._same, tone="ok")
        self._take = button(tr("按芯片填写", "Fill in"), "id_card.chip.fill")
        self._card: IdCard | None = None
        self._take.clicked.connect(lambda: self.fill.emit(self._card))
        both = [_captioned(self._pictures[name], words) for name, words in (("print", tr("证件", "Print")),
                                                                            ("chip", tr("芯片", "Chip")))]
        faces = row(*both, column(self._alike, self._reader, None, row(self._take, None), gap=4), gap=10)
        faces.setStretch(2, 1)
        super().__init__(faces, self._differ, self._same, padding=10, gap=6)
        self.hide()

    def show_case(self, view: CaseView, locked: bool) -> None:
        chip, front = view.case.id_chip, view.case.card_sides.get("front")
        self.setVisible(chip is not None)
        if chip is None:
            return
        self._card = chip.card
        self._take.setVisible(not locked)
        match = chip.match
        tone = face_words.TONES[match.zone] if match else ""
        self._alike.setText(f"{tr(*face_words.ZONES[match.zone])} {face_words.figure(match)}" if match
                            else tr("没有比对两张照片", "The photos were not compared"))
        restyle(self._alike, tone=tone)
        self._reader.setText(tr(f"读卡器：{chip.reader}", f"Reader: {chip.reader}"))
        self._load("chip", chip.photo, view)
        self._load("print", (front.portrait or front.crop) if front else None, view)

    def say(self, findings: tuple[Finding, ...]) -> None:
        """What differs between chip and form; all agree where there is none."""
        self._differ.show_findings(findings)
        self._differ.setVisible(bool(findings))
        self._same.setVisible(not findings)

    def _load(self, name: str, ref: FileRef | None, view: CaseView) -> None:
        if ref is None or self._shown.get(name) == ref.id or view.case.purged:
            return
        self._shown[name] = ref.id
        signing, case_id, picture = self._page.desks.signing, view.case.case_id, self._pictures[name]
        Operation(lambda: decode(signing.file_bytes(case_id, ref), picture.size() * 2), rank=1).owned_by(picture).then(
            picture.show_image).failed(self._page.trouble).start()


def _captioned(picture: Picture, words: str):
    return column(label(words, "label"), picture, None, gap=2)
