//! The circular as a document (GB/T 9704) and its annexes as a workbook. Pure: rendering to files is the caller's.

use crate::annex::{self, Grid};
use crate::model::annexes::Annex;
use crate::model::circular::{CircularBody, CircularState};
use crate::model::figures::Figures;
use crate::model::snapshot::Snapshot;
use crate::model::template::{self, Piece};
use zw_access::Ctx;
use zw_core::code::Code as _;
use zw_core::codelist::EXCLUSION_REASON;
use zw_core::tree::{DivisionKind, View};
use zw_core::{Day, DivisionId, Stamp};
use zw_documents::{Block, DEMO_MARK, Document, Run, Style, Workbook};
use zw_indicators::{Cell, Measures};

/// What a paper is made from.
pub struct Paper<'a> {
    /// Title.
    pub title: &'a str,
    /// Paragraphs, and what stands around them ([`crate::service::draft::framed`]).
    pub body: &'a CircularBody,
    /// Figures.
    pub figures: Figures<'a>,
    /// State; none for a draft that nobody keeps.
    pub state: Option<CircularState>,
    /// Number, when sent.
    pub doc_no: Option<&'a str>,
    /// Date under the issuer.
    pub date: Day,
    /// When the record of number and date was corrected last.
    pub corrected: Option<Stamp>,
    /// Whether its month is not frozen: 草稿.
    pub unfrozen: bool,
    /// Demo data.
    pub demo: bool,
    /// Registry, for names and definitions.
    pub measures: &'a Measures,
    /// What is outside the count.
    pub range_note: Option<&'a str>,
}

/// The neutral note on what is outside the count, where the map of the day says so of something in the area (domain.md
/// section 4).
pub fn range_note(view: &View, area: DivisionId) -> Option<Cell> {
    const NOTE: &str = "not_administered_note";
    let mut outside = [DivisionKind::County, DivisionKind::Township].into_iter().flat_map(|k| view.excluded(k, area));
    let found = outside.any(|d| view.get(d).is_some_and(|v| v.exclusion.as_deref() == Some(NOTE)));
    found.then(|| Cell::code(&EXCLUSION_REASON, NOTE))
}

/// The same for a snapshot, on the map that it was counted by.
pub fn range_note_of(ctx: &Ctx, s: &Snapshot) -> Option<String> {
    let view = ctx.tree().as_of(s.row.division_version);
    range_note(&view, s.row.division_id).map(|c| c.zh().to_owned())
}

