"""Pages that an OFD draws: text at its places and told as lines, paths, pictures; what cannot be drawn is refused."""

import io
import random
import zipfile
from contextlib import suppress

import cv2
import numpy as np
import pytest

from app.capture import own_text, paper_file, picture
from app.domain.condition import Condition
from tests.bad_files import OFD_IMAGE, ofd_file

RED = '<ofd:FillColor Value="255 0 0"/>'
PX = 2200 / 210  # pixels of a millimetre on a page 210 wide


def text(words: str, inside: str = "", code: str = 'X="0" Y="8"', more: str = "", box: str = "20 30 150 20") -> str:
    return (f'<ofd:TextObject ID="3" Boundary="{box}" Font="1" Size="8" {more}>{inside}'
            f"<ofd:TextCode {code}>{words}</ofd:TextCode></ofd:TextObject>")


def path(data: str, inside: str = "", more: str = "") -> str:
    return (f'<ofd:PathObject ID="4" Boundary="20 30 100 60" {more}>{inside}'
            f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>")


def page(content: str, **parts: bytes) -> paper_file.FilePage:
    return paper_file.open_file(ofd_file(content, **parts))[0]


def shown(content: str, **parts: bytes) -> np.ndarray:
    return picture.decode(page(content, **parts).image)


def code_of(content: str, **parts: bytes) -> str:
    with pytest.raises(Condition) as caught:
        page(content, **parts)
    assert caught.value.next("zh")
    return caught.value.code


def ink(image: np.ndarray, x: float, y: float, w: float, h: float) -> float:
    """Share of dark points in a box of millimetres."""
    part = image[round(y * PX):round((y + h) * PX), round(x * PX):round((x + w) * PX)]
    return float((part.min(axis=2) < 128).mean())


def test_text_is_drawn_at_its_places_and_told():
    found = page(text("车价 100", code='X="0" Y="8" DeltaX="g 2 8 4"'))
    image = picture.decode(found.image)
    assert image.shape == (1467, 2200, 3)
    assert ink(image, 20, 30, 16, 10) > 0.1
    assert ink(image, 55, 30, 100, 10) == ink(image, 20, 41, 150, 90) == 0
    line, = found.lines
    assert (line.text, line.box[0], line.box[3]) == ("车价 100", round(20 * PX), round(8 * PX))
    assert {finding.code for finding in found.findings} == {"import.not_live", "import.own_text"}


@pytest.mark.parametrize(("steps", "right"), [('DeltaX="6"', 50), ('DeltaX="g 5 6"', 50), ('DeltaX="6 6 6 6 6"', 50),
                                              ("", 40), ('DeltaX="g 999999999 6"', 50), ('DeltaX="x"', 20), ('DeltaX="g"', 40)])
def test_steps_between_characters_in_every_spelling(steps, right):
    line, = page(text("123456", code=f'X="0" Y="8" {steps}')).lines
    assert line.text == "123456"
    assert abs(line.box[0] + line.box[2] - (right + 8) * PX) < 2


def test_a_text_of_several_rows_is_told_row_by_row():
    found = page(text("ABCD", code='X="0" Y="8" DeltaX="5 -5 5" DeltaY="0 9 0"'))
    assert [line.text for line in found.lines] == ["AB", "CD"]


@pytest.mark.parametrize("unseen", [
    text("假", more='Visible="false"'), text("假", more='Alpha="0"'), text("假", box="220 30 50 20"),
    text("假", box="20 -60 50 20"),
    text("假", '<ofd:FillColor Value="250 250 250"/>'), text("假", more='CTM="0.001 0 0 0.001 0 0"')])
def test_text_that_nobody_can_see_is_not_told(unseen):
    assert [line.text for line in page(text("真") + unseen).lines] == ["真"]


def test_paths_are_stroked_and_filled_in_their_colours():
    image = shown(path("M 0 0 L 40 0 L 40 20 L 0 20 C", RED, 'Fill="true" Stroke="false"')
                  + path("M 50 10 B 50 30 90 30 90 10 Q 70 0 50 10", '<ofd:StrokeColor Value="0 0 255"/>', 'LineWidth="1"'))
    assert image[round(40 * PX), round(40 * PX)].tolist()[2] > 240 > 40 > image[round(40 * PX), round(40 * PX)].tolist()[0]
    assert image[round(40 * PX), round(70 * PX)].tolist()[0] > 200
    assert image[round(45 * PX), round(90 * PX)].min() > 240


def test_a_parameter_of_the_layer_gives_colour_and_width():
    params = (b'<Res><DrawParam ID="5" Relative="6" LineWidth="3"/><DrawParam ID="6" Relative="5">'
              b'<StrokeColor Value="200"/></DrawParam></Res>')
    image = shown(path("M 0 20 L 100 20", more='DrawParam="5"'), **{"Doc_0/DocumentRes.xml": params})
    assert np.abs(image[round(51 * PX), round(60 * PX)].astype(int) - 200).max() < 8


def test_a_picture_lies_where_its_matrix_puts_it():
    image = shown(text("x") + OFD_IMAGE.replace("0 0 210 140", "100 70 50 50").replace("210 0 0 140 0 0", "50 0 0 50 0 0"))
    assert image[round(95 * PX), round(125 * PX)].tolist()[0] > 240 > 30 > image[round(95 * PX), round(125 * PX)].tolist()[2]
    assert image[round(60 * PX), round(125 * PX)].min() > 240


def test_a_template_lies_below_the_page():
    document = ofd_file_part().replace("<ofd:PageArea>", '<ofd:TemplatePage ID="2" BaseLoc="T.xml"/><ofd:PageArea>')
    found = page(text("页") + '<ofd:Template TemplateID="2"/>',
                 **{"Doc_0/Document.xml": document.encode(),
                    "Doc_0/T.xml": f"<Page><Content><Layer>{text('模', box='20 80 50 20')}</Layer></Content></Page>".replace(
                        "ofd:", "").encode()})
    assert [line.text for line in found.lines] == ["页", "模"]


def ofd_file_part() -> str:
    return zipfile.ZipFile(io.BytesIO(ofd_file())).read("Doc_0/Document.xml").decode()


@pytest.mark.parametrize("content", [
    '<ofd:CompositeObject ID="3" Boundary="0 0 9 9" ResourceID="7"/>', path("M 0 0 A 5 5 0 0 1 10 10"),
    path("M 0 0 L 9 9", "<ofd:FillColor><ofd:Pattern/></ofd:FillColor>"), text("斜", more='CTM="0.7 0.7 -0.7 0.7 0 0"'),
    text("反", more='CTM="-1 0 0 1 0 0"'), text("x" * 50_001), path("M 0 0 " + "L 1 1 " * 200_001)])
def test_what_cannot_be_drawn_is_sent_to_be_printed(content):
    assert code_of(content) == "import.ofd_drawn"


@pytest.mark.parametrize("content", [
    path("L 1 1"), path("M 1"), path("M x y L 1 1"), path("M nan 1 L 1 1"), path("M 1e9 1 L 1 1"),
    '<ofd:PathObject ID="4"/>', OFD_IMAGE.replace("0 0 210 140", "0 0 9 9").replace("7", "8")])
def test_a_page_that_makes_no_sense_is_damaged(content):
    assert code_of(content) == "import.ofd_damaged"


def test_random_numbers_never_raise_anything_but_a_condition():
    dice = random.Random(11)
    for _ in range(40):
        a, b, c, d, e, f = (dice.choice((0, 1, -1, 1e-9, 99_999, -3.3)) for _ in range(6))
        content = text("字A", code=f'X="{a}" Y="{b}" DeltaX="g {c} {d}"', more=f'CTM="{a} 0 0 {d} {e} {f}"') + path(
            f"M {a} {b} B {c} {d} {e} {f} {a} {b}", RED, f'Fill="true" LineWidth="{c}" CTM="{f} {e} {d} {c} {b} {a}"')
        picture_too = OFD_IMAGE.replace("210 0 0 140 0 0", f"{a} {b} {c} {d} {e} {f}")
        with suppress(Condition):
            assert page(content + picture_too)


def test_the_fields_of_an_invoice_are_its_own_text(shared_data):
    invoice, = (shared_data / "documents").glob("ofd_invoice__*")
    found, = paper_file.open_file(invoice.read_bytes())
    read = own_text.read_page(found.image, "auto", found.lines)
    assert read.kind == "vat_invoice"
    values = {name: reading.value for name, reading in read.readings.items()}
    assert (values["number"], values["date"]) == ("99999951", "2020-10-10")
    assert (values["buyer"], values["seller"]) == ("科游迈利有限公司", "杭州融易算企业管理咨询有限公司")
    assert (values["net"], values["tax"], values["total"]) == ("300.00", "18.00", "318.00")
    assert "import.ofd_seal" in {finding.code for finding in found.findings}
    other = own_text.read_page(found.image, "new_car_invoice", found.lines)
    assert ([finding.code for finding in other.findings], other.readings) == (["document.wrong_kind"], {})


def test_lines_that_say_nothing_leave_the_page_to_be_read():
    _, jpeg = cv2.imencode(".jpg", np.full((600, 800, 3), 240, np.uint8))
    found = page(text("一行文字"))
    assert own_text.read_page(jpeg.tobytes(), "", found.lines).kind == ""
