-- Every time a station was put to the acceptance (验收; again: 复验 after rectifying), passed or not, with the groups that
-- lacked. A row recorded by mistake stays with the reason in withdrawn. begun_on and ended_on are written when the station
-- ends for good: from when to when that round of building lasted, after which the township's sheet begins anew.
CREATE TABLE acceptance(id BLOB PRIMARY KEY, build_out_id BLOB NOT NULL REFERENCES build_out(id), county_id INTEGER NOT NULL, township_id INTEGER NOT NULL, unit_id BLOB REFERENCES unit(id), again BOOLEAN NOT NULL, held_on INTEGER NOT NULL, passed BOOLEAN NOT NULL, lacked TEXT NOT NULL, reason TEXT, begun_on INTEGER, ended_on INTEGER, withdrawn TEXT, created_at INTEGER NOT NULL, created_by TEXT NOT NULL);
CREATE INDEX acceptance_sheet ON acceptance(build_out_id);
CREATE INDEX acceptance_county ON acceptance(county_id,held_on);
-- The day of the last 复验; the first day of the present round of building, where an earlier station has ended.
ALTER TABLE build_out ADD COLUMN reinspected_on INTEGER;
ALTER TABLE build_out ADD COLUMN round_from INTEGER;
-- The standing acceptances become the first rows; one sheet has one, so the sheet's id serves.
INSERT INTO acceptance(id,build_out_id,county_id,township_id,unit_id,again,held_on,passed,lacked,created_at,created_by) SELECT b.id,b.id,b.county_id,b.township_id,b.unit_id,FALSE,b.accepted_on,TRUE,'',b.updated_at,b.updated_by FROM build_out b WHERE b.accepted_on IS NOT NULL;
-- The plaque of a station lives on its township's sheet.
UPDATE build_out SET plaque_on=(SELECT u.plaque_on FROM unit u WHERE u.id=build_out.unit_id) WHERE plaque_on IS NULL AND unit_id IS NOT NULL;
-- Sheets of stations that are closed or merged already are freed.
UPDATE acceptance SET ended_on=(SELECT s.from_day FROM unit_state s WHERE s.unit_id=acceptance.unit_id AND s.state IN('merged','closed')),begun_on=(SELECT NULLIF(MIN(COALESCE(b.venue_on,99991231),COALESCE(b.tender_on,99991231),COALESCE(b.contract_on,99991231),COALESCE(b.staff_on,99991231),COALESCE(b.plaque_on,99991231)),99991231) FROM build_out b WHERE b.id=acceptance.build_out_id) WHERE unit_id IN(SELECT u.id FROM unit u WHERE u.state IN('merged','closed'));
UPDATE build_out SET round_from=(SELECT s.from_day FROM unit_state s WHERE s.unit_id=build_out.unit_id AND s.state IN('merged','closed')),unit_id=NULL,accepted_on=NULL,accept_venue=FALSE,accept_staff=FALSE,accept_service=FALSE WHERE unit_id IN(SELECT u.id FROM unit u WHERE u.state IN('merged','closed'));
