"""The interface's own description is whole: words, examples that hold, one shape of error."""

import json

import pytest

from app.domain import wire
from gateway.app import build
from gateway.bank import Bank
from gateway.database import Database, now
from gateway.files import CaseFiles
from gateway.keys import load_or_make


@pytest.fixture(scope="module")
def description(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bank")
    database = Database(f"sqlite:///{folder / 'g.db'}")
    database.migrate()
    bank = Bank(database, CaseFiles(folder), load_or_make(folder / "keys", now()), "dealers = []\n")
    yield build(bank).openapi()
    database.close()


def operations(description):
    return [(method, path, operation) for path, methods in description["paths"].items()
            for method, operation in methods.items()]


def test_every_operation_is_described(description):
    listed = operations(description)
    assert len(listed) >= 20
    for method, path, operation in listed:
        assert operation.get("summary"), (method, path)
        assert operation.get("tags"), (method, path)


def test_every_error_has_the_one_shape(description):
    for method, path, operation in operations(description):
        if not path.startswith("/v1/"):
            continue
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                schema = answer["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/TroubleAnswer"}, (method, path, status)


def test_every_body_has_an_example_that_holds(description):
    seen = 0
    for _, _, operation in operations(description):
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if not content:
            continue
        schema = content["schema"]
        model = getattr(wire, schema["$ref"].rsplit("/", 1)[1])
        for example in schema["examples"] if "examples" in schema else [content["example"]]:
            model.model_validate_json(json.dumps(example))
            seen += 1
    assert seen >= 5


def test_nothing_secret_is_in_any_answer(description):
    names = {name for schema in description["components"]["schemas"].values() for name in schema.get("properties", {})}
    assert not [name for name in names if "private" in name or "identity" in name]
