//! Geographic map from GeoJSON polygons. Whether it may be shown is the caller's decision; the drawing always prints
//! its review number or the warning that it has none.

use super::labels::{self, Spot};
use crate::chart::{
    HATCH, INK, MUTED, RULE, Text, hatches, id_prefix, linked, n, status_legend, svg, text, text_width,
};
use crate::i18n::Lang;
use crate::status::Status;
use maud::{Markup, html};
use serde::Deserialize;
use std::collections::HashMap;
use std::fmt;

/// Why a base map cannot be used.
#[derive(Debug)]
pub enum GeoError {
    /// Not the JSON expected.
    Json(serde_json::Error),
    /// No polygon with an id in it.
    Empty,
}
impl fmt::Display for GeoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(e) => write!(f, "base map is not GeoJSON with polygons: {e}"),
            Self::Empty => f.write_str("base map holds no polygon with properties.id"),
        }
    }
}
impl std::error::Error for GeoError {}

#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}
#[derive(Deserialize)]
struct Feature {
    geometry: Geometry,
    properties: Properties,
}
#[derive(Deserialize)]
struct Properties {
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    city: String,
}
#[derive(Deserialize)]
#[serde(tag = "type", content = "coordinates")]
enum Geometry {
    Polygon(Vec<Ring>),
    MultiPolygon(Vec<Vec<Ring>>),
}
/// Longitude and latitude of each corner.
type Ring = Vec<(f64, f64)>;

struct Shape {
    id: String,
    name: String,
    city: String,
    rings: Vec<Ring>,
    /// Longitude and latitude of the centre of its largest part.
    centre: (f64, f64),
    /// Size of the largest part, in square degrees.
    size: f64,
}

/// A base map, parsed once.
pub struct GeoMap {
    shapes: Vec<Shape>,
    west: f64,
    east: f64,
    south: f64,
    north: f64,
}

/// Area (signed) and centre of a ring.
fn centre_of(ring: &Ring) -> (f64, (f64, f64)) {
    let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
    for pair in ring.windows(2) {
        let [(x1, y1), (x2, y2)] = pair else { continue };
        let cross = x1 * y2 - x2 * y1;
        area += cross / 2.0;
        x += (x1 + x2) * cross;
        y += (y1 + y2) * cross;
    }
    if area.abs() < 1e-12 {
        return (0.0, ring.first().copied().unwrap_or_default());
    }
    (area, (x / (6.0 * area), y / (6.0 * area)))
}

impl GeoMap {
    /// Reads a FeatureCollection of polygons whose `properties` hold `id` (six-digit county code), `name` and `city`.
    pub fn parse(geojson: &str) -> Result<Self, GeoError> {
        let read: Collection = serde_json::from_str(geojson).map_err(GeoError::Json)?;
        let mut map = Self { shapes: Vec::new(), west: 180.0, east: -180.0, south: 90.0, north: -90.0 };
        for f in read.features {
            let rings: Vec<Ring> = match f.geometry {
                Geometry::Polygon(rings) => rings,
                Geometry::MultiPolygon(parts) => parts.into_iter().flatten().collect(),
            };
            for (lon, lat) in rings.iter().flatten() {
                map.west = map.west.min(*lon);
                map.east = map.east.max(*lon);
                map.south = map.south.min(*lat);
                map.north = map.north.max(*lat);
            }
            let largest = rings.iter().map(centre_of).max_by(|a, b| a.0.abs().total_cmp(&b.0.abs()));
            let Some((size, centre)) = largest else { continue };
            let Properties { id, name, city } = f.properties;
            map.shapes.push(Shape { id, name, city, rings, centre, size: size.abs() });
        }
        if map.shapes.is_empty() || map.east <= map.west || map.north <= map.south {
            return Err(GeoError::Empty);
        }
        Ok(map)
    }

    /// Id, city, latitude and longitude of each county, for [`super::layout`].
    pub fn centres(&self) -> impl Iterator<Item = (&str, &str, (f64, f64))> {
        self.shapes.iter().map(|s| (s.id.as_str(), s.city.as_str(), (s.centre.1, s.centre.0)))
    }

    /// Names of the counties in the same order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.shapes.iter().map(|s| s.name.as_str())
    }
}

/// What to show of one county.
#[derive(Clone, Debug)]
pub struct GeoRegion {
    /// Id as in the base map (six-digit county code).
    pub id: String,
    /// Name; empty takes the base map's.
    pub label: String,
    /// State against plan.
    pub status: Status,
    /// Value under the name, e.g. `7/10`.
    pub value_text: String,
    /// Obstacle or another short mark; empty for none.
    pub mark: String,
    /// Page of the county.
    pub href: Option<String>,
    /// Hover text.
    pub title: String,
}

/// Width of the map itself; the key of its numbers stands beside it.
const W: f64 = 960.0;
const HEAD: f64 = 36.0;

