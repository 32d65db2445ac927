//! The five states of anything measured against a plan: never colour alone, but colour, word and mark.

use crate::i18n::Lang;
use maud::{Markup, html};

// i18n-keys: ui-status-done ui-status-on-course ui-status-behind ui-status-overdue ui-status-no-data
/// State against plan. Order: best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Finished (已完成).
    Done,
    /// Not finished, and where the plan says it should be (按期推进).
    OnCourse,
    /// Later than the plan, the date has not passed (进展较慢).
    Behind,
    /// The date has passed (逾期).
    Overdue,
    /// Not due yet, or nothing known (未到期·无数据); hatched.
    NoData,
}

impl Status {
    /// All five, best first: the order of legends.
    pub const ALL: [Self; 5] = [Self::Done, Self::OnCourse, Self::Behind, Self::Overdue, Self::NoData];

    /// Short name for classes and data: `done`, `on-course`, `behind`, `overdue`, `no-data`.
    pub fn key(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::OnCourse => "on-course",
            Self::Behind => "behind",
            Self::Overdue => "overdue",
            Self::NoData => "no-data",
        }
    }

    /// CSS class of a shape or badge in this state: `s-done` …
    pub fn class(self) -> &'static str {
        match self {
            Self::Done => "s-done",
            Self::OnCourse => "s-on-course",
            Self::Behind => "s-behind",
            Self::Overdue => "s-overdue",
            Self::NoData => "s-no-data",
        }
    }

    /// CSS class of text laid over a shape in this state: `t-done` …
    pub fn text_class(self) -> &'static str {
        match self {
            Self::Done => "t-done",
            Self::OnCourse => "t-on-course",
            Self::Behind => "t-behind",
            Self::Overdue => "t-overdue",
            Self::NoData => "t-no-data",
        }
    }

    /// Key of the word, see [`Status::word`].
    pub fn word_key(self) -> &'static str {
        match self {
            Self::Done => "ui-status-done",
            Self::OnCourse => "ui-status-on-course",
            Self::Behind => "ui-status-behind",
            Self::Overdue => "ui-status-overdue",
            Self::NoData => "ui-status-no-data",
        }
    }

    /// The word in the reader's language.
    pub fn word(self, lang: Lang) -> String {
        lang.t(self.word_key())
    }

    /// The mark that stands for the state in black and white.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Done => "✓",
            Self::OnCourse => "→",
            Self::Behind => "!",
            Self::Overdue => "‼",
            Self::NoData => "–",
        }
    }

    /// Fill of a shape, written into SVG so that PDF and DOCX, which know no style sheet, keep the colour.
    pub fn fill(self) -> &'static str {
        match self {
            Self::Done => "#0f6b63",
            Self::OnCourse => "#9fd0ea",
            Self::Behind => "#f3b73e",
            Self::Overdue => "#b3321b",
            Self::NoData => "#eceff1",
        }
    }

    /// Colour of text on [`Status::fill`]; at least 4.5:1.
    pub fn ink(self) -> &'static str {
        match self {
            Self::Done | Self::Overdue => "#ffffff",
            Self::OnCourse | Self::Behind => "#12262b",
            Self::NoData => "#38454c",
        }
    }

    /// Badge: mark and word on the state's colour.
    pub fn badge(self, lang: Lang) -> Markup {
        badge(lang, self)
    }
}

/// Badge of a state with its usual word.
pub fn badge(lang: Lang, status: Status) -> Markup {
    badge_with(status, &status.word(lang))
}

/// Badge of a state with the page's own word (已开业, 已退回 …).
pub fn badge_with(status: Status, word: &str) -> Markup {
    html! {
        span class={ "zw-badge " (status.class()) } {
            span class="zw-mark" aria-hidden="true" { (status.mark()) } " " (word)
        }
    }
}

/// Legend of the five states, in HTML; drawings carry their own.
pub fn legend(lang: Lang) -> Markup {
    html! {
        ul class="zw-legend" aria-label=(lang.t("ui-legend")) {
            @for s in Status::ALL { li { (badge(lang, s)) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn states_differ_in_every_channel() {
        let all = Status::ALL;
        for channel in [Status::class, Status::mark, Status::fill, Status::word_key, Status::text_class] {
            assert_eq!(all.iter().map(|s| channel(*s)).collect::<HashSet<_>>().len(), 5);
        }
        let words: HashSet<_> = all.iter().map(|s| s.word(Lang::ZhCn)).collect();
        assert_eq!(words.len(), 5);
        assert!(words.iter().all(|w| !w.contains('⟦')));
    }

    #[test]
    fn badge_says_word_and_mark() {
        let html = badge(Lang::ZhCn, Status::Behind).into_string();
        assert!(html.contains("s-behind") && html.contains('!') && html.contains("进展较慢"), "{html}");
    }
}
