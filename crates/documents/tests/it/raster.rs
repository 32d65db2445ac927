use zw_documents::{DocumentError, png};

fn size(png: &[u8]) -> (u32, u32) {
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap());
    (number(16), number(20))
}

#[test]
fn width_is_kept_and_height_follows() {
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 50'><rect width='100' height='50'/></svg>";
    assert_eq!(size(&png(svg, 400).unwrap()), (400, 200));
}

#[test]
fn chinese_text_leaves_ink() {
    let with = |text: &str| {
        let svg = format!(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 200 40'>\
             <text y='30' font-size='24' font-family='sans-serif'>{text}</text></svg>"
        );
        png(&svg, 200).unwrap()
    };
    let empty = with("");
    assert_ne!(with("覆盖率"), empty);
    assert_ne!(with("覆盖率"), with("在岗人"), "missing glyphs all look the same");
}

#[test]
fn what_is_not_a_figure_is_refused() {
    assert!(matches!(png("<html/>", 100), Err(DocumentError::Figure(_))));
    let svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1000'/>";
    assert!(matches!(png(svg, 100), Err(DocumentError::TooLarge(_))));
    assert!(matches!(png(svg, 0), Err(DocumentError::Figure(_))));
    assert!(matches!(png(svg, u32::MAX), Err(DocumentError::TooLarge(_))));
}

#[test]
fn files_of_the_server_are_not_drawn() {
    let secret = std::env::temp_dir().join(format!("zw-documents-{}.svg", std::process::id()));
    std::fs::write(
        &secret,
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'><rect width='10' height='10'/></svg>",
    )
    .unwrap();
    let image = |href: &str| {
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'><image href='{href}' width='10' height='10'/></svg>"
        )
    };
    let empty = png("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10'/>", 10).unwrap();
    let drawn = png(&image(secret.to_str().unwrap()), 10).unwrap();
    std::fs::remove_file(&secret).unwrap();
    assert_eq!(drawn, empty);
}
