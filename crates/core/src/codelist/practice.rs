use super::lists;

lists! {
    /// 服务接触种类; a linked case makes it 个案.
    ENCOUNTER_KIND = "encounter_kind" {
        "visit" "探访" "Visit",
        "case" "个案" "Case contact",
        "advice" "咨询" "Consultation",
    }
    /// 接触方式.
    ENCOUNTER_MODE = "encounter_mode" {
        "home" "入户" "Home visit",
        "face" "面谈" "Face to face",
        "phone" "电话" "Telephone",
        "video" "视频" "Video call",
        "online" "线上" "Online",
        "escort" "陪同" "Accompanying",
        "conference" "会商" "Case conference",
        "chance" "偶遇" "Met by chance",
    }
    /// 接触类别.
    ENCOUNTER_PURPOSE = "encounter_purpose" {
        "routine" "日常" "Routine",
        "festival" "节日" "Festival",
        "check" "核查" "Check",
        "emergency" "应急" "Emergency",
        "follow_up" "结案跟进" "Follow-up after closing",
    }
    /// 接触结果.
    ENCOUNTER_RESULT = "encounter_result" {
        "no_action" "情况正常" "Nothing to do",
        "settled" "当场解决" "Settled on the spot",
        "follow" "需继续跟进" "To be followed up",
        "referred" "已转介" "Referred",
        "reported" "已上报" "Reported upward",
        "not_met" "未遇" "Not met",
    }
    /// 居住安全.
    SAFETY = "safety" {
        "none" "无" "None",
        "fire" "火" "Fire",
        "electricity" "电" "Electricity",
        "gas" "燃气" "Gas",
        "water" "水" "Water",
        "fall" "跌倒" "Falls",
    }
    /// 需求类型.
    NEED = "need" {
        "economic" "经济" "Economic",
        "medical" "医疗健康" "Medical and health",
        "daily_care" "生活照料" "Daily care",
        "home_safety" "居住安全" "Safety at home",
        "emotional" "心理情绪" "Emotional",
        "family" "家庭关系" "Family relations",
        "guardianship" "监护保护" "Guardianship and protection",
        "education" "教育学业" "Education",
        "employment" "就业技能" "Employment and skills",
        "social" "社会交往" "Social contact",
        "legal" "法律权益" "Legal rights",
        "policy" "政策申请" "Applying for policies",
        "mobility" "出行无障碍" "Mobility and access",
        "bereavement" "丧葬哀伤" "Bereavement",
        "other" "其他" "Other",
    }
    /// 紧急度, with the default time limit.
    URGENCY = "urgency" {
        "normal" "一般" "Normal (5 working days)",
        "urgent" "紧急" "Urgent (24 hours)",
        "crisis" "危机" "Crisis (at once)",
    }
    /// 服务领域.
    SERVICE_FIELD = "service_field" {
        "1" "社会救助" "Social assistance",
        "2" "为老养老" "Elderly care",
        "3" "儿童关爱保护" "Care and protection of children",
        "4" "社区治理" "Community governance",
        "5" "残障" "Disability",
        "6" "妇女家庭" "Women and families",
        "7" "青少年" "Young people",
        "8" "心理健康/精康" "Mental health",
        "9" "禁毒矫正" "Drugs and correction",
        "10" "医务" "Medical social work",
        "11" "退役军人" "Veterans",
        "12" "应急" "Emergencies",
        "13" "志愿慈善" "Volunteering and charity",
        "14" "其他" "Other",
    }
    /// 服务方法.
    METHOD = "method" {
        "case" "个案" "Case work",
        "group" "小组" "Group work",
        "activity" "社区活动" "Community activity",
        "visit" "探访" "Visit",
        "advice" "咨询" "Consultation",
        "publicity" "政策宣传" "Policy information",
        "resource" "资源链接" "Linking resources",
        "crisis" "危机介入" "Crisis intervention",
        "case_management" "个案管理" "Case management",
        "deliberation" "社区协商" "Community deliberation",
        "incubation" "组织培育" "Incubating organisations",
    }
    /// 不接案原因.
    DECLINE_REASON = "decline_reason" {
        "out_of_scope" "不属范围" "Out of scope",
        "refused" "拒绝" "Refused",
        "served" "已有服务" "Already served",
        "beyond_ability" "超出能力" "Beyond our ability (refer)",
        "unreachable" "无法联系" "Cannot be reached",
    }
    /// 结案原因.
    CLOSE_REASON = "close_reason" {
        "achieved" "目标达成" "Goals achieved",
        "mostly_achieved" "基本达成" "Goals mostly achieved",
        "client_ended" "对象要求终止" "Ended by the client",
        "referred" "转介" "Referred",
        "moved" "迁出" "Moved away",
        "deceased" "去世" "Deceased",
        "lost" "失联" "Lost contact",
        "uncooperative" "不配合" "Does not cooperate",
        "project_ended" "机构/项目终止" "Agency or project ended",
        "other" "其他" "Other",
    }
    /// 转介去向.
    REFERRAL_TARGET = "referral_target" {
        "centre" "上级中心" "County centre",
        "station" "他站" "Another station",
        "civil_affairs" "民政救助" "Civil-affairs assistance",
        "disabled_federation" "残联" "Disabled persons' federation",
        "women_federation" "妇联" "Women's federation",
        "youth_league" "团委" "Youth league",
        "health" "卫健医院" "Health authority or hospital",
        "police" "公安" "Police",
        "justice" "司法法援" "Justice and legal aid",
        "school" "教育学校" "Education or school",
        "elder_home" "养老机构" "Elderly-care institution",
        "charity" "慈善组织" "Charity",
        "rehabilitation" "精康机构" "Psychiatric rehabilitation",
        "child_protection" "未保中心" "Minor-protection centre",
        "other" "其他" "Other",
    }
    /// 小组性质.
    GROUP_NATURE = "group_nature" {
        "education" "教育" "Education",
        "growth" "成长" "Growth",
        "support" "支持" "Support",
        "therapy" "治疗" "Therapy",
        "interest" "兴趣" "Interest",
        "mutual_aid" "互助" "Mutual aid",
        "social_goal" "社会目标" "Social goals",
    }
    /// 小组阶段.
    GROUP_STAGE = "group_stage" {
        "forming" "形成" "Forming",
        "transition" "转折" "Transition",
        "mature" "成熟" "Mature",
        "ending" "结束" "Ending",
    }
    /// 活动类型.
    ACTIVITY_KIND = "activity_kind" {
        "publicity" "宣传" "Information",
        "festival" "节庆" "Festival",
        "clinic" "义诊" "Free clinic",
        "lecture" "讲座培训" "Lecture or training",
        "deliberation" "协商议事" "Deliberation",
        "volunteering" "志愿" "Volunteering",
        "culture_sport" "文体" "Culture and sport",
        "environment" "环境" "Environment",
        "relief" "救助" "Relief",
        "other" "其他" "Other",
    }
    /// 资源类型.
    RESOURCE_KIND = "resource_kind" {
        "money" "资金" "Money",
        "goods" "物资" "Goods",
        "service" "服务" "Services",
        "venue" "场地" "Venue",
        "labour" "人力" "Labour",
        "information" "信息" "Information",
    }
    /// 督导功能.
    SUPERVISION_FUNCTION = "supervision_function" {
        "administrative" "行政" "Administrative",
        "educational" "教育" "Educational",
        "supportive" "支持" "Supportive",
    }
    /// 督导形式.
    SUPERVISION_FORM = "supervision_form" {
        "individual" "个别" "Individual",
        "group" "团体" "Group",
        "peer" "同辈" "Peer",
        "on_site" "现场" "On site",
        "online" "线上" "Online",
    }
}
