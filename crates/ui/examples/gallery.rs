//! Writes the gallery as static pages to look at: `cargo run -p zw-ui --example gallery -- DIR`, then serve DIR.
use std::error::Error;
use std::fs;
use std::path::PathBuf;
use zw_ui::map::{GeoMap, GeoRegion, Place, Tile, geo_map, layout, tiles};
use zw_ui::parts::{Paper, drawing, sheet};
use zw_ui::{Head, Lang, Markup, Shell, Status, Theme, gallery, html, kiosk_page, page_with, shell};

/// Invented states on the real grid of the province.
fn wall(lang: Lang, map: &GeoMap) -> Markup {
    let places: Vec<Place> = map.centres().map(|c| Place { group: c.1.into(), lat_lon: Some(c.2) }).collect();
    let state = |i: usize| Status::ALL[[0, 0, 1, 1, 2, 0, 3, 1, 4][i * 5 % 9]];
    let drawn: Vec<Tile> = layout(&places)
        .into_iter()
        .zip(map.names())
        .enumerate()
        .map(|(i, ((col, row), name))| Tile {
            id: i.to_string(),
            label: name.into(),
            group: places[i].group.clone(),
            col,
            row,
            status: state(i),
            value_text: format!("{}/12", i % 13),
            mark: if state(i) == Status::Behind { "场地".into() } else { String::new() },
            href: Some("#".into()),
            title: "虚构".into(),
        })
        .collect();
    let regions: Vec<GeoRegion> = map
        .centres()
        .enumerate()
        .filter(|(_, c)| c.0 != "350527")
        .map(|(i, c)| GeoRegion {
            id: c.0.into(),
            label: String::new(),
            status: state(i),
            value_text: format!("{}/12", i % 13),
            mark: if state(i) == Status::Behind { "场地".into() } else { String::new() },
            href: Some("#".into()),
            title: "虚构".into(),
        })
        .collect();
    let note = ["统计范围未包括金门县和连江县马祖列岛　数据均为虚构".to_owned()];
    html! {
        (sheet(Paper::A3, Some("演示数据·非官方"), drawing("全省建站挂图", tiles(lang, "全省", &drawn, &note), None)))
        (sheet(Paper::A3, Some("演示数据·非官方"), drawing("全省建站挂图（地图）", geo_map(lang, "全省地图", map, &regions, None, &note), None)))
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let dir = PathBuf::from(std::env::args().nth(1).ok_or("usage: gallery DIR")?);
    fs::create_dir_all(dir.join("assets"))?;
    for name in ["app.css", "app.js", "icon.svg"] {
        let url = zw_ui::assets::url(name);
        let asset = zw_ui::assets::find(url).ok_or("asset is not embedded")?;
        fs::write(dir.join("assets").join(asset.path), asset.bytes)?;
    }
    let base = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/fujian-counties.geojson");
    let map = GeoMap::parse(&fs::read_to_string(base)?)?;
    for lang in Lang::ALL {
        fs::write(dir.join(format!("{}.html", lang.code())), gallery::gallery_page(lang).into_string())?;
    }
    let lang = Lang::ZhCn;
    let dark = Shell { theme: Theme::Dark, large: true, ..shell::sample_shell(lang) };
    let head = Head { title: "样例".into(), ..Head::default() };
    fs::write(dir.join("dark.html"), page_with(&dark, &head, gallery::gallery(lang)).into_string())?;
    for (name, draw) in gallery::SAMPLES {
        let head = Head { title: (*name).to_owned(), ..Head::default() };
        for (kind, shell) in [("light", shell::sample_shell(lang)), ("dark", dark.clone())] {
            fs::write(dir.join(format!("{name}-{kind}.html")), page_with(&shell, &head, draw(lang)).into_string())?;
        }
    }
    let plain = shell::sample_shell(lang);
    fs::write(dir.join("wall.html"), page_with(&plain, &head, wall(lang, &map)).into_string())?;
    fs::write(dir.join("kiosk.html"), kiosk_page(&plain, "挂图", wall(lang, &map)).into_string())?;
    fs::write(
        dir.join("error.html"),
        zw_ui::error_page(lang, 404, "not_found", "没有这个页面，或者您看不到它。", "0190-aa").into_string(),
    )?;
    Ok(())
}
