use super::*;

const FUJIAN: &[u8] = include_bytes!("../../../../data/divisions-fujian-2023.csv");
const EXCLUSIONS: &str = include_str!("../../../../data/denominator-exclusions.csv");
const HEAD: &str = "code,name,level,parent_code\n";

fn plan(body: &str) -> ImportPlan {
    parse(format!("{HEAD}{body}").as_bytes(), &Exclusions::default()).unwrap_or_else(|p| panic!("{p:?}"))
}

fn reasons(body: &str) -> Vec<(u64, String, RowReason)> {
    let got = parse(format!("{HEAD}{body}").as_bytes(), &Exclusions::default());
    got.unwrap_err().into_iter().map(|p| (p.line, p.column, p.reason)).collect()
}

#[test]
fn the_shipped_file() {
    let plan = parse(FUJIAN, &Exclusions::parse(EXCLUSIONS).unwrap()).unwrap();
    assert_eq!(plan.rows_read, 18_762);
    assert_eq!(plan.divisions.len(), 18_760);
    assert_eq!(plan.count(DivisionKind::Province), (1, 1));
    assert_eq!(plan.count(DivisionKind::City), (9, 9));
    assert_eq!(plan.count(DivisionKind::County), (84, 83));
    assert_eq!(plan.count(DivisionKind::Township), (1_169, 1_106));
    assert_eq!(plan.count(DivisionKind::Village), (17_497, 17_496));
    let folded: Vec<_> = plan.folded.iter().map(|f| (f.code12.as_str(), f.name.as_str(), f.kind)).collect();
    assert_eq!(
        folded,
        [("350527000000", "金门县", DivisionKind::Township), ("350527000000", "金门县", DivisionKind::Village)]
    );
    assert_eq!(plan.divisions.iter().filter(|d| d.is_functional).count(), 62);
    let noted: Vec<_> = plan
        .divisions
        .iter()
        .filter(|d| d.exclusion.as_deref() == Some("not_administered_note"))
        .map(|d| d.name.as_str())
        .collect();
    assert_eq!(noted, ["金门县", "马祖乡", "马祖乡虚拟社区"]);
    assert!(plan.divisions.iter().all(|d| d.in_denominator == d.exclusion.is_none()));
}

#[test]
fn a_byte_order_mark_and_column_order_do_not_matter() {
    let with_mark = [b"\xEF\xBB\xBF".as_slice(), FUJIAN].concat();
    assert_eq!(parse(&with_mark, &Exclusions::default()), parse(FUJIAN, &Exclusions::default()));
    let text = "level,parent_code,name,code\r\nprovince,,福建省,350000000000\r\n";
    let plan = parse(text.as_bytes(), &Exclusions::default()).unwrap();
    assert_eq!(plan.divisions[0].name, "福建省");
}

#[test]
fn beijing_a_municipality() {
    let p = plan(
        "110000000000,北京市,province,\n\
         110100000000,市辖区,city,110000000000\n\
         110101000000,东城区,county,110100000000\n\
         110101001000,东华门街道,township,110101000000\n\
         110101001001,多福巷社区居委会,village,110101001000\n\
         110105000000,朝阳区,county,110100000000\n\
         110105021000,南磨房地区,township,110105000000\n\
         110105400000,首都机场街道,township,110105000000\n\
         110115000000,大兴区,county,110100000000\n\
         110115403000,北京经济技术开发区,township,110115000000\n",
    );
    let of = |code: &str| p.divisions.iter().find(|d| d.code12 == code).unwrap();
    assert!(of("110100000000").is_pseudo);
    assert_eq!(of("110100000000").exclusion.as_deref(), Some("pseudo_division"));
    assert!(!of("110105021000").is_functional, "地区 of a regular class is a township unit");
    assert!(!of("110105400000").is_functional);
    assert!(of("110115403000").is_functional);
    assert_eq!(p.count(DivisionKind::Township), (4, 3));
}

