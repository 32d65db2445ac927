//! Every kind of field, with and without error.

use super::*;

/// Every kind of field, with and without error.
pub fn sample(lang: Lang) -> Markup {
    let few = || vec![Choice::new("1", "直聘"), Choice::new("2", "购买服务"), Choice::new("3", "混合")];
    let errors = [("name".to_owned(), "站点名称：请填写".to_owned()), (String::new(), "本周已报送".to_owned())];
    html! {
        (error_summary(lang, &errors))
        (form_with("/gallery", "sample-token", Some("sample-key"), &FormExtra { draft: "gallery", ..FormExtra::default() }, html! {
            (section("这是哪个站", html! {
                (field(lang, &Field::text("name", "站点名称", "").required().error(Some("请填写，例如“示例镇社会工作服务站”"))))
                (field(lang, &Field::select("mode", "运营方式", "2", few())))
                (field(lang, &Field::number("rooms", "房间数", "3").unit("间").hint("不含卫生间")))
                (field(lang, &Field::new("area", "面积", "120.5", Kind::Decimal).unit("㎡").required()))
                (field(lang, &Field::date("opened", "开业日期", "2026-11-22")))
                (field(lang, &Field::radios("how", "运营方式（单选）", "1", few()).required()))
                (field(lang, &Field::checks("services", "服务领域", "1,3", few())))
            }))
            (folded("更多（选填）", true, html! {
                (field(lang, &Field::new("id_no", "身份证号", "", Kind::IdNumber { sex: "sex", birth: "birth" }).hint("填写后自动带出性别和出生日期")))
                (field(lang, &Field::new("sex", "性别", "", Kind::Radios(vec![Choice::new("1", "男"), Choice::new("2", "女")]))))
                (field(lang, &Field::date("birth", "出生日期", "")))
                (field(lang, &Field::new("phone", "手机", "", Kind::Tel)))
                (field(lang, &Field::new("village", "村（居）", "", Kind::Suggest(vec!["东村".into(), "西村".into()]))))
                (field(lang, &Field::area("note", "说明", "一行文字即可。")))
                (field(lang, &Field::check("agree", "已当面告知用途", true)))
                (field(lang, &Field::new("file", "附件", "", Kind::File(".xlsx,.csv"))))
                (field(lang, &Field::new("password", "密码", "x", Kind::Password("new-password"))))
                (field(lang, &Field::new("code", "验证码", "", Kind::Code)))
            }))
            (buttons(html! {
                button class="btn btn-primary" type="submit" { "提交" }
                button class="btn" type="submit" name="draft" value="1" { "存草稿" }
            }))
        }))
    }
}
