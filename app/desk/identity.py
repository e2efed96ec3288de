"""What the desk has for identity: liveness attempts, the chip's reader, the second employee, the manager's own face."""

from dataclasses import dataclass
from typing import Self

from app.capture.id_reader import GuardedReader
from app.desk.booth import Booth
from app.desk.case_book import CaseBook
from app.desk.face_search import FaceSearch
from app.desk.id_chip import ChipRoom
from app.desk.liveness_room import Cameras, Challenger, LivenessRoom
from app.desk.my_face import MyFace
from app.desk.staff import StaffDoor
from app.store.face_templates import FaceTemplates
from app.store.settings import Settings


@dataclass(frozen=True)
class IdentityRoom:
    liveness: LivenessRoom
    chip: ChipRoom
    staff: StaffDoor
    my_face: MyFace
    search: FaceSearch

    @classmethod
    def of(cls, book: CaseBook, booth: Booth, staff: StaffDoor, settings: Settings, templates: FaceTemplates, *,
           bank: Challenger | None = None, cameras: Cameras = tuple, reader: GuardedReader | None = None) -> Self:
        """``bank`` draws nonces, ``cameras`` names the enrolled ones, ``reader`` reads chips."""
        search = FaceSearch(book, booth, templates)
        return cls(liveness=LivenessRoom(book, booth, bank, cameras, search), chip=ChipRoom(book, booth, reader),
                   staff=staff, my_face=MyFace(booth, settings, book), search=search)
