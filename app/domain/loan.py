"""Whether the terms as chosen keep the product's limits: loan to value, term, price against guide and appraisal."""

from decimal import Decimal

from app.domain.facts import Finding
from app.domain.finding import block, info, warn
from app.domain.money import yuan
from app.domain.policy import Limit, Product, Thresholds, Words
from app.domain.terms import Energy, Terms, Vehicle, VehicleCondition, VehicleUse

PRICE_MAX_FEN = 100_000_000_000  # 1 billion yuan: above it a slip of the finger, not a car or a stock of cars

_CONDITIONS = {VehicleCondition.NEW: Words(zh="新车", en="new"), VehicleCondition.USED: Words(zh="二手车", en="used"),
               VehicleCondition.OWNED: Words(zh="自有车", en="owned")}
_ENERGIES = {Energy.ICE: Words(zh="燃油车", en="combustion"), Energy.NEV: Words(zh="新能源车", en="new-energy")}
_USES = {VehicleUse.OWN: Words(zh="自用", en="own use"), VehicleUse.COMMERCIAL: Words(zh="营运", en="commercial"),
         VehicleUse.RIDE_HAILING: Words(zh="网约车", en="ride hailing"), VehicleUse.STOCK: Words(zh="库存", en="stock")}


def base_fen(terms: Terms) -> int:
    """What the loan is measured against: the price, for used and owned cars never more than the appraisal."""
    appraisal = terms.vehicle.appraisal_fen
    if terms.vehicle.condition is VehicleCondition.NEW or not appraisal:
        return terms.price_fen
    return min(terms.price_fen, appraisal)


def ltv(terms: Terms) -> float:
    """Loan to value as a fraction of ``base_fen``; 0 where there is no price."""
    base = base_fen(terms)
    return terms.loan_fen / base if base > 0 else 0.0


def limit_of(product: Product, vehicle: Vehicle) -> Limit | None:
    """The product's limit for this kind of vehicle, None where it does not finance it."""
    return next((limit for limit in product.limits if (limit.condition, limit.use, limit.energy)
                 == (vehicle.condition, vehicle.use, vehicle.energy)), None)


def check_terms(terms: Terms, product: Product, thresholds: Thresholds) -> tuple[Finding, ...]:
    """Everything about the terms that blocks, warns or should be known. ``product`` is the terms' own."""
    if terms.product != product.code:
        raise ValueError("terms belong to another product")
    findings = _price(terms) or _down_payment(terms)
    if findings:
        return tuple(findings)
    limit = limit_of(product, terms.vehicle)
    if limit is None:
        return (_not_financed(product, terms.vehicle),)
    return (*_term(terms, product, limit), *_loan_to_value(terms, limit), *_against_guide(terms, thresholds),
            *_against_appraisal(terms, thresholds), *_face_to_face(terms, thresholds))


def _price(terms: Terms) -> list[Finding]:
    if terms.price_fen <= 0:
        return [block("loan.price", "车价必须大于 0，请按购车合同或评估价填写。",
                      "The price must be above 0. Enter it from the contract or the appraisal.")]
    if terms.price_fen > PRICE_MAX_FEN:
        return [block("loan.price_range", f"车价 {yuan(terms.price_fen)} 元超出系统可受理范围，请检查是否多输了位数。",
                      f"A price of {yuan(terms.price_fen)} yuan is out of range. Check for extra digits.")]
    return []


def _down_payment(terms: Terms) -> list[Finding]:
    down, price = yuan(terms.down_payment_fen), yuan(terms.price_fen)
    if terms.down_payment_fen < 0:
        return [block("loan.down_payment", f"首付款 {down} 元不能小于 0，请重新填写。",
                      f"A down payment of {down} yuan is below 0. Enter it again.")]
    if terms.loan_fen <= 0:
        return [block("loan.down_payment", f"首付款 {down} 元不能达到或超过车价 {price} 元，请重新填写。",
                      f"The down payment of {down} yuan must stay below the price of {price} yuan.")]
    return []


def _not_financed(product: Product, vehicle: Vehicle) -> Finding:
    parts = (_CONDITIONS[vehicle.condition], _ENERGIES[vehicle.energy], _USES[vehicle.use])
    zh, en = "、".join(p.zh for p in parts), ", ".join(p.en for p in parts)
    return block("loan.not_financed", f"“{product.name.zh}”不受理这类车辆（{zh}），请更换产品或核对车辆信息。",
                 f"“{product.name.en}” does not finance this vehicle ({en}). Choose another product or check it.")


