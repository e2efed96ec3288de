"""Reads any paper by the description of its kind: labels lead to values, patterns cut them, check digits prove them."""

import re
from collections.abc import Iterable, Iterator

from app.capture.kinds import kinds
from app.capture.layout import Layout, Piece, Run, near_run
from app.capture.ocr import Line
from app.capture.sums import settled
from app.capture.written import MENDED, one_of, proved, shaped, words_share
from app.domain.document_kind import DocumentKind, FieldKind
from app.domain.facts import Finding, Reading
from app.domain.finding import info, warn
from app.domain.identity import (
    check_bank_card,
    check_company_code,
    check_id_number,
    check_party_number,
    check_plate,
    check_vin,
)
from app.domain.money import fen_of_words

RECOGNISED = 2.0
CHECKS = {"id_number": check_id_number, "bank_card": check_bank_card, "vin": check_vin, "company_code": check_company_code,
          "party_number": check_party_number, "plate": check_plate}
FIELD_CODES = ("field_missing.", "amount.", "id_card.", *(f"{check}." for check in CHECKS))
WHOLE_LINE = r".+"
SQUEEZED = ("code", "digits", "money_words")
JOINT = "；"


def recognise(lines: tuple[Line, ...]) -> str:
    """Code of the kind that the printed words point to, '' where none does clearly."""
    text = re.sub(r"\s", "", "\n".join(line.text for line in lines)).replace("：", ":")
    scores = {code: sum(weight for word, weight in kind.recognise.items() if word in text)
              for code, kind in kinds().items()}
    best = max(scores, key=scores.__getitem__, default="")
    return best if best and scores[best] >= RECOGNISED else ""


def read_fields(lines: tuple[Line, ...], kind: DocumentKind) -> tuple[dict[str, Reading], tuple[Finding, ...]]:
    """Readings by field name with findings about check digits, amounts and what is missing."""
    layout = Layout(lines, kind.labels)
    readings: dict[str, Reading] = {}
    for field in kind.fields:
        if field.name not in readings and (reading := _find(layout, field, readings)):
            readings[field.name] = reading
    alone = {check: {field.name for field in kind.fields if field.check == check} for check in CHECKS}
    for field in kind.fields:
        if field.name not in readings and alone.get(field.check) == {field.name} and (reading := _proved(layout, field)):
            readings[field.name] = reading
    readings = settled(kind, readings)
    return readings, recheck(kind, readings)


def recheck(kind: DocumentKind, readings: dict[str, Reading]) -> tuple[Finding, ...]:
    """The findings about fields, of values as read or as a person has since corrected them."""
    fields = kind.by_name
    checked = ((field, readings[name].value) for name, field in fields.items() if field.check and name in readings)
    findings = [finding for field, value in checked for finding in CHECKS[field.check](value)]
    missing = [field for name, field in fields.items()
               if field.required and name not in readings and not readings.keys() & set(field.unless)]
    findings += [info(f"field_missing.{field.name}", f"没有读到“{_label(field)}”，请对照原件手工填写。",
                      f"{field.name} could not be read; type it from the paper.") for field in missing]
    return (*findings, *_amounts(fields.values(), readings))


def less_sure(readings: dict[str, Reading], kind: DocumentKind) -> dict[str, Reading]:
    """The readings of a blurred page: what no check proves is for a person to compare, however sure the reader is."""
    proven = {name for name, field in kind.by_name.items() if field.check}
    return {name: one if name in proven else one.model_copy(update={"confidence": min(one.confidence, MENDED)})
            for name, one in readings.items()}


def of_fields(finding: Finding) -> bool:
    """Whether a finding is about what is printed, not about the picture."""
    return finding.code.startswith(FIELD_CODES)


def _label(field: FieldKind) -> str:
    return field.labels[0] if field.labels else field.name


def _find(layout: Layout, field: FieldKind, known: dict[str, Reading]) -> Reading | None:
    if not field.labels:
        return _unlabelled(layout, field)
    for mark in _marks(layout, field, known):
        found = _beside(layout, mark, field) or _under(layout, mark, field)
        if found:
            return found
    return None


