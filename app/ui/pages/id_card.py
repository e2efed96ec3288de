"""Step 4: both sides of the identity card by camera or file, read, and confirmed by the person beside the picture."""

from datetime import date
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QScrollArea, QWidget

from app.desk.views import CaseView
from app.domain import facts
from app.domain.facts import Finding, IdCard, IdCardCaptured
from app.domain.flow import Step
from app.ui.files import pick_image, read_file
from app.ui.operation import Operation
from app.ui.pages import id_chip
from app.ui.pages.page import Page
from app.ui.text import tr
from app.ui.widgets.basics import Card, Pill, button, column, holder, label, row
from app.ui.widgets.camera_view import CameraView
from app.ui.widgets.findings import FindingList
from app.ui.widgets.inputs import Choice, Field
from app.ui.widgets.picture import Picture, decode

CARD_ASPECT = 1.586
SURE = 0.9
LONG_TERM = "long-term"
LONG_TERM_WORDS = {"长期", "長期", "long-term", "long term"}
SIDES = {"front": ("人像面", "Portrait side"), "back": ("国徽面", "Emblem side")}
FIELDS = (("name", "姓名", "Name", 0, 0, 1), ("sex", "性别", "Sex", 0, 1, 1), ("nation", "民族", "Nation", 1, 0, 1),
          ("birth", "出生", "Born", 1, 1, 1), ("number", "公民身份号码", "ID number", 2, 0, 2),
          ("address", "住址", "Address", 3, 0, 2), ("authority", "签发机关", "Issued by", 4, 0, 2),
          ("valid_from", "有效期自", "Valid from", 5, 0, 1), ("valid_to", "有效期至", "Valid to", 5, 1, 1))


