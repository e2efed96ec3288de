"""The gateway's parts: folders, keys, limits, tables, files, policies, bootstrap."""

import os
import threading
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO

import pyrage
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from sqlalchemy import inspect, select, text

from app.domain.condition import Condition, Kind
from app.domain.evidence import Receipt
from gateway import bootstrap, conditions, feeds, files, housekeeping, key_change, keys, shelf, staff
from gateway.bank import Bank
from gateway.database import MIGRATIONS, Database, publish
from gateway.hashes import RunningHashes
from gateway.limits import Limiter
from gateway.tables import Base, SeenRequest, SignInFailures, Token, Tries, stamp
from gateway.turns import Turns
from tests.gateway_process import ROOT

NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / '库 一.db'}")
    database.migrate()
    yield database
    database.close()


def test_the_migrations_make_the_tables_the_code_uses(database):
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_migrating_again_changes_nothing(database):
    database.migrate()
    with database.engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == ["0007"]


def test_the_migrations_go_back_to_nothing_and_up_again(database):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
        command.upgrade(config, "head")
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_what_is_committed_is_on_the_disk(database):
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_a_failed_write_leaves_nothing(database):
    def failing():
        with database.write() as session:
            publish(session, "case-1", "10482", "{}")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        failing()
    with database.write() as session:
        assert publish(session, "case-1", "10482", "{}") == 1


def test_postgresql_addresses_use_psycopg():
    pytest.importorskip("psycopg")
    engine = Database("postgresql://user@localhost/bank").engine
    assert engine.dialect.driver == "psycopg"
    engine.dispose()


@pytest.mark.parametrize("odd", ["CON", "con", "nul", "com1", "a..b", "Case-1", "a.", "a b", "案", "x" * 81])
def test_odd_identifiers_get_a_safe_folder(odd):
    name = shelf.folder_name(odd)
    assert name == "x." + sha256(odd.encode()).hexdigest()


def test_a_uuid_is_its_own_folder():
    assert shelf.folder_name("0199d1c2-7e31-7a54-9c55-2f6f0a1b3c4d") == "0199d1c2-7e31-7a54-9c55-2f6f0a1b3c4d"


def test_a_file_decrypts_in_pieces(tmp_path):
    identity, plain = pyrage.x25519.Identity.generate(), os.urandom(3_000_001)
    path = tmp_path / "a.age"
    path.write_bytes(pyrage.encrypt(plain, [identity.to_public()]))
    pieces = list(files.decrypted(lambda: path.open("rb"), (identity,), sha256(plain).hexdigest()))
    assert b"".join(pieces) == plain
    assert len(pieces) > 5


@pytest.mark.parametrize("damage", ["cut", "flipped", "another", "gone"])
def test_a_damaged_file_never_ends_well(tmp_path, damage):
    identity, plain = pyrage.x25519.Identity.generate(), os.urandom(700_000)
    cipher = bytearray(pyrage.encrypt(os.urandom(9) if damage == "another" else plain, [identity.to_public()]))
    if damage == "cut":
        del cipher[-70_000:]
    if damage == "flipped":
        cipher[400_000] ^= 1
    path = tmp_path / "a.age"
    if damage != "gone":
        path.write_bytes(cipher)
    with pytest.raises(OSError, match=r"decrypt|manifest"):
        list(files.decrypted(lambda: path.open("rb"), (identity,), sha256(plain).hexdigest()))


def test_a_reader_that_goes_away_leaves_no_thread(tmp_path):
    identity, plain = pyrage.x25519.Identity.generate(), os.urandom(5_000_000)
    path = tmp_path / "a.age"
    path.write_bytes(pyrage.encrypt(plain, [identity.to_public()]))
    pieces = files.decrypted(lambda: path.open("rb"), (identity,), sha256(plain).hexdigest())
    next(pieces)
    pieces.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "decrypt"]


def test_a_part_is_cut_to_what_was_acknowledged(tmp_path):
    store = files.CaseFiles(tmp_path)
    with store.writing("u1", 0) as part:
        part.write(b"0123456789")
        part.settle(4)
    assert store.holds("u1", 4)
    assert not store.holds("u1", 5)
    with store.writing("u1", 4) as part:
        part.write(b"XY")
        part.settle(6)
    assert store.part("u1").read_bytes() == b"0123XY"
    store.keep("u1", "case-1", "ab" * 32)
    with store.shelf.open("case-1", "ab" * 32) as stored:
        assert stored.read() == b"0123XY"
    assert not store.part("u1").exists()


