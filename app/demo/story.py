"""What the demo's papers tell, all invented and consistent with each other: who buys which car where, for how much."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from stdnum import luhn

from app.demo.card import demo_customer, demo_spouse
from app.domain.facts import IdCard
from app.domain.identity.vin import check_digit

VIN_BODY = "LDM7A3C50R0000317"


@dataclass(frozen=True)
class Story:
    """Money in fen; ``on`` is the day of signing, from which the papers' dates are counted back."""

    on: date
    price_fen: int = 16_880_000
    down_payment_fen: int = 5_080_000
    monthly_income_fen: int = 1_580_000
    model: str = "东方样车 DF7150E"
    type_code: str = "DF7150E"
    engine_number: str = "DEMO317502"
    dealer: str = "东方汽车城"
    dealer_code: str = "91320102MA0000D18Q"
    employer: str = "星河样本科技有限公司"
    bank: str = "江南示例银行"

    @cached_property
    def customer(self) -> IdCard:
        return demo_customer()

    @cached_property
    def spouse(self) -> IdCard:
        return demo_spouse()

    @property
    def vin(self) -> str:
        return VIN_BODY[:8] + check_digit(VIN_BODY) + VIN_BODY[9:]

    @property
    def bank_card(self) -> str:
        body = "620000123456780317"
        return body + luhn.calc_check_digit(body)

    def before(self, days: int) -> date:
        return self.on - timedelta(days=days)


DEFAULT = Story(on=date(2026, 11, 20))
