"""The database's shape, step by step. A released step is never edited; a change is a new step at the end.

Each step is a tuple of single statements, run with its version number in one transaction.
"""

Step = tuple[str, ...]

_FIRST: Step = (
    """CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT""",
    """CREATE TABLE event (
        case_id TEXT NOT NULL, seq INTEGER NOT NULL, at TEXT NOT NULL, kind TEXT NOT NULL, hash TEXT NOT NULL,
        json TEXT NOT NULL, UNIQUE (case_id, seq)) STRICT""",
    """CREATE INDEX event_first ON event (case_id) WHERE seq = 1""",
    """CREATE TRIGGER event_is_final BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END""",
    """CREATE TRIGGER event_stays BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END""",
    """CREATE TABLE case_file (
        case_id TEXT NOT NULL, cipher_sha256 TEXT NOT NULL,
        PRIMARY KEY (case_id, cipher_sha256)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE case_key (
        case_id TEXT PRIMARY KEY, recipient TEXT NOT NULL, wrapped BLOB, destroyed INTEGER NOT NULL DEFAULT 0) STRICT""",
    """CREATE TABLE case_summary (
        id INTEGER PRIMARY KEY, case_id TEXT NOT NULL UNIQUE, case_number TEXT NOT NULL, staff_id TEXT NOT NULL,
        customer TEXT NOT NULL, id_number_masked TEXT NOT NULL, product TEXT NOT NULL, step INTEGER NOT NULL,
        stage TEXT NOT NULL, completeness REAL NOT NULL, score REAL, sync_state TEXT NOT NULL,
        sync_share REAL NOT NULL, bank_status TEXT, note TEXT NOT NULL, search TEXT NOT NULL,
        criteria TEXT NOT NULL, updated_at TEXT NOT NULL) STRICT""",
    """CREATE INDEX case_summary_recent ON case_summary (updated_at DESC, id DESC)""",
    """CREATE INDEX case_summary_state ON case_summary (sync_state, updated_at DESC, id DESC)""",
    """CREATE VIRTUAL TABLE case_search USING fts5(
        search, content='case_summary', content_rowid='id', tokenize='trigram')""",
    """CREATE TRIGGER case_search_add AFTER INSERT ON case_summary BEGIN
        INSERT INTO case_search (rowid, search) VALUES (new.id, new.search); END""",
    """CREATE TRIGGER case_search_take AFTER DELETE ON case_summary BEGIN
        INSERT INTO case_search (case_search, rowid, search) VALUES ('delete', old.id, old.search); END""",
    """CREATE TRIGGER case_search_change AFTER UPDATE OF search ON case_summary WHEN old.search IS NOT new.search BEGIN
        INSERT INTO case_search (case_search, rowid, search) VALUES ('delete', old.id, old.search);
        INSERT INTO case_search (rowid, search) VALUES (new.id, new.search); END""",
    """CREATE TABLE outbox (
        case_id TEXT NOT NULL, revision INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('draft', 'sealed', 'queued', 'uploading', 'committing', 'receipted',
            'purged', 'blocked', 'rejected')),
        reason TEXT NOT NULL DEFAULT '', manifest_json TEXT NOT NULL, manifest_sha256 TEXT NOT NULL,
        device_signature TEXT NOT NULL, created_at TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
        next_attempt_at TEXT, last_code TEXT, receipt_json TEXT, PRIMARY KEY (case_id, revision)) STRICT""",
    """CREATE INDEX outbox_due ON outbox (state, next_attempt_at)""",
    """CREATE TABLE upload (
        case_id TEXT NOT NULL, revision INTEGER NOT NULL, file_id TEXT NOT NULL, url TEXT,
        "offset" INTEGER NOT NULL DEFAULT 0, size INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (case_id, revision, file_id),
        FOREIGN KEY (case_id, revision) REFERENCES outbox (case_id, revision) ON DELETE CASCADE) STRICT""",
)

_FACE_TEMPLATES: Step = (
    """CREATE TABLE face_template (
        case_id TEXT PRIMARY KEY, staff_id TEXT NOT NULL, pack_sha256 TEXT NOT NULL, id_number_mac TEXT NOT NULL,
        template BLOB NOT NULL) STRICT""",
    """CREATE TRIGGER face_template_goes AFTER UPDATE OF destroyed ON case_key WHEN new.destroyed = 1 BEGIN
        DELETE FROM face_template WHERE case_id = new.case_id; END""",
)

