"""The work list's filters: one pill a group of cases, each with how many there are."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QWidget

from app.domain.summary import GROUPS, Group
from app.ui.text import tr
from app.ui.widgets.basics import button, row

WORDS: dict[Group, tuple[str, str]] = {
    "all": ("全部", "All"), "open": ("进行中", "Open"), "to_send": ("待上传", "To be sent"), "returned": ("退回补件", "Returned"),
    "bank": ("银行已收", "With the bank"), "archived": ("已归档", "Archived")}


class GroupBar(QWidget):
    """``chosen`` says that another group is wanted; which one, ``group`` tells."""

    chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.group: Group = "all"
        self._pills = QButtonGroup(self)
        self._buttons = {group: self._pill(group) for group in GROUPS}
        self._buttons["all"].setChecked(True)
        self.setLayout(row(*self._buttons.values(), None, gap=8))

    def show_counts(self, counts: dict[Group, int]) -> None:
        for group, count in counts.items():
            self._buttons[group].setText(f"{tr(*WORDS[group])}  {count}")

    def _pill(self, group: Group):
        pill = button(tr(*WORDS[group]), f"home.group.{group}", "pill")
        pill.setCheckable(True)
        pill.clicked.connect(lambda: self._choose(group))
        self._pills.addButton(pill)
        return pill

    def _choose(self, group: Group) -> None:
        self.group = group
        self.chosen.emit()
