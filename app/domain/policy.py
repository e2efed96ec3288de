"""The bank's policy pack: products, limits, papers, consents, scripts, scores, as data the bank can change.

One TOML text is one pack. It is versioned and hashed; a case keeps the version it began with. The pack is hostile until
parsed: unknown keys, unknown references and rule expressions that do not compile are refused with the place named.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from app.domain.challenge import LightMode
from app.domain.evidence import Sha256
from app.domain.model import Model
from app.domain.place import PlaceDoubt
from app.domain.terms import Energy, VehicleCondition, VehicleUse

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,47}$")]


class Words(Model):
    """One text in both languages."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


class Repayment(StrEnum):
    EQUAL_PAYMENT = "equal_payment"
    EQUAL_PRINCIPAL = "equal_principal"
    FLAT_FEE = "flat_fee"
    BALLOON = "balloon"


class FeeBasis(StrEnum):
    FIXED = "fixed"
    OF_LOAN = "of_loan"


class Fee(Model):
    """A charge besides interest: ``fen`` for a fixed one, ``rate`` of the loan otherwise; ``when`` it falls due."""

    code: Code
    name: Words
    collector: str
    basis: FeeBasis
    fen: int = Field(default=0, ge=0)
    rate: float = Field(default=0.0, ge=0, le=1)
    when: str = Field(default="upfront", pattern="^(upfront|monthly|contingent)$")
    standard: Words


class Limit(Model):
    """Loan-to-value ceiling (fraction) and longest term of one kind of vehicle under one product."""

    condition: VehicleCondition
    use: VehicleUse
    energy: Energy
    ltv_max: float = Field(gt=0, le=1)
    term_max_months: int = Field(gt=0, le=120)


class TermRate(Model):
    """The rate of one term where it differs from the product's ``annual_rate``, on the same basis."""

    months: int = Field(gt=0, le=120)
    rate: float = Field(ge=0, le=0.36)


class Requirement(Model):
    """A paper that a product asks for. ``when`` is a rule expression over the case's circumstances ('' = always)."""

    paper: Code
    when: str = ""
    optional: bool = False
    reason: Words = Words(zh="", en="")


