-- What a built station serves of the denominators is decided: why and by which document, to begin (why, document,
-- decided_by) and to end (end_*). NULL: it was served before the station was built, or ended with the station.
ALTER TABLE unit_coverage ADD COLUMN why TEXT;
ALTER TABLE unit_coverage ADD COLUMN document TEXT;
ALTER TABLE unit_coverage ADD COLUMN decided_by TEXT;
ALTER TABLE unit_coverage ADD COLUMN end_why TEXT;
ALTER TABLE unit_coverage ADD COLUMN end_document TEXT;
ALTER TABLE unit_coverage ADD COLUMN ended_by TEXT;
