"""The fields of a resident identity card from its text lines, in the coordinates of the straightened card.

Labels lead where they were read; where the pale blue ink was lost, the fixed layout of the card does. The number is the
anchor: an 18-character window whose check digit fits; sex and birth come from it and are compared with the print.
"""

import re

from app.capture.ocr import Line
from app.capture.rows import Row, label_pattern, rows_of, union
from app.domain.facts import Finding, Reading
from app.domain.finding import block, warn
from app.domain.identity import check_id_number
from app.domain.identity.id_card import birth_of, sex_of

NATIONS = (
    "汉", "蒙古", "回", "藏", "维吾尔", "苗", "彝", "壮", "布依", "朝鲜", "满", "侗", "瑶", "白", "土家", "哈尼",
    "哈萨克", "傣", "黎", "傈僳", "佤", "畲", "高山", "拉祜", "水", "东乡", "纳西", "景颇", "柯尔克孜", "土",
    "达斡尔", "仫佬", "羌", "布朗", "撒拉", "毛南", "仡佬", "锡伯", "阿昌", "普米", "塔吉克", "怒", "乌孜别克",
    "俄罗斯", "鄂温克", "德昂", "保安", "裕固", "京", "塔塔尔", "独龙", "鄂伦春", "赫哲", "门巴", "珞巴", "基诺",
)
SEXES = {"男": "male", "女": "female"}
DAY = r"(\d{4})\D{0,2}(\d{2})\D{0,2}(\d{2})"
LONG_TERM = "long-term"
PORTRAIT_LEFT = 0.62
PORTRAIT = (0.63, 0.10, 0.35, 0.64)  # x, y, width, height as shares of the card
BANDS = {"name": (0.08, 0.22), "sex": (0.22, 0.345), "birth": (0.345, 0.475), "address": (0.475, 0.79)}
LOOKS_LIKE = str.maketrans("OoDQIlｌ|ZzSsB", "0000111122558")

UNREADABLE = block("id_card.unreadable", "没有读全证件上的内容，请把证件摆正、避开反光后重拍，或手工填写。",
                   "The card could not be read completely. Straighten it, avoid glare and retake, or type the fields.")
INCOMPLETE = warn("id_card.incomplete", "有几项没有读出来，请对照证件手工补齐。",
                  "Some fields could not be read; fill them in from the card.")
SEX_DIFFERS = warn("id_card.sex_differs", "印刷的性别与身份证号不一致，请核对证件。",
                   "The printed sex differs from the ID number. Compare with the card.")
BIRTH_DIFFERS = warn("id_card.birth_differs", "印刷的出生日期与身份证号不一致，请核对证件。",
                     "The printed date of birth differs from the ID number. Compare with the card.")

FRONT_FIELDS = ("name", "sex", "nation", "birth", "address", "number")
BACK_FIELDS = ("authority", "valid_from", "valid_to")


def read_front(lines: tuple[Line, ...], size: tuple[int, int]) -> tuple[dict[str, Reading], tuple[Finding, ...]]:
    """Readings and findings of the portrait side; ``size`` is the card's width and height in pixels."""
    width, height = size
    text_lines = tuple(line for line in lines if line.left < PORTRAIT_LEFT * width)
    readings, findings = {}, []
    number = find_number(rows_of(text_lines))
    if number:
        readings["number"] = number
        findings += [finding for finding in check_id_number(number.value)]
    rows = rows_of(tuple(line for line in text_lines if line.middle < 0.82 * height))
    printed = {"name": _name(rows, height), "sex": _sex(rows, height), "nation": _nation(rows, height),
               "birth": _birth(rows), "address": _address(rows, height)}
    readings |= {name: reading for name, reading in printed.items() if reading}
    if number and not any(finding.level == "block" for finding in findings):
        findings += _settle_by_number(readings, number)
    findings += _missing(readings, FRONT_FIELDS, ("name", "number"))
    return {name: readings[name] for name in FRONT_FIELDS if name in readings}, tuple(findings)


def read_back(lines: tuple[Line, ...], size: tuple[int, int]) -> tuple[dict[str, Reading], tuple[Finding, ...]]:
    """Readings and findings of the emblem side; ``valid_to`` is an ISO date or ``long-term``."""
    rows = rows_of(lines)
    readings = {}
    authority = _authority(rows)
    if authority:
        readings["authority"] = authority
    readings |= _validity(rows)
    return readings, tuple(_missing(readings, BACK_FIELDS, ("valid_from",)))


def _missing(readings: dict[str, Reading], wanted: tuple[str, ...], needed: tuple[str, ...]) -> list[Finding]:
    if any(name not in readings for name in needed):
        return [UNREADABLE]
    return [INCOMPLETE] if any(name not in readings for name in wanted) else []


def find_number(rows: tuple[Row, ...]) -> Reading | None:
    """The best 18-character window: one that keeps every rule, else the one nearest the bottom."""
    best, best_rank = None, 0
    for row in rows:
        text = row.text.replace(" ", "\0").translate(LOOKS_LIKE).upper()
        packed = [(index, character) for index, character in enumerate(text) if character != "\0"]
        for start in range(len(packed) - 17):
            window = packed[start:start + 18]
            value = "".join(character for _, character in window)
            if not re.fullmatch(r"[1-9]\d{16}[\dX]", value):
                continue
            rank = 3 - min(2, sum(finding.level == "block" for finding in check_id_number(value)) * 2)
            if rank >= best_rank:
                best, best_rank = row.reading(window[0][0], window[-1][0] + 1, value), rank
    return best


