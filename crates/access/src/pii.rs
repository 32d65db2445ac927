//! Personal data: no Display, no Serialize; only a masking plan opens them (security.md MASK-1 to -4).

use zw_core::names;
use zw_db::{FromCol, Row, ToVal, Val};

/// A personal datum. `Debug` prints `***`.
///
/// ```compile_fail
/// let p = zw_access::Pii::new("张三".to_owned());
/// println!("{p}");
/// ```
/// ```compile_fail
/// let p = zw_access::Pii::new("张三".to_owned());
/// serde_json::to_string(&p).unwrap();
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Pii<T>(T);

impl<T> Pii<T> {
    /// Wraps a datum that just arrived.
    pub fn new(v: T) -> Self {
        Self(v)
    }
    /// For rules of the domain that compute on the datum (validation, search keys, sealing) and never show it.
    pub fn for_rules(&self) -> &T {
        &self.0
    }
}
impl<T> std::fmt::Debug for Pii<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}
impl ToVal for &Pii<String> {
    const NULL: Val = Val::Text(None);
    fn to_val(self) -> Val {
        Val::Text(Some(self.0.clone()))
    }
}
impl FromCol for Pii<String> {
    fn read_opt<I: zw_db::__ColIndex>(row: &Row, index: I) -> Result<Option<Self>, zw_db::__SqlxError> {
        Ok(String::read_opt(row, index)?.map(Self))
    }
}

/// How personal data are shown under a permit. Default: everything masked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MaskPlan {
    /// Names in clear (the serving station's own people).
    pub names: bool,
    /// Everything of one record in clear: only for a reveal, which is audited with its purpose.
    pub revealed: bool,
}

impl MaskPlan {
    /// Everything masked.
    pub const MASKED: Self = Self { names: false, revealed: false };
    /// A reveal of one record (audited by the caller before the bytes leave).
    pub const REVEALED: Self = Self { names: true, revealed: true };

    /// A person's name.
    pub fn name(self, v: &Pii<String>) -> String {
        if self.names { v.0.clone() } else { names::mask_name(&v.0) }
    }
    /// An ID number; fully hidden for a child under 14 on `today` and for P4 records.
    pub fn id_no(self, v: &Pii<String>, today: zw_core::Day, p4: bool) -> String {
        if self.revealed { v.0.clone() } else { names::mask_id(&v.0, today, p4) }
    }
    /// A phone number.
    pub fn phone(self, v: &Pii<String>) -> String {
        if self.revealed { v.0.clone() } else { names::mask_phone(&v.0) }
    }
    /// An address below the village: hidden unless revealed.
    pub fn address(self, v: &Pii<String>) -> String {
        if self.revealed { v.0.clone() } else { "***".to_owned() }
    }
    /// Free text about a person (notes): shown to those whose permit shows names.
    pub fn text(self, v: &Pii<String>) -> String {
        if self.names { v.0.clone() } else { "***".to_owned() }
    }
}
