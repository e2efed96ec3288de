"""One picture sent again is known; another content on the same form, or another picture, is not taken for it."""

from dataclasses import replace
from datetime import date

import cv2
import numpy as np
import pytest

from app.capture.picture import decode, encode_jpeg
from app.capture.same_picture import BITS, picture_hash, same_picture
from app.demo.card import demo_spouse
from app.demo.papers import draw_paper
from app.demo.story import DEFAULT, Story
from app.desk.duplicates import BITS_MOST

FORMS = ("new_car_invoice", "driving_licence", "income_proof", "bank_statement", "purchase_contract", "insurance_policy")


def other_story() -> Story:
    """Another customer buys another car another day: the same forms with other words."""
    story = replace(DEFAULT, on=date(2026, 10, 3), price_fen=23_580_000, down_payment_fen=8_000_000, model="东方样车 DF7200T",
                    type_code="DF7200T", engine_number="DEMO998877", employer="远山虚构贸易有限公司", monthly_income_fen=990_000)
    story.__dict__["customer"] = demo_spouse()
    return story


def cropped(image: np.ndarray, share: float) -> np.ndarray:
    height, width = (round(side * share) for side in image.shape[:2])
    return image[height:image.shape[0] - height, width:image.shape[1] - width]


def turned(image: np.ndarray, degrees: float) -> np.ndarray:
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    return cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)


CHANGES = {
    "recompressed": lambda image: encode_jpeg(image, 40),
    "smaller": lambda image: encode_jpeg(cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), 80),
    "cropped": lambda image: encode_jpeg(cropped(image, 0.02), 85),
    "cut on one side": lambda image: encode_jpeg(image[:, round(image.shape[1] * 0.03):], 85),
    "turned": lambda image: encode_jpeg(turned(image, 1.0), 85)}


def distance(one: np.ndarray, other: np.ndarray) -> int:
    return (int(picture_hash(one), 16) ^ int(picture_hash(other), 16)).bit_count()


@pytest.fixture(scope="module")
def photographs(shared_data) -> list[np.ndarray]:
    """Specimens as found in public; one lies there under two names."""
    files = {file.read_bytes(): None for file in sorted((shared_data / "documents").glob("*.jpg"))}
    return [decode(data) for data in files]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("form", FORMS[:3])
def test_the_same_paper_sent_again_is_known(form, change):
    image = draw_paper(form)
    again = CHANGES[change](image)
    assert distance(image, decode(again)) <= BITS_MOST
    assert same_picture(encode_jpeg(image), again)


def test_photographs_sent_again_are_known_and_others_are_not(photographs):
    assert len(photographs) >= 7
    for at, image in enumerate(photographs[:5]):
        again = CHANGES[list(CHANGES)[at % len(CHANGES)]](image)
        assert distance(image, decode(again)) <= BITS_MOST
        assert same_picture(encode_jpeg(image), again)
        assert not same_picture(encode_jpeg(image), encode_jpeg(photographs[at + 1]))
    apart = [distance(one, other) for at, one in enumerate(photographs) for other in photographs[:at]]
    assert min(apart) > 20


@pytest.mark.parametrize("form", FORMS)
def test_another_content_on_the_same_form_is_another_picture(form):
    one, other = draw_paper(form), draw_paper(form, other_story())
    assert not same_picture(encode_jpeg(one), encode_jpeg(other))
    assert not same_picture(encode_jpeg(one), CHANGES["cropped"](other))


def test_pictures_without_anything_on_them_are_never_the_same():
    blank = encode_jpeg(np.full((400, 600, 3), 200, np.uint8))
    assert len(picture_hash(decode(blank))) == (BITS + 3) // 4
    assert not same_picture(blank, blank)
    noise = np.random.default_rng(7).integers(0, 255, (64, 64, 3), np.uint8)
    assert not same_picture(blank, encode_jpeg(noise))
