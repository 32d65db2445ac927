//! Two people edited one circular: what the other saved meanwhile beside what this one typed, passage by passage. The form
//! says what each field was when it was opened (`base`), so that a passage only one of the two changed is no conflict: the
//! change stands, whoever made it. What both changed stays as typed, and is shown beside what stands, as the paper reads.

use super::body::Paragraph;
use super::circular::CircularFile;
use similar::{Algorithm, DiffTag, capture_diff_slices};
use std::collections::BTreeMap;

/// Name of the field that says what the others were.
pub const BASE: &str = "base";

/// A run of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bit {
    /// The words.
    pub text: String,
    /// Whether the other version does not have them.
    pub differs: bool,
}

/// Whose change a passage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Both changed it: the form holds what was typed.
    Both,
    /// Only the other did: the form holds what stands.
    Theirs,
    /// The other added it: it stays.
    Added,
    /// The other took it out and nobody had changed it here: it is gone.
    Gone,
    /// The other took out what was changed here: the form holds it as a new paragraph.
    Moved,
}

/// One passage in which the two versions differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passage {
    /// The field.
    pub name: String,
    /// Whose change it is.
    pub change: Change,
    /// As it stands; nothing where it was taken out.
    pub theirs: Vec<Bit>,
    /// As it was typed; nothing where there was no field for it.
    pub mine: Vec<Bit>,
}

/// Both versions, met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clash {
    /// Where they differ, in the order of the paper; last what the other took out.
    pub passages: Vec<Passage>,
    /// What the form holds now instead of what was typed in these fields.
    pub values: BTreeMap<String, String>,
}

/// Names and values of the editor's fields as a circular stands.
pub fn fields(c: &CircularFile) -> Vec<(String, String)> {
    let mut out = vec![("title".to_owned(), c.head.title.clone()), ("addressee".to_owned(), c.frame.addressee.clone())];
    for p in c.paragraphs.iter().map(|p| &p.paragraph) {
        if has_heading(p) {
            out.push((format!("{}-lead", p.id), p.heading().to_owned()));
        }
        if !p.text.is_empty() {
            out.push((p.id.clone(), p.text.clone()));
        }
    }
    out.extend(c.frame.annexes.iter().map(|a| (format!("annex-{}", a.annex), a.title.clone())));
    out.push(("copy_to".to_owned(), c.frame.copy_to.clone()));
    out
}

/// Whether the words of its heading are a field.
pub fn has_heading(p: &Paragraph) -> bool {
    p.level > 0 && !p.heading().is_empty()
}

/// What the fields are now, for [`meet`] later: a mark of each.
pub fn base(c: &CircularFile) -> String {
    fields(c).iter().map(|(name, text)| format!("{name}:{}", mark(text))).collect::<Vec<_>>().join(" ")
}

fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

fn mark(text: &str) -> String {
    zw_access::hex(&zw_access::crypto::digest(&[plain(text).as_bytes()])).chars().take(12).collect()
}

/// Whether a field is the text of a paragraph, and not something beside it.
fn is_paragraph(name: &str) -> bool {
    name.strip_prefix(['p', 'n']).is_some_and(|n| n.parse::<u32>().is_ok())
}

