"""The table of cases: a model over summaries, and a view that paints a row at a time."""

from datetime import UTC, datetime

from PySide6.QtCore import QAbstractTableModel, QItemSelectionModel, QModelIndex, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from app.domain.flow import NAMES, STEPS
from app.domain.policy import PolicyPack, Words
from app.domain.summary import CaseSummary
from app.ui import text, theme
from app.ui.pages.case_row import ROW_HEIGHT, CaseRow, Column
from app.ui.text import tr

SELECT_ROW = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
SHELF_WIDTH = 48
BANK = {"received": ("银行已收", "With the bank", "ok"), "in_review": ("审批中", "In review", "brand"),
        "returned": ("退回补件", "Returned", "bad"), "approved": ("待放款", "Approved", "ok"),
        "declined": ("已拒绝", "Declined", "bad"), "disbursed": ("已放款", "Paid out", "ok")}
SYNC = {"draft": ("进行中", "Open", "brand"), "sealed": ("待上传", "To be sent", "warn"),
        "queued": ("待上传", "To be sent", "warn"), "uploading": ("上传中", "Sending", "warn"),
        "committing": ("等待回执", "Awaiting receipt", "warn"), "receipted": ("银行已收", "With the bank", "ok"),
        "purged": ("银行已收", "With the bank", "ok"), "blocked": ("上传受阻", "Held up", "bad"),
        "rejected": ("银行拒收", "Rejected", "bad")}


def state_of(summary: CaseSummary) -> tuple[str, str]:
    """The pill of a case: what the bank last said, else where the upload is."""
    if summary.practice:
        zh, en, tone = "练习", "Practice", "plain"
    elif summary.stage == "supplement":
        zh, en, tone = BANK["returned"]
    elif summary.bank_status and summary.sync_state in ("receipted", "purged"):
        zh, en, tone = BANK[summary.bank_status]
    else:
        zh, en, tone = SYNC[summary.sync_state]
        if summary.sync_state == "uploading":
            share = f" {summary.sync_share:.0%}"
            zh, en = zh + share, en + share
    return tr(zh, en), tone


def progress_of(summary: CaseSummary) -> str:
    if summary.stage == "open":
        return f"{summary.step} / {len(STEPS)} {text.of(NAMES[STEPS[summary.step - 1]])}"
    if summary.stage == "supplement":
        return tr(f"补件：{summary.note}", f"Supplement: {summary.note}")
    if summary.stage == "sealed":
        return tr("已封存，等待上传", "Sealed, to be sent")
    return tr("已回执", "Receipt received")


class CaseModel(QAbstractTableModel):
    """Rows are summaries; UserRole hands out the summary itself."""

    def __init__(self) -> None:
        super().__init__()
        self._products: dict[str, Words] = {}
        self._rows: tuple[CaseSummary, ...] = ()
        self._words = (
            lambda s: s.customer or tr("待识别", "Not known yet"), self._product, progress_of,
            lambda s: text.percent(s.completeness), lambda s: "—" if s.score is None else f"{s.score:.0f}",
            lambda s: state_of(s)[0], lambda s: text.when(s.updated_at, datetime.now(UTC)),
            _shelf_words)
        self.total = 0

    def name_products(self, pack: PolicyPack) -> None:
        """Products are named from the pack, which is read behind the first picture of the list."""
        self._products = {product.code: product.name for product in pack.products}
        if self._rows:
            self.dataChanged.emit(self.index(0, Column.PRODUCT), self.index(len(self._rows) - 1, Column.PRODUCT))

    def show_rows(self, rows: tuple[CaseSummary, ...], total: int) -> None:
        """Replace the rows; where the same cases stand in the same order only their cells are repainted."""
        self.total = total
        if [row.case_id for row in rows] == [row.case_id for row in self._rows]:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0, 0), self.index(len(rows) - 1, Column.SHELF))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def renew_rows(self, newest: tuple[CaseSummary, ...], total: int) -> None:
        """The first rows as they are now; what was read below them stays there."""
        known = {row.case_id for row in newest}
        self.show_rows((*newest, *(row for row in self._rows if row.case_id not in known))[:total], total)

    def add_rows(self, rows: tuple[CaseSummary, ...]) -> None:
        """More of the list, below what is there; a case that is there already moved meanwhile and is left where it is."""
        known = {row.case_id for row in self._rows}
        added = tuple(row for row in rows if row.case_id not in known)
        self.beginInsertRows(QModelIndex(), len(self._rows), len(self._rows) + len(added) - 1)
        self._rows += added
        self.endInsertRows()

    def row_of(self, case_id: str) -> int:
        """Where the case stands, -1 where it does not."""
        return next((i for i, row in enumerate(self._rows) if row.case_id == case_id), -1)

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: QModelIndex | None = None) -> int:
        return 8

    def headerData(self, section: int, orientation, role=Qt.ItemDataRole.DisplayRole):
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("客户", "Customer"), tr("产品", "Product"), tr("进度", "Progress"),
                    tr("资料完整度", "Papers"), tr("质量分", "Quality"), tr("状态", "State"), tr("更新", "Updated"),
                    "")[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: QModelIndex, role=Qt.ItemDataRole.DisplayRole):
        summary = self._rows[index.row()]
        if role == Qt.ItemDataRole.UserRole:
            return summary
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) or (
                role == Qt.ItemDataRole.ToolTipRole and index.column() == Column.SHELF):
            return self._words[index.column()](summary)
        return None

    def words(self, summary: CaseSummary) -> list[str]:
        """What the cells of a row say."""
        return [say(summary) for say in self._words]

    def _product(self, summary: CaseSummary) -> str:
        product = self._products.get(summary.product)
        return text.of(product) if product else "—"


