from hypothesis import given
from hypothesis import strategies as st

from app.forms.fonts import fonts
from app.forms.markup import Run
from app.forms.typeset import NO_END, NO_START, Style, break_lines

TEXT = st.text(alphabet="借款人民币合同甲乙方日期，。、；：？！）》”（《“123,456.00%ABC 元", min_size=1, max_size=200)


def style() -> Style:
    return Style(fonts())


@given(TEXT, st.integers(min_value=80, max_value=400), st.booleans())
def test_lines_fit_and_lose_nothing(text, width, bold):
    lines = break_lines((Run(text[:50], bold), Run(text[50:])), style(), width)
    joined = "".join(run.text for line in lines for run in line.runs)
    assert joined.replace(" ", "") == text.replace(" ", "")
    assert all(line.width + line.indent <= width + 0.1 for line in lines)


def test_no_line_starts_with_a_mark_or_ends_with_an_opening_one():
    text = "借款人应当（按照《合同》的约定）还款，不得拖延；违反的，“甲方”有权要求清偿。" * 20
    for width in range(120, 420, 7):
        lines = ["".join(run.text for run in line.runs) for line in break_lines((Run(text),), style(), width)]
        assert not [line for line in lines if line[0] in NO_START]
        assert not [line for line in lines[:-1] if line[-1] in NO_END]


def test_a_figure_stays_on_one_line():
    text = "借款金额为人民币" * 3 + "128,000.00元整"
    for width in range(120, 320, 5):
        lines = ["".join(run.text for run in line.runs) for line in break_lines((Run(text),), style(), width)]
        assert any("128,000.00" in line for line in lines)


def test_no_last_line_of_one_character():
    for width in range(120, 420, 3):
        lines = break_lines((Run("借款人应当按照合同的约定按期足额归还借款的本金和利息，不得拖延。"),), style(), width)
        last = "".join(run.text for run in lines[-1].runs)
        assert len(lines) == 1 or len(last.strip("，。")) > 1, (width, last)


def test_a_hash_is_broken_in_even_groups():
    lines = break_lines((Run("摘要 " + "0123456789abcdef" * 4),), style(), 280)
    parts = ["".join(run.text for run in line.runs) for line in lines]
    assert len(parts) > 1
    assert all(len(part.removeprefix("摘要 ")) % 8 == 0 for part in parts)