def _term(terms: Terms, product: Product, limit: Limit) -> list[Finding]:
    offered = [m for m in product.terms_months if m <= limit.term_max_months]
    if terms.term_months in offered:
        return []
    zh, en = "、".join(map(str, offered)) or "无", ", ".join(map(str, offered)) or "none"
    if terms.term_months > limit.term_max_months:
        return [block("loan.term_max", f"期限 {terms.term_months} 期超过上限 {limit.term_max_months} 期，可选：{zh}。",
                      f"{terms.term_months} months exceed the longest term of {limit.term_max_months}; offered: {en}.")]
    return [block("loan.term", f"本产品没有 {terms.term_months} 期，可选：{zh}。",
                  f"This product has no term of {terms.term_months} months; offered: {en}.")]


def _loan_to_value(terms: Terms, limit: Limit) -> list[Finding]:
    used = terms.vehicle.condition is not VehicleCondition.NEW
    if used and not terms.vehicle.appraisal_fen:
        return [block("loan.appraisal_missing", "二手车和自有车按车价与评估价孰低计算成数，请填写评估价。",
                      "Used and owned cars are financed on the lower of price and appraisal. Enter the appraisal.")]
    base = base_fen(terms)
    most = int(Decimal(base) * Decimal(str(limit.ltv_max)))
    if terms.loan_fen <= most:
        return []
    need = yuan(terms.price_fen - most)
    figures = f"{ltv(terms):.1%}", f"{limit.ltv_max:.0%}"
    zh_base, en_base = ("车价与评估价孰低", "the lower of price and appraisal") if used else ("车价", "the price")
    return [block("loan.ltv",
                  f"贷款 {yuan(terms.loan_fen)} 元为{zh_base} {yuan(base)} 元的 {figures[0]}，超过上限 {figures[1]}，"
                  f"首付至少 {need} 元。",
                  f"The loan of {yuan(terms.loan_fen)} yuan is {figures[0]} of {en_base}, {yuan(base)}; at most "
                  f"{figures[1]}. The down payment must be at least {need}.")]


def _against_guide(terms: Terms, thresholds: Thresholds) -> list[Finding]:
    """Rule F14 for new cars: a price above the guide price may hide cash-back or a raised loan."""
    guide = terms.vehicle.guide_price_fen
    if terms.vehicle.condition is not VehicleCondition.NEW or not guide:
        return []
    if Decimal(terms.price_fen) <= guide * (1 + Decimal(str(thresholds.price_over_guide))):
        return []
    price, above = yuan(terms.price_fen), f"{terms.price_fen / guide - 1:.1%}"
    return [warn("loan.price_over_guide",
                 f"车价 {price} 元比指导价 {yuan(guide)} 元高 {above}，请核实原因。",
                 f"The price of {price} yuan is {above} above the guide price of {yuan(guide)}. Find out why.")]


def _against_appraisal(terms: Terms, thresholds: Thresholds) -> list[Finding]:
    """Rule F14 for used and owned cars: a price far from the appraisal on either side."""
    appraisal = terms.vehicle.appraisal_fen
    if terms.vehicle.condition is VehicleCondition.NEW or not appraisal:
        return []
    price, value, share = yuan(terms.price_fen), yuan(appraisal), Decimal(terms.price_fen) / appraisal
    if share > 1 + Decimal(str(thresholds.price_over_appraisal)):
        return [warn("loan.price_over_appraisal",
                     f"车价 {price} 元为评估价 {value} 元的 {share:.0%}，偏高，请核实成交价。",
                     f"The price of {price} yuan is {share:.0%} of the appraisal of {value}: high. Verify it.")]
    if share < Decimal(str(thresholds.price_below_appraisal)):
        return [warn("loan.price_below_appraisal",
                     f"车价 {price} 元仅为评估价 {value} 元的 {share:.0%}，偏低，请核实车况和成交价。",
                     f"The price of {price} yuan is only {share:.0%} of the appraisal of {value}: low. Verify it.")]
    return []


def _face_to_face(terms: Terms, thresholds: Thresholds) -> list[Finding]:
    if terms.loan_fen <= thresholds.face_to_face_above_fen:
        return []
    limit = yuan(thresholds.face_to_face_above_fen)
    return [info("loan.face_to_face", f"贷款超过 {limit} 元，必须当面签约并全程录音录像。",
                 f"Above {limit} yuan the contract must be signed face to face, with sound and video recorded.")]