/// The number under which the base map was reviewed, or that it was not: wherever the map is shown.
pub fn review_line(lang: Lang, review_no: Option<&str>) -> String {
    match review_no {
        Some(no) => lang.tf("ui-map-review", &[("no", no.into())]),
        None => lang.t("ui-map-unreviewed"),
    }
}

/// Draws the map with legend; counties too small for words are numbered, with a key beside the map. `review_no` is the base map's 审图号; `None` prints the warning 演示底图·未经审图·不得公开展示.
/// Counties of the base map that are not among `regions` stay blank (outside the count). `note` stands below.
pub fn geo_map(
    lang: Lang,
    title: &str,
    map: &GeoMap,
    regions: &[GeoRegion],
    review_no: Option<&str>,
    note: &[String],
) -> Markup {
    let by_id: HashMap<&str, &GeoRegion> = regions.iter().map(|r| (r.id.as_str(), r)).collect();
    let prefix = id_prefix("g", title);
    let squeeze = ((map.south + map.north) / 2.0).to_radians().cos();
    let scale = (W - 20.0) / ((map.east - map.west) * squeeze);
    let at = |lon: f64, lat: f64| (10.0 + (lon - map.west) * squeeze * scale, HEAD + (map.north - lat) * scale);
    let bottom = HEAD + (map.north - map.south) * scale;
    let mut lines = vec![review_line(lang, review_no)];
    lines.extend_from_slice(note);
    let height = bottom + 20.0 + 20.0 * lines.len() as f64;
    let spots: Vec<Spot<'_>> =
        map.shapes.iter().filter_map(|s| Some(spot(s, by_id.get(s.id.as_str())?, at, scale * squeeze))).collect();
    let placed = labels::place(&spots, W, bottom);
    let (key, key_width) = labels::key(&spots, &placed, W + 20.0, HEAD, bottom - HEAD);
    let note_width = lines.iter().map(|l| text_width(l, 13.0)).fold(0.0, f64::max) + 20.0;
    let width = if key_width > 0.0 { W + 20.0 + key_width } else { W }.max(note_width);
    let count = |s: Status| regions.iter().filter(|r| r.status == s).count();
    let (legend, _) = status_legend(lang, &prefix, 10.0, 8.0, count);
    let body = html! {
        (hatches(&prefix))
        (legend)
        @for s in &map.shapes { (shape(lang, &prefix, s, by_id.get(s.id.as_str()).copied(), at)) }
        (labels::draw(&spots, &placed))
        (key)
        @for (i, line) in lines.iter().enumerate() {
            (text(&Text { x: 10.0, y: bottom + 24.0 + 20.0 * i as f64, text: line, size: 13.0, bold: i == 0 && review_no.is_none(), class: if i == 0 { "i-ink" } else { "i-muted" }, fill: if i == 0 { INK } else { MUTED }, ..Text::default() }))
        }
    };
    svg("zw-geo", width, height, title, regions.iter().any(|r| r.href.is_some()), body)
}

fn shape(lang: Lang, prefix: &str, s: &Shape, r: Option<&GeoRegion>, at: impl Fn(f64, f64) -> (f64, f64)) -> Markup {
    let mut d = String::new();
    for ring in &s.rings {
        let mut last = None;
        for (i, (lon, lat)) in ring.iter().enumerate() {
            let (x, y) = at(*lon, *lat);
            let here = (n(x), n(y));
            if last.as_ref() == Some(&here) {
                continue;
            }
            d.push_str(if i == 0 { "M" } else { "L" });
            d.push_str(&here.0);
            d.push(' ');
            d.push_str(&here.1);
            last = Some(here);
        }
        d.push('Z');
    }
    match r {
        None => html! { path d=(d) class="f-outside" fill="#ffffff" stroke=(RULE) stroke-width="0.8" {} },
        Some(r) => {
            let name = name_of(s, r);
            let words = format!("{} {name}: {} {} {} {}", s.city, r.status.word(lang), r.value_text, r.mark, r.title);
            let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
            linked(
                r.href.as_deref(),
                &words,
                html! {
                    path d=(d) class={ (r.status.class()) " l-edge" } fill=(r.status.fill()) stroke="#ffffff" stroke-width="1" { title { (words) } }
                    @if r.status != Status::Done {
                        path d=(d) class={ "zw-hatch h-" (r.status.key()) } fill={ "url(#" (prefix) (r.status.key()) ")" } opacity=(HATCH) {}
                    }
                },
            )
        }
    }
}

fn name_of<'a>(s: &'a Shape, r: &'a GeoRegion) -> &'a str {
    if r.label.is_empty() { &s.name } else { &r.label }
}

