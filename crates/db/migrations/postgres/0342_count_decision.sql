-- A division was taken out of the denominators or into them by the province: from which day, why, by which document, by whom.
CREATE TABLE count_decision(id UUID PRIMARY KEY, division_id BIGINT NOT NULL REFERENCES division(id), from_day BIGINT NOT NULL, counted BOOLEAN NOT NULL, why TEXT NOT NULL, document TEXT, decided_by TEXT NOT NULL, at BIGINT NOT NULL);
CREATE INDEX count_decision_of ON count_decision(division_id,at);
