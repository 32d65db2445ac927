//! The code lists of consents and refusals (domain.md 5.14), and the notice that residents are shown.

use serde::{Deserialize, Serialize};
use zw_access::Setting;
use zw_core::FieldErrors;

zw_core::codes! {
    /// What a consent or a refusal is about (事项).
    pub enum ConsentScope {
        /// 建档.
        Filing = "filing",
        /// 敏感信息: what is of class P3; its own question (PIPL 29).
        Sensitive = "sensitive",
        /// 共享转介.
        Sharing = "sharing",
        /// 影像.
        Image = "image",
        /// 宣传案例.
        Showcase = "showcase",
        /// 评估督导查阅.
        Review = "review",
    }
}
zw_core::codes! {
    /// What the person answered.
    pub enum ConsentAnswer {
        /// 同意.
        Given = "given",
        /// 拒绝: an answer like the other one.
        Refused = "refused",
    }
}
zw_core::codes! {
    /// How a consent was given (方式).
    pub enum ConsentForm {
        /// 书面.
        Written = "written",
        /// 口头见证.
        Oral = "oral",
        /// 监护人.
        Guardian = "guardian",
    }
}
zw_core::codes! {
    /// Why a guardian signs for a grown-up (民法典 28, 31, 33).
    pub enum GuardianGround {
        /// 法院认定无（限制）民事行为能力.
        Court = "court",
        /// 村（居）委会或民政部门指定.
        Appointed = "appointed",
        /// 意定监护协议.
        Agreed = "agreed",
    }
}
zw_core::codes! {
    /// Groups of fields that a consent is about.
    pub enum FieldGroup {
        /// 身份与联系方式.
        Basic = "basic",
        /// 家庭与监护.
        Family = "family",
        /// 居住与照料.
        Living = "living",
        /// 服务记录.
        Service = "service",
        /// 收入与待遇 (P3).
        Benefit = "benefit",
        /// 健康与残疾 (P3).
        Health = "health",
        /// 影像.
        Image = "image",
    }
}
zw_core::codes! {
    /// Where a consent or refusal stands on a day.
    pub enum ConsentState {
        /// 有效.
        Standing = "standing",
        /// 已撤回.
        Withdrawn = "withdrawn",
        /// 已到期.
        Expired = "expired",
        /// 拒绝.
        Refused = "refused",
        /// 已有新的答复: a later answer counts for everything it was about.
        Replaced = "replaced",
        /// 不满14周岁，不是监护人的同意.
        NotGuardian = "not_guardian",
    }
}
zw_core::codes! {
    /// What somebody refused who is not on file.
    pub enum RefusedWhat {
        /// 不同意建档.
        File = "file",
        /// 也不接受服务.
        Service = "service",
    }
}
zw_core::codes! {
    /// Why a refusal of a file stands no more.
    pub enum RefusalEnd {
        /// 后来同意建档.
        Agreed = "agreed",
        /// 已不在本地或不再属于这一类.
        Gone = "gone",
        /// 同一人记了两次.
        Twice = "twice",
        /// 误记.
        Mistake = "mistake",
    }
}
zw_db::code_cols!(
    ConsentScope,
    ConsentAnswer,
    ConsentForm,
    GuardianGround,
    FieldGroup,
    ConsentState,
    RefusedWhat,
    RefusalEnd
);

impl FieldGroup {
    /// What a consent to a matter is about unless it says less.
    pub fn of(scope: ConsentScope) -> &'static [Self] {
        match scope {
            ConsentScope::Filing => &[Self::Basic, Self::Family, Self::Living, Self::Service],
            ConsentScope::Sensitive => &[Self::Benefit, Self::Health],
            ConsentScope::Image => &[Self::Image],
            ConsentScope::Sharing | ConsentScope::Showcase | ConsentScope::Review => &[],
        }
    }
    /// The consent that this group needs besides the one to be on file.
    pub fn needs(self) -> Option<ConsentScope> {
        match self {
            Self::Benefit | Self::Health => Some(ConsentScope::Sensitive),
            Self::Image => Some(ConsentScope::Image),
            Self::Basic | Self::Family | Self::Living | Self::Service => None,
        }
    }
}

/// Setting `practice.notice`: what the notice says, kept with every consent as it was said then (PIPL 17).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Notice {
    /// What the data are for.
    #[schemars(extend("x-lines" = 3))]
    pub purpose: String,
    /// Who receives them.
    #[schemars(extend("x-lines" = 3))]
    pub recipients: String,
    /// How long they are kept.
    #[schemars(extend("x-lines" = 3))]
    pub keeping: String,
}

impl Default for Notice {
    fn default() -> Self {
        Self {
            purpose: "为您建立服务档案，安排探访咨询和帮扶，并按规定统计服务情况。".into(),
            recipients: "本社工站的社工和站长；县级指导中心和乡镇（街道）只看隐去姓名的记录。".into(),
            keeping: "服务结束后保存10年，未成年人至少保存至年满23周岁；法律和行政法规另有规定的从其规定。".into(),
        }
    }
}

/// Most characters of a text of the notice or of a consent.
pub(crate) const MOST: usize = 200;

// i18n-keys: practice-set-notice-text practice-set-notice-text-does practice-set-notice-text-purpose
// i18n-keys: practice-set-notice-text-recipients practice-set-notice-text-keeping
impl Setting for Notice {
    const KEY: &'static str = "practice.notice";
    const MEANING: &'static str = "practice-set-notice-text";
    fn check(&self) -> FieldErrors {
        let mut e = FieldErrors::default();
        for (field, text) in [("purpose", &self.purpose), ("recipients", &self.recipients), ("keeping", &self.keeping)]
        {
            if text.trim().is_empty() {
                e.add(field, "required");
            } else if text.chars().count() > MOST {
                e.add_with(field, "too-long", &[("max", &MOST.to_string())]);
            }
        }
        e
    }
}
