"""The window's front: the work list at once, everything behind it when it is opened."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.desk.desks import Desks, Rooms
from app.desk.device import DeviceDesk
from app.desk.handed_over import HandedOver
from app.desk.lock import DeskLock
from app.desk.post import Post
from app.desk.views import Session
from app.desk.work_list import WorkList
from app.domain.preferences import Preferences
from app.records import Records

if TYPE_CHECKING:
    from app.desk.booth import Booth
    from app.sync.client import BankClient

DEFAULTS = Preferences()


@contextmanager
def office(kept_here: Records, session: Session, client: Callable[[], "BankClient"],
           booth: Callable[[], "Booth"], preferences: Preferences = DEFAULTS, *, locks: bool = False) -> Iterator[Desks]:
    """Everything a window needs; ``client`` and ``booth`` are made when the desks are opened, and all ends with the context.
    ``locks``: who works here has a password, and the desk locks."""
    book = kept_here.book(session)
    post = Post(book, kept_here.outbox, kept_here.shelf, kept_here.settings)
    with ExitStack() as at_the_end:
        def open_rooms() -> Rooms:
            from app.main import rooms  # most of the program: the first page does not wait for it

            return at_the_end.enter_context(rooms(kept_here, book, post, client(), booth()))

        def unlock(password: str) -> None:
            from app.main import staff_door

            staff_door(kept_here, client()).check(session.staff_id, password)

        lock = None
        if locks:
            lock = DeskLock(kept_here.shelf.current.thresholds.idle_lock_minutes, kept_here.settings, unlock)

        def export(file: Path) -> Path:
            from app.log_export import export_log

            return export_log(kept_here.database.folder, file)

        device = DeviceDesk(kept_here.settings, preferences, lambda: desks.rooms, export)
        desks = Desks(WorkList(book, kept_here.summaries, post), session, kept_here.shelf, device, open_rooms, lock,
                      HandedOver(kept_here.settings, session.staff_id).at_start(password_given=locks))
        try:
            yield desks
        finally:
            desks.end()  # a window may be closed while they open: then the rooms are there, and end with the rest