def _marks(layout: Layout, field: FieldKind, known: dict[str, Reading]) -> list[Piece]:
    """The printed labels that may be meant, the likeliest first."""
    marks = [mark for mark in layout.marks if mark.label in field.labels]
    if field.place:
        shares = {id(mark): layout.share(mark) for mark in marks}
        marks = [mark for mark in marks if any(_within(shares[id(mark)], box) for box in field.place)]
    if field.near:
        anchor = known.get(field.near)
        if anchor is None or anchor.box is None:
            return []
        x, y, _, height = anchor.box
        level = {id(mark): abs(mark.line.middle - y - height / 2) for mark in marks}
        close = [mark for mark in marks if level[id(mark)] < field.reach * height]
        return sorted(close, key=lambda mark: level[id(mark)] + 0.3 * abs(mark.line.left - x))
    order = {label: index for index, label in enumerate(sorted(field.labels, key=len, reverse=True))}
    marks = marks[::-1] if field.which == "last" else marks
    return sorted(marks, key=lambda mark: (not mark.exact, order[mark.label] if field.which == "first" else 0))


def _within(share: tuple[float, float], box: tuple[float, float, float, float]) -> bool:
    left, top, right, bottom = box
    return left <= share[0] <= right and top <= share[1] <= bottom


def _beside(layout: Layout, mark: Piece, field: FieldKind) -> Reading | None:
    """The value to the right of its label: in its own cell, and for a pattern also further on."""
    owned = layout.owned(mark)
    if not owned:
        return None
    near = near_run(owned)
    runs = [layout.following(near, field.lines)] if field.lines > 1 else [near]
    runs += [owned] if field.pattern != WHOLE_LINE else []
    return next((found for run in runs if (found := _cut(run, field))), None)


def _under(layout: Layout, mark: Piece, field: FieldKind) -> Reading | None:
    """The value printed under its label, of fields whose pattern tells it from other print."""
    below = layout.beneath(mark) if field.pattern != WHOLE_LINE else ()
    return _cut(below, field) if below else None


def _unlabelled(layout: Layout, field: FieldKind) -> Reading | None:
    if field.within == "page":
        found = list(_all_in(Run((line for row in layout.rows for line in row.lines), squeezed=True), field))
    else:
        found = [reading for row in layout.rows for reading in _all_in(Run(row.lines, field.form in SQUEEZED), field)]
    if field.which == "all" and found:
        return found[0].model_copy(update={"value": JOINT.join(one.value for one in found),
                                           "confidence": min(one.confidence for one in found)})
    sound = [one for one in found if not field.check or not CHECKS[field.check](one.value)]
    ordered = (sound or found)[::-1 if field.which == "last" else 1]
    return next(iter(ordered), None)


def _proved(layout: Layout, field: FieldKind) -> Reading | None:
    """Without its label, only a value whose check digit fits is taken."""
    found = (reading for piece in layout.pieces for reading in _all_in(Run((piece.line,), True), field))
    return next((one for one in found if not CHECKS[field.check](one.value)), None)


def _cut(pieces: tuple[Piece, ...], field: FieldKind) -> Reading | None:
    return next(_all_in(Run((piece.line for piece in pieces), field.form in SQUEEZED), field), None)


def _all_in(run: Run, field: FieldKind) -> Iterator[Reading]:
    """Every value in a text that has the field's pattern, in its written form."""
    text = run.text.upper() if field.form == "code" else run.text
    for found in re.finditer(field.pattern, text):
        group = 1 if found.re.groups else 0
        if found.group(group) is None:
            continue
        value, share = _settled(shaped(found.group(group), field.form), field)
        if value:
            reading = run.reading(found.start(group), found.end(group), value)
            yield reading.model_copy(update={"confidence": round(reading.confidence * share, 4)})


def _settled(value: str, field: FieldKind) -> tuple[str, float]:
    """The value by its closed list or its check, and the share of its confidence that remains."""
    if field.one_of:
        listed = one_of(value, field.one_of)
        return (listed, 1.0 if listed in value else 0.88) if listed else ("", 0.0)
    if field.check and value:
        return proved(value, field.check, CHECKS[field.check])
    return value, words_share(value) if field.form == "money_words" else 1.0


def _amounts(fields: Iterable[FieldKind], readings: dict[str, Reading]) -> list[Finding]:
    """An amount in capital characters must say what the digits say."""
    findings = []
    for field in fields:
        words, digits = readings.get(field.name), readings.get(field.agrees_with)
        if field.form == "money_words" and words and digits and fen_of_words(words.value) != round(float(digits.value) * 100):
            findings.append(warn("amount.words_differ", "大写金额与小写金额不一致，请对照原件核对。",
                                 "The amount in words and in digits differ. Compare with the paper."))
    return findings
