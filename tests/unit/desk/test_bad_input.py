"""Every kind of bad input at the desk's door, read by the real worker: told with what to do, the case as it was, and the next
good paper accepted. ``tests/bad_files.py`` has the table; the command line is tested with the same one."""

from functools import cache

import numpy as np
import pytest

from app.capture.picture import decode, encode_jpeg
from app.capture.vision import Vision
from app.demo.papers import draw_paper
from app.demo.photo import GOOD, corners_of, photograph
from app.domain.condition import Condition
from app.domain.flow import Step
from benchmarks.synth import screen
from benchmarks.synth.specimen import Specimen
from tests import bad_files

SEED = 31


@pytest.fixture(scope="module")
def worker():
    vision = Vision()
    vision.start()
    yield vision
    vision.close()


@pytest.fixture
def signing(desk, worker, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(desk.booth, "vision", worker)
        yield desk.signing


@cache
def sheet() -> bytes:
    return encode_jpeg(draw_paper("income_proof"))


@cache
def card_shot() -> np.ndarray:
    return photograph(draw_paper("id_card_front"), SEED)


def half_card() -> np.ndarray:
    middle = round(corners_of(draw_paper("id_card_front"), SEED, (1920, 1080), GOOD)[:, 0].mean())
    return card_shot()[:, :middle]


def screen_shot() -> bytes:
    specimen = Specimen("income_proof", 3, draw_paper("income_proof"), {}, (960, 640))
    return screen.photograph(specimen, screen.view(3, "stripe", 1.3))


def refusals(act, *args) -> str:
    with pytest.raises(Condition) as trouble:
        act(*args)
    assert trouble.value.next("zh")
    assert trouble.value.next("en")
    return trouble.value.code


@pytest.mark.parametrize("code", bad_files.REFUSED)
def test_what_cannot_be_read_is_refused_and_the_next_good_paper_is_taken(desk, signing, code):
    case_id = desk.begin(Step.PAPERS)
    before, data = signing.view(case_id).case, bad_files.REFUSED[code]()
    assert refusals(signing.import_paper, case_id, "asset_proof", data) == code
    assert signing.view(case_id).case == before
    assert len(signing.import_paper(case_id, "asset_proof", bad_files.encoded(bad_files.scene(), "PNG")).case.papers) == 1


@pytest.mark.parametrize("code", [code for code in bad_files.REFUSED if code.startswith("picture.")])
def test_pictures_from_the_camera_likewise(desk, signing, code):
    case_id = desk.begin(Step.PAPERS)
    before, data = signing.view(case_id).case, bad_files.REFUSED[code]()
    assert refusals(signing.capture_paper, case_id, "asset_proof", data) == code
    assert signing.view(case_id).case == before


@pytest.mark.parametrize("name", bad_files.ODD)
def test_what_is_odd_but_sound_becomes_a_page_that_says_so(desk, signing, name):
    data, told = bad_files.ODD[name]
    case_id = desk.begin(Step.PAPERS)
    page, = signing.import_paper(case_id, "asset_proof", data()).case.papers["asset_proof"]
    assert told <= {finding.code for finding in page.findings}
    assert min(decode(signing.file_bytes(case_id, page.original)).shape[:2]) >= 80


@pytest.mark.parametrize(("paper", "picture", "told"), [
    ("income_proof", screen_shot, "document.screen"),
    ("income_proof", lambda: encode_jpeg(np.full((900, 640, 3), 240, np.uint8)), "document.blank"),
    ("asset_proof", lambda: encode_jpeg(np.full((900, 640, 3), 240, np.uint8)), "document.blank"),
])
def test_what_is_no_paper_is_kept_and_told(desk, signing, paper, picture, told):
    case_id = desk.begin(Step.PAPERS)
    page, = signing.capture_paper(case_id, paper, picture()).case.papers[paper]
    assert told in {finding.code for finding in page.findings}
    item, = (one for one in signing.view(case_id).checklist.items if one.paper == paper)
    assert item.value < 1
    assert signing.capture_paper(case_id, paper, sheet()).case.papers[paper][1:]


def test_cards_half_seen_foreign_or_upside_down(desk, signing, shared_data):
    case_id = desk.begin(Step.ID_CARD)
    foreign = next((shared_data / "documents").glob("foreign_id__*")).read_bytes()
    for picture, told in ((encode_jpeg(half_card()), "quality.cut_off"), (foreign, "document.foreign")):
        front = signing.capture_id_card(case_id, "front", picture).case.card_sides["front"]
        assert told in {finding.code for finding in front.findings if finding.level == "block"}
    upside_down = encode_jpeg(np.ascontiguousarray(card_shot()[::-1, ::-1]))
    front = signing.capture_id_card(case_id, "front", upside_down).case.card_sides["front"]
    assert front.readings["name"].value == "林晓星"
    assert not any(finding.level == "block" for finding in front.findings)
