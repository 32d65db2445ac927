-- Since when a county's month is frozen by a snapshot, and whether the county had passed it on by then: what was not passed on, or
-- is approved afterwards, is no part of the frozen figures.
CREATE TABLE period_lock(county_id INTEGER NOT NULL REFERENCES division(id), period TEXT NOT NULL, locked_at INTEGER NOT NULL, passed BOOLEAN NOT NULL, PRIMARY KEY(county_id,period));
INSERT INTO period_lock(county_id,period,locked_at,passed) SELECT sc.county_id,s.period,MIN(s.taken_at),TRUE FROM snapshot s JOIN snapshot_county sc ON sc.snapshot_id=s.id WHERE s.kind='locked' GROUP BY sc.county_id,s.period;
-- What was approved after its month was frozen is closed as well, as it is from now on.
UPDATE report SET state='locked' WHERE kind='month' AND state IN('approved','rolled_up') AND EXISTS(SELECT 1 FROM period_lock p WHERE p.county_id=report.county_id AND p.period=report.period);
