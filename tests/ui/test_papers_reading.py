"""What the papers page shows of one page: where it is poor, how sure each value is and its cut-out, what lacks and its cost."""

from PySide6.QtWidgets import QLabel

from app.domain import facts
from app.domain.finding import warn
from tests import case_facts
from tests.ui.fake_desk import jpeg
from tests.ui.steps import find

PLACE = (0.5, 0.25, 0.25, 0.125)


def captured(papers, desks, **changes) -> None:
    image = desks.signing.journal.file("crop", jpeg("收入证明", 700, 990))
    readings = {"name": facts.Reading(value="林晓星", confidence=0.97, box=(100, 200, 160, 40)),
                "monthly_income": facts.Reading(value="12000.00", confidence=0.61, box=(100, 300, 200, 40)),
                "employer": facts.Reading(value="示例科技公司", confidence=0.95)}
    poor = warn("quality.glare", "有反光", "Glare").model_copy(update={"places": (PLACE,)})
    desks.signing.journal.append(papers.case_id, case_facts.paper(
        "income_proof", original=image, crop=image, readings=readings, findings=(poor,), **changes))
    papers.show_case(desks.signing.view(papers.case_id))


def test_a_doubtful_value_is_marked_and_every_value_stands_below_its_cut_out(qtbot, papers, desks):
    captured(papers, desks)
    fields = papers.capture
    qtbot.waitUntil(lambda: fields.findChild(object, "papers.page.0.fields.monthly_income.cut_out") is not None, timeout=20_000)
    for name in ("name", "monthly_income"):
        qtbot.waitUntil(find(fields, f"papers.page.0.fields.{name}.cut_out").has_image, timeout=20_000)
    assert fields.findChild(object, "papers.page.0.fields.employer.cut_out") is None  # nobody knows where it stands
    words = {label.text() for label in find(fields, "papers.page.0.fields").findChildren(QLabel)}
    assert {"61% 请细看", "✓ 97%"} <= words


def test_a_poor_place_is_coloured_in_the_page_s_picture(qtbot, papers, desks):
    captured(papers, desks)
    picture = find(papers.capture, "papers.page.0.picture")
    assert picture.spots() == (("warn", PLACE),)
    before = picture.grab().toImage()
    qtbot.waitUntil(picture.has_image, timeout=20_000)
    shown = picture.grab().toImage()
    picture.mark(())
    assert picture.grab().toImage() != shown != before


def test_what_a_paper_costs_is_said_on_its_tile_and_beside_its_pages_and_falls_with_it(papers, desks):
    tile, why = find(papers, "papers.tile.income_proof"), find(papers.capture, "papers.capture.why", QLabel)
    assert why.text() == tile.state.note
    assert "−" in tile.state.note
    assert "因" in tile.state.note
    asset = find(papers, "papers.tile.asset_proof").state.note
    assert "可选 · +0.3 分" in asset
    captured(papers, desks)
    assert "−" not in tile.state.note
    assert why.text() == tile.state.note
