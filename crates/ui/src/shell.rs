//! The frame of a page: head, navigation by area, search, user menu, notice, landmarks, banner; kiosk and error pages.

mod device;
mod fault;

use crate::assets;
use crate::form::{hidden, search_form};
use crate::i18n::Lang;
use maud::{DOCTYPE, Markup, html};

pub use device::device_page;
pub use fault::{error_page, error_page_in, kiosk_error};

// i18n-keys: ui-area-today ui-area-wall ui-area-stations ui-area-people ui-area-service ui-area-reporting
// i18n-keys: ui-area-evaluation ui-area-funds ui-area-tasks ui-area-admin
/// The areas of the program, in the order of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Area {
    /// 今日
    Today,
    /// 挂图
    Wall,
    /// 站点
    Stations,
    /// 人员
    People,
    /// 服务
    Service,
    /// 报送
    Reporting,
    /// 评估
    Evaluation,
    /// 资金
    Funds,
    /// 督办
    Tasks,
    /// 管理
    Admin,
}

impl Area {
    /// All areas in navigation order.
    pub const ALL: [Self; 10] = [
        Self::Today,
        Self::Wall,
        Self::Stations,
        Self::People,
        Self::Service,
        Self::Reporting,
        Self::Evaluation,
        Self::Funds,
        Self::Tasks,
        Self::Admin,
    ];

    /// Translation key of the area's name.
    pub fn key(self) -> &'static str {
        match self {
            Self::Today => "ui-area-today",
            Self::Wall => "ui-area-wall",
            Self::Stations => "ui-area-stations",
            Self::People => "ui-area-people",
            Self::Service => "ui-area-service",
            Self::Reporting => "ui-area-reporting",
            Self::Evaluation => "ui-area-evaluation",
            Self::Funds => "ui-area-funds",
            Self::Tasks => "ui-area-tasks",
            Self::Admin => "ui-area-admin",
        }
    }
}

/// One page in the navigation. Give only what the reader may open; several items of one area make its second row.
#[derive(Clone, Debug)]
pub struct NavItem {
    /// Area it belongs to.
    pub area: Area,
    /// Address.
    pub href: String,
    /// Label in the reader's language.
    pub label: String,
    /// Whether this is the page shown.
    pub active: bool,
}

/// Colours of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Light, the default.
    #[default]
    Light,
    /// Dark, for the wall and for those who prefer it.
    Dark,
}

impl Theme {
    /// Value for the cookie and `data-bs-theme`: `light` or `dark`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
    /// Reads [`Theme::code`]; anything else is light.
    pub fn from_code(s: &str) -> Self {
        if s == "dark" { Self::Dark } else { Self::Light }
    }
}

/// Who is signed in.
#[derive(Clone, Debug)]
pub struct UserBadge {
    /// Own name.
    pub name: String,
    /// Name of the role, e.g. 县级主管.
    pub role: String,
    /// Unit or area, e.g. 福州市鼓楼区.
    pub unit: String,
}

/// Tone of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It worked (已保存).
    Success,
    /// Worth knowing.
    Info,
    /// Worth a check before going on.
    Warning,
    /// It did not work.
    Danger,
}

impl Tone {
    fn class(self) -> &'static str {
        match self {
            Self::Success => "zw-notice n-success",
            Self::Info => "zw-notice n-info",
            Self::Warning => "zw-notice n-warning",
            Self::Danger => "zw-notice n-danger",
        }
    }
    fn mark(self) -> &'static str {
        match self {
            Self::Success => "✓",
            Self::Info => "i",
            Self::Warning => "!",
            Self::Danger => "‼",
        }
    }
}

/// A message above the page: what happened and, if there is one, the next step.
#[derive(Clone, Debug)]
pub struct Notice {
    /// Tone.
    pub tone: Tone,
    /// The message.
    pub text: String,
    /// Label and address of the next step.
    pub next: Option<(String, String)>,
}

