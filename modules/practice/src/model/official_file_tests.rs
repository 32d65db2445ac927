use super::*;
use crate::model::{ListInput, official::ListDraft};
use zw_core::tree::{DivisionKind, DivisionVersion, Tree};
use zw_documents::grid::grid;

fn division(id: i64, kind: DivisionKind, code: &str, name: &str, parent: Option<i64>) -> DivisionVersion {
    DivisionVersion {
        id: DivisionId(id),
        kind,
        code12: code.into(),
        name: name.into(),
        parent: parent.map(DivisionId),
        valid_from: Day::from_stored(20_000_101),
        valid_to: None,
        is_functional: false,
        in_denominator: true,
        exclusion: None,
    }
}

fn places() -> Places {
    use DivisionKind::{City, County, Province, Township, Village};
    let tree = Tree::build(vec![
        division(1, Province, "980000000000", "甲省", None),
        division(10, City, "980100000000", "子城市", Some(1)),
        division(100, County, "980101000000", "子一县", Some(10)),
        division(1000, Township, "980101001000", "东街街道", Some(100)),
        division(1001, Township, "980101100000", "南山镇", Some(100)),
        division(10_000, Village, "980101001001", "福龙社区", Some(1000)),
        division(10_001, Village, "980101001201", "长安村委会", Some(1000)),
        division(10_010, Village, "980101100201", "长安村委会", Some(1001)),
        division(10_011, Village, "980101100202", "十字村", Some(1001)),
    ]);
    Places::of(&tree.as_of(Day::from_stored(20_210_708)), DivisionId(100))
}

fn draft() -> ListDraft {
    zw_ui::I18n::install(&crate::FTL);
    let input = ListInput {
        category: "01".into(),
        authority: "civil_affairs".into(),
        list_date: "2021-06-30".into(),
        ..ListInput::default()
    };
    input.check(Day::from_stored(20_210_708), |_| None).unwrap()
}

fn checked(text: &str) -> Result<Checked, Vec<Problem>> {
    let places = places();
    let list = draft();
    let facts = Facts { today: Day::from_stored(20_210_708), places: &places, list: &list };
    read(&grid(text.as_bytes()).unwrap())?.check(&facts)
}

/// `line column:code` of the problems.
fn told(text: &str) -> String {
    match checked(text) {
        Ok(c) => format!("ok {} {}", c.rows.len(), c.numbers.len()),
        Err(all) => {
            let one = |p: &Problem| format!("{} {}:{}", p.line, p.column, p.code);
            all.iter().map(one).collect::<Vec<_>>().join("; ")
        }
    }
}

#[test]
fn places_are_found_as_people_write_them() {
    let p = places();
    let at = |town: i64, village: i64| Ok(Found { township: DivisionId(town), village: Some(DivisionId(village)) });
    let wrong = |code| Err(super::super::official_place::Wrong { code, at_town: code == "list-town-outside" });
    for (town, village, want) in [
        ("", "福龙社区", at(1000, 10_000)),
        ("", "福龙社区居委会", at(1000, 10_000)),
        ("", "福 龙", at(1000, 10_000)),
        ("", "９８０１０１００１００１", at(1000, 10_000)),
        ("东街街道", "长安村", at(1000, 10_001)),
        ("东街街道办事处", "长安村民委员会", at(1000, 10_001)),
        ("", "南山镇长安村委会", at(1001, 10_010)),
        ("", "子城市子一县南山镇十字村", at(1001, 10_011)),
        ("", "子一县十字村委会", at(1001, 10_011)),
        ("南山镇", "南山镇十字村", at(1001, 10_011)),
        ("南山镇", "", Ok(Found { township: DivisionId(1001), village: None })),
        ("", "南山镇", Ok(Found { township: DivisionId(1001), village: None })),
        ("", "长安村", wrong("list-place-ambiguous")),
        ("", "外地村", wrong("list-place-outside")),
        ("东街街道", "十字村", wrong("list-place-outside")),
        ("东街街道", "南山镇十字村", wrong("list-place-outside")),
        ("外地镇", "福龙社区", wrong("list-town-outside")),
        ("", "", wrong("list-place-missing")),
    ] {
        assert_eq!(p.find(town, village), want, "{town} {village}");
    }
}