/// What was typed on an older version meets what stands. `reads` says how a text with placeholders reads on paper.
pub fn meet(c: &CircularFile, typed: &[(String, String)], reads: impl Fn(&str) -> String) -> Clash {
    let of = |name: &str| typed.iter().find(|(k, _)| k == name).map(|(_, v)| v.as_str());
    let was: BTreeMap<&str, &str> = of(BASE).unwrap_or_default().split(' ').filter_map(|b| b.split_once(':')).collect();
    let was_so = |name: &str, text: &str| was.get(name).is_some_and(|m| *m == mark(text));
    let mut out = Clash::default();
    for (name, now) in fields(c) {
        let Some(mine) = of(&name) else {
            if !was.is_empty() && !was.contains_key(name.as_str()) {
                out.passages.push(Passage { name, change: Change::Added, theirs: whole(&reads(&now)), mine: vec![] });
            }
            continue;
        };
        if plain(mine) == plain(&now) || was_so(&name, &now) {
            continue;
        }
        let (theirs, typed) = differ(&reads(&plain(&now)), &reads(&plain(mine)));
        let change = if was_so(&name, mine) { Change::Theirs } else { Change::Both };
        if change == Change::Theirs {
            out.values.insert(name.clone(), now);
        }
        out.passages.push(Passage { name, change, theirs, mine: typed });
    }
    let standing: Vec<&str> = c.paragraphs.iter().map(|p| p.paragraph.id.as_str()).collect();
    let Some(first) = standing.first() else { return out };
    // What was typed where the other took the paragraph out goes behind the one before it that still stands.
    let mut behind = (*first).to_owned();
    for (name, text) in typed {
        let id = name.split_once('-').map_or(name.as_str(), |(id, _)| id);
        if !is_paragraph(id) {
            continue;
        }
        if standing.contains(&id) {
            id.clone_into(&mut behind);
            continue;
        }
        let added = name.strip_suffix("-new").is_some_and(is_paragraph);
        if plain(text).is_empty() || !(added || is_paragraph(name)) {
            continue;
        }
        let lead = of(&format!("{name}-lead")).map(plain).unwrap_or_default();
        let untouched = was_so(name, text) && (lead.is_empty() || was_so(&format!("{name}-lead"), &lead));
        let change = if untouched { Change::Gone } else { Change::Moved };
        if change == Change::Moved {
            let level = of(&format!("{name}-level")).filter(|_| added).unwrap_or("1");
            move_to(&mut out.values, &of, &format!("{behind}-new"), (&lead, level), &plain(text));
        }
        out.passages.push(Passage { name: name.clone(), change, theirs: vec![], mine: whole(&reads(&plain(text))) });
    }
    out
}

/// Puts a paragraph into the place for a new one, behind what was typed there; the first in it brings its heading.
fn move_to<'a>(
    values: &mut BTreeMap<String, String>,
    of: &impl Fn(&str) -> Option<&'a str>,
    place: &str,
    (lead, level): (&str, &str),
    text: &str,
) {
    let held = values.get(place).cloned().or_else(|| of(place).map(plain)).filter(|t| !t.is_empty());
    let text = match held {
        None => {
            if !lead.is_empty() {
                values.insert(format!("{place}-lead"), lead.to_owned());
                values.insert(format!("{place}-level"), level.to_owned());
            }
            text.to_owned()
        }
        Some(held) if lead.is_empty() => format!("{held}\n{text}"),
        Some(held) => format!("{held}\n{lead}。{text}"),
    };
    values.insert(place.to_owned(), text);
}

fn whole(text: &str) -> Vec<Bit> {
    vec![Bit { text: text.to_owned(), differs: true }]
}

/// What is compared: a number or a Latin word as a whole, of everything else each character. Chinese has no spaces between
/// its words.
fn tokens(text: &str) -> Vec<&str> {
    let joined = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ',' | '%');
    let mut out = vec![];
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let end = match joined(c) {
            true => rest.find(|c: char| !joined(c)).unwrap_or(rest.len()),
            false => c.len_utf8(),
        };
        let (token, tail) = rest.split_at(end);
        out.push(token);
        rest = tail;
    }
    out
}

/// Two texts in runs that the other has and has not.
pub fn differ(a: &str, b: &str) -> (Vec<Bit>, Vec<Bit>) {
    let (old, new) = (tokens(a), tokens(b));
    let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
    let (mut left, mut right) = (vec![], vec![]);
    for (i, op) in ops.iter().enumerate() {
        // One character that happens to be the same in the middle of a change tells nobody anything.
        let inner = i > 0 && i + 1 < ops.len() && op.old_range().len() < 2;
        let differs = op.tag() != DiffTag::Equal || inner;
        push(&mut left, old.get(op.old_range()).unwrap_or_default(), differs);
        push(&mut right, new.get(op.new_range()).unwrap_or_default(), differs);
    }
    (left, right)
}

