//! The proposed text, literally.

use super::*;
use crate::model::sample;
use zw_core::UnitId;

fn rendered(f: &Figures<'_>) -> Vec<String> {
    body(f, &CircularSettings::default())
        .paragraphs
        .iter()
        .map(|p| format!("{}{}", p.lead, template::render(&p.text, |k| f.text(k))))
        .collect()
}

#[test]
fn the_model_text_of_the_handbook() {
    let (before, now) = (sample::june(), sample::july());
    let f = Figures { now: &now, before: Some(&before) };
    assert_eq!(title(&f), "关于截至2021年7月8日全省乡镇（街道）社工站建设进展情况的通报（快报）");
    let text = rendered(&f);
    assert_eq!(
        text[0],
        "现将全省社工站建设进展情况通报如下。数据截至7月8日（快报），未经县级确认部分见附件3，口径见附件4。"
    );
    assert_eq!(
        text[1],
        "一、总体进展。全省应建站1100个，建成运营716个，比6月9日增加92个；覆盖率65.1%，比6月9日提高8.4个百分点。\
         在岗社工2839人，比6月9日增加813人，其中持证1203人，持证率42.4%。建成县级指导中心26个、村（居）社工室1351个。"
    );
    assert_eq!(text[2], "二、工作成效。甲市子区实现乡镇（街道）社工站全覆盖。");
    assert_eq!(text[3], "三、存在问题");
    assert_eq!(
        text[4],
        "（一）进度不均衡。各设区市覆盖率最高80.0%、最低60.0%，甲市丑县（应建10个、建成6个）比6月9日无新增。"
    );
    assert_eq!(
        text[5],
        "（二）未建站与障碍。尚有2个乡镇（街道）没有建成运营的社工站，其中已挂牌未验收1个、超过预计日期2个。"
    );
    assert_eq!(text[6], "（三）未按时报送。6月28日至7月4日的周报，甲市丑县逾期、乙市寅县未报（见附件3）。");
    assert!(text.iter().all(|t| !t.contains("上月") && !t.contains("〔？〕")), "{text:?}");
    // Every figure is a placeholder of the system.
    assert!(body(&f, &CircularSettings::default()).paragraphs[1].figures.len() >= 10);
}

#[test]
fn a_city_refers_to_its_own_annexes_and_compares_no_small_counties() {
    let now = sample::city();
    let f = Figures { now: &now, before: None };
    assert_eq!(title(&f), "关于截至2021年7月8日全市乡镇（街道）社工站建设进展情况的通报（快报）");
    let text = rendered(&f);
    assert_eq!(
        text[0],
        "现将全市社工站建设进展情况通报如下。数据截至7月8日（快报），未经县级确认部分见附件2，口径见附件3。"
    );
    assert!(text[1].starts_with("一、总体进展。全市应建站33个，建成运营19个；覆盖率57.6%。"), "{}", text[1]);
    assert_eq!(text[4], "（一）进度不均衡。各县（市、区）覆盖率最高60.0%、最低50.0%（应建不足10个的不比较）。");
    assert!(text[6].ends_with("（见附件2）。"), "{}", text[6]);
    let whole = text.join("");
    assert!(whole.contains("对照附件2逐一核实") && !whole.contains("附件4") && !whole.contains("设区市"), "{whole}");
}

#[test]
fn a_municipality_has_no_cities() {
    let now = sample::municipality();
    let f = Figures { now: &now, before: None };
    assert_eq!(title(&f), "关于截至2021年7月8日全市乡镇（街道）社工站建设进展情况的通报（快报）");
    let text = rendered(&f);
    assert_eq!(text[0], "现将全市社工站建设进展情况通报如下。数据截至7月8日（快报），口径见附件3。");
    assert_eq!(text[4], "（一）进度不均衡。各县（市、区）覆盖率最高100.0%、最低30.0%。");
    assert!(!text.concat().contains("设区市") && !text.concat().contains("全省"), "{text:?}");
}

#[test]
fn areas_are_called_by_their_names() {
    for (name, want) in [
        ("示例省", "全省"),
        ("北京市", "全市"),
        ("内蒙古自治区", "全区"),
        ("锡林郭勒盟", "全盟"),
        ("恩施土家族苗族自治州", "全州"),
        ("大兴安岭地区", "全地区"),
        ("平潭综合实验区", "全区"),
    ] {
        assert_eq!(scope_words(name), want, "{name}");
    }
    assert_eq!(part_words(&sample::july()), "设区市");
    assert_eq!(part_words(&sample::with_direct_county()), "设区市和直管县（市、区）");
}

#[test]
fn months_name_late_weeks_by_dates_and_stations_by_number() {
    let mut now = sample::july();
    now.body.overdue.clear();
    let late = |period: &str, unit: Option<u128>, timeliness| Overdue {
        period: period.into(),
        unit: unit.map(|n| UnitId(zw_core::Uuid::from_u128(n))),
        timeliness,
        ..sample::july().body.overdue[0].clone()
    };
    now.body.overdue = vec![
        late("2021-W24", None, Timeliness::Missing),
        late("2021-W25", None, Timeliness::Late),
        late("2021-06", Some(1), Timeliness::Late),
        late("2021-06", Some(2), Timeliness::Late),
        late("2021-06", Some(3), Timeliness::Missing),
    ];
    let text = rendered(&Figures { now: &now, before: None });
    let found = text.iter().find(|t| t.contains("未按时报送")).unwrap();
    assert!(
        found.ends_with(
            "6月14日至20日的周报，甲市丑县未报；6月21日至27日的周报，甲市丑县逾期；\
             2021年6月月报逾期2个站、未报1个站（见附件3）。"
        ),
        "{found}"
    );
    // Nobody late, nobody named.
    now.body.overdue.clear();
    let text = rendered(&Figures { now: &now, before: None }).concat();
    assert!(!text.contains("未按时报送") && text.contains("未经县级确认部分见附件3"), "{text}");
}

#[test]
fn without_an_earlier_snapshot_nothing_is_compared() {
    let now = sample::july();
    let text = rendered(&Figures { now: &now, before: None }).join("");
    assert!(!text.contains('比') && !text.contains("持平") && !text.contains("〔？〕"), "{text}");
}

#[test]
fn falls_are_said_as_falls() {
    let (before, now) = (sample::july(), sample::june());
    let text = rendered(&Figures { now: &now, before: Some(&before) }).join("");
    assert!(text.contains("减少92个") && text.contains("下降8.4个百分点"), "{text}");
    let text = rendered(&Figures { now: &now, before: Some(&now) }).join("");
    assert!(text.contains("建成运营624个，与6月9日持平；覆盖率56.7%，与6月9日持平"), "{text}");
}

#[test]
fn how_few_workers_are_too_few_is_the_setting_of_the_day() {
    let mut now = sample::july();
    now.body.total.values.insert("workers_short_stations".into(), 4);
    let text = rendered(&Figures { now: &now, before: None }).concat();
    assert!(text.contains("人员不足。4个站在岗社工不足3人。"), "{text}");
}
