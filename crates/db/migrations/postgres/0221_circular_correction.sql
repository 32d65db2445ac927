-- What the record of a sent circular (number, date) said before it was corrected, and why: one row a correction, version is that
-- of the circular the correction made. The program only inserts and reads them.
CREATE TABLE circular_correction(circular_id UUID NOT NULL REFERENCES circular(id), version BIGINT NOT NULL, doc_no TEXT NOT NULL, sent_on BIGINT NOT NULL, reason TEXT NOT NULL, corrected_at BIGINT NOT NULL, corrected_by TEXT NOT NULL, corrected_name TEXT NOT NULL, PRIMARY KEY(circular_id,version));