def test_a_running_hash_is_believed_only_while_nobody_else_writes(tmp_path):
    running, path = RunningHashes(), tmp_path / "part"
    path.write_bytes(b"0123456789")
    running.note("u1", path, sha256(b"as this process wrote it"))
    assert running.of("u1", path).digest() == sha256(b"as this process wrote it").digest()
    path.rename(tmp_path / "kept")
    assert running.of("u1", tmp_path / "kept").digest() == sha256(b"as this process wrote it").digest()
    (tmp_path / "kept").write_bytes(b"012345678X!")
    assert running.of("u1", tmp_path / "kept").digest() == sha256(b"012345678X!").digest()
    assert running.of("u2", tmp_path / "kept").digest() == sha256(b"012345678X!").digest()


def csr(key):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Somebody Else")])
    return x509.CertificateSigningRequestBuilder().subject_name(name).sign(key, hashes.SHA256()).public_bytes(
        serialization.Encoding.PEM).decode()


def test_keys_are_made_once(tmp_path):
    first, again = keys.load_or_make(tmp_path, NOW), keys.load_or_make(tmp_path, NOW + timedelta(days=1))
    assert again.ca_pem == first.ca_pem
    assert again.receipt_public_key == first.receipt_public_key
    assert again.recipient == first.recipient


def test_a_changed_key_takes_over_and_the_old_one_stays_for_what_was_made_under_it(tmp_path, database):
    first = keys.load_or_make(tmp_path, NOW)
    for n, what in enumerate(("receipt", "files", "tsa"), start=1):
        second = key_change.change(database, tmp_path, what, NOW + timedelta(days=n))
    assert not first.same_as_in(tmp_path)
    assert second.same_as_in(tmp_path)
    assert second.receipt_key_id != first.receipt_key_id
    assert second.recipient != first.recipient
    assert second.tsa != first.tsa
    assert second.ca_pem == first.ca_pem
    receipt = Receipt(receipt_id="r", case_id="c", revision=1, manifest_sha256="0" * 64, received_at=NOW,
                      key_id=first.receipt_key_id)
    assert second.sign_receipt(receipt) == first.sign_receipt(receipt)
    cipher = pyrage.encrypt(b"sealed before", [first.identities[0].to_public()])
    assert b"".join(files.decrypted(lambda: BytesIO(cipher), second.identities, sha256(b"sealed before").hexdigest())) == (
        b"sealed before")


def test_a_device_certificate_is_fit_for_signing_documents(tmp_path):
    bank, key = keys.load_or_make(tmp_path, NOW), ec.generate_private_key(ec.SECP256R1())
    certificate = bank.certify(csr(key), "dev-1", NOW)
    certificate.verify_directly_issued_by(bank.ca)
    assert [name.value for name in certificate.subject] == ["dev-1"]
    assert certificate.public_key() == key.public_key()
    assert certificate.not_valid_after_utc - NOW > timedelta(days=366)
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.content_commitment
    assert not usage.value.key_cert_sign
    subject_key = bank.ca.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    authority = certificate.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    assert authority.key_identifier == subject_key
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


@pytest.mark.parametrize("request_pem", [
    "rubbish", csr(ec.generate_private_key(ec.SECP384R1())), csr(rsa.generate_private_key(65537, 2048))],
    ids=["rubbish", "P-384", "RSA"])
def test_other_keys_get_no_certificate(tmp_path, request_pem):
    with pytest.raises(Condition) as refused:
        keys.load_or_make(tmp_path, NOW).certify(request_pem, "dev-1", NOW)
    assert refused.value.code == "enrol.keys"


def test_tries_are_limited_by_peer_and_time_over_all_instances(tmp_path, database):
    limiter, other = Limiter("test", 2, 10), Database(str(database.engine.url))
    for peer, where in (("a", database), ("a", other), ("b", other)):
        limiter.check(where, peer, at=1003.0)
    with pytest.raises(Condition) as many:
        limiter.check(other, "a", at=1004.0)
    assert many.value.values["retry_after"] == 7
    limiter.check(database, "a", at=1010.0)
    other.close()


def test_what_has_ended_is_swept_and_the_rest_stays(database):
    at = datetime.now(UTC)
    long_ago = at - timedelta(days=1)
    with database.write() as session:
        for nonce, moment in (("old-nonce", long_ago), ("new-nonce", at)):
            session.add(SeenRequest(device_id="dev-1", nonce=nonce, moment=int(moment.timestamp())))
            session.add(SignInFailures(staff_id=nonce, failures=5, last_at=stamp(moment)))
            session.add(Token(token_sha256=nonce, staff_id="10482", device_id="", expires_at=stamp(moment),
                              renew_until=stamp(moment + timedelta(hours=1))))
            session.add(Tries(peer=nonce, slot=1, ends=int(moment.timestamp()) + 60, count=1))
    housekeeping.sweep(database, at)
    with database.read() as session:
        for column in (SeenRequest.nonce, SignInFailures.staff_id, Token.token_sha256, Tries.peer):
            assert session.scalars(select(column)).all() == ["new-nonce"]


