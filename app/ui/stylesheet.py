"""The one stylesheet, written with a theme's colours. Widgets choose their look by dynamic properties, never by colour.

``role`` on a label: title, heading, label, figure, strong, caption; on a button: primary, quiet, danger, item, pill, rating.
``tone``: brand, ok, warn, bad, plain. ``panel``: card, rail, bar, page.
"""

import re
from collections.abc import Callable
from string import Template
from typing import Any

_TYPE = re.compile(r"font-size: (\d+)px")
_SHEET = Template("""
* { font-family: "Noto Sans SC", "Microsoft YaHei", "Noto Sans CJK SC"; font-size: 14px; }
QWidget { color: $ink; }
QMainWindow, QWidget[panel="page"] { background: $background; }
QFrame[panel="card"] { background: $surface; border: 1px solid $line; border-radius: 10px; }
QFrame[panel="bar"] { background: $surface; border: 0; border-bottom: 1px solid $line; }
QFrame[panel="left"] { background: $surface; border: 0; border-right: 1px solid $line; }
QFrame[panel="right"] { background: $surface; border: 0; border-left: 1px solid $line; }
QFrame[panel="rule"] { background: $line; border: 0; max-height: 1px; min-height: 1px; }
QLabel { background: transparent; }
QLabel[role="title"] { font-size: 20px; font-weight: 700; }
QLabel[role="heading"] { font-size: 16px; font-weight: 700; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="label"] { font-size: 12px; color: $ink2; }
QLabel[role="caption"] { color: $ink2; }
QLabel[role="finding"] { font-size: 12px; }
QLabel[role="figure"] { font-size: 26px; font-weight: 700; }
QLabel[tone="ok"] { color: $ok; } QLabel[tone="warn"] { color: $warn; }
QLabel[tone="bad"] { color: $bad; } QLabel[tone="brand"] { color: $brand; }
QPushButton { background: $surface; border: 1px solid $line; border-radius: 8px; padding: 0 16px; min-height: 38px; }
QPushButton:hover { background: $background; border-color: $line_strong; }
QPushButton:pressed { background: $track; }
QPushButton:focus { border: 2px solid $brand; padding: 0 15px; min-height: 36px; }
QPushButton:disabled { color: $ink3; background: $surface; }
QPushButton:checked { background: $brand_tint; border-color: $brand; color: $brand; }
QPushButton[role="primary"] { background: $brand; border: 1px solid $brand; color: $on_brand; }
QPushButton[role="primary"]:hover { background: $brand_hover; border-color: $brand_hover; }
QPushButton[role="primary"]:focus { border: 2px solid $ink; }
QPushButton[role="primary"]:disabled { background: $brand_off; border-color: $brand_off; color: $on_brand_off; }
QPushButton[role="quiet"] { border-color: transparent; background: transparent; color: $brand; padding: 0 8px; }
QPushButton[role="quiet"]:hover { background: $brand_tint; }
QPushButton[role="quiet"]:focus { border: 2px solid $brand; padding: 0 7px; }
QPushButton[role="quiet"]:disabled { color: $ink3; }
QPushButton[role="danger"] { color: $bad; }
QPushButton[role="rating"] { min-height: 62px; min-width: 62px; padding: 0; font-size: 22px; font-weight: 600; }
QPushButton[role="rating"]:checked { background: $brand; color: $on_brand; border-color: $brand; }
QPushButton[role="pill"] { border-radius: 20px; color: $ink2; }
QPushButton[role="pill"]:checked { background: $brand_tint; border-color: $brand; color: $brand; font-weight: 600; }
QPushButton[role="item"] { text-align: left; padding: 8px 12px; border-color: transparent; background: transparent; }
QPushButton[role="item"]:hover { background: $background; }
QPushButton[role="item"]:focus { border: 2px solid $brand; padding: 7px 11px; }
QPushButton[role="item"]:checked { background: $brand_tint; border-color: transparent; font-weight: 600; }
QLineEdit, QComboBox, QPlainTextEdit, QTextBrowser {
  background: $surface; border: 1px solid $line_strong; border-radius: 8px; selection-background-color: $brand;
  selection-color: $on_brand; }
QLineEdit, QComboBox { min-height: 38px; padding: 0 11px; }
QPlainTextEdit, QTextBrowser { padding: 8px; }
QLineEdit:focus, QComboBox:focus, QPlainTextEdit:focus, QTextBrowser:focus { border: 2px solid $brand; }
QLineEdit:focus, QComboBox:focus { padding: 0 10px; min-height: 36px; }
QLineEdit[tone="bad"] { border: 1px solid $bad; } QLineEdit[tone="warn"] { border: 1px solid $warn; }
QLineEdit:disabled, QComboBox:disabled { background: $background; color: $ink2; }
QLineEdit:read-only { background: $background; }
QComboBox::drop-down { border: 0; width: 28px; }
QComboBox::down-arrow { image: none; width: 0; height: 0; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $line_strong; padding: 4px; outline: 0; }
QComboBox QAbstractItemView::item { min-height: 40px; padding: 0 8px; color: $ink; }
QComboBox QAbstractItemView::item:selected { background: $brand_tint; color: $ink; }
QCheckBox { spacing: 8px; min-height: 40px; background: transparent; }
QScrollArea { border: 0; background: transparent; }
QScrollArea[panel="aside"] { border: 2px solid transparent; border-radius: 8px; }
QScrollArea[panel="aside"]:focus { border-color: $brand; }
QScrollArea > QWidget > QWidget[panel="scroll"] { background: transparent; }
QScrollBar:vertical { background: transparent; width: 18px; margin: 0; }
QScrollBar::handle:vertical { background: $line_strong; border-radius: 4px; min-height: 40px;
  margin: 1px 1px 1px 9px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle:horizontal { background: $line_strong; border-radius: 4px; min-width: 40px; margin: 1px; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page {
  background: transparent; border: 0; width: 0; height: 0; }
QTableView { background: $surface; border: 1px solid $line; border-radius: 10px; outline: 0; gridline-color: $line; }
QTableView::item:selected { background: $brand_tint; color: $ink; }
QTableView:focus { border: 2px solid $brand; }
QHeaderView { background: transparent; border: 0; }
QHeaderView::section { background: transparent; border: 0; border-bottom: 1px solid $line; color: $ink2;
  font-size: 12px; padding: 0 14px; min-height: 38px; }
QTableView QTableCornerButton::section { background: $surface; }
QToolTip { background: $surface; color: $ink; border: 1px solid $line_strong; padding: 4px 8px; }
QFrame[notice="bad"] { background: $bad_tint; border: 1px solid $bad; border-radius: 8px; }
QFrame[notice="warn"] { background: $warn_tint; border: 1px solid $warn; border-radius: 8px; }
QFrame[notice="ok"] { background: $ok_tint; border: 1px solid $ok; border-radius: 8px; }
QFrame[notice="brand"] { background: $brand_tint; border: 1px solid $brand; border-radius: 8px; }
""")