fn push(bits: &mut Vec<Bit>, tokens: &[&str], differs: bool) {
    let text = tokens.concat();
    match bits.last_mut().filter(|b| b.differs == differs) {
        _ if text.is_empty() => {}
        Some(last) => last.text.push_str(&text),
        None => bits.push(Bit { text, differs }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::circulars::tests::file;

    fn said(bits: &[Bit]) -> String {
        bits.iter().map(|b| if b.differs { format!("[{}]", b.text) } else { b.text.clone() }).collect()
    }

    #[test]
    fn the_words_that_differ_are_marked() {
        let both = |a: &str, b: &str| {
            let (a, b) = differ(a, b);
            (said(&a), said(&b))
        };
        assert_eq!(
            both("建成运营716个，覆盖率65.1%。", "建成运营716个，覆盖率达65.2%。"),
            ("建成运营716个，覆盖率[65.1%]。".into(), "建成运营716个，覆盖率[达65.2%]。".into())
        );
        assert_eq!(both("一样", "一样"), ("一样".into(), "一样".into()));
        assert_eq!(both("", "新的"), (String::new(), "[新的]".into()));
        // 的 alone between two changes is no common passage.
        assert_eq!(both("甲乙的丙丁", "戊己的庚辛"), ("[甲乙的丙丁]".into(), "[戊己的庚辛]".into()));
    }

    #[test]
    fn what_only_one_changed_is_no_conflict() {
        let mut c = file();
        let was = base(&c);
        let typed = |list: &[(&str, &str)]| -> Vec<(String, String)> {
            let mut all = vec![(BASE.to_owned(), was.clone()), ("title".to_owned(), c.head.title.clone())];
            all.extend(list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
            all
        };
        let reads = |t: &str| t.replace("{{fig:stations_built}}", "716");
        let unchanged = "建成运营{{fig:stations_built}}个。";
        // Typed here: p2. Saved by the other: p1, and the addressee.
        let mine = typed(&[("p1", unchanged), ("p2", "特此通报，请执行。"), ("addressee", "各设区市示例单位")]);
        c.paragraphs[0].paragraph.text = "目前建成运营{{fig:stations_built}}个。".into();
        c.frame.addressee = "各市".into();
        let met = meet(&c, &mine, reads);
        let told: Vec<_> = met.passages.iter().map(|p| (p.name.as_str(), p.change)).collect();
        assert_eq!(told, [("addressee", Change::Theirs), ("p1", Change::Theirs)]);
        assert_eq!(said(&met.passages[1].theirs), "[目前]建成运营716个。");
        assert_eq!(met.values["p1"], "目前建成运营{{fig:stations_built}}个。");
        assert!(!met.values.contains_key("p2"), "what was typed here stays");
        // Both changed the same: shown side by side, and the form keeps what was typed.
        let mine = typed(&[("p1", "已建成{{fig:stations_built}}个。\r\n")]);
        let met = meet(&c, &mine, reads);
        assert_eq!((met.passages[0].change, met.values.len()), (Change::Both, 0));
        assert_eq!(
            (said(&met.passages[0].theirs), said(&met.passages[0].mine)),
            ("[目前]建成[运营]716个。".into(), "[已]建成716个。".into())
        );
        // A form that does not say what it was before: every difference is shown and nothing is taken from it.
        let bare = vec![("p1".to_owned(), unchanged.to_owned())];
        let met = meet(&c, &bare, reads);
        assert_eq!((met.passages.len(), met.passages[0].change, met.values.len()), (1, Change::Both, 0));
    }

    #[test]
    fn what_was_typed_in_a_paragraph_that_is_gone_stays_in_the_form() {
        let mut c = file();
        let was = base(&c);
        c.paragraphs.remove(1);
        let typed = |text: &str| {
            [
                (BASE, was.as_str()),
                ("p1", "建成运营{{fig:stations_built}}个。"),
                ("p1-new", "加一段"),
                ("p2", text),
                ("p2-new", "又一段"),
            ]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
        };
        let met = meet(&c, &typed("特此通报，请执行。"), str::to_owned);
        let told: Vec<_> = met.passages.iter().map(|p| (p.name.as_str(), p.change)).collect();
        assert_eq!(told, [("p2", Change::Moved), ("p2-new", Change::Moved)]);
        assert_eq!(met.values["p1-new"], "加一段\n特此通报，请执行。\n又一段");
        let met = meet(&c, &typed("特此通报。"), str::to_owned);
        assert_eq!(met.passages[0].change, Change::Gone, "nothing was typed there");
        assert_eq!(met.values["p1-new"], "加一段\n又一段");
        // And one that the other added is told and stays.
        let mut c = file();
        c.paragraphs[1].paragraph.id = "n1".into();
        let met = meet(&c, &typed("特此通报。"), str::to_owned);
        assert_eq!((met.passages[0].name.as_str(), met.passages[0].change), ("n1", Change::Added));
    }
}
