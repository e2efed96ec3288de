"""From picture bytes to fields: drawn cards photographed askew, specimen papers from outside, wrong input."""

import io
import pickle

import cv2
import numpy as np
import pytest
from PIL import Image

from app.capture import reading
from app.capture.picture import decode, encode_jpeg, read_picture_file
from app.demo import card, papers, photo
from app.demo.portrait import card_portrait
from app.demo.story import DEFAULT
from app.domain.condition import Condition
from app.domain.cross.testimony import SURE

CUSTOMER = card.demo_customer()
FRONT = {"name": "林晓星", "sex": "female", "nation": "汉", "birth": "1988-03-06",
         "address": "江苏省演示市样本区虚构路1号2幢301室", "number": CUSTOMER.number}
BACK = {"authority": "演示市公安局样本分局", "valid_from": "2019-05-20", "valid_to": "2039-05-20"}


@pytest.fixture(scope="module")
def front_photo() -> np.ndarray:
    return photo.photograph(card.draw_front(CUSTOMER, card_portrait()), 31)


@pytest.fixture(scope="module")
def back_photo() -> np.ndarray:
    return photo.photograph(card.draw_back(CUSTOMER), 32)


def values(read) -> dict[str, str]:
    return {name: field.value for name, field in read.readings.items()}


def codes(read) -> dict[str, str]:
    return {finding.code: finding.level for finding in read.findings}


def test_the_front_is_read_with_portrait_and_places(front_photo):
    read = reading.read_id_card(encode_jpeg(front_photo), "front")
    assert values(read) == FRONT
    assert read.findings == ()
    assert read.quality.score == 1.0
    assert read.quality.corners_found
    height, width = decode(read.crop_jpeg).shape[:2]
    assert (width, height) == (1000, 631)
    for field in read.readings.values():
        x, y, w, h = field.box
        assert 0 <= x < x + w <= width
        assert 0 <= y < y + h <= height
    assert decode(read.portrait_jpeg).shape[0] > 300
    assert read.ms > 0


def test_the_back_is_read(back_photo):
    read = reading.read_id_card(encode_jpeg(back_photo), "back")
    assert values(read) == BACK
    assert read.findings == ()
    assert read.portrait_jpeg is None


def test_either_side_is_read_as_the_side_it_is_and_says_what_is_printed(front_photo, back_photo):
    front, back = (reading.read_paper(encode_jpeg(side), "id_card") for side in (front_photo, back_photo))
    assert (front.side, values(front)) == ("front", FRONT | {"sex": "女"})
    assert (back.side, values(back)) == ("back", BACK)
    assert not front.findings + back.findings


def test_results_travel_between_processes(back_photo):
    read = reading.read_id_card(encode_jpeg(back_photo), "back")
    assert pickle.loads(pickle.dumps(read)) == read


@pytest.mark.parametrize("quarters", [1, 2])
def test_a_card_lying_on_its_side_or_head_is_turned(front_photo, quarters):
    read = reading.read_id_card(encode_jpeg(np.ascontiguousarray(np.rot90(front_photo, quarters))), "front")
    assert values(read) == FRONT


def test_a_card_half_out_of_the_picture_says_what_to_do(front_photo):
    read = reading.read_id_card(encode_jpeg(np.ascontiguousarray(front_photo[:, :900])), "front")
    assert codes(read)["quality.corners"] == "warn"
    assert codes(read)["id_card.unreadable"] == "block"
    assert "number" not in read.readings


def test_a_small_camera_frame_is_enough():
    picture = photo.photograph(card.draw_front(CUSTOMER), 33, (1280, 720))
    assert values(reading.read_id_card(encode_jpeg(picture), "front")) == FRONT


def test_a_card_whose_edges_are_lost_is_placed_by_its_labels():
    flat = card.draw_front(CUSTOMER)
    scan = np.full((1300, 1900, 3), 236, np.uint8)
    face = cv2.resize(flat, (900, 568))
    ink = cv2.cvtColor(face, cv2.COLOR_BGR2GRAY)[:, :, None] < 190
    scan[400:968, 500:1400] = np.where(ink, face, 236)
    read = reading.read_id_card(encode_jpeg(scan), "front")
    assert values(read) == FRONT
    assert codes(read)["quality.corners"] == "warn"


def test_the_wrong_side_is_named(front_photo, back_photo):
    for picture, side, said in ((back_photo, "front", "国徽面"), (front_photo, "back", "人像面")):
        read = reading.read_id_card(encode_jpeg(picture), side)
        wrong = next(finding for finding in read.findings if finding.code == "document.wrong_kind")
        assert wrong.level == "block"
        assert said in wrong.zh.split("，")[0]
        assert read.readings == {}


