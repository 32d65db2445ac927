-- What is unusual about the order of a sheet's milestones, and who confirmed on which day that it was so.
ALTER TABLE build_out ADD COLUMN unusual TEXT;
ALTER TABLE build_out ADD COLUMN unusual_by TEXT;
ALTER TABLE build_out ADD COLUMN unusual_on BIGINT;
