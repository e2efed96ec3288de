"""Step 9: the customer reads each document, the very bytes that are sealed, and signs; the manager signs after her."""

from typing import Any

from app.desk.views import CaseView
from app.domain.clauses import clauses_left
from app.domain.condition import Condition
from app.domain.evidence import digest
from app.domain.flow import Step, signatures_left, signers, signing_recorded
from app.domain.ink import check_ink
from app.domain.policy import SIGNERS
from app.domain.signatories import signatory
from app.ui import text
from app.ui.pages.customer_page import CustomerPage
from app.ui.text import tr
from app.ui.widgets.basics import Stack, button, column, holder, label, restyle, row
from app.ui.widgets.clause_pane import ClausePane
from app.ui.widgets.reading_pane import ReadingPane
from app.ui.widgets.signature_pad import SignaturePad


class SignPage(CustomerPage):
    step = Step.SIGN

    def __init__(self, desks: Any, view: CaseView) -> None:
        super().__init__(desks, view)
        self._turn: tuple[str, str] | None = None
        self._loaded = ""
        self._zoom = 1.0
        self._shown = ""
        self.pane = ReadingPane("sign.document")
        self.pane.read_to_end.connect(self.refresh_footer)
        self.pane.page_changed.connect(lambda at, whole: self._page.setText(
            tr(f"第 {at} / {whole} 页", f"Page {at} of {whole}")))
        self.pane.trouble.connect(self.trouble)
        self._page = label("", "label", name="sign.page")
        self._heading = label(tr("请在下方签名", "Please sign below"), "title", name="sign.heading")
        self._explain = label("", "caption", wrap=True)
        self.pad = SignaturePad("sign.pad")
        self.pad.drawn.connect(self.refresh_footer)
        self.strip.changed.connect(self._recording_changed)
        self._clear = button(tr("清除重写", "Clear"), "sign.clear")
        self._clear.clicked.connect(self.pad.clear)
        self._undo = button(tr("撤销一笔", "Undo a stroke"), "sign.undo")
        self._undo.clicked.connect(self.pad.undo)
        self._refuse = button(tr("我不同意", "I do not agree"), "sign.refuse")
        self._refuse.clicked.connect(self._refused)
        self.next.setObjectName("sign.confirm")
        reading = column(self.pane, row(None, self._page), gap=6)
        reading.setStretch(0, 1)
        said = row(self._explain, self._undo, gap=12)
        said.setStretch(0, 1)
        writing = column(self._heading, said, self.pad, self.hint,
                         row(self._clear, self._refuse, None, self.next, gap=12), gap=12)
        writing.setStretch(2, 1)
        content = row(gap=24)
        content.addLayout(reading, 11)
        content.addLayout(writing, 8)
        self.clauses = ClausePane("sign.clause")
        self.clauses.acknowledged.connect(self._acknowledged)
        self.clauses.refused.connect(self._refused)
        self.clauses.read_aloud.trouble.connect(self.trouble)
        self._stack = Stack()
        self._document = holder(content)
        self._stack.addWidget(self._document)
        self._stack.addWidget(self.clauses)
        self.part(row(self._stack))

    def customer_type(self, zoom: float) -> None:
        if zoom != self._zoom:
            self._zoom = zoom
            self.pane.enlarge(zoom)

    def leave(self) -> None:
        self.pad.clear()
        self.clauses.clear()
        self.clauses.read_aloud.hush()

    def in_hand(self) -> str:
        return "" if self.pad.is_blank() else tr("签名未确认，稍后锁屏", "Signature unconfirmed: locks after it")

    def turn(self, view: CaseView) -> tuple[str, str] | None:
        """Whose signature comes next: (form, signer), None when all have signed."""
        left = signatures_left(view.case, view.pack)
        return left[0] if left else None

    def paint(self, view: CaseView) -> None:
        self._turn = self.turn(view)
        mine = self._forms_of(view, self._turn[1]) if self._turn else view.documents
        at = mine.index(self._turn[0]) if self._turn else len(mine)
        self.progress = (at, len(mine))
        shown = self._turn[0] if self._turn else (view.documents[-1] if view.documents else "")
        signer = self._turn[1] if self._turn else ""
        name = text.of(view.pack.form(shown).name) if shown else ""
        if self._turn is None:
            self.greeting = tr("全部文件已签署", "All documents are signed")
            self._heading.setText(tr("全部签完，谢谢", "All signed, thank you"))
            self._explain.setText("")
        else:
            number, whole = at + 1, len(mine)
            whom = self._address(view, signer)
            self.greeting = tr(f"{whom}，您正在签署第 {number} / {whole} 份文件", f"{whom}, document {number} of {whole}")
            who = signatory(view.case, signer).name
            self._heading.setText(tr(f"请{SIGNERS[signer].zh}{who}在下方签名",
                                     f"Signature of the {SIGNERS[signer].en}, {who}"))
            self._explain.setText(tr(f"《{name}》\n请用手写笔或手指，一笔一画书写本人姓名。",
                                     f"{name}\nWrite your own name by pen or finger."))
        for widget in (self.pad, self._undo, self._clear, self._refuse):
            widget.setVisible(self._turn is not None)
        self._refuse.setVisible(self._turn is not None and signer != "manager")
        if not self._show_clause(view, name):
            self._load(view, shown)

    def _show_clause(self, view: CaseView, document: str) -> bool:
        """The next highlighted clause in place of document and pad; False where the signer has read them all."""
        left = clauses_left(view.case, *self._turn) if self._turn else ()
        self._stack.setCurrentWidget(self.clauses if left else self._document)
        if left:
            count = len(view.case.documents[self._turn[0]].prepared.clauses)
            self.clauses.show_clause(left[0], count - len(left) + 1, count, document, view.pack.thresholds.clause_seconds_min)
        return bool(left)

    def _acknowledged(self, text: str, shown_s: float, read_to_end: bool) -> None:
        self.act(self.desks.signing.read_clause, self.case_id, *self._turn, text, shown_s, read_to_end,
                 during=self.clauses.confirm)

    @staticmethod
    def _forms_of(view: CaseView, signer: str) -> tuple[str, ...]:
        return tuple(code for code, who in signers(view.case, view.pack).items() if signer in who)

    def _address(self, view: CaseView, signer: str) -> str:
        card = view.case.card.card if view.case.card else None
        if signer != "borrower" or card is None:
            return f"{text.of(SIGNERS[signer])} {signatory(view.case, signer).name}".strip()
        if text.language() == "en":
            return "Dear customer"
        return card.name[0] + ("先生" if card.sex == "male" else "女士")

    def _load(self, view: CaseView, code: str) -> None:
        document = view.case.documents.get(code)
        if document is None or document.latest.id == self._loaded:
            return
        self._loaded, self._shown = document.latest.id, ""
        self.pane.await_document()
        self.act(self.desks.signing.document_pdf, self.case_id, code, rank=-1,
                 then=self._show)

    def _show(self, pdf: bytes) -> None:
        self._shown = digest(pdf)
        self.pane.show_pdf(pdf, self._zoom)

    def missing(self) -> list[str]:
        if self._turn is None:
            return super().missing()
        lacking = [] if self._recorded() else [tr("录制中才能签字", "signing is recorded: start or resume the recording")]
        if not self.pane.at_end and self._turn[1] != "manager":
            lacking.append(tr("请先把文件读到末尾", "read the document to its end"))
        if self.pad.is_blank():
            lacking.append(tr("手写签名", "a handwritten signature"))
        return lacking

    def _recorded(self) -> bool:
        return self.strip.rolling or not signing_recorded(self.view.case, self.view.pack)

    def _recording_changed(self) -> None:
        """Ink that nobody filmed is no signature."""
        if not self._recorded():
            self.pad.clear()
            self.refresh_footer()

    def refresh_footer(self) -> None:
        super().refresh_footer()
        for widget in (self._undo, self._clear):
            widget.setEnabled(not self.pad.is_blank())
        self.hint.setVisible(bool(self.hint.text()))

    def next_words(self) -> str:
        return tr("继续", "Go on") if self._turn is None else tr("确认签名", "Confirm signature")

    def forward(self) -> None:
        if self._turn is None:
            self.go.emit("next")
            return
        ink = self.pad.ink()
        try:
            check_ink(ink)
        except Condition as condition:
            self.trouble(condition)
            return
        form, signer = self._turn
        self.act(self.desks.signing.sign, self.case_id, form, signer, ink, self._shown, then=self._signed, during=self.next)

    def _signed(self, view: CaseView) -> None:
        self.pad.clear()
        if self.turn(view) is None:
            self.advance(view)

    def _refused(self) -> None:
        self.pad.clear()
        self.notice.show_words(
            tr("您没有同意这份文件，它不会生效。", "You did not agree; this document takes no effect."),
            tr("请告诉客户经理您的疑问；可以修改后重新签署，也可以不办理。",
               "Tell the manager your questions. It can be changed and signed later, or left."), "warn")
        restyle(self.notice, notice="warn")
