//! Paragraphs with figures: the system places a figure as `{{fig:key}}`, and only the system fills it. People move the
//! words around it; they cannot type over the figure, and a key the snapshot does not have is refused at its field.

use super::numbers::quantities;

/// A piece of a paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Typed text.
    Text(String),
    /// Key of a figure.
    Figure(String),
}

/// What is wrong with a paragraph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Braces that open or close nothing, or hold something else than `fig:key`.
    Syntax,
    /// A figure that the snapshot does not have.
    Unknown(String),
    /// A figure that the system placed here and that is gone.
    Missing(String),
}

/// Left for a person to fill in; whoever checks is told while one stands.
pub const BLANK: &str = "　　";

const OPEN: &str = "{{";
const CLOSE: &str = "}}";

/// The placeholder of a key.
pub fn placeholder(key: &str) -> String {
    format!("{OPEN}fig:{key}{CLOSE}")
}

fn is_key(key: &str) -> bool {
    !key.is_empty() && key.len() <= 80 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.@-".contains(&b))
}

/// Splits a paragraph into text and figures.
pub fn parse(text: &str) -> Result<Vec<Piece>, Problem> {
    let mut out = vec![];
    let mut rest = text;
    while let Some(at) = rest.find(OPEN) {
        let (before, tail) = rest.split_at(at);
        if before.contains(CLOSE) {
            return Err(Problem::Syntax);
        }
        if !before.is_empty() {
            out.push(Piece::Text(before.to_owned()));
        }
        let inner = &tail[OPEN.len()..];
        let end = inner.find(CLOSE).ok_or(Problem::Syntax)?;
        let key = inner[..end].trim().strip_prefix("fig:").map(str::trim).ok_or(Problem::Syntax)?;
        if !is_key(key) {
            return Err(Problem::Syntax);
        }
        out.push(Piece::Figure(key.to_owned()));
        rest = &inner[end + CLOSE.len()..];
    }
    if rest.contains(CLOSE) {
        return Err(Problem::Syntax);
    }
    if !rest.is_empty() {
        out.push(Piece::Text(rest.to_owned()));
    }
    Ok(out)
}

/// Keys of the figures in a paragraph, each once, in order.
pub fn figures(text: &str) -> Vec<String> {
    let mut out: Vec<String> = vec![];
    for p in parse(text).unwrap_or_default() {
        if let Piece::Figure(k) = p
            && !out.contains(&k)
        {
            out.push(k);
        }
    }
    out
}

/// Numbers that somebody typed into a paragraph: those of its text, outside of the figures, that the system's own draft of it
/// (`proposed`) does not have; what counts as a number: [`quantities`].
pub fn typed_numbers(text: &str, proposed: &str) -> Vec<String> {
    let of = |text: &str| -> Vec<String> {
        let mut out = vec![];
        for p in parse(text).unwrap_or_default() {
            if let Piece::Text(t) = p {
                out.extend(quantities(&t));
            }
        }
        out
    };
    let known = of(proposed);
    let mut out: Vec<String> = vec![];
    for n in of(text) {
        if !known.contains(&n) && !out.contains(&n) {
            out.push(n);
        }
    }
    out
}

/// All problems of a paragraph: syntax first, then unknown keys, then figures of `placed` that are gone.
pub fn check(text: &str, placed: &[String], known: impl Fn(&str) -> bool) -> Vec<Problem> {
    let pieces = match parse(text) {
        Ok(p) => p,
        Err(p) => return vec![p],
    };
    let keys: Vec<&str> =
        pieces.iter().filter_map(|p| if let Piece::Figure(k) = p { Some(k.as_str()) } else { None }).collect();
    let mut out: Vec<Problem> = keys.iter().filter(|k| !known(k)).map(|k| Problem::Unknown((*k).to_owned())).collect();
    out.extend(placed.iter().filter(|k| !keys.contains(&k.as_str())).cloned().map(Problem::Missing));
    out
}

/// The paragraph with its figures filled in; a key without a value shows as a gap mark.
pub fn render(text: &str, value: impl Fn(&str) -> Option<String>) -> String {
    match parse(text) {
        Err(_) => text.to_owned(),
        Ok(pieces) => pieces
            .into_iter()
            .map(|p| match p {
                Piece::Text(t) => t,
                Piece::Figure(k) => value(&k).unwrap_or_else(|| "〔？〕".to_owned()),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_numbers_are_found_outside_of_figures_and_dates() {
        let own = "建成{{fig:stations_built}}个（应建不足10个的不比较，见附件3）。";
        assert!(typed_numbers(own, own).is_empty());
        let more = format!("{own}覆盖率已达99.9%，在岗社工5,000人，6月30日前完成，见第2页、闽民〔2021〕3号。");
        assert_eq!(typed_numbers(&more, own), ["99.9", "5,000"]);
        assert_eq!(typed_numbers("一段12个", ""), ["12"]);
        // Full-width and written out they are numbers as well; the figure's own words are none.
        assert_eq!(typed_numbers("{{fig:stations_built}}个站，９９．９％，五千人", own), ["９９．９", "五千人"]);
    }

    #[test]
    fn text_and_figures() {
        let t = "建成{{fig:stations_built}}个，覆盖率{{ fig:coverage_township@350100 }}%。";
        assert_eq!(
            parse(t).unwrap(),
            vec![
                Piece::Text("建成".into()),
                Piece::Figure("stations_built".into()),
                Piece::Text("个，覆盖率".into()),
                Piece::Figure("coverage_township@350100".into()),
                Piece::Text("%。".into()),
            ]
        );
        assert_eq!(render(t, |k| (k == "stations_built").then(|| "716".into())), "建成716个，覆盖率〔？〕%。");
        assert_eq!(figures("{{fig:a}}{{fig:b}}{{fig:a}}"), ["a", "b"]);
        assert_eq!(placeholder("a"), "{{fig:a}}");
    }

    #[test]
    fn braces_that_mean_nothing_are_refused() {
        for t in
            ["{{fig:a", "a}}", "{{a}}", "{{fig:}}", "{{fig:a b}}", "}}{{fig:a}}", "{{fig:{{fig:a}}}}", "{{fig:<x>}}"]
        {
            assert_eq!(check(t, &[], |_| true), vec![Problem::Syntax], "{t}");
        }
        assert!(parse("单个{大括号}无妨").is_ok());
    }

    #[test]
    fn figures_stay_and_numbers_may_be_typed() {
        let placed = vec!["stations_built".to_owned()];
        let known = |k: &str| k == "stations_built" || k == "as_of";
        assert!(check("建成{{fig:stations_built}}个，另有3个待验收", &placed, known).is_empty());
        assert!(check("截至{{fig:as_of}}建成{{fig:stations_built}}个", &placed, known).is_empty());
        assert_eq!(check("建成720个", &placed, known), vec![Problem::Missing("stations_built".into())]);
        assert_eq!(
            check("建成{{fig:built}}个", &placed, known),
            vec![Problem::Unknown("built".into()), Problem::Missing("stations_built".into())]
        );
    }
}
