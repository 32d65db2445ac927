//! The tiles of a wall for a narrow screen: the same areas as a list by group, in place of a drawing that is wider than
//! a phone.

use super::tiles::Tile;
use crate::i18n::Lang;
use crate::status::{Status, badge_with};
use maud::{Markup, html};

/// Areas up to which all of them stand in sight.
const LONG: usize = 24;

/// Areas by group in the order given, under the states with their numbers; of many, those that are behind stand in sight
/// and the others behind a line that says how many. Only narrow screens show it (phone.css); on others and on paper the
/// drawing stands.
pub fn tile_list(lang: Lang, title: &str, tiles: &[Tile]) -> Markup {
    let mut groups: Vec<(&str, Vec<&Tile>)> = vec![];
    for t in tiles {
        match groups.iter_mut().find(|(name, _)| *name == t.group) {
            Some((_, list)) => list.push(t),
            None => groups.push((&t.group, vec![t])),
        }
    }
    let count = |s: Status| tiles.iter().filter(|t| t.status == s).count();
    html! {
        div class="zw-tilelist" role="group" aria-label=(title) {
            p class="zw-tilekey" {
                @for s in Status::ALL { @if count(s) > 0 { (badge_with(s, &format!("{} {}", s.word(lang), count(s)))) " " } }
            }
            @for (name, list) in &groups {
                @if !name.is_empty() { h2 { (name) } }
                @let (rest, shown): (Vec<&Tile>, Vec<&Tile>) = list.iter().partition(|t| tiles.len() > LONG && !name.is_empty() && !is_behind(t));
                @if !shown.is_empty() { (items(lang, &shown)) }
                @if !rest.is_empty() { details {
                    summary { (lang.tf("ui-rest-areas", &[("n", i64::try_from(rest.len()).unwrap_or(0).into())])) }
                    (items(lang, &rest))
                } }
            }
        }
    }
}

fn is_behind(t: &Tile) -> bool {
    matches!(t.status, Status::Behind | Status::Overdue)
}

fn items(lang: Lang, tiles: &[&Tile]) -> Markup {
    html! { ul { @for t in tiles { li { (item(lang, t)) } } } }
}

fn item(lang: Lang, t: &Tile) -> Markup {
    let class = format!("zw-tile {}", t.status.class());
    let body = html! {
        strong { (t.label) }
        span {
            span aria-hidden="true" { (t.status.mark()) " " }
            span class="visually-hidden" { (t.status.word(lang)) " " }
            (t.value_text)
            @if !t.mark.is_empty() { " " span class="zw-tilemark" { (t.mark) } }
        }
    };
    html! { @match &t.href {
        Some(href) => { a class=(class) href=(href) title=(t.title) { (body) } }
        None => { div class=(class) title=(t.title) { (body) } }
    } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_stand_in_their_groups_with_state_value_and_obstacle() {
        let tile = |label: &str, group: &str, status, href: Option<&str>| Tile {
            id: label.into(),
            label: label.into(),
            group: group.into(),
            col: 0,
            row: 0,
            status,
            value_text: "7/10".into(),
            mark: "场地".into(),
            href: href.map(str::to_owned),
            title: "计划 8".into(),
        };
        let list = [
            tile("甲县", "一市", Status::Behind, Some("/wall?area=1")),
            tile("乙县", "二市", Status::Done, None),
            tile("丙县", "一市", Status::Behind, Some("/wall?area=3")),
        ];
        let text = tile_list(Lang::ZhCn, "图", &list).into_string();
        assert_eq!((text.matches("<h2>").count(), text.matches("<li>").count()), (2, 3));
        let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("{what} in {text}"));
        assert!(at("一市") < at("甲县") && at("甲县") < at("丙县") && at("丙县") < at("二市"));
        for want in ["href=\"/wall?area=3\"", "场地", "进展较慢 2", "zw-tile s-behind", "计划 8"] {
            at(want);
        }
        crate::gallery::lint(&text).unwrap_or_else(|e| panic!("{e}"));
        // Of many, those behind stand in sight and the others behind their number.
        let many: Vec<Tile> = (0..25)
            .map(|i| tile(&format!("{i}县"), "一市", if i < 2 { Status::Overdue } else { Status::Done }, None))
            .collect();
        let text = tile_list(Lang::ZhCn, "图", &many).into_string();
        let (shown, rest) = text.split_once("<details>").unwrap_or_else(|| panic!("{text}"));
        assert!(shown.contains(">1县<") && !shown.contains(">2县<") && rest.contains(">2县<"), "{text}");
        assert!(rest.contains("其余 23 个"), "{text}");
        crate::gallery::lint(&text).unwrap_or_else(|e| panic!("{e}"));
    }
}
