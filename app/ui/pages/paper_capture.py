"""Capturing one paper inside the papers page: camera on the left, its pages on the right. Not a dialog."""

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QBoxLayout, QWidget

from app.desk.card_sides import taken
from app.desk.views import CaseView, PageField
from app.domain.facts import Finding, PaperCaptured
from app.domain.page_frame import WHOLE, Corners
from app.domain.policy import Paper
from app.ui import text
from app.ui.files import CLIPBOARD_EMPTY, local_files, pick_papers
from app.ui.operation import Operation
from app.ui.pages.id_card_form import CARD_ASPECT, SIDES, ask_for
from app.ui.pages.my_face import PHOTO_TOGETHER, MyFace
from app.ui.pages.paper_words import why
from app.ui.text import tr
from app.ui.widgets.auto_shot import AutoCamera, space_shoots
from app.ui.widgets.basics import Card, Pill, Stack, button, column, holder, label, row
from app.ui.widgets.camera_view import CameraView
from app.ui.widgets.device_choice import CameraChoice
from app.ui.widgets.findings import TONES, FindingList
from app.ui.widgets.inputs import Check
from app.ui.widgets.page_fields import PageFields
from app.ui.widgets.page_mender import PageMender
from app.ui.widgets.picture import Picture
from app.ui.widgets.scroll import Scroll

LIST_PX = 292
SHEET_ASPECT = 1.0 / 1.414
PHOTO = "photo"  # what is read as this is no page: people, a car
MENDED = QSize(1600, 1600)
FULL_SIZE = QSize(20_000, 20_000)  # boxes of fields are in the picture's own pixels


