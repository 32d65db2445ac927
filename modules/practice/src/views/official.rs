//! Official lists: which there are, a list's places, who is on one and on no file, the rates of filing.

use super::{Watermark, not_shown, word};
use crate::model::{ListKind, ListOut, ListPage, RateOut, RatesPage, UnmatchedOut, listable, rate};
use crate::service::official_show::{AreaChoice, FindLists, FindRates, FindUnmatched};
use maud::{Markup, html};
use zw_core::code::Code as _;
use zw_core::{Day, Paged};
use zw_ui::form::{CSRF_FIELD, Choice, Field, buttons, hidden};
use zw_ui::format::num;
use zw_ui::parts::{Tab, card, definitions, empty, flag, pagination, submit, tabs};
use zw_ui::table::{Chip, Col, Row, Table, cell, table};
use zw_ui::{Lang, field};

/// Which of the pages of the lists is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The lists.
    Lists,
    /// Who is on no file.
    Unmatched,
    /// The rates.
    Rates,
}

/// The ways between them.
pub fn ways(lang: Lang, shown: Shown, names: bool) -> Markup {
    let tab = |s: Shown, key: &str, href: &str| Tab::new(lang.t(key), href, s == shown);
    let mut all = vec![tab(Shown::Lists, "practice-official-lists", "/official-lists")];
    if names {
        all.push(tab(Shown::Unmatched, "practice-official-unmatched", "/official-lists/unmatched"));
    }
    all.push(tab(Shown::Rates, "practice-official-rates", "/official-lists/rates"));
    tabs(&lang.t("practice-official"), &all)
}

fn category(lang: Lang, code: &str) -> String {
    word(lang, "category", code)
}

fn or_none(lang: Lang, n: Option<i64>) -> Markup {
    match n {
        Some(n) => html! { (num(n)) },
        None => no_basis(lang),
    }
}

/// That there is no list to divide by: said, not left empty.
fn no_basis(lang: Lang) -> Markup {
    html! { span class="zw-muted" { (lang.t("practice-no-list")) } }
}

fn percent(lang: Lang, rate: Option<&String>) -> Markup {
    match rate.map(String::as_str) {
        None => no_basis(lang),
        Some("—") => html! { "—" },
        Some(r) => html! { (r) "%" },
    }
}

/// The lists with their numbers in the reader's area.
pub fn lists(lang: Lang, ask: &FindLists, all: &[ListOut], names: bool, import: bool) -> Markup {
    let several = all.iter().any(|l| all.first().is_some_and(|f| f.county != l.county));
    let row = |l: &ListOut| {
        let href = format!("/official-lists/{}/{}", l.county, l.id);
        Row::new(vec![
            html! { a class="zw-tap" href=(href) { (category(lang, &l.category)) @if several { " · " (l.county_name) } } @if l.replaced { " " (flag(&lang.t("practice-list-replaced"))) } },
            cell(l.list_date.to_string()),
            or_none(lang, l.listed),
            cell(num(l.on_file)),
            match l.unmatched {
                Some(n) if names && n > 0 && !l.replaced => {
                    html! { a href={ "/official-lists/unmatched?category=" (l.category) } { (num(n)) } }
                }
                Some(n) => html! { (num(n)) },
                None => html! { "—" },
            },
            cell(num(l.refused)),
            percent(lang, l.rate.as_ref()),
            cell(word(lang, "basis", l.authority.code())),
            cell(l.document.clone().unwrap_or_default()),
        ])
    };
    let t = Table {
        caption: lang.t("practice-official-caption"),
        cols: vec![
            Col::text(lang.t("practice-col-category")),
            Col::text(lang.t("practice-col-list-date")),
            Col::figure(lang.t("practice-col-listed"), lang.t("practice-unit-persons")).wide_only(),
            Col::figure(lang.t("practice-col-on-file"), lang.t("practice-unit-persons")).wide_only(),
            Col::figure(lang.t("practice-col-unmatched"), lang.t("practice-unit-persons")),
            Col::figure(lang.t("practice-col-refused"), lang.t("practice-unit-persons")).wide_only(),
            Col::figure(lang.t("practice-col-rate"), ""),
            Col::text(lang.t("practice-col-authority")).wide_only(),
            Col::text(lang.t("practice-col-document")).wide_only(),
        ],
        rows: all.iter().map(row).collect(),
        chips: (ask.replaced == "1")
            .then(|| Chip { label: lang.t("practice-with-replaced"), remove_href: "/official-lists".into() })
            .into_iter()
            .collect(),
        print: true,
        empty: Some(empty(
            &lang.t("practice-official-none"),
            &lang.t(if import { "practice-official-none-how" } else { "practice-official-none-read" }),
            import.then_some((&*lang.t("practice-official-import"), "/official-lists/import")),
        )),
        source: Some(lang.t("practice-official-source")),
        ..Table::default()
    };
    html! {
        (ways(lang, Shown::Lists, names))
        (table(lang, &t))
        @if ask.replaced != "1" { p { a href="/official-lists?replaced=1" { (lang.t("practice-show-replaced")) } } }
    }
}

