"""The fields of one captured page, each below its cut-out of the picture: how sure it was read, to be compared and corrected."""

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QLineEdit, QWidget

from app.desk.views import PageField
from app.ui import text
from app.ui.text import tr
from app.ui.widgets.basics import button, column, row
from app.ui.widgets.inputs import Field
from app.ui.widgets.picture import Picture

SURE = 0.9
CUT_OUT_PX, AIR = 34, 0.35  # height on the screen; around the print, of its height


class PageFields(QWidget):
    """Empty where the paper has no fields. ``saved`` carries all values as they stand."""

    saved = Signal(dict)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._name = name
        self._inputs: dict[str, QLineEdit] = {}
        self._cut_outs: list[tuple[Picture, QRect]] = []
        self._column = column(gap=6)
        self.save = button(tr("核对无误，保存", "Compared: save"), f"{name}.save")
        self.save.clicked.connect(lambda: self.saved.emit(self.values()))
        self.setLayout(column(self._column, row(self.save, None), gap=8))
        self.hide()

    def show_fields(self, fields: tuple[PageField, ...], *, confirmed: bool, locked: bool) -> None:
        for field in fields:
            made = QLineEdit(field.value, objectName=f"{self._name}.{field.name}", maxLength=200)
            made.setCursorPosition(0)
            made.setReadOnly(locked)
            captioned = Field(text.of(field.words), made)
            captioned.mark(*_sureness(field, confirmed))
            if field.box:
                captioned.layout().insertWidget(1, self._cut_out(field.name, field.box))
            self._inputs[field.name] = made
            self._column.addWidget(captioned)
        self.save.setVisible(not locked)
        self.setVisible(bool(fields))

    def _cut_out(self, name: str, box: tuple[int, int, int, int]) -> Picture:
        made = Picture(f"{self._name}.{name}.cut_out")
        made.setFixedHeight(CUT_OUT_PX)
        made.hide()
        air = round(AIR * box[3])
        self._cut_outs.append((made, QRect(*box).adjusted(-air, -air, air, air)))
        return made

    @property
    def wants_picture(self) -> bool:
        return bool(self._cut_outs)

    def show_image(self, image: QImage) -> None:
        """The page's picture in full size, of which every field shows its own place."""
        for picture, place in self._cut_outs:
            picture.show_image(image.copy(place.intersected(image.rect())))
            picture.show()

    def values(self) -> dict[str, str]:
        return {name: made.text() for name, made in self._inputs.items()}


def _sureness(field: PageField, confirmed: bool) -> tuple[str, str]:
    """What stands beside the caption, and its tone."""
    if field.confidence is None:
        return (tr("没有读到", "not read"), "warn") if field.required else ("", "")
    if confirmed and field.confidence >= 1:
        return tr("✓ 已核对", "✓ compared"), "ok"
    if field.confidence >= SURE:
        return f"✓ {field.confidence:.0%}", "ok"
    return tr(f"{field.confidence:.0%} 请细看", f"{field.confidence:.0%} check"), "warn"
