"""The day's work: every case in a list that answers while you type, the queue, the month's quality and what is due."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QWidget

from app.desk.views import HomeView, QueueView, ToDo
from app.domain.condition import Condition
from app.domain.summary import CaseSummary
from app.ui import icons, text
from app.ui.operation import Operation
from app.ui.pages.case_table import CaseModel, CaseTable
from app.ui.text import tr
from app.ui.widgets.basics import Bar, Card, Elided, Pill, Stack, button, column, holder, label, row
from app.ui.widgets.charts import RadarChart
from app.ui.widgets.group_bar import WORDS, GroupBar
from app.ui.widgets.inputs import SearchBox
from app.ui.widgets.notice import BusyLine, Notice, Waiting
from app.ui.widgets.put_back import PutBackNotice
from app.ui.widgets.queue_options import QueueOptions
from app.ui.widgets.scroll import Fit, Scroll

BATCH = 500
UNDO_MS = 10_000
CRITERIA = (("material", "完整性", "Papers"), ("timeliness", "时效", "Time"), ("diligence", "尽职", "Diligence"),
            ("satisfaction", "满意度", "Customer"), ("dealer", "渠道", "Dealer"))


class HomePage(QWidget):
    """``opened`` carries a CaseView to be shown, ``loaded`` each HomeView that arrived; ``settled`` says that there is an
    answer, be it trouble. ``devices``: camera, microphone and place are to be checked."""

    opened = Signal(object)
    loaded = Signal(object)
    settled = Signal()
    devices = Signal()

    def __init__(self, desks: Any) -> None:
        super().__init__()
        self._desks = desks
        self._asked = 0
        self._question = ("", "all")
        self._fetching = False
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(tr("今日业务", "Today's work"))
        self.notice = Notice("home.notice")
        self.busy = BusyLine()
        self._put_back = PutBackNotice("home.put_back")
        self._put_back.read.connect(lambda: self._choose(desks.work.put_back_read))
        self._count = label("", "caption", name="home.count")
        self._search = SearchBox("home.search", tr("搜索姓名、证件尾号、车架号", "Name, ID digits, VIN"))
        self._search.setFixedWidth(240)
        self._search.asked.connect(lambda _words: self.reload())
        self._new = button(tr("＋ 新建面签   Ctrl+N", "＋ New signing   Ctrl+N"), "home.new", "primary", shortcut="Ctrl+N")
        self._new.setAccessibleName(tr("新建面签", "New signing"))
        self._new.clicked.connect(self.new_case)
        self.model = CaseModel()
        self.table = CaseTable(self.model)
        self.table.chosen.connect(self.open_case)
        self.table.shelved.connect(self._shelve)
        self.groups = GroupBar()
        self.groups.chosen.connect(lambda _code: self.reload())
        self._undo = QTimer(self)
        self._undo.setSingleShot(True)
        self._undo.setInterval(UNDO_MS)
        self._undo.timeout.connect(self._too_late)
        self.table.verticalScrollBar().valueChanged.connect(self._maybe_more)
        self._waiting = Waiting("home.waiting")
        self._waiting.setText(tr("正在读取…", "Loading…"))
        self._first = FirstCase()
        self._first.wanted.connect(self.new_case)
        self._first.practice.connect(self.practise)
        self._first.devices.connect(self.devices)
        self._queue = QueueCard()
        self._queue.sync.connect(self.sync_now)
        self._queue.options.limit.connect(lambda kbit: self._choose(desks.work.limit_upload, kbit))
        self._queue.options.recordings_wait.connect(lambda wait: self._choose(desks.work.let_recordings_wait, wait))
        self._month = MonthCard()
        self._todos = ToDoCard()
        self._todos.chosen.connect(self.open_case)
        self.setLayout(self._compose())
        self._run(lambda: desks.policy, then=self.model.name_products)

    def _compose(self):
        heading = row(label(tr("今日业务",
                               "Today's work"), "title"), self._count, None, self._search, self._new, gap=12)
        heading.setAlignment(self._count, Qt.AlignmentFlag.AlignVCenter)
        self._lists = Stack()
        for one in (self._waiting, self.table, self._first):
            self._lists.addWidget(one)
        left = column(self.busy, heading, self.notice, self._put_back, self.groups, gap=10)
        left.addWidget(self._lists, 1)
        right = column(self._queue, self._month, self._todos, gap=16)
        right.setStretch(2, 1)
        side = Fit(right)
        side.setFixedWidth(300)
        self.panes = holder(left), side
        made = row(gap=20, margins=(26, 9, 26, 22))
        made.addWidget(self.panes[0], 1)
        made.addLayout(column(11, side, gap=0))
        return made

    def reload(self, quiet: bool = False) -> None:
        """Ask for the list again; answers to questions asked before are dropped. ``quiet`` looks for what is new only."""
        self._asked += 1
        asked, question = self._asked, (self._search.text().strip(), self.groups.code)
        limit = max(BATCH, self.model.rowCount()) if question == self._question and not quiet else BATCH
        self._question = question

        def show(view: HomeView) -> None:
            if asked == self._asked:
                (self.model.renew_rows if quiet else self.model.show_rows)(view.rows, view.total)
                self._show(view)

        self._run(self._desks.work.home, question[0], limit, question[1], rank=1 if quiet else 0, then=show,
                  quiet=quiet).ended.connect(self.settled)

    def new_case(self) -> None:
        self._run(lambda: self._desks.signing.open_case(), then=self.opened.emit)

    def practise(self) -> None:
        """Begin a case that is never sent."""
        self._run(lambda: self._desks.signing.open_case(for_practice=True), then=self.opened.emit)

    def open_case(self, case_id: str) -> None:
        self._run(lambda: self._desks.signing.view(case_id), then=self.opened.emit)

    def trouble(self, condition: Condition) -> None:
        if self._lists.currentWidget() is self._waiting:
            self._waiting.show_words(tr("还没有读到业务列表。", "The list has not been read yet."))
        self.notice.show_condition(condition, tr("重试", "Try again"), self.reload)

    def _shelve(self, row: CaseSummary) -> None:
        """Out of the list, or back into it; for some seconds the other way stands beside it. Practice is gone for good."""
        if row.practice:
            self._move(lambda case_id: self._desks.signing.discard_practice(case_id), row.case_id, self.notice.clear)
            return
        there, back = self._desks.work.archive, self._desks.work.restore
        if row.archived:
            there, back = back, there
        self._move(there, row.case_id, lambda: self._offer_undo(row, lambda: self._move(back, row.case_id, self._undo.stop)))

    def _move(self, act, case_id: str, then) -> None:
        self._run(act, case_id, then=lambda _none: (then(), self.reload()))

    def _offer_undo(self, row: CaseSummary, undo) -> None:
        who = row.customer or row.case_number
        self.notice.show_words(tr(f"{who} 已移回列表。", f"{who} is back in the list.") if row.archived else
                               tr(f"{who} 已归档。", f"{who} is archived."), tone="ok", act=tr("撤销", "Undo"), callback=undo)
        self._undo.start()

    def _too_late(self) -> None:
        if not self.notice.code():  # else trouble has come meanwhile and stays
            self.notice.clear()

    def sync_now(self) -> None:
        self._run(self._desks.work.sync_now, then=lambda _result: self.reload())

    def _choose(self, act: Callable[..., Any], *choice: Any) -> None:
        self._run(act, *choice, then=lambda _result: self.reload())

    def _maybe_more(self, value: int) -> None:
        bar = self.table.verticalScrollBar()
        if value == bar.maximum() > 0 and self.model.rowCount() < self.model.total and not self._fetching:
            self._fetching = True
            search, group = question = self._question
            self._run(self._desks.work.rows, search, BATCH, group, self.model.rowCount(), rank=1, quiet=True,
                      then=lambda rows: self.model.add_rows(rows) if question == self._question else None,
                      ).ended.connect(self._fetched)

    def _fetched(self) -> None:
        self._fetching = False

    def _run(self, fn, *args, then, rank: int = 0, quiet: bool = False) -> Operation:
        operation = Operation(fn, *args, rank=rank).owned_by(self).then(then).failed(self.trouble)
        if not quiet:
            slow = []
            operation.slow.connect(lambda: (slow.append(True), self.busy.begin()))
            operation.ended.connect(lambda: self.busy.end() if slow else None)
        return operation.start()

    def _show(self, view: HomeView) -> None:
        if self.notice.code().startswith("work"):
            self.notice.clear()
        every = view.groups["all"]
        self._count.setText(f"{text.day(view.today)} · " + tr(f"{every} 笔", "1 case" if every == 1 else f"{every} cases"))
        self.groups.show_counts(view.groups)
        searched = self._search.text().strip()
        if view.rows:
            self._lists.setCurrentWidget(self.table)
        elif searched:
            self._waiting.show_words(tr(f"没有找到“{searched}”。可以试试姓名、证件后四位或车架号。",
                                        f"Nothing found for “{searched}”. Try a name, the ID's last four or a VIN."))
            self._lists.setCurrentWidget(self._waiting)
        elif self.groups.code != "all" or view.groups["archived"]:
            name = tr(*WORDS[self.groups.code])
            self._waiting.show_words(tr(f"没有“{name}”的业务。", f"No cases under “{name}”."))
            self._lists.setCurrentWidget(self._waiting)
        else:
            self._lists.setCurrentWidget(self._first)
        self._queue.show_queue(view.queue)
        self._month.show_month(view.month_score, view.month_criteria)
        self._todos.show_todos(view.todos)
        if view.put_back:
            self._put_back.show_put_back(view.put_back.at, view.put_back.cases)
        self.loaded.emit(view)


class FirstCase(Card):
    """The list before its first case: what will stand here, and the way to begin."""

    wanted = Signal()
    practice = Signal()
    devices = Signal()

    def __init__(self) -> None:
        super().__init__(gap=12)
        picture = QLabel()
        picture.setPixmap(icons.in_disc("page", 88))
        title = label(tr("还没有业务", "No cases yet"), "title")
        words = label(tr("新建第一笔面签，客户、进度和上传情况会列在这里。",
                         "Begin the first signing; customers, progress and uploads will be listed here."), "caption")
        begin = button(tr("新建第一笔面签", "Begin the first signing"), "home.first")
        begin.clicked.connect(self.wanted)
        more = []
        for said, name, asked in (
                (tr("先练习一笔（不会上传）", "Practise first (never sent)"), "home.practice", self.practice),
                (tr("检查摄像头、麦克风和定位", "Check camera, microphone and place"), "home.devices", self.devices)):
            more.append(button(said, name, "quiet"))
            more[-1].clicked.connect(asked)
        words.setContentsMargins(0, 0, 0, 8)
        self.setObjectName("home.empty")
        inside = column(gap=12)
        inside.addStretch(2)
        for part in (picture, title, words, begin, *more):
            inside.addWidget(part, 0, Qt.AlignmentFlag.AlignHCenter)
        inside.addStretch(3)
        self.body.addWidget(Fit(inside))


class QueueCard(Card):
    """What waits to be sent, how far it is, and when it is tried again."""

    sync = Signal()

    def __init__(self) -> None:
        self._cases = label("0", "figure", name="home.queue.cases")
        self._bytes = label("", "label")
        self._bar = Bar()
        self._words = Elided("", "caption")
        self._next = label("", "caption")
        self._button = button(tr("立即同步", "Sync now"), "home.sync")
        figures = row(self._cases, self._bytes, None, gap=6)
        figures.setAlignment(self._bytes, Qt.AlignmentFlag.AlignBottom)
        words = row(self._words, self._next, gap=8)
        words.setStretch(0, 1)
        self.options = QueueOptions()
        super().__init__(label(tr("待上传队列", "Waiting to be sent"), "label"), figures, self._bar, words,
                         row(self._button, self.options, gap=8))
        self._button.clicked.connect(self.sync)

    def show_queue(self, queue: QueueView) -> None:
        self.options.show_queue(queue)
        self._cases.setText(tr(f"{queue.cases} 笔", str(queue.cases)))
        self._bytes.setText(text.megabytes(queue.bytes) if queue.cases else "")
        self._bar.show_share(queue.share if queue.cases else 1.0, "brand" if queue.cases else "ok")
        if queue.trouble:
            spoken = text.language()
            self._words.setText(queue.trouble.message(spoken))
            self._words.setToolTip(f"{queue.trouble.message(spoken)}\n{queue.trouble.next(spoken)}")
        elif not queue.cases:
            self._words.setText(tr("没有等待上传的业务", "Nothing waits to be sent"))
        elif queue.online:
            self._words.setText(tr("正在上传", "Sending"))
        else:
            self._words.setText(tr("网络恢复后自动续传", "Goes on when the network is back"))
        upcoming = text.clock(queue.next_attempt)[:5] if queue.next_attempt else ""
        self._next.setText(upcoming and (tr(f"重试 {upcoming}", f"Retry {upcoming}") if queue.cases
                                         else tr(f"下次联系 {upcoming}", f"Next {upcoming}")))


class MonthCard(Card):
    """This month's quality over the five criteria."""

    def __init__(self) -> None:
        self._radar = RadarChart(names=False)
        self._radar.setObjectName("home.radar")
        self._radar.setFixedSize(110, 104)
        self._score = label("—", "figure", name="home.month_score")
        self._note = label("", "label", wrap=True)
        figures = column(None, self._score, self._note, None, gap=2)
        content = row(self._radar, figures, gap=16)
        content.setStretch(1, 1)
        super().__init__(label(tr("本月操作质量", "Quality this month"), "label"), content)

    def show_month(self, score: float | None, criteria: dict[str, float]) -> None:
        self._score.setText("—" if score is None else f"{score:.1f}")
        known = tuple((tr(zh, en), criteria.get(code, 0.0)) for code, zh, en in CRITERIA)
        self._radar.show_values(known)
        if score is None:
            self._note.setText(tr("封存第一笔后显示", "Shown after the first sealed case"))
        else:
            weakest = min(known, key=lambda pair: pair[1])
            self._note.setText(tr(f"最弱项：{weakest[0]} {weakest[1]:.0%}", f"Weakest: {weakest[0]} {weakest[1]:.0%}"))


