"""Terms for tests: a fictional new car on the new-car product unless told otherwise."""

from app.domain.policy import Limit, Product
from app.domain.terms import Terms, Vehicle


def vehicle(**changes) -> Vehicle:
    return Vehicle(**{"model": "示例轿车", "condition": "new", "energy": "ice", "use": "own", **changes})


def terms(price_yuan: int = 120_000, down_yuan: int = 34_000, months: int = 36, product: str = "new_car_instalment",
          **car) -> Terms:
    return Terms(product=product, dealer_id="D-0317", vehicle=vehicle(**car), price_fen=price_yuan * 100,
                 down_payment_fen=down_yuan * 100, term_months=months)


def terms_within(product: Product, limit: Limit, price_yuan: int = 200_000, months: int | None = None,
                 **car) -> Terms:
    """Terms that keep every limit of ``product`` for this kind of vehicle."""
    term = months or next(m for m in product.terms_months if m <= limit.term_max_months)
    kind = {"condition": limit.condition, "energy": limit.energy, "use": limit.use}
    if limit.condition != "new":
        kind["appraisal_fen"] = price_yuan * 100
    return terms(price_yuan, price_yuan - int(price_yuan * limit.ltv_max) + 1, term, product.code, **kind, **car)
