//! Editing a circular: paragraphs changed, added and taken out, its addressees and the names of its annexes; and what
//! of it is not the system's draft, which whoever checks is told.

use super::annexes::Annex;
use super::body::{CircularBody, Paragraph, heading_words, number};
use super::circular::{CircularRow, CircularState};
use super::circular_out::EditedOut;
use super::figures::Figures;
use super::template::{self, Problem};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use zw_core::code::Code as _;
use zw_core::{Error, FieldErrors, Result, Stamp};

/// One paragraph as typed: a standing one by its name, or a new one with the place where it goes.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ParagraphInput {
    /// Its name; of a new paragraph any other word, by which its errors are told.
    pub id: String,
    /// Its text; emptying it removes the paragraph with its heading and figures.
    pub text: String,
    /// Words of its heading; the number is given by the order. Absent: as they are.
    pub lead: Option<String>,
    /// Takes it out, with its heading and figures.
    pub remove: bool,
    /// Makes a new paragraph after the one of this name; empty: at the top.
    pub after: Option<String>,
    /// Level of the heading of a new paragraph, 1 to 3; 0: none.
    pub level: u8,
}

/// The name of an annex as typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AnnexInput {
    /// Code of the annex: `cities`, `counties`, `lists`, `definitions`, `service`, `corrections`.
    pub annex: String,
    /// Its name in the list of annexes and on its first page; empty: the system's.
    pub title: String,
}

/// A circular as typed.
#[derive(Clone, Debug, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EditInput {
    /// Title.
    pub title: String,
    /// Addressee (主送机关), empty for none; absent: as it is.
    pub addressee: Option<String>,
    /// Receivers of copies (抄送), empty for none; absent: as they are.
    pub copy_to: Option<String>,
    /// Names of annexes; those not named stay as they are.
    pub annexes: Vec<AnnexInput>,
    /// Paragraphs; those not named stay as they are.
    pub paragraphs: Vec<ParagraphInput>,
    /// Version that was edited.
    pub version: i64,
}

/// Longest paragraph in characters.
const LONGEST: usize = 4000;
/// Longest heading.
const HEADING: usize = 40;
/// Longest addressee or list of receivers.
const ADDRESSEE: usize = 200;
/// Longest name of an annex.
const ANNEX: usize = 60;

impl CircularRow {
    /// The circular with a changed text, on what stands around it by now (`body.frame` filled in). Every problem is told at
    /// its field; a change after the check takes the check back.
    pub fn edit(
        &self,
        mut body: CircularBody,
        input: &EditInput,
        figures: &Figures<'_>,
        who: (&str, &str),
        at: Stamp,
    ) -> Result<Self> {
        if matches!(self.state, CircularState::Sent | CircularState::Void) {
            return Err(Error::rule("circular-closed"));
        }
        let mut e = FieldErrors::default();
        let title = input.title.trim();
        match title.chars().count() {
            0 => e.add("title", "required"),
            1..=120 => {}
            _ => e.add("title", "circular-title-long"),
        }
        e.holds_no_number("title", title);
        framed(&mut e, &mut body, input, figures);
        paragraphs(&mut e, &mut body.paragraphs, &input.paragraphs, figures);
        e.check()?;
        number(&mut body.paragraphs);
        Ok(Self {
            title: title.to_owned(),
            body: serde_json::to_string(&body).map_err(Error::internal)?,
            state: CircularState::Draft,
            edited_by: who.0.to_owned(),
            edited_name: who.1.to_owned(),
            edited_at: at,
            editors: self.with_editor(who.0),
            checked_by: None,
            checked_name: None,
            checked_at: None,
            version: self.version + 1,
            ..self.clone()
        })
    }

    fn with_editor(&self, account: &str) -> String {
        let mut all: Vec<&str> = self.editors.split(' ').filter(|e| !e.is_empty()).collect();
        if !all.contains(&account) {
            all.push(account);
        }
        all.join(" ")
    }