/// A list's page.
pub fn page(lang: Lang, p: &ListPage, names: bool) -> Markup {
    let l = &p.list;
    let none = || "—".to_owned();
    let mut facts = vec![
        (lang.t("practice-col-category"), category(lang, &l.category)),
        (lang.t("practice-col-list-date"), l.list_date.to_string()),
        (lang.t("practice-col-authority"), word(lang, "basis", l.authority.code())),
        (lang.t("practice-col-document"), l.document.clone().unwrap_or_else(none)),
        (lang.t("practice-col-listed"), l.listed.map_or_else(|| lang.t("practice-no-list"), num)),
        (lang.t("practice-col-on-file"), num(l.on_file)),
        (lang.t("practice-col-unmatched"), l.unmatched.map_or_else(none, num)),
        (lang.t("practice-col-stated"), l.stated.map_or_else(none, num)),
        (lang.t("practice-imported"), format!("{} {}", l.imported_at, l.imported_by)),
    ];
    if l.replaced {
        facts.push((lang.t("practice-f-state"), lang.t("practice-list-replaced")));
    }
    let villages = p.places.iter().any(|x| !x.village.is_empty());
    let hint = if l.kind == ListKind::Numbers { "practice-list-numbers-hint" } else { "practice-list-rows-hint" };
    let mut places = Table {
        caption: lang.t("practice-list-places"),
        cols: vec![
            Col::text(lang.t("practice-col-township")),
            Col::text(lang.t("practice-col-village")),
            Col::figure(lang.t("practice-col-listed"), lang.t("practice-unit-persons")),
            Col::figure(lang.t("practice-col-on-file"), lang.t("practice-unit-persons")),
            Col::figure(lang.t("practice-col-unmatched"), lang.t("practice-unit-persons")),
        ],
        rows: p
            .places
            .iter()
            .map(|x| {
                let told = |n: Option<i64>| match (n, l.kind) {
                    (Some(n), ListKind::Rows) => html! { (num(n)) },
                    (None, ListKind::Rows) => not_shown(lang),
                    _ => html! { "—" },
                };
                Row::new(vec![
                    cell(&x.township),
                    cell(&x.village),
                    cell(num(x.listed)),
                    told(x.on_file),
                    told(x.on_file.map(|n| x.listed - n)),
                ])
            })
            .collect(),
        print: true,
        source: Some(lang.t("practice-list-places-source")),
        empty: Some(empty(&lang.t("practice-list-no-places"), &lang.t("practice-list-no-places-how"), None)),
        ..Table::default()
    };
    if !villages {
        // Who sees no names sees townships alone.
        places.cols.remove(1);
        for row in &mut places.rows {
            row.cells.remove(1);
        }
    }
    html! {
        (ways(lang, Shown::Lists, names))
        p class="form-hint" { (lang.t(hint)) }
        (card(&lang.t("practice-list-facts"), definitions(facts)))
        (table(lang, &places))
    }
}

/// The table of those on no file, on the page and in its export.
pub fn unmatched_table(lang: Lang, csrf: &str, ask: &FindUnmatched, found: &Paged<UnmatchedOut>) -> Table {
    let row = |u: &UnmatchedOut| {
        let name = if u.name.is_empty() { lang.t("practice-name-cleared") } else { u.name.clone() };
        Row::new(vec![
            html! { (name) @if u.was_on_file { " " (flag(&lang.t("practice-was-on-file"))) } },
            html! { (u.township) @if !u.village.is_empty() { " " (u.village) } },
            cell(category(lang, &u.category)),
            cell(format!("{} {}", word(lang, "basis", u.authority.code()), u.list_date)),
            html! {
                form action="/people/new" method="post" {
                    (hidden(CSRF_FIELD, csrf)) (hidden("listed", &u.id.to_string()))
                    button class="btn btn-sm" type="submit" { (lang.t("practice-list-register")) }
                }
            },
        ])
    };
    Table {
        caption: lang.tf("practice-unmatched-caption", &[("n", found.total.into())]),
        cols: vec![
            Col::text(lang.t("practice-col-name")),
            Col::text(lang.t("practice-col-village")),
            Col::text(lang.t("practice-col-category")),
            Col::text(lang.t("practice-col-source")).wide_only(),
            Col::text(lang.t("practice-col-act")).screen_only(),
        ],
        rows: found.items.iter().map(row).collect(),
        chips: (!ask.category.is_empty())
            .then(|| Chip { label: category(lang, &ask.category), remove_href: "/official-lists/unmatched".into() })
            .into_iter()
            .collect(),
        print: true,
        empty: Some(empty(
            &lang.t("practice-unmatched-none"),
            &lang.t("practice-unmatched-none-how"),
            Some((&*lang.t("practice-official-lists"), "/official-lists")),
        )),
        ..Table::default()
    }
}

