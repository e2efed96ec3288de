from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.summary import CaseSummary

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def row(number: int, **changes) -> CaseSummary:
    values = {
        "case_id": f"case-{number}", "case_number": f"MQ-2026-{number:05}", "staff_id": "S-1", "customer": "测*",
        "id_number_masked": "110***********0000", "product": "new_car", "step": 1, "stage": "capture",
        "completeness": 0.5, "sync_state": "draft", "search": f"测试{number} MQ-2026-{number:05} 京A{number:05}",
        "updated_at": START + timedelta(seconds=number),
    }
    return CaseSummary.model_validate(values | changes)


def found(store, *args, **named) -> list[str]:
    return [summary.case_id for summary in store.summaries.search(*args, **named)]


def test_a_row_is_replaced_and_read_back(store):
    store.summaries.put(row(1))
    changed = row(1, step=11, score=88.5, bank_status="approved", note="备注", sync_state="receipted", sync_share=1.0)
    store.summaries.put(changed)
    assert store.summaries.get("case-1") == changed.model_copy(update={"search": changed.search.casefold()})
    assert store.summaries.get("case-2") is None
    assert store.summaries.count() == 1


def test_the_last_changed_comes_first_also_across_zones_and_fractions(store):
    store.summaries.put(row(1, updated_at=START + timedelta(microseconds=1)))
    store.summaries.put(row(2, updated_at=START))
    store.summaries.put(row(3, updated_at=datetime(2026, 3, 2, 17, 30, tzinfo=timezone(timedelta(hours=8)))))
    assert found(store) == ["case-3", "case-1", "case-2"]


def test_pages_and_states(store):
    for number in range(10):
        store.summaries.put(row(number, sync_state="queued" if number % 2 else "draft"))
    assert found(store, limit=3, offset=1) == ["case-8", "case-7", "case-6"]
    assert found(store, states=["queued"], limit=2) == ["case-9", "case-7"]
    assert store.summaries.count(states=("queued", "draft")) == 10
    assert store.summaries.count("测试3", ("queued",)) == 1


@pytest.mark.parametrize(
    "text", ["王", "王小", "王小明", "小明 京a", "mq-2026", "MQ-2026-00007", " 京A ", "\"x\" ok", "%_*"])
def test_search_finds_parts_of_words_of_any_length(store, text):
    store.summaries.put(row(7, search="王小明 MQ-2026-00007 京A12345 \"x\" ok %_* "))
    store.summaries.put(row(8, search="李四 X-1"))
    assert found(store, text) == ["case-7"]


def test_search_follows_a_changed_and_a_replaced_row(store):
    store.summaries.put(row(1, search="旧名字 abc"))
    store.summaries.put(row(1, search="新名字 abc"))
    assert found(store, "旧名字") == []
    assert found(store, "新名字") == ["case-1"]


def test_progress_moves_only_the_sync_columns(store):
    store.summaries.put(row(1))
    store.summaries.progress("case-1", "uploading", 0.25)
    summary = store.summaries.get("case-1")
    assert (summary.sync_state, summary.sync_share, summary.completeness) == ("uploading", 0.25, 0.5)


def test_an_archived_case_is_back_with_its_next_fact_but_not_when_it_is_erased(store):
    for number, stage in ((1, "open"), (2, "received"), (3, "received")):
        store.summaries.put(row(number, stage=stage))
        store.summaries.archive(f"case-{number}", True)
    store.summaries.put(row(1, stage="open", step=2))
    store.summaries.put(row(2, stage="purged"))
    assert found(store, archived=True) == ["case-3", "case-2"]
    assert found(store, archived=False, staff_id="S-1") == ["case-1"]
    store.summaries.archive("case-3", False)
    assert store.summaries.tally(staff_id="S-1") == {("open", False): 1, ("purged", True): 1, ("received", False): 1}
    assert found(store, stages=("open", "received")) == ["case-3", "case-1"]


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Z", "Cc"]), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(words, min_size=1, max_size=4), query=words, data=st.data())
def test_search_agrees_with_looking_through_the_text(store, texts, query, data):
    whole = " ".join(texts).casefold()
    start = data.draw(st.integers(0, len(whole) - 1))
    for text in (query, whole[start:start + data.draw(st.integers(1, 8))]):
        with store.database.transaction() as tables:
            tables.execute("DELETE FROM case_summary")
        store.summaries.put(row(1, search=whole))
        expected = all(word in whole for word in text.casefold().split())
        assert (found(store, text) == ["case-1"]) is expected


def plan(store, text: str, **named) -> str:
    """How SQLite goes about the search of ``text``."""
    said = []
    with store.database.reading() as tables, tables.tracer(lambda sql, values: said.append((sql, values))):
        store.summaries.search(text, **named)
        (sql, values), = said
        return " · ".join(step[3] for step in tables.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall())


@pytest.mark.parametrize("text", ["04999", "京A0", "没有的", "测试 04999"])
def test_words_are_looked_up_in_the_trigram_index(store, text):
    assert "SCAN case_search VIRTUAL TABLE INDEX" in plan(store, text)


@pytest.mark.parametrize("text", ["", "测试"])
@pytest.mark.parametrize("states", [(), ("draft",)])
def test_the_last_changed_are_read_in_the_order_of_an_index_and_never_sorted(store, text, states):
    """So a list ends at its limit, however many cases there are."""
    steps = plan(store, text, states=states)
    assert ("INDEX case_summary_state" if states else "INDEX case_summary_recent") in steps
    assert "TEMP B-TREE" not in steps


@pytest.mark.parametrize("text", ["", "测试"])
def test_a_persons_list_is_read_in_the_order_of_an_index_too(store, text):
    steps = plan(store, text, staff_id="S-1", archived=False, stages=("received", "purged"))
    assert "INDEX case_summary_list" in steps
    assert "TEMP B-TREE" not in steps


def test_one_of_five_thousand_is_found(store):
    with store.database.transaction():
        for number in range(5000):
            store.summaries.put(row(number))
    assert found(store, "测试4999") == ["case-4999"]
    assert [len(found(store, text, limit=10_000)) for text in ("", "测试", "京a0", "没有的")] == [5000, 5000, 5000, 0]
    assert store.summaries.count("测试") == 5000
