"""Numbers that name people, companies, cars and cards, and the rules that each must keep."""

from app.domain.identity.bank_card import check_bank_card
from app.domain.identity.company_code import check_company_code
from app.domain.identity.id_card import check_id_card, check_id_number
from app.domain.identity.party import check_party_number
from app.domain.identity.phone import check_phone
from app.domain.identity.plate import check_plate
from app.domain.identity.vin import check_vin

__all__ = ["check_bank_card", "check_company_code", "check_id_card", "check_id_number", "check_party_number", "check_phone",
           "check_plate", "check_vin"]
