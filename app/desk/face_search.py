"""The same face under another ID number, among this device's cases: only where the bank's policy keeps face templates and
the customer agreed to that search, only the owner's cases, only by the same models. It points people at it, no more."""

from collections.abc import Callable
from dataclasses import dataclass

from app.desk.booth import Booth
from app.desk.case_book import CaseBook
from app.domain import facts
from app.domain.case import FACE_CONSENT, FACE_SEARCH_CONSENT, Case, agreed
from app.domain.finding import warn
from app.domain.flow import SAME_FACE
from app.domain.identity.id_card import compact
from app.domain.policy import PolicyPack
from app.store.face_templates import FaceTemplates

NAMED_MOST = 5


@dataclass(frozen=True)
class Search:
    """What was found, and what to do with the templates in the transaction that records it."""

    findings: tuple[facts.Finding, ...]
    also: Callable[[], None]


class FaceSearch:
    def __init__(self, book: CaseBook, booth: Booth, templates: FaceTemplates) -> None:
        self._book, self._booth, self._templates = book, booth, templates

    def run(self, case: Case, pack: PolicyPack, frames_jpeg: tuple[bytes, ...]) -> Search:
        """Look for the face of these live frames and keep its template; without leave for it, drop the one kept before."""
        if case.opened.practice or not (
                frames_jpeg and pack.thresholds.keep_face_templates and case.card and agreed(case, FACE_CONSENT)
                and agreed(case, FACE_SEARCH_CONSENT)):
            return self.none(case)
        made = self._booth.face_template(frames_jpeg)
        if made is None:
            return self.none(case)
        number, owner = compact(case.card.card.number), case.opened.staff_id
        others = self._templates.others(owner, made.pack_sha256, number, case.case_id)
        alike = self._booth.alike(made, tuple(kept.template for kept in others)) if others else ()
        named = [other.number for other in (self._book.load(others[at].case_id) for at in alike)
                 if other.card is None or compact(other.card.card.number) != number]
        return Search(tuple(_finding(each) for each in named[:NAMED_MOST]), lambda: self._templates.put(
            case.case_id, owner, made.pack_sha256, number, made.embedding))

    def anew(self, case: Case, pack: PolicyPack) -> Search:
        """``case`` with the card that is being confirmed. After the face check it is looked for under that card's number
        too: else who confirms a known number first and corrects it afterwards would be looked for under neither."""
        if case.liveness is None or not self.keeps(case.case_id):
            return Search((), _nothing)
        found = self.run(case, pack, tuple(self._book.vault.get(case.case_id, ref) for ref in case.liveness.best_frames))
        return Search(tuple(each for each in found.findings if each not in case.liveness.findings), found.also)

    def none(self, case: Case) -> Search:
        return Search((), lambda: self.drop(case.case_id))

    def keeps(self, case_id: str) -> bool:
        return self._templates.has(case_id)

    def drop(self, case_id: str) -> None:
        """Remove the case's template; part of the transaction it is called in."""
        self._templates.remove(case_id)

    def forget(self) -> None:
        """After a template was removed: nothing of it stays in the database's log."""
        self._templates.forget()


def _nothing() -> None:
    """No template changes."""


def _finding(number: str) -> facts.Finding:
    return warn(SAME_FACE, f"与本机面签 {number} 的客户面部相似，但证件号码不同，请人工核对",
                f"The face is like that of the customer in case {number}, under another ID number: look at both")
