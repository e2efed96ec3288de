"""Where papers do not fit together: the rule, then both sources with what each says. Hidden while all is well."""

from PySide6.QtWidgets import QWidget

from app.domain.cross import CrossFinding, Side
from app.ui import text
from app.ui.text import tr
from app.ui.widgets.basics import Card, Pill, column, holder, label, restyle, row
from app.ui.widgets.findings import MARKS, TONES


class CrossList(Card):
    def __init__(self, name: str) -> None:
        self._count = Pill("", "warn", name=f"{name}.count")
        self._column = column(gap=8)
        super().__init__(row(label(tr("资料之间的核对", "Papers against each other"), "strong"), self._count, None), self._column,
                         padding=14, gap=10)
        self.setObjectName(name)
        self._shown: tuple[CrossFinding, ...] = ()
        self.hide()

    def show_findings(self, found: tuple[CrossFinding, ...]) -> None:
        self.setVisible(bool(found))
        if found == self._shown:
            return
        self._shown = found
        while self._column.count():
            self._column.takeAt(0).widget().deleteLater()
        for finding in found:
            self._column.addWidget(_line(finding))
        blocks = sum(finding.level == "block" for finding in found)
        self._count.show_state(tr(f"{len(found)} 处", str(len(found))), "bad" if blocks else "warn")
        self.setAccessibleName("; ".join(tr(f.finding.zh, f.finding.en) for f in found))

    def findings(self) -> tuple[CrossFinding, ...]:
        return self._shown


def _line(finding: CrossFinding) -> QWidget:
    rule = label(f"{tr(*MARKS[finding.level])} {text.of(finding.rule)}", "finding", wrap=True)
    restyle(rule, tone=TONES[finding.level])
    values = label(f"{_said(finding.one)}  ↔  {_said(finding.other)}", "label", wrap=True)
    values.setContentsMargins(15, 0, 0, 0)
    return holder(column(rule, values, gap=2))


def _said(side: Side) -> str:
    return tr(f"{side.source.zh}：{side.value}", f"{side.source.en}: {side.value}")
