"""Each page: what is missing stands beside the shut button, what was done is recorded, trouble is told in place."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit

from app.desk.views import SyncView
from app.domain import facts
from app.domain.condition import Kind
from app.domain.evidence import digest
from app.domain.flow import Step, signers
from app.domain.policy import Words
from app.ui.pages.register import PAGES
from app.ui.widgets.reading_pane import ReadingPane
from tests import case_facts
from tests.ui.fake_desk import jpeg, save
from tests.ui.steps import FORM, acts, bring_to, click, find, ink, last, read_document, seal, write

GLARE = Kind("picture.glare", zh="左上角反光。", zh_next="请换个角度重拍。", en="Glare.", en_next="Shoot again.")
NO_FIX = Kind("place.no_fix", zh="30 秒内没有定位。", zh_next="请写明原因。", en="No fix.", en_next="Give a reason.")


def hint(page) -> str:
    return find(page, f"{page.step}.missing", QLabel).text()


# -- 1 terms -----------------------------------------------------------------------------------------------------------

def fill_terms(qtbot, page) -> None:
    qtbot.waitUntil(page.dealer.isEnabled, timeout=20_000)
    page.dealer.choose("D-0317")
    page.model.setText("示例 秦PLUS")
    page.term.choose("36")
    page.price.setText("12万")
    page.down.setText("34000")


def test_terms_say_what_is_missing_beside_the_shut_button(opened):
    page = opened(Step.TERMS)
    assert not page.next.isEnabled()
    assert "车型" in page.next.toolTip() or "项" in hint(page)


def test_terms_show_loan_to_value_while_typing_and_are_recorded(qtbot, opened, desks):
    page = opened(Step.TERMS)
    fill_terms(qtbot, page)
    qtbot.waitUntil(lambda: find(page, "terms.ltv").whole() == "71.7%", timeout=20_000)
    assert find(page, "terms.loan", QLabel).text() == "¥ 86,000"
    qtbot.waitUntil(page.next.isEnabled, timeout=20_000)
    click(page, "terms.next")
    qtbot.waitUntil(lambda: page.went == ["next"], timeout=20_000)
    assert last(desks).terms.price_fen == 12_000_000
    assert last(desks).terms.down_payment_fen == 3_400_000
    assert last(desks).terms.term_months == 36


def test_too_small_a_down_payment_shuts_the_button_with_the_reason(qtbot, opened):
    page = opened(Step.TERMS)
    fill_terms(qtbot, page)
    page.down.setText("5000")
    qtbot.waitUntil(lambda: "首付至少" in hint(page), timeout=20_000)
    assert not page.next.isEnabled()


def test_a_price_of_zero_is_refused_in_place(qtbot, opened):
    page = opened(Step.TERMS)
    fill_terms(qtbot, page)
    page.price.setText("0")
    qtbot.waitUntil(lambda: "大于 0" in hint(page), timeout=20_000)
    assert not page.next.isEnabled()


def test_only_vehicles_that_the_product_finances_are_offered(qtbot, opened):
    page = opened(Step.TERMS)
    qtbot.waitUntil(page.dealer.isEnabled, timeout=20_000)
    click(page, "terms.product.used_car_instalment")
    assert {page.condition.itemData(i) for i in range(page.condition.count())} == {"used"}
    assert find(page, "terms.appraisal").isVisible()
    assert not find(page, "terms.guide_price").isVisible()
    assert len(page.products.buttons()) == 10


# -- 2 place -----------------------------------------------------------------------------------------------------------

def test_a_fix_is_shown_and_recorded_only_when_confirmed(qtbot, opened, desks):
    page = opened(Step.PLACE)
    qtbot.waitUntil(page.next.isEnabled, timeout=20_000)
    assert "record_place" not in acts(desks)
    assert find(page, "place.accuracy").whole() == "±6 m"
    click(page, "place.next")
    qtbot.waitUntil(lambda: page.went == ["next"], timeout=20_000)
    assert last(desks).fix == desks.booth.fix
    assert last(desks).verdict.fence == "inside"


def test_without_a_fix_a_reason_is_enough(qtbot, opened, desks):
    desks.booth.fix = NO_FIX()
    case_page = PAGES[Step.PLACE]
    assert case_page.step == Step.PLACE
    case_id = bring_to_place(desks)
    page = case_page(desks, desks.signing.view(case_id))
    qtbot.addWidget(page)
    page.went = []
    page.recorded.connect(page.show_case)
    page.go.connect(page.went.append)
    page.show()
    page.enter()
    qtbot.waitUntil(lambda: page.notice.code() == "place.no_fix", timeout=20_000)
    assert not page.next.isEnabled()
    QTest.keyClicks(find(page, "place.reason"), "basement")
    assert page.next.isEnabled()
    click(page, "place.next")
    qtbot.waitUntil(lambda: page.went == ["next"], timeout=20_000)
    assert (last(desks).fix, last(desks).reason) == (None, "basement")


def test_a_place_that_cannot_be_asks_for_another_fix_or_another_employees_word(qtbot, opened, desks):
    desks.booth.fix = desks.booth.fix.model_copy(update={"flags": ("simulated",)})
    page = opened(Step.PLACE)
    qtbot.waitUntil(page.next.isEnabled, timeout=20_000)
    form = find(page, "place.vouch.confirm")
    assert not form.isVisible()
    click(page, "place.next")
    qtbot.waitUntil(lambda: page.went == ["next"], timeout=20_000)
    assert "模拟" in find(page, "place.vouch.why", QLabel).text()
    for name, typed in (("staff_id", "10077"), ("password", "secret"), ("reason", "dealer's hall")):
        assert not form.isEnabled()
        QTest.keyClicks(find(page, f"place.vouch.{name}", QLineEdit), typed)
    click(page, "place.vouch.confirm")
    qtbot.waitUntil(lambda: not form.isVisible(), timeout=20_000)
    assert (last(desks).staff_id, last(desks).reason) == ("10077", "dealer's hall")
    assert find(page, "place.vouch.password", QLineEdit).text() == ""


def bring_to_place(desks) -> str:
    return bring_to(desks, Step.PLACE)


# -- 4 identity card ---------------------------------------------------------------------------------------------------

def test_both_sides_are_shot_read_and_confirmed(qtbot, opened, desks):
    page = opened(Step.ID_CARD)
    assert "人像面" in hint(page)
    click(page, "id_card.shoot")
    qtbot.waitUntil(lambda: "国徽面" in find(page, "id_card.shoot").text(), timeout=20_000)
    click(page, "id_card.shoot")
    qtbot.waitUntil(page.next.isEnabled, timeout=20_000)
    assert find(page, "id_card.number", QLineEdit).text() == "320102198806051229"
    click(page, "id_card.next")
    qtbot.waitUntil(lambda: page.went == ["next"], timeout=20_000)
    assert last(desks).card.name == "林晓星"


def test_a_wrong_check_digit_is_said_while_typing(qtbot, opened):
    page = opened(Step.ID_CARD)
    click(page, "id_card.shoot")
    qtbot.waitUntil(lambda: "国徽面" in find(page, "id_card.shoot").text(), timeout=20_000)
    click(page, "id_card.shoot")
    qtbot.waitUntil(page.next.isEnabled, timeout=20_000)
    find(page, "id_card.number", QLineEdit).setText("320102198806051228")
    qtbot.waitUntil(lambda: "校验位" in hint(page), timeout=20_000)
    assert not page.next.isEnabled()


def test_a_bad_picture_is_told_in_place_and_keeps_what_was_there(qtbot, opened, desks):
    page = opened(Step.ID_CARD)

    def refuse(act):
        if act == "capture_id_card":
            raise GLARE()

    desks.signing.before = refuse
    click(page, "id_card.shoot")
    qtbot.waitUntil(lambda: page.notice.code() == "picture.glare", timeout=20_000)
    assert "反光" in page.notice.message()
    assert find(page, "id_card.shoot").isEnabled()


def test_a_file_that_is_too_large_never_reaches_the_desk(qtbot, opened, desks, tmp_path):
    page = opened(Step.ID_CARD)
    with (tmp_path / "huge.jpg").open("wb") as sparse:
        sparse.truncate(200_000_000)
    page.import_file(tmp_path / "huge.jpg")
    qtbot.waitUntil(lambda: page.notice.code() == "file.too_large", timeout=20_000)
    page.import_file(save(tmp_path / "card.jpg", jpeg("正面")))
    qtbot.waitUntil(lambda: "capture_id_card" in acts(desks), timeout=20_000)
    assert last(desks).imported is True


def test_without_a_reader_the_chip_is_not_offered(opened):
    page = opened(Step.ID_CARD)
    assert not find(page, "id_card.chip.read").isVisible()
    assert not page._chip.isVisible()


def test_the_chip_is_read_and_stands_beside_the_print_with_what_differs(qtbot, opened, desks):
    desks.signing.reader = "示例读卡器"
    desks.signing.chip["address"] = "江苏省示例市另一条路 9 号"
    page = opened(Step.ID_CARD)
    assert not find(page, "id_card.chip.read").isEnabled()  # the portrait side comes first
    for side in ("国徽面", "国徽面"):
        click(page, "id_card.shoot")
        qtbot.waitUntil(lambda: side in find(page, "id_card.shoot").text() and find(page, "id_card.shoot").isEnabled(),  # noqa: B023
                        timeout=20_000)
    qtbot.waitUntil(page.next.isEnabled, timeout=20_000)
    click(page, "id_card.chip.read")
    qtbot.waitUntil(lambda: find(page, "id_card.chip.photo").has_image(), timeout=20_000)
    assert find(page, "id_card.chip.alike", QLabel).text() == "像同一人 0.90"
    assert "示例读卡器" in find(page, "id_card.chip.reader", QLabel).text()
    differ = find(page, "id_card.chip.differences")
    qtbot.waitUntil(lambda: "住址" in differ.accessibleName(), timeout=20_000)
    assert "住址" not in find(page, "id_card.findings").accessibleName()
    click(page, "id_card.chip.fill")
    assert find(page, "id_card.address", QLineEdit).text() == "江苏省示例市另一条路 9 号"
    qtbot.waitUntil(lambda: find(page, "id_card.chip.same").isVisible(), timeout=20_000)


# -- 6 papers ----------------------------------------------------------------------------------------------------------

def test_circumstances_decide_the_tiles(qtbot, opened, desks):
    page = opened(Step.PAPERS)
    assert "婚姻" in hint(page)
    find(page, "papers.marital").choose("married")
    click(page, "papers.confirm_circumstances")
    qtbot.waitUntil(lambda: page.findChild(object, "papers.tile.marriage_certificate") is not None, timeout=20_000)
    tile = find(page, "papers.tile.marriage_certificate")
    assert (tile.state.pill, tile.state.tone) == ("缺", "bad")
    assert "已婚" in tile.state.note


def test_a_tile_opens_the_camera_and_the_page_is_kept(qtbot, opened, desks):
    page = opened(Step.PAPERS)
    click(page, "papers.confirm_circumstances")
    qtbot.waitUntil(lambda: "set_circumstances" in acts(desks), timeout=20_000)
    click(page, "papers.tile.bank_card")
    assert page.capture.isVisible()
    click(page, "papers.shoot")
    qtbot.waitUntil(lambda: "capture_paper" in acts(desks), timeout=20_000)
    qtbot.waitUntil(lambda: page.findChild(object, "papers.page.0.remove") is not None, timeout=20_000)
    click(page, "papers.page.0.remove")
    qtbot.waitUntil(lambda: "remove_paper" in acts(desks), timeout=20_000)
    click(page, "papers.close")
    assert not page.capture.isVisible()
    assert desks.booth.watchers == []


def test_the_managers_face_is_kept_only_when_asked_and_can_be_forgotten(qtbot, opened, desks):
    page = opened(Step.PAPERS)
    click(page, "papers.confirm_circumstances")
    qtbot.waitUntil(lambda: "set_circumstances" in acts(desks), timeout=20_000)
    page.open_paper("bank_card")
    assert not find(page, "my_face.remember").isVisible()
    page.open_paper("photo_together")
    assert find(page, "my_face.remember").isVisible()
    assert "加密留在本机" in find(page, "my_face.words", QLabel).text()
    qtbot.waitUntil(lambda: "没有您的人脸" in find(page, "my_face.state", QLabel).text(), timeout=20_000)
    assert not desks.signing.my_face_known
    click(page, "my_face.remember")
    qtbot.waitUntil(lambda: "已记住" in find(page, "my_face.state", QLabel).text(), timeout=20_000)
    assert desks.signing.my_face_known
    click(page, "my_face.forget")
    qtbot.waitUntil(lambda: "没有您的人脸" in find(page, "my_face.state", QLabel).text(), timeout=20_000)
    assert not desks.signing.my_face_known


def test_missing_papers_do_not_stop_the_talk_but_shut_next(qtbot, opened, desks):
    page = opened(Step.PAPERS)
    click(page, "papers.confirm_circumstances")
    qtbot.waitUntil(lambda: "件必需" in hint(page), timeout=20_000)
    assert not page.next.isEnabled()
    click(page, "papers.later")
    assert page.went == ["next"]


def test_a_dropped_file_becomes_a_page(qtbot, opened, desks, tmp_path):
    page = opened(Step.PAPERS)
    click(page, "papers.confirm_circumstances")
    qtbot.waitUntil(lambda: "set_circumstances" in acts(desks), timeout=20_000)
    tile = find(page, "papers.tile.income_proof")
    tile.dropped.emit(str(save(tmp_path / "收入 证明.jpg", jpeg("收入"))))
    qtbot.waitUntil(lambda: tile.state.captured, timeout=20_000)
    assert last(desks).imported is True


def licence_of(name: str, confidence: float = 0.95) -> facts.PaperCaptured:
    return case_facts.paper("driving_licence", readings={"name": facts.Reading(value=name, confidence=confidence)})


def test_papers_that_contradict_each_other_are_listed_and_corrected_in_the_page(qtbot, opened, desks):
    page = opened(Step.PAPERS)
    click(page, "papers.confirm_circumstances")
    qtbot.waitUntil(lambda: page.view.case.circumstances is not None, timeout=20_000)
    listing, tile = find(page, "papers.cross"), find(page, "papers.tile.driving_licence")
    assert not listing.isVisible()
    desks.signing.journal.append(page.case_id, licence_of("王小明"))
    page.show_case(desks.signing.view(page.case_id))
    assert listing.isVisible()
    words = " ".join(label.text() for label in listing.findChildren(QLabel))
    assert "驾驶证不是借款人的" in words
    assert "驾驶证：王*明" in words
    assert "身份证：林*星" in words
    assert (tile.state.pill, tile.state.tone, tile.state.inside) == ("有矛盾", "bad", "驾驶证不是借款人的")
    click(page, "papers.tile.driving_licence")
    qtbot.waitUntil(lambda: page.findChild(QLineEdit, "papers.page.0.fields.name") is not None, timeout=20_000)
    find(page, "papers.page.0.fields.name", QLineEdit).setText("林晓星")
    find(page, "papers.page.0.fields.number", QLineEdit).setText("320102198806051229")
    click(page, "papers.page.0.fields.save")
    qtbot.waitUntil(lambda: "correct_paper" in acts(desks), timeout=20_000)
    assert last(desks).corrected == {"name": ("王小明", "林晓星"), "number": ("", "320102198806051229")}
    qtbot.waitUntil(lambda: page.view.cross == (), timeout=20_000)
    click(page, "papers.close")
    assert not listing.isVisible()
    assert tile.state.tone == "ok"


def test_how_sure_a_field_was_read_stands_beside_it_until_a_person_has_compared_it(qtbot, opened, desks):
    page = opened(Step.PAPERS)
    click(page, "papers.confirm_circumstances")
    qtbot.waitUntil(lambda: page.view.case.circumstances is not None, timeout=20_000)
    desks.signing.journal.append(page.case_id, licence_of("林晓星", 0.62))
    page.show_case(desks.signing.view(page.case_id))
    click(page, "papers.tile.driving_licence")
    qtbot.waitUntil(lambda: page.findChild(QLineEdit, "papers.page.0.fields.name") is not None, timeout=20_000)
    asides = [label.text() for label in find(page, "papers.page.0.fields").findChildren(QLabel)]
    assert "62% 请细看" in asides
    assert "没有读到" in asides
    click(page, "papers.page.0.fields.save")
    qtbot.waitUntil(lambda: "✓ 已核对" in [label.text() for label in find(
        page, "papers.page.0.fields").findChildren(QLabel)], timeout=20_000)


def test_the_last_page_lists_contradictions_and_shuts_the_seal(opened, desks):
    page = opened(Step.SUBMIT)
    assert not find(page, "submit.cross").isVisible()
    desks.signing.journal.append(page.case_id, licence_of("王小明"))
    page.show_case(desks.signing.view(page.case_id))
    assert find(page, "submit.cross").isVisible()
    assert not page.next.isEnabled()
    assert "驾驶证不是借款人的" in page.next.toolTip() or "项" in page.next.toolTip()


# -- 8 forms -----------------------------------------------------------------------------------------------------------

def test_fields_are_prefilled_checked_and_confirmed(qtbot, opened, desks):
    page = opened(Step.FORMS)
    qtbot.waitUntil(lambda: page.findChild(QLineEdit, "forms.address") is not None, timeout=20_000)
    assert find(page, "forms.address", QLineEdit).text() == "江苏省示例市样本路 1 号"
    qtbot.waitUntil(lambda: "还差" in hint(page), timeout=20_000)
    for code, value in FORM.items():
        field = find(page, f"forms.{code}", QLineEdit)
        field.setText("")
        QTest.keyClicks(field, value) if value.isascii() else field.setText(value)
    find(page, "forms.phone", QLineEdit).setText("123")
    find(page, "forms.phone", QLineEdit).textEdited.emit("123")
    qtbot.waitUntil(lambda: "手机号码：" in hint(page), timeout=20_000)
    find(page, "forms.phone", QLineEdit).setText(FORM["phone"])
    find(page, "forms.phone", QLineEdit).textEdited.emit(FORM["phone"])
    qtbot.waitUntil(page.next.isEnabled, timeout=20_000)
    click(page, "forms.next")
    qtbot.waitUntil(lambda: page.went == ["next"], timeout=20_000)


def test_the_cost_sheet_stands_beside_the_form(qtbot, opened):
    page = opened(Step.FORMS)
    qtbot.waitUntil(lambda: "%" in find(page, "forms.annual_rate", QLabel).text(), timeout=20_000)
    assert "36 期" in find(page, "forms.cost.principal").whole()


# -- 9 signatures ------------------------------------------------------------------------------------------------------

def test_a_document_is_read_and_signed_by_hand(qtbot, opened, desks, monkeypatch):
    given: list[bytes] = []
    show = ReadingPane.show_pdf
    monkeypatch.setattr(ReadingPane, "show_pdf", lambda pane, pdf, *rest: (given.append(pdf), show(pane, pdf, *rest)))
    page = opened(Step.SIGN)
    page.resize(1366, 768)
    qtbot.waitUntil(lambda: page.pane.page_count > 0, timeout=20_000)
    assert not page.next.isEnabled()
    assert "签名" in page.next.toolTip()
    write(find(page, "sign.pad"))
    assert not page.next.isEnabled()
    read_document(qtbot, page)
    qtbot.waitUntil(page.next.isEnabled, timeout=20_000)
    click(page, "sign.confirm")
    qtbot.waitUntil(lambda: "sign" in acts(desks), timeout=20_000)
    assert (last(desks).form, last(desks).signer) == ("cost_sheet", "borrower")
    assert last(desks).prepared_sha256 == digest(given[0])  # the bytes on the screen are the bytes signed
    qtbot.waitUntil(lambda: page.pad.is_blank(), timeout=20_000)
    assert "第 2 /" in page.greeting  # her own next one, before the manager's turn


def test_the_manager_signs_after_the_customer_has_signed_everything(qtbot, opened, desks):
    page = opened(Step.SIGN)
    page.resize(1366, 768)
    view = page.view
    mine = [form for form, who in signers(view.case, view.pack).items() if "borrower" in who]
    for number, form in enumerate(mine):
        shown = digest(desks.signing.document_pdf(view.case.case_id, form))
        view = desks.signing.sign(view.case.case_id, form, "borrower", ink(0.01 * number), shown)
    page.show_case(view)
    assert "客户经理" in find(page, "sign.heading", QLabel).text()


def test_a_scribble_too_small_is_refused_in_place(qtbot, opened, desks):
    page = opened(Step.SIGN)
    page.resize(1366, 768)
    read_document(qtbot, page)
    pad = find(page, "sign.pad")
    QTest.mouseClick(pad, Qt.MouseButton.LeftButton)
    click(page, "sign.confirm")
    assert page.notice.code() == "ink.too_short"
    assert "sign" not in acts(desks)


def test_not_agreeing_is_one_press_and_signs_nothing(qtbot, opened, desks):
    page = opened(Step.SIGN)
    write(find(page, "sign.pad"))
    click(page, "sign.refuse")
    assert "没有同意" in page.notice.message()
    assert page.pad.is_blank()
    assert "sign" not in acts(desks)


# -- 10 satisfaction ---------------------------------------------------------------------------------------------------

def test_the_customer_rates_by_large_targets(qtbot, opened, desks):
    page = opened(Step.SATISFACTION)
    page.resize(1366, 768)
    assert "4 个问题" in hint(page)
    for rating in desks.policy.ratings:
        target = f"satisfaction.{rating.code}." + ("no" if rating.yes_no else "4")
        assert min(find(page, target).width(), find(page, target).height()) >= 56
        click(page, target)
    click(page, "satisfaction.confirm")
    qtbot.waitUntil(lambda: "give_satisfaction" in acts(desks), timeout=20_000)
    assert set(last(desks).ratings.values()) == {4}
    assert last(desks).yes_no == {"extra_fee": False}
    qtbot.waitUntil(lambda: find(page, "satisfaction.thanks").isVisible(), timeout=20_000)


# -- 11 submit ---------------------------------------------------------------------------------------------------------

def test_the_score_stands_with_what_it_rests_on(opened):
    page = opened(Step.SUBMIT)
    assert find(page, "submit.points.timeliness", QLabel).text().endswith("/ 15")
    assert find(page, "submit.basis.dealer", QLabel).text()
    assert page.next.text() == "封存并提交"


def test_a_case_that_lacks_something_cannot_be_sealed_and_says_why(opened, desks):
    page = opened(Step.SUBMIT)
    desks.signing.journal.append(page.case_id, facts.ConsentWithdrawn(purpose=desks.policy.consents[0].purpose))
    page.show_case(desks.signing.view(page.case_id))
    assert not page.next.isEnabled()
    assert "还差" in hint(page)


def test_the_receipt_is_shown_when_the_bank_confirmed(opened, desks):
    page = opened(Step.SUBMIT)
    seal(desks, page.case_id)
    page.show_case(desks.signing.view(page.case_id))
    assert "R-0001" in find(page, "submit.receipt", QLabel).text()
    assert find(page, "submit.bank_status").text() == "银行已收"
    click(page, "submit.seal")
    assert page.went == ["home"]


def test_a_sealed_case_says_where_it_is_why_it_stands_and_what_to_do(qtbot, opened, desks, tmp_path):
    page = opened(Step.SUBMIT)
    seal(desks, page.case_id, confirmed=False)
    desks.signing.sync = SyncView(state="uploading", share=0.62, trouble=Words(zh="现在连不上银行。", en="No line."),
                                  advice=Words(zh="请检查网络。", en="Look."))
    page.show_case(desks.signing.view(page.case_id))
    state = find(page, "submit.state", QLabel).text()
    assert "保存在本机" in state
    assert "已发送 62%" in state
    assert "连不上银行" in state
    assert find(page, "submit.advice", QLabel).text() == "请检查网络。"
    what = find(page, "submit.what", QComboBox)
    what.setCurrentIndex(what.findData("papers"))
    what.activated.emit(what.currentIndex())
    qtbot.waitUntil(lambda: desks.signing.sync.chosen == "papers", timeout=20_000)
    page.rescue_to(tmp_path)
    qtbot.waitUntil(lambda: "应急副本" in page.notice.message(), timeout=20_000)


def test_a_sealed_case_can_be_looked_at_but_not_changed(opened, desks):
    page = opened(Step.TERMS)
    desks.signing.journal.append(page.case_id, case_facts.terms())
    seal(desks, page.case_id)
    page.show_case(desks.signing.view(page.case_id))
    assert "已封存" in hint(page)
    click(page, "terms.next")
    assert page.went == ["next"]
    assert acts(desks).count("set_terms") == 0
