use super::lists;
use crate::Day;

/// The ages for which a category exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgeGuard {
    /// Any age.
    Any,
    /// Younger than so many years.
    Under(i64),
    /// So many years or more.
    AtLeast(i64),
}

crate::codes! {
    /// Why a category cannot be given.
    pub enum CategoryProblem {
        /// No such category.
        Unknown = "category-unknown",
        /// The person is too old for it.
        TooOld = "category-too-old",
        /// The person is too young for it.
        TooYoung = "category-too-young",
    }
}

/// 对象类别. One person has many; totals by category may exceed persons and must say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Category {
    /// Two-digit code.
    pub code: &'static str,
    /// Chinese label.
    pub zh: &'static str,
    /// English label.
    pub en: &'static str,
    /// Code of the list `category_group`.
    pub group: &'static str,
    /// Age guard.
    pub age: AgeGuard,
    /// Makes the file P4: never in lists, search snippets or exports (domain.md section 13).
    pub p4: bool,
    /// Only on written referral from 司法 and ending by a date; refused for an offence committed under 18, because
    /// juvenile records are sealed.
    pub needs_referral: bool,
    /// False for 临时救助, a dated event and no standing category.
    pub standing: bool,
}

const fn cat(code: &'static str, zh: &'static str, en: &'static str, group: &'static str, age: AgeGuard) -> Category {
    Category { code, zh, en, group, age, p4: false, needs_referral: false, standing: true }
}
const fn p4(c: Category) -> Category {
    Category { p4: true, ..c }
}
const fn by_referral(c: Category) -> Category {
    Category { needs_referral: true, ..p4(c) }
}

use AgeGuard::{Any, AtLeast, Under};

/// The categories, in order of code.
pub static CATEGORIES: &[Category] = &[
    cat("01", "低保", "Minimum living allowance", "assistance", Any),
    cat("02", "特困", "Destitute support", "assistance", Any),
    cat("03", "低保边缘", "Near-minimum family", "assistance", Any),
    cat("04", "刚性支出困难", "Rigid-expense hardship", "assistance", Any),
    cat("05", "防返贫监测", "Monitored against return to poverty", "assistance", Any),
    Category { standing: false, ..cat("06", "临时救助", "Temporary assistance", "assistance", Any) },
    cat("07", "其他低收入", "Other low income", "assistance", Any),
    cat("11", "孤儿", "Orphan", "child", Under(18)),
    cat("12", "事实无人抚养儿童", "De facto unattended child", "child", Under(18)),
    cat("13", "困境儿童(其他)", "Child in difficulty (other)", "child", Under(18)),
    cat("14", "农村留守儿童", "Left-behind child (rural)", "child", Under(16)),
    cat("15", "流动儿童", "Migrant child", "child", Under(16)),
    p4(cat("16", "艾滋病病毒感染儿童", "Child living with HIV", "child", Under(18))),
    cat("21", "独居老人", "Elder living alone", "elder", AtLeast(60)),
    cat("22", "空巢老人", "Empty-nest elder", "elder", AtLeast(60)),
    cat("23", "留守老人", "Left-behind elder", "elder", AtLeast(60)),
    cat("24", "失能老人", "Disabled elder", "elder", AtLeast(60)),
    cat("25", "高龄老人", "Elder of 80 or more", "elder", AtLeast(80)),
    cat("26", "重残老人", "Severely disabled elder", "elder", AtLeast(60)),
    // A household code: no age guard.
    cat("27", "计生特殊家庭", "Special family-planning family", "elder", Any),
    cat("28", "孤寡老人", "Elder without family", "elder", AtLeast(60)),
    cat("31", "残疾人", "Person with disability", "disability", Any),
    cat("32", "重度残疾", "Severe disability", "disability", Any),
    p4(cat("33", "精神障碍社区康复", "Psychiatric community rehabilitation", "disability", Any)),
    cat("34", "智力障碍", "Intellectual disability", "disability", Any),
    cat("41", "农村留守妇女", "Left-behind woman (rural)", "women", Any),
    cat("42", "单身特困母亲", "Single mother in hardship", "women", Any),
    p4(cat("43", "受家暴", "Suffering domestic violence", "women", Any)),
    cat("51", "流浪乞讨", "Vagrant or begging", "special", Any),
    by_referral(cat("52", "社区矫正", "Community correction", "special", AtLeast(18))),
    p4(cat("53", "社区戒毒康复", "Community drug rehabilitation", "special", Any)),
    by_referral(cat("54", "刑满释放", "Released from prison", "special", AtLeast(18))),
    cat("61", "退役军人困难", "Veteran in hardship", "hardship", Any),
    cat("62", "困难职工", "Worker in hardship", "hardship", Any),
    cat("63", "受灾", "Disaster-affected", "hardship", Any),
    cat("64", "大病", "Serious illness", "hardship", Any),
    cat("90", "普通居民(适度普惠)", "Ordinary resident", "general", Any),
];

