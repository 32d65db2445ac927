-- Figures of whole areas read these tables from their indexes alone, without a look at each row.
DROP INDEX posting_unit;
CREATE INDEX posting_unit ON posting(unit_id,from_day,to_day,worker_id);
DROP INDEX unit_state_county;
CREATE INDEX unit_state_county ON unit_state(county_id,tier,state,from_day,to_day,unit_id);
CREATE INDEX unit_coverage_unit ON unit_coverage(unit_id,division_id,from_day,to_day);
