-- Divisions over time, units, coverage, build-out sheets, targets.
CREATE TABLE division(id BIGINT PRIMARY KEY, kind TEXT NOT NULL CHECK(kind IN('P','C','X','T','V')));
-- A version: what the division was called and where it belonged from valid_from to the day before valid_to.
CREATE TABLE division_version(division_id BIGINT NOT NULL REFERENCES division(id), valid_from BIGINT NOT NULL, valid_to BIGINT, code12 TEXT NOT NULL, name TEXT NOT NULL, parent_id BIGINT REFERENCES division(id), is_functional BOOLEAN NOT NULL, in_denominator BOOLEAN NOT NULL, exclusion TEXT, PRIMARY KEY(division_id,valid_from));
CREATE INDEX division_version_code ON division_version(code12,valid_from);
CREATE TABLE division_event(id BIGINT PRIMARY KEY, kind TEXT NOT NULL CHECK(kind IN('rename','recode','upgrade','merge','split','transfer','abolish')), effective_on BIGINT NOT NULL, doc_no TEXT, body TEXT NOT NULL);
-- A centre (tier X), station (T) or room (V). county_id: the county it works in and town_id the township it stands in, kept
-- for scopes. search_key: name and pinyin keys, lower case, for the search box.
CREATE TABLE unit(id UUID PRIMARY KEY, tier TEXT NOT NULL CHECK(tier IN('X','T','V')), name TEXT NOT NULL, county_id BIGINT NOT NULL REFERENCES division(id), division_id BIGINT NOT NULL REFERENCES division(id), town_id BIGINT REFERENCES division(id), parent_id UUID REFERENCES unit(id), merged_into UUID REFERENCES unit(id), mode TEXT NOT NULL CHECK(mode IN('direct','purchase','posts','mixed','own')), state TEXT NOT NULL CHECK(state IN('planned','preparing','submitted','operating','rectifying','suspended','merged','closed')), state_reason TEXT, plaque_on BIGINT, opened_on BIGINT, address TEXT, phone TEXT, host TEXT, search_key TEXT NOT NULL DEFAULT '', version BIGINT NOT NULL DEFAULT 1, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, updated_by TEXT NOT NULL);
CREATE INDEX unit_county ON unit(county_id,tier,state);
CREATE INDEX unit_division ON unit(division_id);
CREATE INDEX unit_town ON unit(town_id);
-- The states a unit was in, as (from, to) rows for stock sweeps; to_day is exclusive.
CREATE TABLE unit_state(unit_id UUID NOT NULL REFERENCES unit(id), from_day BIGINT NOT NULL, to_day BIGINT, state TEXT NOT NULL, county_id BIGINT NOT NULL, tier TEXT NOT NULL, PRIMARY KEY(unit_id,from_day));
CREATE INDEX unit_state_county ON unit_state(county_id,tier,state,from_day);
-- Divisions a unit serves, with dates; to_day is exclusive.
CREATE TABLE unit_coverage(unit_id UUID NOT NULL REFERENCES unit(id), division_id BIGINT NOT NULL REFERENCES division(id), from_day BIGINT NOT NULL, to_day BIGINT, PRIMARY KEY(unit_id,division_id,from_day));
CREATE INDEX unit_coverage_division ON unit_coverage(division_id);
-- One open sheet per township, also where no station exists. Dates of the six milestones.
CREATE TABLE build_out(id UUID PRIMARY KEY, county_id BIGINT NOT NULL REFERENCES division(id), township_id BIGINT NOT NULL REFERENCES division(id), kept_by TEXT NOT NULL CHECK(kept_by IN('county','township')), unit_id UUID REFERENCES unit(id), venue_on BIGINT, tender_on BIGINT, contract_on BIGINT, staff_on BIGINT, plaque_on BIGINT, accepted_on BIGINT, funds_on BIGINT, accept_venue BOOLEAN NOT NULL DEFAULT FALSE, accept_staff BOOLEAN NOT NULL DEFAULT FALSE, accept_service BOOLEAN NOT NULL DEFAULT FALSE, due_on BIGINT, note TEXT, version BIGINT NOT NULL DEFAULT 1, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, updated_by TEXT NOT NULL);
CREATE UNIQUE INDEX build_out_once ON build_out(township_id);
CREATE INDEX build_out_county ON build_out(county_id);
CREATE TABLE obstacle(id UUID PRIMARY KEY, build_out_id UUID NOT NULL REFERENCES build_out(id), county_id BIGINT NOT NULL, township_id BIGINT NOT NULL, code TEXT NOT NULL CHECK(code IN('venue','tender','funding','staff','other')), text TEXT NOT NULL, from_day BIGINT NOT NULL, to_day BIGINT);
CREATE INDEX obstacle_sheet ON obstacle(build_out_id);
CREATE INDEX obstacle_county ON obstacle(county_id,from_day);
-- A minimal target: by a date a measure should have a value in a division. set_level: level of the authority that set it.
CREATE TABLE target(id UUID PRIMARY KEY, division_id BIGINT NOT NULL REFERENCES division(id), measure TEXT NOT NULL, due_on BIGINT NOT NULL, value BIGINT NOT NULL, phase TEXT NOT NULL CHECK(phase IN('coverage','standard','raise')), set_by TEXT NOT NULL, set_level TEXT NOT NULL CHECK(set_level IN('P','C','X')), created_at BIGINT NOT NULL);
CREATE UNIQUE INDEX target_once ON target(division_id,measure,due_on);
