-- A try that a lock refused counts for its address (stuffing), never for the lock itself.
ALTER TABLE login_failure ADD COLUMN refused BOOLEAN NOT NULL DEFAULT FALSE;
