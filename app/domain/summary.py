"""One line of the work list: what is shown of a case without reading its journal."""

from datetime import datetime
from typing import Literal, get_args

from pydantic import Field

from app.domain.model import Model

Group = Literal["all", "open", "to_send", "returned", "bank", "archived"]
GROUPS: tuple[Group, ...] = get_args(Group)
STAGES: dict[Group, tuple[str, ...]] = {
    "open": ("open",), "to_send": ("sealed",), "returned": ("supplement",), "bank": ("received", "purged")}
UNDELIVERED = (*STAGES["open"], *STAGES["to_send"], *STAGES["returned"])
ARCHIVABLE = (*STAGES["open"], *STAGES["bank"])  # what still has to go to the bank stays in sight


class CaseSummary(Model):
    """``customer`` is masked for the list, ``search`` is what the search box looks through.

    ``completeness``, ``sync_share`` and the score's ``criteria`` are 0–1, ``score`` is 0–100 or None where it is not known yet.
    ``archived`` is the list's own: no fact of the case says it, and the next one brings the case back.
    """

    case_id: str
    case_number: str
    staff_id: str
    customer: str
    id_number_masked: str
    product: str
    step: int = Field(ge=1, le=11)
    stage: str
    completeness: float
    score: float | None = None
    sync_state: str
    sync_share: float = 0.0
    bank_status: str | None = None
    note: str = ""
    search: str
    criteria: dict[str, float] = {}
    updated_at: datetime
    archived: bool = False
    practice: bool = False

    @property
    def archivable(self) -> bool:
        return self.stage in ARCHIVABLE
