"""Every name that a contract text may use, as ``form_context`` and ``draw`` supply them."""

from app.domain.policy import Dealer
from app.forms.context import PARTIES

ITEM = ("name", "collector", "how", "standard", "amount", "annual_rate")
LISTS = {"cost.charges": ITEM, "cost.contingent": ITEM,
         "cost.schedule": ("number", "due", "principal", "interest", "fees", "total")}
GROUPS: dict[str, tuple[str, ...]] = {
    "bank": ("name",), "product": ("code", "name", "lease", "cash"), "policy": ("version",), "staff": ("name",),
    "case": ("number", "id"),
    "customer": ("name", "sex", "nation", "birth", "id_number", "id_address", "id_authority", "id_valid_to", "address",
                 "phone", "employer", "monthly_income", "contact_name", "contact_phone", "repayment_card", "purpose"),
    "party": ("name", "code_name", "code", "representative"), "signatory": ("name", "id_number", "phone", "role"),
    **PARTIES, "margin": (*PARTIES["margin"], "amount_words"),
    "vehicle": ("model", "condition", "energy", "use", "vin", "gross_weight_kg", "plate", "mileage", "guide_price",
                "appraisal", "appraisal_words"),
    "terms": ("price", "price_words", "down_payment", "down_payment_words", "loan", "loan_words", "term_months"),
    "cost": ("sha256", "principal", "principal_words", "term_months", "repayment", "annual_rate", "effective_rate",
             "total_cost", "total", "total_words", "upfront", "first_due", "last_due", "due_day", "first_instalment",
             "last_instalment", "interest_standard", "statement", "charges", "contingent", "schedule"),
    "dealer": tuple(Dealer.model_fields)}
SINGLE = ("today", "signing", "loop")
