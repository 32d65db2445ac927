-- The targets of each level are a set of their own: one target of a division, measure, level and day. set_level of a change:
-- whose set it was; NULL where that was not kept.
DROP INDEX target_once;
CREATE UNIQUE INDEX target_once ON target(division_id,measure,set_level,due_on);
ALTER TABLE target_change ADD COLUMN set_level TEXT CHECK(set_level IN('P','C','X'));
