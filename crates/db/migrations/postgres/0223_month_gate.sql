-- Rows to take while somebody approves, passes on or freezes a county's month (report/store/frozen.rs, gate): they say nothing by
-- themselves.
CREATE TABLE month_gate(county_id BIGINT NOT NULL REFERENCES division(id), period TEXT NOT NULL, PRIMARY KEY(county_id,period));