#[test]
fn counties_under_the_province_and_cities_without_counties() {
    let p = plan(
        "420000000000,湖北省,province,\n\
         429000000000,省直辖县级行政区划,city,420000000000\n\
         429004000000,仙桃市,county,429000000000\n\
         429004100000,郑场镇,township,429004000000\n\
         429004404000,五湖渔场,township,429004000000\n\
         440000000000,广东省,province,\n\
         441900000000,东莞市,city,440000000000\n\
         441900000000,东莞市,county,441900000000\n\
         441900101000,石碣镇,township,441900000000\n\
         460000000000,海南省,province,\n\
         460400000000,儋州市,city,460000000000\n\
         460400100000,那大镇,township,460400000000\n\
         460400100001,胜利社区居委会,village,460400100000\n",
    );
    assert_eq!(p.folded.len(), 1);
    assert_eq!((p.folded[0].name.as_str(), p.folded[0].kind), ("东莞市", DivisionKind::County));
    let of = |code: &str| p.divisions.iter().find(|d| d.code12 == code).unwrap();
    assert_eq!(of("441900101000").parent_code.as_deref(), Some("441900000000"));
    assert_eq!(of("441900000000").kind, DivisionKind::City);
    assert!(of("429000000000").is_pseudo && !of("429004000000").is_pseudo);
    // A province that holds a county without a grouping row is fine too.
    assert_eq!(plan("420000000000,湖北省,province,\n429004000000,仙桃市,county,420000000000\n").divisions.len(), 2);
}

#[test]
fn township_names() {
    for (code, name, functional) in [
        ("350102001000", "鼓东街道", false),
        ("350121100000", "白沙镇", false),
        ("350121200000", "廷坪乡", false),
        ("350122205000", "小沧畲族乡", false),
        ("350122400000", "马祖乡", false),
        ("150121200000", "某某苏木", false),
        ("150121201000", "某某民族苏木", false),
        ("130100200000", "某某区公所", false),
        ("420112001000", "吴家山街", false),
        ("110105021000", "南磨房地区", false),
        ("650100001000", "某某街道办事处", false),
        ("110105421000", "某某地区", true),
        ("350104400000", "红星农场", true),
        ("350603500000", "蓝田开发区", true),
        ("350205403000", "天竺山林场", true),
        ("350305401000", "后海管理局", true),
        ("350123500000", "罗源湾", true),
        ("420112400000", "某某管委会", true),
        ("420112401000", "某某办事处", true),
    ] {
        assert_eq!(is_functional(DivisionKind::Township, code, name), functional, "{name}");
    }
}

/// Real codes: zones kept for statistics and districts, counties and cities of the same words.
#[test]
fn county_zones() {
    for (code, name, functional) in [
        ("410171000000", "郑州经济技术开发区", true),
        ("410172000000", "郑州高新技术产业开发区", true),
        ("410173000000", "郑州航空港经济综合实验区", true),
        ("130171000000", "石家庄高新技术产业开发区", true),
        ("620171000000", "兰州新区", true),
        ("340171000000", "合肥高新技术产业开发区", true),
        ("310115000000", "浦东新区", false),
        ("120116000000", "滨海新区", false),
        ("350128000000", "平潭县", false),
        ("469021000000", "定安县", false),
        ("659001000000", "石河子市", false),
        ("500115000000", "长寿区", false),
    ] {
        assert_eq!(is_functional(DivisionKind::County, code, name), functional, "{name}");
    }
    assert!(!is_functional(DivisionKind::City, "417100000000", "某市"), "only counties have such codes");
}

/// The zone stands in no denominator of counties; its sub-districts and farms are what they are elsewhere.
#[test]
fn a_zone_among_counties() {
    let p = plan(
        "410000000000,河南省,province,\n\
         410100000000,郑州市,city,410000000000\n\
         410102000000,中原区,county,410100000000\n\
         410172000000,郑州高新技术产业开发区,county,410100000000\n\
         410172001000,石佛街道,township,410172000000\n\
         410172400000,某某农场,township,410172000000\n",
    );
    let of = |code: &str| p.divisions.iter().find(|d| d.code12 == code).unwrap();
    let zone = of("410172000000");
    assert_eq!((zone.is_functional, zone.in_denominator), (true, false));
    assert_eq!(zone.exclusion.as_deref(), Some("functional_unit"));
    assert_eq!((p.count(DivisionKind::County), p.count(DivisionKind::Township)), ((2, 1), (2, 1)));
    assert!(of("410172001000").in_denominator && of("410172400000").is_functional);
}

