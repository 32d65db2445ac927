-- What a county says of a station's days without staff (空窗): why, and who looks after its people. The gap itself is derived
-- from postings; a cause is about the gap of the day it was noted. caretaker_id NULL: the county's centre.
CREATE TABLE staff_gap(unit_id BLOB PRIMARY KEY REFERENCES unit(id), county_id INTEGER NOT NULL REFERENCES division(id), cause TEXT CHECK(cause IN('tender','failed_tender','funding','dispute','other')), text TEXT, noted_on INTEGER, caretaker_id BLOB REFERENCES unit(id), version INTEGER NOT NULL DEFAULT 1, updated_at INTEGER NOT NULL, updated_by TEXT NOT NULL);
-- Why a state began, where it followed from a rule and nobody typed a reason.
ALTER TABLE unit_state ADD COLUMN cause TEXT CHECK(cause IN('staff_gap'));
