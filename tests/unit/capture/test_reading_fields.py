"""Fields from text lines: no picture and no model, only what the lines say."""

import pytest

from app.capture import id_card_reader, paper_reader
from app.capture.kinds import kinds
from app.capture.ocr import Line
from app.capture.rows import rows_of
from app.capture.written import shaped

SIZE = (1000, 630)


def line(text: str, left: int, top: int, width: int = 200, height: int = 36, confidence: float = 0.99) -> Line:
    middle = top + height / 2
    return Line(text, confidence, (left, top, width, height), (left, middle), (left + width, middle))


def front(number: str = "320101198803060027", sex: str = "性别女", birth: str = "出生1988年3月6日",
          nation: str = "民族汉") -> tuple[Line, ...]:
    return (line("姓名林晓星", 50, 90), line(sex, 50, 170, 120), line(nation, 250, 170, 120), line(birth, 50, 250, 400),
            line("住址江苏省演示市样本区虚构路", 50, 330, 520), line("1号2幢301室", 160, 380, 200),
            line("公民身份号码" + number, 50, 530, 800), line("演示样本", 660, 30))


def codes(findings) -> set[str]:
    return {finding.code for finding in findings}


def test_all_front_fields():
    readings, findings = id_card_reader.read_front(front(), SIZE)
    assert {name: reading.value for name, reading in readings.items()} == {
        "name": "林晓星", "sex": "female", "nation": "汉", "birth": "1988-03-06",
        "address": "江苏省演示市样本区虚构路1号2幢301室", "number": "320101198803060027"}
    assert findings == ()
    x, y, width, height = readings["number"].box
    assert x > 200
    assert x + width <= 850
    assert (y, height) == (530, 36)


def test_letters_that_look_like_digits_are_taken_as_digits_only_where_the_check_digit_agrees():
    readings, findings = id_card_reader.read_front(front(number="32O1O119880306OO27"), SIZE)
    assert readings["number"].value == "320101198803060027"
    assert findings == ()


def test_a_wrong_check_digit_blocks_and_the_printed_fields_stay():
    readings, findings = id_card_reader.read_front(front(number="320101198803060028"), SIZE)
    assert codes(findings) == {"id_number.check_digit"}
    assert {finding.level for finding in findings} == {"block"}
    assert readings["birth"].value == "1988-03-06"


def test_a_window_slides_over_stray_digits():
    readings, _ = id_card_reader.read_front(front(number="1320101198803060027"), SIZE)
    assert readings["number"].value == "320101198803060027"


def test_sex_and_birth_come_from_the_number_and_a_different_print_is_told():
    readings, findings = id_card_reader.read_front(front(sex="性别男", birth="出生1983年3月6日"), SIZE)
    assert readings["sex"].value == "female"
    assert readings["birth"].value == "1988-03-06"
    assert codes(findings) == {"id_card.sex_differs", "id_card.birth_differs"}


def test_lost_labels_are_replaced_by_the_layout():
    lines = (line("林晓星", 160, 90), line("女", 160, 170, 30), line("汉", 360, 170, 30),
             line("1988年3月6日", 160, 250, 300), line("江苏省演示市样本区虚构路", 160, 330, 400),
             line("320101198803060027", 330, 530, 540))
    readings, _ = id_card_reader.read_front(lines, SIZE)
    assert readings["name"].value == "林晓星"
    assert readings["address"].value == "江苏省演示市样本区虚构路"
    assert readings["sex"].value == "female"


@pytest.mark.parametrize(("read", "nation"), [("漢", "汉"), ("蒙占", "蒙古"), ("维吾尔", "维吾尔"),
                                              ("维吴尔", "维吾尔"), ("族汉", "汉"), ("ABC", ""), ("", "")])
def test_nations_are_mended_by_the_closed_list(read, nation):
    assert id_card_reader.mend_nation(read)[0] == nation


def test_a_name_with_a_middle_dot():
    lines = (line("姓名阿不都•热合曼", 50, 90, 400), *front()[1:])
    assert id_card_reader.read_front(lines, SIZE)[0]["name"].value == "阿不都·热合曼"


@pytest.mark.parametrize(("printed", "until"), [
    ("2019.05.20-2039.05.20", "2039-05-20"), ("2019.05.20一长期", "long-term"), ("2019.05.20-长期", "long-term"),
    ("20190520-20390520", "2039-05-20")])
def test_back_fields(printed, until):
    lines = (line("中华人民共和国", 330, 90, 500), line("居民身份证", 330, 190, 500),
             line("签发机关演示市公安局样本分局", 220, 440, 500), line("有效期限" + printed, 220, 520, 500))
    readings, findings = id_card_reader.read_back(lines, SIZE)
    assert {name: reading.value for name, reading in readings.items()} == {
        "authority": "演示市公安局样本分局", "valid_from": "2019-05-20", "valid_to": until}
    assert findings == ()


