"""The car in the papers: one VIN, one plate, one model; free of mortgage, registered in time, insured."""

import re
from collections.abc import Iterator

from app.domain.cross.finding import CrossFinding, Rule
from app.domain.cross.names import same_company, same_model, same_name, shown, type_codes
from app.domain.cross.testimony import BANK, EXPECTED, TERMS, TODAY, Said, Testimony
from app.domain.dates import add_years
from app.domain.identity import check_plate, check_vin
from app.domain.identity.plate import compact as compact_plate
from app.domain.identity.vin import compact as compact_vin
from app.domain.terms import VehicleCondition, VehicleUse

INSPECTION_YEARS = 2
MILEAGE_APART_KM = 50  # a car is driven a little between photograph and signature
EMPTY = frozenset(("无", "空", "空白", "-", "—", "/"))
MOST_TRUSTED = ("vehicle_registration", "vehicle_conformity", "new_car_invoice", "used_car_invoice", "vehicle_licence")
NON_COMMERCIAL = ("非营运",)
COMMERCIAL = ("营运", "货运", "客运", "出租", "租赁", "危化品")

VIN = Rule(code="cross.vin", level="block", zh="车架号不一致", en="The VINs differ")
ENGINE = Rule(code="cross.engine", level="warn", zh="发动机号不一致", en="The engine numbers differ")
CERTIFICATE = Rule(code="cross.certificate", level="block", zh="发票上的合格证号与合格证编号不一致",
                   en="The certificate number on the invoice is not the conformity certificate's")
MODEL = Rule(code="cross.model", level="block", zh="车辆型号不一致", en="The vehicle models differ")
PLATE = Rule(code="cross.plate", level="block", zh="车牌号不一致", en="The plates differ")
PLATE_ENERGY = Rule(code="cross.plate_energy", level="warn", zh="车牌种类与融资方案的能源类型不符",
                    en="The kind of plate does not suit the energy in the terms")
USE = Rule(code="cross.use", level="warn", zh="使用性质与融资方案的用途不符", en="The registered use is not that of the terms")
MORTGAGED = Rule(code="cross.mortgaged", level="block", zh="登记证书上已有抵押，没有解除记录",
                 en="The registration certificate shows a mortgage that was not released", mask=shown)
OWNERS = Rule(code="cross.owners", level="warn", zh="登记证书与行驶证的所有人不一致",
              en="Registration certificate and vehicle licence name different owners", mask=shown)
OWNER = Rule(code="cross.owner", level="block", zh="车辆所有人不是借款人", en="The car's owner is not the borrower", mask=shown)
SELLER = Rule(code="cross.used_seller", level="warn", zh="卖方不是登记的车辆所有人",
              en="The seller is not the registered owner", mask=shown)
LATE = Rule(code="cross.registered_late", level="warn", zh="出厂已满两年未注册，上牌前需要安全技术检验",
            en="Made two years ago or more and not registered: the car needs an inspection first")
EARLY = Rule(code="cross.registered_early", level="warn", zh="注册日期早于出厂日期",
             en="Registered before it was made")
MILEAGE = Rule(code="cross.mileage", level="warn", zh="里程表照片与表单填写的里程不一致",
               en="The odometer's photo and the form name different mileages")
INSURED = Rule(code="cross.insured", level="warn", zh="被保险人不是借款人", en="The insured is not the borrower", mask=shown)
BENEFICIARY = Rule(code="cross.beneficiary", level="warn", zh="保单第一受益人不是本行",
                   en="The policy's first beneficiary is not the bank", mask=shown)
POLICY_OVER = Rule(code="cross.policy_over", level="block", zh="保单已经到期", en="The insurance policy has expired")


def vehicle(about: Testimony) -> Iterator[CrossFinding]:
    if about.terms.vehicle.use is VehicleUse.STOCK:  # many cars: each paper speaks of another
        return
    yield from VIN.agree(_vins(about), lambda a, b: compact_vin(a) == compact_vin(b))
    yield from ENGINE.agree(about.papers("engine_number"), lambda a, b: a.upper() == b.upper())
    yield from CERTIFICATE.agree((*about.papers("number", "vehicle_conformity"),
                                  *about.papers("certificate_number", "new_car_invoice")), lambda a, b: a == b)
    models = (*_trusted(about.papers("model")), Said(TERMS, about.terms.vehicle.model))
    yield from MODEL.agree(tuple(m for m in models if type_codes(m.value)), same_model)
    yield from _plates(about)
    yield from _use(about)
    yield from _title(about)
    yield from _age(about)
    yield from _insurance(about)
    if typed := about.form("mileage"):
        yield from (MILEAGE.broken(said, typed) for said in about.papers("mileage")
                    if _apart(said.value, typed.value) > MILEAGE_APART_KM)


def _apart(one: str, other: str) -> int:
    """How many kilometres lie between two readings; 0 where one is none."""
    plain = [re.sub(r"[,\s]|公里|km", "", value, flags=re.IGNORECASE) for value in (one, other)]
    return abs(int(plain[0]) - int(plain[1])) if all(value.isdecimal() for value in plain) else 0