#[test]
fn every_row_is_checked_and_every_problem_told() {
    let body = "350000000000,福建省,province,\n\
                350100000000,福州市,town,350000000000\n\
                350102000000,,county,350200000000\n\
                350200000000,厦门市,city,350000000000\n\
                350200000000,厦门市,city,350000000000\n\
                35020300000,思明区,county,350200000000\n\
                350204100000,某区,county,350200000000\n\
                350205001000,某街道,township,350000000000\n\
                350206000000,湖里区,county,350900000000\n\
                350300000000,莆田市,city\n\
                360100000000,南昌市,city,350000000000\n\
                350400000000,三明市,city,\n\
                360000000000,江西省,province,350000000000\n\
                999999000000,某,township,999999000000\n";
    let s = str::to_owned;
    assert_eq!(
        reasons(body),
        [
            (3, s("level"), RowReason::UnknownLevel),
            (4, s("name"), RowReason::EmptyName),
            (4, s("parent_code"), RowReason::ParentPrefix),
            (6, s("code"), RowReason::DuplicateCode),
            (7, s("code"), RowReason::CodeShape),
            (8, s("code"), RowReason::CodeShape),
            (9, s("parent_code"), RowReason::ParentLevel),
            (10, s("parent_code"), RowReason::MissingParent),
            (11, s(""), RowReason::FieldCount),
            (12, s("parent_code"), RowReason::ParentPrefix),
            (13, s("parent_code"), RowReason::MissingParent),
            (14, s("parent_code"), RowReason::ParentLevel),
            (15, s("parent_code"), RowReason::MissingParent),
        ]
    );
}

#[test]
fn files_that_are_no_divisions_file() {
    let of = |bytes: &[u8]| {
        let p = parse(bytes, &Exclusions::default()).unwrap_err();
        p.into_iter().map(|p| (p.line, p.column, p.reason)).collect::<Vec<_>>()
    };
    assert_eq!(of(b"").len(), COLUMNS.len());
    assert!(of(b"").iter().all(|(line, _, reason)| *line == 1 && *reason == RowReason::MissingColumn));
    assert_eq!(of(HEAD.as_bytes()), [(1, String::new(), RowReason::NoRows)]);
    assert_eq!(of(b"code,name,level\n1,2,3\n"), [(1, "parent_code".to_owned(), RowReason::MissingColumn)]);
    assert_eq!(of(b"code,name,level,parent_code\n35,\xB8\xA3,x,\n"), [(2, String::new(), RowReason::NotUtf8)]);
}

#[test]
fn functional_units_may_have_foreign_codes() {
    let body = "350000000000,福建省,province,\n\
                350100000000,福州市,city,350000000000\n\
                350102000000,鼓楼区,county,350100000000\n\
                350181400000,江镜华侨农场,township,350102000000\n";
    assert_eq!(plan(body).count(DivisionKind::Township), (1, 0));
    let regular = body.replace("江镜华侨农场", "江镜镇");
    assert_eq!(reasons(&regular), [(5, "parent_code".to_owned(), RowReason::ParentPrefix)]);
}

#[test]
fn exclusions_file() {
    assert!(Exclusions::parse("code,reason\n350527000000,not_administered_note\n").is_ok());
    for (text, line) in [
        ("code\n", 1),
        ("code,reason\n3505,not_administered_note\n", 2),
        ("code,reason\n350527000000,because\n", 2),
        ("code,reason\n350527000000\n", 2),
    ] {
        assert_eq!(Exclusions::parse(text), Err(ExclusionsError(line)), "{text}");
    }
}
