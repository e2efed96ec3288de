"""Every page in both languages, themes and sizes: words that fit, that are translated, and that can be read."""

import re
from collections import Counter

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QLabel, QLineEdit, QScrollArea, QWidget

from app.ui import theme as themes
from tests.ui.scenes import SCALED_SIZES, SIZES, come_to_rest, scenes, show
from tests.ui.steps import cut_off

CONTRAST = 4.5
NESTED = 5  # what an inner scroll area needs reaches the next one around it a turn later
CHINESE = re.compile(r"[\u3400-\u9fff]+")
CODE = re.compile(r"[a-z_]+\.[a-z_]+")  # of a condition, for the technical support
LATIN = re.compile(r"[A-Za-z]{3,}")
# What people, places and things are called stays as it is in either language; so do the names of standards and units.
DATA_ZH = {"中文", "林", "星", "林晓星", "晓星", "陈立", "中", "汉", "东方汽车城", "江南示例银行", "示例", "秦", "面签台"}
DATA_LATIN = {"device", "EN", "GPS", "PLUS", "Ctrl", "Ed", "fps", "PDF", "VIN", "YYYY", "REC", "Shift", "Tab",
              "Delete", "English", "HD", "Webcam", "http", "https", "proxy", "example", "bank", "test"}


@pytest.fixture
def shown(qtbot):
    """Windows of scenes, closed in the end."""
    windows = []

    def make(*args):
        windows.append(show(*args))
        qtbot.addWidget(windows[-1])
        return windows[-1]

    yield make
    for window in windows:
        window.close()


@pytest.mark.parametrize("scene", list(scenes()), ids=lambda scene: scene.name)
def test_the_words_of_a_page_fit_are_in_its_language_and_stand_out(shown, scene):
    for language, theme, type_size in (("zh", "dark", 100), ("en", "light", 130)):  # English and large: the longest words
        window = shown(scene, language, theme, SIZES[0], type_size)
        assert (language, cut_off(window), _foreign(window, language), _faint(window), _unspoken(window)) == (
            language, [], [], [], [])


@pytest.mark.parametrize("scene", list(scenes()), ids=lambda scene: scene.name)
def test_a_page_fits_where_the_system_scales_a_small_screen(shown, scene):
    window = shown(scene, "en", "light", SIZES[0])
    for size in SCALED_SIZES:
        _resize(window, size)
        assert (size, window.size().toTuple(), _out_of_reach(window), cut_off(window)) == (size, size, [], [])


def test_what_does_not_fit_would_be_found(shown):
    window = shown(next(scenes()))
    window.setMinimumSize(1, 1)
    _resize(window, (700, 300))
    assert _out_of_reach(window)


def test_faint_words_would_be_found(shown):
    window = shown(next(scenes()))
    label = next(_words(window, QLabel))
    label.setStyleSheet("color: #93A0B2")
    assert len(_faint(window)) == 1


def test_what_a_screen_reader_cannot_say_would_be_found(shown):
    window = shown(next(scenes()))
    assert _unspoken(window) == []
    window.home.setAccessibleName("")
    QWidget(window.home, objectName="nameless", focusPolicy=Qt.FocusPolicy.TabFocus).show()
    assert len(_unspoken(window)) == 2


def _unspoken(window: QWidget) -> list[str]:
    """What takes the focus, or is painted by this program, and has no name or no role for a screen reader."""
    dumb = []
    for widget in window.findChildren(QWidget):
        painted = "paintEvent" in vars(type(widget)) and type(widget).__module__.startswith("app.")
        stops = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and not widget.objectName().startswith("qt_")
        if widget.isVisible() and (painted or stops):
            spoken = QAccessible.queryAccessibleInterface(widget)
            nameless = not spoken.text(QAccessible.Text.Name)
            if nameless or (painted and spoken.role() == QAccessible.Role.Client):
                dumb.append(f"{type(widget).__name__} {widget.objectName()}")
    return dumb


def _resize(window: QWidget, size: tuple[int, int]) -> None:
    window.resize(*size)
    for _ in range(NESTED):
        come_to_rest()


def _out_of_reach(window: QWidget) -> list[str]:
    """What asks for more room than there is and cannot be scrolled to: sideways never, up and down only in a scroll area."""
    lost = []
    for area in window.findChildren(QScrollArea):
        if area.isVisible() and area.widget().width() > area.viewport().width():
            lost.append(f"in {type(area.parentWidget()).__name__} {area.objectName()}: "
                        f"{area.widget().width()} px in {area.viewport().width()}")
    for kind in (QLabel, QAbstractButton, QLineEdit):
        lost += [f"{one.objectName()} {one.geometry()}" for one in window.findChildren(kind)
                 if one.isVisible() and not _scrolled(one) and not _whole_in_sight(one)]
    return lost


def _scrolled(widget: QWidget) -> bool:
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QAbstractScrollArea):
        above = above.parentWidget()
    return above is not None


def _words(window: QWidget, *kinds: type[QWidget]):
    for kind in kinds:
        for widget in window.findChildren(kind):
            if widget.isVisible() and widget.isEnabled() and widget.text() and _whole_in_sight(widget):
                yield widget


def _whole_in_sight(widget: QWidget) -> bool:
    return widget.visibleRegion().boundingRect() == widget.rect()


def _foreign(window: QWidget, language: str) -> list[str]:
    """Words of the other language in texts, tool tips, place holders and what a screen reader says."""
    pattern, known = (LATIN, DATA_LATIN) if language == "zh" else (CHINESE, DATA_ZH)
    texts = []
    for widget in window.findChildren(QWidget):
        texts += [widget.toolTip(), widget.accessibleName(), widget.accessibleDescription()]
        if isinstance(widget, QLabel | QAbstractButton):
            texts.append(widget.text())
        if isinstance(widget, QLineEdit):
            texts.append(widget.placeholderText())
    return sorted({text for text in texts if set(pattern.findall(text)) - known and not CODE.fullmatch(text)})


def _faint(window: QWidget) -> list[str]:
    """Labels and buttons whose painted words have less contrast to their ground than 4.5:1."""
    picture = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    width, height = picture.width(), picture.height()
    pixels = np.frombuffer(picture.constBits(), np.uint32).reshape(height, width) & 0xFFFFFF
    scale = width / window.width()
    faint = []
    for widget in _words(window, QLabel, QAbstractButton):
        seen = widget.visibleRegion().boundingRect()
        at = widget.mapTo(window, QPoint(seen.x(), seen.y()))
        x, y, w, h = (round(v * scale) for v in (at.x(), at.y(), seen.width(), seen.height()))
        colours = Counter(pixels[y:y + h, x:x + w].ravel().tolist())
        ground = _name(colours.most_common(1)[0][0])
        best = max(themes.contrast(ground, _name(colour)) for colour in colours)
        if best < CONTRAST:
            faint.append(f"{widget.objectName()}: {widget.text()} {best:.2f}")
    return faint


def _name(rgb: int) -> str:
    return QColor(rgb).name()
