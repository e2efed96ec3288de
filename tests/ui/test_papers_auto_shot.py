"""The papers' camera shoots by itself: what it sees is painted and said, what it shot becomes a page, a switch leaves it out."""

import threading

from app.capture.page_watch import PageSeen
from app.domain.finding import warn
from tests.ui.fake_desk import jpeg, save
from tests.ui.steps import acts, click, find

CORNERS = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))


def elsewhere(act, *args) -> None:
    """On a thread of its own, as the watch calls."""
    thread = threading.Thread(target=act, args=args)
    thread.start()
    thread.join()


def test_what_is_seen_is_painted_and_said(qtbot, papers, desks):
    watch, = desks.booth.pages
    assert watch.reads == "income_proof"
    camera = papers.capture.camera
    elsewhere(watch.on_seen, PageSeen("holding", CORNERS))
    qtbot.waitUntil(lambda: camera.overlay().quad == CORNERS, timeout=20_000)
    assert "保持不动" in camera.overlay().guidance
    assert camera.overlay().tone == "ok"
    elsewhere(watch.on_seen, PageSeen("poor", CORNERS, warn("quality.dark", "太暗。", "Too dark.")))
    qtbot.waitUntil(lambda: camera.overlay().guidance == "太暗。", timeout=20_000)
    assert camera.overlay().tone == "warn"
    elsewhere(watch.on_seen, PageSeen("searching"))
    qtbot.waitUntil(lambda: camera.overlay().quad == (), timeout=20_000)
    assert not papers.capture.grab().isNull()


def test_what_the_camera_shot_becomes_a_page_of_its_own(qtbot, papers, desks):
    watch, = desks.booth.pages
    shot = jpeg("自动")
    elsewhere(watch.on_shot, shot)
    qtbot.waitUntil(lambda: "capture_paper" in acts(desks), timeout=20_000)
    page = desks.signing.acts[-1][1]
    assert desks.signing.journal.files[page.original.id] == shot
    assert not page.imported


def test_a_shot_by_hand_goes_before_and_is_told_to_the_watch(qtbot, papers, desks):
    watch, = desks.booth.pages
    gate, window = threading.Event(), threading.current_thread()
    desks.signing.before = lambda act: threading.current_thread() is window or gate.wait(60)
    click(papers, "papers.shoot")
    elsewhere(watch.on_shot, jpeg("自动"))
    elsewhere(watch.on_seen, PageSeen("taken", CORNERS))
    qtbot.waitUntil(lambda: papers.capture.camera.overlay().quad == CORNERS, timeout=20_000)  # the shot came in before it
    gate.set()
    qtbot.waitUntil(lambda: not papers.resting, timeout=20_000)
    assert acts(desks).count("capture_paper") == 1
    assert watch.by_hand == 1


def test_the_switch_leaves_it_to_the_hand(qtbot, papers, desks):
    watch, = desks.booth.pages
    click(papers, "papers.auto")
    assert watch.stopped
    elsewhere(watch.on_shot, jpeg("自动"))
    elsewhere(watch.on_seen, PageSeen("holding", CORNERS))
    click(papers, "papers.close")
    papers.open_paper("bank_statement")
    assert len(desks.booth.pages) == 1
    click(papers, "papers.auto")
    assert desks.booth.pages[-1].reads == "bank_statement"
    assert "capture_paper" not in acts(desks)
    assert papers.capture.camera.overlay().quad == ()


def test_nothing_is_watched_for_a_photograph_while_mending_or_in_the_list(qtbot, papers, desks, tmp_path):
    papers.import_file("income_proof", save(tmp_path / "a.jpg", jpeg("a")))
    qtbot.waitUntil(lambda: papers.findChild(object, "papers.page.0.mend") is not None, timeout=20_000)
    click(papers, "papers.page.0.mend")
    assert desks.booth.pages[-1].stopped
    click(papers, "papers.mend.cancel")
    assert not desks.booth.pages[-1].stopped
    click(papers, "papers.close")
    assert desks.booth.pages[-1].stopped
    watched = len(desks.booth.pages)
    papers.open_paper("photo_together")
    assert len(desks.booth.pages) == watched
    assert not find(papers, "papers.auto").isVisible()
