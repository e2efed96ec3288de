"""What the rules noticed, one line each: stops, warns, or only tells."""

from PySide6.QtWidgets import QWidget

from app.domain.facts import Finding
from app.ui.text import tr
from app.ui.widgets.basics import column, label, restyle

TONES = {"block": "bad", "warn": "warn", "info": "brand"}
MARKS = {"block": ("✕", "✕"), "warn": ("！", "!"), "info": ("i", "i")}


def words(finding: Finding) -> str:
    return tr(finding.zh, finding.en)


class FindingList(QWidget):
    """Empty while all is well."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._column = column(gap=6)
        self.setLayout(self._column)
        self._shown: tuple[Finding, ...] = ()

    def show_findings(self, findings: tuple[Finding, ...]) -> None:
        if findings == self._shown:
            return
        self._shown = findings
        while self._column.count():
            self._column.takeAt(0).widget().deleteLater()
        for finding in findings:
            line = label(f"{tr(*MARKS[finding.level])} {words(finding)}", wrap=True)
            restyle(line, tone=TONES[finding.level], role="finding")
            self._column.addWidget(line)
        self.setAccessibleName("; ".join(words(f) for f in findings))

    def findings(self) -> tuple[Finding, ...]:
        return self._shown