/// Everything a page's frame needs.
#[derive(Clone, Debug, Default)]
pub struct Shell {
    /// Language of the page.
    pub lang: Lang,
    /// Colours.
    pub theme: Theme,
    /// Large type (适老化): 20 px instead of 16.
    pub large: bool,
    /// Who is signed in; `None` hides search, user menu and navigation.
    pub user: Option<UserBadge>,
    /// Pages the reader may open.
    pub nav: Vec<NavItem>,
    /// Text of the demo banner (演示数据·非官方 and the demo clock), on every page and every printed sheet.
    pub banner: Option<String>,
    /// Form token of the session; empty when there is none.
    pub csrf: String,
    /// Path and query of this page, for the language and type-size switches to return to.
    pub path: String,
    /// Message above the page.
    pub notice: Option<Notice>,
    /// Key and page of the draft that fills a form here: beside the message stands the way to begin anew.
    pub restored: Option<(String, String)>,
}

/// What stands above the content of a page.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// Title of the page and of the window; the one `h1`.
    pub title: String,
    /// Title of the window where the page's own names a person: it stays in the browser's history and in screenshots
    /// of open windows (security.md MASK-3).
    pub window: Option<String>,
    /// One line under the title: what, where, as of when.
    pub lead: Option<String>,
    /// Way back: label and address of the pages above this one.
    pub crumbs: Vec<(String, String)>,
    /// Buttons of the page, right of the title.
    pub actions: Option<Markup>,
}

/// A full page. Writes the title as the one `h1`; the body starts at `h2`.
pub fn page(shell: &Shell, title: &str, body: Markup) -> Markup {
    page_with(shell, &Head { title: title.to_owned(), ..Head::default() }, body)
}

/// A full page with a lead line, a way back and buttons beside the title.
pub fn page_with(shell: &Shell, head: &Head, body: Markup) -> Markup {
    let lang = shell.lang;
    let body = crate::form::named(body);
    document(
        shell,
        head.window.as_deref().unwrap_or(&head.title),
        "",
        html! {
            (top(shell))
            @if shell.user.is_some() { (areas(shell)) }
            div class="zw-page" {
                @if let Some(n) = &shell.notice { (notice(n)) }
                @if let Some((key, at)) = &shell.restored { (crate::form::anew(lang, &shell.csrf, key, at)) }
                main id="main" tabindex="-1" {
                    @if !head.crumbs.is_empty() {
                        nav class="zw-crumbs" aria-label=(lang.t("ui-crumbs")) {
                            ol { @for (label, href) in &head.crumbs { li { a href=(href) { (label) } } } }
                        }
                    }
                    div class="zw-head" {
                        div {
                            h1 { (head.title) }
                            @if let Some(lead) = &head.lead { p class="zw-lead" { (lead) } }
                        }
                        @if let Some(actions) = &head.actions { div class="zw-actions" { (actions) } }
                    }
                    (body)
                }
                footer class="zw-foot" { (lang.t("ui-foot")) }
            }
            @if shell.user.is_some() { (bottom(shell)) }
        },
    )
}

/// Dark full screen for the wall: no navigation, no user, only the banner and the body.
pub fn kiosk_page(shell: &Shell, title: &str, body: Markup) -> Markup {
    let dark = Shell { theme: Theme::Dark, ..shell.clone() };
    document(
        &dark,
        title,
        "zw-kiosk",
        html! { main id="main" tabindex="-1" { h1 class="visually-hidden" { (title) } (body) } },
    )
}

fn document(shell: &Shell, title: &str, body_class: &str, content: Markup) -> Markup {
    written(shell, title, body_class, "app.js", content)
}

