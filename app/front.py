"""The window's front: the work list at once, everything behind it when it is opened."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from app.desk.desks import Desks, Rooms
from app.desk.post import Post
from app.desk.views import Session
from app.desk.work_list import WorkList
from app.records import Records

if TYPE_CHECKING:
    from app.desk.booth import Booth
    from app.sync.client import BankClient


@contextmanager
def office(kept_here: Records, session: Session, client: Callable[[], "BankClient"],
           booth: Callable[[], "Booth"]) -> Iterator[Desks]:
    """Everything a window needs; ``client`` and ``booth`` are made when the desks are opened, and all ends with the context."""
    book = kept_here.book(session)
    post = Post(book, kept_here.outbox, kept_here.shelf, kept_here.settings)
    with ExitStack() as at_the_end:
        def open_rooms() -> Rooms:
            from app.main import rooms  # most of the program: the first page does not wait for it

            return at_the_end.enter_context(rooms(kept_here, book, post, client(), booth()))

        desks = Desks(WorkList(book, kept_here.summaries, post), session, kept_here.shelf, open_rooms)
        try:
            yield desks
        finally:
            desks.end()  # a window may be closed while they open: then the rooms are there, and end with the rest
