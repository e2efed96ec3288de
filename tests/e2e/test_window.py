"""The real window over a real desk, gateway, vision and camera path, used by its widgets as a person uses them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, current_thread, main_thread

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from reportlab.pdfgen import canvas

from app.demo.player import Player, live
from app.demo.stage import Stage, demo_terms, stage
from app.domain import consents
from app.domain.case import FACE_CONSENT
from app.domain.flow import Step
from app.ui.application import make_application
from app.ui.window import MainWindow
from tests.e2e import signing as acts

pytestmark = pytest.mark.timeout(900)
PASSPHRASE = "of the window's test"
FROM_FILE, BY_CAMERA = "income_proof", "driving_licence"


@dataclass(frozen=True)
class FirstDay:
    """What a second window over the same desks showed of the case that the first one had brought to its ID card."""

    folder: Path
    number: str
    progress: str
    step: Step
    answered: int


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    return make_application(["test"])


@contextmanager
def opened(set_up: Stage, case_id: str = "") -> Iterator[Player]:
    """A window over the stage's desks, at the papers of a case where one is named; closed in the end."""
    window = MainWindow(set_up.desks)
    window.show()
    player = Player(window)
    try:
        player.wait("the work list", lambda: window.home.findChild(QLabel, "home.count").text())
        if case_id:
            window.open_case(case_id)
            player.wait("the case", lambda: window.frame is not None)
            player.click(f"rail.step.{Step.PAPERS}")
        yield player
    finally:
        window.close()
        window.deleteLater()
        live(20)


def page(player: Player) -> Step:
    return player.window.frame.page.step


def new_case(player: Player) -> None:
    player.click("home.new")
    player.wait("a new case", lambda: player.window.frame is not None)


