//! Build-out sheets: the county's table, one sheet, acceptance.

use super::{Form, acceptance, choices, date, day, line_form, state_badge, word};
use crate::model::sheet::{Keeper, Obstacle, ObstacleCode, SheetOut};
use crate::model::unit::UnitState;
use crate::service::acceptance::Staffing;
use crate::service::sheets::CountySheets;
use zw_core::code::Code as _;
use zw_core::codelist::network::{BUILD_OUT_KEEPER, MILESTONE, OBSTACLE};
use zw_core::{BuildOutId, Day, DivisionId, ObstacleId, Stamp, UnitId, Uuid};
use zw_ui::form::{Choice, FormExtra, Kind, buttons, folded, form_with, section};
use zw_ui::timeline::{Conflict, Difference, conflict};
use zw_ui::{Col, Lang, Markup, Row, Status, Table, card, definitions, flag, html, submit, table};
use zw_web::{FormTrouble, Posted};

/// Address of a sheet.
pub fn href(s: &SheetOut) -> String {
    format!("/build-out/{}/{}", s.county_id, s.township_id)
}

fn stuck(lang: Lang, list: &[Obstacle]) -> Markup {
    html! { @for o in list.iter().filter(|o| o.to_day.is_none()) {
        span class="zw-flag" title=(o.text) { (word(lang, &OBSTACLE, o.code.code())) } " "
    } }
}

/// What holds a township up, in words.
pub(crate) fn stuck_at(lang: Lang, list: &[Obstacle]) -> Markup {
    html! { @for o in list.iter().filter(|o| o.to_day.is_none()) {
        div { (word(lang, &OBSTACLE, o.code.code())) (lang.t("network-colon")) (o.text) }
    } }
}

/// The milestone a township has reached last, for the card on a phone.
pub(crate) fn reached(lang: Lang, s: &SheetOut) -> String {
    let steps = [
        ("venue", s.venue_on),
        ("tender", s.tender_on),
        ("contract", s.contract_on),
        ("staff", s.staff_on),
        ("plaque", s.plaque_on),
        ("acceptance", s.accepted_on),
    ];
    let last = steps.iter().rev().find(|(_, d)| d.is_some());
    last.map_or_else(|| "—".to_owned(), |(code, _)| word(lang, &MILESTONE, code))
}

/// The counties the reader may choose from.
pub fn county_list(lang: Lang, list: &[(DivisionId, String)]) -> Markup {
    html! {
        ul class="zw-list" { @for (id, name) in list { li { a href={ "/build-out/" (id) } { (name) } } } }
        @if list.is_empty() { (zw_ui::empty(&lang.t("network-no-sheets"), &lang.t("network-no-sheets-how"), None)) }
    }
}

/// The table of a county: every township with its milestones, funds, obstacles and state.
pub fn county(lang: Lang, c: &CountySheets, today: Day, export: Option<zw_ui::Export>) -> Markup {
    table(lang, &Table { export, ..townships(lang, c, today) })
}

/// The same as a table, for the export too.
pub fn townships(lang: Lang, c: &CountySheets, today: Day) -> Table {
    let built = c.sheets.iter().filter(|s| s.built).count();
    let mut cols = vec![
        Col::text(lang.t("network-col-township")),
        Col::text(lang.t("network-col-status")),
        Col::text(lang.t("network-col-obstacles")),
        Col::text(lang.t("network-col-reached")),
    ];
    cols.extend(MILESTONE.codes().map(|m| Col::text(word(lang, &MILESTONE, m)).wide_only()));
    cols.push(Col::text(lang.t("network-f-funds-on")).wide_only());
    cols.push(Col::text(lang.t("network-f-due-on")).wide_only());
    cols.push(Col::text(lang.t("network-col-obstacle-text")).below());
    let rows = c
        .sheets
        .iter()
        .map(|s| {
            let mut cells = vec![
                html! { a href=(href(s)) { (s.township) } },
                zw_ui::status::badge(lang, s.status),
                stuck(lang, &s.obstacles),
                html! {
                    (reached(lang, s))
                    @if let Some(said) = covered(lang, s) { div class="zw-muted" { (said) } }
                },
            ];
            cells.extend(
                [s.venue_on, s.tender_on, s.contract_on, s.staff_on, s.plaque_on, s.accepted_on, s.funds_on]
                    .into_iter()
                    .map(date),
            );
            cells.push(date(s.due_on));
            cells.push(stuck_at(lang, &s.obstacles));
            Row::new(cells)
        })
        .collect();
    let n = |v: usize| i64::try_from(v).unwrap_or(0);
    Table {
        caption: lang.tf("network-sheets-caption", &[("built", n(built).into()), ("all", n(c.sheets.len()).into())]),
        cols,
        rows,
        print: true,
        empty: Some(zw_ui::empty(&lang.t("network-no-sheets"), &lang.t("network-no-sheets-how"), None)),
        source: Some(lang.tf("network-sheets-source", &[("day", today.to_string().into())])),
        ..Table::default()
    }
}

