-- What stands while a correction waits for the tier above: the version approved last, as JSON; it counts until the correction is approved.
ALTER TABLE report ADD COLUMN standing TEXT;
-- Which account confirmed a report, or passed on: the same account does not decide about it. No reference: the account is only compared.
ALTER TABLE report ADD COLUMN submitted_account BLOB;
ALTER TABLE pass_on ADD COLUMN passed_account BLOB;
-- A returned pass-on opens its reports again, and their history says so. The table is copied because its check grows.
CREATE TABLE report_event_next(county_id INTEGER NOT NULL, id BLOB NOT NULL, report_id BLOB NOT NULL, version INTEGER NOT NULL, act TEXT NOT NULL CHECK(act IN('submit','return','approve','roll_up','lock','amend','exempt','reopen')), at INTEGER NOT NULL, by_name TEXT NOT NULL, reason TEXT, cells TEXT, texts TEXT, PRIMARY KEY(county_id,id), FOREIGN KEY(county_id,report_id) REFERENCES report(county_id,id));
INSERT INTO report_event_next(county_id,id,report_id,version,act,at,by_name,reason,cells,texts) SELECT county_id,id,report_id,version,act,at,by_name,reason,cells,texts FROM report_event;
DROP TABLE report_event;
ALTER TABLE report_event_next RENAME TO report_event;
CREATE INDEX report_event_of ON report_event(county_id,report_id,at);
