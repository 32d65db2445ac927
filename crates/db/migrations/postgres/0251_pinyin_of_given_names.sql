-- Pinyin keys of the given name and of syllables mixed with initials (zw_core::names::keys): names without name_folded are
-- keyed anew in the background, as in 0200.
UPDATE resident SET name_folded=NULL;
UPDATE worker SET name_folded=NULL;
