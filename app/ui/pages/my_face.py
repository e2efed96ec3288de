"""The manager's own face, kept on this device if they wish, so that a photo together can be checked for them."""

from typing import Any

from PySide6.QtWidgets import QWidget

from app.ui.operation import Operation
from app.ui.text import tr
from app.ui.widgets.basics import button, column, label, row

PHOTO_TOGETHER = "photo_together"


class MyFace(QWidget):
    """``page`` is the page it stands on, which talks to the desk."""

    def __init__(self, page: Any) -> None:
        super().__init__()
        self._page = page
        self._state = label("", "strong", wrap=True, name="my_face.state")
        words = label(tr("可选：对着摄像头记下您（客户经理）自己的脸，合影时核对您是否在场。加密留在本机，不上传，随时可以忘记。",
                         "Optional: keep your own (the manager's) face, to check that you are in the photo together. "
                         "It stays encrypted on this device, is never sent, and can be forgotten at any time."),
                      "label", wrap=True, name="my_face.words")
        self._remember = button(tr("记住我的人脸", "Remember my face"), "my_face.remember")
        self._forget = button(tr("忘记", "Forget"), "my_face.forget", "danger")
        self._remember.clicked.connect(self._keep)
        self._forget.clicked.connect(self._drop)
        self.setLayout(column(self._state, words, row(self._remember, self._forget, None), gap=6))
        self._show(None)

    def look(self) -> None:
        """Ask whether a face is kept; the answer comes behind whatever the person asked for."""
        signing = self._page.desks.signing
        Operation(lambda: signing.my_face_known, rank=1).owned_by(self).then(self._show).failed(self._page.trouble).start()

    def _show(self, known: bool | None) -> None:
        self._state.setText({None: tr("我的人脸", "My face"), True: tr("✓ 本机已记住您的人脸", "✓ Your face is kept here"),
                             False: tr("本机没有您的人脸", "Your face is not kept here")}[known])
        self._remember.setText(tr("重新记一次", "Take it anew") if known else tr("记住我的人脸", "Remember my face"))
        self._forget.setVisible(bool(known))

    def _keep(self) -> None:
        desks = self._page.desks
        self._page.act(lambda: desks.signing.remember_my_face(desks.booth.snapshot()),
                       then=lambda _none: self.look(), during=self._remember)

    def _drop(self) -> None:
        self._page.act(self._page.desks.signing.forget_my_face, then=lambda _none: self.look(), during=self._forget)
