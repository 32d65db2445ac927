use super::*;
use crate::division_file::{self, Exclusions, ImportPlan};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// Versions of a plan, ids in order, standing since 2021-01-01.
fn versions(plan: &ImportPlan) -> Vec<DivisionVersion> {
    let ids: HashMap<&str, DivisionId> =
        (1_i64..).zip(&plan.divisions).map(|(n, d)| (d.code12.as_str(), DivisionId(n))).collect();
    plan.divisions
        .iter()
        .map(|d| DivisionVersion {
            id: ids[d.code12.as_str()],
            kind: d.kind,
            code12: d.code12.clone(),
            name: d.name.clone(),
            parent: d.parent_code.as_deref().map(|p| ids[p]),
            valid_from: day("2021-01-01"),
            valid_to: None,
            is_functional: d.is_functional,
            in_denominator: d.in_denominator,
            exclusion: d.exclusion.clone(),
        })
        .collect()
}

fn sample() -> Tree {
    let text = "code,name,level,parent_code\n\
        110000000000,北京市,province,\n\
        110100000000,市辖区,city,110000000000\n\
        110101000000,东城区,county,110100000000\n\
        110101001000,东华门街道,township,110101000000\n\
        110101001001,多福巷社区居委会,village,110101001000\n\
        110102000000,西城区,county,110100000000\n\
        420000000000,湖北省,province,\n\
        420100000000,武汉市,city,420000000000\n\
        420102000000,江岸区,county,420100000000\n\
        429000000000,省直辖县级行政区划,city,420000000000\n\
        429004000000,仙桃市,county,429000000000\n\
        429004100000,郑场镇,township,429004000000\n\
        440000000000,广东省,province,\n\
        441900000000,东莞市,city,440000000000\n\
        441900000000,东莞市,county,441900000000\n\
        441900101000,石碣镇,township,441900000000\n\
        441900101001,石碣社区居委会,village,441900101000\n\
        460000000000,海南省,province,\n\
        460400000000,儋州市,city,460000000000\n\
        460400100000,那大镇,township,460400000000\n\
        620000000000,甘肃省,province,\n\
        620200000000,嘉峪关市,city,620000000000\n\
        620201000000,市辖区,county,620200000000\n\
        620201401000,雄关街道,township,620201000000\n";
    Tree::build(versions(&division_file::parse(text.as_bytes(), &Exclusions::default()).unwrap()))
}

#[test]
fn tiers_of_unusual_provinces() {
    let tree = sample();
    assert_eq!(tree.problems(), []);
    let v = tree.as_of(day("2021-07-08"));
    let name = |id: Option<DivisionId>| id.and_then(|i| v.get(i)).map(|d| d.name.as_str());
    for (code, province, city, county, path) in [
        ("110000000000", "北京市", None, None, "北京市"),
        ("110101000000", "北京市", None, Some("东城区"), "北京市东城区"),
        ("110101001001", "北京市", None, Some("东城区"), "北京市东城区东华门街道多福巷社区居委会"),
        ("420100000000", "湖北省", Some("武汉市"), None, "武汉市"),
        ("420102000000", "湖北省", Some("武汉市"), Some("江岸区"), "武汉市江岸区"),
        ("429004100000", "湖北省", None, Some("仙桃市"), "湖北省仙桃市郑场镇"),
        ("441900000000", "广东省", Some("东莞市"), Some("东莞市"), "东莞市"),
        ("441900101001", "广东省", Some("东莞市"), Some("东莞市"), "东莞市石碣镇石碣社区居委会"),
        ("460400100000", "海南省", Some("儋州市"), Some("儋州市"), "儋州市那大镇"),
        ("620201401000", "甘肃省", Some("嘉峪关市"), Some("嘉峪关市"), "嘉峪关市雄关街道"),
    ] {
        let id = v.by_code(code).unwrap().id;
        assert_eq!(name(v.province_of(id)), Some(province), "{path}");
        assert_eq!(name(v.city_of(id)), city, "{path}");
        assert_eq!(name(v.county_of(id)), county, "{path}");
        assert_eq!(v.path_name(id), path);
    }
    let names = |ids: &[DivisionId]| ids.iter().filter_map(|i| name(Some(*i))).collect::<Vec<_>>().join(" ");
    let id = |code: &str| v.by_code(code).unwrap().id;
    assert_eq!(names(v.counties_under(id("110000000000"))), "东城区 西城区");
    assert_eq!(names(v.cities_under(id("110000000000"))), "");
    assert_eq!(names(v.cities_under(id("420000000000"))), "武汉市");
    assert_eq!(names(v.counties_under(id("420000000000"))), "江岸区 仙桃市");
    assert_eq!(names(v.counties_under(id("440000000000"))), "东莞市");
    assert_eq!(names(v.counties_under(id("441900000000"))), "东莞市");
    assert_eq!(names(v.counties_under(id("620000000000"))), "嘉峪关市");
    assert_eq!(v.counted(DivisionKind::County, id("440000000000")).len(), 0, "a city stays a city in denominators");
    assert_eq!(names(v.roots()), "北京市 湖北省 广东省 海南省 甘肃省");
    assert_eq!(names(&v.ancestors(id("110101001000"))), "东城区 市辖区 北京市");
    assert_eq!(names(v.children(id("420000000000"))), "武汉市 省直辖县级行政区划");
}