class ToDoCard(Card):
    """What is due; pressing a line opens its case."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(label(tr("待办", "To do"), "label"), gap=4)
        self._lines: list[QWidget] = []
        self._list = column(gap=4)
        self._empty = label(tr("没有待办", "Nothing due"), "caption")
        self._list.addWidget(self._empty)
        self._list.addStretch(1)
        self.body.addWidget(Scroll(self._list), 1)

    def show_todos(self, todos: tuple[ToDo, ...]) -> None:
        for line in self._lines:
            self._list.removeWidget(line)
            line.deleteLater()
        self._lines = [self._line(i, todo) for i, todo in enumerate(todos)]
        for at, line in enumerate(self._lines):
            self._list.insertWidget(at, line)
        self._empty.setVisible(not todos)

    def _line(self, index: int, todo: ToDo) -> QWidget:
        press = button("", f"home.todo.{index}", "item")
        words = tr(todo.text_zh, todo.text_en)
        press.setAccessibleName(words)
        inside = row(Elided(words), Pill(tr(todo.pill_zh, todo.pill_en), todo.tone), gap=8, margins=(8, 0, 4, 0))
        inside.setStretch(0, 1)
        press.setLayout(inside)
        press.clicked.connect(lambda: self.chosen.emit(todo.case_id))
        return press
