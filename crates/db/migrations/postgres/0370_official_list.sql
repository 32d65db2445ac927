-- 官方名册 (domain.md 5.12, decision 0045): a list of a category that an authority gave to the county, as of its date. It has rows
-- (kind rows) or only numbers (kind numbers). persons: what counts, the rows or the number stated. replaced_by: the list of the
-- category that came after it; of each category one stands. Of a person in it: the blind index of the number (the one of
-- identity_index), where the list says they live, and the sealed name as long as nobody has them on file and the list stands.
-- resident_id: who on file that is, written by service::official::matching alone.
CREATE TABLE official_list(county_id BIGINT NOT NULL REFERENCES division(id), id UUID NOT NULL, category TEXT NOT NULL, list_date BIGINT NOT NULL, authority TEXT NOT NULL CHECK(authority IN('civil_affairs','disabled_federation','other_department')), document TEXT, stated BIGINT, kind TEXT NOT NULL CHECK(kind IN('rows','numbers')), row_n BIGINT NOT NULL, persons BIGINT NOT NULL, imported_at BIGINT NOT NULL, imported_by TEXT NOT NULL, replaced_by UUID, PRIMARY KEY(county_id,id));
CREATE UNIQUE INDEX official_list_standing ON official_list(county_id,category) WHERE replaced_by IS NULL;
CREATE INDEX official_list_date ON official_list(county_id,category,list_date);
CREATE TABLE official_list_row(county_id BIGINT NOT NULL, id UUID NOT NULL, list_id UUID NOT NULL, hash BYTEA NOT NULL, township_id BIGINT NOT NULL REFERENCES division(id), village_id BIGINT REFERENCES division(id), name BYTEA, from_day BIGINT, resident_id UUID, PRIMARY KEY(county_id,id), FOREIGN KEY(county_id,list_id) REFERENCES official_list(county_id,id), FOREIGN KEY(county_id,resident_id) REFERENCES resident(county_id,id));
CREATE UNIQUE INDEX official_list_row_once ON official_list_row(county_id,list_id,hash);
CREATE INDEX official_list_row_hash ON official_list_row(county_id,hash);
CREATE INDEX official_list_row_place ON official_list_row(county_id,list_id,township_id,village_id,resident_id);
CREATE INDEX official_list_row_resident ON official_list_row(county_id,resident_id,list_id) WHERE resident_id IS NOT NULL;
CREATE TABLE official_list_number(county_id BIGINT NOT NULL, id UUID NOT NULL, list_id UUID NOT NULL, township_id BIGINT NOT NULL REFERENCES division(id), village_id BIGINT REFERENCES division(id), persons BIGINT NOT NULL CHECK(persons>=0), PRIMARY KEY(county_id,id), FOREIGN KEY(county_id,list_id) REFERENCES official_list(county_id,id));
CREATE INDEX official_list_number_of ON official_list_number(county_id,list_id);
-- A file that was checked and waits for its confirmation, sealed, for a day.
CREATE TABLE official_list_draft(county_id BIGINT NOT NULL REFERENCES division(id), id UUID NOT NULL, body BYTEA NOT NULL, made_at BIGINT NOT NULL, made_by TEXT NOT NULL, PRIMARY KEY(county_id,id));
-- An official status that a list says, and the list that ended it. Rows without a list are what was typed at the station.
ALTER TABLE resident_category ADD COLUMN list_id UUID;
ALTER TABLE resident_category ADD COLUMN ended_by UUID;