fn written(shell: &Shell, title: &str, body_class: &str, script: &str, content: Markup) -> Markup {
    let lang = shell.lang;
    html! {
        (DOCTYPE)
        html lang=(lang.code()) data-bs-theme=(shell.theme.code()) class=[shell.large.then_some("zw-large")] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content=(shell.theme.code());
                meta name="referrer" content="no-referrer";
                meta name="format-detection" content="telephone=no";
                @if !shell.csrf.is_empty() { meta name="csrf" content=(shell.csrf); }
                meta name="htmx-config" content=r#"{"includeIndicatorCSS":false}"#;
                // A wall screen whose script does not run shows the news of a minute ago instead of those of last week.
                @if body_class == "zw-kiosk" { noscript { meta http-equiv="refresh" content="60"; } }
                title { (title) " · " (lang.t("ui-product")) }
                link rel="icon" type="image/svg+xml" href=(assets::url("icon.svg"));
                link rel="stylesheet" href=(assets::url("app.css"));
                script src=(assets::url(script)) defer {}
            }
            body class=(body_class) data-saved=(lang.t("ui-draft-saved")) data-unsaved=(lang.t("ui-draft-unsaved"))
                data-restored=(lang.t("ui-draft-restored")) data-anew=(lang.t("ui-draft-anew")) data-anew-sure=(lang.t("ui-draft-anew-sure")) data-offline=(lang.t("ui-live-lost"))
                data-reach=(assets::url("icon.svg")) data-unreached=(lang.t("ui-unreached")) data-unreached-again=(lang.t("ui-unreached-again"))
                data-field-leave=(lang.tf("ui-field-leave", &[("n", "{n}".into())])) data-ended=(lang.t("ui-live-ended")) data-ended-how=(lang.t("ui-live-ended-how")) data-reader=[shell.user.as_ref().map(reader)] {
                a class="zw-skip" href="#main" { (lang.t("ui-skip")) }
                @if let Some(banner) = &shell.banner { div class="demo-banner" role="note" { (banner) } }
                (content)
            }
        }
    }
}

/// Tells readers apart for unsent drafts on a shared computer, without naming them to the script.
fn reader(user: &UserBadge) -> String {
    crate::chart::id_prefix("r", &format!("{}|{}|{}", user.name, user.role, user.unit))
}

fn top(shell: &Shell) -> Markup {
    let lang = shell.lang;
    html! {
        header class="zw-top" {
            a class="zw-brand" href="/" { span class="zw-brand-mark" aria-hidden="true" {} (lang.t("ui-product")) }
            @if let Some(user) = &shell.user {
                (search_form("/search", &shell.csrf, "zw-search", html! {
                    label class="visually-hidden" for="zw-q" { (lang.t("ui-search")) }
                    input class="form-control" id="zw-q" type="search" name="q" placeholder=(lang.t("ui-search-hint")) autocomplete="off";
                    button class="btn zw-search-go" type="submit" { (lang.t("ui-search-go")) }
                }))
                details class="zw-user" {
                    summary {
                        span class="zw-user-name" { (user.name) }
                        span class="zw-user-unit" { (user.unit) }
                    }
                    div class="zw-menu" {
                        p { strong { (user.name) } br; (user.role) br; span class="zw-muted" { (user.unit) } }
                        ul {
                            li { a href="/account" { (lang.t("ui-account")) } }
                            li { a href="/account/sessions" { (lang.t("ui-sessions")) } }
                        }
                        (switches(shell))
                        form action="/logout" method="post" {
                            (hidden(crate::form::CSRF_FIELD, &shell.csrf))
                            button class="btn w-100" type="submit" { (lang.t("ui-logout")) }
                        }
                    }
                }
            } @else {
                div class="zw-top-end" { (switches(shell)) }
            }
        }
    }
}

/// Language, type size and colours: one form each, so that they work without script. POST `/preferences` with `csrf`,
/// `back` and one of `lang`, `large`, `theme`.
fn switches(shell: &Shell) -> Markup {
    let lang = shell.lang;
    let (other, other_name) = match lang {
        Lang::ZhCn => (Lang::En, "English"),
        Lang::En => (Lang::ZhCn, "中文"),
    };
    let (large, large_word) = if shell.large { ("0", lang.t("ui-large-off")) } else { ("1", lang.t("ui-large-on")) };
    let (theme, theme_word) = match shell.theme {
        Theme::Light => ("dark", lang.t("ui-theme-dark")),
        Theme::Dark => ("light", lang.t("ui-theme-light")),
    };
    html! {
        div class="zw-switches" {
            form action="/preferences" method="post" {
                (hidden(crate::form::CSRF_FIELD, &shell.csrf))
                (hidden("back", &shell.path))
                button class="btn btn-sm" type="submit" name="lang" value=(other.code()) lang=(other.code()) { (other_name) }
                button class="btn btn-sm" type="submit" name="large" value=(large) { (large_word) }
                button class="btn btn-sm" type="submit" name="theme" value=(theme) { (theme_word) }
            }
        }
    }
}

