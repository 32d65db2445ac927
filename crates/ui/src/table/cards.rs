//! What of a table a phone shows: of a row its heading and three telling fields, the others behind 更多; of a long table
//! the rows that ask something of the reader, the others behind a line that says how many. Nothing is drawn twice: the
//! folds are closed by phone.css alone, so that wider screens, paper and exports have everything in its order.

use super::cells::{Shape, cells, under};
use super::{Cell, Col, Row, Table};
use crate::i18n::{Arg, Lang};
use maud::{Markup, html};

/// What a phone makes of the rows of a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phone {
    /// Cards, of which a long table folds some away.
    #[default]
    Cards,
    /// Records to be compared: their fields beside each other, under headings that stay.
    Compared,
    /// Lines with the heading on the left and the fields on the right, without the fields' own headings: names and figures.
    Lines,
}

/// Fields of a card in sight besides its heading.
const TELLING: usize = 3;
/// Rows up to which a table is shown whole, and how many of a longer one stand in sight whose rows do not say what they ask.
const LONG: usize = 12;
const FIRST: usize = 8;

/// Which columns a card folds away: those marked so, and what comes after three others. Links to act on stay.
pub(super) fn folds(cols: &[Col]) -> Vec<bool> {
    let mut telling = 0;
    let fold = |(i, c): (usize, &Col)| {
        if c.phone_hidden {
            return true;
        }
        telling += usize::from(i > 0 && !c.below && !c.screen_only);
        telling > TELLING && !c.screen_only
    };
    cols.iter().enumerate().map(fold).collect()
}

/// Whether something is typed or pressed in a cell: that is never folded away.
pub(super) fn asks(content: &Cell) -> bool {
    content.0.contains('<') && ["<input", "<select", "<textarea", "<button"].iter().any(|tag| content.0.contains(tag))
}

impl Phone {
    /// Class of the table.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Cards => "zw-table",
            Self::Compared => "zw-table is-compared",
            Self::Lines => "zw-table is-lines",
        }
    }
}

/// What opens the rest of a card.
pub(super) fn more(lang: Lang) -> Markup {
    html! { details class="zw-cardmore" { summary { (lang.t("ui-more")) } } }
}

/// The rows; those of a long table in their groups, with the lines that fold on phones.
pub(super) fn bodies(lang: Lang, t: &Table, shape: &Shape) -> Markup {
    let rest = rest(t);
    let long = rest.contains(&true);
    let rows: Vec<(&Row, bool)> = t.rows.iter().zip(rest).collect();
    html! { @for part in rows.chunk_by(|(a, _), (b, _)| !long || a.group == b.group) {
        @let folded = part.iter().filter(|(_, rest)| *rest).count();
        @let name = part.first().map_or("", |(row, _)| &row.group);
        @let rest = if folded == part.len() { "ui-part-all" } else { "ui-rest" };
        tbody {
            @if long && !name.is_empty() { (group(lang, t, name, part, folded > 0)) }
            @for (row, rest) in part { (one(lang, (t, shape), row, (*rest, long && row.quiet))) }
            @if folded > 0 && name.is_empty() { (line(t, html! { (lang.tf(rest, &[("n", count(folded))])) })) }
        }
    } }
}

fn one(lang: Lang, (t, shape): (&Table, &Shape), row: &Row, (rest, quiet): (bool, bool)) -> Markup {
    let said = format!("{}{}", if rest { " is-rest" } else { "" }, if quiet { " is-quiet" } else { "" });
    let class = format!("{}{said}", row.class);
    let class = class.trim();
    html! {
        tr class=[(!class.is_empty()).then_some(class)] { (cells(lang, t, shape, &row.cells)) }
        (under(lang, t, &row.cells, &said))
    }
}

/// Which rows a phone folds away: none of a short table or one that is compared. Of a long one the quiet ones; of the
/// others, where they are too many as well, those of groups all, those without the ones after the first.
fn rest(t: &Table) -> Vec<bool> {
    let rows = &t.rows;
    if t.phone == Phone::Compared || rows.len() <= LONG {
        return vec![false; rows.len()];
    }
    let told = rows.iter().any(|r| r.quiet || !r.group.is_empty());
    let loud = rows.iter().filter(|r| !r.quiet).count();
    let mut seen = 0;
    let fold = |r: &Row| {
        seen += usize::from(!r.quiet);
        let over = if r.group.is_empty() { seen > if told { LONG } else { FIRST } } else { loud > LONG };
        (r.quiet || over) && !r.cells.iter().any(asks)
    };
    rows.iter().map(fold).collect()
}

