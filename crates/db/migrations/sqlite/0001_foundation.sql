-- Marks, cells, jobs, outbox, idempotency, drafts, settings, identity index and the audit chain.
CREATE TABLE setting(key TEXT PRIMARY KEY, value TEXT NOT NULL, version INTEGER NOT NULL DEFAULT 1, updated_at INTEGER NOT NULL);
CREATE TABLE mark(county_id INTEGER NOT NULL, unit_id BLOB NOT NULL, day INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(county_id,unit_id,day));
CREATE TABLE cell(measure TEXT NOT NULL, county_id INTEGER NOT NULL, unit_id BLOB NOT NULL, day INTEGER NOT NULL, value INTEGER NOT NULL, PRIMARY KEY(measure,county_id,unit_id,day));
CREATE INDEX cell_by_place ON cell(county_id,unit_id,day);
CREATE TABLE job(id BLOB PRIMARY KEY, kind TEXT NOT NULL, arg TEXT NOT NULL, state TEXT NOT NULL CHECK(state IN('waiting','running','done','failed')), run_at INTEGER NOT NULL, tries INTEGER NOT NULL, error TEXT, created_at INTEGER NOT NULL, locked_until INTEGER);
CREATE INDEX job_due ON job(state,run_at);
CREATE TABLE outbox(topic TEXT NOT NULL, county_id INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(topic,county_id));
CREATE TABLE idempotency(account_id BLOB NOT NULL, key TEXT NOT NULL, request_hash BLOB NOT NULL, result TEXT NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY(account_id,key));
CREATE TABLE identity_index(kind TEXT NOT NULL, hash BLOB NOT NULL, ref_table TEXT NOT NULL, county_id INTEGER NOT NULL, ref_id BLOB NOT NULL, PRIMARY KEY(kind,hash));
CREATE TABLE draft(account_id BLOB NOT NULL, key TEXT NOT NULL, body BLOB NOT NULL, updated_at INTEGER NOT NULL, PRIMARY KEY(account_id,key));
CREATE TABLE audit_head(chain_id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, hash BLOB NOT NULL);
CREATE TABLE audit_event(county_id INTEGER NOT NULL, id BLOB NOT NULL, chain_id INTEGER NOT NULL, seq INTEGER NOT NULL, ts_us INTEGER NOT NULL, boot_id TEXT NOT NULL, actor TEXT NOT NULL, actor_name TEXT NOT NULL, unit_id BLOB, session_hash BLOB, ip TEXT, action TEXT NOT NULL, resource TEXT NOT NULL, record_id TEXT NOT NULL, subject_ref BLOB, fields TEXT NOT NULL, purpose TEXT, decision TEXT NOT NULL CHECK(decision IN('allow','deny')), request_id TEXT NOT NULL, change_digest BLOB NOT NULL, prev_hash BLOB NOT NULL, hash BLOB NOT NULL, mac BLOB NOT NULL, alg TEXT NOT NULL, kid TEXT NOT NULL, PRIMARY KEY(county_id,id), UNIQUE(county_id,chain_id,seq));
CREATE INDEX audit_event_seq ON audit_event(chain_id,seq);
CREATE INDEX audit_event_time ON audit_event(county_id,ts_us);
CREATE TABLE audit_checkpoint(seq INTEGER PRIMARY KEY, ts_us INTEGER NOT NULL, body TEXT NOT NULL, prev_hash BLOB NOT NULL, hash BLOB NOT NULL, signature BLOB NOT NULL);
