use super::*;
use proptest::prelude::*;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

/// One person of a pair: name, birth date, sex, whether with a number.
type P = (&'static str, &'static str, &'static str, bool);

fn points(a: P, b: P, shared: &str) -> Likeness {
    let side = |p: P| Side { name: p.0, birth: day(p.1), sex: p.2, numbered: p.3 };
    let has = |c| shared.contains(c);
    let s = Shared { phone: has('p'), household: has('h'), village: has('v') };
    likeness(&side(a), &side(b), s, &Thresholds::default())
}

/// What becomes of a pair: `must` be answered, `show`n, or `no`.
fn verdict(l: &Likeness) -> &'static str {
    let t = Thresholds::default();
    if l.points >= t.must {
        "must"
    } else if l.points >= t.show {
        "show"
    } else {
        "no"
    }
}

#[test]
fn true_duplicates_and_people_who_only_look_alike() {
    let table: &[(&str, P, P, &str, &str)] = &[
        // One person, filed twice.
        ("traditional signs", ("張三", "1950-01-01", "1", false), ("张三", "1950-01-01", "1", true), "v", "must"),
        ("variant sign", ("林曉峯", "1962-03-04", "1", true), ("林晓峰", "1962-03-04", "1", false), "v", "must"),
        ("number missing", ("陈秀英", "1950-01-01", "2", false), ("陈秀英", "1950-01-01", "2", true), "v", "must"),
        ("another village", ("陈秀英", "1950-01-01", "2", false), ("陈秀英", "1950-01-01", "2", true), "", "must"),
        ("same sound", ("陈秀瑛", "1950-01-01", "2", false), ("陈秀英", "1950-01-01", "2", true), "v", "must"),
        ("same sound, moved", ("陈秀瑛", "1950-01-01", "2", false), ("陈秀英", "1950-01-01", "2", true), "", "show"),
        ("second reading", ("曾乐", "1971-05-06", "1", false), ("曾跃", "1971-05-06", "1", true), "v", "must"),
        (
            "chen and cheng, phone",
            ("陈国强", "1948-09-10", "1", false),
            ("程国强", "1948-09-10", "1", true),
            "p",
            "must",
        ),
        ("huang and fang", ("黄丽", "1980-02-03", "2", false), ("方丽", "1980-02-03", "2", false), "v", "must"),
        ("n and l", ("林娜", "1980-02-03", "2", false), ("林拉", "1980-02-03", "2", false), "v", "must"),
        ("day and month", ("王秀兰", "1945-03-08", "2", false), ("王秀兰", "1945-08-03", "2", true), "v", "must"),
        ("one digit", ("王秀兰", "1945-03-08", "2", false), ("王秀兰", "1946-03-08", "2", true), "v", "must"),
        ("lunar", ("李桂香", "1938-08-15", "2", false), ("李桂香", "1938-10-08", "2", true), "v", "no"),
        ("lunar, in range", ("李桂香", "1938-08-15", "2", false), ("李桂香", "1938-09-20", "2", true), "v", "must"),
        ("lunar, phone", ("李桂香", "1938-08-15", "2", false), ("李桂香", "1938-09-20", "2", true), "p", "must"),
        ("former name", ("林招弟", "1966-06-06", "2", false), ("林晓雯", "1966-06-06", "2", true), "pv", "show"),
        ("sex mistyped", ("陈秀英", "1950-01-01", "1", false), ("陈秀英", "1950-01-01", "2", true), "v", "must"),
        ("sex not told", ("陈秀英", "1950-01-01", "9", false), ("陈秀英", "1950-01-01", "2", true), "v", "must"),
        ("dots", ("阿不都·热合曼", "1990-01-02", "1", false), ("阿不都热合曼", "1990-01-02", "1", true), "", "must"),
        ("a number mistyped", ("陈秀英", "1950-01-01", "2", true), ("陈秀英", "1950-01-01", "2", true), "v", "must"),
        // Two persons.
        ("twins", ("张小明", "2015-04-05", "1", false), ("张小亮", "2015-04-05", "1", false), "phv", "show"),
        ("twins with numbers", ("张小明", "2015-04-05", "1", true), ("张小亮", "2015-04-05", "1", true), "phv", "show"),
        ("twins, no phone", ("张小明", "2015-04-05", "1", false), ("张小花", "2015-04-05", "2", false), "hv", "no"),
        ("namesakes", ("陈秀英", "1950-01-01", "2", false), ("陈秀英", "1963-07-20", "2", true), "v", "no"),
        ("namesakes with numbers", ("陈秀英", "1950-01-01", "2", true), ("陈秀英", "1963-07-20", "2", true), "v", "no"),
        ("father and son", ("陈国强", "1948-09-10", "1", true), ("陈国栋", "1975-02-03", "1", true), "phv", "no"),
        ("man and wife", ("陈国强", "1948-09-10", "1", false), ("林秀英", "1950-01-01", "2", false), "phv", "no"),
        ("born on one day", ("陈国强", "1950-01-01", "1", false), ("林秀英", "1950-01-01", "1", false), "v", "no"),
        (
            "one telephone of a village",
            ("陈国强", "1950-01-01", "1", false),
            ("林秀英", "1960-02-02", "2", false),
            "pv",
            "no",
        ),
        (
            "same sound, other year",
            ("陈秀瑛", "1950-01-01", "2", false),
            ("陈秀英", "1971-12-30", "2", true),
            "v",
            "no",
        ),
    ];
    for (what, a, b, shared, want) in table {
        let l = points(*a, *b, shared);
        assert_eq!(verdict(&l), *want, "{what}: {l:?}");
        assert_eq!(points(*b, *a, shared).points, l.points, "{what}, the other way round");
    }
    assert!(table.len() >= 20);
}