class Product(Model):
    code: Code
    name: Words
    customer_kinds: tuple[str, ...] = ("person",)
    lease: bool = Field(default=False, description="the lessor may stand as buyer, owner and insured")
    limits: tuple[Limit, ...] = Field(min_length=1)
    repayment: Repayment
    annual_rate: float = Field(ge=0, le=0.36, description="nominal a year; for flat_fee the whole fee over the loan")
    rates: tuple[TermRate, ...] = ()
    balloon_rate: float = Field(default=0.0, ge=0, le=1, description="share of the loan due with the last instalment")
    max_annual_cost: float | None = Field(default=None, gt=0, le=0.36, description="None = the thresholds' own")
    terms_months: tuple[int, ...] = Field(min_length=1)
    fees: tuple[Fee, ...] = ()
    sets: tuple[Code, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    forms: tuple[Code, ...] = Field(min_length=1)

    def rate_of(self, months: int) -> float:
        """The rate of this term: the term's own where the pack names one, else ``annual_rate``."""
        return next((r.rate for r in self.rates if r.months == months), self.annual_rate)


ID_CARD, SIDES = "id_card", ("front", "back")


class Paper(Model):
    """A kind of paper. ``weight`` 3 identity/contract, 2 vehicle/income, 1 other; ``reads`` names the OCR kind, ``id_card``
    an identity card of which both sides are asked for."""

    code: Code
    name: Words
    weight: int = Field(ge=1, le=3)
    reads: str = ""
    pages_min: int = Field(default=1, ge=1, le=50)
    camera_only: bool = False
    scene: Literal["", "shared", "dealer", "customer"] = Field(default="", description="whose place it shows; '' = no photograph")

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides that are to be captured, one page each; none where a paper is just pages."""
        return SIDES if self.reads == ID_CARD else ()

    @property
    def pages_wanted(self) -> int:
        return len(self.sides) or self.pages_min


class RequirementSet(Model):
    """Papers that several products share. ``when`` holds for the whole set, each requirement may narrow it further."""

    code: Code
    when: str = ""
    requirements: tuple[Requirement, ...]


BORROWER = "borrower"
WITNESS = "witness"
SIGNERS: dict[str, Words] = {  # of a form; a witness is named by no pack, he joins by himself (checklist.py)
    BORROWER: Words(zh="借款人", en="borrower"), "spouse": Words(zh="配偶", en="spouse"),
    "guarantor": Words(zh="担保人", en="guarantor"), "company": Words(zh="企业代表", en="company's representative"),
    WITNESS: Words(zh="见证人", en="witness"), "manager": Words(zh="客户经理", en="manager")}
CONSENT_SWITCHES = ("keep_face_templates",)


class Consent(Model):
    """A text that is put before ``person``, one purpose and one receiver each. Its hash is taken over title and text in
    both languages.

    ``when`` is a rule expression as in Requirement, or the name of a switch of the thresholds: while that is off the pack
    does without this consent. ``withdrawal`` says what follows from taking it back.
    """

    purpose: Code
    version: str
    title: Words
    text: Words
    required: bool
    receiver: str = ""
    needs_signature: bool = False
    person: Literal["borrower", "spouse", "guarantor"] = "borrower"
    when: str = ""
    withdrawal: Words = Words(zh="", en="")


class Question(Model):
    """A question of the recorded interview. ``text`` may hold the figures of ``app.domain.script`` in braces; ``alarm`` is
    the answer that a reviewer must see ('' = none); ``when`` as in Requirement."""

    code: Code
    text: Words
    when: str = ""
    alarm: Literal["", "yes", "no"] = ""


class PauseReason(Model):
    """Why a recording may be paused; ``note_needed`` where the code alone says too little."""

    code: Code
    text: Words
    note_needed: bool = False


class Rating(Model):
    """A question to the customer: a 1–5 rating, or yes/no where ``yes_no`` (yes opens a compliance ticket)."""

    code: Code
    text: Words
    yes_no: bool = False


class FormSigner(Model):
    """Who signs a form; ``when`` as in Requirement. Where there is no condition a pack writes the bare word."""

    signer: str
    when: str = ""

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: object) -> object:
        return {"signer": value} if isinstance(value, str) else value


class Form(Model):
    """A document to sign, the cost sheet first. ``template`` lies in resources/forms; ``when`` as in Requirement."""

    code: Code
    name: Words
    template: str
    signers: tuple[FormSigner, ...] = Field(
        default=(FormSigner(signer="borrower"), FormSigner(signer="manager")), min_length=1)
    when: str = ""


class Weights(Model):
    material: float
    timeliness: float
    satisfaction: float
    dealer: float
    diligence: float


class Thresholds(Model):
    """The bank's figures. Shares are fractions: ``price_over_guide`` 0.05 allows 5 % above the guide price."""

    fence_radius_m: float = Field(gt=0)
    place_blocks: tuple[PlaceDoubt, ...] = Field(default=("simulated", "jump", "clock_differs", "from_file"),
                                                 description="such a place is not sealed as it stands; the others are told")
    session_sla_minutes: float = Field(gt=0)
    session_sla_minutes_used: float = Field(default=60, gt=0, description="used cars and leases")
    submit_sla_hours_online: float = Field(default=2, gt=0)
    submit_sla_hours_offline: float = Field(default=24, gt=0)
    supplement_sla_hours: float = Field(default=24, gt=0, description="for a request that names no time of its own")
    satisfaction_prior: float = Field(default=4.0, ge=1, le=5, description="the bank's mean rating")
    age_min: int = Field(ge=18, le=100)
    age_max_at_end: int = Field(ge=18, le=120)
    age_max_at_end_commercial: int = Field(ge=18, le=120)
    face_to_face_above_fen: int = Field(ge=0)
    record_signing_above_fen: int = Field(default=0, ge=0, description="larger loans are signed while recording; 0 = all")
    face_in_picture_min: float = Field(default=0.9, ge=0, le=1, description="share of the recording, for a complete one")
    max_annual_cost: float = Field(gt=0, le=0.36)
    price_over_guide: float = Field(ge=0)
    price_over_appraisal: float = Field(default=0.15, ge=0)
    price_below_appraisal: float = Field(default=0.6, ge=0, le=1, description="share of the appraisal")
    income_to_instalment: float = Field(default=0, ge=0, le=20, description="monthly income / instalment; 0 = not compared")
    id_expiry_warn_days: int = Field(ge=0)
    purge_grace_hours: float = Field(ge=0)
    journal_keep_days: float = Field(default=30, ge=0, le=365, description="an erased case's record, for a supplement")
    clause_seconds_min: float = Field(default=3, ge=0, le=60, description="each highlighted clause is shown that long")
    idle_lock_minutes: float = Field(default=5, gt=0, le=5, description="the desk locks when nobody touches it that long")
    allow_file_camera: bool = False
    allow_without_attack_detection: bool = False
    liveness_attempts: int = Field(default=3, ge=1, le=10, description="then the two-person path")
    light: LightMode = Field(default="observe", description="coloured light: off, observe and log, or enforce")
    cameras: Literal["any", "enrolled"] = Field(default="enrolled", description="another camera leads to review")
    model_packs: tuple[Sha256, ...] = Field(default=(), description="approved besides the built-in; others lead to review")
    keep_face_templates: bool = Field(default=False, description="for the search among this device's cases, with consent")


PAUSE_REASONS = (
    PauseReason(code="customer_break", text=Words(zh="客户需要休息或接听电话", en="The customer needs a break or takes a call")),
    PauseReason(code="fetch_papers", text=Words(zh="取资料", en="Papers are fetched")),
    PauseReason(code="device", text=Words(zh="调整设备", en="The devices are adjusted")),
    PauseReason(code="other", text=Words(zh="其他", en="Other"), note_needed=True),
)


class PolicyPack(Model):
    schema_: int = Field(alias="schema", ge=1, le=1)
    bank: str
    version: str
    products: tuple[Product, ...]
    papers: tuple[Paper, ...]
    sets: tuple[RequirementSet, ...]
    consents: tuple[Consent, ...]
    questions: tuple[Question, ...]
    pause_reasons: tuple[PauseReason, ...] = PAUSE_REASONS
    ratings: tuple[Rating, ...]
    forms: tuple[Form, ...]
    weights: Weights
    thresholds: Thresholds
    sha256: Sha256

    def product(self, code: str) -> Product:
        return _one(self.products, code)

    def paper(self, code: str) -> Paper:
        """The paper of this code. The bank may ask for one that came with a later pack: that is known by its code only."""
        known = next((paper for paper in self.papers if paper.code == code), None)
        return known or Paper(code=code, name=Words(zh=code, en=code), weight=1)

    def form(self, code: str) -> Form:
        return _one(self.forms, code)

    def consent(self, purpose: str) -> Consent:
        return next(c for c in self.consents if c.purpose == purpose)


class Dealer(Model):
    """An admitted dealer as the bank's list names it. ``score`` is the channel score 0–100, ``grade`` A–D."""

    id: str
    name: str
    company_code: str
    latitude: float
    longitude: float
    score: float = Field(ge=0, le=100)
    grade: str = Field(pattern="^[A-D]$")
    account_name: str
    account_number: str


def _one(items: tuple, code: str):
    return next(item for item in items if item.code == code)
