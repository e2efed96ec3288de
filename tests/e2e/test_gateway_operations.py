"""What docs/operations.md tells an operator to do, done: back up, restore an older copy, find what is missing, change a key."""

import json
import shutil
import sqlite3
from contextlib import closing

import pyrage
import pytest

from app.domain.condition import Condition
from app.sync.enrolment import verify_receipt
from gateway.serve import main
from tests.gateway_process import enrolled, running_gateway


def sent(gateway, device, case_id, *datas):
    """The bank's receipt for a case, checked as the device does."""
    manifest = device.manifest(case_id, *(device.file(case_id, data) for data in datas))
    with closing(device.client(gateway)) as client:
        receipt = device.send(client, manifest)
    verify_receipt(device.enrolment, manifest, receipt)
    return manifest, receipt


@pytest.fixture
def told(capsys):
    """Runs one of the office's commands; exit code and JSON."""
    def run(gateway, *arguments):
        capsys.readouterr()
        code = main([*map(str, arguments), *gateway.places, "--json"])
        return code, json.loads(capsys.readouterr().out)

    return run


def gaps(told, gateway, *arguments):
    code, answer = told(gateway, "reconcile", *arguments)
    return code, [(gap["what"], gap["case_id"], gap["detail"]) for gap in answer["gaps"]]


def test_an_older_backup_is_restored_and_the_gap_is_found_and_filled(tmp_path, told):
    with running_gateway(tmp_path / "g") as gateway:
        device = enrolled(gateway, tmp_path / "device")
        before, _ = sent(gateway, device, "case-before", b"old")
        with closing(sqlite3.connect(gateway.folder / "gateway.db")) as live, closing(sqlite3.connect(tmp_path / "copy")) as copy:
            live.backup(copy)  # while it serves, as sqlite3's .backup does
        shutil.copytree(gateway.folder / "files" / "cases", tmp_path / "cases")
        after, receipt = sent(gateway, device, "case-after", b"new")
        gateway.stop()

        for left in gateway.folder.glob("gateway.db*"):
            left.unlink()
        shutil.copy(tmp_path / "copy", gateway.folder / "gateway.db")
        shutil.rmtree(gateway.folder / "files" / "cases")
        shutil.copytree(tmp_path / "cases", gateway.folder / "files" / "cases")
        held = tmp_path / "held.json"
        held.write_text(receipt.model_dump_json())
        forged = tmp_path / "forged.json"
        forged.write_text(receipt.model_copy(update={"receipt_id": "rcpt-forged"}).model_dump_json())
        assert gaps(told, gateway, held, forged, "--read") == (1, [
            ("receipt_unknown", "case-after", receipt.receipt_id), ("receipt_forged", "case-after", "rcpt-forged")])

        gateway.start()
        with closing(device.client(gateway)) as client, pytest.raises(Condition):
            client.receipt(after)
        again, second = sent(gateway, device, "case-after", b"new")
        assert (again.case_id, second.manifest_sha256) == (after.case_id, again.sha256())
        gateway.stop()
        [stored] = (gateway.folder / "files" / "cases" / before.case_id).iterdir()
        stored.write_bytes(b"rotten")
        assert gaps(told, gateway, "--read") == (1, [("file_damaged", "case-before", before.files[0].id)])
        stored.unlink()
        assert gaps(told, gateway) == (1, [("file_missing", "case-before", before.files[0].id)])


def test_after_a_change_of_keys_old_devices_and_new_ones_send_and_every_file_opens(tmp_path, told):
    with running_gateway(tmp_path / "g") as gateway:
        old = enrolled(gateway, tmp_path / "old")
        first, receipt = sent(gateway, old, "case-1", b"under the first keys")
        for what in ("receipt", "files"):
            _, changed = told(gateway, "change-key", what)
        gateway.stop()
        gateway.start()
        second, _ = sent(gateway, old, "case-2", b"sealed for the first identity")
        new = enrolled(gateway, tmp_path / "new", gateway.office("code")["code"])
        third, other = sent(gateway, new, "case-3", b"under the new keys")
        with closing(old.client(gateway)) as client:
            assert client.receipt(first) == receipt
        assert (other.key_id, new.enrolment.bank_recipient) == (changed["receipt_key_id"], changed["recipient"])
        assert receipt.key_id != other.key_id
        keys = gateway.folder / "files" / "keys"
        identities = [pyrage.x25519.Identity.from_str(path.read_text().strip()) for path in (
            keys / "files.age-identity", *(keys / "old").glob("*.files.age-identity"))]
        for manifest in (first, second, third):
            [stored] = (gateway.folder / "files" / "cases" / manifest.case_id).iterdir()
            assert pyrage.decrypt(stored.read_bytes(), identities)
