-- Whether somebody has a certificate by a day is asked for everybody posted in a province at once: from the index alone.
DROP INDEX certificate_worker;
CREATE INDEX certificate_worker ON certificate(worker_id,issued_on,level);
