use super::*;

#[test]
fn page_has_landmarks_and_no_inline_code() {
    let html = page(&sample_shell(Lang::ZhCn), "站点", html! { p { "正文" } }).into_string();
    for want in [
        "<!DOCTYPE html>",
        "lang=\"zh-CN\"",
        "href=\"#main\"",
        "<main id=\"main\"",
        "<h1>站点</h1>",
        "class=\"demo-banner\"",
        "action=\"/search\"",
        "action=\"/logout\" method=\"post\"",
        "name=\"csrf\" value=\"sample-token\"",
        "督办",
    ] {
        assert!(html.contains(want), "{want} in {html}");
    }
    crate::gallery::lint(&html).unwrap_or_else(|e| panic!("{e}"));
}

#[test]
fn a_reader_without_session_gets_no_navigation() {
    let html = page(&Shell { csrf: String::new(), ..Shell::default() }, "登录", html! {}).into_string();
    assert!(!html.contains("zw-areas") && !html.contains("/logout") && !html.contains("/search"));
    assert!(html.contains("/preferences"));
}

#[test]
fn areas_without_items_are_not_shown_and_the_rest_fold_on_phones() {
    let mut shell = sample_shell(Lang::En);
    shell.nav.retain(|n| n.area != Area::Funds);
    let html = page(&shell, "x", html! {}).into_string();
    assert!(!html.contains(">Funds<"));
    assert!(html.contains("<summary>More</summary>"));
}

#[test]
fn an_area_of_one_page_is_named_as_that_page() {
    let mut shell = sample_shell(Lang::ZhCn);
    let all = page(&shell, "x", html! {}).into_string();
    assert!(all.contains(">站点<"), "{all}");
    shell.nav.retain(|n| n.area != Area::Stations);
    let (href, label) = ("/divisions".to_owned(), "区划".to_owned());
    shell.nav.push(NavItem { area: Area::Stations, href, label, active: false });
    let one = page(&shell, "x", html! {}).into_string();
    assert!(one.contains(">区划<") && !one.contains(">站点<"), "{one}");
}

#[test]
fn an_error_on_a_wall_screen_leads_nowhere() {
    let html = kiosk_error(&sample_shell(Lang::ZhCn), 404, "not-found", "没有这个页面", "r-1").into_string();
    assert!(html.contains("zw-kiosk") && html.contains("没有这个页面") && html.contains("r-1"), "{html}");
    let out: Vec<&str> =
        html.split("href=\"").skip(1).filter(|h| h.starts_with('/') && !h.starts_with("/assets/")).collect();
    assert!(out.is_empty() && !html.contains("<form") && !html.contains("林示例"), "{out:?}");
}

#[test]
fn kiosk_is_dark_and_bare() {
    let html = kiosk_page(&sample_shell(Lang::ZhCn), "挂图", html! { p { "x" } }).into_string();
    assert!(html.contains("data-bs-theme=\"dark\"") && html.contains("zw-kiosk") && html.contains("demo-banner"));
    assert!(!html.contains("/logout") && !html.contains("林示例"));
    // Without script it loads itself again; no other page does.
    let again = "<noscript><meta http-equiv=\"refresh\" content=\"60\">";
    assert!(html.contains(again), "{html}");
    assert!(!page(&sample_shell(Lang::ZhCn), "x", html! {}).into_string().contains("http-equiv=\"refresh\""));
}

#[test]
fn errors_say_code_request_and_next_step() {
    let html = error_page(Lang::ZhCn, 404, "not_found", "没有这个页面。", "req-1").into_string();
    for want in ["not_found", "req-1", "没有这个页面。", "href=\"/\""] {
        assert!(html.contains(want), "{want}");
    }
    assert!(error_page(Lang::En, 401, "unauthenticated", "m", "").into_string().contains("href=\"/login\""));
    assert!(!error_page(Lang::En, 418, "x", "m", "").into_string().contains('⟦'));
}

#[test]
fn untrusted_text_is_escaped() {
    let mut shell = sample_shell(Lang::ZhCn);
    shell.path = "\"><script>alert(1)</script>".into();
    shell.banner = Some("<b>x</b>".into());
    let html = page(&shell, "<script>", html! {}).into_string();
    assert!(!html.contains("<script>alert") && !html.contains("<b>x") && !html.contains("<title><script>"));
}