class PaperCapture(QWidget):
    """``page`` is the papers page, which talks to the desk."""

    closed = Signal()

    def __init__(self, page: Any) -> None:
        super().__init__()
        self._page = page
        self.paper = ""
        self._shown: tuple = ()
        self.camera = CameraView("papers.camera", frame_aspect=SHEET_ASPECT, whole=True, pages=True)
        self._title = label("", "heading", name="papers.capture.title")
        self._why = label("", "caption", wrap=True, name="papers.capture.why")
        self._pages = column(gap=12)
        self._pages.addStretch(1)
        area = Scroll(self._pages)
        self._shoot = button(tr("拍摄（空格）", "Shoot (Space)"), "papers.shoot", "primary")
        self._import = button(tr("从文件导入", "Import file"), "papers.import")
        self._close = button(tr("返回清单", "Back to the list"), "papers.close", shortcut="Escape")
        self._shoot.clicked.connect(self.shoot)
        self._import.clicked.connect(lambda: pick_papers(
            self, "papers.chooser", lambda path: self._page.import_file(self.paper, path)))
        self._close.clicked.connect(self.closed)
        self._by_itself = Check(tr("自动拍摄", "Auto-shoot"), "papers.auto")
        self._by_itself.setChecked(True)
        self._by_itself.toggled.connect(lambda _on: self._look())
        self.which = CameraChoice("papers.which_camera", page.desks)  # stands beside the page's title
        self.which.refused.connect(page.trouble)
        self.which.hide()
        self._auto = AutoCamera(self.camera)
        self._auto.shot.connect(self._shot)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        space_shoots(self, self._shoot).setWhatsThis(tr("拍摄", "Shoot"))
        QShortcut(QKeySequence.StandardKey.Paste, self, self.paste).setWhatsThis(tr("粘贴图片或文件", "Paste pictures or files"))
        self.mender = PageMender("papers.mend")
        self.mender.cancelled.connect(self._show_camera)
        self._mending: PaperCaptured | None = None
        self.mender.applied.connect(self._reframe)
        self._restore = button(tr("撤销删除", "Undo the removal"), "papers.restore", "quiet")
        self._restore.clicked.connect(self._bring_back)
        listing = Card(self._title, self._why, padding=12)
        listing.body.addWidget(area, 1)
        listing.body.addWidget(self._restore)
        self._my_face = MyFace(page)
        listing.body.addWidget(self._my_face)
        listing.setFixedWidth(LIST_PX)
        left = column(self.camera, row(self._shoot, self._import, self._by_itself, None, self._close, gap=12), gap=12)
        left.setStretch(0, 1)
        self._left = Stack()
        self._left.addWidget(holder(left))
        self._left.addWidget(self.mender)
        content = row(gap=16)
        content.addWidget(self._left, 1)
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
        self.camera.frame(CARD_ASPECT if spec.sides else SHEET_ASPECT)
        self.camera.watch(self._page.desks.booth)
        self._by_itself.setVisible(spec.reads != PHOTO and not self._page.locked)
        self._show_camera()
        self._my_face.setVisible(paper == PHOTO_TOGETHER and not self._page.locked)
        if paper == PHOTO_TOGETHER:
            self._my_face.look()
        self.which.setVisible(not self._page.locked)
        self.show_case(view)
        self.setFocus()

    def close_camera(self) -> None:
        self.camera.stop()
        self.which.hide()
        self.paper = ""
        self._show_camera()

    def shoot(self) -> None:
        desks, case_id, paper = self._page.desks, self._page.case_id, self.paper
        self._auto.taken()
        self._page.act(lambda: desks.signing.capture_paper(case_id, paper, desks.booth.snapshot()), during=self._shoot)

    def _shot(self, image: bytes) -> None:
        """The camera shot a page by itself; a shot by hand under way goes before it."""
        if self._shoot not in self._page.resting:
            self._page.act(self._page.desks.signing.capture_paper, self._page.case_id, self.paper, image, during=self._shoot)

    def _look(self) -> None:
        """Watch for pages while a paper is before the camera and the person wants it."""
        if not self.paper or not self._by_itself.isChecked() or self._page.locked or self._mending is not None:
            self._auto.stop()
            return
        spec = self._page.view.pack.paper(self.paper)
        side = self._wanted_side(spec)
        if spec.reads == PHOTO or (spec.sides and not side):
            self._auto.stop()
            return
        self._auto.ask(ask_for(side, side in {page.side for page in self._counted()}) if side else "")
        if not self._auto.watching:
            self._auto.start(self._page.desks.booth, spec.reads)

    def _counted(self) -> tuple[PaperCaptured, ...]:
        return self._page.view.case.pages(self.paper)

    def _wanted_side(self, spec: Paper) -> str:
        """Of a card the first side of which there is no usable page, '' = none."""
        there = taken(self._counted())
        return next((side for side in spec.sides if side not in there), "")

    # -- import ----------------------------------------------------------------------------------------------------

    def paste(self) -> None:
        """Take what is on the clipboard: files, else a picture."""
        if self._page.locked:
            return
        mime = QGuiApplication.clipboard().mimeData()
        files = local_files(mime)
        for path in files:
            self._page.import_file(self.paper, path)
        if not files:
            image = QGuiApplication.clipboard().image()
            if image.isNull():
                self._page.trouble(CLIPBOARD_EMPTY())
            else:
                self._page.import_picture(self.paper, image)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self._page.locked and event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for path in local_files(event.mimeData()):
            self._page.import_file(self.paper, path)

    # -- mending ---------------------------------------------------------------------------------------------------

    def mend(self, page: PaperCaptured) -> None:
        """Show the page as it was captured, in the camera's place, to put its corners and turn it."""
        signing, frame = self._page.desks.signing, self.mender.frame
        self._mending = page
        self._look()
        frame.show_image(None)
        self._left.setCurrentWidget(self.mender)
        self.mender.open(page.corners or WHOLE, page.turns)
        self._shoot.setEnabled(False)
        self._page.load(page.original, frame, MENDED)
        if page.corners is None:
            Operation(signing.paper_frame, self._page.case_id, self.paper, page.page_id, rank=1).owned_by(frame).then(
                lambda corners: self.mender.open(corners, page.turns) if self._mending is page else None).failed(
                self._page.trouble).start()

    def _reframe(self, corners: Corners, turns: int) -> None:
        self._page.act(self._page.desks.signing.reframe_paper, self._page.case_id, self.paper, self._mending.page_id,
                       corners, turns, then=lambda _view: self._show_camera(), during=self.mender.save)

    def _show_camera(self) -> None:
        self._mending = None
        self._left.setCurrentIndex(0)
        self._shoot.setEnabled(not self._page.locked)
        self._look()

    def _bring_back(self) -> None:
        signing, page_id = self._page.desks.signing, self._removed(self._page.view)[-1]
        self._page.act(signing.restore_paper, self._page.case_id, self.paper, page_id, during=self._restore)

    def _removed(self, view: CaseView) -> list[str]:
        """Ids of the pages of this paper that may be brought back, the last removed last."""
        case = view.case
        return [page_id for page_id, removed in case.removed.items() if removed.page.paper == self.paper
                and not self._fixed(page_id)]

    def _fixed(self, page_id: str) -> bool:
        """Whether the page may not change: the case is sealed, or the page was before the bank asked."""
        case = self._page.view.case
        return bool(self._page.locked) or (case.supplement is not None and page_id not in case.supplied)

    # -- the pages ---------------------------------------------------------------------------------------------------

    def show_case(self, view: CaseView) -> None:
        pages = view.case.papers.get(self.paper, ()) if self.paper else ()
        self._restore.setVisible(bool(self._removed(view)))
        items = view.checklist.items if view.checklist else ()
        self._why.setText(next((why(view, item) for item in items if item.paper == self.paper), ""))
        if self._mending and self._mending.page_id not in {page.page_id for page in pages}:
            self._show_camera()
        self._look()
        known = tuple((page.page_id, page.crop, page.readings, _findings(view, page)) for page in pages)
        if known == self._shown:
            return
        self._shown = known
        while self._pages.count() > 1:
            old = self._pages.takeAt(0).widget()
            old.setParent(None)
            old.deleteLater()
        if not pages:
            self._pages.insertWidget(0, label(tr("还没有页面。把资料放平，四角入框后拍摄。",
                                                 "No pages yet. Lay it flat, corners in the frame, and shoot."),
                                              "caption", wrap=True))
        for at, page in enumerate(pages):
            self._pages.insertWidget(at, self._card(at, page))
        side = self._wanted_side(view.pack.paper(self.paper)) if self.paper else ""
        if pages and side:
            self._pages.insertWidget(len(pages), label(tr("还差：", "Missing: ") + tr(*SIDES[side]), "finding",
                                                       name="papers.side_missing"))

    def _card(self, at: int, page: PaperCaptured) -> QWidget:
        picture = Picture(f"papers.page.{at}.picture")
        picture.setFixedHeight(132)
        self._page.load(page.crop or page.original, picture, QSize(460, 264))
        picture.mark(tuple((TONES[f.level], place) for f in page.findings for place in f.places))
        tone, words = quality_words(page)
        pills = [Pill(tr(*SIDES[page.side]), dot=False)] if page.side else []
        pills += [Pill(words, tone)] + ([Pill(tr("导入", "Imported"), dot=False)] if page.imported else [])
        findings = FindingList(f"papers.page.{at}.findings")
        findings.show_findings(_findings(self._page.view, page))
        made = holder(column(picture, row(*pills, None), self._acts(at, page), findings,
                             self._fields(at, page), gap=6))
        made.layout().setAlignment(Qt.AlignmentFlag.AlignTop)
        return made

    def _acts(self, at: int, page: PaperCaptured) -> QBoxLayout:
        """Mend, take anew, remove."""
        signing, booth, case_id, paper = self._page.desks.signing, self._page.desks.booth, self._page.case_id, self.paper
        mend = button(tr("校正", "Straighten"), f"papers.page.{at}.mend", "quiet",
                      tip=tr("旋转、调整四个角", "Turn it, move its four corners"))
        again = button(tr("重拍", "Retake"), f"papers.page.{at}.retake", "quiet",
                       tip=tr("用摄像头现在的画面替换这一页", "Replace this page by what the camera sees now"))
        remove = button(tr("删除", "Remove"), f"papers.page.{at}.remove", "danger")
        mend.clicked.connect(lambda: self.mend(page))
        again.clicked.connect(self._auto.taken)
        again.clicked.connect(lambda: self._page.act(
            lambda: signing.retake_paper(case_id, paper, page.page_id, booth.snapshot()), during=again))
        remove.clicked.connect(lambda: self._page.act(signing.remove_paper, case_id, paper, page.page_id, during=remove))
        for one in (mend, again, remove):
            one.setEnabled(not self._fixed(page.page_id))
        return row(mend, again, None, remove, gap=4)

    def _fields(self, at: int, page: PaperCaptured) -> PageFields:
        """What was read of a page, to be compared with the picture and corrected."""
        paper, case, signing = self.paper, self._page.view.case, self._page.desks.signing
        fields = PageFields(f"papers.page.{at}.fields")
        locked = self._fixed(page.page_id)
        confirmed = page.page_id in case.confirmed_pages
        fields.saved.connect(lambda values: self._page.act(
            signing.correct_paper, self._page.case_id, paper, page.page_id, values, during=fields.save))
        Operation(signing.paper_fields, self._page.case_id, paper, page.page_id, rank=1).owned_by(fields).then(
            lambda found: self._show_fields(page, fields, found, confirmed, locked)).failed(self._page.trouble).start()
        return fields

    def _show_fields(self, page: PaperCaptured, fields: PageFields, found: tuple[PageField, ...], confirmed: bool,
                     locked: bool) -> None:
        fields.show_fields(found, confirmed=confirmed, locked=locked)
        if fields.wants_picture:
            self._page.load(page.crop or page.original, fields, FULL_SIZE)


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
