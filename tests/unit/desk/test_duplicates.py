"""One picture, phone, car or invoice in two cases of this desk: told with the other case's number, to the owner only."""

import importlib

import numpy as np
import pytest
from skimage import data

from app.capture import scene
from app.capture.picture import encode_jpeg
from app.demo.papers import draw_paper
from app.domain import facts
from tests import case_facts as f


@pytest.fixture
def seeing(desk):
    """The desk with the real look at pictures, in this process instead of the worker's; nothing is read."""
    def call(target: str, *arguments):
        module, name = target.split(":")
        if name == "read_paper":
            return importlib.import_module(module).read_paper(arguments[0], "")
        return getattr(importlib.import_module(module), name)(*arguments)

    desk.vision.call = call
    return desk


def read(code: str, **values: str) -> facts.PaperCaptured:
    return f.paper(code, readings={name: facts.Reading(value=value, confidence=0.99) for name, value in values.items()})


def another_customer(desk, case_id: str) -> None:
    card = f.card().card.model_copy(update={"name": "赵样本", "number": "11010519491231002X"})
    desk.book.record(case_id, facts.IdCardConfirmed(card=card, corrected={}))


def another_phone(desk, case_id: str) -> None:
    desk.book.record(case_id, facts.FormConfirmed(values={"phone": "13900000009"}))


def told(view) -> dict[str, str]:
    return {finding.code: finding.level for finding in view.cross if finding.code.startswith("duplicate.")}


def test_the_same_picture_in_another_case_is_found_though_it_was_compressed_anew(seeing):
    paper = draw_paper("income_proof")
    first, second = seeing.begin(), seeing.begin()
    another_customer(seeing, second)
    another_phone(seeing, second)
    seeing.signing.capture_paper(first, "income_proof", encode_jpeg(paper), imported=True)
    view = seeing.signing.capture_paper(second, "income_proof", encode_jpeg(paper[20:-20, 20:-20], 50), imported=True)
    assert told(view) == {"duplicate.picture": "warn"}
    (finding,) = (found for found in view.cross if found.code == "duplicate.picture")
    assert seeing.book.load(first).number in finding.finding.zh
    assert next(i for i in view.checklist.items if i.paper == "income_proof").value == 0.5
    assert told(seeing.signing.view(first)) == {"duplicate.picture": "warn"}
    page = view.case.papers["income_proof"][0].page_id
    assert told(seeing.signing.remove_paper(second, "income_proof", page)) == {}


def test_another_page_of_the_same_form_and_other_pictures_are_not(seeing):
    first, second = seeing.begin(), seeing.begin()
    paper = draw_paper("bank_statement")
    changed = paper.copy()
    changed[300:420, 640:1400] = np.roll(changed[300:420, 640:1400], 60, axis=1)
    for image in (paper, draw_paper("household_register")):
        seeing.signing.capture_paper(first, "bank_statement", encode_jpeg(image), imported=True)
    view = seeing.signing.capture_paper(second, "bank_statement", encode_jpeg(changed), imported=True)
    assert told(view) == {}


# -- photographs: used again, or taken before one background ------------------------------------------------------------


@pytest.fixture(scope="module")
def room() -> np.ndarray:
    return data.coffee()[:, :, ::-1].copy()


def used_again(image: np.ndarray) -> np.ndarray:
    """Mirrored, a quarter cut off either side, darker and warmer."""
    return np.uint8(image[40:-40, 60:-90][:, ::-1] * (0.6, 0.7, 0.85))


def somebody_else_before(image: np.ndarray) -> np.ndarray:
    """Another thing covers the middle; the light has changed."""
    mixed = image.copy()
    mixed[100:380, 200:420] = data.chelsea()[:280, 100:320]
    return np.uint8(np.clip(mixed * 1.1 + 5, 0, 255))


def of_two_customers(desk, paper: str, one: np.ndarray, other: np.ndarray, dealer: str = "D-0317") -> dict[str, str]:
    """What is told of a customer's photograph once another's has been taken, at another dealer's if so."""
    first, second = desk.begin(), desk.begin()
    another_customer(desk, second)
    another_phone(desk, second)
    if dealer != "D-0317":
        desk.book.record(second, f.terms(dealer_id=dealer))
    desk.signing.capture_paper(first, paper, encode_jpeg(one))
    return told(desk.signing.capture_paper(second, paper, encode_jpeg(other, 60)))


