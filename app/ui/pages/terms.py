"""Step 1: product, dealer, vehicle, price, down payment and term, with loan-to-value and findings while typing."""

from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QLineEdit

from app.desk.views import CaseView
from app.domain import loan
from app.domain.facts import Finding
from app.domain.flow import Step
from app.domain.policy import Dealer, Product
from app.domain.terms import Energy, Terms, Vehicle, VehicleCondition, VehicleUse
from app.ui import text
from app.ui.operation import Operation
from app.ui.pages.page import Page
from app.ui.text import tr
from app.ui.widgets.basics import Bar, Card, Figure, WrapButton, label, row
from app.ui.widgets.findings import FindingList
from app.ui.widgets.inputs import Choice, Field, NumberInput

CONDITIONS = {"new": ("新车", "New"), "used": ("二手车", "Used"), "owned": ("自有车", "Owned")}
ENERGIES = {"ice": ("燃油", "Combustion"), "nev": ("新能源", "New energy")}
USES = {"own": ("自用", "Own use"), "commercial": ("营运", "Commercial"), "ride_hailing": ("网约车", "Ride hailing"),
        "stock": ("库存", "Stock")}


def _named(table: dict[str, tuple[str, str]], wanted: set[str]) -> tuple[tuple[str, str], ...]:
    return tuple((code, tr(*words)) for code, words in table.items() if code in wanted)


