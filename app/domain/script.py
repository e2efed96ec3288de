"""The script of the recorded interview: its questions with the figures of the case, as they are read aloud.

The total cost is shown and explained before the contract is signed (综合融资成本明示, in force 2026-08-01); reading it aloud in
the recording is the proof.
"""

import re
from collections.abc import Callable

from app.domain.cost import CostItem, CostSheet
from app.domain.money import yuan
from app.domain.policy import Question, Words

_FIGURE = re.compile(r"\{([^{}]*)\}")


def figures_of(text: str) -> list[str]:
    """The names that stand in braces."""
    return _FIGURE.findall(text)


def spoken(question: Question, sheet: CostSheet) -> Words:
    """The question as it is asked in a case with this cost sheet."""
    return Words(zh=_filled(question.text.zh, sheet, "zh"), en=_filled(question.text.en, sheet, "en"))


def unfilled(question: Question) -> Words:
    """The question without a case's figures."""
    return Words(zh=_FIGURE.sub("…", question.text.zh), en=_FIGURE.sub("…", question.text.en))


def _filled(text: str, sheet: CostSheet, language: str) -> str:
    return _FIGURE.sub(lambda found: FIGURES[found[1]](sheet, language) if found[1] in FIGURES else found[0], text)


def _charges(items: tuple[CostItem, ...], language: str) -> str:
    """What is charged, each with its sum; in words where there is nothing."""
    if not items:
        return "无" if language == "zh" else "none"
    if language == "zh":
        return "、".join(f"{item.name.zh} {yuan(item.fen)} 元" for item in items)
    return ", ".join(f"{item.name.en} {yuan(item.fen)} yuan" for item in items)


FIGURES: dict[str, Callable[[CostSheet, str], str]] = {
    "loan": lambda sheet, _: yuan(sheet.principal_fen),
    "months": lambda sheet, _: str(sheet.term_months),
    "first_instalment": lambda sheet, _: yuan(sheet.instalments[0].total_fen),
    "cost": lambda sheet, _: yuan(sheet.total_cost_fen),
    "total": lambda sheet, _: yuan(sheet.total_fen),
    "annual_rate": lambda sheet, _: f"{sheet.annual_rate:.2%}",
    "charges": lambda sheet, language: _charges(sheet.items, language),
}
