-- What was said when a circular was returned to its writers (退回修改), and the check that a return took back: one row a return,
-- version is that of the circular the return made. The program only inserts and reads them.
CREATE TABLE circular_return(circular_id UUID NOT NULL REFERENCES circular(id), version BIGINT NOT NULL, remarks TEXT NOT NULL, checked_name TEXT, checked_at BIGINT, returned_at BIGINT NOT NULL, returned_by TEXT NOT NULL, returned_name TEXT NOT NULL, PRIMARY KEY(circular_id,version));
