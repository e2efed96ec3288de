"""The parts of the ID card's page: a tile a side, and the nine fields beside them."""

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from app.domain import facts
from app.domain.facts import Finding, IdCard, IdCardCaptured
from app.ui.text import tr
from app.ui.widgets.basics import Card, Pill, button, column, label, row
from app.ui.widgets.findings import FindingList
from app.ui.widgets.inputs import Choice, Field
from app.ui.widgets.picture import Picture

CARD_ASPECT = 1.586
SURE = 0.9
LONG_TERM = "long-term"
LONG_TERM_WORDS = {"长期", "長期", "long-term", "long term"}
SIDES = {"front": ("人像面", "Portrait side"), "back": ("国徽面", "Emblem side")}
FIELDS = (("name", "姓名", "Name", 0, 0, 1), ("sex", "性别", "Sex", 0, 1, 1), ("nation", "民族", "Nation", 1, 0, 1),
          ("birth", "出生", "Born", 1, 1, 1), ("number", "公民身份号码", "ID number", 2, 0, 2),
          ("address", "住址", "Address", 3, 0, 2), ("authority", "签发机关", "Issued by", 4, 0, 2),
          ("valid_from", "有效期自", "Valid from", 5, 0, 1), ("valid_to", "有效期至", "Valid to", 5, 1, 1))


def ask_for(side: str, unusable: bool) -> str:
    """What is to be done for a side that is wanted; ``unusable``: there is a picture of it that cannot be read."""
    zh, en = SIDES[side]
    if unusable:
        return tr(f"{zh}没有读清，请调整后手动重拍", f"The {en.lower()} was not read: adjust it and shoot by hand")
    return tr(f"请把身份证{zh}放进画面", f"Lay the card's {en.lower()} in view")


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
