//! The dates of a sheet: the one place that says when building began, what is reached, and what colour that is. Counting,
//! the sheets' own pages and the wall chart all ask here.

use super::BuildOut;
use zw_core::{Day, DivisionId};
use zw_ui::Status;

zw_db::record! {
    /// What counting and colours need of a sheet.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct SheetDates {
        /// County.
        pub county_id: DivisionId,
        /// Township.
        pub township_id: DivisionId,
        /// 场地落实.
        pub venue_on: Option<Day>,
        /// 招标.
        pub tender_on: Option<Day>,
        /// 签约.
        pub contract_on: Option<Day>,
        /// 人员到岗.
        pub staff_on: Option<Day>,
        /// 挂牌.
        pub plaque_on: Option<Day>,
        /// 验收 of the present round.
        pub accepted_on: Option<Day>,
        /// 资金到位.
        pub funds_on: Option<Day>,
        /// 预计.
        pub due_on: Option<Day>,
        /// First day of the present round of building, where an earlier station has ended.
        pub round_from: Option<Day>,
    }
}

impl From<&BuildOut> for SheetDates {
    fn from(b: &BuildOut) -> Self {
        Self {
            county_id: b.county_id,
            township_id: b.township_id,
            venue_on: b.venue_on,
            tender_on: b.tender_on,
            contract_on: b.contract_on,
            staff_on: b.staff_on,
            plaque_on: b.plaque_on,
            accepted_on: b.accepted_on,
            funds_on: b.funds_on,
            due_on: b.due_on,
            round_from: b.round_from,
        }
    }
}

impl SheetDates {
    /// The first milestone of the present round: from that day the township is being built. Money alone begins nothing,
    /// and what happened for a station that has ended since belongs to its round.
    pub fn begun_on(&self) -> Option<Day> {
        let first = self.round_from;
        [self.venue_on, self.tender_on, self.contract_on, self.staff_on, self.plaque_on]
            .into_iter()
            .flatten()
            .filter(|d| first.is_none_or(|f| *d >= f))
            .min()
    }
    /// 三到位: venue, staff and funds, on the day the last of them came.
    pub fn three_ready_on(&self) -> Option<Day> {
        Some(self.venue_on?.max(self.staff_on?).max(self.funds_on?))
    }
    /// The milestones with the days they were reached: codes of the list `milestone`, and `funding` where the money usually
    /// comes.
    pub fn milestones(&self) -> [(&'static str, Option<Day>); 7] {
        [
            ("venue", self.venue_on),
            ("tender", self.tender_on),
            ("funding", self.funds_on),
            ("contract", self.contract_on),
            ("staff", self.staff_on),
            ("plaque", self.plaque_on),
            ("acceptance", self.accepted_on),
        ]
    }
    /// What is reached by a day.
    pub fn reached(&self, day: Day) -> Vec<&'static str> {
        let by = |(_, on): &(&'static str, Option<Day>)| on.is_some_and(|d| d <= day);
        self.milestones().into_iter().filter(by).map(|(code, _)| code).collect()
    }
}

/// Where a township stands with its station on a day, for colours: built by whoever serves it, else late against its own
/// date, else stuck, else begun.
pub fn township_status(sheet: Option<&SheetDates>, built: bool, stuck: bool, day: Day) -> Status {
    if built {
        return Status::Done;
    }
    let Some(s) = sheet else { return Status::NoData };
    if s.due_on.is_some_and(|d| d < day) {
        Status::Overdue
    } else if stuck {
        Status::Behind
    } else if s.begun_on().is_some_and(|d| d <= day) {
        Status::OnCourse
    } else {
        Status::NoData
    }
}
