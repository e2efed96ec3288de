"""Colours, type and measure of the window, light and dark. Every colour that is painted comes from here."""

from dataclasses import dataclass
from typing import Literal

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from app.ui.stylesheet import stylesheet

ThemeName = Literal["light", "dark"]
FAMILIES = ("Noto Sans SC", "Microsoft YaHei", "Noto Sans CJK SC")
TITLE, TEXT, LABEL, FIGURE = 20, 14, 12, 26
TARGET = 40
CUSTOMER_SIZES = (16, 18, 22)


@dataclass(frozen=True)
class Tokens:
    """One theme's colours. ``ink3`` is for lines and marks, never for text: it does not reach 4.5:1."""

    name: str
    background: str
    surface: str
    line: str
    line_strong: str
    ink: str
    ink2: str
    ink3: str
    brand: str
    brand_hover: str
    brand_tint: str
    on_brand: str
    ok: str
    ok_tint: str
    warn: str
    warn_tint: str
    bad: str
    bad_tint: str
    track: str
    hatch: str

    def tone(self, tone: str) -> tuple[str, str]:
        """Text and tint of brand, ok, warn, bad or plain."""
        if tone == "plain":
            return self.ink2, self.track
        return getattr(self, tone), getattr(self, f"{tone}_tint")


LIGHT = Tokens(
    name="light", background="#F4F6F9", surface="#FFFFFF", line="#E3E8EF", line_strong="#CBD4E0",
    ink="#17212F", ink2="#5A6779", ink3="#93A0B2",
    brand="#0B57D0", brand_hover="#0A4CB7", brand_tint="#E8F0FE", on_brand="#FFFFFF",
    ok="#0F7754", ok_tint="#E5F5EE", warn="#A35507", warn_tint="#FFF3E0", bad="#C62828", bad_tint="#FDECEC",
    track="#EBEFF5", hatch="#EEF2F7")
DARK = Tokens(
    name="dark", background="#0F141B", surface="#171E28", line="#2A3442", line_strong="#3A4759",
    ink="#E8EDF4", ink2="#A7B3C4", ink3="#6B788B",
    brand="#7CACF8", brand_hover="#98BEFA", brand_tint="#14243D", on_brand="#0F141B",
    ok="#4CC38A", ok_tint="#12291F", warn="#F0A64B", warn_tint="#2E2111", bad="#FF8A80", bad_tint="#341717",
    track="#222C39", hatch="#1D2632")
THEMES: dict[str, Tokens] = {"light": LIGHT, "dark": DARK}

_tokens = LIGHT
_type_size = 100


def tokens() -> Tokens:
    """The colours in force, for widgets that paint themselves."""
    return _tokens


def colour(name: str) -> QColor:
    return QColor(getattr(_tokens, name))


def scaled(px: int) -> int:
    """A measure in pixels that grows with the type size, so that words keep their room."""
    return round(px * _type_size / 100)


def apply(name: ThemeName, type_size: int = 100) -> None:
    """Make a theme the application's, with type of ``type_size`` percent: palette and stylesheet."""
    global _tokens, _type_size
    _tokens, _type_size = THEMES[name], type_size
    application = QApplication.instance()
    application.setPalette(palette(_tokens))
    application.setStyleSheet(stylesheet(_tokens, scaled))


def palette(t: Tokens) -> QPalette:
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: t.background, QPalette.ColorRole.Base: t.surface,
        QPalette.ColorRole.AlternateBase: t.background, QPalette.ColorRole.Button: t.surface,
        QPalette.ColorRole.WindowText: t.ink, QPalette.ColorRole.Text: t.ink, QPalette.ColorRole.ButtonText: t.ink,
        QPalette.ColorRole.PlaceholderText: t.ink2, QPalette.ColorRole.Highlight: t.brand,
        QPalette.ColorRole.HighlightedText: t.on_brand, QPalette.ColorRole.ToolTipBase: t.surface,
        QPalette.ColorRole.ToolTipText: t.ink, QPalette.ColorRole.Mid: t.line, QPalette.ColorRole.Link: t.brand,
    }
    for role, value in roles.items():
        made.setColor(role, QColor(value))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText, QPalette.ColorRole.WindowText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(t.ink3))
    return made


def font(px: int = TEXT, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """The window's type with tabular figures, ``px`` pixels at the usual type size."""
    made = QFont()
    made.setFamilies(list(FAMILIES))
    made.setPixelSize(scaled(px))
    made.setWeight(weight)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def contrast(a: str, b: str) -> float:
    """WCAG 2.2 contrast ratio of two colours, 1 to 21."""
    bright, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(value: str) -> float:
    made = QColor(value)
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
                        for c in (made.redF(), made.greenF(), made.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
