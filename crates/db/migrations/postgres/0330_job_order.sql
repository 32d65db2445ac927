-- A job is work that somebody ordered (decision 0040): who, how far it is, and what came of it. Nothing was ever queued before.
DROP TABLE job;
CREATE TABLE job(id UUID PRIMARY KEY, kind TEXT NOT NULL, arg TEXT NOT NULL, account_id UUID NOT NULL, ordered_by TEXT NOT NULL, state TEXT NOT NULL CHECK(state IN('waiting','running','done','refused','failed')), run_at BIGINT NOT NULL, tries BIGINT NOT NULL, step BIGINT NOT NULL, locked_until BIGINT, created_at BIGINT NOT NULL, ended_at BIGINT, result TEXT, refusal TEXT, error TEXT);
CREATE INDEX job_due ON job(state,run_at);
CREATE INDEX job_kind ON job(kind,state);
