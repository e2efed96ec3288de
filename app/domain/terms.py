"""What is financed: the vehicle, its price, the down payment and the term. Money is integer fen (1/100 yuan)."""

from enum import StrEnum

from pydantic import Field

from app.domain.model import Model


class Energy(StrEnum):
    ICE = "ice"
    NEV = "nev"


class VehicleCondition(StrEnum):
    NEW = "new"
    USED = "used"
    OWNED = "owned"


class VehicleUse(StrEnum):
    OWN = "own"
    COMMERCIAL = "commercial"
    RIDE_HAILING = "ride_hailing"
    STOCK = "stock"


class Vehicle(Model):
    model: str = Field(min_length=1, max_length=80)
    condition: VehicleCondition
    energy: Energy
    use: VehicleUse
    vin: str | None = None
    gross_weight_kg: int | None = Field(default=None, ge=0, le=100_000)
    guide_price_fen: int | None = Field(default=None, ge=0)
    appraisal_fen: int | None = Field(default=None, ge=0)


class Terms(Model):
    """The terms as chosen. Bounds here only keep nonsense out; the product's own limits are judged by ``app.domain.loan``."""

    product: str
    dealer_id: str
    vehicle: Vehicle
    price_fen: int
    down_payment_fen: int
    term_months: int

    @property
    def loan_fen(self) -> int:
        return self.price_fen - self.down_payment_fen
