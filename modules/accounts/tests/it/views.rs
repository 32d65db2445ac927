//! Every view draws its sample in both languages; the words are complete.

use zw_ui::{I18n, Lang};

fn install() {
    let mut words = zw_accounts::FTL.to_vec();
    words.extend_from_slice(&[
        (Lang::ZhCn, include_str!("../../../../crates/web/i18n/zh-CN.ftl")),
        (Lang::En, include_str!("../../../../crates/web/i18n/en.ftl")),
    ]);
    I18n::install(&words);
}

#[test]
fn samples_keep_the_content_policy() {
    install();
    for lang in Lang::ALL {
        for (name, markup) in [
            ("signin", zw_accounts::views::signin::sample(lang)),
            ("own", zw_accounts::views::own::sample(lang)),
            ("audit", zw_accounts::views::audit::sample(lang)),
        ] {
            zw_ui::gallery::lint(&markup.into_string()).unwrap_or_else(|e| panic!("{name}: {e}"));
        }
    }
}

#[test]
fn words_are_complete() {
    assert_eq!(zw_ui::i18n::assert_complete(env!("CARGO_MANIFEST_DIR")), Vec::<String>::new());
}

#[test]
fn no_role_is_without_a_name() {
    use zw_core::code::Code as _;
    install();
    for role in zw_access::Role::ALL {
        for lang in Lang::ALL {
            assert!(!lang.t(&format!("role-{role}")).contains('⟦'), "{role}");
        }
    }
}

#[test]
fn the_sign_in_page_can_say_that_a_text_is_kept_and_who_gets_it_back() {
    install();
    for lang in Lang::ALL {
        let page = |next: &str| {
            let posted = zw_web::Posted::prefilled([("next", next)]);
            zw_accounts::views::signin::login(lang, "t", &posted, None).into_string()
        };
        let words = lang.t("accounts-login-kept");
        for next in ["/people/1/visit", "/", ""] {
            assert!(page(next).contains(&words) && page(next).contains(r#"data-kept-note="" hidden"#), "{next}");
        }
    }
}
