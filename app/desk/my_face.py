"""The manager's own face, for the photo together: one picture per staff number, encrypted here, only if they want it."""

import base64

from app.desk.booth import Booth
from app.desk.case_book import CaseBook
from app.store.settings import Settings


class MyFace:
    """The picture lies in the encrypted database; it is compared when a photo together is taken, and never sent."""

    def __init__(self, booth: Booth, settings: Settings, book: CaseBook) -> None:
        self._booth, self._settings, self._book = booth, settings, book

    @property
    def known(self) -> bool:
        return self._settings.get(self._name) is not None

    @property
    def _name(self) -> str:
        return f"face/manager/{self._book.session.staff_id}"

    def picture(self) -> bytes | None:
        kept = self._settings.get(self._name)
        return base64.b64decode(kept["jpeg"]) if kept else None

    def remember(self, image: bytes) -> None:
        """Keep the face in ``image``. Raises ``face.*`` or ``picture.*`` where it could not be compared."""
        jpeg = self._booth.face_crop(image)
        self._settings.set(self._name, {"jpeg": base64.b64encode(jpeg).decode(), "at": self._book.clock.now().isoformat()})

    def forget(self) -> None:
        self._settings.remove(self._name)
