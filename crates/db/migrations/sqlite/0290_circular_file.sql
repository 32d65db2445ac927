-- The files of a sent circular as they were made when it was recorded as sent, and again when that record was corrected: version is
-- that of the circular the act made, so the first ones stay. The program only inserts and reads them.
CREATE TABLE circular_file(circular_id BLOB NOT NULL REFERENCES circular(id), version INTEGER NOT NULL, kind TEXT NOT NULL CHECK(kind IN('docx','pdf','xlsx')), sha256 TEXT NOT NULL, bytes BLOB NOT NULL, made_at INTEGER NOT NULL, PRIMARY KEY(circular_id,version,kind));
