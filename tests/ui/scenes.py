"""The window's pages as a person meets them, each by its name: for the contact sheets and for the tests of every page."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.desk.first_run import STAGES, Stage
from app.desk.view import summary
from app.desk.views import ToDo
from app.domain.condition import Kind, Language
from app.domain.flow import STEPS, Step
from app.ui import operation
from app.ui.guide.window import Guide
from app.ui.theme import ThemeName
from app.ui.window import MainWindow
from tests.ui.fake_desk import NOW, FakeDesks, FakeLock, make_desks
from tests.ui.fake_first_run import FakeFirstRun
from tests.ui.steps import bring_to, click, find, seal
from tests.waiting import until

SIZES = ((1366, 768), (1920, 1080))
# What is left between title and task bar of 1920x1080 at 150 % and of 1366x768 at 125 %.
SCALED_SIZES = ((1280, 657), (1093, 551))
NO_CONTACT = Kind("work.offline", zh="联系不上银行。", zh_next="网络恢复后会自动再试。", en="The bank cannot be reached.",
                  en_next="It is tried again when the network is back.")


@dataclass(frozen=True)
class Scene:
    """One state of the window. ``set_up`` fills the desks before the window is made and may name a case to open;
    ``step`` is the page to show of it, the current one where it is None; ``then`` is done in the end. ``stage`` is one of
    the guide of a first run, which is shown in place of the window."""

    name: str
    set_up: Callable[[FakeDesks], str | None]
    step: Step | None = None
    then: Callable[[QWidget], None] = lambda window: None
    stage: Stage | None = None


def show(scene: Scene, language: Language = "zh", theme: ThemeName = "light",
         size: tuple[int, int] = SIZES[0], type_size: int = 100) -> QWidget:
    """A window that shows the scene and has come to rest; whoever asked closes it."""
    desks = make_desks()
    case_id = scene.set_up(desks)
    if scene.stage:
        window = Guide(FakeFirstRun(desks, scene.stage), language, theme, type_size)
    else:
        window = MainWindow(desks, language, theme, type_size)
    window.resize(*size)
    window.show()
    if case_id:
        window.open_case(case_id)
        come_to(lambda: window.frame is not None)
        if scene.step is not None:
            window.frame.show_step(scene.step)
    come_to_rest()
    scene.then(window)
    come_to_rest()
    return window


def come_to_rest() -> None:
    """Nothing is under way any more, and what has come is laid out."""
    come_to(lambda: not operation.under_way())
    QApplication.processEvents()


def come_to(reached: Callable[[], bool]) -> None:
    """Let the window turn until ``reached``."""
    def turned() -> bool:
        QTest.qWait(10)
        QApplication.processEvents()
        return reached()

    until(turned)


def scenes() -> Iterator[Scene]:
    """Every page, and the states that a page can be found in."""
    yield Scene("home-first-day", lambda desks: None)
    yield Scene("home", _busy_day)
    yield Scene("home-no-answer", _no_answer)
    yield Scene("locked", _with_lock, then=lambda window: window.lockable.lock_now())
    yield Scene("practice-terms", lambda desks: desks.signing.open_case(for_practice=True).case.case_id)
    yield Scene("settings", lambda desks: None, then=MainWindow.show_settings)
    yield Scene("settings-at-a-bank", _at_a_bank, then=MainWindow.show_settings)
    yield from (Scene(f"guide-{stage}", _at_a_bank, stage=stage) for stage in STAGES)
    yield Scene("guide-bank-refused", lambda desks: None, stage="bank", then=_enrol_in_vain)
    for step in STEPS:
        yield Scene(f"step-{step}", lambda desks, step=step: bring_to(desks, step))
    yield Scene("sealed-terms", _sealed, Step.TERMS)
    yield Scene("sealed-papers", _sealed, Step.PAPERS)
    yield Scene("receipt", _sealed, Step.SUBMIT)
    for step in (Step.CONSENT, Step.FORMS):
        yield Scene(f"customer-{step}", lambda desks, step=step: bring_to(desks, step),
                    then=lambda window: window.frame.customer.turn_over())
    yield Scene("customer-gate", _with_pin, then=lambda window: click(window, "customer.take_back"))
    yield Scene("sign-with-manager", lambda desks: bring_to(desks, Step.SIGN),
                then=lambda window: window.frame.customer.take_back())
    yield Scene("change-pin", lambda desks: _with_pin(desks, Step.CONSENT), then=lambda window: click(window, "consent.pin"))
    yield Scene("set-pin", lambda desks: bring_to(desks, Step.CONSENT), then=lambda window: click(window, "consent.pin"))


def _with_lock(desks: FakeDesks) -> str:
    desks.lock = FakeLock()
    return bring_to(desks, Step.PLACE)


def _enrol_in_vain(guide: Guide) -> None:
    find(guide, "guide.bank.address").setText("https://bank.example")
    find(guide, "guide.bank.code").setText("ABCDE-FGH23-45678-9JKLM")
    click(guide, "guide.bank.forward")


def _at_a_bank(desks: FakeDesks) -> None:
    desks.lock = FakeLock()


def _busy_day(desks: FakeDesks) -> None:
    for step in (Step.CONSENT, Step.LIVENESS, Step.PAPERS, Step.FORMS, Step.SUBMIT):
        bring_to(desks, step)
    seal(desks, bring_to(desks, Step.SUBMIT))
    first = summary(desks.signing.view("case-1"))
    desks.work.extra = [first.model_copy(update={"case_id": f"x{n}", "updated_at": NOW - timedelta(days=n)})
                        for n in range(1, 30)]
    desks.work.todos = (
        ToDo(case_id="case-3", text_zh="林*星 · 补收入证明", text_en="林*星 · income proof", pill_zh="今天 18:00",
             pill_en="today 18:00", tone="warn"),
        ToDo(case_id="case-6", text_zh="林*星 · 首期账单日联系", text_en="林*星 · first bill", pill_zh="后天",
             pill_en="in 2 days", tone="plain"))


def _no_answer(desks: FakeDesks) -> None:
    bring_to(desks, Step.CONSENT)

    def away(act: str) -> None:
        if act == "home":
            raise NO_CONTACT()

    desks.signing.before = away


def _with_pin(desks: FakeDesks, step: Step = Step.SIGN) -> str:
    desks.screen.set_pin("2468")
    return bring_to(desks, step)


def _sealed(desks: FakeDesks) -> str:
    case_id = bring_to(desks, Step.SUBMIT)
    seal(desks, case_id)
    return case_id
