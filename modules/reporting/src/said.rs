//! The words of an answer of the API. Pages and API share their types, and pages put a measure's words where they draw
//! it; who reads the API has no list of messages, so the answer itself has to say what a figure is called, what it
//! counts and in what unit, in the reader's language. Stable codes stay in `key`.

use crate::board::model::Board;
use crate::figure::out::{ConfirmedOut, FigurePage, MeasureOut};
use crate::figure::series::SeriesOut;
use crate::report::out::{DraftOut, GroupOut, ReportOut, ReportPage};
use crate::report::split::SplitOut;
use zw_indicators::Figure;
use zw_ui::Lang;

/// An answer that can be put into words.
pub(crate) trait Said: Sized {
    /// Keys of messages become their words.
    fn put(&mut self, lang: Lang);

    /// The answer in words.
    fn said(mut self, lang: Lang) -> Self {
        self.put(lang);
        self
    }
}

/// A text that is its own word, like `%`, stays.
fn words(lang: Lang, text: &mut String) {
    *text = lang.t_or(text, text);
}

impl<T: Said> Said for Option<T> {
    fn put(&mut self, lang: Lang) {
        self.iter_mut().for_each(|t| t.put(lang));
    }
}

impl<T: Said> Said for Vec<T> {
    fn put(&mut self, lang: Lang) {
        self.iter_mut().for_each(|t| t.put(lang));
    }
}

impl Said for GroupOut {
    fn put(&mut self, lang: Lang) {
        words(lang, &mut self.label);
        for c in &mut self.cells {
            words(lang, &mut c.label);
            words(lang, &mut c.unit);
        }
        self.split.put(lang);
    }
}

impl Said for SplitOut {
    fn put(&mut self, lang: Lang) {
        self.columns.iter_mut().for_each(|(_, label)| words(lang, label));
        self.rows.iter_mut().for_each(|r| words(lang, &mut r.label));
    }
}

impl Said for ReportOut {
    fn put(&mut self, lang: Lang) {
        self.groups.put(lang);
    }
}

impl Said for ReportPage {
    fn put(&mut self, lang: Lang) {
        self.report.put(lang);
    }
}

impl Said for DraftOut {
    fn put(&mut self, lang: Lang) {
        self.groups.put(lang);
    }
}

impl Said for Board {
    fn put(&mut self, lang: Lang) {
        for (_, label, unit) in &mut self.columns {
            words(lang, label);
            words(lang, unit);
        }
        self.split.put(lang);
    }
}

impl Said for Figure {
    fn put(&mut self, lang: Lang) {
        words(lang, &mut self.unit);
    }
}

impl Said for ConfirmedOut {
    fn put(&mut self, lang: Lang) {
        self.figure.put(lang);
    }
}

impl Said for MeasureOut {
    fn put(&mut self, lang: Lang) {
        for text in [&mut self.label, &mut self.unit, &mut self.definition, &mut self.source] {
            words(lang, text);
        }
    }
}

impl Said for SeriesOut {
    fn put(&mut self, lang: Lang) {
        words(lang, &mut self.label);
        words(lang, &mut self.unit);
    }
}

impl Said for FigurePage {
    fn put(&mut self, lang: Lang) {
        for text in [&mut self.label, &mut self.definition, &mut self.source] {
            words(lang, text);
        }
        self.numerator.put(lang);
        self.denominator.put(lang);
        self.confirmed.put(lang);
        self.live.put(lang);
        self.series.put(lang);
        if let Some(rows) = &mut self.rows {
            rows.columns.iter_mut().for_each(|c| words(lang, c));
        }
    }
}
