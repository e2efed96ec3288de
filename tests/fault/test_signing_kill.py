"""Killed while documents are signed and cases sealed: the case stands at the last confirmed signature, no document is half
signed, and what was sealed verifies.

``SIGNING_KILLS=200 python -m pytest tests/fault/test_signing_kill.py`` is the long run; ``SIGNING_SEED`` chooses another course.
"""

import os
import random
import shutil
from pathlib import Path

import pytest

from app.domain import flow
from app.domain.case import Case
from app.domain.facts import DocumentSigned
from app.forms.check import check_pdf
from app.forms.package import verify_package
from gateway.keys import load_or_make
from tests import case_facts as f
from tests import foreign_verifier
from tests.fault.desk_worker import open_desk
from tests.fault.kills import killed
from tests.fault.signing_worker import prepare

KILLS = int(os.environ.get("SIGNING_KILLS", "3"))
SEED = int(os.environ.get("SIGNING_SEED", "20261128"))
SIGNING_STEPS, RATING_STEPS, SEALING_STEPS = 8, 2, 7  # three a file, two for the journal
LONGEST_S = 2.5


@pytest.fixture(scope="module")
def ready(tmp_path_factory) -> tuple[Path, Path, Case]:
    """A data folder with a case ready to be signed, the bank's keys, and the case."""
    folder, bank = (tmp_path_factory.mktemp("kill") / name for name in ("数据 folder", "bank"))
    return folder, bank, prepare(folder, bank)


@pytest.mark.timeout(60 + 20 * KILLS)
def test_killed_while_signing_and_sealing(ready, tmp_path):
    origin, bank, begun = ready
    chance, folder = random.Random(SEED), tmp_path / "数据 folder"
    seen = {"kills": 0, "signatures": 0, "sealed": 0}
    for kill in range(1, KILLS + 1):
        if not folder.exists():
            shutil.copytree(origin, folder)
            case, left = stands_well(folder, begun, bank, tmp_path)
        steps = SIGNING_STEPS * left + RATING_STEPS + SEALING_STEPS
        at_step = (0, chance.randint(1, steps), 0, steps - chance.randint(0, SEALING_STEPS + RATING_STEPS))[kill % 4]
        after_s = None if at_step else chance.uniform(0, LONGEST_S)
        said = killed("tests.fault.signing_worker", folder, at_step, kill, after_s=after_s)
        confirmed = max([case.events, *(int(line.split()[1]) for line in said)])
        case, left = stands_well(folder, case, bank, tmp_path / f"package {kill}")
        most = 2 if case.sealed else 1  # sealing notes its environment first
        assert 0 <= case.events - confirmed <= most, f"seed {SEED}, kill {kill}: a confirmed act is gone, or more than one came"
        seen["kills"] += 1
        seen["signatures"] += sum(len(document.signatures) for document in case.documents.values())
        if case.sealed:
            seen["sealed"] += 1
            shutil.rmtree(folder)
    print(f"seed {SEED}: {seen}")


def stands_well(folder: Path, before: Case, bank: Path, package: Path) -> tuple[Case, int]:
    """The case after a restart and the number of signatures it still lacks, everything about it checked."""
    keys, case_id = load_or_make(bank, f.BEGUN), before.case_id
    database, book, desk = open_desk(folder)
    with database:
        case, events = book.load(case_id), book.events(case_id)
        assert events[before.events - 1].hash == before.head
        files = {path.stem for path in (folder / "cases" / case_id).iterdir()}
        named = {row[0] for row in _rows(database, case_id)}
        assert files == named, "a file without a fact, or a fact without a file"
        for code, document in case.documents.items():
            pdf = desk.document_pdf(case_id, code)
            if document.signatures:
                verdict = check_pdf(pdf, keys.ca_pem.encode())
                assert verdict.ok
                assert len(verdict.signatures) == len(document.signatures)
        signed = [event.fact for event in events if isinstance(event.fact, DocumentSigned)]
        left = flow.signatures_left(case, book.pack(case_id))
        assert not {(fact.form, fact.signer) for fact in signed} & set(left)
        if case.sealed:
            verdict = verify_package(desk.export_package(case_id, package), identity=str(keys.identities[0]),
                                     trust_bank_certificate=keys.ca_pem.encode())
            assert verdict.ok, verdict.problems
            assert foreign_verifier.verify(package, keys.ca_pem.encode(), str(keys.identities[0])) == set()
        return case, len(left)


def _rows(database, case_id: str) -> list[tuple[str]]:
    with database.reading() as tables:
        return tables.execute("SELECT cipher_sha256 FROM case_file WHERE case_id = ?", [case_id]).fetchall()
