"""Highlighted clauses (民法典 art. 496): who still has to read which before a document may be signed."""

from app.domain.case import Case
from app.domain.condition import Kind
from app.domain.evidence import digest
from app.domain.facts import ClauseRead
from app.domain.flow import MANAGER

NOT_READ = Kind(
    "clause.not_read", zh="这份文件还有 {count} 条重要条款没有看完，不能签字。", zh_next="请签署人逐条看完并确认后再签。",
    en="{count} highlighted clauses of this document are not acknowledged yet, so it cannot be signed.",
    en_next="Let the signer read and acknowledge each, then sign.")
NOT_NEXT = Kind(
    "clause.not_next", zh="现在要看的不是这一条。", zh_next="请按顺序逐条阅读。",
    en="This is not the clause to be read now.", en_next="Read them one by one, in order.")
TOO_SHORT = Kind(
    "clause.too_short", zh="这一条只停留了 {shown} 秒，至少需要 {least} 秒并看到末尾。", zh_next="请看完后再确认。",
    en="This clause was shown for {shown} seconds; it takes {least} and reading to its end.",
    en_next="Read it, then acknowledge.")


def clauses_left(case: Case, form: str, signer: str) -> tuple[str, ...]:
    """The clauses of ``form`` that ``signer`` has not acknowledged, in their order; none for the manager."""
    document = case.documents.get(form)
    if document is None or signer == MANAGER:
        return ()
    read = {one.clause_sha256 for one in document.clauses_read if one.signer == signer}
    return tuple(text for text in document.prepared.clauses if digest(text.encode()) not in read)


def require_read(case: Case, form: str, signer: str) -> None:
    """Raises ``clause.not_read`` while ``signer`` has not acknowledged every clause of ``form``."""
    if left := clauses_left(case, form, signer):
        raise NOT_READ(count=len(left))


def acknowledge(case: Case, form: str, signer: str, text: str, shown_s: float, read_to_end: bool,
                least_s: float) -> ClauseRead:
    """The fact that ``signer`` has read ``text``, the next clause of the form. Raises ``clause.not_next`` and
    ``clause.too_short``."""
    if clauses_left(case, form, signer)[:1] != (text,):
        raise NOT_NEXT()
    if shown_s < least_s or not read_to_end:
        raise TOO_SHORT(shown=f"{shown_s:.0f}", least=f"{least_s:g}")
    return ClauseRead(form=form, signer=signer, clause_sha256=digest(text.encode()), shown_s=round(shown_s, 1),
                      read_to_end=read_to_end)
