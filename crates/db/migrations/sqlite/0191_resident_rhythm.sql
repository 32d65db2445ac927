-- How often a resident was to be visited and whether the visits were paused, over time: the figure of a past month asks for
-- what stood at its end. to_day is exclusive. The first stretch begins before every record; what stands today is, for lack
-- of better knowledge, taken to have always stood.
CREATE TABLE resident_rhythm(county_id INTEGER NOT NULL, id BLOB NOT NULL, resident_id BLOB NOT NULL, from_day INTEGER NOT NULL, to_day INTEGER, visit_every TEXT NOT NULL CHECK(visit_every IN('weekly','biweekly','monthly','quarterly','half_yearly','yearly')), paused BOOLEAN NOT NULL, PRIMARY KEY(county_id,id), CHECK(to_day IS NULL OR to_day>from_day), FOREIGN KEY(county_id,resident_id) REFERENCES resident(county_id,id));
CREATE INDEX resident_rhythm_person ON resident_rhythm(county_id,resident_id,from_day);
INSERT INTO resident_rhythm(county_id,id,resident_id,from_day,to_day,visit_every,paused) SELECT county_id,id,id,19000101,NULL,visit_every,state='paused' FROM resident;
