-- Every account that changed the text of a circular, separated by spaces: none of them checks it (four eyes).
ALTER TABLE circular ADD COLUMN editors TEXT NOT NULL DEFAULT '';