def _shelf_words(summary: CaseSummary) -> str:
    """What pressing the last cell does; '' where it does nothing."""
    if summary.practice:
        return tr("丢弃练习", "Discard")
    if summary.archived:
        return tr("移回列表", "Back to the list")
    return tr("归档", "Archive") if summary.archivable else ""


class CaseTable(QTableView):
    """Click or Enter opens a case; its last cell, or Delete, takes it out of the list and ``shelved`` tells which. An archived
    one is put back the same way."""

    chosen = Signal(str)
    shelved = Signal(object)

    def __init__(self, model: CaseModel) -> None:
        super().__init__()
        self.setObjectName("home.table")
        self.setAccessibleName(tr("业务列表", "Cases"))
        self.setModel(model)
        self._row = CaseRow()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(theme.scaled(ROW_HEIGHT))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setMinimumSectionSize(24)
        header.setFixedHeight(38)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # what stays in sight is moved, not painted again
        self._current = ""
        model.modelAboutToBeReset.connect(self._note_current)
        model.modelReset.connect(self._fit)
        model.modelReset.connect(self._keep_current)
        model.rowsInserted.connect(self._fit)
        self.clicked.connect(self._pressed)
        self.activated.connect(self._choose)

    def paintEvent(self, event) -> None:
        """The rows that came into sight, each as a whole: asking a delegate for every cell took twice as long."""
        painter, seen, model = QPainter(self.viewport()), event.rect(), self.model()
        painter.fillRect(seen, theme.colour("surface"))
        lefts = [self.columnViewportPosition(column) for column in Column]
        widths = [self.columnWidth(column) for column in Column]
        height, top = self.verticalHeader().defaultSectionSize(), self.verticalOffset()
        chosen = {index.row() for index in self.selectionModel().selectedRows()}
        for at in range((seen.top() + top) // height, min(model.rowCount(), (seen.bottom() + top) // height + 1)):
            summary = model.index(at, 0).data(Qt.ItemDataRole.UserRole)
            place = QRectF(0, at * height - top, self.viewport().width(), height)
            self._row.paint(painter, place, lefts, widths, summary, model.words(summary), state_of(summary),
                            chosen=at in chosen)

    def resizeEvent(self, event) -> None:
        super().resizeEvent(event)
        shares = (0.168, 0.162, 0.18, 0.162, 0.083, 0.145)
        width = self.viewport().width() - SHELF_WIDTH
        taken = 0
        for column, share in enumerate(shares):
            self.setColumnWidth(column, round(width * share))
            taken += round(width * share)
        self.setColumnWidth(Column.UPDATED, max(40, width - taken))
        self.setColumnWidth(Column.SHELF, SHELF_WIDTH)

    def _fit(self) -> None:
        """The surface ends with its last row."""
        self.setMaximumHeight(self.horizontalHeader().height() + self.model().rowCount() * theme.scaled(ROW_HEIGHT) + 2)

    def _note_current(self) -> None:
        summary = self.currentIndex().data(Qt.ItemDataRole.UserRole)
        self._current = summary.case_id if summary else ""

    def _keep_current(self) -> None:
        """Who goes through the list by keys stays on the case, also when another one moved above it."""
        row = self.model().row_of(self._current) if self._current else -1
        if row >= 0:
            self.selectionModel().setCurrentIndex(self.model().index(row, 0), SELECT_ROW)

    def keyPressEvent(self, event) -> None:
        acts = {Qt.Key.Key_Return: self._choose, Qt.Key.Key_Enter: self._choose, Qt.Key.Key_Delete: self._shelve}
        if event.key() in acts and self.currentIndex().isValid():
            acts[event.key()](self.currentIndex())
            return
        super().keyPressEvent(event)

    def _pressed(self, index: QModelIndex) -> None:
        if index.column() == Column.SHELF:
            self._shelve(index)
        else:
            self._choose(index)

    def _shelve(self, index: QModelIndex) -> None:
        summary = index.data(Qt.ItemDataRole.UserRole)
        if _shelf_words(summary):
            self.shelved.emit(summary)

    def _choose(self, index: QModelIndex) -> None:
        self.chosen.emit(index.data(Qt.ItemDataRole.UserRole).case_id)