/// What the page of a sheet needs.
pub struct SheetData {
    /// The sheet.
    pub sheet: SheetOut,
    /// Whether the reader fills it in.
    pub may_edit: bool,
    /// Whether the reader's office would, and the county keeps it.
    pub kept_above: bool,
    /// Whether the reader may say who keeps it.
    pub may_choose_keeper: bool,
    /// Whether the reader accepts stations.
    pub may_accept: bool,
    /// Who is posted to the station on the day of acceptance, for whoever accepts it.
    pub staffing: Option<Staffing>,
    /// What stands in the fields of the sheet, also while another form of the page is shown again.
    pub typed: Posted,
}

/// Which form of the page did not go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// None: the page is shown for the first time.
    None,
    /// Dates and note.
    Sheet,
    /// The acceptance.
    Accept,
    /// Reopening.
    Reopen,
}

/// What a sheet's form begins with.
pub fn prefilled(s: &SheetOut) -> Posted {
    let d = |v: Option<Day>| v.map(|d| d.to_string()).unwrap_or_default();
    Posted::prefilled([
        ("kept_by", s.kept_by.code().to_owned()),
        ("venue_on", d(s.venue_on)),
        ("tender_on", d(s.tender_on)),
        ("contract_on", d(s.contract_on)),
        ("staff_on", d(s.staff_on)),
        ("plaque_on", d(s.plaque_on)),
        ("funds_on", d(s.funds_on)),
        ("due_on", d(s.due_on)),
        ("note", s.note.clone().unwrap_or_default()),
        ("version", s.version.to_string()),
    ])
}

/// The page of a sheet. `posted` and `trouble` belong to the part that did not go through; when none was sent, `posted`
/// is what the sheet's form begins with.
pub fn sheet(
    lang: Lang,
    csrf: &str,
    key: &str,
    d: &SheetData,
    part: Part,
    posted: &Posted,
    trouble: &FormTrouble,
) -> Markup {
    let s = &d.sheet;
    let calm = FormTrouble::default();
    let at = |p: Part| if part == p { trouble } else { &calm };
    html! {
        (super::trouble(lang, trouble))
        (head(lang, s))
        @if d.kept_above { p { (lang.t("rule-sheet-kept-by-county")) } }
        @if d.may_choose_keeper && s.kept_by == Keeper::Township { p { (lang.t("network-kept-by-township")) } }
        @if let Some(said) = unusual(lang, s) { p class="zw-muted" { (said) } }
        @if d.may_edit {
            @if part == Part::Sheet && !trouble.current.is_empty() { (conflict(lang, csrf, &differences(lang, key, s, posted, trouble))) }
            (edit_form(lang, csrf, key, d, &d.typed, at(Part::Sheet)))
        } @else { (read_only(lang, s)) }
        (card(&lang.t("network-obstacles"), obstacles(lang, csrf, key, d)))
        (acceptance::part(lang, csrf, key, d, part, (posted, trouble)))
        @if s.version > 0 { p class="zw-source" { (lang.tf("network-last-change", &[
            ("who", s.updated_by.as_str().into()),
            ("when", s.updated_at.map(|t| t.minute_cn()).unwrap_or_default().into()),
        ])) } }
    }
}