impl Paper<'_> {
    fn is_flash(&self) -> bool {
        !self.figures.now.is_locked() && self.figures.now.period.is_none()
    }
    fn mark(&self) -> Option<&'static str> {
        if self.unfrozen {
            Some("草稿")
        } else if self.is_flash() {
            Some("快报")
        } else {
            None
        }
    }
    fn watermark(&self) -> Option<&'static str> {
        match self.state {
            _ if self.unfrozen => Some("草稿"),
            None | Some(CircularState::Draft) => Some("待核稿"),
            Some(CircularState::Void) => Some("作废"),
            Some(CircularState::Checked | CircularState::Sent) => None,
        }
    }
    fn as_of(&self) -> String {
        let s = self.figures.now;
        let kind = if s.is_locked() {
            "锁定"
        } else if self.is_flash() {
            "快报"
        } else {
            "未冻结"
        };
        format!("{}（{kind}）", s.row.as_of)
    }

    /// The annexes in their order: the name of each, and its tables.
    fn annexes(&self) -> Vec<(String, Vec<Grid>)> {
        let (f, m) = (&self.figures, self.measures);
        let frame = self.body.frame.as_ref();
        let ranking = frame.is_some_and(|f| f.ranking);
        let tables = |a: Annex| match a {
            Annex::Cities => vec![annex::progress(f, ranking, true)],
            Annex::Counties => vec![annex::progress(f, ranking, false)],
            Annex::Lists => self.lists(),
            Annex::Definitions => vec![annex::definitions(f.now, m, self.range_note)],
            Annex::Service => vec![annex::service(f.now, m)],
            Annex::Corrections => annex::corrections(f.now, m),
        };
        let names = frame.map(|f| f.annexes.clone()).unwrap_or_default();
        let named = |a: Annex| {
            let (title, mut grids) = (a.called(f.now, &names), tables(a));
            // A table that is the whole annex is called as the annex is.
            if let [only] = grids.as_mut_slice() {
                only.title.clone_from(&title);
            }
            (title, grids)
        };
        Annex::all(f.now).into_iter().map(named).collect()
    }

    fn lists(&self) -> Vec<Grid> {
        let now = self.figures.now;
        let mut out = vec![annex::gaps(now), annex::unconfirmed(now, self.measures)];
        if now.period.is_some() {
            out.push(annex::unreported(now));
        }
        if !now.body.overdue.is_empty() {
            out.push(annex::overdue(now));
        }
        out
    }

    /// The document: text, then the annexes on pages of their own.
    pub fn document(&self) -> Document {
        let s = self.figures.now;
        let mut d = Document::new(Style::Official, self.title);
        // A title that says it already is not said it again.
        d.status_mark = self.mark().filter(|m| !self.title.contains(&format!("（{m}）"))).map(str::to_owned);
        d.watermark = self.watermark().map(str::to_owned);
        d.doc_no = self.doc_no.map(str::to_owned);
        d.date = Some(self.date.long_zh());
        // Files that left before the record was corrected bear what it said then: those after it say so.
        let corrected = self.corrected.map(|at| format!(" · 文号、日期{}更正登记", at.minute_cn())).unwrap_or_default();
        let hash = s.row.hash.get(..16).unwrap_or_default();
        d.footer_code = Some(format!("快照 {hash} · 截至 {}{corrected}", self.as_of()));
        d.demo_mark = self.demo.then(|| DEMO_MARK.to_owned());
        let frame = self.body.frame.clone().unwrap_or_default();
        let said = |text: String| Some(text).filter(|t| !t.is_empty());
        (d.addressee, d.red_head) = (said(frame.addressee), frame.red_head);
        d.issuer = frame.issuer.and_then(said);
        let copy_to = said(frame.copy_to);
        d.imprint = (d.issuer.is_some() || copy_to.is_some()).then(|| zw_documents::Imprint {
            copy_to,
            printed_by: d.issuer.clone(),
            printed_on: d.date.clone().filter(|_| d.issuer.is_some()),
        });
        d.blocks = self.text();
        let annexes = self.annexes();
        for (i, (title, grids)) in annexes.into_iter().enumerate() {
            d.attachments.push(title.clone());
            // Wide tables lie, lists stand.
            let landscape = grids.iter().any(|g| g.is_wide());
            d.blocks.push(Block::Annex { number: u32::try_from(i + 1).unwrap_or(u32::MAX), title, landscape });
            let many = grids.len() > 1;
            for g in grids {
                if many {
                    d.blocks.push(Block::heading(3, format!("{}（{}项）", g.title, g.len())));
                }
                d.blocks.push(if g.is_empty() { Block::text("无。") } else { Block::Table(g.table()) });
            }
        }
        d
    }

    fn text(&self) -> Vec<Block> {
        let mut out = vec![];
        for p in &self.body.paragraphs {
            let mut lines = p.text.lines();
            match (p.lead.is_empty(), lines.next()) {
                (true, None) => {}
                (false, None) => out.push(Block::heading(p.level, p.lead.clone())),
                (true, Some(first)) => out.push(Block::runs(self.runs(first))),
                (false, Some(first)) => out.push(Block::led(p.level, p.lead.clone(), self.runs(first))),
            }
            out.extend(lines.filter(|l| !l.trim().is_empty()).map(|l| Block::runs(self.runs(l))));
        }
        out
    }

    fn runs(&self, line: &str) -> Vec<Run> {
        template::parse(line)
            .unwrap_or_else(|_| vec![Piece::Text(line.to_owned())])
            .into_iter()
            .map(|p| match p {
                Piece::Text(t) => Run::text(t),
                Piece::Figure(k) => {
                    let text = self.figures.text(&k).unwrap_or_else(|| "〔？〕".into());
                    Run::figure(k, text)
                }
            })
            .collect()
    }

    /// The annexes as a workbook.
    pub fn workbook(&self) -> Workbook {
        let s = self.figures.now;
        let mut sheets = vec![];
        for (i, (_, grids)) in self.annexes().iter().enumerate() {
            for (k, g) in grids.iter().enumerate() {
                let part = if grids.len() > 1 { format!("-{}", k + 1) } else { String::new() };
                sheets.push(g.sheet(&format!("附件{}{part} {}", i + 1, short_name(&g.title))));
            }
        }
        let rules = if s.row.hash.is_empty() { String::new() } else { format!("快照 {}", &s.row.hash) };
        let note = self.range_note.map(|n| format!("；{n}")).unwrap_or_default();
        Workbook {
            title: self.title.to_owned(),
            frame: None,
            demo_mark: self.demo.then(|| DEMO_MARK.to_owned()),
            // 快报 stands in it already.
            as_of: format!("{}{}", self.as_of(), if self.unfrozen { " 草稿" } else { "" }),
            source_note: format!("站网 · {rules}{note}"),
            dated: Some(self.date.yyyymmdd()),
            sheets,
        }
    }
}

/// Names on tabs are at most 31 characters.
fn short_name(title: &str) -> String {
    title.chars().take(20).collect()
}

/// File name without ending: `circular-2021-06` or `flash-2021-07-08`.
pub fn file_name(f: &Figures<'_>) -> String {
    let code = f.now.body.total.code.get(..6).unwrap_or_default();
    match f.now.period {
        Some(p) => format!("circular-{code}-{p}"),
        None => format!("{}-{code}-{}", f.now.row.kind.code(), f.now.row.as_of),
    }
}
