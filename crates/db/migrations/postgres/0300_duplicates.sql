-- Finding out whether somebody is on file already. phone_hash is the blind index of the sealed telephone (Vault::blind, the
-- root keys: it does not rotate, decision 0019); empty where a value does not open. A job fills the rows that were there
-- before; resident_unhashed is empty once it has. resident_distinct keeps that two records that resemble each other are of
-- two persons, and why.
ALTER TABLE resident ADD COLUMN phone_hash BYTEA;
CREATE INDEX resident_phone ON resident(county_id,phone_hash) WHERE phone_hash IS NOT NULL;
CREATE INDEX resident_unhashed ON resident(county_id,id) WHERE phone IS NOT NULL AND phone_hash IS NULL;
CREATE INDEX resident_birth ON resident(county_id,birth_day);
CREATE TABLE resident_distinct(county_id BIGINT NOT NULL, id UUID NOT NULL, resident_id UUID NOT NULL, other_id UUID NOT NULL, reason TEXT NOT NULL CHECK(reason IN('namesake','sibling','family','checked')), decided_at BIGINT NOT NULL, decided_by TEXT NOT NULL, PRIMARY KEY(county_id,id), FOREIGN KEY(county_id,resident_id) REFERENCES resident(county_id,id), FOREIGN KEY(county_id,other_id) REFERENCES resident(county_id,id));
CREATE INDEX resident_distinct_one ON resident_distinct(county_id,resident_id);
CREATE INDEX resident_distinct_other ON resident_distinct(county_id,other_id);
