-- A division was taken out of the denominators or into them by the province: from which day, why, by which document, by whom.
CREATE TABLE count_decision(id BLOB PRIMARY KEY, division_id INTEGER NOT NULL REFERENCES division(id), from_day INTEGER NOT NULL, counted BOOLEAN NOT NULL, why TEXT NOT NULL, document TEXT, decided_by TEXT NOT NULL, at INTEGER NOT NULL);
CREATE INDEX count_decision_of ON count_decision(division_id,at);
