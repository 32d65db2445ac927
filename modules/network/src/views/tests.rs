use super::*;
use zw_ui::I18n;
use zw_ui::gallery::lint;

/// Every page in both languages: no missing words, no inline script or style, every tag closed.
#[test]
fn every_view_renders_its_sample() {
    let _ = zw_web::Site::join(
        zw_web::WebConfig { public_url: "http://127.0.0.1".into(), trusted_proxies: vec![] },
        vec![crate::module()],
    );
    let _ = I18n::install(&crate::FTL);
    for lang in [Lang::ZhCn, Lang::En] {
        for (name, markup) in [
            ("divisions", divisions::sample(lang)),
            ("units", units::sample(lang)),
            ("gaps", gaps::sample(lang)),
            ("sheets", sheets::sample(lang)),
            ("targets", targets::sample(lang)),
            ("home", home::sample(lang)),
        ] {
            let html = markup.into_string();
            assert!(lint(&html).is_ok(), "{name}: {:?}", lint(&html));
            assert!(html.len() > 300, "{name}: {html}");
        }
    }
}

/// One is one: English says so.
#[test]
fn english_counts() {
    let _ = I18n::install(&crate::FTL);
    let said = |key: &str, n: i64| Lang::En.tf(key, &[("n", n.into())]);
    assert_eq!(
        (said("network-units-caption", 1).as_str(), said("network-units-caption", 0).as_str()),
        ("One unit", "0 units")
    );
    assert_eq!(said("network-children", 1), "One division inside");
}

/// What is wrong with a file of divisions ends in the way to send it again.
#[test]
fn a_refused_file_leads_back() {
    let _ = I18n::install(&crate::FTL);
    let refused = crate::model::division::ImportReport::default();
    let html = divisions::import_result(Lang::ZhCn, &refused).into_string();
    assert!(html.contains("href=\"/divisions/import\"") && html.contains("重新上传"), "{html}");
}

#[test]
fn words_are_complete() {
    assert_eq!(zw_ui::i18n::assert_complete(env!("CARGO_MANIFEST_DIR")), Vec::<String>::new());
}
