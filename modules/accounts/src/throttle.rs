//! When a sign-in is refused without looking at the password (AUTH-6). Pure.

use zw_core::Stamp;

/// Failures of one login from one network within the window that lock it for this network.
pub const LOCK_AFTER: usize = 5;
/// Window and length of the lock, minutes.
pub const LOCK_MINUTES: i64 = 15;
/// Most seconds the whole account waits between two tries from unknown networks: no outsider can lock it out.
pub const DELAY_MOST_S: i64 = 60;
/// Different login and password pairs from one address …
pub const STUFFING_PAIRS: i64 = 20;
/// … within so many minutes block the address.
pub const STUFFING_MINUTES: i64 = 10;

/// What is known of failures before this try, newest first.
#[derive(Clone, Debug, Default)]
pub struct Failures {
    /// Of this login from this network, at most [`LOCK_AFTER`].
    pub same_net: Vec<Stamp>,
    /// Of this login from anywhere within [`LOCK_MINUTES`].
    pub anywhere: Vec<Stamp>,
    /// Whether this login was used from this network in the last 30 days.
    pub known_net: bool,
}

/// Until when this try is refused, if it is.
pub fn refused_until(f: &Failures, now: Stamp) -> Option<Stamp> {
    if let (Some(last), Some(first)) = (f.same_net.first(), f.same_net.get(LOCK_AFTER - 1)) {
        let until = last.plus_minutes(LOCK_MINUTES);
        if last.ms() - first.ms() <= LOCK_MINUTES * 60_000 && now.ms() < until.ms() {
            return Some(until);
        }
    }
    if f.known_net {
        return None;
    }
    let last = f.anywhere.first()?;
    let over = f.anywhere.len().checked_sub(LOCK_AFTER)?;
    let until = last.plus_ms(1000 * DELAY_MOST_S.min(1 << over.min(6)));
    (now.ms() < until.ms()).then_some(until)
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: i64 = 1_600_000_000_000;
    fn at(s: i64) -> Stamp {
        Stamp::from_ms(T + s * 1000)
    }

    #[test]
    fn five_failures_lock_this_network_for_fifteen_minutes() {
        let mut f = Failures { same_net: [40, 30, 20, 10].map(at).to_vec(), ..Failures::default() };
        assert_eq!(refused_until(&f, at(41)), None);
        f.same_net.push(at(0));
        assert_eq!(refused_until(&f, at(41)), Some(at(40 + 900)));
        assert_eq!(refused_until(&f, at(40 + 899)), Some(at(940)));
        assert_eq!(refused_until(&f, at(940)), None);
        f.known_net = true;
        assert!(refused_until(&f, at(41)).is_some(), "a known network is locked too");
        f.same_net = [1000, 30, 20, 10, 0].map(at).to_vec();
        assert_eq!(refused_until(&f, at(1001)), None, "not within the window");
    }

    #[test]
    fn the_account_wide_delay_grows_to_a_minute_and_spares_known_networks() {
        let f = |n: usize, known_net| Failures { anywhere: vec![at(0); n], known_net, ..Failures::default() };
        for (n, wait) in [(4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (500, 60)] {
            assert_eq!(refused_until(&f(n, false), at(wait)), None, "{n}");
            if wait > 0 {
                assert_eq!(refused_until(&f(n, false), at(wait - 1)), Some(at(wait)), "{n}");
            }
            assert_eq!(refused_until(&f(n, true), at(0)), None);
        }
    }

    #[test]
    fn a_scripted_attack_has_few_guesses_an_hour() {
        let (mut fails, mut guesses): (Vec<Stamp>, i32) = (vec![], 0);
        for s in 0..3600 {
            let now = at(s);
            let f = Failures {
                same_net: fails.iter().rev().take(LOCK_AFTER).copied().collect(),
                anywhere: fails.iter().rev().filter(|x| now.ms() - x.ms() < LOCK_MINUTES * 60_000).copied().collect(),
                known_net: false,
            };
            if refused_until(&f, now).is_none() {
                guesses += 1;
                fails.push(now);
            }
        }
        assert!(guesses <= 30, "{guesses}");
    }
}
