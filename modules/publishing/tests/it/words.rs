//! Both languages are complete, and every view draws its sample.

use zw_ui::Lang;

#[test]
fn words_are_complete() {
    assert_eq!(zw_ui::i18n::assert_complete(env!("CARGO_MANIFEST_DIR")), Vec::<String>::new());
}

#[test]
fn samples_draw_without_inline_code_or_missing_words() {
    zw_ui::I18n::install(&zw_publishing::FTL);
    zw_ui::I18n::install(zw_reporting::FTL);
    zw_ui::I18n::install(&zw_network::FTL);
    for lang in Lang::ALL {
        for html in [
            zw_publishing::views::wall::sample(lang),
            zw_publishing::views::today::sample(lang),
            zw_publishing::views::snapshots::sample(lang),
            zw_publishing::views::circulars::sample(lang),
        ] {
            zw_ui::gallery::lint(&html.into_string()).unwrap_or_else(|e| panic!("{lang:?}: {e}"));
        }
    }
}
