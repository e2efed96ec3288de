"""Step 11: the score with what it rests on, the evidence package, the seal, and the bank's receipt."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from app.desk.views import CaseView
from app.domain.flow import STEPS, Step
from app.domain.score import VETOES, OperationScore
from app.ui import text
from app.ui.files import pick_folder
from app.ui.pages.home import CRITERIA
from app.ui.pages.package_card import PackageCard
from app.ui.pages.page import Page
from app.ui.text import tr
from app.ui.widgets.basics import Card, button, column, label, restyle, row, rule
from app.ui.widgets.charts import RadarChart
from app.ui.widgets.cross_list import CrossList
from app.ui.widgets.scroll import Scroll

LEFT, RIGHT = (Qt.AlignmentFlag.AlignVCenter | side for side in (Qt.AlignmentFlag.AlignLeft,
                                                                 Qt.AlignmentFlag.AlignRight))
SIDES = (LEFT, LEFT, RIGHT)


class SubmitPage(Page):
    step = Step.SUBMIT

    def __init__(self, desks: Any, view: CaseView) -> None:
        super().__init__(desks, view, subtitle=tr("封存后不可修改；银行回执前本机保留加密副本",
                                                  "Sealed for good; an encrypted copy stays until the receipt"))
        self._radar = RadarChart()
        self._radar.setObjectName("submit.radar")
        self._table = ScoreTable()
        self._cross = CrossList("submit.cross")
        self._package = PackageCard()
        self._doubts = label("", "caption", wrap=True, name="submit.doubts")
        restyle(self._doubts, tone="warn")
        self._package.chosen.connect(lambda what: self.act(desks.work.choose_sending, self.case_id, what))
        self._package.rescue.connect(lambda: pick_folder(self, "submit.chooser", self.rescue_to))
        radar = Card(label(tr("本笔操作质量", "Quality of this signing"), "label"), padding=14)
        radar.body.addWidget(self._radar, 1)
        radar.setFixedWidth(300)
        top = row(radar, self._table, gap=16)
        top.setStretch(1, 1)
        content = column(gap=16)
        content.addLayout(top)
        content.addWidget(self._doubts)
        content.addWidget(self._cross)
        content.addWidget(self._package)
        content.addStretch(1)
        self.body.addWidget(Scroll(content, tr("评分和证据包", "Score and package"), "submit.score"))
        self._seal_hint = tr("设备签名 Ed25519 · 银行公钥加密 · 本机只存密文",
                             "Signed by the device, encrypted to the bank; this device holds ciphertext only")
        self._export = button(tr("导出证据包", "Export the package"), "submit.export")
        self._export.clicked.connect(lambda: pick_folder(self, "submit.chooser", self.export))
        self.next.setObjectName("submit.seal")
        self.back.setText(tr("返回检查", "Back to check"))
        self.finish_footer(self._export)

    def paint(self, view: CaseView) -> None:
        score = view.score
        self._radar.show_values(tuple(
            (tr(zh, en), score.criterion(code).points / (score.criterion(code).maximum or 1))
            for code, zh, en in CRITERIA), f"{score.total:.0f}")
        self._table.show_score(score)
        self._doubts.setVisible(bool(view.doubts))
        self._doubts.setText(tr("审批会看到：", "Reviewers will see: ")
                             + tr("；", "; ").join(text.of(doubt.words) for doubt in view.doubts))
        self._cross.show_findings(view.cross)
        self._package.show_case(view)
        self._export.setVisible(view.case.sealed)
        self.back.setVisible(not view.case.sealed)

    @property
    def locked(self) -> str:
        return ""

    def next_words(self) -> str:
        if self.view.case.sealed:
            return tr("回到今日业务", "Back to today's work")
        return tr("封存并提交", "Seal and submit")

    def missing(self) -> list[str]:
        if self.view.case.sealed:
            return []
        earlier = (Step.PAPERS,) if self.view.case.supplement else STEPS[:-1]
        lacking = [text.of(lack.words) for step in earlier for lack in self.view.step(step).lacks if lack.blocks]
        lacking += [text.of(lack.words) for lack in self.view.step(Step.SUBMIT).lacks
                    if lack.blocks and lack.code != "submit.seal"]
        return lacking

    def refresh_footer(self) -> None:
        super().refresh_footer()
        if not self.hint.text():
            self.hint.setText(self._seal_hint)
            restyle(self.hint, tone="")

    def forward(self) -> None:
        if self.view.case.sealed:
            self.go.emit("home")
            return
        self._package.show_sealing()
        self.act(self.desks.signing.seal, self.case_id, during=self.next, failed=self._not_sealed)

    def _not_sealed(self, condition: Any) -> None:
        self._package.show_case(self.view)
        self.trouble(condition)

    def export(self, folder: Path) -> None:
        """Write the sealed package into ``folder``, as a folder and as one ZIP of the case's number, and say where."""
        self.act(self.desks.signing.export_package, self.case_id, folder / self.view.case.number, during=self._export,
                 then=lambda path: self.notice.show_words(
                     tr("证据包已导出，文件夹和 ZIP 各一份", "The package is written, as a folder and a ZIP"), str(path), "ok"))


    def rescue_to(self, folder: Path) -> None:
        """Write the rescue copy into ``folder`` and say where it is and what to do with it."""
        self.act(self.desks.work.rescue_copy, self.case_id, folder, then=lambda path: self.notice.show_words(
            tr("应急副本已写好（仍加密），请把整个文件夹交给银行", "The rescue copy is written, still encrypted; hand the whole "
               "folder to the bank"), str(path), "ok"))


class ScoreTable(Card):
    """Criterion, what it rests on, points."""

    def __init__(self) -> None:
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(7)
        self._grid.setColumnStretch(1, 1)
        self._grid.setColumnMinimumWidth(0, 118)
        for at, head in enumerate((tr("评分项", "Criterion"), tr("依据", "What it rests on"), tr("得分", "Points"))):
            self._grid.addWidget(label(head, "label"), 0, at, SIDES[at])
        self._cells: dict[str, tuple[Any, Any, Any]] = {}
        for line, (code, _, _) in enumerate(CRITERIA, start=1):
            self._grid.addWidget(rule(), line * 2 - 1, 0, 1, 3)
            cells = (label("", wrap=True), label("", "label", wrap=True, name=f"submit.basis.{code}"),
                     label("", "strong", name=f"submit.points.{code}"))
            for at, cell in enumerate(cells):
                cell.setMinimumHeight(34)
                cell.setAlignment(SIDES[at])
                self._grid.addWidget(cell, line * 2, at)
            self._cells[code] = cells
        self._vetoes = label("", "strong", wrap=True, name="submit.vetoes")
        super().__init__(self._grid, self._vetoes, padding=14)

    def show_score(self, score: OperationScore) -> None:
        for code, (name, basis, points) in self._cells.items():
            criterion = score.criterion(code)
            name.setText(text.of(criterion.name))
            basis.setText(text.of(criterion.basis) + (tr("（暂估）", " (so far)") if criterion.provisional else ""))
            points.setText(f"{criterion.points:.0f} / {criterion.maximum:.0f}")
        self._vetoes.setText(tr("一票否决：", "Void: ") + tr("、", ", ").join(text.of(VETOES[v]) for v in score.vetoes))
        self._vetoes.setVisible(bool(score.vetoes))
        restyle(self._vetoes, tone="bad")
