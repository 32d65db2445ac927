-- Reports, their history, and what a county or city passed on.
-- A report of a county for a week (unit_id null) or of a station for a month. cells and texts are JSON, frozen at submission.
-- due_at and timeliness are the deadline and 时效 as they were when it was first submitted.
CREATE TABLE report(county_id INTEGER NOT NULL REFERENCES division(id), id BLOB NOT NULL, kind TEXT NOT NULL CHECK(kind IN('week','month','quarter','half_year','year')), period TEXT NOT NULL, last_day INTEGER NOT NULL, division_id INTEGER NOT NULL REFERENCES division(id), unit_id BLOB REFERENCES unit(id), state TEXT NOT NULL CHECK(state IN('draft','submitted','returned','approved','rolled_up','locked','amended')), version INTEGER NOT NULL DEFAULT 1, no_change BOOLEAN NOT NULL DEFAULT FALSE, as_of INTEGER NOT NULL, cells TEXT NOT NULL, cells_n INTEGER NOT NULL, auto_n INTEGER NOT NULL, texts TEXT NOT NULL, overrides_accepted BOOLEAN NOT NULL DEFAULT FALSE, due_at INTEGER, timeliness TEXT CHECK(timeliness IN('on_time','late','missing')), first_submitted_at INTEGER, submitted_at INTEGER, submitted_by TEXT, returned_at INTEGER, returned_by TEXT, return_reason TEXT, approved_at INTEGER, approved_by TEXT, amend_note TEXT, exempt BOOLEAN NOT NULL DEFAULT FALSE, exempt_reason TEXT, exempt_by TEXT, exempt_at INTEGER, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL, updated_by TEXT NOT NULL, PRIMARY KEY(county_id,id));
CREATE UNIQUE INDEX report_once_county ON report(county_id,kind,period) WHERE unit_id IS NULL;
CREATE UNIQUE INDEX report_once_unit ON report(county_id,kind,period,unit_id) WHERE unit_id IS NOT NULL;
CREATE INDEX report_period ON report(kind,period,county_id);
CREATE INDEX report_list ON report(county_id,last_day,id);
CREATE INDEX report_unit ON report(county_id,unit_id,last_day);
CREATE INDEX report_state ON report(state,county_id);
-- What happened to a report; a submission keeps its cells and texts, so no version is ever lost.
CREATE TABLE report_event(county_id INTEGER NOT NULL, id BLOB NOT NULL, report_id BLOB NOT NULL, version INTEGER NOT NULL, act TEXT NOT NULL CHECK(act IN('submit','return','approve','roll_up','lock','amend','exempt')), at INTEGER NOT NULL, by_name TEXT NOT NULL, reason TEXT, cells TEXT, texts TEXT, PRIMARY KEY(county_id,id), FOREIGN KEY(county_id,report_id) REFERENCES report(county_id,id));
CREATE INDEX report_event_of ON report_event(county_id,report_id,at);
-- A county's or city's own step of the chain: it passes on what came in, naming who is missing.
CREATE TABLE pass_on(id BLOB PRIMARY KEY, division_id INTEGER NOT NULL REFERENCES division(id), kind TEXT NOT NULL CHECK(kind IN('week','month','quarter','half_year','year')), period TEXT NOT NULL, state TEXT NOT NULL CHECK(state IN('passed','approved','returned')), passed_at INTEGER NOT NULL, passed_by TEXT NOT NULL, timeliness TEXT CHECK(timeliness IN('on_time','late','missing')), missing TEXT NOT NULL, reviewed_at INTEGER, reviewed_by TEXT, reason TEXT, version INTEGER NOT NULL DEFAULT 1);
CREATE UNIQUE INDEX pass_on_once ON pass_on(division_id,kind,period);
CREATE INDEX pass_on_period ON pass_on(kind,period);
-- The county-day total of a cell is summed over the units of that day.
CREATE INDEX cell_by_day ON cell(county_id,day);