#[test]
fn what_it_comes_from_is_told() {
    let l = points(("張三", "1950-01-02", "1", false), ("张三", "1950-02-01", "1", false), "pv");
    assert_eq!(l.why, vec![Why::Name, Why::BirthSwapped, Why::Phone, Why::Village]);
    assert_eq!(l.points, 45 + 18 + 25 + 10);
}

#[test]
fn whoever_sounds_alike_is_filed_under_one_of_the_letters() {
    for (a, b) in
        [("陈国强", "程国强"), ("黄丽", "方丽"), ("林娜", "林拉"), ("曾三", "曾三"), ("張三", "张三"), ("任一", "林一")]
    {
        let filed = names::keys(b).pinyin + "|";
        assert!(near_initials(a).iter().any(|k| filed.contains(&format!("|{k}|"))), "{a} {b}");
    }
    assert!(near_initials("欧阳娜娜拉拉").len() <= 24);
}

#[test]
fn name_birth_and_village_can_always_be_asked() {
    assert!(Thresholds::default().check().0.is_empty());
    assert!(!Thresholds { show: 50, must: 81 }.check().0.is_empty());
    assert!(!Thresholds { show: 70, must: 60 }.check().0.is_empty());
}

proptest! {
    #[test]
    fn without_a_name_nothing_must_be_answered(phone: bool, household: bool, village: bool, d in 1_i64..28) {
        let birth = Day::new(1950, 1, d).unwrap();
        let (a, b) = (Side { name: "陈国强", birth, sex: "1", numbered: false }, Side { name: "林秀英", birth, sex: "1", numbered: false });
        let t = Thresholds::default();
        let most = likeness(&a, &b, Shared { phone, household, village }, &t).points;
        prop_assert!(most < t.must);
    }
    #[test]
    fn a_person_resembles_itself_most(name in "[张陈林黄欧阳秀英国强]{2,4}", other in "[张陈林黄欧阳秀英国强]{2,4}") {
        let t = Thresholds::default();
        let side = |n| Side { name: n, birth: Day::new(1950, 1, 1).unwrap(), sex: "2", numbered: false };
        let itself = likeness(&side(&name), &side(&name), Shared::default(), &t);
        prop_assert!(itself.points >= likeness(&side(&name), &side(&other), Shared::default(), &t).points);
        prop_assert!(itself.why.contains(&Why::Name));
    }
}
