-- What a circular is found by (zw_core::names::keys of title and number). Those of before are found by title and number as written,
-- until they are saved again.
ALTER TABLE circular ADD COLUMN found_by TEXT NOT NULL DEFAULT '';
UPDATE circular SET found_by='|'||title||COALESCE('|'||doc_no,'');
