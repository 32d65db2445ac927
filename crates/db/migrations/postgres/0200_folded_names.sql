-- Names as searching compares them (zw_core::names::keys): name_folded without case, accents and marks; name_keys in
-- pinyin. A job fills the rows that were there before; the indexes are empty once it has.
ALTER TABLE worker ADD COLUMN name_keys TEXT;
ALTER TABLE worker ADD COLUMN name_folded TEXT;
ALTER TABLE resident ADD COLUMN name_folded TEXT;
CREATE INDEX worker_unfolded ON worker(id) WHERE name_folded IS NULL;
CREATE INDEX resident_unfolded ON resident(county_id,id) WHERE name_folded IS NULL;