/// 名册在列未建档: by village, each with the way into the registration.
pub fn unmatched(
    lang: Lang,
    csrf: &str,
    ask: &FindUnmatched,
    found: &Paged<UnmatchedOut>,
    export: Option<zw_ui::Export>,
    mark: &Watermark<'_>,
) -> Markup {
    html! {
        (ways(lang, Shown::Unmatched, true))
        p class="form-hint" { (lang.t("practice-unmatched-hint")) }
        form class="zw-filter" action="/official-lists/unmatched" method="get" {
            (field(lang, &Field::select("category", lang.t("practice-col-category"), &ask.category, categories(lang))))
            (buttons(submit(&lang.t("ui-show"))))
        }
        (table(lang, &Table { export, ..unmatched_table(lang, csrf, ask, found) }))
        (pagination(lang, found.page, found.size, found.total, |p| {
            let of = if ask.category.is_empty() { String::new() } else { format!("category={}&", ask.category) };
            format!("/official-lists/unmatched?{of}page={p}")
        }))
        (mark.line(lang))
    }
}

/// Categories that may have a list, by their group.
pub(super) fn categories(lang: Lang) -> Vec<Choice> {
    listable()
        .map(|c| {
            let group = word(lang, "category-group", c.code.get(..1).unwrap_or_default());
            Choice::new(c.code, category(lang, c.code)).under(group)
        })
        .collect()
}

/// The rates of an area by category.
pub fn rates(
    lang: Lang,
    ask: &FindRates,
    p: Option<&RatesPage>,
    areas: &[AreaChoice],
    names: bool,
    wrong: &[(String, String)],
) -> Markup {
    let choices = areas.iter().map(|(v, name)| Choice::new(v, name)).collect();
    let wrong_of = |name: &str| wrong.iter().find(|w| w.0 == name).map(|w| w.1.clone());
    let chosen = p.map_or(ask.area.as_str(), |p| &p.area);
    let day = match (p, ask.as_of.is_empty()) {
        (Some(p), true) => p.as_of.to_string(),
        _ => ask.as_of.clone(),
    };
    html! {
        (ways(lang, Shown::Rates, names))
        form class="zw-filter" action="/official-lists/rates" method="get" {
            (field(lang, &Field::select("area", lang.t("practice-rates-area"), chosen, choices).required()))
            (field(lang, &Field::date("as_of", lang.t("practice-rates-as-of"), &day).error(wrong_of("as_of").as_deref())))
            (buttons(submit(&lang.t("ui-show"))))
        }
        @if let Some(p) = p { (rates_table(lang, p)) }
        (card(&lang.t("practice-rates-how"), html! { p { (lang.t("practice-rates-definition")) } }))
    }
}