#[test]
fn fujian_as_shipped() {
    let bytes = include_bytes!("../../../../data/divisions-fujian-2023.csv");
    let exclusions = Exclusions::parse(include_str!("../../../../data/denominator-exclusions.csv")).unwrap();
    let tree = Tree::build(versions(&division_file::parse(bytes, &exclusions).unwrap()));
    assert_eq!(tree.problems(), []);
    let v = tree.as_of(day("2021-07-08"));
    let fujian = v.roots()[0];
    assert_eq!(v.len(), 18_760);
    for (kind, all, counted) in [
        (DivisionKind::City, 9, 9),
        (DivisionKind::County, 84, 83),
        (DivisionKind::Township, 1_169, 1_106),
        (DivisionKind::Village, 17_497, 17_496),
    ] {
        assert_eq!((v.of_kind(kind, fujian).len(), v.counted(kind, fujian).len()), (all, counted), "{kind}");
        assert_eq!(v.excluded(kind, fujian).len(), all - counted);
    }
    let gulou = v.by_code("350102000000").unwrap().id;
    assert_eq!(v.path_name(gulou), "福州市鼓楼区");
    let gudong = v.by_code("350102001000").unwrap().id;
    assert_eq!(v.path_name(gudong), "福州市鼓楼区鼓东街道");
    assert!(v.is_within(gudong, gulou) && v.is_within(gulou, gulou) && !v.is_within(gulou, gudong));
    assert_eq!(v.county_of(gudong), Some(gulou));
    // Every list is in order of code, and each division is in the lists of its own ancestors only.
    for kind in [DivisionKind::County, DivisionKind::Township, DivisionKind::Village] {
        let codes: Vec<&str> = v.of_kind(kind, fujian).iter().map(|i| v.get(*i).unwrap().code12.as_str()).collect();
        assert!(codes.is_sorted());
    }
    let summed: usize = v.counties_under(fujian).iter().map(|c| v.villages_under(*c).len()).sum();
    assert_eq!(summed, 17_497);
    for county in v.counties_under(fujian) {
        for t in v.townships_under(*county) {
            assert_eq!(v.county_of(*t), Some(*county));
        }
    }
    assert_eq!(tree.as_of(day("2020-12-31")).len(), 0);
}

fn version(
    id: i64,
    kind: DivisionKind,
    code: &str,
    name: &str,
    parent: Option<i64>,
    from: &str,
    to: Option<&str>,
) -> DivisionVersion {
    DivisionVersion {
        id: DivisionId(id),
        kind,
        code12: code.to_owned(),
        name: name.to_owned(),
        parent: parent.map(DivisionId),
        valid_from: day(from),
        valid_to: to.map(day),
        is_functional: false,
        in_denominator: true,
        exclusion: None,
    }
}