def test_too_little_is_unreadable():
    assert codes(id_card_reader.read_front((), SIZE)[1]) == {"id_card.unreadable"}
    assert codes(id_card_reader.read_back((), SIZE)[1]) == {"id_card.unreadable"}
    assert codes(id_card_reader.read_front((*front()[:2], *front()[3:]), SIZE)[1]) == {"id_card.incomplete"}


def test_lines_side_by_side_form_a_row():
    rows = rows_of((line("乙", 300, 104), line("甲", 50, 100), line("丙", 50, 200)))
    assert [row.text for row in rows] == ["甲 乙", "丙"]


def test_rows_follow_a_tilt():
    tilted = [Line(text, 0.9, (x, y, 300, 66), (x, y + 18), (x + 300, y + 48))
              for text, x, y in (("甲", 50, 100), ("乙", 600, 155), ("丙", 50, 160), ("丁", 600, 215))]
    assert [row.text for row in rows_of(tuple(tilted))] == ["甲 乙", "丙 丁"]


def invoice(words: str = "壹拾陆万捌仟捌佰元整", vin: str = "LDM7A3C54R0000317") -> tuple[Line, ...]:
    texts = (("机动车销售统一发票", ""), ("发票号码", "00000317"), ("开票日期", "2026年11月18日"),
             ("购买方名称", "林晓星"), ("车辆识别代号/车架号码", vin), ("价税合计（大写）", words),
             ("小写", "¥168,800.00"))
    return tuple(line(text, left, 100 + 60 * index) for index, pair in enumerate(texts)
                 for left, text in ((50, pair[0]), (600, pair[1])) if text)


def test_an_invoice_is_recognised_and_read():
    lines = invoice()
    assert paper_reader.recognise(lines) == "new_car_invoice"
    readings, findings = paper_reader.read_fields(lines, kinds()["new_car_invoice"])
    assert readings["date"].value == "2026-11-18"
    assert readings["total"].value == "168800.00"
    assert readings["vin"].value == "LDM7A3C54R0000317"
    assert findings == ()


def test_amount_in_words_must_agree_and_check_digits_must_fit():
    _, findings = paper_reader.read_fields(invoice(words="壹拾捌万捌仟捌佰元整"), kinds()["new_car_invoice"])
    assert codes(findings) == {"amount.words_differ"}
    _, findings = paper_reader.read_fields(invoice(vin="LDM7A3C55R0000317"), kinds()["new_car_invoice"])
    assert codes(findings) == {"vin.check_digit"}


def test_a_missing_field_is_named():
    _, findings = paper_reader.read_fields(invoice()[:-1], kinds()["new_car_invoice"])
    assert "field_missing.total" in codes(findings)


def test_a_card_number_prefers_the_digits_that_pass_luhn():
    lines = (line("江南示例银行", 50, 50), line("客服 400000000000123", 50, 100),
             line("6200 0012 3456 7803 170", 50, 300, 600))
    readings, findings = paper_reader.read_fields(lines, kinds()["bank_card"])
    assert readings["number"].value == "6200001234567803170"
    assert findings == ()


def test_nothing_is_recognised_in_other_text():
    assert paper_reader.recognise((line("正品促销", 0, 0), line("惊喜福利不容错过", 0, 80))) == ""
    assert paper_reader.recognise(()) == ""


@pytest.mark.parametrize(("text", "form", "value"), [
    ("2026年1月8日", "date", "2026-01-08"), ("2026.11.18", "date", "2026-11-18"), ("无", "date", ""),
    ("¥168,800", "money", "168800.00"), ("15，800.5 元", "money", "15800.50"),
    ("283,185,86", "money", "283185.86"), ("6200 0012", "digits", "62000012"),
    (" ldm 7a3", "code", "LDM7A3"), ("林 晓 星", "text", "林晓星"),
    ("演示路 12 号 248 0室", "address", "演示路12号2480室"), ("示例 Model 3 款", "text", "示例Model 3款")])
def test_values_have_one_written_form(text, form, value):
    assert shaped(text, form) == value


def read(kind: str, *lines: Line) -> tuple[dict[str, str], dict[str, float], set[str]]:
    readings, findings = paper_reader.read_fields(lines, kinds()[kind])
    return ({name: one.value for name, one in readings.items()}, {name: one.confidence for name, one in readings.items()},
            codes(findings))


def test_equal_labels_are_told_apart_by_their_place_and_their_neighbour():
    values, _, _ = read("used_car_invoice", line("二手车销售统一发票", 400, 20),
                        line("买方单位/个人", 50, 100), line("林晓星", 300, 108), line("单位代码/身份证号码", 700, 100, 260),
                        line("320101198803060027", 980, 108, 300), line("买方单位/个人住址", 50, 160),
                        line("演示市虚构路1号", 300, 168), line("电话", 980, 160, 80),
                        line("10012345678", 1100, 168), line("卖方单位/个人", 50, 220), line("周样例", 300, 228),
                        line("单位代码/身份证号码", 700, 220, 260), line("360426199101010071", 980, 228, 300))
    assert values == {"buyer": "林晓星", "buyer_id": "320101198803060027", "buyer_address": "演示市虚构路1号",
                      "buyer_phone": "10012345678", "seller": "周样例",
                      "seller_id": "360426199101010071"}


