//! What the driver knows of the site under test: addresses and bodies, in one place.

use crate::http::{Call, Reply};
use std::net::SocketAddr;
use zw_core::{DivisionId, Error, Result, UnitId};

/// Sends a report.
pub const SUBMIT: &str = "/api/v1/reports";

/// The list of reports, fifty a page.
pub const LIST: &str = "/reports/list?size=50";
/// The last week that ended before the demo's day.
pub const WEEK: &str = "2021-W26";
/// The province's board of that week.
pub const BOARD: &str = "/board?period=2021-W26";
/// Coverage of the reader's area at the end of each of 52 weeks, as confirmed by then.
pub const COVERAGE: &str = "/api/v1/figures/coverage_township/series?weeks=52";
/// The wall chart.
pub const WALL: &str = "/wall";

/// Freezes a month.
pub const FREEZE: &str = "/api/v1/snapshots/freeze";
/// Drafts a circular.
pub const CIRCULARS: &str = "/api/v1/circulars";

/// June 2021, before its freeze day.
pub fn freeze() -> serde_json::Value {
    serde_json::json!({ "period": "2021-06", "early": "1" })
}

/// A job.
pub fn job(id: &str) -> String {
    format!("/api/v1/jobs/{id}")
}

/// A file of a circular.
pub fn circular_file(id: &str, format: &str) -> String {
    format!("{CIRCULARS}/{id}/files/{format}")
}

/// The board of an area for the demo's last week.
pub fn board_of(area: DivisionId) -> String {
    format!("{BOARD}&area={area}")
}

/// A POST of JSON with a session.
fn post(to: SocketAddr, path: &str, body: &serde_json::Value, cookie: &str, csrf: &str) -> Call {
    Call::post(path, "application/json", body.to_string().into_bytes())
        .with("Cookie", cookie)
        .with("X-CSRF-Token", csrf)
        .with("Origin", format!("http://{to}"))
        .with("Sec-Fetch-Site", "same-origin")
}

/// Submits a county's report of a week.
pub fn submit_week(to: SocketAddr, county: DivisionId, period: &str, key: &str, cookie: &str, csrf: &str) -> Call {
    let body = serde_json::json!({
        "period": period,
        "county": county.to_string(),
        "problems": "两个乡镇场地未落实",
        "next_plan": "完成一个乡镇验收",
    });
    post(to, SUBMIT, &body, cookie, csrf).with("Idempotency-Key", key)
}

/// Submits a station's report of a month.
pub fn submit_month(
    to: SocketAddr,
    (county, unit): (DivisionId, UnitId),
    period: &str,
    key: &str,
    cookie: &str,
    csrf: &str,
) -> Call {
    let body = serde_json::json!({
        "period": period,
        "county": county.to_string(),
        "unit": unit.to_string(),
        "problems": "独居老人增加,人手偏紧",
        "next_plan": "走访两个村",
    });
    post(to, SUBMIT, &body, cookie, csrf).with("Idempotency-Key", key)
}

/// The id of the report in the answer to a submission.
pub fn report_id(reply: &Reply) -> Result<String> {
    let j = reply.json()?;
    let id = j.get("id").or_else(|| j.pointer("/report/id")).and_then(|v| v.as_str());
    id.map(str::to_owned).ok_or_else(|| Error::Internal(format!("no id in {}", reply.start())))
}
