"""Capturing one paper inside the papers page: camera on the left, its pages on the right. Not a dialog."""

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from app.desk.views import CaseView
from app.domain.facts import Finding, PaperCaptured
from app.ui import text
from app.ui.files import pick_image
from app.ui.operation import Operation
from app.ui.pages.my_face import PHOTO_TOGETHER, MyFace
from app.ui.text import tr
from app.ui.widgets.basics import Card, Pill, button, column, holder, label, row
from app.ui.widgets.camera_view import CameraView
from app.ui.widgets.findings import FindingList
from app.ui.widgets.page_fields import PageFields
from app.ui.widgets.picture import Picture

LIST_PX = 292


class PaperCapture(QWidget):
    """``page`` is the papers page, which talks to the desk."""

    closed = Signal()

    def __init__(self, page: Any) -> None:
        super().__init__()
        self._page = page
        self.paper = ""
        self._shown: tuple = ()
        self.camera = CameraView("papers.camera", frame_aspect=1.0 / 1.414, whole=True)
        self._title = label("", "heading", name="papers.capture.title")
        self._pages = column(gap=12)
        self._pages.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(holder(self._pages, "scroll"))
        self._shoot = button(tr("拍摄（空格）", "Shoot (Space)"), "papers.shoot", "primary", shortcut="Space")
        self._import = button(tr("从文件导入", "Import file"), "papers.import")
        self._close = button(tr("返回清单", "Back to the list"), "papers.close", shortcut="Escape")
        self._shoot.clicked.connect(self.shoot)
        self._import.clicked.connect(lambda: pick_image(
            self, "papers.chooser", lambda path: self._page.import_file(self.paper, path)))
        self._close.clicked.connect(self.closed)
        listing = Card(self._title, padding=12)
        listing.body.addWidget(area, 1)
        self._my_face = MyFace(page)
        listing.body.addWidget(self._my_face)
        listing.setFixedWidth(LIST_PX)
        left = column(self.camera, row(self._shoot, self._import, None, self._close, gap=12), gap=12)
        left.setStretch(0, 1)
        content = row(gap=16)
        content.addLayout(left, 1)
        content.addWidget(listing)
        self.setLayout(content)

    def open(self, paper: str) -> None:
        self.paper, self._shown = paper, ("?",)
        view = self._page.view
        spec = view.pack.paper(paper)
        self._title.setText(text.of(spec.name))
        self._import.setVisible(not spec.camera_only)
        for one in (self._shoot, self._import):
            one.setEnabled(not self._page.locked)
        self.camera.say(tr("正在打开摄像头…", "Opening the camera…"))
        self.camera.watch(self._page.desks.booth)
        self._my_face.setVisible(paper == PHOTO_TOGETHER and not self._page.locked)
        if paper == PHOTO_TOGETHER:
            self._my_face.look()
        self.show_case(view)

    def close_camera(self) -> None:
        self.camera.stop()
        self.paper = ""

    def shoot(self) -> None:
        desks, case_id, paper = self._page.desks, self._page.case_id, self.paper
        self._page.act(lambda: desks.signing.capture_paper(case_id, paper, desks.booth.snapshot()), during=self._shoot)

    def show_case(self, view: CaseView) -> None:
        pages = view.case.papers.get(self.paper, ()) if self.paper else ()
        known = tuple((page.page_id, page.readings, _findings(view, page)) for page in pages)
        if known == self._shown:
            return
        self._shown = known
        while self._pages.count() > 1:
            self._pages.takeAt(0).widget().deleteLater()
        if not pages:
            self._pages.insertWidget(0, label(tr("还没有页面。把资料放平，四角入框后拍摄。",
                                                 "No pages yet. Lay it flat, corners in the frame, and shoot."),
                                              "caption", wrap=True))
        for at, page in enumerate(pages):
            self._pages.insertWidget(at, self._card(at, page))

    def _card(self, at: int, page: PaperCaptured) -> QWidget:
        picture = Picture(f"papers.page.{at}.picture")
        picture.setFixedHeight(132)
        self._page.load(page.crop or page.original, picture, QSize(460, 264))
        tone, words = quality_words(page)
        remove = button(tr("删除", "Remove"), f"papers.page.{at}.remove", "danger")
        remove.setEnabled(not self._page.locked)
        paper = self.paper
        remove.clicked.connect(lambda: self._page.act(
            self._page.desks.signing.remove_paper, self._page.case_id, paper, page.page_id, during=remove))
        findings = FindingList(f"papers.page.{at}.findings")
        findings.show_findings(_findings(self._page.view, page))
        made = holder(column(picture, row(Pill(words, tone), None, remove), findings, self._fields(at, page), gap=6))
        made.layout().setAlignment(Qt.AlignmentFlag.AlignTop)
        return made


    def _fields(self, at: int, page: PaperCaptured) -> PageFields:
        """What was read of a page, to be compared with the picture and corrected."""
        paper, case, signing = self.paper, self._page.view.case, self._page.desks.signing
        fields = PageFields(f"papers.page.{at}.fields")
        locked = bool(self._page.locked) or (case.supplement is not None and page.page_id not in case.supplied)
        confirmed = page.page_id in case.confirmed_pages
        fields.saved.connect(lambda values: self._page.act(
            signing.correct_paper, self._page.case_id, paper, page.page_id, values, during=fields.save))
        Operation(signing.paper_fields, self._page.case_id, paper, page.page_id, rank=1).owned_by(fields).then(
            lambda found: fields.show_fields(found, confirmed=confirmed, locked=locked)).failed(
            self._page.trouble).start()
        return fields


def _findings(view: CaseView, page: PaperCaptured) -> tuple[Finding, ...]:
    """What was noticed on the page itself, after what other papers say against it."""
    return (*(f.finding for f in view.cross if page.page_id in f.blamed), *page.findings)


def quality_words(page: PaperCaptured) -> tuple[str, str]:
    """Tone and words of a page's pill."""
    if page.quality.score >= 1:
        return "ok", tr("清晰", "Clear") + (tr(" · 已识别", " · read") if page.readings else "")
    if page.quality.score > 0:
        return "warn", tr("建议重拍", "Retake?")
    return "bad", tr("看不清", "Unreadable")