fn rates_table(lang: Lang, p: &RatesPage) -> Markup {
    let (known, without): (Vec<&RateOut>, Vec<&RateOut>) = p.items.iter().partition(|r| r.due.is_some());
    let county = |r: &RateOut| p.area.parse::<i64>().is_ok() || r.list.is_some();
    let row = |r: &&RateOut| {
        let source = match (r.list_date, r.authority) {
            (Some(d), Some(a)) => format!("{} {}", word(lang, "basis", a.code()), d),
            _ => lang.tf("practice-rates-counties", &[("n", r.counties.into()), ("of", p.counties.into())]),
        };
        Row::new(vec![
            html! { (category(lang, &r.category)) @if !r.by_rows && county(r) { " " (flag(&lang.t("practice-by-numbers"))) } },
            percent(lang, r.rate.as_ref()),
            cell(num(r.on_file)),
            or_none(lang, r.due),
            or_none(lang, r.listed),
            cell(num(r.refused)),
            cell(source),
        ])
    };
    let to = format!("area={}&to={}", p.area, p.as_of);
    let t = Table {
        caption: lang.tf(
            "practice-rates-caption",
            &[("area", p.area_name.as_str().into()), ("day", p.as_of.to_string().into())],
        ),
        cols: vec![
            Col::text(lang.t("practice-col-category")),
            Col::figure(lang.t("practice-col-rate"), ""),
            Col::figure(lang.t("practice-col-on-file"), lang.t("practice-unit-persons")),
            Col::figure(lang.t("practice-col-due"), lang.t("practice-unit-persons")),
            Col::figure(lang.t("practice-col-listed"), lang.t("practice-unit-persons")).wide_only(),
            Col::figure(lang.t("practice-col-refused"), lang.t("practice-unit-persons")).wide_only(),
            Col::text(lang.t("practice-col-source")).wide_only(),
        ],
        rows: known.iter().map(row).collect(),
        print: true,
        source: Some(lang.tf("practice-rates-source", &[("rule", p.rule_version.as_str().into())])),
        empty: Some(empty(&lang.t("practice-no-list"), &lang.t("practice-rates-none-how"), None)),
        ..Table::default()
    };
    let names: Vec<String> = without.iter().map(|r| category(lang, &r.category)).collect();
    html! {
        (table(lang, &t))
        @if !known.is_empty() {
            p { a href={ "/figures/filing_rate?" (to) } { (lang.t("practice-rates-figure")) } }
        }
        @if !names.is_empty() {
            p class="zw-fine" { (lang.t("practice-no-list")) (lang.colon()) (names.join(lang.comma())) }
        }
    }
}

/// All pages with invented numbers.
pub fn sample(lang: Lang) -> Markup {
    use crate::model::{PlaceOut, Recognition};
    use zw_core::{DivisionId, OfficialListId, Stamp, Uuid};
    let day = Day::from_stored(20_210_630);
    let list = |n: u128, kind: ListKind, listed: Option<i64>| ListOut {
        county: DivisionId(100),
        county_name: "示例县".into(),
        id: OfficialListId(Uuid::from_u128(n)),
        category: "01".into(),
        list_date: day,
        authority: Recognition::CivilAffairs,
        document: Some("示例民〔2021〕9号".into()),
        stated: Some(120),
        kind,
        listed,
        on_file: 80,
        unmatched: listed.map(|n| n - 80),
        refused: 6,
        rate: rate(80, listed.map(|n| n - 6)),
        replaced: n == 2,
        imported_at: "2021-07-01 09:00".into(),
        imported_by: "county".into(),
    };
    let all = [list(1, ListKind::Rows, Some(118)), list(2, ListKind::Numbers, None)];
    let place = |on_file| PlaceOut { township: "示例镇".into(), village: "示例村".into(), listed: 12, on_file };
    let one = |kind| ListPage { list: list(1, kind, Some(118)), places: vec![place(Some(8)), place(None)] };
    let person = |was_on_file| UnmatchedOut {
        id: Uuid::from_u128(9),
        name: if was_on_file { String::new() } else { "林招弟".into() },
        township: "示例镇".into(),
        village: "示例村".into(),
        village_id: None,
        category: "01".into(),
        authority: Recognition::CivilAffairs,
        list_date: day,
        was_on_file,
    };
    let found = Paged { items: vec![person(false), person(true)], page: 1, size: 50, total: 2 };
    let rate_of = |code: &str, due: Option<i64>| RateOut {
        category: code.into(),
        listed: due,
        refused: 0,
        due,
        on_file: 80,
        rate: rate(80, due),
        list_date: due.map(|_| day),
        authority: due.map(|_| Recognition::CivilAffairs),
        list: None,
        by_rows: false,
        counties: i64::from(due.is_some()),
    };
    let page_of = RatesPage {
        area: "100".into(),
        area_name: "示例县".into(),
        as_of: day,
        rule_version: "I14-1".into(),
        counties: 1,
        items: vec![rate_of("01", Some(118)), rate_of("02", None)],
    };
    let mark = Watermark { reader: "示例读者", at: Stamp::from_ms(1_625_700_000_000) };
    let ask = FindUnmatched { category: "01".into(), ..FindUnmatched::default() };
    let areas = [("100".to_owned(), "示例县".to_owned())];
    html! {
        section { (lists(lang, &FindLists { replaced: "1".into(), ..FindLists::default() }, &all, true, true)) }
        section { (lists(lang, &FindLists::default(), &[], false, false)) }
        section { (page(lang, &one(ListKind::Rows), true)) (page(lang, &one(ListKind::Numbers), false)) }
        section { (unmatched(lang, "x", &ask, &found, None, &mark)) }
        section { (rates(lang, &FindRates::default(), Some(&page_of), &areas, false, &[])) }
    }
}
