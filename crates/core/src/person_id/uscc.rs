//! 统一社会信用代码, GB 32100-2015 (domain.md section 12).

use super::normalise as strip;

crate::codes! {
    /// Why a credit code is refused.
    pub enum UsccProblem {
        /// Nothing was given.
        Empty = "uscc-empty",
        /// Not 18 characters.
        WrongLength = "uscc-length",
        /// A character outside 0–9 and A–Z without I O S V Z.
        BadChar = "uscc-char",
        /// The check character does not fit.
        CheckDigit = "uscc-check-digit",
        /// The code's prefix belongs to another kind of registration.
        KindMismatch = "uscc-kind",
    }
}

crate::codes! {
    /// Kind of registration, as in the code list `org_kind`.
    pub enum OrgKind {
        /// 社会服务机构 (民办非企业单位), prefix 52.
        SocialService = "social_service",
        /// 社会团体, prefix 51.
        Association = "association",
        /// 基金会, prefix 53.
        Foundation = "foundation",
        /// 企业, prefix 91.
        Company = "company",
        /// 事业单位, prefix 12.
        Institution = "institution",
    }
}

impl OrgKind {
    /// The two characters its credit codes begin with.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::SocialService => "52",
            Self::Association => "51",
            Self::Foundation => "53",
            Self::Company => "91",
            Self::Institution => "12",
        }
    }
}

const CHARSET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

/// The 18th character for the first 17; `None` unless 17 allowed characters are given.
pub fn check_char(first17: &str) -> Option<char> {
    if first17.len() != 17 {
        return None;
    }
    let (mut sum, mut weight) = (0_usize, 1_usize);
    for b in first17.bytes() {
        sum += CHARSET.iter().position(|c| *c == b)? * weight;
        weight = weight * 3 % 31;
    }
    CHARSET.get((31 - sum % 31) % 31).map(|b| char::from(*b))
}

/// The stored form of a credit code, or why it is refused.
pub fn check(raw: &str) -> Result<String, UsccProblem> {
    let code = strip(raw);
    if code.is_empty() {
        return Err(UsccProblem::Empty);
    }
    if code.chars().count() != 18 {
        return Err(UsccProblem::WrongLength);
    }
    if !code.bytes().all(|b| CHARSET.contains(&b)) {
        return Err(UsccProblem::BadChar);
    }
    if check_char(&code[..17]) == code.chars().last() { Ok(code) } else { Err(UsccProblem::CheckDigit) }
}

/// As [`check`], and the prefix must be that of `kind`.
pub fn check_for(raw: &str, kind: OrgKind) -> Result<String, UsccProblem> {
    let code = check(raw)?;
    if code.starts_with(kind.prefix()) { Ok(code) } else { Err(UsccProblem::KindMismatch) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table() {
        for (raw, want) in [
            ("91350100M000100Y43", Ok(())),
            ("91350100m000100y43", Ok(())),
            ("52350502MJ0000018H", Ok(())),
            ("53350000MJ0000026J", Ok(())),
            ("11350000000000019H", Ok(())),
            ("91350100 M000100Y43", Ok(())),
            ("91350100M000100Y4Z", Err(UsccProblem::BadChar)),
            ("91350100M000100Y44", Err(UsccProblem::CheckDigit)),
            ("91350100M000100Y4", Err(UsccProblem::WrongLength)),
            ("91350100I000100Y43", Err(UsccProblem::BadChar)),
            ("九1350100M000100Y43", Err(UsccProblem::BadChar)),
            ("", Err(UsccProblem::Empty)),
        ] {
            assert_eq!(check(raw).map(|_| ()), want, "{raw}");
        }
    }

    #[test]
    fn prefix_fits_the_registration() {
        assert!(check_for("52350502MJ0000018H", OrgKind::SocialService).is_ok());
        assert_eq!(check_for("52350502MJ0000018H", OrgKind::Company), Err(UsccProblem::KindMismatch));
    }

    #[test]
    fn one_wrong_character_is_always_found() {
        let good = "52350502MJ0000018H";
        for at in 0..18 {
            for c in CHARSET.iter().map(|b| char::from(*b)) {
                let mut bad: Vec<char> = good.chars().collect();
                if bad[at] != c {
                    bad[at] = c;
                    assert!(check(&bad.iter().collect::<String>()).is_err());
                }
            }
        }
    }
}
