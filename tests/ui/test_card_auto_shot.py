"""Both sides of an identity card by themselves: the own one on its page, another person's among the papers."""

import pytest

from app.capture.page_watch import PageSeen
from app.desk.card_sides import SIDE_TAKEN
from app.domain.facts import Circumstances
from app.domain.flow import Step
from app.ui.pages.papers import PapersPage
from tests.ui.fake_desk import jpeg
from tests.ui.steps import acts, click, find
from tests.ui.test_papers_auto_shot import CORNERS, elsewhere


@pytest.fixture
def card(opened):
    return opened(Step.ID_CARD)


def test_the_page_turns_to_the_other_side_by_itself_and_rests_when_both_are_read(qtbot, card, desks):
    watch, = desks.booth.pages
    assert watch.reads == "id_card"
    elsewhere(watch.on_seen, PageSeen("searching"))
    qtbot.waitUntil(lambda: "人像面" in card.camera.overlay().guidance, timeout=20_000)
    elsewhere(watch.on_shot, jpeg("正面"))
    qtbot.waitUntil(lambda: "国徽面" in find(card, "id_card.shoot").text() and not card.resting, timeout=20_000)
    elsewhere(watch.on_seen, PageSeen("taken", CORNERS))
    qtbot.waitUntil(lambda: "国徽面" in card.camera.overlay().guidance, timeout=20_000)
    assert not watch.stopped
    elsewhere(watch.on_shot, jpeg("背面"))
    qtbot.waitUntil(card.next.isEnabled, timeout=20_000)
    assert watch.stopped
    assert acts(desks).count("capture_id_card") == 2


def test_whichever_side_is_shown_first_is_taken_and_the_same_side_again_is_told(qtbot, card, desks):
    watch, = desks.booth.pages
    desks.signing.shown_side = "back"
    elsewhere(watch.on_shot, jpeg("背面"))
    qtbot.waitUntil(lambda: "back" in card.view.case.card_sides and not card.resting, timeout=20_000)
    assert "人像面" in find(card, "id_card.shoot").text()
    elsewhere(watch.on_shot, jpeg("背面"))
    qtbot.waitUntil(lambda: card.notice.code() == SIDE_TAKEN.code, timeout=20_000)
    assert "人像面" in find(card, "id_card.shoot").text()


def test_the_hand_goes_before_and_the_switch_leaves_it_to_the_hand(qtbot, card, desks):
    watch, = desks.booth.pages
    click(card, "id_card.shoot")
    qtbot.waitUntil(lambda: "front" in card.view.case.card_sides, timeout=20_000)
    assert watch.by_hand == 1
    click(card, "id_card.auto")
    assert watch.stopped
    card.leave()
    card.enter()
    assert len(desks.booth.pages) == 1


@pytest.fixture
def spouse(qtbot, opened, desks):
    page: PapersPage = opened(Step.PAPERS)
    page.act(desks.signing.set_circumstances, page.case_id, Circumstances(marital="married"))
    qtbot.waitUntil(lambda: "set_circumstances" in acts(desks), timeout=20_000)
    qtbot.waitUntil(lambda: page.findChild(object, "papers.tile.spouse_id_card") is not None, timeout=20_000)
    page.open_paper("spouse_id_card")
    return page


def test_of_another_persons_card_the_tile_and_the_camera_say_which_side_is_missing(qtbot, spouse, desks):
    tile, watch = find(spouse, "papers.tile.spouse_id_card"), desks.booth.pages[-1]
    assert "还差人像面、国徽面" in tile.state.note
    elsewhere(watch.on_shot, jpeg("正面"))
    qtbot.waitUntil(lambda: tile.state.pill == "1/2", timeout=20_000)
    assert "还差国徽面" in tile.state.note
    assert find(spouse, "papers.side_missing").text() == "还差：国徽面"
    elsewhere(watch.on_seen, PageSeen("searching"))
    qtbot.waitUntil(lambda: "国徽面" in spouse.capture.camera.overlay().guidance, timeout=20_000)
    qtbot.waitUntil(lambda: not spouse.resting, timeout=20_000)
    elsewhere(watch.on_shot, jpeg("背面"))
    qtbot.waitUntil(lambda: tile.state.pill == "已采集", timeout=20_000)
    assert "还差" not in tile.state.note
    assert watch.stopped
