-- Since when a county's month is frozen by a snapshot: what is approved afterwards is no part of it.
CREATE TABLE period_lock(county_id BIGINT NOT NULL REFERENCES division(id), period TEXT NOT NULL, locked_at BIGINT NOT NULL, PRIMARY KEY(county_id,period));
INSERT INTO period_lock(county_id,period,locked_at) SELECT sc.county_id,s.period,MIN(s.taken_at) FROM snapshot s JOIN snapshot_county sc ON sc.snapshot_id=s.id WHERE s.kind='locked' GROUP BY sc.county_id,s.period;
-- What was approved after its month was frozen is closed as well, as it is from now on.
UPDATE report SET state='locked' WHERE kind='month' AND state IN('approved','rolled_up') AND EXISTS(SELECT 1 FROM period_lock p WHERE p.county_id=report.county_id AND p.period=report.period);
