use super::*;

/// Every chart must be XML by itself: documents read it without a browser's forgiveness.
#[test]
fn drawings_are_well_formed_and_named() {
    let svgs = [
        sparkline("空", &[]),
        sparkline("一", &[Some(i64::MAX)]),
        line(&LineChart {
            lang: Lang::En,
            title: "<a> & \"b\"".into(),
            unit: String::new(),
            decimals: 0,
            x: vec![],
            series: vec![],
            from_zero: true,
        }),
        bars(&BarChart { lang: Lang::ZhCn, title: "空".into(), unit: "人".into(), decimals: 0, bars: vec![] }),
        matrix(&Matrix { lang: Lang::ZhCn, title: "空".into(), cols: vec![], rows: vec![], note: None }),
    ];
    for svg in svgs {
        let text = svg.into_string();
        crate::gallery::lint(&text).unwrap_or_else(|e| panic!("{e}"));
        assert!(text.contains("aria-label=") && text.contains("<title>"), "{text}");
        assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
    }
}

#[test]
fn states_show_in_colour_mark_and_pattern_without_a_style_sheet() {
    let text = sample(Lang::ZhCn).into_string();
    for s in Status::ALL {
        assert!(text.contains(&format!("class=\"{}\" fill=\"{}\"", s.class(), s.fill())), "{s:?}");
        assert!(text.contains(s.mark()), "{s:?}");
    }
    assert!(text.contains("url(#") && text.contains("behind)"));
}

#[test]
fn a_gap_in_the_values_is_a_gap_in_the_line() {
    let text = sparkline("x", &[Some(1), None, Some(2), Some(3)]).into_string();
    assert_eq!(
        text.split(" d=\"").nth(1).unwrap_or("").split('"').next().unwrap_or("").matches('M').count(),
        2,
        "{text}"
    );
}

#[test]
fn text_is_measured_and_fitted() {
    assert!(text_width("福州", 10.0) > text_width("abc", 10.0));
    assert_eq!(fit("福州", 14.0, 100.0), 14.0);
    assert_eq!(fit("平潭综合实验区管委会", 14.0, 70.0), 8.0);
    assert_eq!((n(1.0), n(1.25), n(-0.04)), ("1".to_owned(), "1.3".to_owned(), "0".to_owned()));
}
