-- What was set, changed and taken back of targets: by whom, when and why. old_value NULL: set for the first time; new_value
-- NULL: taken back.
CREATE TABLE target_change(id BLOB PRIMARY KEY, division_id INTEGER NOT NULL, measure TEXT NOT NULL, due_on INTEGER NOT NULL, phase TEXT NOT NULL CHECK(phase IN('coverage','standard','raise')), old_value INTEGER, new_value INTEGER, why TEXT NOT NULL, changed_by TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX target_change_of ON target_change(division_id,at);