    /// Numbers that people typed, and where the circular differs from what the system drafts (`title`, `proposed`).
    pub fn edits(
        &self,
        (title, proposed): (&str, &CircularBody),
        body: &CircularBody,
        f: &Figures<'_>,
    ) -> (Vec<String>, Vec<EditedOut>) {
        let shown = |text: &str| template::render(text, |k| f.text(k));
        let whole = |p: &Paragraph| format!("{}{}", p.lead, shown(&p.text));
        let mut edits = around((title, proposed), (&self.title, body), f);
        let mut typed = template::typed_numbers(&self.title, title);
        for p in &body.paragraphs {
            let Some(was) = proposed.paragraphs.iter().find(|o| o.id == p.id) else {
                typed.extend(template::typed_numbers(&format!("{}\n{}", p.heading(), p.text), ""));
                edits.push(EditedOut::new(EditKind::Added, &p.lead, String::new(), whole(p)));
                continue;
            };
            let renamed = was.heading() != p.heading();
            if was.text == p.text && !renamed {
                continue;
            }
            typed.extend(template::typed_numbers(
                &format!("{}\n{}", p.heading(), p.text),
                &format!("{}\n{}", was.heading(), was.text),
            ));
            let (before, now) = if renamed { (whole(was), whole(p)) } else { (shown(&was.text), shown(&p.text)) };
            edits.push(EditedOut::new(EditKind::Changed, &p.lead, before, now));
        }
        let gone = proposed.paragraphs.iter().filter(|o| body.paragraphs.iter().all(|p| p.id != o.id));
        edits.extend(gone.map(|o| EditedOut::new(EditKind::Removed, &o.lead, whole(o), String::new())));
        (typed, edits)
    }
}

zw_core::codes! {
    /// What was edited.
    pub enum EditKind {
        /// 标题.
        Title = "title",
        /// 主送机关.
        Addressee = "addressee",
        /// 抄送.
        CopyTo = "copy_to",
        /// 附件名称.
        Annex = "annex",
        /// A paragraph was changed.
        Changed = "changed",
        /// A paragraph was added.
        Added = "added",
        /// A paragraph was taken out.
        Removed = "removed",
    }
}

/// What differs around the paragraphs.
fn around(
    (title, proposed): (&str, &CircularBody),
    (now_title, now): (&str, &CircularBody),
    f: &Figures<'_>,
) -> Vec<EditedOut> {
    let mut out = vec![];
    let mut told = |kind, lead: &str, was: &str, is: &str| {
        if was != is {
            out.push(EditedOut::new(kind, lead, was.to_owned(), is.to_owned()));
        }
    };
    told(EditKind::Title, "", title, now_title);
    let (was, is) = (proposed.frame.clone().unwrap_or_default(), now.frame.clone().unwrap_or_default());
    told(EditKind::Addressee, "", &was.addressee, &is.addressee);
    told(EditKind::CopyTo, "", &was.copy_to, &is.copy_to);
    for a in Annex::all(f.now) {
        told(EditKind::Annex, &a.named(f.now), &a.called(f.now, &was.annexes), &a.called(f.now, &is.annexes));
    }
    out
}

/// One line: a line feed in a name or an address is a slip of the hand.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A line is not too long and holds no number of a person.
fn within(e: &mut FieldErrors, field: &str, text: &str, most: usize) {
    if text.chars().count() > most {
        e.add_with(field, "too-long", &[("max", &most.to_string())]);
    }
    e.holds_no_number(field, text);
}

/// Addressees and names of annexes.
fn framed(e: &mut FieldErrors, body: &mut CircularBody, input: &EditInput, f: &Figures<'_>) {
    let frame = body.frame.get_or_insert_default();
    for (field, typed, kept) in
        [("addressee", &input.addressee, &mut frame.addressee), ("copy_to", &input.copy_to, &mut frame.copy_to)]
    {
        let Some(typed) = typed else { continue };
        // The paper writes colon and stop itself.
        *kept = line(typed).trim_end_matches(['：', ':', '。']).to_owned();
        within(e, field, kept, ADDRESSEE);
    }
    let all = Annex::all(f.now);
    for typed in &input.annexes {
        let field = format!("annex-{}", typed.annex);
        let Some(annex) = Annex::from_code(&typed.annex).filter(|a| all.contains(a)) else {
            e.add(&field, "annex-unknown");
            continue;
        };
        let title = line(&typed.title);
        within(e, &field, &title, ANNEX);
        if title.is_empty() || title == annex.title(f.now) {
            frame.annexes.remove(annex.code());
        } else {
            frame.annexes.insert(annex.code().to_owned(), title);
        }
    }
}