/// What is unusual about the order and who confirmed it: `招标（未填）、挂牌（早于前面的步骤）`.
// i18n-keys: network-step-skipped network-step-early
fn unusual(lang: Lang, s: &SheetOut) -> Option<String> {
    let said = |code: &String| {
        let (step, how) = code.split_once(':')?;
        Some(lang.tf(&format!("network-step-{how}"), &[("step", word(lang, &MILESTONE, step).as_str().into())]))
    };
    let what = s.unusual.iter().filter_map(said).collect::<Vec<_>>().join(lang.comma());
    let (who, day) = (s.unusual_by.as_deref()?, s.unusual_on?.to_string());
    let args = [("what", what.as_str().into()), ("who", who.into()), ("day", day.as_str().into())];
    Some(lang.tf("network-unusual-confirmed", &args))
}

fn head(lang: Lang, s: &SheetOut) -> Markup {
    definitions([
        (lang.t("network-col-status"), zw_ui::status::badge(lang, s.status)),
        (
            lang.t("network-col-station"),
            html! {
                @match (&s.unit_id, &s.unit) {
                    (Some(id), Some(name)) => { a href={ "/units/" (id) } { (name) } @if let Some(st) = s.unit_state { " " (state_badge(lang, st)) } }
                    _ => { (lang.t("network-no-station")) }
                }
                @if let Some(said) = covered(lang, s) { p class="zw-muted" { (said) } }
            },
        ),
        (lang.t("network-f-kept-by"), html! { (word(lang, &BUILD_OUT_KEEPER, s.kept_by.code())) }),
    ])
}

/// 由某站覆盖（自某日，依据某文件）: a township that no acceptance of its own made built.
fn covered(lang: Lang, s: &SheetOut) -> Option<String> {
    let c = s.covered_by.as_ref()?;
    let basis = match (&c.document, &c.why) {
        (Some(document), Some(why)) => format!("{document}{}{why}", lang.semicolon()),
        (Some(one), None) | (None, Some(one)) => one.clone(),
        (None, None) => lang.t("network-covered-undecided"),
    };
    let args = [("name", c.unit.as_str().into()), ("day", c.from.to_string().into()), ("basis", basis.into())];
    Some(lang.tf("network-covered-by", &args))
}

fn read_only(lang: Lang, s: &SheetOut) -> Markup {
    definitions([
        (word(lang, &MILESTONE, "venue"), day(s.venue_on)),
        (word(lang, &MILESTONE, "tender"), day(s.tender_on)),
        (word(lang, &MILESTONE, "contract"), day(s.contract_on)),
        (word(lang, &MILESTONE, "staff"), day(s.staff_on)),
        (word(lang, &MILESTONE, "plaque"), day(s.plaque_on)),
        (word(lang, &MILESTONE, "acceptance"), day(s.accepted_on)),
        (lang.t("network-f-funds-on"), day(s.funds_on)),
        (lang.t("network-f-due-on"), day(s.due_on)),
        (lang.t("network-f-note"), s.note.clone().unwrap_or_else(|| "—".into())),
    ])
}