def _settle_by_number(readings: dict[str, Reading], number: Reading) -> list[Finding]:
    """Sex and birth as the checked number says them; a different print is a finding."""
    findings = []
    known = {"sex": sex_of(number.value), "birth": birth_of(number.value).isoformat()}
    for name, differs in (("sex", SEX_DIFFERS), ("birth", BIRTH_DIFFERS)):
        printed = readings.get(name)
        if printed and printed.value != known[name]:
            findings.append(differs)
        if not printed or printed.value != known[name]:
            readings[name] = Reading(value=known[name], confidence=number.confidence,
                                     box=printed.box if printed else number.box)
    return findings


def _labelled(rows: tuple[Row, ...], label: str) -> tuple[Row, int] | None:
    """Row that holds a label, and where the label ends in its text."""
    for row in rows:
        found = re.search(label_pattern(label), row.text)
        if found:
            return row, found.end()
    return None


def _in_band(rows: tuple[Row, ...], field: str, height: int) -> tuple[Row, int] | None:
    low, high = BANDS[field]
    return next(((row, 0) for row in rows if low * height <= row.middle < high * height), None)


def _name(rows: tuple[Row, ...], height: int) -> Reading | None:
    place = _labelled(rows, "姓名") or _in_band(rows, "name", height)
    if not place:
        return None
    row, start = place
    text = row.text[start:].strip()
    text = re.sub(r"^姓?\s*名\s*|^姓\s+", "", text) if start == 0 else text
    name = re.sub(r"[•‧・．.●]", "·", re.sub(r"\s", "", text)).strip("·:：")
    if not re.fullmatch(r"[\u3400-\u9fff\U00020000-\U0003ffff·]{1,30}", name):
        return None
    return row.reading(len(row.text) - len(text), len(row.text), name)


def _sex(rows: tuple[Row, ...], height: int) -> Reading | None:
    place = _labelled(rows, "性别") or _in_band(rows, "sex", height)
    found = place and re.search(r"[男女]", place[0].text[place[1]:])
    if not found:
        return None
    row, start = place
    return row.reading(start + found.start(), start + found.end(), SEXES[found.group()])


def _nation(rows: tuple[Row, ...], height: int) -> Reading | None:
    place = _labelled(rows, "民族")
    if not place:
        place = _in_band(rows, "sex", height)
        found = place and re.search(r"[男女]\s*(民?\s*[族旅])?", place[0].text)
        if not found:
            return None
        place = place[0], found.end()
    row, start = place
    text = re.sub(r"\s", "", row.text[start:]).rstrip("族")
    value, share = mend_nation(text)
    return row.reading(start, len(row.text), value, share) if value else None


def mend_nation(text: str) -> tuple[str, float]:
    """The nation of the closed list that the text means, and how sure: 1 exact, less after mending, '' for none."""
    text = text.replace("漢", "汉").replace("滿", "满").replace("蒙占", "蒙古")
    if text in NATIONS:
        return text, 1.0
    ending = [nation for nation in NATIONS if text.endswith(nation)]
    if ending:
        return max(ending, key=len), 0.8
    near = [nation for nation in NATIONS if len(nation) == len(text) > 1
            and sum(a != b for a, b in zip(nation, text, strict=True)) == 1]
    return (near[0], 0.6) if len(near) == 1 else ("", 0.0)


def _birth(rows: tuple[Row, ...]) -> Reading | None:
    for row in rows:
        found = re.search(r"([12]\d{3})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})", row.text)
        if found:
            year, month, day = (int(part) for part in found.groups())
            if 1 <= month <= 12 and 1 <= day <= 31:
                return row.reading(found.start(), found.end(), f"{year:04d}-{month:02d}-{day:02d}")
    return None


def _address(rows: tuple[Row, ...], height: int) -> Reading | None:
    """From the label to the end of the block, over several rows."""
    place = _labelled(rows, "住址") or _in_band(rows, "address", height)
    if not place:
        return None
    first, start = place
    parts, value = [], ""
    for row in rows[rows.index(first):]:
        begin = start if row is first else 0
        text = re.sub(r"\s", "", row.text[begin:])
        if row.middle > 0.80 * height or re.search(r"公民身份|身份号码|\d{15}", text):
            break
        value += text
        parts.append(row.reading(begin, len(row.text), text))
    value = value.lstrip(":：")
    return _joined(parts, value) if value else None


def _authority(rows: tuple[Row, ...]) -> Reading | None:
    place = _labelled(rows, "签发机关") or next(((row, 0) for row in rows if "公安局" in row.text), None)
    if not place:
        return None
    first, start = place
    parts, value = [], ""
    for row in rows[rows.index(first):]:
        if row is not first and re.search(r"有效|期限|\d{4}", row.text):
            break
        begin = start if row is first else 0
        text = re.sub(r"[\s:：]", "", row.text[begin:])
        if row is not first and not re.fullmatch(r"[\u4e00-\u9fff]{2,}", text):
            continue
        value += text
        parts.append(row.reading(begin, len(row.text), text))
    return _joined(parts, value) if value else None


def _validity(rows: tuple[Row, ...]) -> dict[str, Reading]:
    for row in rows:
        found = re.search(f"{DAY}\\D{{0,3}}?(?:{DAY}|(长\\s*期?))", row.text)
        if not found:
            continue
        readings = {"valid_from": row.reading(found.start(1), found.end(3), "-".join(found.group(1, 2, 3)))}
        until = LONG_TERM if found.group(7) else "-".join(found.group(4, 5, 6))
        readings["valid_to"] = row.reading(found.end(3) + 1, found.end(), until)
        return readings
    return {}


def _joined(parts: list[Reading], value: str) -> Reading:
    return Reading(value=value, confidence=min(part.confidence for part in parts),
                   box=union([part.box for part in parts if part.box]))
