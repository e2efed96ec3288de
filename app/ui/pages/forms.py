"""Step 8: the fields the forms need, prefilled and checked, beside the total-cost sheet that is signed first."""

from itertools import pairwise
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from app.desk.views import CaseView
from app.domain.facts import Finding
from app.domain.flow import Step
from app.ui import text
from app.ui.operation import Operation
from app.ui.pages.cost_card import CostCard
from app.ui.pages.documents_panel import DocumentsPanel
from app.ui.pages.page import Page
from app.ui.text import tr
from app.ui.widgets.basics import Card, Stack, button, column, holder, label, row
from app.ui.widgets.inputs import Field
from app.ui.widgets.scroll import Scroll
from app.ui.widgets.seat import Seat

WIDE = ("address", "employer")


class FormsPage(Page):
    step = Step.FORMS
    for_customer = "asked"

    def __init__(self, desks: Any, view: CaseView) -> None:
        super().__init__(desks, view, subtitle=tr("核对预填内容；确认后生成待签文件",
                                                  "Check the fields; documents are drawn next"))
        self._inputs: dict[str, QLineEdit] = {}
        self._fields: dict[str, Field] = {}
        self._names: dict[str, str] = {}
        self._required: set[str] = set()
        self._wanted: set[str] = set()
        self._findings: tuple[Finding, ...] = ()
        self._filled_at = -1
        self._grid = QGridLayout()
        self._grid.setSpacing(10)
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self._cost = CostCard()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(200)
        self._timer.timeout.connect(self._check)
        form = Card(label(tr("申请信息", "Application"), "label"), padding=14)
        self._form_area = Scroll(column(self._grid, None))
        form.body.addWidget(self._form_area, 1)
        sheet = Seat(self._cost)
        self.seats = (*self.seats, sheet)
        self._cost.read_aloud.trouble.connect(self.trouble)
        content = row(form, sheet, gap=16)
        content.setStretch(0, 1)
        content.setStretch(1, 1)
        self.documents = DocumentsPanel(desks, self.case_id, self.act)
        self.documents.left.connect(self._show_form)
        self.documents.trouble.connect(self.trouble)
        self.documents.said.connect(lambda words: self.notice.show_words(words, "", "ok"))
        self._stack, self._form = Stack(), holder(content)
        self._stack.addWidget(self._form)
        self._stack.addWidget(self.documents)
        self.body.addWidget(self._stack)
        self._look = button(tr("查看、打印文件", "Read and print documents"), "forms.documents")
        self._look.clicked.connect(self._show_documents)
        self.actions.addWidget(self._look)
        self.finish_footer()

    def enter(self) -> None:
        if self._filled_at != self.view.case.events:
            self._filled_at = self.view.case.events
            self.act(self.desks.signing.form_fields, self.case_id, then=self._fill)
            self.act(self.desks.signing.cost_sheet, self.case_id, then=self._cost.show_sheet)

    def leave(self) -> None:
        self._cost.read_aloud.hush()

    def paint(self, view: CaseView) -> None:
        self._look.setEnabled(bool(view.case.documents))
        if not view.case.documents:
            self._show_form()

    def _show_form(self) -> None:
        self._stack.setCurrentWidget(self._form)
        self.next.show()

    def _show_documents(self) -> None:
        self.documents.show_case(self.view)
        self._stack.setCurrentWidget(self.documents)
        self.next.hide()

    def _fill(self, fields: tuple) -> None:
        wanted = {field.code for field in fields}
        for code in self._inputs:
            self._fields[code].setVisible(code in wanted)
        self._wanted = wanted
        for field in sorted(fields, key=lambda field: field.code not in WIDE):
            if field.code not in self._inputs:
                self._add(field)
            made = self._inputs[field.code]
            if not made.isModified():
                made.setText(field.value)
                made.setCursorPosition(0)
                made.setModified(False)
            self._fields[field.code].say(self._source(field.source), "")
        for one, following in pairwise([self._form_area, *self._inputs.values()]):
            QWidget.setTabOrder(one, following)
        self._check()

    def _add(self, field: Any) -> None:
        made = QLineEdit(objectName=f"forms.{field.code}", maxLength=200)
        made.setReadOnly(bool(self.locked))
        made.textEdited.connect(lambda _text: self._edited())
        name = text.of(field.name)
        self._names[field.code] = name
        self._inputs[field.code] = made
        self._fields[field.code] = Field(name + ("" if field.required else tr("（选填）", " (optional)")), made)
        if field.required:
            self._required.add(field.code)
        self._grid.addWidget(self._fields[field.code], *self._place(field.code), Qt.AlignmentFlag.AlignTop)

    def _place(self, code: str) -> tuple[int, int, int, int]:
        """Line, column and spans of the field added last: long ones first over both columns, then two a line."""
        wide = sum(1 for known in self._inputs if known in WIDE)
        if code in WIDE:
            return wide - 1, 0, 1, 2
        at = len(self._inputs) - wide - 1
        return wide + at // 2, at % 2, 1, 1

    def _source(self, source: str) -> str:
        if not source:
            return ""
        if source == "card":
            return tr("来自：身份证", "From the ID card")
        if source == "terms":
            return tr("来自：融资方案", "From the terms")
        paper = next((p for p in self.view.pack.papers if p.code == source), None)
        return tr("来自：", "From: ") + (text.of(paper.name) if paper else source)

    def values(self) -> dict[str, str]:
        return {code: made.text().strip() for code, made in self._inputs.items() if code in self._wanted}

    def _edited(self) -> None:
        self._timer.start()
        self.refresh_footer()

    def _check(self) -> None:
        Operation(self.desks.signing.check_form, self.case_id, self.values()).owned_by(self).then(self._checked).failed(
            self.trouble).start()

    def _checked(self, findings: tuple[Finding, ...]) -> None:
        self._findings = findings
        for code, field in self._fields.items():
            own = [f for f in findings if f.code.startswith(f"forms.{code}")]
            typed = bool(self._inputs[code].text().strip())
            if own and (typed or self._inputs[code].isModified()):
                field.say(tr(own[0].zh, own[0].en), "bad" if own[0].level == "block" else "warn")
            elif own or self._inputs[code].isModified():
                field.say("")
        self.refresh_footer()

    def missing(self) -> list[str]:
        if not self._inputs:
            return [tr("正在读取表单", "the fields are being read")]
        empty = [self._names[code] for code, value in self.values().items() if code in self._required and not value]
        return empty or [tr(f.zh, f.en) for f in self._findings if f.level == "block"]

    def next_words(self) -> str:
        return tr("确认并生成文件", "Confirm and draw documents")

    def forward(self) -> None:
        form = self.view.case.form
        typed = {code: value for code, value in self.values().items() if value}
        if form and form.values == typed and self.view.case.documents:
            self.go.emit("next")
            return
        self.act(self.desks.signing.confirm_form, self.case_id, self.values(), then=self.advance, during=self.next)
