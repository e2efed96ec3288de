"""The work list's filters: one pill a group of cases, each with how many there are."""

from app.domain.summary import GROUPS, Group
from app.ui.text import tr
from app.ui.widgets.pills import Pills

WORDS: dict[Group, tuple[str, str]] = {
    "all": ("全部", "All"), "open": ("进行中", "Open"), "to_send": ("待上传", "To be sent"), "returned": ("退回补件", "Returned"),
    "bank": ("银行已收", "With the bank"), "archived": ("已归档", "Archived")}


class GroupBar(Pills):
    def __init__(self) -> None:
        super().__init__("home.group", tuple((group, tr(*WORDS[group])) for group in GROUPS), "all")

    def show_counts(self, counts: dict[Group, int]) -> None:
        for group, count in counts.items():
            self.say(group, f"{tr(*WORDS[group])}  {count}")
