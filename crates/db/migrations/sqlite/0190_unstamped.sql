-- What was sent while its deadline was unknown is found by the minute's look without reading the table.
CREATE INDEX report_unstamped ON report(period) WHERE timeliness IS NULL AND first_submitted_at IS NOT NULL;
CREATE INDEX pass_on_unstamped ON pass_on(period) WHERE timeliness IS NULL;