#[test]
fn titles_sums_and_habits_are_respected() {
    let sheet = "子一县最低生活保障对象名册,,,,\n填报日期：2021年6月,,,,\n序号,姓 名,身份证号码,村（居）,备注\n\
        1,张 三,３５９９００１９９００１０１００１５,福龙社区,\n\
        2,李四,'35990019551230002 4,长安,分散\n,,,,\n合计,2人,,,\n填表人：王五,,,,\n"
        .replace("长安", "南山镇长安村")
        .replace("３５９９００１９９００１０１００１５", "３５９９００１９９００１０１００１７");
    // The numbers of the sheet are made to fit their check digits.
    let number = |body: &str| format!("{body}{}", person_id::check_digit(body).unwrap());
    let sheet = sheet.replace("３５９９００１９９００１０１００１７", &wide(&number("35990019900101001")));
    let sheet = sheet.replace("35990019551230002 4", &number("35990019551230002"));
    let found = checked(&sheet).unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!(found.rows.len(), 2);
    assert_eq!((found.rows[0].name.as_str(), found.rows[0].line), ("张三", 4));
    assert_eq!(found.rows[1].at.township, DivisionId(1001));
    assert_eq!(read(&grid(sheet.as_bytes()).unwrap()).unwrap().unused, ["序号", "备注"]);
}

fn wide(text: &str) -> String {
    let one = |c: char| char::from_u32(u32::from(c) + 0xFEE0).unwrap();
    text.chars().map(one).collect()
}

#[test]
fn every_problem_is_told_at_its_cell() {
    let head = "姓名,身份证号,村居,类别,认定日期\n";
    let fine = "359900199001010015";
    assert_eq!(told(&format!("{head}张三,{fine},福龙社区,01,2021-01-01\n")), "ok 1 0");
    assert_eq!(told(&format!("{head}张三,{fine},福龙社区,1,2021/1/1\n")), "ok 1 0");
    for (line, want) in [
        (format!("张三,{},福龙社区,,", "359900199001010016"), "2 B 身份证号:id-check-digit"),
        ("张三,35990019900101,福龙社区,,".into(), "2 B 身份证号:id-length"),
        ("张三,3.599E+17,福龙社区,,".into(), "2 B 身份证号:list-id-number"),
        (format!("张三,={fine},福龙社区,,"), "2 B 身份证号:list-formula"),
        (format!("张,{fine},外地村,,"), "2 A 姓名:name-too-short; 2 C 村居:list-place-outside"),
        (format!("张三,{fine},福龙社区,02,"), "2 D 类别:list-category-other"),
        (format!("张三,{fine},福龙社区,外星人,"), "2 D 类别:list-category-unknown"),
        (format!("张三,{fine},福龙社区,低保,2021-07-01"), "2 E 认定日期:list-from-late"),
        (format!("张三,{fine},福龙社区,,六月"), "2 E 认定日期:date-format"),
        (format!("张三,{fine},福龙社区,,\n李四,{fine},福龙社区,,"), "3 B 身份证号:list-id-twice"),
    ] {
        assert_eq!(told(&format!("{head}{line}\n")), want, "{line}");
    }
    assert_eq!(told("村居,电话\n福龙社区,1\n"), "0 :list-head");
    assert_eq!(told("户主姓名,户主身份证号,村居\n张三,1,福龙社区\n"), "0 :list-head", "whose numbers are these?");
    assert_eq!(told(head), "0 :list-no-lines");
}

#[test]
fn a_list_may_have_numbers_only() {
    assert_eq!(told("乡镇,村居,人数\n南山镇,长安村,12\n东街街道,长安村,7人\n"), "ok 0 2");
    assert_eq!(told("乡镇,人数\n南山镇,\"1,012\"\n东街街道,0\n合计,1012\n"), "ok 0 2");
    assert_eq!(
        told("村居,人数\n福龙社区,几个\n福龙社区居委会,2\n"),
        "2 B 人数:list-persons; 3 A 村居:list-place-twice"
    );
    let all = checked("乡镇,人数\n南山镇,12\n东街街道,7\n").unwrap_or_default();
    assert_eq!((all.persons(Some(99)), Checked::default().persons(Some(99))), (19, 99));
}

#[test]
fn an_age_that_does_not_fit_is_asked_about_and_not_refused() {
    let places = places();
    let list = ListDraft { category: category("25").unwrap(), ..draft() };
    let facts = Facts { today: Day::from_stored(20_210_708), places: &places, list: &list };
    let sheet = read(&grid("姓名,身份证号,村居\n张三,359900199001010015,福龙社区\n".as_bytes()).unwrap());
    let found = sheet.and_then(|s| s.check(&facts)).unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!((found.rows.len(), found.odd_age), (1, vec![2]));
}
