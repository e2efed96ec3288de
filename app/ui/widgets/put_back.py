"""Says that this laptop's data was put back to an earlier state, and what was done about it."""

from datetime import datetime

from PySide6.QtCore import Signal

from app.ui import text
from app.ui.text import tr
from app.ui.widgets.notice import Notice


class PutBackNotice(Notice):
    """Stays until somebody says that it is ``read``."""

    read = Signal()

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._close.clicked.connect(self.read)

    def show_put_back(self, at: datetime, cases: int) -> None:
        """``at``: when it was noticed; ``cases``: how many of its unsent cases the bank had already."""
        day = text.day(text.local(at))
        at_bank = tr(f"有 {cases} 笔银行早已收到：已先向银行核对，没有重复发送。",
                     f"The bank already had {cases} of its cases: it was asked first, and nothing was sent twice. ")
        lost = tr("之后保存、还没有发出的内容不在列表里；对不上的加密文件另存 30 天，没有删除。",
                  "What was saved later and not sent is not in the list; encrypted files it does not know are kept aside. ")
        self.show_words(
            tr(f"本机数据被换回了较早的状态（{day}发现）。",
               f"This laptop's data was put back to an earlier state (noticed {day})."),
            lost + (at_bank if cases else "") + tr("请告诉本行技术支持。", "Tell the bank's support."), "warn", "store.put_back")