def test_a_label_may_stand_in_pieces_and_with_one_character_misread_and_its_value_off_its_line():
    values, _, _ = read("business_licence", line("统一社会言用代码", 50, 40), line("91320102MA0000D18Q", 50, 84, 400),
                        line("名", 50, 160, 36), line("称", 180, 160, 36), line("示例市虚构汽车贸易", 300, 174, 400),
                        line("有限公司", 300, 222, 160), line("类", 50, 300, 36), line("型", 180, 300, 36),
                        line("个体工商户", 300, 310))
    assert values["company_code"] == "91320102MA0000D18Q"
    assert values["name"] == "示例市虚构汽车贸易有限公司"
    assert values["type"] == "个体工商户"


def test_husband_and_wife_are_told_by_their_numbers_whatever_stands_first():
    people = (("林晓星", "女", "320101198803060027"), ("陈明远", "男", "320101198611230074"))
    lines = [part for index, (name, sex, number) in enumerate(people) for part in (
        line("姓名", 50, 100 + 200 * index, 80), line(name, 200, 100 + 200 * index), line("性别", 500, 100 + 200 * index, 80),
        line(sex, 600, 100 + 200 * index, 40), line("身份证件号", 50, 180 + 200 * index),
        line(number, 300, 180 + 200 * index, 400))]
    values, _, _ = read("marriage_certificate", *lines)
    assert values == {"husband": "陈明远", "husband_id": "320101198611230074", "wife": "林晓星",
                      "wife_id": "320101198803060027"}


def test_of_several_mortgages_the_last_counts_with_its_own_release():
    first = ("抵押权人姓名/名称：示例银行", "抵押登记日期：2019-03-01", "解除抵押日期：2021-03-05")
    second = ("抵押权人姓名/名称：虚构银行", "抵押登记日期：2022-06-01")
    page = [line(text, 50, 100 + 60 * index, 500) for index, text in enumerate((*first, *second))]
    values, _, missing = read("vehicle_registration", *page)
    assert values == {"mortgagee": "虚构银行", "mortgage_date": "2022-06-01"}
    assert missing == set()
    assert read("vehicle_registration", *page[:3])[0]["mortgage_released"] == "2021-03-05"


def amounts(total: str, net: str = "¥106194.69") -> tuple[Line, ...]:
    return (*invoice(words="壹拾贰万元整")[:-1], line(total, 600, 460), line("不含税价", 50, 520), line(net, 600, 520),
            line("增值税税额", 50, 580), line("¥13805.31", 600, 580))


def test_a_yuan_sign_read_as_a_figure_is_left_out_where_the_amounts_then_agree():
    values, sure, findings = read("new_car_invoice", *amounts("¥120000.00", "1106194.69"))
    assert (values["net"], values["total"]) == ("106194.69", "120000.00")
    assert sure["net"] < 0.9 <= sure["total"]
    assert findings == set()


def test_amounts_that_cannot_agree_are_each_doubtful():
    values, sure, findings = read("new_car_invoice", *amounts("¥150000.00"))
    assert values["total"] == "150000.00"
    assert max(sure[name] for name in ("total", "net", "tax")) < 0.9
    assert findings == {"amount.words_differ"}


def test_only_letters_that_a_code_never_has_are_mended_and_then_looked_at():
    values, sure, findings = read("new_car_invoice", *invoice(vin="LDM7A3C54ROOOO317"))
    assert (values["vin"], findings) == ("LDM7A3C54R0000317", set())
    assert sure["vin"] < 0.9
    values, sure, findings = read("new_car_invoice", *invoice(vin="LDM7A3C54R0000811"))
    assert (values["vin"], findings) == ("LDM7A3C54R0000811", {"vin.check_digit"})
    assert sure["vin"] < 0.9


def test_wages_of_a_statement_are_all_read():
    rows = (("2026-05-10", "代发工资", "15,800.00", "63,500.00"), ("2026-05-11", "消费", "120.00", "63,380.00"),
            ("2026-06-10", "工资", "15,100.50", "78,480.50"))
    lines = [line(text, 50 + 250 * column, 200 + 60 * index) for index, row in enumerate(rows)
             for column, text in enumerate(row)]
    assert read("bank_statement", *lines)[0] == {"incomes": "15800.00；15100.50"}


def test_the_trip_meter_is_not_taken_for_the_mileage():
    cluster = (line("ODO", 300, 400, 80), line("46266 km", 420, 400), line("TRIP A", 300, 480, 100), line("911.7 km", 420, 480),
               line("续航里程", 300, 100), line("540 km", 520, 100))
    assert read("odometer", *cluster)[0] == {"mileage": "46266"}
