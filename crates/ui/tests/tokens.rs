//! The colours of assets/src/tokens.css: contrast of every pair in use (WCAG 2.2 AA), and the same values in the
//! drawings' attributes as in the style sheet.
#[cfg(test)]
mod tokens {
    use std::collections::HashMap;
    use zw_ui::Status;

    type Tokens = HashMap<String, String>;

    /// Colour tokens of the block that follows `selector`, over those of the light theme.
    fn tokens(selector: &str, base: &Tokens) -> Tokens {
        let css = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/src/tokens.css"))
            .expect("tokens.css");
        let at = css.find(selector).expect("selector");
        let block = css[at..].split_once('{').expect("{").1.split_once('}').expect("}").0;
        let mut out = base.clone();
        for line in block.lines() {
            if let Some((name, value)) = line.trim().strip_prefix("--").and_then(|l| l.split_once(':')) {
                out.insert(name.to_owned(), value.trim().trim_end_matches(';').to_owned());
            }
        }
        out
    }

    fn luminance(hex: &str) -> f64 {
        let channel = |i: usize| {
            let v = f64::from(u8::from_str_radix(&hex[i..i + 2], 16).expect("hex colour")) / 255.0;
            if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_pair_can_be_read() {
        let light = tokens(":root", &Tokens::new());
        let themes = [
            ("light", light.clone()),
            ("dark", tokens("[data-bs-theme=\"dark\"] {", &light)),
            ("print", tokens("[data-bs-theme=\"dark\"] {\n    --bg", &light)),
        ];
        let mut bad = Vec::new();
        for (theme, t) in &themes {
            let mut need = |front: &str, back: &str, least: f64| {
                let ratio = contrast(&t[front], &t[back]);
                if ratio < least {
                    bad.push(format!("{theme}: {front} on {back} is {ratio:.2}, needs {least}"));
                }
            };
            for back in ["bg", "surface", "surface-2", "accent-soft"] {
                need("ink", back, 4.5);
                need("muted", back, 4.5);
                need("accent", back, 4.5);
            }
            for back in ["danger-soft", "warning-soft", "info-soft", "success-soft"] {
                if *theme != "print" {
                    need("ink", back, 4.5);
                    need("accent", back, 4.5);
                }
            }
            need("danger", "surface", 4.5);
            need("danger", "bg", 4.5);
            need("on-accent", "accent", 4.5);
            need("on-accent", "accent-strong", 4.5);
            need("on-bar", "bar", 4.5);
            need("field-border", "surface", 3.0);
            for state in Status::ALL {
                need(&format!("t-{}", state.key()), &format!("s-{}", state.key()), 4.5);
            }
            for i in 0..5 {
                need(&format!("u{i}"), &format!("q{i}"), 4.5);
            }
            for series in ["c0", "c1", "c2", "c3", "c4", "c5"] {
                need(series, "surface", 3.0);
            }
        }
        assert_eq!(bad, Vec::<String>::new());
    }

    /// A line that covers a ground by a part.
    fn over(line: &str, ground: &str, part: f64) -> String {
        let channel = |hex: &str, i: usize| f64::from(u8::from_str_radix(&hex[i..i + 2], 16).expect("hex colour"));
        let mixed = [1, 3, 5].map(|i| channel(line, i) * part + channel(ground, i) * (1.0 - part));
        format!("#{:02x}{:02x}{:02x}", mixed[0] as u8, mixed[1] as u8, mixed[2] as u8)
    }

    /// The strokes of the patterns, by state, from a drawing; the last one's is a token where a style sheet is there.
    fn strokes() -> HashMap<&'static str, String> {
        let svg = zw_ui::map::tiles(zw_ui::Lang::ZhCn, "x", &[], &[]).into_string();
        let of = |state: Status| {
            let pattern = svg.split_once(&format!("{}\"", state.key()))?.1.split_once("</pattern>")?.0;
            let colour = pattern.split_once("stroke=\"").or_else(|| pattern.split_once("fill=\""))?.1;
            Some((state.key(), colour[..7].to_owned()))
        };
        Status::ALL.into_iter().filter_map(of).collect()
    }

    #[test]
    fn words_can_be_read_on_the_patterns_too() {
        let (light, strokes) = (tokens(":root", &Tokens::new()), strokes());
        assert_eq!(strokes.len(), 4, "{strokes:?}");
        let mut bad = Vec::new();
        let mut need = |place: &str, front: &str, line: &str, ground: &str, part: f64| {
            let ratio = contrast(front, &over(line, ground, part));
            if ratio < 4.5 {
                bad.push(format!("{place}: {front} on {line} over {ground} is {ratio:.2}"));
            }
        };
        // A drawing without a style sheet (chart/mod.rs), on paper (print.css), on a screen (svg.css), which hides all but one.
        let print = tokens("[data-bs-theme=\"dark\"] {\n    --bg", &light);
        for state in Status::ALL {
            let Some(line) = strokes.get(state.key()) else { continue };
            need("document", state.ink(), line, state.fill(), 0.3);
            let line = if state == Status::NoData { &print["hatch"] } else { line };
            let token = |of: &str| print[&format!("{of}-{}", state.key())].clone();
            need("print", &token("t"), line, &token("s"), 0.4);
        }
        for t in [&light, &tokens("[data-bs-theme=\"dark\"] {", &light)] {
            need("screen", &t["t-no-data"], &t["hatch"], &t["s-no-data"], 0.7);
        }
        assert_eq!(bad, Vec::<String>::new());
    }

    #[test]
    fn drawings_carry_the_colours_of_the_light_theme() {
        let light = tokens(":root", &Tokens::new());
        for state in Status::ALL {
            assert_eq!(state.fill(), light[&format!("s-{}", state.key())]);
            assert_eq!(state.ink(), light[&format!("t-{}", state.key())]);
        }
        let svg = zw_ui::chart::sparkline("x", &[Some(1), Some(2)]).into_string();
        assert!(svg.contains(&light["c0"]), "{svg}");
    }
}