def test_a_turn_is_one_processes_and_the_next_one_is_heard(tmp_path):
    turns = Turns(tmp_path)
    first, second = turns.at("../case 一"), turns.at("../case 一")
    assert (first.take(), second.take(), first.wanted) == (True, False, False)
    assert (second.ask(), first.wanted) == (False, True)
    first.give_back()
    assert (second.ask(), second.wanted) == (True, False)
    second.give_back()
    turns.forget("../case 一")
    assert not list(tmp_path.iterdir())


def test_a_newer_database_is_left_alone(tmp_path, database):
    with database.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(Condition) as newer:
        database.migrate()
    assert newer.value.code == "serve.database_newer"


def test_a_lock_ends_after_its_time(tmp_path, database):
    bank = Bank(database, files.CaseFiles(tmp_path), keys.load_or_make(tmp_path / "keys", NOW), "dealers = []")
    with database.write() as session:
        staff.add(session, "10482", "陈立", "正确的密码就在此", "manager")
    for expected in ["staff.wrong"] * 5 + ["staff.locked"]:
        with pytest.raises(Condition) as refused:
            staff.sign_in(bank, "10482", "错", "dev-1")
        assert refused.value.code == expected
    with database.write() as session:
        long_ago = datetime.now(UTC) - staff.LOCK - timedelta(seconds=1)
        session.get_one(SignInFailures, "10482").last_at = stamp(long_ago)
    answer = staff.sign_in(bank, "10482", "正确的密码就在此", "dev-1")
    assert staff.who(bank, answer.token).name == "陈立"
    renewed = staff.renew(bank, answer.token)
    assert renewed.token != answer.token
    assert renewed.renew_until == answer.renew_until
    staff.sign_out(bank, renewed.token)
    with pytest.raises(Condition):
        staff.who(bank, renewed.token)


def test_a_new_password_ends_the_old_sign_ins(tmp_path, database):
    bank = Bank(database, files.CaseFiles(tmp_path), keys.load_or_make(tmp_path / "keys", NOW), "dealers = []")
    with database.write() as session:
        staff.add(session, "10482", "陈立", "正确的密码就在此", "reviewer")
    token = staff.sign_in(bank, "10482", "正确的密码就在此", "").token
    with database.write() as session:
        staff.add(session, "10482", "陈立", "另一个更新的密码", "reviewer")
    with pytest.raises(Condition):
        staff.who(bank, token)


def test_a_published_pack_stays_known(tmp_path, database):
    with pytest.raises(Condition) as none:
        feeds.current_policy(database)
    assert none.value.code == "policy.none"
    own = ROOT / "resources" / "policy" / "default.toml"
    changed = tmp_path / "next.toml"
    changed.write_bytes(own.read_bytes() + b"\n# reviewed\n")
    first, second = feeds.publish_policy(database, own), feeds.publish_policy(database, changed)
    assert first != second
    assert feeds.current_policy(database).sha256 == second
    feeds.publish_policy(database, own)
    assert feeds.current_policy(database).sha256 == first


@pytest.mark.parametrize(("right", "wrong"), [("[weights]", ""), ('reads = "bank_card"', 'reads = "passport"')])
def test_a_broken_pack_is_not_put_in_force(tmp_path, database, right, wrong):
    broken = tmp_path / "broken.toml"
    own = (ROOT / "resources" / "policy" / "default.toml").read_text(encoding="utf-8")
    broken.write_text(own.replace(right, wrong), encoding="utf-8")
    with pytest.raises(Condition) as refused:
        feeds.publish_policy(database, broken)
    assert refused.value.code == "policy.invalid"


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_a_bootstrap_file_others_can_read_is_refused(tmp_path, database):
    path = tmp_path / "bootstrap.json"
    bootstrap.Bootstrap.new("平板", ("10482", "陈立", "manager")).save(path)
    with pytest.raises(Condition):
        bootstrap.apply(database, path, loopback=False)
    path.chmod(0o644)
    with pytest.raises(Condition) as refused:
        bootstrap.apply(database, path, loopback=True)
    assert refused.value.code == "serve.bootstrap"
    path.chmod(0o600)
    assert bootstrap.apply(database, path, loopback=True)


def test_every_condition_of_the_interface_has_a_status():
    kinds = {kind.code for kind in vars(conditions).values() if isinstance(kind, Kind)}
    local = {code for code in kinds if code.startswith("serve.")} | {"staff.password", "camera.id", "camera.full"}
    assert kinds - local == set(conditions.STATUS)
