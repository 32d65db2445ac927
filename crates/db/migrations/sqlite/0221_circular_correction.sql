-- What the record of a sent circular (number, date) said before it was corrected, and why: one row a correction, version is that
-- of the circular the correction made. The program only inserts and reads them.
CREATE TABLE circular_correction(circular_id BLOB NOT NULL REFERENCES circular(id), version INTEGER NOT NULL, doc_no TEXT NOT NULL, sent_on INTEGER NOT NULL, reason TEXT NOT NULL, corrected_at INTEGER NOT NULL, corrected_by TEXT NOT NULL, corrected_name TEXT NOT NULL, PRIMARY KEY(circular_id,version));
