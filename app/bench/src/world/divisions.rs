//! The divisions of the made-up country as an import file, so that they go through the program's own import.

use super::Scale;
use std::fmt::Write as _;

/// Villages: every township has one, every fifth a second (the demo: 1,351 rooms on 1,106 townships).
fn villages(township: usize) -> usize {
    1 + usize::from(township.is_multiple_of(5))
}

/// The parent of the i-th of `n` children among `parents`, spread evenly.
fn parent(i: usize, n: usize, parents: usize) -> usize {
    i * parents / n.max(1)
}

/// The file, columns code,name,level,parent_code. Names are numbers: no real place is meant.
pub fn csv(scale: Scale) -> String {
    let Scale { provinces, cities, counties, townships, .. } = scale;
    let mut out = String::from("code,name,level,parent_code\n");
    let mut line = |code: &str, name: String, level: &str, parent: &str| {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{code},{name},{level},{parent}");
    };
    let wide = |digits: &str| format!("{digits:0<12}");
    let province: Vec<String> = (0..provinces).map(|i| format!("{}", 11 + i)).collect();
    for (i, code) in province.iter().enumerate() {
        line(&wide(code), format!("第{}示例省", i + 1), "province", "");
    }
    let city = children(&province, cities, 2, 1);
    for (i, (code, up)) in city.iter().enumerate() {
        line(&wide(code), format!("第{}示例市", i + 1), "city", &wide(up));
    }
    let county = children(&codes(&city), counties, 2, 1);
    for (i, (code, up)) in county.iter().enumerate() {
        line(&wide(code), format!("第{}示例县", i + 1), "county", &wide(up));
    }
    // 100 on: 镇 (the handbook's classes of township codes).
    let town = children(&codes(&county), townships, 3, 100);
    for (i, (code, up)) in town.iter().enumerate() {
        line(&wide(code), format!("第{}示例镇", i + 1), "township", &wide(up));
    }
    for (i, (code, _)) in town.iter().enumerate() {
        for v in 0..villages(i) {
            // 200 on: 村委会.
            line(&format!("{code}{}", 200 + v), format!("示例{}村", v + 1), "village", &wide(code));
        }
    }
    out
}

fn codes(list: &[(String, String)]) -> Vec<String> {
    list.iter().map(|(c, _)| c.clone()).collect()
}

/// (code, parent's code) of `n` children spread over the parents, numbered from `first` in each.
fn children(parents: &[String], n: usize, digits: usize, first: usize) -> Vec<(String, String)> {
    let mut out = Vec::with_capacity(n);
    let (mut last, mut number) = (usize::MAX, first);
    for i in 0..n {
        let p = parent(i, n, parents.len());
        number = if p == last { number + 1 } else { first };
        last = p;
        out.push((format!("{}{number:0digits$}", parents[p]), parents[p].clone()));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_nation_has_its_numbers_and_no_code_twice() {
        let text = csv(Scale::NATION);
        let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|l| l.split(',').collect()).collect();
        let of = |level: &str| rows.iter().filter(|r| r[2] == level).count();
        assert_eq!((of("province"), of("city"), of("county"), of("township")), (31, 340, 2_850, 41_352));
        assert!(of("village") > 41_352);
        let all: HashSet<&str> = rows.iter().map(|r| r[0]).collect();
        assert_eq!(all.len(), rows.len());
        for r in &rows {
            assert_eq!(r[0].len(), 12, "{r:?}");
            assert!(r[3].is_empty() || all.contains(r[3]), "{r:?}");
        }
        assert_eq!(csv(Scale::NATION), text);
    }
}