def test_a_wrong_check_digit_blocks():
    forged = CUSTOMER.model_copy(update={"number": CUSTOMER.number[:-1] + "8"})
    read = reading.read_id_card(encode_jpeg(photo.photograph(card.draw_front(forged), 31)), "front")
    assert codes(read) == {"id_number.check_digit": "block"}
    assert read.readings["number"].value == forged.number


def test_an_unreadable_card_says_so(front_photo):
    read = reading.read_id_card(encode_jpeg(cv2.GaussianBlur(front_photo, (0, 0), 14)), "front")
    assert codes(read)["id_card.unreadable"] == "block"
    assert codes(read)["quality.blur"] == "block"
    assert read.quality.score == 0.0
    assert read.portrait_jpeg is None


def test_of_a_blurred_page_only_what_a_check_proves_is_sure():
    sheet = cv2.GaussianBlur(photo.photograph(papers.draw_paper("income_proof"), 41), (0, 0), 2.6)
    read = reading.read_paper(encode_jpeg(sheet), "income_proof")
    assert codes(read)["quality.blur"] == "warn"
    assert len(read.readings) > 3
    assert {name for name, field in read.readings.items() if field.confidence >= SURE} == {"id_number"}


@pytest.mark.parametrize("code", ["bank_card", "new_car_invoice", "vehicle_conformity", "income_proof",
                                  "insurance_policy", "marriage_certificate", "purchase_contract"])
def test_demo_papers_are_recognised_and_read(code):
    read = reading.read_paper(encode_jpeg(photo.photograph(papers.draw_paper(code), 41)), code)
    expected = {
        "bank_card": {"number": DEFAULT.bank_card},
        "new_car_invoice": {"number": "00000317", "date": "2026-11-18", "buyer": "林晓星", "buyer_id": CUSTOMER.number,
                            "vin": DEFAULT.vin, "total": "168800.00", "total_words": "壹拾陆万捌仟捌佰元整"},
        "vehicle_conformity": {"vin": DEFAULT.vin, "model": "DF7150E"},
        "income_proof": {"name": "林晓星", "employer": DEFAULT.employer, "monthly_income": "15800.00"},
        "insurance_policy": {"insured": "林晓星", "beneficiary": DEFAULT.bank, "vin": DEFAULT.vin},
        "marriage_certificate": {"husband": "陈明远", "wife": "林晓星", "date": "2014-05-20"},
        "purchase_contract": {"buyer": "林晓星", "seller": DEFAULT.dealer, "price": "168800.00"},
    }[code]
    assert read.kind == code
    assert values(read).items() >= expected.items()
    assert not any(finding.level == "block" for finding in read.findings)
    assert read.crop_jpeg


def test_another_paper_than_asked_for_is_named():
    licence = encode_jpeg(photo.photograph(papers.draw_paper("driving_licence"), 41))
    read = reading.read_paper(licence, "bank_card")
    wrong = next(finding for finding in read.findings if finding.code == "document.wrong_kind")
    assert (wrong.level, read.readings) == ("block", {})
    assert "这是机动车驾驶证" in wrong.zh
    known = reading.read_paper(licence, "auto")
    assert known.kind == "driving_licence"
    assert values(known).items() >= {"number": CUSTOMER.number, "name": CUSTOMER.name, "vehicle_class": "C1"}.items()


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_sheet_on_its_side_or_upside_down_is_turned(quarters):
    sheet = papers.draw_paper("marriage_certificate")
    read = reading.read_paper(encode_jpeg(photo.photograph(np.rot90(sheet, quarters).copy(), 41)), "marriage_certificate")
    assert values(read).items() >= {"husband": "陈明远", "wife": "林晓星", "date": "2014-05-20"}.items()
    height, width = decode(read.crop_jpeg).shape[:2]
    assert width > height


def test_a_sheet_whose_edges_are_not_found_is_cut_out_by_its_print():
    tilt = cv2.getRotationMatrix2D((960, 540), 7, 1)
    sheet = cv2.resize(papers.draw_paper("down_payment_proof"), (1100, 778))
    scan = np.full((1080, 1920, 3), sheet[5, 5], np.uint8)
    scan[151:929, 410:1510] = sheet
    scan = cv2.warpAffine(scan, tilt, (1920, 1080), borderMode=cv2.BORDER_REPLICATE)
    read = reading.read_paper(encode_jpeg(scan), "down_payment_proof")
    assert not read.quality.corners_found
    assert values(read).items() >= {"payer": "林晓星", "payee": DEFAULT.dealer, "purpose": "购车首付款"}.items()
    assert decode(read.crop_jpeg).shape[1] == 1400


