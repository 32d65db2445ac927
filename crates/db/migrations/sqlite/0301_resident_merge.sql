-- One person in two files: the one is merged into the other and may be taken out again. Nothing moves: what was recorded
-- under the merged record stays there and is read with the record it was merged into, from merged_on on and until undone_on
-- (exclusive). kept holds, sealed, what the merge changed, so that undoing it gives it back. The index answers the counts of
-- distinct persons by itself.
CREATE TABLE resident_merge(county_id INTEGER NOT NULL, id BLOB NOT NULL, loser_id BLOB NOT NULL, survivor_id BLOB NOT NULL, reason TEXT NOT NULL CHECK(reason IN('twice','moved','renamed','mistyped')), kept BLOB NOT NULL, merged_on INTEGER NOT NULL, merged_at INTEGER NOT NULL, merged_by TEXT NOT NULL, undone_on INTEGER, undone_at INTEGER, undone_by TEXT, PRIMARY KEY(county_id,id), CHECK(loser_id<>survivor_id), FOREIGN KEY(county_id,loser_id) REFERENCES resident(county_id,id), FOREIGN KEY(county_id,survivor_id) REFERENCES resident(county_id,id));
CREATE INDEX resident_merge_loser ON resident_merge(county_id,loser_id,merged_on,undone_on,survivor_id);
CREATE INDEX resident_merge_survivor ON resident_merge(county_id,survivor_id);
