//! How a total above several reporters is counted, in a few sentences: the board and the wall say it with the same words,
//! because their totals are made of the same confirmed parts.

use maud::{Markup, html};
use zw_core::Stamp;
use zw_ui::Lang;
use zw_ui::form::folded;

/// What becomes of those who confirmed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// They count by their registers, and the total says that it is not confirmed (wall, figures, targets).
    Registers,
    /// They are left out; the total of all registers stands beside it (board).
    Beside,
    /// They are left out, and the reader sees no registers.
    LeftOut,
}

/// What a note says about some totals.
#[derive(Clone, Debug)]
pub struct HowCounted {
    /// Reporters whose value is confirmed.
    pub confirmed: i64,
    /// Reporters in all.
    pub of: i64,
    /// The latest confirmation.
    pub latest: Option<Stamp>,
    /// Those who confirmed nothing.
    pub rest: Rest,
    /// Figures with the address of their definition and rows.
    pub figures: Vec<(String, String)>,
}

// i18n-keys: reporting-how-registers reporting-how-beside reporting-how-left-out
/// The note, folded: whoever wonders opens it.
pub fn note(lang: Lang, h: &HowCounted) -> Markup {
    let rest = match h.rest {
        Rest::Registers => "reporting-how-registers",
        Rest::Beside => "reporting-how-beside",
        Rest::LeftOut => "reporting-how-left-out",
    };
    let counts = [("n", h.confirmed.into()), ("of", h.of.into())];
    folded(
        &lang.t("reporting-how"),
        false,
        html! {
            p {
                (lang.tf("reporting-how-sum", &counts)) " "
                @if let Some(at) = h.latest { (lang.tf("reporting-how-latest", &[("at", at.minute_cn().into())])) " " }
                (lang.t(rest))
            }
            @if !h.figures.is_empty() {
                p {
                    (lang.t("reporting-how-definitions")) " "
                    @for (i, (label, href)) in h.figures.iter().enumerate() {
                        @if i > 0 { " · " }
                        a href=(href) { (label) }
                    }
                }
            }
        },
    )
}