def test_print_under_a_stamp_is_read_and_not_trusted():
    sheet = papers.draw_paper("down_payment_proof").copy()
    cv2.circle(sheet, (710, 233), 60, (60, 50, 205), 14)
    ink = papers.draw_paper("down_payment_proof").min(axis=2) < 120
    sheet[ink] = papers.draw_paper("down_payment_proof")[ink]
    read = reading.read_paper(encode_jpeg(sheet), "down_payment_proof")
    assert read.readings["payer"].value == "林晓星"
    assert read.readings["payer"].confidence < 0.9 <= read.readings["payee"].confidence


def test_a_kind_without_description_is_judged_only():
    read = reading.read_paper(encode_jpeg(photo.photograph(papers.draw_paper("residence_proof"), 42)), "")
    assert read.readings == {}
    assert read.quality.score == 1.0


SPECIMENS = {"JinpengLI": "11204416541220243X", "XieZhiFa": "532101198906010015", "hechao3225": "110102197810272321"}


@pytest.mark.parametrize("source", sorted(SPECIMENS))
def test_outside_specimen_cards(shared_data, source):
    file = next((shared_data / "documents").glob(f"id_front__{source}*"))
    read = reading.read_id_card(read_picture_file(file), "front")
    assert read.readings["number"].value == SPECIMENS[source]
    assert read.readings["sex"].value == ("female" if source == "hechao3225" else "male")
    assert ("id_number.check_digit" in codes(read)) == (source != "XieZhiFa")
    assert len(read.readings) == 6


@pytest.mark.parametrize(("start", "kind"), [("driving_licence", "driving_licence"), ("bank_card", "bank_card"),
                                             ("business_licence", "business_licence"), ("vat_invoice", "vat_invoice")])
def test_outside_papers_are_not_taken_for_a_card(shared_data, start, kind):
    data = read_picture_file(next((shared_data / "documents").glob(f"{start}__*")))
    read = reading.read_id_card(data, "front")
    assert read.kind == kind
    assert codes(read)["document.wrong_kind"] == "block"
    assert read.readings == {}


@pytest.mark.parametrize(("start", "code"), [("foreign_id", "document.foreign"), ("handwriting", "id_card.unreadable"),
                                             ("text", "id_card.unreadable"), ("id_blank", "id_card.unreadable")])
def test_other_pictures_give_no_fields(shared_data, start, code):
    read = reading.read_id_card(read_picture_file(next((shared_data / "documents").glob(f"{start}__*"))), "front")
    assert read.readings == {}
    assert codes(read)[code] == "block"


def test_pdf_and_ofd_are_refused_as_pictures(shared_data):
    for file in [*(shared_data / "documents").glob("*.pdf"), *(shared_data / "documents").glob("*.ofd")]:
        with pytest.raises(Condition, match=r"picture\.not_an_image"):
            reading.read_paper(read_picture_file(file), "")


def test_tiny_and_blank_pictures():
    with pytest.raises(Condition, match=r"picture\.too_small"):
        reading.read_paper(png(np.zeros((1, 1, 3), np.uint8)), "")
    blank = reading.read_id_card(png(np.full((700, 1100, 3), 255, np.uint8)), "front")
    assert codes(blank)["id_card.unreadable"] == "block"
    assert blank.quality.score == 0.0


def png(image: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize(("size", "told"), [(0.4, True), (1.0, False)])
def test_print_too_small_for_the_picture_is_told_with_what_to_do(size, told):
    sheet = np.full((420, 640, 3), 255, np.uint8)
    for line in range(4):
        cv2.putText(sheet, "0123456789", (40, 80 + 90 * line), cv2.FONT_HERSHEY_SIMPLEX, size, (0, 0, 0), 1, cv2.LINE_AA)
    findings = {finding.code: finding for finding in reading.read_paper(encode_jpeg(sheet), "auto").findings}
    assert ("picture.small_print" in findings) == told
    assert not told or "导入" in findings["picture.small_print"].zh


def test_a_card_on_its_side_whose_edges_are_not_seen_is_turned():
    filling = np.rot90(card.draw_front(CUSTOMER, card_portrait()), 1)[30:-30, 20:-20].copy()
    read = reading.read_id_card(encode_jpeg(filling), "front")
    assert {name: field.value for name, field in read.readings.items()} == FRONT