fn count(n: usize) -> Arg {
    i64::try_from(n).unwrap_or(i64::MAX).into()
}

/// The heading of a group: its name, how many of its rows ask something, and how many there are.
fn group(lang: Lang, t: &Table, name: &str, part: &[(&Row, bool)], folds: bool) -> Markup {
    let loud = part.iter().filter(|(r, _)| !r.quiet).count();
    let all = lang.tf("ui-part-all", &[("n", count(part.len()))]);
    let said = if loud > 0 { lang.tf("ui-part-loud", &[("n", count(loud)), ("all", all.into())]) } else { all };
    let words = html! { strong { (name) } " " span class=[(loud > 0).then_some("is-loud")] { (said) } };
    if folds {
        line(t, words)
    } else {
        html! { tr class="zw-part" { th scope="rowgroup" colspan=(t.across()) { (words) } } }
    }
}

fn line(t: &Table, words: Markup) -> Markup {
    html! { tr class="zw-part" { th scope="rowgroup" colspan=(t.across()) { details { summary { (words) } } } } }
}

#[cfg(test)]
mod tests {
    use super::super::{cell, table};
    use super::*;

    fn row(name: &str, group: &str, quiet: bool) -> Row {
        Row { group: group.into(), quiet, ..Row::texts([name, "b", "c", "d", "e", "改"]) }
    }
    fn of(rows: Vec<Row>) -> String {
        let mut cols: Vec<Col> = ["县", "一", "二", "三", "四"].map(Col::text).to_vec();
        cols.push(Col::text("操作").screen_only());
        table(Lang::ZhCn, &Table { cols, rows, ..Table::default() }).into_string()
    }

    #[test]
    fn a_card_has_three_fields_and_the_way_to_act() {
        let html = of(vec![row("甲", "", false)]);
        assert_eq!(html.matches("wide-only").count(), 1, "{html}");
        assert!(
            html.contains("class=\"wide-only is-short\" data-label=\"四\"") && html.contains("zw-cardmore"),
            "{html}"
        );
        // What is typed is not folded away, and without something folded there is nothing to open.
        let mut typed = row("甲", "", false);
        typed.cells[4] = html! { input; };
        assert!(!of(vec![typed]).contains("wide-only"));
        let mut empty = row("甲", "", false);
        empty.cells[4] = cell("");
        assert!(!of(vec![empty]).contains("zw-cardmore"));
    }

    #[test]
    fn a_long_table_shows_what_asks_something() {
        let some = |n: usize, loud: usize| (0..n).map(|i| row("甲", "", i >= loud)).collect::<Vec<_>>();
        let folded = |rows: Vec<Row>| of(rows).matches("is-rest").count();
        // Short ones are whole.
        assert_eq!((folded(some(12, 2)), folded(some(13, 2)), folded(some(40, 30))), (0, 11, 28));
        // Rows that do not say what they ask: the first ones.
        assert_eq!((folded(some(12, 12)), folded(some(13, 13))), (0, 5));
        let html = of(some(13, 2));
        assert!(html.contains("其余 11 行") && html.find("其余") > html.rfind("is-rest"), "{html}");
        assert_eq!(html.matches("<tbody>").count(), 1);
    }

    #[test]
    fn groups_say_how_many_of_theirs_ask_something() {
        let some = |loud: usize| (0..20).map(|i| row("甲", if i < 10 { "一市" } else { "二市" }, i >= loud)).collect();
        let html = of(some(2));
        assert_eq!((html.matches("<tbody>").count(), html.matches("is-rest").count()), (2, 18), "{html}");
        assert!(html.contains("需跟进 2 · 共 10") && html.contains("<span>共 10</span>"), "{html}");
        // Too many to show: each group tells its number and opens.
        let html = of(some(15));
        assert_eq!((html.matches("is-rest").count(), html.matches("is-quiet").count()), (20, 5), "{html}");
        assert!(html.contains("需跟进 10 · 共 10") && html.contains("需跟进 5 · 共 10"), "{html}");
    }
}