/// An area that has pages for the reader, with its first one. An area of one page is named as that page: nothing else is in it.
struct Entry<'a> {
    area: Area,
    label: String,
    href: &'a str,
    active: bool,
}

fn by_area(shell: &Shell) -> Vec<Entry<'_>> {
    Area::ALL
        .iter()
        .filter_map(|area| {
            let items: Vec<&NavItem> = shell.nav.iter().filter(|n| n.area == *area).collect();
            let label = if let [one] = items[..] { one.label.clone() } else { shell.lang.t(area.key()) };
            let active = items.iter().any(|n| n.active);
            Some(Entry { area: *area, label, href: items.first()?.href.as_str(), active })
        })
        .collect()
}

fn areas(shell: &Shell) -> Markup {
    let lang = shell.lang;
    let all = by_area(shell);
    let current = all.iter().find(|a| a.active).map(|a| a.area);
    let inside: Vec<&NavItem> = shell.nav.iter().filter(|n| Some(n.area) == current).collect();
    html! {
        nav class="zw-areas" aria-label=(lang.t("ui-nav")) {
            ul { @for e in &all {
                li { a href=(e.href) class=[e.active.then_some("is-here")] aria-current=[e.active.then_some("true")] { (e.label) } }
            } }
        }
        @if inside.len() > 1 {
            nav class="zw-sub" aria-label=(lang.t("ui-nav-area")) {
                ul { @for item in inside {
                    li { a href=(item.href) class=[item.active.then_some("is-here")] aria-current=[item.active.then_some("page")] { (item.label) } }
                } }
            }
        }
    }
}

/// Phones: the first four areas at the lower edge, the rest behind a fold that needs no script.
fn bottom(shell: &Shell) -> Markup {
    let lang = shell.lang;
    let all = by_area(shell);
    let (shown, folded) = all.split_at(all.len().min(4));
    html! {
        nav class="zw-bottom" aria-label=(lang.t("ui-nav")) {
            ul {
                @for e in shown {
                    li { a href=(e.href) class=[e.active.then_some("is-here")] aria-current=[e.active.then_some("true")] { (e.label) } }
                }
                @if !folded.is_empty() {
                    li { details {
                        summary class=[folded.iter().any(|a| a.active).then_some("is-here")] { (lang.t("ui-more")) }
                        ul class="zw-more" { @for e in folded {
                            li { a href=(e.href) aria-current=[e.active.then_some("true")] { (e.label) } }
                        } }
                    } }
                }
            }
        }
    }
}

/// A message block; errors and warnings are announced at once.
pub fn notice(n: &Notice) -> Markup {
    let role = if matches!(n.tone, Tone::Danger | Tone::Warning) { "alert" } else { "status" };
    html! {
        div class=(n.tone.class()) role=(role) {
            span class="zw-mark" aria-hidden="true" { (n.tone.mark()) }
            div { (n.text) @if let Some((label, href)) = &n.next { " " a href=(href) { (label) } } }
        }
    }
}

/// A frame with everything in it, for tests and the gallery.
pub fn sample_shell(lang: Lang) -> Shell {
    let nav = |area: Area, href: &str, label: &str, active: bool| NavItem {
        area,
        href: href.to_owned(),
        label: label.to_owned(),
        active,
    };
    let mut items: Vec<NavItem> =
        Area::ALL.iter().map(|a| nav(*a, &format!("/{}", a.key()), &lang.t(a.key()), false)).collect();
    items.push(nav(Area::Stations, "/stations", &lang.t("ui-area-stations"), true));
    items.push(nav(Area::Stations, "/gallery", &lang.t("ui-gallery"), false));
    Shell {
        lang,
        user: Some(UserBadge {
            name: "林示例".into(), role: "县级主管".into(), unit: "示例市示例区".into()
        }),
        nav: items,
        banner: Some("演示数据·非官方　演示时钟 2026-11-22 09:00".into()),
        csrf: "sample-token".into(),
        path: "/gallery".into(),
        notice: Some(Notice {
            tone: Tone::Success,
            text: lang.t("ui-sample-saved"),
            next: Some((lang.t("ui-sample-next"), "/gallery".into())),
        }),
        restored: Some(("sample".into(), "/gallery".into())),
        ..Shell::default()
    }
}

#[cfg(test)]
mod tests;
