"""The work list: all cases of the person who works here, the queue, the month's quality, and what is to do."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from app.desk.case_book import CaseBook
from app.desk.post import Post
from app.desk.view import stage
from app.desk.views import CaseView, HomeView, ToDo
from app.domain.condition import Kind
from app.domain.summary import ARCHIVABLE, GROUPS, STAGES, CaseSummary, Group
from app.store.summaries import Summaries
from app.sync.choices import What

CRITERIA = ("material", "timeliness", "satisfaction", "dealer", "diligence")
HELD_UP = ("blocked", "rejected")
MONTH_ROWS = 500

NOT_ARCHIVABLE = Kind(
    "case.not_archivable", zh="这笔还要上传或补件，不能归档。", zh_next="银行收到之后再归档；先在列表里把它办完。",
    en="This case still has to be sent or supplemented and stays in the list.",
    en_next="Archive it once the bank has it.")


class WorkList:
    def __init__(self, book: CaseBook, summaries: Summaries, post: Post) -> None:
        self._book = book
        self._summaries = summaries
        self._post = post

    def home(self, search: str = "", limit: int = 500, group: Group = "all") -> HomeView:
        """Cases last changed first; ``search`` holds words of name, ID tail, case number, VIN, dealer or product."""
        staff, rows = self._book.session.staff_id, self.rows(search, limit, group)
        groups = _groups(self._summaries.tally(search, staff_id=staff))
        month = self._month(staff)
        return HomeView(
            today=self._book.clock.now().astimezone().date(), rows=rows, total=groups[group], groups=groups,
            queue=self._post.queue(),
            month_score=round(sum(r.score for r in month) / len(month), 1) if month else None,
            month_criteria={c: sum(r.criteria.get(c, 0.0) for r in month) / len(month) for c in CRITERIA} if month else {},
            todos=(*(todo for row in self._due(staff) for todo in _todos(row)), *self._unerased(staff)),
            put_back=self._post.put_back())

    def rows(self, search: str = "", limit: int = 500, group: Group = "all", offset: int = 0) -> tuple[CaseSummary, ...]:
        """The list's rows alone, from the ``offset``-th on."""
        return self._summaries.search(search, staff_id=self._book.session.staff_id, limit=limit, offset=offset,
                                      stages=STAGES.get(group, ()), archived=group == "archived")

    def archive(self, case_id: str) -> None:
        """Take a draft or a case that the bank has out of the list. Nothing of it is deleted, and news of it brings it back.
        Raises ``case.unknown`` and ``case.not_archivable``."""
        if stage(self._book.load(case_id)) not in ARCHIVABLE:
            raise NOT_ARCHIVABLE()
        self._summaries.archive(case_id, True)

    def restore(self, case_id: str) -> None:
        """Put an archived case back into the list."""
        self._summaries.archive(self._book.load(case_id).case_id, False)

    def sync_now(self) -> None:
        """Send and fetch at once instead of at the next turn, also what was set aside."""
        self._post.send_now()

    def choose_sending(self, case_id: str, what: What) -> CaseView:
        """What of a sealed case goes to the bank now: all, papers (its recordings later) or nothing."""
        self._post.choose(self._book.load(case_id).case_id, what)
        return self._book.view(case_id)

    def put_back_read(self) -> None:
        """Somebody has read that this data was put back to an earlier state."""
        self._post.put_back_read()

    def rescue_copy(self, case_id: str, folder: Path) -> Path:
        """The sealed case, still encrypted, as a new folder in ``folder`` that the bank can take in by hand."""
        return self._post.rescue(self._book.load(case_id).case_id, folder)

    def limit_upload(self, kbit: int | None) -> None:
        """At most so many kilobits a second, at once; None: as fast as the line is."""
        self._post.limit(kbit)

    def upload_limit(self) -> int | None:
        """Kilobits a second that it may send at most; None for no limit."""
        return self._post.queue().limit_kbit

    def let_recordings_wait(self, wait: bool) -> None:
        """Whether recordings wait for a line that is not metered, unless chosen otherwise for their case."""
        self._post.let_recordings_wait(wait)

    def line_changed(self, metered: bool | None) -> None:
        """The computer is on another line, or on one again; None where nobody knows whether it is metered."""
        self._post.line_changed(metered)

    def _due(self, staff: str) -> tuple[CaseSummary, ...]:
        return (*self._summaries.search(staff_id=staff, stages=STAGES["returned"]),
                *self._summaries.search(staff_id=staff, states=HELD_UP, stages=STAGES["to_send"]))

    def _unerased(self, staff: str) -> Iterator[ToDo]:
        for case_id in self._book.unerased:
            row = self._summaries.get(case_id)
            if row is not None and row.staff_id == staff:
                yield ToDo(case_id=case_id, text_zh=f"本机副本未清除 · {row.customer}",
                           text_en=f"Copy here not erased · {row.customer}", pill_zh="需处理", pill_en="act", tone="warn")

    def _month(self, staff: str) -> list[CaseSummary]:
        since = _month_start(self._book.clock.now())
        recent = self._summaries.search("", staff_id=staff, limit=MONTH_ROWS)
        return [r for r in recent if r.score is not None and r.updated_at >= since]


def _groups(tally: dict[tuple[str, bool], int]) -> dict[Group, int]:
    def count(group: Group) -> int:
        stages = STAGES.get(group)
        return sum(n for (stage, archived), n in tally.items()
                   if archived == (group == "archived") and (stages is None or stage in stages))

    return {group: count(group) for group in GROUPS}


def _month_start(now: datetime) -> datetime:
    return now.astimezone().replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _todos(row: CaseSummary):
    if row.stage == "supplement":
        yield ToDo(case_id=row.case_id, text_zh=f"补件 · {row.customer}", text_en=f"Supplement · {row.customer}",
                   pill_zh="待补", pill_en="to add", tone="warn")
    if row.sync_state in HELD_UP:
        yield ToDo(case_id=row.case_id, text_zh=f"上传受阻 · {row.customer}", text_en=f"Sending stopped · {row.customer}",
                   pill_zh="需处理", pill_en="act", tone="bad")