_TRACES: Step = (
    """CREATE TABLE trace (
        case_id TEXT NOT NULL, staff_id TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, paper TEXT NOT NULL,
        page_id TEXT NOT NULL, PRIMARY KEY (case_id, kind, value, page_id)) STRICT, WITHOUT ROWID""",
    """CREATE INDEX trace_of ON trace (kind, value)""",
    """CREATE TABLE twin (
        case_id TEXT NOT NULL, page_id TEXT NOT NULL, other_case TEXT NOT NULL, other_page TEXT NOT NULL,
        PRIMARY KEY (case_id, page_id, other_case, other_page)) STRICT, WITHOUT ROWID""",
    """CREATE INDEX twin_other ON twin (other_case)""",
    """CREATE TRIGGER trace_goes AFTER UPDATE OF destroyed ON case_key WHEN new.destroyed = 1 BEGIN
        DELETE FROM trace WHERE case_id = new.case_id;
        DELETE FROM twin WHERE case_id = new.case_id OR other_case = new.case_id; END""",
)

_WITHDRAWALS: Step = (
    """CREATE TABLE withdrawal (
        case_id TEXT NOT NULL, purpose TEXT NOT NULL, withdrawn_at TEXT NOT NULL, told INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (case_id, purpose)) STRICT""",
)

_SCENES: Step = (
    """CREATE TABLE scene (
        id INTEGER PRIMARY KEY, case_id TEXT NOT NULL, staff_id TEXT NOT NULL, page_id TEXT NOT NULL, marks BLOB NOT NULL,
        UNIQUE (case_id, page_id)) STRICT""",
    """ALTER TABLE twin ADD COLUMN likeness TEXT NOT NULL DEFAULT 'picture'
        CHECK (likeness IN ('picture', 'photograph', 'background'))""",
    """CREATE TRIGGER scene_goes AFTER UPDATE OF destroyed ON case_key WHEN new.destroyed = 1 BEGIN
        DELETE FROM scene WHERE case_id = new.case_id; END""",
)

_ARCHIVE: Step = (
    """ALTER TABLE case_summary ADD COLUMN archived INTEGER NOT NULL DEFAULT 0""",
    """CREATE INDEX case_summary_list ON case_summary (staff_id, archived, updated_at DESC, id DESC, stage)""",
)

_TOMBSTONES: Step = (
    """CREATE TABLE tombstone (
        case_id TEXT PRIMARY KEY, case_number TEXT NOT NULL, staff_id TEXT NOT NULL, id_number_masked TEXT NOT NULL,
        opened_at TEXT NOT NULL, journal_head TEXT NOT NULL, journal_length INTEGER NOT NULL, erased_at TEXT NOT NULL) STRICT""",
    """DROP TRIGGER event_stays""",
    """CREATE TRIGGER event_stays BEFORE DELETE ON event
        WHEN NOT EXISTS (SELECT 1 FROM tombstone WHERE case_id = old.case_id)
        BEGIN SELECT RAISE(ABORT, 'the journal only grows'); END""",
    """CREATE TRIGGER event_rests BEFORE INSERT ON event
        WHEN EXISTS (SELECT 1 FROM tombstone WHERE case_id = new.case_id)
        BEGIN SELECT RAISE(ABORT, 'the journal is erased'); END""",
    """INSERT INTO case_search (case_search, rank) VALUES ('secure-delete', 1)""",  # words taken out of the index are gone
    """INSERT INTO case_search (case_search) VALUES ('rebuild')""",
)

_PRACTICE: Step = ("""ALTER TABLE case_summary ADD COLUMN practice INTEGER NOT NULL DEFAULT 0""",)

_QUEUE: Step = (  # whose it is without reading a manifest, and what has to go without reading the table
    """ALTER TABLE outbox ADD COLUMN staff_id TEXT NOT NULL DEFAULT ''""",
    """UPDATE outbox SET staff_id = json_extract(manifest_json, '$.staff_id')""",
    """DROP INDEX outbox_due""",
    """CREATE INDEX outbox_due ON outbox (state, staff_id, created_at, case_id, revision, next_attempt_at)""",
    """ALTER TABLE upload RENAME TO upload_before""",
    """CREATE TABLE upload (
        case_id TEXT NOT NULL, revision INTEGER NOT NULL, file_id TEXT NOT NULL, url TEXT,
        "offset" INTEGER NOT NULL DEFAULT 0, size INTEGER NOT NULL, done INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (case_id, revision, file_id),
        FOREIGN KEY (case_id, revision) REFERENCES outbox (case_id, revision) ON DELETE CASCADE) STRICT, WITHOUT ROWID""",
    """INSERT INTO upload SELECT case_id, revision, file_id, url, "offset", size, done FROM upload_before""",
    """DROP TABLE upload_before""",
)

MIGRATIONS: tuple[Step, ...] = (_FIRST, _FACE_TEMPLATES, _TRACES, _WITHDRAWALS, _SCENES, _ARCHIVE, _TOMBSTONES,
                                _PRACTICE, _QUEUE)