fn edit_form(lang: Lang, csrf: &str, key: &str, d: &SheetData, posted: &Posted, trouble: &FormTrouble) -> Markup {
    let f = Form { lang, posted, trouble };
    let s = &d.sheet;
    form_with(
        &href(s),
        csrf,
        Some(key),
        &FormExtra { draft: posted.draft_key(), ..FormExtra::default() },
        html! {
            (zw_ui::form::version(posted.value("version")))
            (section(&lang.t("network-sec-milestones"), html! {
                p class="form-hint" { (lang.t("network-milestones-hint")) }
                div class="zw-fields" {
                    @for name in ["venue_on", "tender_on", "contract_on", "staff_on", "plaque_on", "funds_on"] { (f.date(name)) }
                }
                p class="form-hint" { (lang.t("network-plaque-hint")) }
                @if trouble.fields.of("unusual").is_some() || posted.value("unusual") == "1" { (f.draw(&f.field("unusual", Kind::Check))) }
            }))
            (section(&lang.t("network-sec-plan"), html! {
                // What was expected stands once the station is accepted.
                @if s.accepted_on.is_none() { (f.draw(&f.field("due_on", Kind::Date).hint(lang.t("network-due-hint")))) }
                @else {
                    (zw_ui::form::hidden("due_on", &s.due_on.map(|d| d.to_string()).unwrap_or_default()))
                    (definitions([(lang.t("network-f-due-on"), day(s.due_on))]))
                }
                (f.text("note"))
                @if d.may_choose_keeper {
                    (f.draw(&f.field("kept_by", Kind::Radios(choices(lang, &BUILD_OUT_KEEPER)))))
                }
            }))
            (folded(&lang.t("network-obstacle-new"), !posted.value("obstacle").is_empty() || !posted.value("obstacle_text").is_empty(), html! {
                (f.draw(&f.field("obstacle", Kind::Radios(choices(lang, &OBSTACLE)))))
                (f.text("obstacle_text"))
            }))
            (buttons(submit(&lang.t("network-save"))))
        },
    )
}

fn obstacles(lang: Lang, csrf: &str, key: &str, d: &SheetData) -> Markup {
    let base = href(&d.sheet);
    html! {
        @if d.sheet.obstacles.is_empty() { p class="zw-muted" { (lang.t("network-no-obstacles")) } }
        ul class="zw-list" { @for o in &d.sheet.obstacles { li {
            (flag(&word(lang, &OBSTACLE, o.code.code()))) " " (o.text) " "
            span class="zw-muted zw-date" {
                @match o.to_day {
                    Some(to) => { (o.from_day) " – " (to.add_days(-1).max(o.from_day)) " · " (lang.tf("network-obstacle-solved", &[("day", to.to_string().into())])) }
                    None => { (lang.tf("network-since", &[("day", o.from_day.to_string().into())])) }
                }
            }
            @if d.may_edit && o.to_day.is_none() {
                (line_form(&format!("{base}/obstacles/{}/close", o.id), csrf, &format!("{key}-{}", o.id), "on", &lang.t("network-f-on"), &lang.t("network-obstacle-close"), &[]))
            }
        } } }
    }
}

fn differences(lang: Lang, key: &str, s: &SheetOut, posted: &Posted, trouble: &FormTrouble) -> Conflict {
    let base = href(s);
    conflict_of(
        lang,
        &["venue_on", "tender_on", "contract_on", "staff_on", "plaque_on", "funds_on", "due_on", "note", "kept_by"],
        posted,
        trouble,
        (base.clone(), base, key),
        |field, value| if field == "kept_by" { word(lang, &BUILD_OUT_KEEPER, value) } else { value.to_owned() },
    )
}

/// Two versions side by side: `address` is where mine is sent again, where theirs is shown, and a fresh key.
pub(super) fn conflict_of(
    lang: Lang,
    fields: &[&str],
    posted: &Posted,
    trouble: &FormTrouble,
    address: (String, String, &str),
    say: impl Fn(&str, &str) -> String,
) -> Conflict {
    let theirs = |name: &str| trouble.current.iter().find(|(n, _)| n == name).map_or("", |(_, v)| v.as_str());
    let fields = fields
        .iter()
        .filter(|f| posted.values().iter().any(|(n, _)| n == *f) || !theirs(f).is_empty())
        .map(|f| Difference {
            label: lang.t(&format!("network-f-{}", f.replace('_', "-"))),
            theirs: say(f, theirs(f)),
            mine: say(f, posted.value(f)),
        })
        .collect();
    let mut keep: Vec<(String, String)> = posted.values().iter().filter(|(n, _)| n != "version").cloned().collect();
    keep.push(("version".into(), theirs("version").to_owned()));
    keep.push((zw_ui::form::IDEMPOTENCY_FIELD.into(), address.2.to_owned()));
    keep.extend(posted.draft_field());
    Conflict {
        saved_by: format!("{} {}", theirs("updated_by"), theirs("updated_at")),
        fields,
        action: address.0,
        keep,
        theirs_href: address.1,
    }
}

