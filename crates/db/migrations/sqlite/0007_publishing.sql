-- Snapshots, the counties they cover, circulars.
-- A snapshot is what the figures were: head and body are covered by the hash. The program has no statement that updates or
-- deletes one. body and rule_versions are canonical JSON, hashed as they stand.
CREATE TABLE snapshot(id BLOB PRIMARY KEY, kind TEXT NOT NULL CHECK(kind IN('locked','flash')), division_id INTEGER NOT NULL REFERENCES division(id), period TEXT, as_of INTEGER NOT NULL, taken_at INTEGER NOT NULL, taken_by TEXT NOT NULL, division_version INTEGER NOT NULL, rule_versions TEXT NOT NULL, body TEXT NOT NULL, hash TEXT NOT NULL, CHECK(kind<>'locked' OR period IS NOT NULL));
CREATE UNIQUE INDEX snapshot_month_once ON snapshot(division_id,period) WHERE kind='locked';
CREATE INDEX snapshot_of ON snapshot(division_id,as_of,taken_at);
-- The counties a snapshot covers, for scopes.
CREATE TABLE snapshot_county(snapshot_id BLOB NOT NULL REFERENCES snapshot(id), county_id INTEGER NOT NULL REFERENCES division(id), PRIMARY KEY(snapshot_id,county_id));
CREATE INDEX snapshot_county_of ON snapshot_county(county_id,snapshot_id);
-- body: paragraphs whose figures are placeholders; they render from the snapshot (and from previous_id for comparisons).
CREATE TABLE circular(id BLOB PRIMARY KEY, division_id INTEGER NOT NULL REFERENCES division(id), snapshot_id BLOB NOT NULL REFERENCES snapshot(id), previous_id BLOB REFERENCES snapshot(id), period TEXT, title TEXT NOT NULL, state TEXT NOT NULL CHECK(state IN('draft','checked','sent','void')), doc_no TEXT, sent_on INTEGER, void_reason TEXT, body TEXT NOT NULL, created_by TEXT NOT NULL, created_name TEXT NOT NULL, created_at INTEGER NOT NULL, edited_by TEXT NOT NULL, edited_name TEXT NOT NULL, edited_at INTEGER NOT NULL, checked_by TEXT, checked_name TEXT, checked_at INTEGER, sent_name TEXT, sent_at INTEGER, version INTEGER NOT NULL DEFAULT 1, CHECK(state<>'sent' OR (doc_no IS NOT NULL AND sent_on IS NOT NULL AND checked_by IS NOT NULL)), CHECK(state<>'checked' OR checked_by IS NOT NULL));
CREATE UNIQUE INDEX circular_once ON circular(snapshot_id) WHERE state<>'void';
CREATE UNIQUE INDEX circular_doc_no ON circular(division_id,doc_no) WHERE state='sent';
CREATE INDEX circular_of ON circular(division_id,created_at);
