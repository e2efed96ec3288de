"""The customer types the password of the copy, twice, and a drive is chosen; the password is held nowhere else."""

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit

from app.domain.copy_password import check_copy_password
from app.ui.text import tr
from app.ui.widgets.basics import Card, button, label, row
from app.ui.widgets.inputs import Field


class CopyForm(Card):
    """``chosen`` carries the folder and both entries of the password. ``known`` are numbers that it may not hold."""

    chosen = Signal(Path, str, str)
    left = Signal()

    def __init__(self) -> None:
        super().__init__(gap=14, padding=20)
        self._known: tuple[str, ...] = ()
        self._entries = [QLineEdit(objectName=f"copy.{code}", maxLength=64) for code in ("password", "again")]
        for entry in self._entries:
            entry.setEchoMode(QLineEdit.EchoMode.Password)
            entry.textEdited.connect(lambda _text: self._judge())
        first = Field(tr("请客户输入密码（至少 8 位，字母加数字）", "The customer's password (8 or more, letters and digits)"),
                      self._entries[0])
        self._second = Field(tr("再输入一次", "Once more"), self._entries[1])
        self._choose = button(tr("选择 U 盘并保存…", "Choose the drive and save…"), "copy.choose", "primary")
        self._choose.setEnabled(False)
        self._choose.clicked.connect(self._choose_folder)
        leave = button(tr("取消", "Cancel"), "copy.cancel")
        leave.clicked.connect(self._left)
        self.body.addWidget(label(tr("存一份给客户", "A copy for the customer"), "heading"))
        self.body.addWidget(label(
            tr("全部已签文件合成一个加密的 PDF，手机和电脑都能用密码打开；"
               "带签名的原件附在里面。密码由客户本人输入，不保存、找不回。",
               "All signed documents as one encrypted PDF that any phone or computer opens with the password; the signed "
               "originals are attached. The customer types the password; it is kept nowhere."), wrap=True))
        self.body.addWidget(first)
        self.body.addWidget(self._second)
        self.body.addLayout(row(None, leave, self._choose, gap=12))
        self.body.addStretch(1)

    def begin(self, known: Iterable[str]) -> None:
        self._known = tuple(known)
        self.clear()
        self._entries[0].setFocus()

    def clear(self) -> None:
        for entry in self._entries:
            entry.clear()
        self._judge()

    def save_to(self, folder: Path) -> None:
        """What choosing ``folder`` in the dialog does."""
        entries = [entry.text() for entry in self._entries]
        self.clear()
        self.chosen.emit(folder, *entries)

    def _judge(self) -> None:
        password, again = (entry.text() for entry in self._entries)
        flaws = check_copy_password(password, again, self._known)
        typing = not again and all(flaw.code == "copy.differs" for flaw in flaws)
        said = flaws[0] if flaws and password and not typing else None
        self._second.say(tr(said.zh, said.en) if said else "", "warn")
        self._choose.setEnabled(not flaws)

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self, tr("选择 U 盘", "Choose the drive"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda folder: self.save_to(Path(folder)))
        dialog.open()

    def _left(self) -> None:
        self.clear()
        self.left.emit()