/// The category with that code.
pub fn category(code: &str) -> Option<&'static Category> {
    CATEGORIES.iter().find(|c| c.code == code)
}

impl Category {
    /// Whether a person born on `birth` can have the category on `on`. A birthday counts from its own day.
    pub fn check_age(&self, birth: Day, on: Day) -> Result<(), CategoryProblem> {
        let age = birth.years_until(on);
        match self.age {
            AgeGuard::Under(n) if age >= n => Err(CategoryProblem::TooOld),
            AgeGuard::AtLeast(n) if age < n => Err(CategoryProblem::TooYoung),
            _ => Ok(()),
        }
    }
}

/// As [`Category::check_age`], by code; an unknown code is a problem.
pub fn check_age(code: &str, birth: Day, on: Day) -> Result<(), CategoryProblem> {
    category(code).ok_or(CategoryProblem::Unknown)?.check_age(birth, on)
}

lists! {
    /// Groups of categories.
    CATEGORY_GROUP = "category_group" {
        "assistance" "社会救助对象" "Social assistance",
        "child" "儿童" "Children",
        "elder" "老年人" "Elders",
        "disability" "残疾人" "Disability",
        "women" "妇女" "Women",
        "special" "特殊人群" "Special groups",
        "hardship" "其他困难群众" "Other hardship",
        "general" "普通居民" "Residents in general",
    }
    /// 认定来源: official status and a worker's opinion are different facts.
    CATEGORY_BASIS = "category_basis" {
        "civil_affairs" "民政系统" "Civil-affairs system",
        "disabled_federation" "残联" "Disabled persons' federation",
        "other_authority" "其他部门" "Other authority",
        "worker" "社工发现未认定" "Seen by the worker, not confirmed",
    }
    /// 处理依据 (PIPL): consent is not mandatory where another basis holds.
    LEGAL_BASIS = "legal_basis" {
        "statutory_duty" "法定职责" "Statutory duty",
        "consent" "同意" "Consent",
        "separate_consent" "单独同意" "Separate consent",
        "guardian_consent" "监护人同意" "Guardian's consent",
        "emergency" "紧急" "Emergency",
        "mandatory_report" "强制报告" "Mandatory report",
    }
    /// 同意事项.
    CONSENT_SCOPE = "consent_scope" {
        "file" "建档" "Opening a file",
        "sensitive" "敏感信息" "Sensitive information",
        "referral" "共享转介" "Sharing for referral",
        "image" "影像" "Photographs and video",
        "showcase" "宣传案例" "Showcase",
        "review" "评估督导查阅" "Reading by evaluators and supervisors",
    }
    /// 同意方式.
    CONSENT_FORM = "consent_form" {
        "written" "书面" "In writing",
        "witnessed" "口头见证" "Spoken, with a witness",
        "guardian" "监护人" "By the guardian",
    }
    /// 建档来源, also of leads and cases.
    SOURCE = "source" {
        "self" "主动求助" "Asked for help",
        "family" "家属" "Family",
        "village" "村居" "Village or community",
        "township" "乡镇/民政" "Township or civil affairs",
        "authority" "部门转介" "Referred by an authority",
        "school" "学校" "School",
        "hospital" "医院" "Hospital",
        "police" "警方" "Police",
        "worker_visit" "社工走访" "Found by a worker",
        "hotline" "热线" "Hotline",
        "volunteer" "志愿者" "Volunteer",
        "other" "其他" "Other",
    }
    /// 在册状态.
    RESIDENT_STATE = "resident_state" {
        "active" "在册" "On file",
        "paused" "暂停" "Paused",
        "closed" "注销" "Closed",
    }
    /// 注销原因.
    RESIDENT_CLOSE_REASON = "resident_close_reason" {
        "deceased" "去世" "Deceased",
        "moved" "迁出" "Moved away",
        "no_need" "不再需要" "No longer needed",
        "merged" "合并档案" "File merged",
    }
    /// 责任社工空缺.
    VACANCY = "vacancy" {
        "gap" "空窗" "Contract gap",
        "unassigned" "待派" "To be assigned",
        "handover" "交接" "Being handed over",
    }
    /// 证件缺失原因.
    ID_MISSING_REASON = "id_missing_reason" {
        "unregistered" "未落户" "Not yet registered",
        "lost" "遗失" "Lost",
        "unwilling" "不愿提供" "Not willing to give it",
        "unable" "无法提供" "Not able to give it",
        "to_verify" "待核" "To be verified",
    }
    /// 人户状态.
    PRESENCE = "presence" {
        "0" "户在人在" "Registered and living here",
        "1" "户在人不在" "Registered here, living elsewhere",
        "2" "户不在人在" "Living here, registered elsewhere",
    }
    /// 居住状况.
    LIVING_WITH = "living_with" {
        "alone" "独居" "Alone",
        "empty_nest" "空巢" "Empty nest",
        "spouse" "与配偶" "With spouse",
        "children" "与子女" "With children",
        "grandchildren" "隔代" "With grandchildren",
        "institution" "机构" "In an institution",
        "other" "其他" "Other",
    }
    /// 自理能力, codes of the source.
    CARE_ABILITY = "care_ability" {
        "2" "自理" "Cares for self",
        "4" "半自理且照顾充足" "Partly, with enough care",
        "3" "半自理照顾不足" "Partly, with too little care",
        "1" "不能自理影响生存" "Not, survival affected",
    }
    /// 照料资源.
    CARE_RESOURCE = "care_resource" {
        "relatives" "亲属" "Relatives",
        "neighbours" "邻里" "Neighbours",
        "community" "社区居家养老" "Community home care",
        "helper" "保姆" "Paid helper",
        "institution" "机构" "Institution",
        "none" "无" "None",
    }
    /// 住房.
    HOUSING = "housing" {
        "owned" "自置" "Owned",
        "public" "公租/保障" "Public or subsidised",
        "rented" "租住" "Rented",
        "self_built" "自建" "Self-built",
        "resettled" "回迁" "Moved back after redevelopment",
        "dormitory" "宿舍" "Dormitory",
        "institution" "机构" "Institution",
        "placed" "安置" "Placed",
        "other" "其他" "Other",
    }
    /// 待遇.
    BENEFIT = "benefit" {
        "policy_subsidy" "政策补贴" "Policy subsidy",
        "medical" "医疗救助" "Medical assistance",
        "long_term_care" "长护险" "Long-term care insurance",
        "housing" "住房" "Housing",
        "education" "教育" "Education",
        "social_insurance" "社会保险" "Social insurance",
        "preferential" "优抚" "Preferential treatment",
        "judicial" "司法救助" "Judicial assistance",
        "temporary" "临时救助" "Temporary assistance",
        "charity" "慈善" "Charity",
        "none" "无" "None",
    }
    /// 风险等级 and the interval of visits it asks for by default.
    RISK_LEVEL = "risk_level" {
        "1" "一级(每周)" "Level 1 (weekly)",
        "2" "二级(每两周)" "Level 2 (every two weeks)",
        "3" "三级(每月)" "Level 3 (monthly)",
        "4" "四级(每季度)" "Level 4 (quarterly)",
        "5" "五级(每半年)" "Level 5 (half-yearly)",
        "6" "六级(每年)" "Level 6 (yearly)",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn day(s: &str) -> Day {
        Day::parse(s).unwrap()
    }

    #[test]
    fn the_categories_of_the_handbook() {
        let codes: Vec<_> = CATEGORIES.iter().map(|c| c.code).collect();
        assert!(codes.is_sorted());
        assert_eq!(codes.iter().collect::<HashSet<_>>().len(), 37);
        let with = |f: fn(&Category) -> bool| CATEGORIES.iter().filter(|c| f(c)).map(|c| c.code).collect::<Vec<_>>();
        assert_eq!(with(|c| c.p4), ["16", "33", "43", "52", "53", "54"]);
        assert_eq!(with(|c| c.needs_referral), ["52", "54"]);
        assert_eq!(with(|c| !c.standing), ["06"]);
        assert!(CATEGORIES.iter().all(|c| CATEGORY_GROUP.has(c.group) && !c.en.is_empty()));
    }

    #[test]
    fn age_guards_on_the_day() {
        let today = day("2021-07-08");
        for (code, birth, ok) in [
            ("11", "2003-07-09", Ok(())),
            ("11", "2003-07-08", Err(CategoryProblem::TooOld)),
            ("14", "2005-07-09", Ok(())),
            ("14", "2005-07-08", Err(CategoryProblem::TooOld)),
            ("15", "2005-07-08", Err(CategoryProblem::TooOld)),
            ("21", "1961-07-08", Ok(())),
            ("21", "1961-07-09", Err(CategoryProblem::TooYoung)),
            ("25", "1941-07-08", Ok(())),
            ("25", "1941-07-09", Err(CategoryProblem::TooYoung)),
            ("27", "2000-01-01", Ok(())),
            ("01", "2021-07-08", Ok(())),
            ("52", "2003-07-09", Err(CategoryProblem::TooYoung)),
            ("53", "2003-07-09", Ok(())),
            ("99", "2003-07-09", Err(CategoryProblem::Unknown)),
        ] {
            assert_eq!(check_age(code, day(birth), today), ok, "{code} {birth}");
        }
    }
}
