"""Reads any paper by the description of its kind: labels lead to values, patterns cut them, check digits prove them."""

import re

from app.capture.kinds import DocumentKind, FieldKind, kinds
from app.capture.ocr import Line
from app.capture.rows import Row, label_pattern, rows_of
from app.domain.facts import Finding, Reading
from app.domain.finding import info, warn
from app.domain.identity import check_bank_card, check_company_code, check_id_number, check_vin
from app.domain.money import rmb_words

RECOGNISED = 2.0
CHECKS = {"id_number": check_id_number, "bank_card": check_bank_card, "vin": check_vin,
          "company_code": check_company_code}
FIELD_CODES = ("field_missing.", "amount.", "id_card.", *(f"{check}." for check in CHECKS))
WHOLE_LINE = r".+"
BOUNDARY = r"(?<![\u4e00-\u9fff])"


def recognise(lines: tuple[Line, ...]) -> str:
    """Code of the kind that the printed words point to, '' where none does clearly."""
    text = re.sub(r"\s", "", "\n".join(line.text for line in lines)).replace("：", ":")
    scores = {code: sum(weight for word, weight in kind.recognise.items() if word in text)
              for code, kind in kinds().items()}
    best = max(scores, key=scores.__getitem__, default="")
    return best if best and scores[best] >= RECOGNISED else ""


def read_fields(lines: tuple[Line, ...], kind: DocumentKind) -> tuple[dict[str, Reading], tuple[Finding, ...]]:
    """Readings by field name with findings about check digits, amounts and what is missing."""
    rows = rows_of(lines)
    labels = [label for field in kind.fields for label in field.labels]
    readings, findings = {}, []
    for field in kind.fields:
        reading = _find(rows, field, labels)
        if reading:
            readings[field.name] = reading
            findings += CHECKS[field.check](reading.value) if field.check else ()
    return readings, (*findings, *_as_a_whole(kind, readings))


def recheck(kind: DocumentKind, readings: dict[str, Reading]) -> tuple[Finding, ...]:
    """The findings about fields as ``read_fields`` makes them, of values that a person has since corrected."""
    checked = ((field, readings[field.name].value) for field in kind.fields if field.check and field.name in readings)
    findings = [finding for field, value in checked for finding in CHECKS[field.check](value)]
    return (*findings, *_as_a_whole(kind, readings))


def of_fields(finding: Finding) -> bool:
    """Whether a finding is about what is printed, not about the picture."""
    return finding.code.startswith(FIELD_CODES)


def _as_a_whole(kind: DocumentKind, readings: dict[str, Reading]) -> list[Finding]:
    """What is missing, and whether the amounts agree."""
    missing = [field for field in kind.fields if field.required and field.name not in readings]
    findings = [info(f"field_missing.{field.name}", f"没有读到“{_label(field)}”，请对照原件手工填写。",
                      f"{field.name} could not be read; type it from the paper.") for field in missing]
    return [*findings, *_amounts(kind, readings)]


def _label(field: FieldKind) -> str:
    return field.labels[0] if field.labels else field.name


def _find(rows: tuple[Row, ...], field: FieldKind, labels: list[str]) -> Reading | None:
    if not field.labels:
        found = [reading for row in rows if (reading := _cut(row, 0, None, field))]
        proved = [reading for reading in found if not field.check or not CHECKS[field.check](reading.value)]
        return next(iter(proved or found), None)
    for place in (BOUNDARY, ""):
        for label in sorted(field.labels, key=len, reverse=True):
            reading = _labelled(rows, place + label_pattern(label), field, labels)
            if reading:
                return reading
    return _proved(rows, field) if field.check else None


def _labelled(rows: tuple[Row, ...], pattern: str, field: FieldKind, labels: list[str]) -> Reading | None:
    """The value beside or below the first printed label that has one."""
    for index, row in enumerate(rows):
        found = re.search(pattern, row.text)
        if found:
            reading = (_cut(row, found.end(), _next_label(row.text, found.end(), labels), field)
                       or _below(row, found.start(), rows[index + 1:index + 4], field))
            if reading:
                return reading
    return None


def _proved(rows: tuple[Row, ...], field: FieldKind) -> Reading | None:
    """Without its label, only a value whose check digit fits is taken."""
    found = (reading for row in rows if (reading := _cut(row, 0, None, field)))
    return next((reading for reading in found if not CHECKS[field.check](reading.value)), None)


def _next_label(text: str, start: int, labels: list[str]) -> int | None:
    """Where the next printed label begins, at which a value must end."""
    places = [found.start() for label in labels for found in re.finditer(r"(?<=\s)" + label_pattern(label), text)
              if found.start() > start]
    return min(places, default=None)


def _cut(row: Row, start: int, end: int | None, field: FieldKind) -> Reading | None:
    """The first piece of the row's text from ``start`` to ``end`` that has the field's pattern."""
    raw = row.text[start:end]
    text = raw.lstrip(" :：.")
    offset = start + len(raw) - len(text)
    for found in re.finditer(field.pattern, text):
        group = found.lastindex or 0
        value = shaped(found.group(group), field.form)
        if value:
            return row.reading(offset + found.start(group), offset + found.end(group), value)
    return None


def _below(row: Row, label_start: int, following: tuple[Row, ...], field: FieldKind) -> Reading | None:
    """The value printed under its label: the nearest line below that overlaps it sideways and has the pattern."""
    box = row.reading(label_start, label_start + 1, "").box
    if field.pattern == WHOLE_LINE or box is None:
        return None
    for below in following:
        lines = tuple(line for line in below.lines if line.left < box[0] + 6 * box[2] and line.right > box[0])
        if lines:
            return _cut(Row(lines), 0, None, field)
    return None


def shaped(text: str, form: str) -> str:
    """The value in its one written form: ISO dates (``until``: or 长期), amounts with two decimals; '' where it has none."""
    text = text.strip(" ;；,，。")
    if form == "date":
        found = re.search(r"(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})", text)
        return "{:04d}-{:02d}-{:02d}".format(*map(int, found.groups())) if found else ""
    if form == "until":
        return "长期" if re.search(r"长期|long.?term", text, re.IGNORECASE) else shaped(text, "date")
    if form == "money":
        found = re.search(r"\d[\d,， ]*(?:\.\d{1,2})?", text)
        return f"{float(re.sub(r'[,， ]', '', found.group())):.2f}" if found else ""
    if form == "digits":
        return re.sub(r"\D", "", text)
    if form == "code":
        return re.sub(r"[\s-]", "", text).upper()
    if form == "money_words":
        return re.sub(r"\s", "", text).replace("圆", "元").replace("正", "整")
    return re.sub(r"(?<![A-Za-z0-9])\s+|\s+(?![A-Za-z0-9])", "", text)


def _amounts(kind: DocumentKind, readings: dict[str, Reading]) -> list[Finding]:
    """An amount in capital characters must say what the digits say."""
    findings = []
    for field in kind.fields:
        words, digits = readings.get(field.name), readings.get(field.agrees_with)
        if field.form == "money_words" and words and digits:
            expected = rmb_words(round(float(digits.value) * 100))
            if words.value.rstrip("整") != expected.rstrip("整"):
                findings.append(warn("amount.words_differ", "大写金额与小写金额不一致，请对照原件核对。",
                                     "The amount in words and in digits differ. Compare with the paper."))
    return findings