pub(super) fn sample_sheet(status: Status) -> SheetOut {
    SheetOut {
        township_id: DivisionId(1000),
        township: "示例镇".into(),
        county_id: DivisionId(100),
        county: "示例甲区".into(),
        kept_by: Keeper::County,
        unit_id: Some(UnitId(Uuid::nil())),
        unit: Some("示例镇社会工作服务站".into()),
        unit_state: Some(UnitState::Preparing),
        built: false,
        covered_by: None,
        venue_on: Some(Day::from_stored(20210301)),
        tender_on: Some(Day::from_stored(20210412)),
        contract_on: None,
        staff_on: None,
        plaque_on: None,
        accepted_on: None,
        reinspected_on: None,
        round_from: None,
        funds_on: None,
        accept_venue: false,
        accept_staff: false,
        accept_service: false,
        due_on: Some(Day::from_stored(20211231)),
        note: Some("镇政府一楼,已装修".into()),
        unusual: vec!["tender:early".into()],
        unusual_by: Some("王某".into()),
        unusual_on: Some(Day::from_stored(20210601)),
        obstacles: vec![Obstacle {
            id: ObstacleId(Uuid::nil()),
            build_out_id: BuildOutId(Uuid::nil()),
            township_id: DivisionId(1000),
            code: ObstacleCode::Tender,
            text: "流标,重新公告".into(),
            from_day: Day::from_stored(20210601),
            to_day: None,
        }],
        attempts: acceptance::sample_attempts(),
        status,
        version: 2,
        updated_at: Some(Stamp::from_ms(1_625_700_000_000)),
        updated_by: "王某".into(),
    }
}

/// The county's table, a sheet as its keeper sees it with a conflict, an accepted one, a read-only one.
pub fn sample(lang: Lang) -> Markup {
    let today = Day::from_stored(20210708);
    let data = |s: SheetOut, edit: bool| SheetData {
        typed: prefilled(&s),
        sheet: s,
        may_edit: edit,
        kept_above: !edit,
        may_choose_keeper: edit,
        may_accept: edit,
        staffing: Some(Staffing { day: today, posted: 1, required: Some(2) }),
    };
    let mut accepted = sample_sheet(Status::Done);
    accepted.accepted_on = Some(today);
    accepted.kept_by = Keeper::Township;
    accepted.unit_state = Some(UnitState::Operating);
    let rectifying = SheetOut { unit_state: Some(UnitState::Rectifying), ..accepted.clone() };
    let typed = Posted::prefilled([("venue_on", "2021-03-02"), ("version", "1"), ("kept_by", "county")]);
    let clash = FormTrouble {
        note: Some("—".into()),
        current: vec![("version".into(), "2".into()), ("venue_on".into(), "2021-03-01".into())],
        ..FormTrouble::default()
    };
    let (calm, late) = (FormTrouble::default(), sample_sheet(Status::Overdue));
    let none = Posted::default();
    let clashing = SheetData { typed: typed.clone(), ..data(sample_sheet(Status::Behind), true) };
    html! {
        (county_list(lang, &[(DivisionId(100), "示例甲区".into())]))
        (county(lang, &CountySheets {
            county_id: DivisionId(100),
            county: "示例甲区".into(),
            sheets: vec![sample_sheet(Status::Behind), accepted.clone()],
        }, today, None))
        (sheet(lang, "t", "k", &clashing, Part::Sheet, &typed, &clash))
        (sheet(lang, "t", "k", &data(accepted, true), Part::None, &none, &calm))
        (sheet(lang, "t", "k", &data(rectifying, true), Part::None, &none, &calm))
        (sheet(lang, "t", "k", &data(late, false), Part::None, &none, &calm))
    }
}

/// Choices of townships for other forms.
pub fn township_choices(list: &[(DivisionId, String)]) -> Vec<Choice> {
    list.iter().map(|(id, name)| Choice::new(id.to_string(), name.clone())).collect()
}
