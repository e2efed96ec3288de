"""What the checklist says of one paper: whether it must be there, what it costs or adds in points, what lacks, and why."""

from app.desk.views import CaseView
from app.domain.checklist import ChecklistItem
from app.ui import text
from app.ui.pages.id_card_form import SIDES
from app.ui.text import tr


def why(view: CaseView, item: ChecklistItem) -> str:
    kind = tr("必需", "Required") if item.required else tr("可选", "Optional")
    due = tr(f"{text.by_when(item.due)} 前", f"by {text.by_when(item.due)}") if item.due else ""
    parts = (kind, _points(view, item), due, _pages_wanted(item), text.of(item.reason))
    return " · ".join(part for part in parts if part)


def _points(view: CaseView, item: ChecklistItem) -> str:
    """Of the material criterion, as the case stands now."""
    most = view.pack.weights.material
    lost, gained = view.checklist.points_lost(item, most), view.checklist.points_gained(item, most)
    change = f"−{lost:.1f}" if lost else f"+{gained:.1f}" if gained else ""
    return tr(f"{change} 分", f"{change} points") if change else ""


def _pages_wanted(item: ChecklistItem) -> str:
    if item.sides_missing:
        sides = tr("、", ", ").join(tr(*SIDES[side]) for side in item.sides_missing)
        return tr(f"还差{sides}", f"{sides} missing")
    few = item.pages < item.pages_min > 1
    return tr(f"至少 {item.pages_min} 页", f"{item.pages_min} pages or more") if few else ""
