"""The demo's papers: one for every code of the policy pack, consistent with each other."""

import tomllib
from pathlib import Path

import numpy as np
from stdnum import luhn

from app.demo import papers
from app.demo.portrait import card_portrait
from app.demo.story import DEFAULT, Story
from app.domain.identity import check_company_code, check_vin

ROOT = Path(__file__).resolve().parents[3]
PACK = tomllib.loads((ROOT / "resources" / "policy" / "default.toml").read_text("utf-8"))


def test_every_paper_of_the_pack_can_be_drawn():
    own = papers.SHEETS.keys() | papers.PICTURES.keys()
    plain = [paper for paper in PACK["papers"] if paper["code"] not in own]
    assert len(own) >= 15
    for paper in [*(paper for paper in PACK["papers"] if paper["code"] in own), *plain[:2], plain[-1]]:
        picture = papers.draw_paper(paper["code"], title=paper["name"]["zh"])
        assert picture.dtype == np.uint8
        assert picture.shape[0] >= 1000
        assert picture.std() > 5, paper["code"]


def test_numbers_are_valid_and_the_dealer_is_on_the_list():
    assert check_vin(DEFAULT.vin) == ()
    assert DEFAULT.vin.startswith("L")
    assert luhn.is_valid(DEFAULT.bank_card)
    assert check_company_code(DEFAULT.dealer_code) == ()
    dealers = tomllib.loads((ROOT / "resources" / "policy" / "dealers.toml").read_text("utf-8"))["dealers"]
    assert (DEFAULT.dealer, DEFAULT.dealer_code) in {(d["name"], d["company_code"]) for d in dealers}


def test_papers_follow_the_story():
    other = Story(on=DEFAULT.on, price_fen=9_990_000)
    assert not np.array_equal(papers.draw_paper("new_car_invoice"), papers.draw_paper("new_car_invoice", other))
    assert np.array_equal(papers.draw_paper("bank_card"), papers.draw_paper("bank_card", other))


def test_two_different_people_stand_in_the_photo_together():
    picture = papers.photo_together(card_portrait())
    assert picture.shape == (720, 1280, 3)
    left, right = picture[300:680, 180:580], picture[300:680, 700:1100]
    assert left.std() > 20
    assert right.std() > 20
    assert np.ptp(left, axis=2).mean() > 1.5 * np.ptp(right, axis=2).mean()
