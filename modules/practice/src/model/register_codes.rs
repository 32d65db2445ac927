//! The code lists of the register (domain.md sections 6 and 11).

zw_core::codes! {
    /// State on the register (domain.md section 6).
    pub enum ResidentState {
        /// 在册.
        Active = "active",
        /// 暂停: away for a while; still on the register.
        Paused = "paused",
        /// 注销.
        Closed = "closed",
    }
}
zw_core::codes! {
    /// Why a resident left the register.
    pub enum CloseReason {
        /// 去世.
        Death = "death",
        /// 迁出.
        MovedAway = "moved_away",
        /// 不再需要.
        NotNeeded = "not_needed",
        /// 合并档案: the same person was on file twice.
        Merged = "merged",
        /// 建档错误: never should have been on file.
        Error = "error",
    }
}
zw_core::codes! {
    /// A line of the register's ledger; the monthly table keeps a line for each (domain.md 7.1, M02 to M03c).
    pub enum MoveKind {
        /// 新增 (M02).
        Filed = "filed",
        /// 注销 (M03).
        Closed = "closed",
        /// 转入 (M02a).
        In = "in",
        /// 转出 (M03a).
        Out = "out",
        /// 合并, net (M03b).
        Merged = "merged",
        /// 更正, plus or minus (M03c).
        Correction = "correction",
    }
}
zw_core::codes! {
    /// Where the person lives against where they are registered (人户状态).
    pub enum Presence {
        /// 户在人在.
        Here = "0",
        /// 户在人不在.
        Away = "1",
        /// 户不在人在.
        LivesHere = "2",
    }
}
zw_core::codes! {
    /// Legal basis of keeping the record (security.md PRIV-2).
    pub enum LegalBasis {
        /// 法定职责.
        Statutory = "statutory",
        /// 同意.
        Consent = "consent",
        /// 单独同意.
        SeparateConsent = "separate_consent",
        /// 监护人同意.
        GuardianConsent = "guardian_consent",
        /// 紧急.
        Emergency = "emergency",
        /// 强制报告.
        MandatoryReport = "mandatory_report",
    }
}
zw_core::codes! {
    /// Why there is no document number.
    pub enum IdMissing {
        /// 未带证件.
        NotAtHand = "not_at_hand",
        /// 遗失.
        Lost = "lost",
        /// 未办理.
        NeverIssued = "never_issued",
        /// 不愿提供.
        Refused = "refused",
    }
}
zw_core::codes! {
    /// Who says that the person belongs to a category: an official status and a worker's view are different facts.
    pub enum Recognition {
        /// 民政系统.
        CivilAffairs = "civil_affairs",
        /// 残联.
        DisabledFederation = "disabled_federation",
        /// 其他部门.
        OtherDepartment = "other_department",
        /// 社工发现未认定.
        WorkerFound = "worker_found",
    }
}
zw_core::codes! {
    /// How the person came to the station (来源).
    pub enum Source {
        /// 社工走访.
        Outreach = "outreach",
        /// 主动求助.
        Own = "own",
        /// 家属.
        Family = "family",
        /// 村居.
        Village = "village",
        /// 乡镇/民政.
        Township = "township",
        /// 部门转介.
        Referral = "referral",
        /// 学校.
        School = "school",
        /// 医院.
        Hospital = "hospital",
        /// 警方.
        Police = "police",
        /// 热线.
        Hotline = "hotline",
        /// 志愿者.
        Volunteer = "volunteer",
        /// 其他.
        Other = "other",
    }
}
zw_core::codes! {
    /// Why nobody is responsible.
    pub enum Vacancy {
        /// 空窗.
        Gap = "gap",
        /// 待派.
        Unassigned = "unassigned",
        /// 交接.
        Handover = "handover",
    }
}
zw_db::code_cols!(ResidentState, CloseReason, MoveKind, Presence, LegalBasis, IdMissing, Recognition, Source, Vacancy);

impl LegalBasis {
    /// Whether it is a consent: then its date is needed, and it ends when it is withdrawn or runs out.
    pub fn is_consent(self) -> bool {
        matches!(self, Self::Consent | Self::SeparateConsent | Self::GuardianConsent)
    }
}
