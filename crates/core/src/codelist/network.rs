use super::lists;

lists! {
    /// Why a division does not count in denominators. The note is the only wording on any page.
    EXCLUSION_REASON = "exclusion_reason" {
        "not_administered_note" "统计范围未包括金门县和连江县马祖列岛" "Statistics do not include Jinmen County and the Mazu Islands of Lianjiang County",
        "functional_unit" "功能区、农林场等非建制单位" "Functional zone, farm or similar",
        "pseudo_division" "代码表中的归类行" "Grouping row of the code table",
        "demo_assumption" "演示假设" "Assumption of the demo",
        "decided" "省级决定不计入" "Left out by a decision of the province",
    }
    /// 站点层级.
    UNIT_TIER = "unit_tier" {
        "x" "县级指导中心" "County guidance centre",
        "t" "乡镇(街道)社工站" "Township station",
        "v" "村(居)社工室" "Village room",
    }
    /// 站点类型.
    UNIT_KIND = "unit_kind" {
        "sub_district" "街道" "Sub-district",
        "township" "乡镇" "Town or township",
        "functional" "功能区" "Functional zone",
    }
    /// 站点状态.
    UNIT_STATE = "unit_state" {
        "planned" "拟建" "Planned",
        "preparing" "筹建" "Preparing",
        "submitted" "待验收" "Awaiting acceptance",
        "operating" "建成运营" "Operating",
        "rectifying" "整改" "Rectifying",
        "suspended" "暂停" "Suspended",
        "merged" "并入" "Merged",
        "closed" "撤销" "Closed",
    }
    /// 建站单节点, in their usual order.
    MILESTONE = "milestone" {
        "venue" "场地落实" "Venue found",
        "tender" "招标" "Tender",
        "contract" "签约" "Contract signed",
        "staff" "人员到岗" "Staff on post",
        "plaque" "挂牌" "Plaque hung",
        "acceptance" "验收" "Acceptance",
    }
    /// 验收的三项.
    ACCEPTANCE_GROUP = "acceptance_group" {
        "venue" "有场地" "Premises",
        "staff" "有人员" "Staff",
        "service" "有服务" "Service",
    }
    /// 障碍.
    OBSTACLE = "obstacle" {
        "venue" "场地" "Venue",
        "tender" "招标" "Tender",
        "funding" "资金" "Funding",
        "staff" "人员" "Staff",
        "other" "其他" "Other",
    }
    /// 空窗原因: why a station has nobody on post.
    GAP_CAUSE = "gap_cause" {
        "tender" "招标未完" "Tender not finished",
        "failed_tender" "流标" "Tender failed",
        "funding" "资金" "Funding",
        "dispute" "争议" "Dispute",
        "other" "其他" "Other",
    }
    /// 建站单维护方.
    BUILD_OUT_KEEPER = "build_out_keeper" {
        "county" "县" "County",
        "township" "乡镇" "Township",
    }
    /// 运营方式; 购买岗位 is restricted and needs its legal basis.
    OPERATING_MODE = "operating_mode" {
        "direct" "直聘" "Direct employment",
        "purchase" "购买服务" "Purchase of service",
        "posts" "购买岗位" "Purchase of posts (restricted)",
        "mixed" "混合" "Mixed",
        "own" "自办" "Run by the authority",
    }
    /// 场地权属.
    TENURE = "tenure" {
        "owned" "自有" "Owned",
        "free_use" "无偿使用" "Used free of charge",
        "leased" "租赁" "Leased",
    }
    /// 场地依托.
    HOST = "host" {
        "party_mass_centre" "党群服务中心" "Party-mass service centre",
        "linkage_station" "三社联动站" "Three-party linkage station",
        "convenience_centre" "便民服务中心" "Convenience service centre",
        "civilisation_station" "文明实践站" "Civilisation practice station",
        "independent" "独立" "Independent",
        "other" "其他" "Other",
    }
    /// 证书等级.
    CERTIFICATE_LEVEL = "certificate_level" {
        "0" "无" "None",
        "1" "助理社会工作师" "Assistant social worker",
        "2" "社会工作师" "Social worker",
        "3" "高级社会工作师" "Senior social worker",
        "4" "台湾采认" "Taiwan qualification, recognised",
        "9" "其他" "Other",
    }
    /// 取得方式.
    CERTIFICATE_VIA = "certificate_via" {
        "exam" "考试" "Examination",
        "review" "评审" "Review",
        "recognition" "采认" "Recognition",
    }
    /// 岗位.
    POST = "post" {
        "head" "站长" "Head of station",
        "worker" "社工" "Social worker",
        "assistant" "社工助理" "Assistant",
        "supervisor" "督导" "Supervisor",
        "finance" "财务" "Finance",
        "manager" "项目主管" "Project manager",
    }
    /// 用工形式; 实习 is not headcount.
    EMPLOYMENT = "employment" {
        "agency" "机构聘用" "Employed by the agency",
        "township" "乡镇直聘" "Employed by the township",
        "dispatch" "劳务派遣" "Labour dispatch",
        "public_post" "公益性岗位" "Public-welfare post",
        "part_time" "兼职" "Part time",
        "established" "编内" "Established post",
        "seconded" "借调" "Seconded",
        "intern" "实习" "Intern",
    }
    /// 社工状态.
    WORKER_STATE = "worker_state" {
        "due" "待到岗" "Due to arrive",
        "on_post" "在岗" "On post",
        "away" "请假/借用" "On leave or lent",
        "left" "离岗" "Left",
    }
    /// 离岗原因.
    LEAVE_REASON = "leave_reason" {
        "contract_end" "合同期满" "End of contract",
        "pay" "薪酬" "Pay",
        "career" "个人发展" "Career",
        "civil_service" "考编" "Passed a recruitment exam",
        "family" "家庭" "Family",
        "moved_post" "转岗" "Moved to another post",
        "dismissed" "辞退" "Dismissed",
        "retired" "退休" "Retired",
        "project_end" "项目终止" "Project ended",
    }
    /// 来源地.
    ORIGIN = "origin" {
        "mainland" "大陆" "Mainland",
        "taiwan" "台湾" "Taiwan",
        "hong_kong" "香港" "Hong Kong",
        "macau" "澳门" "Macau",
        "foreign" "外籍" "Foreign",
    }
    /// 登记类型.
    ORG_KIND = "org_kind" {
        "social_service" "社会服务机构(民非)" "Social service institution",
        "association" "社团" "Association",
        "foundation" "基金会" "Foundation",
        "company" "企业" "Company",
        "institution" "事业单位" "Public institution",
    }
    /// 采购方式.
    PROCUREMENT = "procurement" {
        "open_tender" "公开招标" "Open tender",
        "invited_tender" "邀请招标" "Invited tender",
        "consultation" "竞争性磋商" "Competitive consultation",
        "negotiation" "竞争性谈判" "Competitive negotiation",
        "inquiry" "询价" "Price inquiry",
        "single_source" "单一来源" "Single source",
        "framework" "框架协议" "Framework agreement",
        "designated" "定向委托" "Direct commission",
        "online_bidding" "网上竞价" "Online bidding",
    }
    /// 资金来源.
    FUND_SOURCE = "fund_source" {
        "central_assistance" "中央困难群众救助补助" "Central assistance subsidy",
        "province" "省级专项" "Provincial earmarked fund",
        "city" "市级" "City",
        "county" "县级财政" "County budget",
        "township" "乡镇自筹" "Township's own",
        "lottery" "福彩公益金" "Welfare lottery",
        "assistance_purchase" "社会救助专项(购买)" "Social assistance (purchase)",
        "elder" "养老" "Elderly care",
        "child" "儿童" "Children",
        "donation" "慈善捐赠" "Donations",
        "other_authority" "其他部门" "Other authorities",
        "other" "其他" "Other",
    }
    /// 支付阶段.
    PAYMENT_STAGE = "payment_stage" {
        "first" "首期" "First",
        "progress" "进度" "Progress",
        "mid" "中期" "Mid-term",
        "final" "末期" "Final",
        "retention" "质保" "Retention",
    }
    /// 空窗原因.
    GAP_REASON = "gap_reason" {
        "tender_open" "招标未完" "Tender not finished",
        "tender_failed" "流标" "Tender failed",
        "funding" "资金" "Funding",
        "dispute" "争议" "Dispute",
        "other" "其他" "Other",
    }
    /// 报送种类.
    REPORT_KIND = "report_kind" {
        "week" "周报" "Weekly",
        "month" "月报" "Monthly",
        "quarter" "季报" "Quarterly",
        "half_year" "半年报" "Half-yearly",
        "year" "年报" "Yearly",
        "special" "专项" "Special",
    }
    /// 报送状态.
    REPORT_STATE = "report_state" {
        "draft" "草稿" "Draft",
        "submitted" "已报" "Submitted",
        "returned" "退回" "Returned",
        "approved" "审核通过" "Approved",
    }
    /// 时效; 更正 belongs to a new version after the lock.
    TIMELINESS = "timeliness" {
        "not_due" "未到期" "Not due",
        "on_time" "按时" "On time",
        "late" "逾期" "Late",
        "missing" "未报" "Missing",
        "exempt" "免报" "Exempt",
        "unknown" "期限未知" "Deadline unknown",
        "amended" "更正" "Amended",
    }
    /// 快照种类.
    SNAPSHOT_KIND = "snapshot_kind" {
        "frozen" "锁定" "Frozen",
        "flash" "快报" "Flash",
    }
    /// 问题类型.
    ISSUE_KIND = "issue_kind" {
        "people" "人" "People",
        "money" "财" "Money",
        "things" "物" "Things",
        "rules" "制度" "Rules",
        "data" "数据" "Data",
        "service" "服务" "Service",
        "safety" "安全" "Safety",
    }
    /// 督办来源.
    TASK_SOURCE = "task_source" {
        "meeting" "会议" "Meeting",
        "instruction" "批示" "Instruction",
        "circular" "通报" "Circular",
        "evaluation" "评估" "Evaluation",
        "linked_cadre" "挂钩" "Linked cadre",
        "complaint" "投诉" "Complaint",
        "warning" "预警" "Warning",
        "special" "专项" "Special",
    }
    /// 督办颜色.
    TASK_COLOUR = "task_colour" {
        "none" "正常" "Normal",
        "blue" "蓝" "Blue (reminder)",
        "orange" "橙" "Orange (overdue)",
        "red" "红" "Red (long overdue)",
    }
    /// 建设阶段.
    PHASE = "phase" {
        "coverage" "覆盖" "Coverage",
        "standard" "规范" "Standardisation",
        "raise" "提升" "Improvement",
    }
    /// 主管单位种类.
    AUTHORITY_KIND = "authority_kind" {
        "party" "党委部门" "Party department",
        "government" "政府部门" "Government department",
    }
    /// 主管职责.
    MANDATE = "mandate" {
        "station_admin" "社工站管理" "Station administration",
        "talent" "人才队伍" "Workforce",
        "volunteer" "志愿服务" "Volunteering",
        "social_assistance" "社会救助" "Social assistance",
        "child_protection" "儿童保护" "Child protection",
        "community_governance" "社区治理" "Community governance",
    }
}
