//! 空窗: the days on which a station has nobody on post (domain.md 5.33). The one rule, of all that speak of them.

use zw_core::Day;

/// First day, and the day after the last one.
pub type Stretch = (Day, Option<Day>);

/// The stretches without anybody, from the postings of one station, in any order. They begin with the end of a posting: a
/// station nobody was ever posted to is one whose postings were not entered, which proves nothing about its days.
pub fn without_staff(mut postings: Vec<Stretch>) -> Vec<Stretch> {
    postings.retain(|(from, to)| to.is_none_or(|t| t > *from));
    postings.sort_unstable();
    let mut out = vec![];
    // The first day after all postings so far; none while one of them has no end.
    let mut free: Option<Day> = None;
    for (i, (from, to)) in postings.into_iter().enumerate() {
        if i > 0 {
            let Some(day) = free else { return out };
            if day < from {
                out.push((day, Some(from)));
            }
        }
        free = to.map(|t| free.map_or(t, |day| day.max(t)));
    }
    out.extend(free.map(|day| (day, None)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(v: i64) -> Day {
        Day::from_yyyymmdd(v).unwrap()
    }
    fn gaps(postings: &[(i64, Option<i64>)]) -> Vec<(i64, Option<i64>)> {
        let list = postings.iter().map(|(f, t)| (day(*f), t.map(day))).collect();
        without_staff(list).into_iter().map(|(f, t)| (f.yyyymmdd(), t.map(Day::yyyymmdd))).collect()
    }

    #[test]
    fn from_the_end_of_the_last_posting_to_the_next_one() {
        assert_eq!(gaps(&[]), [], "nobody was ever posted there");
        assert_eq!(gaps(&[(20210101, None)]), []);
        assert_eq!(gaps(&[(20210101, Some(20210601))]), [(20210601, None)]);
        assert_eq!(gaps(&[(20210101, Some(20210601)), (20210601, None)]), [], "one follows the other");
        let back = [(20210620, None), (20210101, Some(20210601))];
        assert_eq!(gaps(&back), [(20210601, Some(20210620))]);
        let twice = [(20210101, Some(20210201)), (20210301, Some(20210401)), (20210310, Some(20210315))];
        assert_eq!(gaps(&twice), [(20210201, Some(20210301)), (20210401, None)]);
    }

    #[test]
    fn a_longer_posting_holds_over_a_shorter_one_and_a_cancelled_one_holds_nothing() {
        assert_eq!(gaps(&[(20210101, None), (20210102, Some(20210103)), (20210201, Some(20210301))]), []);
        assert_eq!(gaps(&[(20210101, Some(20210601)), (20210102, Some(20210103))]), [(20210601, None)]);
        assert_eq!(gaps(&[(20210101, Some(20210101))]), [], "taken back");
        assert_eq!(gaps(&[(20210101, Some(20210601)), (20210610, Some(20210610))]), [(20210601, None)]);
    }
}