def fill_terms(player: Player, set_up: Stage) -> None:
    story, terms = set_up.props.story, demo_terms(set_up.props.story)
    player.click(f"terms.product.{terms.product}")
    player.choose("terms.dealer", terms.dealer_id)
    player.type("terms.model", story.model)
    player.type("terms.price", str(story.price_fen // 100))
    player.type("terms.down_payment", str(story.down_payment_fen // 100))
    player.choose("terms.term", str(terms.term_months))


def go_on(player: Player, button: str) -> None:
    before = page(player)
    player.click(button)
    player.wait(f"the page after {before}", lambda: page(player) != before)


def answer_consents(player: Player, *, face: bool) -> None:
    view = player.window.frame.view
    for consent in consents.asked(view.case, view.pack):
        player.click(f"consent.item.{consent.purpose}")
        player.read_to_end("consent.text")
        player.click("consent.refuse" if consent.purpose == FACE_CONSENT and not face else "consent.agree")
        player.wait(consent.purpose, lambda p=consent.purpose: p in player.window.frame.view.case.consents)
    go_on(player, "consent.next")


def until_id_card(player: Player, set_up: Stage, *, face: bool = True) -> None:
    """A new case by its widgets, up to the page of the ID card."""
    new_case(player)
    fill_terms(player, set_up)
    go_on(player, "terms.next")
    player.ready("place.next")
    go_on(player, "place.next")
    answer_consents(player, face=face)
    assert page(player) == Step.ID_CARD


@pytest.fixture(scope="module")
def first_day(tmp_path_factory, qapp) -> FirstDay:
    """A case begun in one window, found in a second; then everything ends and the computer is shut down."""
    folder = tmp_path_factory.mktemp("窗口 window")
    with stage(folder, passphrase=PASSPHRASE) as set_up:
        with opened(set_up) as player:
            until_id_card(player, set_up)
            number = player.window.frame.view.case.number
        with opened(set_up) as player:
            player.wait("the list", lambda: player.window.home.model.rowCount() == 1)
            model = player.window.home.model
            progress = model.index(0, 2).data()
            QTest.mouseClick(player.window.home.table.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(60, 30))
            player.wait("the case", lambda: player.window.frame is not None)
            view = player.window.frame.view
            assert view.case.number == number
            return FirstDay(folder, number, progress, page(player), len(view.case.consents))


@pytest.fixture(scope="module")
def set_up(first_day) -> Iterator[Stage]:
    """The next day over the same data folder, with the same passphrase."""
    with stage(first_day.folder, passphrase=PASSPHRASE) as made:
        made.desks.booth.warm()
        yield made


@pytest.fixture(scope="module")
def with_papers(set_up) -> str:
    """A case without papers so far."""
    return acts.until_papers(set_up)


def code_shown(player: Player) -> str:
    return player.window.frame.page.notice.code()


def test_a_closed_window_loses_nothing_and_the_next_one_stands_at_the_same_step(first_day):
    assert first_day.progress == "4 / 11 身份证"
    assert first_day.step == Step.ID_CARD
    assert first_day.answered == 7


def test_the_data_folder_opened_again_shows_the_case_at_its_step(set_up, first_day):
    with opened(set_up) as player:
        player.type("home.search", first_day.number)
        player.wait("the case in the list", lambda: player.window.home.model.rowCount() == 1)
        QTest.keyClick(player.window.home.table, Qt.Key.Key_Down)
        player.window.home.table.selectRow(0)
        QTest.keyClick(player.window.home.table, Qt.Key.Key_Return)
        player.wait("the case", lambda: player.window.frame is not None)
        assert player.window.frame.view.case.number == first_day.number
        assert page(player) == Step.ID_CARD


def test_a_price_of_zero_keeps_the_next_step_shut_and_says_why(set_up):
    with opened(set_up) as player:
        new_case(player)
        fill_terms(player, set_up)
        player.ready("terms.next")
        player.type("terms.price", "0")
        missing = player.find("terms.missing")
        player.wait("the reason", lambda: "车价" in missing.text() and "核对" not in missing.text())
        assert not player.find("terms.next").isEnabled()
        assert player.window.frame.view.case.events == 1
        player.type("terms.price", str(set_up.props.story.price_fen // 100))
        go_on(player, "terms.next")
        assert page(player) == Step.PLACE


def test_a_camera_that_is_gone_is_told_in_place_and_works_again_when_it_is_back(set_up, with_papers):
    feed = set_up.desks.booth.feed
    with opened(set_up, with_papers) as player:
        before = player.window.frame.view.case
        player.click(f"papers.tile.{BY_CAMERA}")
        player.click("papers.auto")
        feed.switch(99)
        player.wait("the loss", lambda: set_up.desks.booth.camera_state.trouble)
        player.click("papers.shoot")
        player.wait("the notice", lambda: code_shown(player) == "camera.missing")
        assert player.window.frame.page.notice.message()
        assert player.window.frame.view.case == before
        feed.switch(str(set_up.props.paper(BY_CAMERA)), loop=True)
        player.wait("the picture", lambda: set_up.desks.booth.camera_state.ok)
        player.click("papers.shoot")
        player.wait("the paper", lambda: BY_CAMERA in player.window.frame.view.case.papers)
        assert code_shown(player) == ""


def test_a_paper_that_lies_still_is_shot_by_itself_once(set_up, with_papers):
    with opened(set_up, with_papers) as player:
        before = len(player.window.frame.view.case.papers.get(BY_CAMERA, ()))
        set_up.desks.booth.feed.switch(str(set_up.props.paper(BY_CAMERA)), loop=True)
        player.click(f"papers.tile.{BY_CAMERA}")
        camera = player.find("papers.camera")
        player.wait("the shot", lambda: len(player.window.frame.view.case.papers.get(BY_CAMERA, ())) == before + 1)
        player.wait("the next look", lambda: "已拍" in camera.overlay().guidance)
        assert len(player.window.frame.view.case.papers[BY_CAMERA]) == before + 1
        player.click("papers.auto")
        assert camera.overlay().guidance == ""


@pytest.mark.parametrize(("content", "code"), [
    (b"", "file.empty"), (b"no picture at all", "picture.not_an_image"), (b"%PDF-1.7 no document", "picture.truncated")])
def test_a_useless_file_dropped_on_a_paper_is_refused_in_place(set_up, with_papers, tmp_path, content, code):
    useless = tmp_path / "收入 证明.jpg"
    useless.write_bytes(content)
    with opened(set_up, with_papers) as player:
        before = player.window.frame.view.case
        player.drop(f"papers.tile.{FROM_FILE}", useless)
        player.wait("the notice", lambda: code_shown(player) == code)
        assert player.window.frame.page.notice.message()
        assert set_up.desks.signing.view(with_papers).case == before


def test_the_pages_of_a_pdf_dropped_on_a_paper_are_drawn_by_the_worker_and_read(set_up, with_papers, tmp_path):
    statement = canvas.Canvas(str(tmp_path / "流水 单.pdf"))
    for page in ("one", "two"):
        statement.drawString(100, 700, page)
        statement.showPage()
    statement.save()
    with opened(set_up, with_papers) as player:
        before = len(player.window.frame.view.case.papers.get(FROM_FILE, ()))
        player.drop(f"papers.tile.{FROM_FILE}", tmp_path / "流水 单.pdf")
        player.wait("the pages", lambda: len(player.window.frame.view.case.papers.get(FROM_FILE, ())) == before + 2)
        first, second = player.window.frame.view.case.papers[FROM_FILE][-2:]
        assert first.source == second.source
        assert set_up.here.vault.get(with_papers, first.source).startswith(b"%PDF-")
        assert set_up.here.vault.get(with_papers, second.original).startswith(b"\xff\xd8\xff")


def test_after_a_useless_file_a_good_one_is_taken_and_the_notice_goes(set_up, with_papers, tmp_path):
    empty = tmp_path / "empty.jpg"
    empty.touch()
    with opened(set_up, with_papers) as player:
        player.drop(f"papers.tile.{FROM_FILE}", empty)
        player.wait("the notice", lambda: code_shown(player))
        pages = len(player.window.frame.view.case.papers.get(FROM_FILE, ()))
        player.drop(f"papers.tile.{FROM_FILE}", set_up.props.picture(FROM_FILE))
        player.wait("the page", lambda: len(player.window.frame.view.case.papers.get(FROM_FILE, ())) == pages + 1)
        assert code_shown(player) == ""


def test_refusing_the_face_leads_to_two_persons_and_on_to_the_papers(set_up):
    with opened(set_up) as player:
        until_id_card(player, set_up, face=False)
        for side in ("front", "back"):
            acts.hold_up(set_up, set_up.props.card(side))  # which is shot by itself
            player.wait(f"the {side}", lambda s=side: s in player.window.frame.view.case.card_sides)
        player.ready("id_card.next")
        go_on(player, "id_card.next")
        assert page(player) == Step.LIVENESS
        assert player.find("liveness.start") is None
        assert player.find("liveness.other_path") is None
        second = player.window.frame.page.second
        assert second.isVisible()
        player.type("liveness.second.staff_id", acts.SECOND_PERSON)
        player.type("liveness.second.password", "not the password")
        player.click("liveness.second.confirm")
        player.wait("the refusal", lambda: code_shown(player) == "bank.wrong_password")
        assert player.find("liveness.second.statement").toPlainText()
        player.type("liveness.second.password", set_up.bank.password_of(acts.SECOND_PERSON))
        player.click("liveness.second.confirm")
        player.wait("the check", lambda: player.window.frame.view.case.second_person is not None)
        go_on(player, "liveness.next")
        assert page(player) == Step.PAPERS


def test_language_and_theme_change_while_a_case_is_open_and_the_place_is_kept(set_up, with_papers):
    with opened(set_up, with_papers) as player:
        player.click(f"rail.step.{Step.CONSENT}")
        assert page(player) == Step.CONSENT
        title = player.window.frame.page.title.text()
        player.click("top.language")
        player.wait("English", lambda: player.window.frame.page.title.text() == "Consents")
        player.click("top.theme")
        player.wait("the dark", lambda: player.window.palette().window().color().lightness() < 60)
        assert page(player) == Step.CONSENT
        assert player.window.frame.view.case.case_id == with_papers
        assert player.ready("top.where").text().startswith("Case ")
        player.click("top.language")
        player.click("top.theme")
        player.wait("Chinese", lambda: player.window.frame.page.title.text() == title)
        assert page(player) == Step.CONSENT


def test_the_window_lives_on_while_a_paper_is_photographed_and_read(set_up, with_papers, monkeypatch):
    acts.hold_up(set_up, set_up.props.paper(BY_CAMERA))
    with opened(set_up, with_papers) as player:
        player.click(f"papers.tile.{BY_CAMERA}")
        camera = player.window.frame.page.capture.camera
        player.wait("the picture", lambda: camera.frames_shown > 3)
        pages = len(player.window.frame.view.case.papers.get(BY_CAMERA, ()))
        gate, reading, ticks, timer = Event(), [], [], QTimer()
        capture = set_up.desks.signing.capture_paper

        def gated(*arguments, **options):
            reading.append(current_thread() is main_thread() or not gate.wait(60))
            return capture(*arguments, **options)

        monkeypatch.setattr(set_up.desks.signing, "capture_paper", gated)
        timer.timeout.connect(lambda: ticks.append(gate.is_set()))
        timer.start(5)
        player.click("papers.shoot")
        player.wait("many turns while the act stands at the gate", lambda: ticks.count(False) >= 50)
        assert len(player.window.frame.view.case.papers.get(BY_CAMERA, ())) == pages
        gate.set()
        player.wait("the page", lambda: len(player.window.frame.view.case.papers.get(BY_CAMERA, ())) == pages + 1)
        timer.stop()
    assert reading == [False]
    assert ticks.count(True) >= 3


def test_without_the_bank_the_window_says_so_and_the_case_goes_on(set_up):
    """Last of all: it stops the gateway for a while."""
    with opened(set_up) as player:
        player.click("home.sync")
        player.wait("the bank", lambda: "在线" in player.ready("top.queue").text())
        set_up.bank.__exit__()
        player.click("home.sync")
        player.wait("the loss", lambda: "离线" in player.find("top.queue").text())
        until_id_card(player, set_up)
        assert "离线" in player.find("top.queue").text()
        assert set_up.desks.signing.view(player.window.frame.view.case.case_id).current == Step.ID_CARD
        set_up.bank.__enter__()
        set_up.bank.ready()
        player.click("top.home")
        player.click("home.sync")
        player.wait("the bank again", lambda: "在线" in player.find("top.queue").text())
