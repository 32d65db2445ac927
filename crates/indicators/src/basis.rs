//! What counting rules rest on.

zw_core::codes! {
    /// What a counting rule rests on, in words that an official knows. The rows of our own papers from which a rule was
    /// written stand as comments beside it.
    pub enum Basis {
        /// The province's published figures of 2021: stations built and operating, coverage, posted workers, centres, rooms.
        Circular = "circular",
        /// The weekly report on building (每周一报送).
        Weekly = "weekly",
        /// The monthly service table of the stations.
        Monthly = "monthly",
        /// The map: divisions with what is left out and why.
        Map = "map",
        /// Acceptance by premises, staff and service (有场地、有人员、有服务).
        Acceptance = "acceptance",
        /// The provincial plan for buying services: at least two workers a station in principle.
        Staffing = "staffing",
        /// The rhythm of reporting: weekly, monthly, quarterly.
        Rhythm = "rhythm",
        /// Nothing published: defined by this program.
        Own = "own",
    }
}

// The words are in the reporting module, whose pages show them.
impl Basis {
    /// Fluent key of its words.
    pub fn words(self) -> String {
        format!("reporting-basis-{}", zw_core::code::Code::code(self))
    }
}
