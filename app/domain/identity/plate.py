"""Vehicle plates (GA 36): ordinary ones and the two forms for new-energy vehicles."""

import re

from app.domain.facts import Finding
from app.domain.finding import block, warn
from app.domain.terms import Energy

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_ORDINARY = re.compile(rf"[{PROVINCES}][A-HJ-NP-Z][A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9挂学警港澳]")
# D, A, B, C, E mark battery cars; F, G, H, J, K the other new-energy cars.
_NEV_SMALL = re.compile(rf"[{PROVINCES}][A-HJ-NP-Z][A-HJK][A-HJ-NP-Z0-9]\d{{4}}", re.ASCII)
_NEV_LARGE = re.compile(rf"[{PROVINCES}][A-HJ-NP-Z]\d{{5}}[A-HJK]", re.ASCII)


def compact(plate: str) -> str:
    """Without blanks, dots and hyphens, in capitals."""
    return re.sub(r"[\s·.•-]", "", plate).upper()


def is_new_energy(plate: str) -> bool:
    compacted = compact(plate)
    return bool(_NEV_SMALL.fullmatch(compacted) or _NEV_LARGE.fullmatch(compacted))


def check_plate(plate: str, energy: Energy | None = None) -> tuple[Finding, ...]:
    """Form of the plate and, where ``energy`` is given, whether it suits that kind of car."""
    compacted = compact(plate)
    new_energy = is_new_energy(compacted)
    if not new_energy and not _ORDINARY.fullmatch(compacted):
        return (block("plate.format", "车牌号格式不对，请对照行驶证核对（字母不含 I 和 O，新能源车牌为 8 位）。",
                      "The plate's form is wrong. Compare it with the licence (no I or O; new-energy plates have 8)."),)
    if energy is not None and new_energy != (energy is Energy.NEV):
        return (warn("plate.energy", "车牌种类与车辆能源类型不符，请核对行驶证和车辆信息。",
                     "The kind of plate does not suit the car's energy. Check the licence and the vehicle."),)
    return ()
