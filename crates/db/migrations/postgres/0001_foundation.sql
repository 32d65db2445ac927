-- Marks, cells, jobs, outbox, idempotency, drafts, settings, identity index and the audit chain.
CREATE TABLE setting(key TEXT PRIMARY KEY, value TEXT NOT NULL, version BIGINT NOT NULL DEFAULT 1, updated_at BIGINT NOT NULL);
CREATE TABLE mark(county_id BIGINT NOT NULL, unit_id UUID NOT NULL, day BIGINT NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY(county_id,unit_id,day));
CREATE TABLE cell(measure TEXT NOT NULL, county_id BIGINT NOT NULL, unit_id UUID NOT NULL, day BIGINT NOT NULL, value BIGINT NOT NULL, PRIMARY KEY(measure,county_id,unit_id,day));
CREATE INDEX cell_by_place ON cell(county_id,unit_id,day);
CREATE TABLE job(id UUID PRIMARY KEY, kind TEXT NOT NULL, arg TEXT NOT NULL, state TEXT NOT NULL CHECK(state IN('waiting','running','done','failed')), run_at BIGINT NOT NULL, tries BIGINT NOT NULL, error TEXT, created_at BIGINT NOT NULL, locked_until BIGINT);
CREATE INDEX job_due ON job(state,run_at);
CREATE TABLE outbox(topic TEXT NOT NULL, county_id BIGINT NOT NULL, seq BIGINT NOT NULL, PRIMARY KEY(topic,county_id));
CREATE TABLE idempotency(account_id UUID NOT NULL, key TEXT NOT NULL, request_hash BYTEA NOT NULL, result TEXT NOT NULL, created_at BIGINT NOT NULL, PRIMARY KEY(account_id,key));
CREATE TABLE identity_index(kind TEXT NOT NULL, hash BYTEA NOT NULL, ref_table TEXT NOT NULL, county_id BIGINT NOT NULL, ref_id UUID NOT NULL, PRIMARY KEY(kind,hash));
CREATE TABLE draft(account_id UUID NOT NULL, key TEXT NOT NULL, body BYTEA NOT NULL, updated_at BIGINT NOT NULL, PRIMARY KEY(account_id,key));
CREATE TABLE audit_head(chain_id BIGINT PRIMARY KEY, seq BIGINT NOT NULL, hash BYTEA NOT NULL);
CREATE TABLE audit_event(county_id BIGINT NOT NULL, id UUID NOT NULL, chain_id BIGINT NOT NULL, seq BIGINT NOT NULL, ts_us BIGINT NOT NULL, boot_id TEXT NOT NULL, actor TEXT NOT NULL, actor_name TEXT NOT NULL, unit_id UUID, session_hash BYTEA, ip TEXT, action TEXT NOT NULL, resource TEXT NOT NULL, record_id TEXT NOT NULL, subject_ref BYTEA, fields TEXT NOT NULL, purpose TEXT, decision TEXT NOT NULL CHECK(decision IN('allow','deny')), request_id TEXT NOT NULL, change_digest BYTEA NOT NULL, prev_hash BYTEA NOT NULL, hash BYTEA NOT NULL, mac BYTEA NOT NULL, alg TEXT NOT NULL, kid TEXT NOT NULL, PRIMARY KEY(county_id,id), UNIQUE(county_id,chain_id,seq));
CREATE INDEX audit_event_seq ON audit_event(chain_id,seq);
CREATE INDEX audit_event_time ON audit_event(county_id,ts_us);
CREATE TABLE audit_checkpoint(seq BIGINT PRIMARY KEY, ts_us BIGINT NOT NULL, body TEXT NOT NULL, prev_hash BYTEA NOT NULL, hash BYTEA NOT NULL, signature BYTEA NOT NULL);
