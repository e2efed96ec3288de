"""The total-cost sheet as the customer sees it and hears it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout

from app.domain.cost import NOTHING_ELSE, CostItem, CostSheet
from app.ui import text
from app.ui.text import tr
from app.ui.widgets.basics import Card, Figure, column, holder, label, row, rule
from app.ui.widgets.read_aloud import ReadAloud
from app.ui.widgets.scroll import Scroll


class CostCard(Card):
    """综合融资成本明示表 as a table: what, who collects it, how, how much, and what it is a year."""

    def __init__(self) -> None:
        self._rate = label("—", "figure", name="forms.annual_rate")
        self._figures = {code: Figure(tr(zh, en), name=f"forms.cost.{code}") for code, zh, en in (
            ("effective", "按复利折合实际年利率", "Effective, compounded"),
            ("principal", "贷款本金", "Principal"), ("first", "首期还款", "First instalment"),
            ("total", "还款与费用合计", "Paid in all"))}
        self._items = QGridLayout()
        self._items.setHorizontalSpacing(8)
        self._items.setVerticalSpacing(8)
        self._items.setColumnStretch(0, 1)
        self._spoken = ""
        self.read_aloud = ReadAloud("forms.cost.read_aloud", lambda: self._spoken)
        head = row(label(tr("综合融资成本明示表", "Total-cost sheet"), "label"), None, self.read_aloud)
        super().__init__(head,
                         row(self._rate, label(tr("年化综合融资成本", "total yearly cost"), "label"), None, gap=8),
                         *self._figures.values(), rule(), padding=14)
        self.body.addWidget(Scroll(column(self._items, None), tr("各项收费", "The charges"), "forms.cost.items"), 1)
        self.body.addWidget(label(text.of(NOTHING_ELSE), "label", wrap=True))

    def show_sheet(self, sheet: CostSheet) -> None:
        self._spoken = spoken(sheet)
        self._rate.setText(text.percent(sheet.annual_rate, 2))
        self._figures["effective"].show_value(text.percent(sheet.effective_rate, 2))
        first = sheet.instalments[0] if sheet.instalments else None
        self._figures["principal"].show_value(
            tr(f"{text.yuan(sheet.principal_fen)} · {sheet.term_months} 期",
               f"{text.yuan(sheet.principal_fen)} · {sheet.term_months} months"))
        self._figures["first"].show_value(f"{text.yuan(first.total_fen)} · {first.due}" if first else "—")
        self._figures["total"].show_value(text.yuan(sheet.principal_fen + sheet.total_cost_fen))
        while self._items.count():
            self._items.takeAt(0).widget().deleteLater()
        heads = (tr("项目 / 收取方", "Item / collector"), tr("金额", "Amount"), tr("年化", "Yearly"))
        for at, head in enumerate(heads):
            side = Qt.AlignmentFlag.AlignRight if at else Qt.AlignmentFlag.AlignLeft
            self._items.addWidget(label(head, "label"), 0, at, side)
        for line, item in enumerate((*sheet.items, *sheet.contingent), start=1):
            self._add_item(line, item)

    def _add_item(self, line: int, item: CostItem) -> None:
        name = holder(column(label(text.of(item.name)), label(
            f"{item.collector} · {text.of(item.how)} · {text.of(item.standard)}", "label", wrap=True), gap=0))
        contingent = item.when == "contingent"
        amount = label(tr("发生时", "if it happens") if contingent else text.yuan(item.fen))
        rate = label("—" if contingent else text.percent(item.annual_rate, 2))
        self._items.addWidget(name, line, 0)
        self._items.addWidget(amount, line, 1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        self._items.addWidget(rate, line, 2, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)


def spoken(sheet: CostSheet) -> str:
    """The sheet in sentences: what is borrowed, what is paid in all, what it is a year, every charge, and that there is no
    other."""
    whole = text.yuan(sheet.principal_fen + sheet.total_cost_fen)
    rate = text.percent(sheet.annual_rate, 2)
    lines = [
        tr(f"贷款本金 {text.yuan(sheet.principal_fen)}，分 {sheet.term_months} 期归还。",
           f"You borrow {text.yuan(sheet.principal_fen)} and pay it back in {sheet.term_months} months."),
        tr(f"还款与费用合计 {whole}。", f"You pay {whole} in all."),
        tr(f"年化综合融资成本 {rate}。", f"The cost a year is {rate}.")]
    lines += [_spoken_item(item) for item in (*sheet.items, *sheet.contingent)]
    return "\n".join((*lines, text.of(sheet.statement)))


def _spoken_item(item: CostItem) -> str:
    amount = "" if item.when == "contingent" else tr(f"，{text.yuan(item.fen)}", f", {text.yuan(item.fen)}")
    return tr(f"{text.of(item.name)}：由{item.collector}{text.of(item.how)}，{text.of(item.standard)}{amount}。",
              f"{text.of(item.name)}: collected by {item.collector}, {text.of(item.how)}, {text.of(item.standard)}{amount}.")
