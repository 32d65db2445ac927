-- A job is work that somebody ordered (decision 0040): who, how far it is, and what came of it. Nothing was ever queued before.
DROP TABLE job;
CREATE TABLE job(id BLOB PRIMARY KEY, kind TEXT NOT NULL, arg TEXT NOT NULL, account_id BLOB NOT NULL, ordered_by TEXT NOT NULL, state TEXT NOT NULL CHECK(state IN('waiting','running','done','refused','failed')), run_at INTEGER NOT NULL, tries INTEGER NOT NULL, step INTEGER NOT NULL, locked_until INTEGER, created_at INTEGER NOT NULL, ended_at INTEGER, result TEXT, refusal TEXT, error TEXT);
CREATE INDEX job_due ON job(state,run_at);
CREATE INDEX job_kind ON job(kind,state);
