"""Step 4: both sides of the identity card by camera or file, read, and confirmed by the person beside the picture."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer

from app.desk.card_sides import taken
from app.desk.views import CaseView
from app.domain.facts import Finding, IdCard, IdCardCaptured
from app.domain.flow import Step
from app.domain.policy import ID_CARD
from app.ui.files import pick_image, read_file
from app.ui.operation import Operation
from app.ui.pages import id_chip
from app.ui.pages.id_card_form import CARD_ASPECT, LONG_TERM, SIDES, CardForm, SideTile, ask_for
from app.ui.pages.page import Page
from app.ui.text import tr
from app.ui.widgets.auto_shot import AutoCamera, space_shoots
from app.ui.widgets.basics import Card, button, column, row
from app.ui.widgets.camera_view import CameraView
from app.ui.widgets.device_choice import CameraChoice
from app.ui.widgets.inputs import Check
from app.ui.widgets.picture import Picture, decode
from app.ui.widgets.scroll import Scroll


class IdCardPage(Page):
    step = Step.ID_CARD

    def __init__(self, desks: Any, view: CaseView) -> None:
        super().__init__(desks, view, subtitle=tr("把证件放进取景框，自动裁切识别，由客户核对",
                                                  "Both sides are read; the customer checks the fields"))
        self._side = "front"
        self._pictures: dict[str, str] = {}
        self.camera = CameraView("id_card.camera", frame_aspect=CARD_ASPECT, whole=True, pages=True)
        self.camera.setMinimumHeight(180)
        self._sides = {side: SideTile(side) for side in SIDES}
        self._shoot = button("", "id_card.shoot")
        self._import = button(tr("从文件导入", "Import file"), "id_card.import")
        self._by_itself = Check(tr("自动拍摄", "Auto-shoot"), "id_card.auto")
        self._by_itself.setChecked(True)
        self._which = CameraChoice("id_card.which_camera", desks)
        self._auto, self._entered = AutoCamera(self.camera), False
        self._read_chip = button(tr("读芯片", "Read chip"), "id_card.chip.read")
        self._chip = id_chip.ChipPanel(self)
        self._form = CardForm()
        self._check_timer = QTimer(self)
        self._check_timer.setSingleShot(True)
        self._check_timer.setInterval(200)
        self._check_timer.timeout.connect(self._check)
        self._findings: tuple[Finding, ...] = ()
        self._drafted = ""
        self._space = space_shoots(self, self._shoot)
        self._compose_body()
        self._listen()
        self.finish_footer()

    def _compose_body(self) -> None:
        sides = row(*self._sides.values(), gap=12)
        left = column(self.camera, row(self._shoot, self._import, self._read_chip, None, gap=12), sides, gap=12)
        left.setStretch(0, 3)
        left.setStretch(2, 1)
        self.actions.addWidget(self._which)
        self.actions.addWidget(self._by_itself)
        right = Card(Scroll(column(self._chip, self._form, None, gap=12)), padding=14)
        right.setMinimumWidth(280)
        right.setMaximumWidth(380)
        content = row(gap=16)
        content.addLayout(left, 1)
        content.addWidget(right, 1)
        self.body.addLayout(content)

    def _listen(self) -> None:
        self._shoot.clicked.connect(self.shoot)
        self._auto.shot.connect(self._shot)
        self._which.refused.connect(self.trouble)
        self._by_itself.toggled.connect(lambda _on: self._look())
        self._import.clicked.connect(lambda: pick_image(self, "id_card.chooser", self.import_file))
        for side, tile in self._sides.items():
            tile.pressed.clicked.connect(lambda _checked=False, s=side: self.choose_side(s))
        self._form.edited.connect(self._edited)
        self._read_chip.clicked.connect(self.read_chip)
        self._chip.fill.connect(self._take_over)

    def enter(self) -> None:
        self.camera.say(tr("正在打开摄像头…", "Opening the camera…"))
        self.camera.watch(self.desks.booth)
        self._entered = True
        self.choose_side(self._wanted or self._side)
        self._look()

    def leave(self) -> None:
        self._entered = False
        self._look()
        self.camera.stop()

    @property
    def _wanted(self) -> str:
        """The first side of which there is no usable picture, '' = none."""
        there = taken(self.view.case.card_sides.values())
        return next((side for side in SIDES if side not in there), "")

    def _look(self) -> None:
        """Watch for the card while a side is wanted; which one is shot tells the reading, not what was chosen."""
        side = self._wanted
        if not self._entered or not side or self.locked or not self._by_itself.isChecked():
            self._auto.stop()
            return
        self._auto.ask(ask_for(side, side in self.view.case.card_sides))
        if not self._auto.watching:
            self._auto.start(self.desks.booth, ID_CARD)

    def choose_side(self, side: str) -> None:
        self._side = side
        for one, tile in self._sides.items():
            tile.mark(one == side)
        self._shoot.setText(tr(f"拍{SIDES[side][0]} · 空格", f"{side.capitalize()} · Space"))
        words = tr(f"拍摄{SIDES[side][0]}", f"Shoot the {SIDES[side][1].lower()}")
        self._shoot.setAccessibleName(words)
        self._space.setWhatsThis(words)

    def shoot(self) -> None:
        booth, signing, side = self.desks.booth, self.desks.signing, self._side
        self._auto.taken()
        self.act(lambda: signing.capture_id_card(self.case_id, side, booth.snapshot()), then=self._captured,
                 during=self._shoot)

    def _shot(self, image: bytes) -> None:
        """The camera shot a side by itself; a shot by hand under way goes before it."""
        if self._shoot not in self.resting:
            self.act(self.desks.signing.capture_id_card, self.case_id, "either", image, then=self._captured,
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

    def _captured(self, _view: CaseView) -> None:
        if self._wanted:
            self.choose_side(self._wanted)

    def paint(self, view: CaseView) -> None:
        for side, tile in self._sides.items():
            captured = view.case.card_sides.get(side)
            tile.show_side(captured)
            if captured and self._pictures.get(side) != captured.crop.id:
                self._pictures[side] = captured.crop.id
                self._load(tile.picture, captured)
        self._shoot.setEnabled(not self.locked)
        self._import.setEnabled(not self.locked)
        self._by_itself.setVisible(not self.locked)
        self._which.setVisible(not self.locked)
        self._look()
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

    def next_words(self) -> str:
        return tr("核对无误，继续", "All correct, go on")

    def forward(self) -> None:
        card = self._form.card()
        confirmed = self.view.case.card
        if confirmed and confirmed.card == card:
            self.go.emit("next")
            return
        self.act(self.desks.signing.confirm_id_card, self.case_id, card, then=self.advance, during=self.next)
