"""What decides which papers are needed: marital state, employment and a few plain questions."""

from PySide6.QtCore import Signal

from app.domain.facts import Circumstances
from app.ui.text import tr
from app.ui.widgets.basics import Card, button, row
from app.ui.widgets.inputs import Check, Choice, Field

MARITAL = (("single", "未婚", "Single"), ("married", "已婚", "Married"), ("divorced", "离异", "Divorced"),
           ("widowed", "丧偶", "Widowed"))
EMPLOYMENT = (("salaried", "单位受薪", "Salaried"), ("self_employed", "个体经营", "Self-employed"),
              ("freelance", "自由职业", "Freelance"))
KINDS = (("person", "个人", "Person"), ("company", "企业", "Company"))
FLAGS = (("local_resident", "本地户籍", "Local resident"), ("has_guarantor", "有担保人", "Has a guarantor"),
         ("affiliated", "车辆挂靠", "Affiliated vehicle"), ("drives_self", "本人驾驶", "Drives it"))


def _of(table, code: str) -> str:
    return next(tr(zh, en) for c, zh, en in table if c == code)


def summary(circumstances: Circumstances) -> str:
    """已婚 · 单位受薪 · 有担保人"""
    parts = [_of(MARITAL, circumstances.marital), _of(EMPLOYMENT, circumstances.employment)]
    parts += [tr(zh, en) for code, zh, en in FLAGS[1:3] if getattr(circumstances, code)]
    return " · ".join(parts)


class CircumstancesBar(Card):
    """Stands above the papers until confirmed; the papers follow from it."""

    confirmed = Signal(object)

    def __init__(self) -> None:
        self._kind = Choice("papers.customer_kind", tuple((c, tr(zh, en)) for c, zh, en in KINDS))
        self._marital = Choice("papers.marital", tuple((c, tr(zh, en)) for c, zh, en in MARITAL))
        self._employment = Choice("papers.employment", tuple((c, tr(zh, en)) for c, zh, en in EMPLOYMENT))
        self._flags = {c: Check(tr(zh, en), f"papers.{c}") for c, zh, en in FLAGS}
        self.confirm = button(tr("确认客户情况", "Confirm"), "papers.confirm_circumstances", "primary")
        self.confirm.clicked.connect(lambda: self.confirmed.emit(self.circumstances()))
        choices = row(Field(tr("客户", "Customer"), self._kind), Field(tr("婚姻", "Marital"), self._marital),
                      Field(tr("就业", "Employment"), self._employment), gap=12)
        flags = row(*self._flags.values(), None, self.confirm, gap=12)
        super().__init__(choices, flags, padding=14)
        self.show_circumstances(None, locked=False)

    def circumstances(self) -> Circumstances:
        return Circumstances(customer_kind=self._kind.code(), marital=self._marital.code(),
                             employment=self._employment.code(),
                             **{code: box.isChecked() for code, box in self._flags.items()})

    def show_circumstances(self, circumstances: Circumstances | None, locked: bool) -> None:
        self.confirm.setEnabled(not locked)
        if circumstances is None and getattr(self, "_begun", False):
            return
        self._begun = True
        shown = circumstances or Circumstances()
        self._kind.choose(shown.customer_kind)
        self._marital.choose(shown.marital)
        self._employment.choose(shown.employment)
        for code, box in self._flags.items():
            box.setChecked(getattr(shown, code))
