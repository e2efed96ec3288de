"""The evidence package on its way: kept, sealed, sent, confirmed by the bank; what of it may go now, and another way there."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox

from app.desk.views import CaseView, SyncView
from app.ui import text
from app.ui.pages.case_table import BANK, SYNC
from app.ui.text import tr
from app.ui.widgets.basics import Bar, Card, Pill, button, holder, label, restyle, row

WHAT = (("all", "全部发送", "Everything"), ("papers", "先发资料，录像稍后", "Papers now, the recording later"),
        ("nothing", "暂不发送", "Nothing yet"))


class PackageCard(Card):
    """``chosen`` tells what may go now, ``rescue`` that a rescue copy is wanted."""

    chosen = Signal(str)
    rescue = Signal()

    def __init__(self) -> None:
        self._name = label("", "strong", name="submit.package")
        self._size = label("", "label", name="submit.package_size")
        self._bar = Bar(height=8)
        self._state = label("", "caption", wrap=True, name="submit.state")
        self._pill = Pill("", "plain", name="submit.bank_status")
        self._receipt = label("", "strong", wrap=True, name="submit.receipt")
        self._advice = label("", "label", wrap=True, name="submit.advice")
        self._what = QComboBox()
        self._what.setObjectName("submit.what")
        self._what.setAccessibleName(tr("现在发送什么", "What is sent now"))
        for what, zh, en in WHAT:
            self._what.addItem(tr(zh, en), what)
        self._rescue = button(tr("保存应急副本", "Save a rescue copy"), "submit.rescue")
        self._rescue.setToolTip(tr("仍然加密，只有银行能打开；网络长期不通时可用 U 盘交给银行",
                                   "Still encrypted to the bank; for bringing it there when no line will do"))
        head = row(self._name, None, self._size)
        state = row(self._state, self._pill)
        state.setStretch(0, 1)
        self._way = holder(row(label(tr("现在发送", "Send now"), "label"), self._what, None, self._rescue))
        super().__init__(head, self._bar, state, self._advice, self._receipt, self._way, padding=18, gap=10)
        self._what.activated.connect(lambda at: self.chosen.emit(self._what.itemData(at)))
        self._rescue.clicked.connect(self.rescue)

    def show_sealing(self) -> None:
        self._state.setText(tr("正在加密封存…", "Sealing…"))
        self._bar.show_share(0.15)

    def show_case(self, view: CaseView) -> None:
        case = view.case
        self._name.setText(tr(f"证据包 {case.number}", f"Evidence package {case.number}")
                           + (f" · r{len(case.seals)}" if len(case.seals) > 1 else ""))
        self._size.setText(tr(
            f"{len(case.files())} 个文件 · {text.megabytes(view.bytes_kept)} · {case.events} 条操作记录，哈希链完整",
            f"{len(case.files())} files · {text.megabytes(view.bytes_kept)} · {case.events} records, chain intact"))
        self._receipt.setVisible(case.receipted)
        self._pill.setVisible(case.sealed)
        self._way.setVisible(case.sealed and not case.receipted)
        self._advice.hide()
        if not case.sealed:
            self._bar.show_share(0)
            self._state.setText(tr("尚未封存", "Not sealed yet"))
        elif case.receipted:
            self._show_receipt(view)
        else:
            self._show_way(view.sync)

    def _show_way(self, sync: SyncView) -> None:
        """Kept here, sent so far; and when it does not go on, why and what to do."""
        zh, en, tone = SYNC[sync.state]
        self._pill.show_state(tr(zh, en), tone)
        self._bar.show_share(sync.share, "brand")
        self._what.setCurrentIndex(self._what.findData(sync.chosen))
        kept = tr("已封存，加密保存在本机", "Sealed and kept here, encrypted")
        sent = tr(f"，已发送 {sync.share:.0%}", f", {sync.share:.0%} sent") if sync.share else tr("，等待发送", ", waiting")
        self._say(kept + sent, sync)

    def _say(self, words: str, sync: SyncView) -> None:
        """How far it is, and what is in the way of what is still to come."""
        why = tr("。", ". ") + text.of(sync.trouble) if sync.trouble else ""
        self._state.setText(words + why)
        restyle(self._state, tone="warn" if sync.trouble else "")
        self._advice.setText(text.of(sync.advice) if sync.advice else "")
        self._advice.setVisible(bool(sync.advice))

    def _show_receipt(self, view: CaseView) -> None:
        receipt = view.case.receipts[-1]
        self._bar.show_share(1.0, "ok")
        status = view.case.bank_status
        zh, en, tone = BANK[status.status if status else "received"]
        self._pill.show_state(tr(zh, en), tone)
        self._say(tr(f"银行于 {text.clock(receipt.received_at)} 确认收到，回执签名已核验",
                     f"Confirmed by the bank at {text.clock(receipt.received_at)}; signature verified"), view.sync)
        self._receipt.setText(tr(f"回执编号 {receipt.receipt_id}", f"Receipt {receipt.receipt_id}"))
        restyle(self._receipt, tone="ok")
