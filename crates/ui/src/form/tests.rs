use super::*;

#[test]
fn a_wrong_field_points_to_its_hint_and_error() {
    let f = Field::number("rooms", "房间数", "x").required().unit("间").hint("不含卫生间").error(Some("请填整数"));
    let html = field(Lang::ZhCn, &f).into_string();
    for want in [
        "for=\"f-rooms\"",
        "id=\"f-rooms\"",
        "value=\"x\"",
        "aria-invalid=\"true\"",
        "aria-describedby=\"f-rooms-hint f-rooms-error\"",
        "id=\"f-rooms-error\"",
        "min=\"0\"",
        " required",
        "必填",
    ] {
        assert!(html.contains(want), "{want} in {html}");
    }
}

#[test]
fn values_return_where_they_may() {
    let pass = field(Lang::ZhCn, &Field::new("p", "密码", "secret", Kind::Password("current-password"))).into_string();
    assert!(!pass.contains("secret") && pass.contains("current-password"));
    let area = field(Lang::ZhCn, &Field::area("n", "说明", "</textarea><script>")).into_string();
    assert!(area.contains("&lt;/textarea&gt;"));
    let picks =
        field(Lang::ZhCn, &Field::checks("c", "多选", "b,c", "abc".chars().map(|c| Choice::new(c, c)).collect()));
    assert_eq!(picks.into_string().matches(" checked").count(), 2);
}

#[test]
fn select_groups_and_empty_choice() {
    let choices = vec![Choice::new("1", "鼓楼区").under("福州市"), Choice::new("2", "思明区").under("厦门市")];
    let html = field(Lang::ZhCn, &Field::select("c", "县", "2", choices.clone()).required()).into_string();
    assert_eq!(html.matches("<optgroup").count(), 2);
    assert!(html.contains("value=\"2\" selected") && !html.contains("value=\"\""), "{html}");
    let html = field(Lang::ZhCn, &Field::select("c", "县", "", choices).required()).into_string();
    assert!(html.contains("value=\"\""));
}

#[test]
fn form_carries_its_tokens() {
    let html = form("/x", "tok", Some("key"), html! {}).into_string();
    assert!(html.contains("name=\"csrf\" value=\"tok\"") && html.contains("name=\"idempotency_key\" value=\"key\""));
    assert!(html.contains("method=\"post\"") && !html.contains("data-draft"));
    assert!(error_summary(Lang::ZhCn, &[]).into_string().is_empty());
    assert!(error_summary(Lang::En, &[("a".into(), "b".into())]).into_string().contains("href=\"#f-a\""));
}

#[test]
fn the_frame_names_the_field_of_each_problem() {
    let errors = [("name", "此项必填"), ("id_no", "证件号码末位校验不符"), ("lost", "格式不对"), ("-->x", "格式不对")];
    let errors: Vec<(String, String)> = errors.map(|(f, m)| (f.to_owned(), m.to_owned())).to_vec();
    let drawn = html! {
        (error_summary(Lang::ZhCn, &errors))
        (field(Lang::ZhCn, &Field::text("name", "姓名 <甲>", "").required().unit("人")))
        (field(Lang::ZhCn, &Field::text("id_no", "证件号码", "")))
    };
    let html = named(drawn).into_string();
    for want in [
        "<a href=\"#f-name\">姓名 &lt;甲&gt;：此项必填</a>",
        // It says its field itself.
        "<a href=\"#f-id_no\">证件号码末位校验不符</a>",
        // No such field is drawn.
        "<a href=\"#f-lost\">格式不对</a>",
        "<a href=\"#f---&gt;x\">格式不对</a>",
    ] {
        assert!(html.contains(want), "{want} in {html}");
    }
    assert!(!html.contains("<!--"), "{html}");
    let english = html! {
        (error_summary(Lang::En, &[("reason".into(), "Required".into())]))
        (field(Lang::En, &Field::check("reason", "Reason", false)))
    };
    assert!(named(english).into_string().contains("Reason: Required</a>"));
}