class IdCardPage(Page):
    step = Step.ID_CARD

    def __init__(self, desks: Any, view: CaseView) -> None:
        super().__init__(desks, view, subtitle=tr("把证件放进取景框，自动裁切识别，由客户核对",
                                                  "Both sides are read; the customer checks the fields"))
        self._side = "front"
        self._pictures: dict[str, str] = {}
        self.camera = CameraView("id_card.camera", frame_aspect=CARD_ASPECT, whole=True)
        self._sides = {side: SideTile(side) for side in SIDES}
        self._shoot = button("", "id_card.shoot", shortcut="Space")
        self._import = button(tr("从文件导入", "Import file"), "id_card.import")
        self._read_chip = button(tr("读芯片", "Read chip"), "id_card.chip.read")
        self._chip = id_chip.ChipPanel(self)
        self._form = CardForm()
        self._check_timer = QTimer(self)
        self._check_timer.setSingleShot(True)
        self._check_timer.setInterval(200)
        self._check_timer.timeout.connect(self._check)
        self._findings: tuple[Finding, ...] = ()
        self._drafted = ""
        self._compose_body()
        self._listen()
        self.next.setText(tr("核对无误，继续", "All correct, go on"))
        self.finish_footer()

    def _compose_body(self) -> None:
        sides = row(*self._sides.values(), gap=12)
        left = column(self.camera, row(self._shoot, self._import, self._read_chip, None), sides, gap=12)
        left.setStretch(0, 3)
        left.setStretch(2, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(holder(column(self._chip, self._form, None, gap=12), "scroll"))
        right = Card(area, padding=14)
        right.setFixedWidth(380)
        content = row(gap=16)
        content.addLayout(left, 1)
        content.addWidget(right)
        self.body.addLayout(content)

    def _listen(self) -> None:
        self._shoot.clicked.connect(self.shoot)
        self._import.clicked.connect(lambda: pick_image(self, "id_card.chooser", self.import_file))
        for side, tile in self._sides.items():
            tile.pressed.clicked.connect(lambda _checked=False, s=side: self.choose_side(s))
        self._form.edited.connect(self._edited)
        self._read_chip.clicked.connect(self.read_chip)
        self._chip.fill.connect(self._take_over)

    def enter(self) -> None:
        self.camera.say(tr("正在打开摄像头…", "Opening the camera…"))
        self.camera.watch(self.desks.booth)
        captured = self.view.case.card_sides
        self.choose_side("back" if "front" in captured and "back" not in captured else self._side)

    def leave(self) -> None:
        self.camera.stop()

    def choose_side(self, side: str) -> None:
        self._side = side
        for one, tile in self._sides.items():
            tile.mark(one == side)
        self._shoot.setText(tr(f"拍摄{SIDES[side][0]}（空格）", f"{SIDES[side][1]} (Space)"))

    def shoot(self) -> None:
        booth, signing, side = self.desks.booth, self.desks.signing, self._side
        self.act(lambda: signing.capture_id_card(self.case_id, side, booth.snapshot()), then=self._captured,
                 during=self._shoot)

    def import_file(self, path: Path) -> None:
        """Read a picture of the chosen side from a file; it is marked as imported for ever."""
        signing, side = self.desks.signing, self._side
        self.act(lambda: signing.capture_id_card(self.case_id, side, read_file(path), True), then=self._captured,
                 during=self._import)

    def read_chip(self) -> None:
        """Let the reader read the card that lies on it; takes some seconds."""
        compared = self.view.case.liveness is not None

        def read(_view: CaseView) -> None:
            self._check()
            if compared:
                self.notice.show_words(tr("芯片已读出。现场人脸也要与芯片照片比对。", "The chip is read. The live face is to be "
                                          "compared with its photo too."),
                                       tr("请在下一步重新做一次人脸核验。", "Please make the face check once more."))

        self.act(self.desks.signing.read_id_chip, self.case_id, then=read, during=self._read_chip)

    def _take_over(self, card: IdCard) -> None:
        self._form.fill({name: LONG_TERM if value is None else str(value) for name, value in card}, {})

    def _captured(self, view: CaseView) -> None:
        if self._side == "front" and "back" not in view.case.card_sides:
            self.choose_side("back")

    def paint(self, view: CaseView) -> None:
        for side, tile in self._sides.items():
            captured = view.case.card_sides.get(side)
            tile.show_side(captured)
            if captured and self._pictures.get(side) != captured.crop.id:
                self._pictures[side] = captured.crop.id
                self._load(tile.picture, captured)
        self._shoot.setEnabled(not self.locked)
        self._import.setEnabled(not self.locked)
        self._read_chip.setVisible(bool(self.desks.signing.id_reader) and not self.locked)
        self._read_chip.setEnabled("front" in view.case.card_sides and self._read_chip not in self.resting)
        self._chip.show_case(view, bool(self.locked))
        self._draft(view)

    def _load(self, picture: Picture, captured: IdCardCaptured) -> None:
        signing = self.desks.signing
        Operation(lambda: decode(signing.file_bytes(self.case_id, captured.crop), picture.size() * 2), rank=1).owned_by(
            self).then(picture.show_image).failed(self.trouble).start()

    def _draft(self, view: CaseView) -> None:
        """Fill the form anew whenever a side was captured or a card confirmed."""
        known = "/".join(c.crop.id for c in view.case.card_sides.values()) + str(view.case.card is not None)
        if known == self._drafted or not view.case.card_sides:
            return
        self._drafted = known
        if view.case.card:
            card = view.case.card.card
            self._take_over(card)
            self._say(view.case.card.findings)
            return
        readings = {k: r for side in view.case.card_sides.values() for k, r in side.readings.items()}
        Operation(self.desks.signing.draft_card, self.case_id).owned_by(self).then(
            lambda draft: self._form.fill(draft, readings)).failed(self.trouble).start()

    def _edited(self) -> None:
        self.refresh_footer()
        self._check_timer.start()

    def _check(self) -> None:
        card = self._form.card()
        if card is None:
            self._checked(())
            return
        Operation(self.desks.signing.check_card, self.case_id, card).owned_by(self).then(self._checked).failed(
            self.trouble).start()

    def _checked(self, findings: tuple[Finding, ...]) -> None:
        self._say(findings)
        self.refresh_footer()

    def _say(self, findings: tuple[Finding, ...]) -> None:
        """What the rules say of the fields stands below them, what the chip says otherwise beside its photo."""
        self._findings = findings
        chip = tuple(f for f in findings if f.code.startswith(id_chip.CODES))
        self._chip.say(chip)
        self._form.say(tuple(f for f in findings if f not in chip))

    def missing(self) -> list[str]:
        captured = self.view.case.card_sides
        lacking = [tr(f"{zh}照片", f"picture of the {en.lower()}") for side, (zh, en) in SIDES.items()
                   if side not in captured]
        if lacking:
            return lacking
        return self._form.missing() or [tr(f.zh, f.en) for f in self._findings if f.level == "block"]

    def forward(self) -> None:
        card = self._form.card()
        confirmed = self.view.case.card
        if self.locked or (confirmed and confirmed.card == card):
            self.go.emit("next")
            return
        self.act(self.desks.signing.confirm_id_card, self.case_id, card, then=self.advance, during=self.next)


class SideTile(Card):
    """One side: its crop, its state; press to take it (again)."""

    def __init__(self, side: str) -> None:
        self.picture = Picture(f"id_card.{side}.picture", tr("未拍摄", "Not captured"))
        self.picture.setMinimumHeight(96)
        self.pressed = button(tr(*SIDES[side]), f"id_card.side.{side}", "quiet")
        self.pressed.setCheckable(True)
        self._pill = Pill(tr("缺", "Missing"), "bad", name=f"id_card.{side}.state")
        super().__init__(self.picture, row(self.pressed, None, self._pill), padding=8, gap=4)
        self.body.setStretch(0, 1)

    def mark(self, chosen: bool) -> None:
        self.pressed.setChecked(chosen)

    def show_side(self, captured: IdCardCaptured | None) -> None:
        if captured is None:
            self._pill.show_state(tr("缺", "Missing"), "bad")
            return
        worst = next((f for f in captured.findings if f.level != "info"), None)
        self._pill.show_state(tr("已识别", "Read") if worst is None else tr("建议重拍", "Retake?"),
                              "ok" if worst is None else "warn")
        self._pill.setToolTip("\n".join(tr(f.zh, f.en) for f in captured.findings))


class CardForm(QWidget):
    """The nine fields with how sure the reading was, and what the rules say of them."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._inputs: dict[str, QLineEdit | Choice] = {}
        self._fields: dict[str, Field] = {}
        self._notes: dict[str, str] = {}
        grid = QGridLayout()
        grid.setSpacing(8)
        for name, zh, en, line, at, span in FIELDS:
            grid.addWidget(self._field(name, tr(zh, en)), line, at, 1, span)
        self._list = FindingList("id_card.findings")
        self.setLayout(column(label(tr("证件信息（请客户核对）",
                                       "Fields (the customer checks)"), "label"), grid, self._list))
        self._filling = False

    def _field(self, name: str, caption: str) -> Field:
        if name == "sex":
            made: QLineEdit | Choice = Choice("id_card.sex", (("", "—"), ("male", tr("男", "Male")),
                                                              ("female", tr("女", "Female"))))
            made.changed.connect(self._changed)
        else:
            made = QLineEdit(objectName=f"id_card.{name}", maxLength=200)
            made.textChanged.connect(lambda _text: self._changed())
            if name in ("birth", "valid_from", "valid_to"):
                made.setPlaceholderText("YYYY-MM-DD" if name != "valid_to" else tr("YYYY-MM-DD 或 长期",
                                                                                   "or long-term"))
        self._inputs[name] = made
        self._fields[name] = Field(caption, made)
        return self._fields[name]

    def fill(self, draft: dict[str, str], readings: dict[str, facts.Reading]) -> None:
        self._filling = True
        for name, made in self._inputs.items():
            value = draft.get(name, "")
            if isinstance(made, Choice):
                made.choose(value)
            else:
                made.setText(tr("长期", LONG_TERM) if value == LONG_TERM else value)
                made.setCursorPosition(0)
            self._show_confidence(name, readings.get(name))
        self._filling = False
        self.edited.emit()

    def _show_confidence(self, name: str, reading: facts.Reading | None) -> None:
        if reading is None or not reading.value:
            self._fields[name].mark("", "")
        elif reading.confidence >= SURE:
            self._fields[name].mark(f"✓ {reading.confidence:.0%}", "ok")
        else:
            self._fields[name].mark(tr(f"{reading.confidence:.0%} 请细看", f"{reading.confidence:.0%} check"), "warn")

    def say(self, findings: tuple[Finding, ...]) -> None:
        self._list.show_findings(findings)

    def card(self) -> IdCard | None:
        """The card as it stands in the form, None while a field is missing or no date."""
        if self.missing():
            return None
        values = self._values()
        return IdCard(**{k: v for k, v in values.items() if k not in ("birth", "valid_from", "valid_to")},
                      birth=_date(values["birth"]), valid_from=_date(values["valid_from"]),
                      valid_to=None if values["valid_to"] in LONG_TERM_WORDS else _date(values["valid_to"]))

    def missing(self) -> list[str]:
        values = self._values()
        lacking = [tr(zh, en) for name, zh, en, *_ in FIELDS if not values[name]]
        for name in ("birth", "valid_from", "valid_to"):
            known = name == "valid_to" and values[name] in LONG_TERM_WORDS
            if values[name] and not known and _date(values[name]) is None:
                lacking.append(tr("正确的日期（YYYY-MM-DD）", "a date as YYYY-MM-DD"))
                break
        return lacking

    def _values(self) -> dict[str, str]:
        return {name: made.code() if isinstance(made, Choice) else made.text().strip()
                for name, made in self._inputs.items()}

    def _changed(self) -> None:
        if not self._filling:
            self.edited.emit()


def _date(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