_CUSTOMER = Template("""
QLabel, QPushButton, QLineEdit, QTextBrowser { font-size: ${px}px; }
QLabel[role="title"] { font-size: ${title}px; }
QLabel[role="heading"] { font-size: ${heading}px; }
QLabel[role="label"], QLabel[role="caption"] { font-size: ${px}px; }
QLabel[role="figure"] { font-size: ${figure}px; }
QPushButton { min-height: 48px; padding: 0 24px; }
QPushButton:focus { min-height: 46px; padding: 0 23px; }
QPushButton[role="rating"] { min-height: 62px; min-width: 62px; padding: 0; font-size: ${heading}px; }
QPushButton[wide="true"] { min-width: 144px; }
""")


def stylesheet(tokens: Any, scaled: Callable[[int], int] = int) -> str:
    """The whole application's sheet in the colours of ``tokens`` with its type ``scaled``."""
    values = dict(vars(tokens))
    values["brand_off"] = mix(tokens.brand, tokens.surface, 0.48)
    values["on_brand_off"] = tokens.on_brand if tokens.name == "light" else tokens.ink2
    return _TYPE.sub(lambda found: f"font-size: {scaled(int(found[1]))}px", _SHEET.substitute(values))


def customer_sheet(px: int) -> str:
    """What a page in front of the customer adds: type from ``px`` up and larger targets."""
    return _CUSTOMER.substitute(px=px, title=px + 8, heading=px + 4, figure=px + 14)


def mix(a: str, b: str, share: float) -> str:
    """``share`` of colour ``a`` over colour ``b``, both #RRGGBB."""
    pairs = ((int(a[i:i + 2], 16), int(b[i:i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(x * share + y * (1 - share)):02X}" for x, y in pairs)
