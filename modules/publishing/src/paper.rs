//! The circular as a document (GB/T 9704) and its annexes as a workbook. Pure: rendering to files is the caller's.

use crate::annex::{self, Grid};
use crate::model::annexes::Annex;
use crate::model::circular::{CircularBody, CircularState};
use crate::model::figures::Figures;
use crate::model::settings::CircularSettings;
use crate::model::snapshot::{AreaFigures, Snapshot};
use crate::model::template::{self, Piece};
use crate::service::draft::part_words;
use zw_access::Ctx;
use zw_core::code::Code as _;
use zw_core::codelist::EXCLUSION_REASON;
use zw_core::tree::{DivisionKind, View};
use zw_core::{Day, DivisionId};
use zw_documents::{Block, DEMO_MARK, Document, Run, Style, Workbook};
use zw_indicators::{Cell, Measures};

/// What a paper is made from.
pub struct Paper<'a> {
    /// Title.
    pub title: &'a str,
    /// Paragraphs.
    pub body: &'a CircularBody,
    /// Figures.
    pub figures: Figures<'a>,
    /// State; none for a draft that nobody keeps.
    pub state: Option<CircularState>,
    /// Number, when sent.
    pub doc_no: Option<&'a str>,
    /// Date under the issuer.
    pub date: Day,
    /// Whether its month is not frozen: 草稿.
    pub unfrozen: bool,
    /// Demo data.
    pub demo: bool,
    /// Settings.
    pub settings: &'a CircularSettings,
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

    /// The annexes in their order, each as its tables.
    fn annexes(&self) -> Vec<Vec<Grid>> {
        let (f, s, m) = (&self.figures, self.settings, self.measures);
        let tables = |a: Annex| match a {
            Annex::Cities => vec![annex::progress(f, s, true)],
            Annex::Counties => vec![annex::progress(f, s, false)],
            Annex::Lists => self.lists(),
            Annex::Definitions => vec![annex::definitions(f.now, m, self.range_note)],
            Annex::Service => vec![annex::service(f.now, m)],
            Annex::Corrections => annex::corrections(f.now, m),
        };
        Annex::all(f.now).into_iter().map(tables).collect()
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
        d.status_mark = self.mark().map(str::to_owned);
        d.watermark = self.watermark().map(str::to_owned);
        d.doc_no = self.doc_no.map(str::to_owned);
        d.date = Some(self.date.long_zh());
        d.footer_code = Some(format!("快照 {} · 截至 {}", s.row.hash.get(..16).unwrap_or_default(), self.as_of()));
        if self.demo {
            d.demo_mark = Some(DEMO_MARK.to_owned());
            d.issuer = Some("示例单位".into());
            d.addressee = Some(addressee(s, "示例单位"));
        } else {
            let set = self.settings;
            d.issuer = Some(set.issuer.clone()).filter(|i| !i.is_empty());
            let given = if s.body.cities.is_empty() { &set.addressee_city } else { &set.addressee_province };
            d.addressee = Some(if given.is_empty() { addressee(s, "主管部门") } else { given.clone() });
            d.red_head = set.red_head.clone();
        }
        d.imprint = d.issuer.is_some().then(|| zw_documents::Imprint {
            copy_to: self.settings.copy_to.clone().filter(|_| !self.demo),
            printed_by: d.issuer.clone(),
            printed_on: d.date.clone(),
        });
        d.blocks = self.text();
        let annexes = self.annexes();
        for (i, grids) in annexes.iter().enumerate() {
            let title = name_of(grids);
            d.attachments.push(title.clone());
            // Wide tables lie, lists stand.
            let landscape = grids.iter().any(|g| g.is_wide());
            d.blocks.push(Block::Annex { number: u32::try_from(i + 1).unwrap_or(u32::MAX), title, landscape });
            for g in grids {
                if grids.len() > 1 {
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
        for (i, grids) in self.annexes().iter().enumerate() {
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
            as_of: format!("{}{}", self.as_of(), self.mark().map(|m| format!(" {m}")).unwrap_or_default()),
            source_note: format!("站网 · {rules}{note}"),
            dated: Some(self.date.yyyymmdd()),
            sheets,
        }
    }
}

/// 各设区市主管部门、平潭县主管部门: counties that report past their city are named while they are few.
fn addressee(s: &Snapshot, whom: &str) -> String {
    let direct: Vec<&AreaFigures> = s.direct().collect();
    if direct.is_empty() || direct.len() > 3 {
        return format!("各{}{whom}", part_words(s));
    }
    let cities = if s.body.cities.iter().all(|c| c.short.ends_with('市')) {
        "设区市"
    } else {
        "市（州、盟、地区）"
    };
    let named: String = direct.iter().map(|a| format!("、{}{whom}", a.short)).collect();
    format!("各{cities}{whom}{named}")
}

fn name_of(grids: &[Grid]) -> String {
    match grids {
        [one] => one.title.clone(),
        [first, ..] if first.is_correction() => "上期数据更正和补录情况".into(),
        _ => "未建站、未验收及未确认清单".into(),
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
