"""The right rail: customer, place, score and devices. Always there and always true; never a dialog."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame

from app.desk.views import CaseView
from app.domain import loan
from app.domain.place import Fence, Fix, FixSource, Position
from app.ui import text
from app.ui.text import tr
from app.ui.widgets.basics import Elided, Figure, Pill, column, label, restyle, row
from app.ui.widgets.charts import ScoreRing
from app.ui.widgets.fence_map import FenceMap
from app.ui.widgets.scroll import Fit

WIDTH = 268
SOURCES = {
    FixSource.GPSD: ("GPS", "GPS"), FixSource.SERIAL: ("GPS 接收器", "GPS receiver"),
    FixSource.NMEA_FILE: ("NMEA 文件", "NMEA file"), FixSource.SYSTEM: ("系统定位", "System"),
    FixSource.MANUAL: ("人工填写", "By hand"),
}
FENCES = {
    Fence.INSIDE: ("围栏内", "inside fence", "ok"), Fence.OUTSIDE: ("围栏外", "outside fence", "bad"),
    Fence.UNCERTAIN: ("边界不确定", "fence uncertain", "warn"), Fence.UNKNOWN: ("未知", "unknown", "plain"),
}
RAIL_CRITERIA = (("material", "完整性", "Papers"), ("timeliness", "时效", "Time"), ("diligence", "尽职", "Diligence"))


def metres(distance: float) -> str:
    return f"{distance:.0f} m" if distance < 1000 else f"{distance / 1000:.1f} km"


def dealer_position(view: CaseView) -> Position | None:
    return Position(latitude=view.dealer.latitude, longitude=view.dealer.longitude) if view.dealer else None


def fix_words(fix: Fix) -> str:
    """GPS · ±6 m"""
    accuracy = f" · ±{fix.accuracy_m:.0f} m" if fix.accuracy_m is not None else ""
    return tr(*SOURCES[fix.source]) + accuracy


class EvidenceRail(QFrame):
    """``show_case`` paints the case, ``show_devices`` the booth's camera state."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("panel", "right")
        self.setFixedWidth(WIDTH)
        self._customer = label("—", "heading", name="evidence.customer")
        self._product = Pill("", "brand", name="evidence.product")
        self._id_number = Figure(tr("证件", "ID"), name="evidence.id_number")
        self._vehicle = Figure(tr("车辆", "Vehicle"), name="evidence.vehicle")
        self._loan = Figure(tr("融资额 / 成数", "Loan / LTV"), strong=True, name="evidence.loan")
        self._map = FenceMap()
        self._map.setFixedHeight(104)
        self._distance = Figure(tr("距登记车商", "From dealer"), strong=True, name="evidence.distance")
        self._source = Figure(tr("来源 / 精度", "Source"), name="evidence.source")
        self._ring = ScoreRing()
        self._ring.setObjectName("evidence.score")
        self._lines = [Elided("", "label") for _ in RAIL_CRITERIA]
        self._camera = Pill("—", "plain", name="evidence.camera")
        self._clock = Figure(tr("时间来源", "Clock"), tr("本机时钟", "Device clock"), name="evidence.clock")
        self._doubts = label("", "caption", wrap=True, name="evidence.doubts")
        restyle(self._doubts, tone="warn")
        self.setLayout(self._compose())

    def _compose(self):
        head = row(self._customer, self._product, None, gap=10)
        head.setAlignment(self._product, Qt.AlignmentFlag.AlignVCenter)
        camera = row(label(tr("摄像头", "Camera"), "caption"), None, self._camera)
        score = row(self._ring, column(None, *self._lines, None, gap=1), gap=12)
        score.setStretch(1, 1)
        return column(Fit(column(
            label(tr("客户", "Customer"), "label"), head, self._id_number, self._vehicle, self._loan, 10,
            label(tr("定位", "Place"), "label"), self._map, self._distance, self._source, 10,
            label(tr("本次操作质量", "Quality of this signing"), "label"), score, 10,
            label(tr("设备", "Devices"), "label"), camera, self._clock, self._doubts, None,
            gap=6, margins=(16, 18, 16, 16))))

    def show_case(self, view: CaseView) -> None:
        self._customer.setText(view.customer_masked or tr("待识别", "Unknown"))
        self._product.setVisible(view.product is not None)
        if view.product:
            self._product.show_state(text.of(view.product.name), "brand")
            self._product.setToolTip(text.of(view.product.name))
        self._id_number.show_value(view.id_number_masked or "—")
        terms = view.case.loan_terms
        self._vehicle.show_value(terms.vehicle.model if terms else "—")
        self._loan.show_value(f"{text.yuan(terms.loan_fen)} / {text.percent(loan.ltv(terms), 1)}" if terms else "—")
        self._show_place(view)
        self._show_score(view)
        self._clock.show_value(text.of(view.clock))
        self._doubts.setText(tr("；", "; ").join(text.of(doubt.words) for doubt in view.doubts))
        self._doubts.setVisible(bool(view.doubts))

    def _show_place(self, view: CaseView) -> None:
        place = view.case.place
        fix = place.fix if place else None
        self._map.show_place(dealer_position(view), view.pack.thresholds.fence_radius_m, fix)
        if place is None:
            self._distance.show_value("—")
            self._source.show_value("—")
            return
        zh, en, tone = FENCES[place.verdict.fence]
        distance = place.verdict.distance_m
        self._distance.show_value(f"{metres(distance)} · {tr(zh, en)}" if distance is not None else tr(zh, en),
                                  tone if tone != "plain" else "")
        self._source.show_value(fix_words(fix) if fix else tr("无定位，已写原因", "No fix, reason given"))

    def _show_score(self, view: CaseView) -> None:
        self._ring.show_score(view.score.total, provisional=not view.case.satisfaction)
        for line, (code, zh, en) in zip(self._lines, RAIL_CRITERIA, strict=True):
            criterion = view.score.criterion(code)
            line.setText(f"{tr(zh, en)} {criterion.points:.0f}/{criterion.maximum:.0f}"
                         + (tr(" · 暂估", " · so far") if criterion.provisional else ""))

    def show_devices(self, state: Any) -> None:
        """``state`` is the booth's CameraState, None before the camera was asked for."""
        if state is None:
            self._camera.show_state(tr("未开启", "Off"), "plain")
        elif state.ok:
            self._camera.show_state(f"{state.fps:.0f} fps", "ok")
        else:
            self._camera.show_state(tr("不可用", "Not available"), "bad")
        trouble = state.trouble if state is not None else None
        spoken = text.language()
        self._camera.setToolTip(f"{trouble.message(spoken)} {trouble.next(spoken)}" if trouble else "")
