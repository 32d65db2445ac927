-- Workers, certificates, postings.
CREATE TABLE worker(id BLOB PRIMARY KEY, name TEXT NOT NULL, id_type TEXT NOT NULL, id_no BLOB, phone BLOB, sex TEXT NOT NULL, birth_day INTEGER, since_day INTEGER NOT NULL, employ TEXT NOT NULL, is_sw BOOLEAN NOT NULL DEFAULT FALSE, state TEXT NOT NULL CHECK(state IN('due','on_post','away','left')), home_county INTEGER NOT NULL, version INTEGER NOT NULL DEFAULT 1, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, updated_by TEXT NOT NULL);
CREATE INDEX worker_county ON worker(home_county,name);
CREATE TABLE certificate(id BLOB PRIMARY KEY, worker_id BLOB NOT NULL REFERENCES worker(id), level TEXT NOT NULL CHECK(level IN('1','2','3','4','9')), number TEXT NOT NULL, issued_on INTEGER NOT NULL, created_at INTEGER NOT NULL);
CREATE UNIQUE INDEX certificate_number ON certificate(number);
CREATE INDEX certificate_worker ON certificate(worker_id);
-- Worker at unit from a day to the day before to_day; fte_permille 100..1000.
CREATE TABLE posting(id BLOB PRIMARY KEY, worker_id BLOB NOT NULL REFERENCES worker(id), unit_id BLOB NOT NULL REFERENCES unit(id), county_id INTEGER NOT NULL, post TEXT NOT NULL CHECK(post IN('head','worker','assistant','supervisor','finance','manager')), from_day INTEGER NOT NULL, to_day INTEGER, fte_permille INTEGER NOT NULL CHECK(fte_permille BETWEEN 100 AND 1000), leave_reason TEXT, version INTEGER NOT NULL DEFAULT 1, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, updated_by TEXT NOT NULL);
CREATE INDEX posting_unit ON posting(unit_id,from_day);
CREATE INDEX posting_worker ON posting(worker_id,from_day);
CREATE INDEX posting_county ON posting(county_id,from_day);
