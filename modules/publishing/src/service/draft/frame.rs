//! What stands around the text of a circular: what the system proposes, and what holds for one as it is.

use crate::model::annexes::part_words;
use crate::model::circular::{CircularBody, Frame};
use crate::model::settings::CircularSettings;
use crate::model::snapshot::{AreaFigures, Snapshot};

/// The issuer of everything that a demo makes: nothing of it may look issued by an authority.
const DEMO_ISSUER: &str = "示例单位";

/// What the system proposes: addressee and receivers of the settings, of the demo invented ones; whether areas are ranked.
pub fn frame(s: &Snapshot, set: &CircularSettings, demo: bool) -> Frame {
    let given = if s.body.cities.is_empty() { &set.addressee_city } else { &set.addressee_province };
    let (addressee, copy_to) = match (demo, given.is_empty()) {
        (true, _) => (addressee(s, DEMO_ISSUER), String::new()),
        (false, true) => (addressee(s, "主管部门"), set.copy_to.clone().unwrap_or_default()),
        (false, false) => (given.clone(), set.copy_to.clone().unwrap_or_default()),
    };
    Frame { addressee, copy_to, ranking: set.ranking, ..Frame::default() }
}

/// The body with what stands around it as it holds now: addressees and ranking as kept, issuer and red head as kept since it
/// was sent, until then as the settings have them.
pub fn framed(body: CircularBody, s: &Snapshot, set: &CircularSettings, demo: bool) -> CircularBody {
    let mut out = body.frame.clone().unwrap_or_else(|| frame(s, set, demo));
    if demo {
        (out.issuer, out.red_head) = (Some(DEMO_ISSUER.to_owned()), None);
    } else if out.issuer.is_none() {
        (out.issuer, out.red_head) = (Some(set.issuer.clone()), set.red_head.clone());
    }
    CircularBody { frame: Some(out), ..body }
}

/// 各设区市主管部门、平潭县主管部门: counties that report past their city are named while they are few.
fn addressee(s: &Snapshot, whom: &str) -> String {
    let direct: Vec<&AreaFigures> = s.direct().collect();
    if direct.is_empty() || direct.len() > 3 {
        return format!("各{}{whom}", part_words(s));
    }
    let cities = if s.body.cities.iter().all(|c| c.short.ends_with('市')) {
        "设区市"
    } else {
        "市（州、盟、地区）"
    };
    let named: String = direct.iter().map(|a| format!("、{}{whom}", a.short)).collect();
    format!("各{cities}{whom}{named}")
}
