-- Reports, their history, and what a county or city passed on.
-- A report of a county for a week (unit_id null) or of a station for a month. cells and texts are JSON, frozen at submission.
-- due_at and timeliness are the deadline and 时效 as they were when it was first submitted.
CREATE TABLE report(county_id BIGINT NOT NULL REFERENCES division(id), id UUID NOT NULL, kind TEXT NOT NULL CHECK(kind IN('week','month','quarter','half_year','year')), period TEXT NOT NULL, last_day BIGINT NOT NULL, division_id BIGINT NOT NULL REFERENCES division(id), unit_id UUID REFERENCES unit(id), state TEXT NOT NULL CHECK(state IN('draft','submitted','returned','approved','rolled_up','locked','amended')), version BIGINT NOT NULL DEFAULT 1, no_change BOOLEAN NOT NULL DEFAULT FALSE, as_of BIGINT NOT NULL, cells TEXT NOT NULL, cells_n BIGINT NOT NULL, auto_n BIGINT NOT NULL, texts TEXT NOT NULL, overrides_accepted BOOLEAN NOT NULL DEFAULT FALSE, due_at BIGINT, timeliness TEXT CHECK(timeliness IN('on_time','late','missing')), first_submitted_at BIGINT, submitted_at BIGINT, submitted_by TEXT, returned_at BIGINT, returned_by TEXT, return_reason TEXT, approved_at BIGINT, approved_by TEXT, amend_note TEXT, exempt BOOLEAN NOT NULL DEFAULT FALSE, exempt_reason TEXT, exempt_by TEXT, exempt_at BIGINT, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, updated_by TEXT NOT NULL, PRIMARY KEY(county_id,id));
CREATE UNIQUE INDEX report_once_county ON report(county_id,kind,period) WHERE unit_id IS NULL;
CREATE UNIQUE INDEX report_once_unit ON report(county_id,kind,period,unit_id) WHERE unit_id IS NOT NULL;
CREATE INDEX report_period ON report(kind,period,county_id);
CREATE INDEX report_list ON report(county_id,last_day,id);
CREATE INDEX report_unit ON report(county_id,unit_id,last_day);
CREATE INDEX report_state ON report(state,county_id);
-- What happened to a report; a submission keeps its cells and texts, so no version is ever lost.
CREATE TABLE report_event(county_id BIGINT NOT NULL, id UUID NOT NULL, report_id UUID NOT NULL, version BIGINT NOT NULL, act TEXT NOT NULL CHECK(act IN('submit','return','approve','roll_up','lock','amend','exempt')), at BIGINT NOT NULL, by_name TEXT NOT NULL, reason TEXT, cells TEXT, texts TEXT, PRIMARY KEY(county_id,id), FOREIGN KEY(county_id,report_id) REFERENCES report(county_id,id));
CREATE INDEX report_event_of ON report_event(county_id,report_id,at);
-- A county's or city's own step of the chain: it passes on what came in, naming who is missing.
CREATE TABLE pass_on(id UUID PRIMARY KEY, division_id BIGINT NOT NULL REFERENCES division(id), kind TEXT NOT NULL CHECK(kind IN('week','month','quarter','half_year','year')), period TEXT NOT NULL, state TEXT NOT NULL CHECK(state IN('passed','approved','returned')), passed_at BIGINT NOT NULL, passed_by TEXT NOT NULL, timeliness TEXT CHECK(timeliness IN('on_time','late','missing')), missing TEXT NOT NULL, reviewed_at BIGINT, reviewed_by TEXT, reason TEXT, version BIGINT NOT NULL DEFAULT 1);
CREATE UNIQUE INDEX pass_on_once ON pass_on(division_id,kind,period);
CREATE INDEX pass_on_period ON pass_on(kind,period);
-- The county-day total of a cell is summed over the units of that day.
CREATE INDEX cell_by_day ON cell(county_id,day);