/// domain.md section 4: February 2021, one county less; 沙县 becomes 沙县区 under its own id.
fn sanming() -> Vec<DivisionVersion> {
    use DivisionKind::{City, County, Province, Township};
    vec![
        version(1, Province, "350000000000", "福建省", None, "2000-01-01", None),
        version(2, City, "350400000000", "三明市", Some(1), "2000-01-01", None),
        version(3, County, "350402000000", "梅列区", Some(2), "2000-01-01", Some("2021-02-03")),
        version(4, County, "350403000000", "三元区", Some(2), "2000-01-01", Some("2021-02-03")),
        version(5, County, "350404000000", "三元区", Some(2), "2021-02-03", None),
        version(6, County, "350427000000", "沙县", Some(2), "2000-01-01", Some("2021-02-03")),
        version(6, County, "350405000000", "沙县区", Some(2), "2021-02-03", None),
        version(7, Township, "350402001000", "列东街道", Some(3), "2000-01-01", Some("2021-02-03")),
        version(7, Township, "350404001000", "列东街道", Some(5), "2021-02-03", None),
    ]
}

#[test]
fn the_map_of_the_day() {
    let tree = Tree::build(sanming());
    assert_eq!(tree.problems(), []);
    let (before, after) = (tree.as_of(day("2021-02-02")), tree.as_of(day("2021-02-03")));
    let city = DivisionId(2);
    assert_eq!(before.counted(DivisionKind::County, city).len() - after.counted(DivisionKind::County, city).len(), 1);
    assert_eq!(before.path_name(DivisionId(7)), "三明市梅列区列东街道");
    assert_eq!(after.path_name(DivisionId(7)), "三明市三元区列东街道");
    assert_eq!(before.get(DivisionId(6)).unwrap().name, "沙县");
    assert_eq!(after.by_code("350405000000").unwrap().id, DivisionId(6));
    assert!(after.by_code("350427000000").is_none() && after.get(DivisionId(3)).is_none());
    assert_eq!(after.path_name(DivisionId(3)), "");
    assert_eq!(after.county_of(DivisionId(3)), None);
    assert!(after.townships_under(DivisionId(3)).is_empty());
    // One view per stretch, however often it is asked for.
    assert!(Arc::ptr_eq(&after, &tree.as_of(day("2030-01-01"))));
    assert!(!Arc::ptr_eq(&after, &before));
    assert!(tree.as_of(day("1999-12-31")).is_empty());
}

#[test]
fn a_county_apart_is_called_by_its_own_name() {
    let tree = Tree::build(sanming());
    let name = |codes: &[&str], id: i64| {
        let apart = codes.iter().map(|c| (*c).to_owned()).collect();
        tree.with_apart(apart).as_of(day("2021-02-03")).path_name(DivisionId(id))
    };
    assert_eq!((name(&[], 7), name(&[], 6)), ("三明市三元区列东街道".into(), "三明市沙县区".into()));
    assert_eq!(name(&["350404000000"], 7), "三元区列东街道");
    assert_eq!(name(&["350404000000"], 6), "三明市沙县区");
    // The code of the city: all its counties; itself it keeps its name. A code that is not on the map changes nothing.
    assert_eq!((name(&["350400000000"], 6), name(&["350400000000"], 2)), ("沙县区".into(), "三明市".into()));
    assert_eq!(name(&["990000000000"], 6), "三明市沙县区");
}

#[test]
fn contradictions_are_told_and_never_hang() {
    use DivisionKind::{City, County, Province};
    let tree = Tree::build(vec![
        version(1, Province, "350000000000", "福建省", None, "2000-01-01", None),
        version(2, City, "350100000000", "福州市", Some(1), "2000-01-01", None),
        version(2, City, "350100000000", "榕城", Some(1), "2010-01-01", None),
        version(3, County, "350102000000", "鼓楼区", Some(9), "2000-01-01", None),
        version(4, City, "350300000000", "莆田市", Some(5), "2000-01-01", None),
        version(5, City, "350400000000", "三明市", Some(4), "2000-01-01", None),
        version(6, County, "350103000000", "台江区", Some(2), "2000-01-01", Some("2000-01-01")),
    ]);
    assert_eq!(
        tree.problems(),
        [
            TreeProblem::Overlap(DivisionId(2)),
            TreeProblem::NoParent(DivisionId(3)),
            TreeProblem::WrongParent(DivisionId(4)),
            TreeProblem::WrongParent(DivisionId(5)),
            TreeProblem::Empty(DivisionId(6)),
        ]
    );
    let v = tree.as_of(day("2021-01-01"));
    assert_eq!(v.len(), 2);
    assert_eq!(v.get(DivisionId(2)).unwrap().name, "榕城");
}