/// What is written of a county: name, state and value, obstacle.
fn spot<'a>(s: &'a Shape, r: &'a GeoRegion, at: impl Fn(f64, f64) -> (f64, f64), scale: f64) -> Spot<'a> {
    let value = format!("{} {}", r.status.mark(), r.value_text);
    let lines = [name_of(s, r), value.trim(), &r.mark].map(str::to_owned);
    Spot {
        group: &s.city,
        status: r.status,
        lines: lines.into_iter().filter(|l| !l.is_empty()).collect(),
        centre: at(s.centre.0, s.centre.1),
        room: s.size.sqrt() * scale,
        rings: s.rings.iter().map(|ring| ring.iter().map(|(lon, lat)| at(*lon, *lat)).collect()).collect(),
    }
}

const SAMPLE: &str = r#"{"type":"FeatureCollection","features":[
{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[118,26],[119,26],[119,27],[118,27],[118,26]]]},"properties":{"id":"990101","name":"甲县","city":"示例市"}},
{"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":[[[[119,26],[120,26],[120,26.6],[119,26.6],[119,26]]],[[[120.1,26.1],[120.2,26.1],[120.2,26.2],[120.1,26.1]]]]},"properties":{"id":"990102","name":"乙县","city":"示例市"}},
{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[119,26.6],[120,26.6],[120,27],[119,27],[119,26.6]]]},"properties":{"id":"990103","name":"丙县","city":"示例市"}}]}"#;

/// An invented map of three counties, one outside the count.
pub(super) fn sample(lang: Lang) -> Markup {
    let region = |id: &str, status| GeoRegion {
        id: id.into(),
        label: String::new(),
        status,
        value_text: "7/10".into(),
        mark: "场地".into(),
        href: Some("/gallery".into()),
        title: "截至 2026-11-22".into(),
    };
    match GeoMap::parse(SAMPLE) {
        Ok(map) => {
            let regions = [region("990101", Status::Done), region("990102", Status::Behind)];
            crate::parts::drawing("全省建站挂图（地图）", geo_map(lang, "示例地图", &map, &regions, None, &[]), None)
        }
        Err(e) => html! { p { (e) } },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::{Place, layout};
    use std::collections::HashSet;

    fn fujian() -> GeoMap {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/fujian-counties.geojson");
        GeoMap::parse(&std::fs::read_to_string(path).expect("base map")).expect("polygons")
    }

    #[test]
    fn the_province_parses_and_draws() {
        let map = fujian();
        assert_eq!(map.centres().count(), 84);
        let regions: Vec<GeoRegion> = map
            .centres()
            .filter(|c| c.0 != "350527")
            .map(|c| GeoRegion {
                id: c.0.into(),
                label: String::new(),
                status: Status::OnCourse,
                value_text: "1/2".into(),
                mark: "招标".into(),
                href: None,
                title: String::new(),
            })
            .collect();
        let text = geo_map(Lang::ZhCn, "福建", &map, &regions, None, &["统计范围未包括金门县和连江县马祖列岛".into()])
            .into_string();
        assert!(text.contains("演示底图·未经审图·不得公开展示"));
        assert_eq!(text.matches("f-outside").count(), 1, "金门县 is drawn, not counted");
        // Every county says its name, its value and its obstacle, on the map or in the key.
        for name in map.names().filter(|n| *n != "金门县") {
            assert!(text.contains(&format!(">{name}<")) || text.contains(&format!(">{name} ")), "{name}");
        }
        assert_eq!(text.matches("招标<").count(), 83 + 83, "in the words of each shape and in each label");
        let numbered = text.matches("zw-mapdot").count() / 2;
        assert!((5..40).contains(&numbered), "{numbered}");
        assert!(text.len() < 400_000, "{}", text.len());
        crate::gallery::lint(&text).unwrap_or_else(|e| panic!("{e}"));
        let reviewed = geo_map(Lang::ZhCn, "福建", &map, &regions, Some("闽S〔2025〕1号"), &[]).into_string();
        assert!(reviewed.contains("审图号：闽S〔2025〕1号") && !reviewed.contains("未经审图"));
    }

    #[test]
    fn tiles_of_the_province_keep_their_directions() {
        let map = fujian();
        let places: Vec<Place> = map.centres().map(|c| Place { group: c.1.into(), lat_lon: Some(c.2) }).collect();
        let cells = layout(&places);
        assert_eq!(cells.iter().collect::<HashSet<_>>().len(), 84);
        let ids: Vec<&str> = map.centres().map(|c| c.0).collect();
        let of = |id: &str| cells[ids.iter().position(|i| *i == id).expect("county")];
        assert!(of("350722").1 < of("350102").1, "浦城 north of 福州");
        assert!(of("350624").1 > of("350203").1, "诏安 south of 厦门");
        assert!(of("350424").0 < of("350982").0, "宁化 west of 福鼎");
        assert!(of("350821").0 < of("350502").0, "长汀 west of 泉州");
    }

    #[test]
    fn bad_maps_are_refused() {
        assert!(matches!(GeoMap::parse("{"), Err(GeoError::Json(_))));
        assert!(matches!(GeoMap::parse(r#"{"features":[]}"#), Err(GeoError::Empty)));
    }
}
