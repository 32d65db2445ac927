-- What was set, changed and taken back of targets: by whom, when and why. old_value NULL: set for the first time; new_value
-- NULL: taken back.
CREATE TABLE target_change(id UUID PRIMARY KEY, division_id BIGINT NOT NULL, measure TEXT NOT NULL, due_on BIGINT NOT NULL, phase TEXT NOT NULL CHECK(phase IN('coverage','standard','raise')), old_value BIGINT, new_value BIGINT, why TEXT NOT NULL, changed_by TEXT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX target_change_of ON target_change(division_id,at);
