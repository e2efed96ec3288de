"""Step 6: the checklist of this product and this customer, a tile a paper; capture and import happen in the page."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QSize
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGridLayout

from app.desk.views import CaseView
from app.domain.checklist import ChecklistItem
from app.domain.cross import CrossFinding
from app.domain.evidence import FileRef
from app.domain.facts import Circumstances
from app.domain.flow import Step
from app.ui import text
from app.ui.files import png, read_file
from app.ui.operation import Operation
from app.ui.pages.circumstances import CircumstancesBar, summary
from app.ui.pages.page import Page
from app.ui.pages.paper_capture import PaperCapture
from app.ui.pages.paper_words import why
from app.ui.text import tr
from app.ui.widgets.basics import Stack, button, column, restyle
from app.ui.widgets.cross_list import CrossList
from app.ui.widgets.page_fields import PageFields
from app.ui.widgets.page_mender import CornerFrame
from app.ui.widgets.paper_tile import PaperTile, TileState
from app.ui.widgets.picture import Picture, decode
from app.ui.widgets.scroll import Scroll

COLUMN_PX = 212  # of the page's width, margins and gaps included
FEWEST, MOST = 3, 7
THUMBNAIL = QSize(440, 240)
ID_CARD = ("id_card_front", "id_card_back")
STATES = {"missing": ("缺", "Missing"), "captured": ("已采集", "Captured"), "warn": ("建议重拍", "Retake?"),
          "bad": ("不可用", "Unusable")}
ODDS = {"warn": ("待核实", "To verify"), "bad": ("有矛盾", "At odds")}


class PapersPage(Page):
    step = Step.PAPERS

    def __init__(self, desks: Any, view: CaseView) -> None:
        super().__init__(desks, view)
        self._tiles: dict[str, PaperTile] = {}
        self._bar = CircumstancesBar()
        self._bar.confirmed.connect(self._set_circumstances)
        self._change = button(tr("修改客户情况", "Change circumstances"), "papers.change", "quiet")
        self._change.clicked.connect(self._bar.show)
        self.actions.addWidget(self._change)
        self._grid = QGridLayout()
        self._grid.setSpacing(12)
        self._columns = 0
        self._cross = CrossList("papers.cross")
        area = Scroll(column(self._cross, self._grid, None, gap=12), name="papers.list")
        self.capture = PaperCapture(self)
        self.actions.addWidget(self.capture.which)
        self.capture.closed.connect(self._close_capture)
        self._panes = Stack()
        self._panes.addWidget(area)
        self._panes.addWidget(self.capture)
        self.body.addWidget(self._bar)
        self.body.addWidget(self._panes, 1)
        self._later = button(tr("稍后补件，继续", "Add the rest later"), "papers.later")
        self._later.clicked.connect(lambda: self.go.emit("next"))
        self.finish_footer(self._later)

    def enter(self) -> None:
        self._bar.setVisible(self.view.case.circumstances is None)

    def leave(self) -> None:
        self._close_capture()

    def paint(self, view: CaseView) -> None:
        chosen = view.case.circumstances
        self._bar.show_circumstances(chosen.circumstances if chosen else None, locked=bool(self.locked))
        self._change.setVisible(chosen is not None and not self.locked and not view.case.supplement)
        product = text.of(view.product.name) if view.product else ""
        self.subtitle.setText(" · ".join(x for x in (product, summary(chosen.circumstances) if chosen else "") if x))
        items = view.checklist.items if view.checklist else ()
        self._lay_out([item.paper for item in sorted(items, key=lambda item: not item.required)])
        for item in items:
            self._paint_tile(view, item)
        self._cross.show_findings(view.cross)
        self.capture.show_case(view)

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        self._lay_out(list(self._tiles))

    def _lay_out(self, papers: list[str]) -> None:
        columns = max(FEWEST, min(MOST, self.width() // COLUMN_PX))
        if papers == list(self._tiles) and columns == self._columns:
            return
        self._columns = columns
        for at in range(MOST):
            self._grid.setColumnStretch(at, 1 if at < columns else 0)
        for paper, tile in list(self._tiles.items()):
            self._grid.removeWidget(tile)
            if paper not in papers:
                self._tiles.pop(paper).deleteLater()
        self._tiles = {paper: self._tiles.get(paper) or self._tile(paper) for paper in papers}
        for at, tile in enumerate(self._tiles.values()):
            self._grid.addWidget(tile, at // columns, at % columns)

    def _tile(self, paper: str) -> PaperTile:
        tile = PaperTile(f"papers.tile.{paper}")
        tile.clicked.connect(lambda: self.open_paper(paper))
        tile.dropped.connect(lambda path: self.import_file(paper, Path(path)))
        return tile

    def _paint_tile(self, view: CaseView, item: ChecklistItem) -> None:
        tile = self._tiles[item.paper]
        pages = _pages(view, item.paper)
        inside = tr(f"{item.pages} 页", f"{item.pages} page(s)") if item.pages > 1 else ""
        findings = [f for page in view.case.papers.get(item.paper, ()) for f in page.findings if f.level != "info"]
        if findings:
            inside = tr(findings[0].zh, findings[0].en)
        odds = _at_odds(view, item)
        if odds:
            inside = text.of(odds.rule)
        tile.show_state(TileState(
            name=text.of(item.name), pill=_pill(item, odds), tone=_tone(item), note=why(view, item), inside=inside,
            captured=item.pages > 0))
        shown = pages[0].id if pages else ""
        if tile.picture_of != shown:
            tile.picture_of = shown
            tile.show_image(None)
            if pages:
                self.load(pages[0], tile)

    def load(self, ref: FileRef, onto: PaperTile | Picture | CornerFrame | PageFields, size: QSize = THUMBNAIL) -> None:
        """Decrypt and decode a picture off the window's thread, behind whatever the person asked for."""
        signing = self.desks.signing
        Operation(lambda: decode(signing.file_bytes(self.case_id, ref), size), rank=1).owned_by(onto).then(
            onto.show_image).failed(self.trouble).start()

    def open_paper(self, paper: str) -> None:
        """Capture or look at one paper; the ID card has its own page."""
        if paper in ID_CARD and not self.view.case.supplement:
            self.go.emit(Step.ID_CARD)
            return
        self.notice.clear()
        self.capture.open(paper)
        self._panes.setCurrentWidget(self.capture)
        self.refresh_footer()

    def import_file(self, paper: str, path: Path) -> None:
        """Take the pages of a file; they are marked as imported for ever."""
        signing = self.desks.signing
        self.act(lambda: signing.import_paper(self.case_id, paper, read_file(path)))

    def import_picture(self, paper: str, image: QImage) -> None:
        """Take a page of a paper from a picture on the clipboard."""
        signing = self.desks.signing
        self.act(lambda: signing.import_paper(self.case_id, paper, png(image)))

    def _close_capture(self) -> None:
        tile = self._tiles.get(self.capture.paper)
        self.capture.close_camera()
        self._panes.setCurrentIndex(0)
        if tile is not None:
            tile.setFocus()
        self.refresh_footer()

    def _set_circumstances(self, circumstances: Circumstances) -> None:
        self.act(self.desks.signing.set_circumstances, self.case_id, circumstances,
                 then=lambda _view: self._bar.hide(), during=self._bar.confirm)

    def forward(self) -> None:
        """After a supplement nothing but the seal is left to do."""
        self.go.emit(Step.SUBMIT if self.view.case.supplement else "next")

    def missing(self) -> list[str]:
        blocked = super().missing()
        if blocked or self.view.case.supplement:
            return blocked
        lacking = self.view.checklist.missing_required if self.view.checklist else ()
        return [text.of(item.name) for item in lacking]

    def refresh_footer(self) -> None:
        super().refresh_footer()
        blocked = bool(super().missing())
        ready = self.next.isEnabled()
        lacking = self.view.checklist.missing_required if self.view.checklist else ()
        retakes = sum(1 for i in self.view.checklist.items if i.state in ("warn", "bad")) if self.view.checklist else 0
        self._later.setVisible(not blocked and not ready and not self.view.case.supplement)
        choosing = self._bar.isVisibleTo(self)
        capturing = self._panes.currentWidget() is self.capture
        restyle(self.next, role="primary" if not choosing and not capturing else "")
        if not self.locked and not blocked and lacking and not self.view.case.supplement:
            names = tr("、", ", ").join(text.of(item.name) for item in lacking[:3])
            more = "…" if len(lacking) > 3 else ""
            extra = tr(f"；{retakes} 件建议重拍", f"; {retakes} to retake") if retakes else ""
            self.hint.setText(tr(f"还差 {len(lacking)} 件必需：{names}{more}{extra}",
                                 f"{len(lacking)} required missing: {names}{more}{extra}"))


def _pages(view: CaseView, paper: str) -> list[FileRef]:
    if paper in ID_CARD and paper not in view.case.papers:
        side = view.case.card_sides.get(paper.removeprefix("id_card_"))
        return [side.crop] if side else []
    return [page.crop or page.original for page in view.case.papers.get(paper, ())]


def _at_odds(view: CaseView, item: ChecklistItem) -> CrossFinding | None:
    """The gravest finding that blames a page of this paper."""
    pages = {page.page_id for page in view.case.papers.get(item.paper, ())}
    return next((f for f in view.cross if f.level != "info" and f.blamed & pages), None)


def _pill(item: ChecklistItem, odds: CrossFinding | None) -> str:
    if odds and item.state in ODDS:
        return tr(*ODDS[item.state])
    if item.state == "missing" and item.pages:
        return f"{item.pages}/{item.pages_min}"
    return tr(*STATES[item.state])


def _tone(item: ChecklistItem) -> str:
    if item.state == "missing":
        return "bad" if item.required else "plain"
    return {"captured": "ok", "warn": "warn", "bad": "bad"}[item.state]
