-- What was typed wrong about a posting or certificate and corrected, or entered by mistake and taken back: who, why, and
-- what stood before. A posting taken back keeps its row with no day in it; a certificate's row goes, its number is free.
ALTER TABLE certificate ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE certificate ADD COLUMN updated_by TEXT;
CREATE TABLE people_correction(id UUID PRIMARY KEY, worker_id UUID NOT NULL REFERENCES worker(id), what TEXT NOT NULL CHECK(what IN('posting','certificate')), ref_id UUID NOT NULL, act TEXT NOT NULL CHECK(act IN('correct','cancel')), at BIGINT NOT NULL, by_name TEXT NOT NULL, reason TEXT NOT NULL, was TEXT NOT NULL);
CREATE INDEX people_correction_worker ON people_correction(worker_id,at);