/// The paragraphs after everything that was typed. New ones go in first, so that one may follow a paragraph that goes.
fn paragraphs(e: &mut FieldErrors, list: &mut Vec<Paragraph>, typed: &[ParagraphInput], f: &Figures<'_>) {
    let mut names = BTreeMap::new();
    let mut gone: Vec<String> = vec![];
    for t in typed {
        let text = t.text.replace("\r\n", "\n").trim().to_owned();
        let standing = list.iter().position(|p| p.id == t.id);
        let id = match (standing, &t.after) {
            (Some(_), _) => t.id.clone(),
            (None, None) => {
                e.add(&t.id, "paragraph-unknown");
                continue;
            }
            // The page sends its empty fields too.
            (None, Some(_)) if text.is_empty() && t.lead.as_deref().is_none_or(|l| l.trim().is_empty()) => continue,
            (None, Some(after)) => match insert(list, &names, after, t.level) {
                Some(id) => {
                    names.insert(t.id.clone(), id.clone());
                    id
                }
                None => {
                    e.add(&t.id, "paragraph-unknown");
                    continue;
                }
            },
        };
        let Some(p) = list.iter_mut().find(|p| p.id == id) else { continue };
        // A heading that stands alone has no text to empty.
        if t.remove || standing.is_some() && text.is_empty() && !p.text.is_empty() {
            gone.push(id);
            continue;
        }
        if !text.is_empty() {
            problems(e, &t.id, &text, &p.figures, f);
        }
        p.text = text;
        headed(e, &t.id, p, t.lead.as_deref().or(standing.is_none().then_some("")));
    }
    list.retain(|p| !gone.contains(&p.id));
}

/// Puts an empty paragraph behind another one and says its name.
fn insert(list: &mut Vec<Paragraph>, names: &BTreeMap<String, String>, after: &str, level: u8) -> Option<String> {
    let at = match after {
        "" => 0,
        name => list.iter().position(|p| p.id == *name || names.get(name) == Some(&p.id))? + 1,
    };
    let taken = list.iter().filter_map(|p| p.id.strip_prefix('n')?.parse::<u32>().ok()).max().unwrap_or(0);
    let id = format!("n{}", taken + 1);
    list.insert(at, Paragraph { id: id.clone(), level: level.min(3), ..Paragraph::default() });
    Some(id)
}

/// The heading as typed, or as it stands.
fn headed(e: &mut FieldErrors, id: &str, p: &mut Paragraph, typed: Option<&str>) {
    let Some(typed) = typed else { return };
    let (field, words) = (format!("{id}-lead"), line(heading_words(typed)));
    within(e, &field, &words, HEADING);
    match p.level {
        0 if !words.is_empty() => e.add(&field, "heading-level"),
        1 | 2 if words.is_empty() => e.add(&field, "required"),
        _ if words.contains("{{") || words.contains("}}") => e.add(&field, "figure-syntax"),
        _ => {}
    }
    p.lead = words;
}

fn problems(e: &mut FieldErrors, id: &str, text: &str, placed: &[String], figures: &Figures<'_>) {
    if text.chars().count() > LONGEST {
        e.add(id, "paragraph-long");
    }
    e.holds_no_number(id, text);
    for p in template::check(text, placed, |k| figures.has(k)) {
        match p {
            Problem::Syntax => e.add(id, "figure-syntax"),
            Problem::Unknown(k) => e.add_with(id, "figure-unknown", &[("key", &k)]),
            Problem::Missing(k) => e.add_with(
                id,
                "figure-missing",
                &[("key", &template::placeholder(&k)), ("value", &figures.text(&k).unwrap_or_default())],
            ),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
