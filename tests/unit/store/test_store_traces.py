"""Traces of cases: found by the owner's other cases only, replaced as a whole, gone with a case's files."""

from app.domain.traces import Trace
from app.store.traces import Traces, Twin

HASH = "0" * 36


def vin(value: str) -> Trace:
    return Trace(kind="vin", value=value)


def picture(value: str, page: str) -> Trace:
    return Trace(kind="picture", value=value, paper="income_proof", page_id=page)


def put(traces: Traces, case_id: str, *left: Trace, staff: str = "10482") -> None:
    traces.put(case_id, staff, left)
    traces.written(case_id, left)


def test_only_the_owners_other_cases_are_found(store):
    traces = Traces(store.database)
    put(traces, "a", vin("V1"), Trace(kind="person", value="P1"))
    put(traces, "b", vin("V1"), vin("V2"))
    put(traces, "c", vin("V1"), staff="10077")
    assert traces.others("a", "10482", "vin", "V1") == ("b",)
    assert traces.others("a", "10482", "vin", "V2") == ("b",)
    assert traces.others("a", "10482", "phone", "V1") == ()
    assert traces.value("a", "person") == "P1"
    assert traces.value("b", "person") == ""


def test_what_a_case_leaves_is_replaced_as_a_whole(store):
    traces = Traces(store.database)
    put(traces, "a", vin("V1"))
    put(traces, "b", vin("V1"))
    put(traces, "b", vin("V3"))
    assert traces.others("a", "10482", "vin", "V1") == ()
    put(traces, "b")
    assert Traces(store.database).others("a", "10482", "vin", "V3") == ()


def test_near_pictures_come_nearest_first(store):
    traces = Traces(store.database)
    put(traces, "a", picture(HASH, "p0"))
    put(traces, "b", picture(f"{0b111:036x}", "p1"), picture(f"{0b1:036x}", "p2"), picture("f" * 36, "p3"))
    put(traces, "c", picture(HASH, "p4"), staff="10077")
    assert traces.near_pictures("a", "10482", HASH, 3) == (("b", "p2"), ("b", "p1"))
    assert traces.near_pictures("a", "10482", HASH, 2) == (("b", "p2"),)


def test_twins_are_told_from_both_sides_and_go_with_either_cases_files(store):
    traces = Traces(store.database)
    for case_id in ("a", "b"):
        store.vault.put(case_id, "paper", "image/jpeg", case_id.encode())
        put(traces, case_id, picture(HASH, f"page-{case_id}"))
    traces.put_twin("b", Twin("page-b", "a", "page-a"))
    traces.put_twin("b", Twin("page-b", "a", "page-a"))
    assert traces.twins("a") == (Twin("page-a", "b", "page-b"),)
    assert traces.twins("b") == (Twin("page-b", "a", "page-a"),)
    store.vault.destroy("a")
    assert traces.twins("b") == ()
    assert traces.near_pictures("b", "10482", HASH, 10) == ()