def test_a_photograph_used_again_is_found_though_mirrored_cropped_and_recoloured(seeing, room):
    assert of_two_customers(seeing, "home_visit_photos", room, used_again(room)) == {"duplicate.picture": "warn"}


def test_another_customer_before_one_background_is_told_where_the_place_should_be_the_customers_own(seeing, room):
    other = somebody_else_before(room)
    assert of_two_customers(seeing, "home_visit_photos", room, other) == {"duplicate.place": "warn"}


@pytest.mark.parametrize(("dealer", "expected"), [("D-0317", {}), ("D-0412", {"duplicate.place": "warn"})])
def test_one_dealers_yard_may_stand_behind_many_cars_but_not_behind_another_dealers(seeing, room, dealer, expected):
    assert of_two_customers(seeing, "condition_photos", room, somebody_else_before(room), dealer) == expected


def test_a_place_that_is_nobodys_own_is_never_told(seeing, room):
    assert of_two_customers(seeing, "showroom_photos", room, somebody_else_before(room)) == {}


def test_other_photographs_are_not_alike_and_an_erased_cases_marks_are_gone(seeing, room):
    assert of_two_customers(seeing, "home_visit_photos", room, data.chelsea()[:, :, ::-1].copy()) == {}
    with seeing.database.reading() as tables:
        (first, marks), *_ = tables.execute("SELECT case_id, marks FROM scene ORDER BY id").fetchall()
    assert 0 < len(marks) <= scene.MARKS * scene.MARK_BYTES
    seeing.signing.seal(first)
    seeing.bank_takes(first)
    assert seeing.post.purge_due(seeing.clock.now().replace(year=2027)) == 1
    with seeing.database.reading() as tables:
        assert tables.execute("SELECT count(*) FROM scene WHERE case_id = ?", [first]).fetchone() == (0,)


def test_one_car_and_one_invoice_in_two_cases(desk):
    first, second = desk.begin(), desk.begin()
    another_customer(desk, second)
    desk.book.record(first, read("new_car_invoice", vin="LDM7A3C54R0000317", number="00000317"))
    view = desk.book.record(second, read("new_car_invoice", vin="LDM7A3C54R0000317", number="00000317"))
    assert {"duplicate.vin": "warn", "duplicate.invoice": "warn"}.items() <= told(view).items()
    assert desk.book.load(first).number in view.cross[0].finding.en


def test_one_phone_of_two_customers_but_not_of_one_customer_twice(desk):
    first, second = desk.begin(), desk.begin()
    assert told(desk.signing.view(second)) == {}
    another_customer(desk, second)
    (finding,) = desk.signing.view(second).cross
    assert (finding.code, finding.level) == ("duplicate.phone", "warn")
    assert "139****0001" in finding.finding.zh
    assert "13900000001" not in finding.finding.zh
    assert told(desk.signing.view(first)) == {"duplicate.phone": "warn"}


def test_of_the_same_customers_other_case_it_is_only_told(desk):
    first, second = desk.begin(), desk.begin()
    desk.book.record(first, read("insurance_policy", vin="LDM7A3C54R0000317"))
    view = desk.book.record(second, read("insurance_policy", vin="LDM7A3C54R0000317"))
    assert told(view) == {"duplicate.vin": "info"}
    assert desk.signing.seal(second).case.sealed


def test_an_erased_case_is_no_longer_found(desk):
    first, second = desk.begin(), desk.begin()
    another_customer(desk, second)
    assert told(desk.signing.view(second)) == {"duplicate.phone": "warn"}
    desk.signing.seal(first)
    desk.bank_takes(first)
    assert desk.post.purge_due(desk.clock.now().replace(year=2027)) == 1
    assert told(desk.signing.view(second)) == {}
    with desk.database.reading() as tables:
        assert tables.execute("SELECT count(*) FROM trace WHERE case_id = ?", [first]).fetchone() == (0,)


def test_another_managers_case_is_not_told(desk):
    first, second = desk.begin(), desk.begin()
    another_customer(desk, second)
    with desk.database.transaction() as tables:
        tables.execute("UPDATE trace SET staff_id = '10077' WHERE case_id = ?", [first])
    assert told(desk.signing.view(second)) == {}
