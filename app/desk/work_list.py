"""The work list: all cases of the person who works here, the queue, the month's quality, and what is to do."""

from datetime import datetime

from app.desk.case_book import CaseBook
from app.desk.post import Post
from app.desk.views import HomeView, ToDo
from app.domain.summary import CaseSummary
from app.store.summaries import Summaries

CRITERIA = ("material", "timeliness", "satisfaction", "dealer", "diligence")
MONTH_ROWS = 500


class WorkList:
    def __init__(self, book: CaseBook, summaries: Summaries, post: Post) -> None:
        self._book = book
        self._summaries = summaries
        self._post = post

    def home(self, search: str = "", limit: int = 500) -> HomeView:
        """Cases last changed first; ``search`` holds words of name, ID tail, case number, VIN, dealer or product."""
        staff = self._book.session.staff_id
        rows = self._summaries.search(search, staff_id=staff, limit=limit)
        month = self._month(staff)
        return HomeView(
            rows=rows, total=self._summaries.count(search, staff_id=staff), queue=self._post.queue(),
            month_score=round(sum(r.score for r in month) / len(month), 1) if month else None,
            month_criteria={c: sum(r.criteria.get(c, 0.0) for r in month) / len(month) for c in CRITERIA} if month else {},
            todos=tuple(todo for row in rows for todo in _todos(row)))

    def sync_now(self) -> None:
        """Send and fetch at once instead of at the next turn, also what was set aside."""
        self._post.send_now()

    def _month(self, staff: str) -> list[CaseSummary]:
        since = _month_start(self._book.clock.now())
        recent = self._summaries.search("", staff_id=staff, limit=MONTH_ROWS)
        return [r for r in recent if r.score is not None and r.updated_at >= since]


def _month_start(now: datetime) -> datetime:
    return now.astimezone().replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _todos(row: CaseSummary):
    if row.stage == "supplement":
        yield ToDo(case_id=row.case_id, text_zh=f"补件 · {row.customer}", text_en=f"Supplement · {row.customer}",
                   pill_zh="待补", pill_en="to add", tone="warn")
    if row.sync_state in ("blocked", "rejected"):
        yield ToDo(case_id=row.case_id, text_zh=f"上传受阻 · {row.customer}", text_en=f"Sending stopped · {row.customer}",
                   pill_zh="需处理", pill_en="act", tone="bad")