def _trusted(voices: tuple[Said, ...]) -> tuple[Said, ...]:
    """The papers of an authority first."""
    return tuple(sorted(voices, key=lambda v: MOST_TRUSTED.index(v.paper) if v.paper in MOST_TRUSTED else 99))


def _vins(about: Testimony) -> tuple[Said, ...]:
    """Only well-formed ones: a misread character betrays itself by the check digit and is told on its own page."""
    typed = about.terms.vehicle.vin
    voices = (*((Said(TERMS, typed),) if typed else ()), *_trusted(about.papers("vin")),
              *((about.form("vin"),) if about.form("vin") else ()))
    return tuple(v for v in voices if not any(f.level == "block" for f in check_vin(v.value)))


def _plates(about: Testimony) -> Iterator[CrossFinding]:
    voices = (*_trusted(about.papers("plate")), *((about.form("plate"),) if about.form("plate") else ()))
    sound = tuple(v for v in voices if not any(f.level == "block" for f in check_plate(v.value)))
    yield from PLATE.agree(sound, lambda a, b: compact_plate(a) == compact_plate(b))
    energy = about.terms.vehicle.energy
    for said in sound:
        if said.paper and check_plate(said.value, energy):
            yield PLATE_ENERGY.broken(said, Said(TERMS, {"ice": "燃油车 ICE", "nev": "新能源车 NEV"}[energy.value]))


def _use(about: Testimony) -> Iterator[CrossFinding]:
    wanted = about.terms.vehicle.use in (VehicleUse.COMMERCIAL, VehicleUse.RIDE_HAILING)
    if about.terms.vehicle.condition is VehicleCondition.USED:  # the transfer may change it
        return
    for said in about.papers("use", "vehicle_licence", "vehicle_registration"):
        private = any(word in said.value for word in NON_COMMERCIAL)
        commercial = not private and any(word in said.value for word in COMMERCIAL)
        if (private and wanted) or (commercial and not wanted):
            yield USE.broken(said, Said(TERMS, "营运 commercial" if wanted else "自用 own use"))


def _title(about: Testimony) -> Iterator[CrossFinding]:
    """Owner and mortgage page: of the customer's own car, or of a used one before its transfer."""
    condition = about.terms.vehicle.condition
    owners = about.papers("owner", "vehicle_registration", "vehicle_licence")
    yield from OWNERS.agree(owners, same_name)
    if condition is VehicleCondition.OWNED and about.borrower:
        yield from (OWNER.broken(owner, about.borrower) for owner in owners
                    if not same_name(owner.value, about.borrower.value))
    if condition is VehicleCondition.USED and owners:
        sellers = about.papers("seller", "used_car_invoice", "used_car_contract")
        yield from (SELLER.broken(seller, owners[0], blame=(seller,)) for seller in sellers
                    if not any(same_name(seller.value, owner.value) for owner in owners))
    if condition is not VehicleCondition.NEW and not _released(about):
        yield from (MORTGAGED.broken(holder, Said(EXPECTED, "—"))
                    for holder in about.papers("mortgagee", "vehicle_registration") if holder.value not in EMPTY)


def _released(about: Testimony) -> bool:
    """Whether a release follows the last mortgage: a car may have been mortgaged again after the first was released."""
    begun, ended = ([said.day for said in about.papers(field, "vehicle_registration") if said.day]
                    for field in ("mortgage_date", "mortgage_released"))
    return bool(ended) and (not begun or max(ended) >= max(begun))


def _age(about: Testimony) -> Iterator[CrossFinding]:
    made = next((s for s in about.papers("manufactured", "vehicle_registration", "vehicle_conformity") if s.day), None)
    registered = next((s for s in about.papers("registered", "vehicle_licence", "vehicle_registration") if s.day), None)
    if made is None:
        return
    if registered and registered.day < made.day:
        yield EARLY.broken(registered, made)
    elif registered is None and about.terms.vehicle.condition is VehicleCondition.NEW:
        if about.today >= add_years(made.day, INSPECTION_YEARS):
            yield LATE.broken(made, Said(TODAY, about.today.isoformat()))
    elif registered and registered.day >= add_years(made.day, INSPECTION_YEARS):
        yield LATE.broken(made, registered, level="info")


def _insurance(about: Testimony) -> Iterator[CrossFinding]:
    yield from _beneficiary(about)
    for said in about.papers("valid_to", "insurance_policy"):
        if said.day and said.day < about.today:
            yield POLICY_OVER.broken(said, Said(TODAY, about.today.isoformat()))
    if about.product.lease or about.borrower is None:
        return
    for said in about.papers("insured", "insurance_policy"):
        if not same_name(said.value, about.borrower.value):
            yield INSURED.broken(said, about.borrower)


def _beneficiary(about: Testimony) -> Iterator[CrossFinding]:
    for said in about.papers("beneficiary", "insurance_policy"):
        if not same_company(said.value, about.pack.bank):
            yield BENEFICIARY.broken(said, Said(BANK, about.pack.bank))
