//! The words are complete, and every field of every setting of these modules is explained in both languages.

use zw_ui::{I18n, Lang};

#[test]
fn words_are_complete() {
    assert_eq!(zw_ui::i18n::assert_complete(env!("CARGO_MANIFEST_DIR")), Vec::<String>::new());
}

#[test]
fn the_sample_keeps_the_content_policy() {
    let mut words = zw_settings::FTL.to_vec();
    words.extend_from_slice(&[
        (Lang::ZhCn, include_str!("../../../../crates/web/i18n/zh-CN.ftl")),
        (Lang::En, include_str!("../../../../crates/web/i18n/en.ftl")),
    ]);
    I18n::install(&words);
    for lang in Lang::ALL {
        for by_fields in [true, false] {
            let html = zw_settings::views::sample(lang, by_fields).into_string();
            zw_ui::gallery::lint(&html).unwrap_or_else(|e| panic!("{e}"));
        }
    }
}
