"""What a case shares with others of its owner on this device, as findings for the list of contradictions."""

from collections.abc import Iterator

from app.domain.case import Case
from app.domain.cross import CrossFinding
from app.domain.cross.finding import Rule
from app.domain.cross.testimony import Said
from app.domain.masking import mask_phone
from app.domain.policy import Paper, PolicyPack, Words
from app.domain.traces import DEALER, INVOICE, PERSON, PHONE, VIN, traces_of
from app.store.summaries import Summaries
from app.store.traces import Traces, Twin

PICTURE_TWICE = Rule(code="duplicate.picture", level="warn", zh="另一笔面签用过同一张图片",
                     en="Another case holds the same picture")
PLACE_TWICE = Rule(code="duplicate.place", level="warn", zh="另一笔面签的照片拍的是同一背景",
                   en="Another case's photograph was taken before the same background")
RULES = {
    PHONE: Rule(code="duplicate.phone", level="warn", zh="另一位客户留了同一个手机号", en="Another customer gave the same phone",
                mask=mask_phone),
    VIN: Rule(code="duplicate.vin", level="warn", zh="另一笔面签是同一台车", en="Another case is about the same car"),
    INVOICE: Rule(code="duplicate.invoice", level="warn", zh="另一笔面签用了同一张发票", en="Another case uses the same invoice")}
NAMES = {PHONE: Words(zh="手机号", en="phone"), VIN: Words(zh="车架号", en="VIN"),
         INVOICE: Words(zh="发票号码", en="invoice number")}


def shared(case: Case, pack: PolicyPack, traces: Traces, summaries: Summaries) -> tuple[CrossFinding, ...]:
    """Of the same customer's other cases it is only told; a phone may be the same there."""
    return tuple(_findings(case, pack, _Others(case, traces, summaries)))


class _Others:
    def __init__(self, case: Case, traces: Traces, summaries: Summaries) -> None:
        self.case, self.traces, self._summaries = case, traces, summaries

    def number(self, case_id: str) -> str:
        line = self._summaries.get(case_id)
        return line.case_number if line else case_id

    def same_dealer(self, case_id: str) -> bool:
        return self.traces.value(case_id, DEALER) == self.traces.value(self.case.case_id, DEALER)

    def same_person(self, case_id: str) -> bool | None:
        """None where one of the two has no confirmed card yet."""
        mine = self.case.card.card.number.upper() if self.case.card else ""
        theirs = self.traces.value(case_id, PERSON)
        return mine == theirs if mine and theirs else None


def _findings(case: Case, pack: PolicyPack, others: _Others) -> Iterator[CrossFinding]:
    for kind, rule in RULES.items():
        for value in dict.fromkeys(trace.value for trace in traces_of(case) if trace.kind == kind):
            for other in others.traces.others(case.case_id, case.opened.staff_id, kind, value):
                same = others.same_person(other)
                if kind == PHONE and same is not False:
                    continue
                where = Words(zh=others.number(other), en=others.number(other))
                yield rule.broken(Said(NAMES[kind], value), Said(where, value), level="info" if same else None)
    papers = {page.page_id: pack.paper(paper) for paper, pages in case.papers.items() for page in pages}
    for twin in others.traces.twins(case.case_id):
        rule = _of_pictures(twin, papers.get(twin.page_id), others)
        if rule:
            paper, number = papers[twin.page_id], others.number(twin.other_case)
            mine = Said(paper.name, case.number, paper.code, twin.page_id)
            yield rule.broken(mine, Said(Words(zh="另一笔", en="the other"), number),
                              level="info" if others.same_person(twin.other_case) else None)


def _of_pictures(twin: Twin, paper: Paper | None, others: _Others) -> Rule | None:
    """A background is told where it should be this customer's own, or this dealer's while the other case is another's:
    before one dealer's wall many customers stand."""
    if paper is None:
        return None
    if twin.likeness != "background":
        return PICTURE_TWICE
    own = paper.scene == "customer" or (paper.scene == "dealer" and not others.same_dealer(twin.other_case))
    return PLACE_TWICE if own else None