class TermsPage(Page):
    step = Step.TERMS

    def __init__(self, desks: Any, view: CaseView) -> None:
        super().__init__(desks, view, subtitle=tr("选择产品与车商，填写车辆和融资方案",
                                                  "Product, dealer, vehicle and terms"))
        self.products = QButtonGroup(self)
        self._codes = [product.code for product in view.pack.products]
        self.dealer = Choice("terms.dealer", searchable=True)
        self.dealer.setEnabled(False)
        self.model = QLineEdit(objectName="terms.model", maxLength=80)
        self.condition, self.energy, self.use = Choice("terms.condition"), Choice("terms.energy"), Choice("terms.use")
        self.vin = QLineEdit(objectName="terms.vin", maxLength=17)
        self.price, self.down = NumberInput("terms.price"), NumberInput("terms.down_payment")
        self.guide, self.appraisal = NumberInput("terms.guide_price"), NumberInput("terms.appraisal")
        self.weight = QLineEdit(objectName="terms.gross_weight", maxLength=6)
        self.term = Choice("terms.term")
        self._live = LiveTerms()
        self._findings: tuple[Finding, ...] = ()
        self._judged: Terms | None = None
        self._asked = 0
        self._filled = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(150)
        self._timer.timeout.connect(self._check)
        self._compose_body()
        self.finish_footer(back=False)
        self._listen()

    def _compose_body(self) -> None:
        grid = QGridLayout()
        grid.setSpacing(8)
        for at, product in enumerate(self.view.pack.products):
            one = WrapButton(text.of(product.name), f"terms.product.{product.code}")
            self.products.addButton(one, at)
            grid.addWidget(one, at // 5, at % 5)
        for at in range(5):
            grid.setColumnStretch(at, 1)
        fields = QGridLayout()
        fields.setHorizontalSpacing(12)
        fields.setVerticalSpacing(8)
        self._price_field = Field(tr("车价（元）", "Price (yuan)"), self.price)
        self._appraisal_field = Field(tr("评估价（元）", "Appraisal (yuan)"), self.appraisal)
        self._guide_field = Field(tr("厂家指导价（元，选填）", "Guide price (yuan, optional)"), self.guide)
        self._weight_field = Field(tr("总质量（kg，选填）", "Gross weight (kg, optional)"), self.weight)
        places = (
            (Field(tr("车商", "Dealer"), self.dealer), 0, 0, 4), (Field(tr("车型", "Model"), self.model), 0, 4, 2),
            (Field(tr("车辆", "Vehicle"), self.condition), 1, 0, 2), (Field(tr("能源",
                                                                               "Energy"), self.energy), 1, 2, 2),
            (Field(tr("用途", "Use"), self.use), 1, 4, 2),
            (self._price_field, 2, 0, 2), (Field(tr("首付（元）", "Down payment (yuan)"), self.down), 2, 2, 2),
            (Field(tr("期限", "Term"), self.term), 2, 4, 2),
            (self._guide_field, 3, 0, 2), (self._appraisal_field, 3, 0, 2),
            (Field(tr("车架号（选填）", "VIN (optional)"), self.vin), 3, 2, 4), (self._weight_field, 4, 0, 2))
        for field, line, at, span in places:
            fields.addWidget(field, line, at, 1, span)
        for at in range(6):
            fields.setColumnStretch(at, 1)
        self._form = Card(fields)
        content = row(gap=16)
        content.addWidget(self._form, 1)
        content.addWidget(self._live, 1)
        for card in (self._form, self._live):
            content.setAlignment(card, Qt.AlignmentFlag.AlignTop)
        for part in (grid, content):
            self.body.addLayout(part)
        self.body.addStretch(1)

    def _listen(self) -> None:
        self.products.idClicked.connect(lambda _id: self._product_chosen())
        for choice in (self.condition, self.energy, self.use):
            choice.changed.connect(self._vehicle_chosen)
        for choice in (self.dealer, self.term):
            choice.changed.connect(self._edited)
        for number in (self.price, self.down, self.guide, self.appraisal):
            number.changed.connect(self._edited)
        for line in (self.model, self.vin, self.weight):
            line.textChanged.connect(lambda _text: self._edited())

    def enter(self) -> None:
        if not self._filled:
            self.act(lambda: self.desks.dealers, then=self._offer_dealers)

    def _offer_dealers(self, dealers: tuple[Dealer, ...]) -> None:
        """The list can be long and comes from the encrypted store: the rest is filled in when it is there."""
        self.dealer.offer(tuple((dealer.id, dealer.name) for dealer in dealers))
        self.dealer.setEnabled(True)
        self._filled = True
        self._fill(self.view)

    def paint(self, view: CaseView) -> None:
        self._form.setEnabled(not self.locked)
        for one in self.products.buttons():
            one.setEnabled(not self.locked)

    def _fill(self, view: CaseView) -> None:
        terms = view.case.loan_terms
        if terms or self.products.checkedId() < 0:
            self.products.button(self._codes.index(terms.product if terms else self._codes[0])).setChecked(True)
        if terms:
            self._offer()
            vehicle = terms.vehicle
            self.dealer.choose(terms.dealer_id)
            self.model.setText(vehicle.model)
            for choice, value in ((self.condition, vehicle.condition), (self.energy, vehicle.energy),
                                  (self.use, vehicle.use)):
                choice.choose(value)
            self._offer()
            self.vin.setText(vehicle.vin or "")
            self.weight.setText(str(vehicle.gross_weight_kg or ""))
            for number, fen in ((self.price, terms.price_fen), (self.down, terms.down_payment_fen),
                                (self.guide, vehicle.guide_price_fen), (self.appraisal, vehicle.appraisal_fen)):
                number.show_fen(fen)
            self.term.choose(str(terms.term_months))
            self._judged, self._findings = terms, view.case.terms.findings
        self._product_chosen()

    @property
    def product(self) -> Product:
        return self.view.pack.product(self._codes[self.products.checkedId()])

    def _product_chosen(self) -> None:
        self._offer()
        self._edited()

    def _vehicle_chosen(self) -> None:
        self._offer()
        self._edited()

    def _offer(self) -> None:
        """Offer only what the product finances: each choice narrows the next."""
        limits = self.product.limits
        self.condition.offer(_named(CONDITIONS, {limit.condition for limit in limits}))
        limits = tuple(limit for limit in limits if limit.condition == self.condition.code())
        self.energy.offer(_named(ENERGIES, {limit.energy for limit in limits}))
        limits = tuple(limit for limit in limits if limit.energy == self.energy.code())
        self.use.offer(_named(USES, {limit.use for limit in limits}))
        limits = tuple(limit for limit in limits if limit.use == self.use.code())
        longest = max((limit.term_max_months for limit in limits), default=0)
        self.term.offer(tuple((str(m), tr(f"{m} 期", f"{m} months"))
                              for m in self.product.terms_months if m <= longest))
        used = self.condition.code() != "new"
        self._guide_field.setVisible(not used)
        self._appraisal_field.setVisible(used)

    def terms(self) -> Terms | None:
        """What stands in the fields, None while something needed is missing."""
        if self._local_missing():
            return None
        used = self.condition.code() != "new"
        vehicle = Vehicle(
            model=self.model.text().strip(), condition=VehicleCondition(self.condition.code()),
            energy=Energy(self.energy.code()), use=VehicleUse(self.use.code()), vin=self.vin.text().strip() or None,
            gross_weight_kg=int(self.weight.text()) if self.weight.text().strip().isdecimal() else None,
            guide_price_fen=None if used else self.guide.fen(), appraisal_fen=self.appraisal.fen() if used else None)
        return Terms(product=self.product.code, dealer_id=self.dealer.code(), vehicle=vehicle,
                     price_fen=self.price.fen(), down_payment_fen=self.down.fen(), term_months=int(self.term.code()))

    def _local_missing(self) -> list[str]:
        needed = ((self.dealer.code(), tr("车商", "dealer")), (self.model.text().strip(), tr("车型", "model")),
                  (self.price.fen() is not None, tr("车价", "price")),
                  (self.down.fen() is not None, tr("首付", "down payment")), (self.term.code(), tr("期限", "term")))
        return [words for there, words in needed if not there]

    def missing(self) -> list[str]:
        lacking = self._local_missing()
        if not lacking and self._judged != self.terms():
            return [tr("正在按规则核对", "the rules are being checked")]
        return lacking or [tr(f.zh, f.en) for f in self._findings if f.level == "block"]

    def _edited(self) -> None:
        self._timer.start()
        self._show()

    def _show(self) -> None:
        """Amount and share at once; what the rules say follows when the desk has judged."""
        terms = self.terms()
        limit = loan.limit_of(self.product, terms.vehicle) if terms else None
        self._live.show_terms(terms, limit.ltv_max if limit else None, self._findings if terms else ())
        self.refresh_footer()

    def _check(self) -> None:
        terms = self.terms()
        self._asked += 1
        if terms is None:
            self._findings = ()
            self._show()
            return
        asked = self._asked
        Operation(self.desks.signing.check_terms, self.case_id, terms).owned_by(self).then(
            lambda findings: self._checked(asked, terms, findings)).failed(self.trouble).start()

    def _checked(self, asked: int, terms: Terms, findings: tuple[Finding, ...]) -> None:
        if asked != self._asked:
            return
        self._findings, self._judged = findings, terms
        self._show()

    def next_words(self) -> str:
        return tr("保存并继续", "Save and go on")

    def forward(self) -> None:
        if self.terms() == self.view.case.loan_terms:
            self.go.emit("next")
            return
        self.act(self.desks.signing.set_terms, self.case_id, self.terms(), then=self.advance, during=self.next)


class LiveTerms(Card):
    """Amount financed, loan to value against its ceiling, and what the rules say."""

    def __init__(self) -> None:
        self._loan = label("—", "figure", name="terms.loan")
        self._ltv = Figure(tr("融资成数", "Loan to value"), strong=True, name="terms.ltv")
        self._bar = Bar(height=8)
        self._limit = Figure(tr("成数上限", "Ceiling"), name="terms.ltv_max")
        self._list = FindingList("terms.findings")
        super().__init__(label(tr("融资额", "Amount financed"), "label"), self._loan, self._ltv, self._bar, self._limit,
                         self._list)
        self.setMinimumWidth(160)
        self.setMaximumWidth(260)

    def show_terms(self, terms: Terms | None, most: float | None, findings: tuple[Finding, ...]) -> None:
        share = loan.ltv(terms) if terms else None
        over = share is not None and most is not None and share > most
        self._loan.setText(text.yuan(terms.loan_fen) if terms else "—")
        self._ltv.show_value(text.percent(share, 1), "bad" if over else "ok" if share is not None else "")
        self._limit.show_value(text.percent(most))
        self._bar.show_share((share or 0) / most if most else 0, "bad" if over else "ok")
        self._list.show_findings(findings)
