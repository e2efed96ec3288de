"""A company's seal, from a photo of its sample sheet to the edges of every page."""

import subprocess
from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image

from app.capture.seal_sample import INK_RGB, SIDE_PX, seal_image
from app.domain.condition import Condition
from app.forms.check import check_pdf
from app.forms.draw import DrawnForm, draw
from app.forms.templates import template_text
from tests.unit.forms.forms_case import context, sealed

DPI = 60


def sample(*, seal: bool = True, stamp: bool = False) -> bytes:
    """A photo of a sheet: printed words, a round seal in red with a star, perhaps the representative's small square stamp."""
    sheet = np.full((1400, 1000, 3), (214, 224, 228), np.uint8)
    for line in range(6):
        cv2.putText(sheet, "sample of the seals, no. 12345", (80, 120 + 60 * line), cv2.FONT_HERSHEY_SIMPLEX, 1, (60, 60, 60), 2)
    red = (40, 40, 205)
    if seal:
        cv2.circle(sheet, (500, 900), 210, red, 12, cv2.LINE_AA)
        star = [(500 + round(90 * np.sin(k * 0.8 * np.pi)), 900 - round(90 * np.cos(k * 0.8 * np.pi))) for k in range(5)]
        cv2.fillPoly(sheet, [np.array(star)], red, cv2.LINE_AA)
        cv2.circle(sheet, (500, 900), 40, red, -1, cv2.LINE_AA)  # a star is filled to its middle
        for turn in range(12):
            at = (500 + round(160 * np.cos(turn / 6 * np.pi)), 900 + round(160 * np.sin(turn / 6 * np.pi)))
            cv2.rectangle(sheet, (at[0] - 12, at[1] - 14), (at[0] + 12, at[1] + 14), red, 5)
    if stamp:
        cv2.rectangle(sheet, (780, 560), (900, 680), red, 6)
    noise = np.random.default_rng(4).normal(0, 4, sheet.shape)
    return cv2.imencode(".jpg", np.clip(sheet + noise, 0, 255).astype(np.uint8))[1].tobytes()


def test_the_largest_red_seal_is_cut_out_and_all_else_is_transparent():
    picture = np.array(Image.open(BytesIO(seal_image(sample(stamp=True)))))
    assert picture.shape == (SIDE_PX, SIDE_PX, 4)
    assert tuple(picture[0, 0, :3]) == INK_RGB
    alpha = picture[:, :, 3]
    assert alpha[:20, :20].max() < 40  # outside the ring
    assert alpha[SIDE_PX // 2, SIDE_PX // 2] > 200  # the star
    assert 0.1 < (alpha > 128).mean() < 0.5


@pytest.mark.parametrize("options", [{"seal": False}, {"seal": False, "stamp": True}])
def test_a_sheet_without_a_company_seal_is_said_to_have_none(options):
    with pytest.raises(Condition) as raised:
        seal_image(sample(**options))
    assert raised.value.code == "seal_sample.none"


def drawn_with(seal: bytes, signers: tuple[str, ...] = ("company", "manager")) -> DrawnForm:
    return draw("loan_contract", template_text("loan_contract"), context(), case_number="MQ-20261123-0001", case_id="case-1",
                signers=signers, seal=seal)


@pytest.fixture(scope="module")
def seal() -> bytes:
    return seal_image(sample())


@pytest.fixture(scope="module")
def pages(seal, tmp_path_factory) -> list[np.ndarray]:
    path = tmp_path_factory.mktemp("seal") / "contract.pdf"
    path.write_bytes(drawn_with(seal).pdf)
    subprocess.run(["pdftoppm", "-r", str(DPI), path, path.with_name("page")], check=True)
    return [np.array(Image.open(page)) for page in sorted(path.parent.glob("*.ppm"))]


def red(picture: np.ndarray) -> np.ndarray:
    return picture[:, :, 0].astype(int) - picture[:, :, 1:3].max(axis=2) > 60


def test_the_strips_of_all_pages_make_one_seal(pages):
    side = round(40 / 25.4 * DPI)
    width = side / len(pages)
    whole = np.concatenate([red(page)[:, -round(width):] for page in pages], axis=1)
    rows = np.flatnonzero(whole.any(axis=1))
    assert len(pages) > 1
    assert abs(len(rows) - side) <= 3
    mirrored = whole[rows[0]:rows[-1] + 1]
    assert 0.1 < mirrored.mean() < 0.5
    assert all(red(page)[:, -round(width):].any() for page in pages)


def test_the_whole_seal_stands_where_the_company_signs(pages, seal):
    page, x0, y0, x1, y1 = drawn_with(seal).signature_boxes["company"]
    scale, height = DPI / 72, pages[page].shape[0]
    box = red(pages[page])[height - round(y1 * scale):height - round(y0 * scale), round(x0 * scale):round(x1 * scale)]
    assert box.sum() > 200


def test_where_no_company_signs_there_is_no_seal(seal):
    plain = drawn_with(b"", ("borrower", "manager"))
    assert drawn_with(seal, ("borrower", "manager")).pdf == plain.pdf


def test_sealed_documents_are_signed_like_others(bank, seal):
    assert check_pdf(sealed(bank, drawn_with(seal))[-1], bank.ca_pem).ok
