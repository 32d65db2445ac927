//! Where the words of a geographic map go. A county that has room carries its name, its value and what holds it up; one
//! that has none carries a number, and a key beside the map says the same of it. No two labels lie over each other.

use crate::chart::{GROUND, INK, MUTED, RULE, Text, n, text, text_width};
use crate::status::Status;
use maud::{Markup, html};

/// A county to label, in the coordinates of the drawing.
pub(super) struct Spot<'a> {
    /// Heading in the key, e.g. the city.
    pub group: &'a str,
    /// State against plan: the label is written in its ink on an edge in its colour.
    pub status: Status,
    /// Lines of the label: name, state and value, obstacle; empty ones are left out.
    pub lines: Vec<String>,
    /// Centre of its largest part.
    pub centre: (f64, f64),
    /// Side of a square as large as that part.
    pub room: f64,
    /// Outlines, to know whether a label's middle lies on the county.
    pub rings: Vec<Vec<(f64, f64)>>,
}

/// Where a label goes: its middle, and the size it is written in; none for a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placed {
    x: f64,
    y: f64,
    size: Option<f64>,
}

/// Sizes tried, the best first; smaller ones cannot be read on an A3 sheet.
const SIZES: [f64; 3] = [12.5, 11.0, 10.0];
/// Shifts of a label from the centre tried, the nearest first, in pixels.
const SHIFTS: [(f64, f64); 13] = [
    (0.0, 0.0),
    (0.0, -6.0),
    (0.0, 6.0),
    (-8.0, 0.0),
    (8.0, 0.0),
    (0.0, -12.0),
    (0.0, 12.0),
    (-16.0, 0.0),
    (16.0, 0.0),
    (-12.0, -10.0),
    (12.0, -10.0),
    (-12.0, 10.0),
    (12.0, 10.0),
];
/// Side under which a county never carries words.
const TINY: f64 = 26.0;
/// How far a label may reach over the county's own square: names of long counties do.
const OVER: f64 = 1.6;
/// Radius of the round mark of a number.
const DOT: f64 = 8.0;
/// Height of a line, in sizes of its text.
const LEAD: f64 = 1.15;
/// Height of a line of the key.
const ROW: f64 = 18.0;
/// Width of a column of the key.
const COLUMN: f64 = 230.0;

#[derive(Clone, Copy)]
struct Frame {
    x: f64,
    y: f64,
    w: f64,
    h: f64,
}

impl Frame {
    fn around(x: f64, y: f64, w: f64, h: f64) -> Self {
        Self { x: x - w / 2.0, y: y - h / 2.0, w, h }
    }
    fn meets(&self, o: &Self) -> bool {
        self.x < o.x + o.w && o.x < self.x + self.w && self.y < o.y + o.h && o.y < self.y + self.h
    }
}

/// Size of a label's frame when written in `size`.
fn extent(s: &Spot<'_>, size: f64) -> (f64, f64) {
    let width = s.lines.iter().map(|l| text_width(l, size)).fold(0.0, f64::max);
    (width + 4.0, size * LEAD * s.lines.len() as f64 + 2.0)
}

/// Whether a point lies on the county: even-odd rule over all of its rings.
fn on(s: &Spot<'_>, x: f64, y: f64) -> bool {
    let mut inside = false;
    for ring in &s.rings {
        for pair in ring.windows(2) {
            let [(x1, y1), (x2, y2)] = pair else { continue };
            if (*y1 > y) != (*y2 > y) && x < x1 + (y - y1) / (y2 - y1) * (x2 - x1) {
                inside = !inside;
            }
        }
    }
    inside
}

/// Finds a place for every label within a drawing of `width` by `height`, one for each spot in the order given.
pub(super) fn place(spots: &[Spot<'_>], width: f64, height: f64) -> Vec<Placed> {
    let mut taken: Vec<Frame> = vec![];
    let mut out: Vec<Option<Placed>> = vec![None; spots.len()];
    // The smallest first: a number cannot go anywhere else, a large county's words can.
    for (s, place) in spots.iter().zip(&mut out).filter(|(s, _)| s.room < TINY) {
        *place = Some(number(s, &mut taken));
    }
    let mut order: Vec<usize> = (0..spots.len()).filter(|i| out.get(*i).is_some_and(Option::is_none)).collect();
    let room = |i: &usize| spots.get(*i).map_or(0.0, |s| s.room);
    order.sort_by(|a, b| room(b).total_cmp(&room(a)));
    for i in order {
        let (Some(s), Some(place)) = (spots.get(i), out.get_mut(i)) else { continue };
        *place = words(s, &mut taken, width, height).or_else(|| Some(number(s, &mut taken)));
    }
    out.into_iter().flatten().collect()
}

fn words(s: &Spot<'_>, taken: &mut Vec<Frame>, width: f64, height: f64) -> Option<Placed> {
    for size in SIZES {
        let (w, h) = extent(s, size);
        if w > s.room * OVER {
            continue;
        }
        for (dx, dy) in SHIFTS {
            let (x, y) = (s.centre.0 + dx, s.centre.1 + dy);
            let frame = Frame::around(x, y, w, h);
            let whole = frame.x >= 0.0 && frame.y >= 0.0 && frame.x + w <= width && frame.y + h <= height;
            if whole && on(s, x, y) && !taken.iter().any(|t| t.meets(&frame)) {
                taken.push(frame);
                return Some(Placed { x, y, size: Some(size) });
            }
        }
    }
    None
}

/// A number stands on its county, moved aside only where another one stands there.
fn number(s: &Spot<'_>, taken: &mut Vec<Frame>) -> Placed {
    let side = 2.0 * DOT + 1.0;
    let at = |(dx, dy): &(f64, f64)| (s.centre.0 + dx, s.centre.1 + dy);
    let frame = |(x, y): (f64, f64)| Frame::around(x, y, side, side);
    let free = SHIFTS.iter().map(at).find(|p| !taken.iter().any(|t| t.meets(&frame(*p))));
    let (x, y) = free.unwrap_or(s.centre);
    taken.push(frame((x, y)));
    Placed { x, y, size: None }
}

/// Draws the labels on the map.
pub(super) fn draw(spots: &[Spot<'_>], placed: &[Placed]) -> Markup {
    let mut no = 0;
    let marks: Vec<Markup> = spots
        .iter()
        .zip(placed)
        .map(|(s, p)| match p.size {
            Some(size) => written(s, p, size),
            None => {
                no += 1;
                dot(p.x, p.y, no)
            }
        })
        .collect();
    html! { @for m in &marks { (m) } }
}

/// The words in the ink of the county's state with an edge in its colour: they are read at the contrast of that pair, also
/// where they reach over a neighbour or lie on a pattern.
fn written(s: &Spot<'_>, p: &Placed, size: f64) -> Markup {
    let step = size * LEAD;
    let top = p.y - step * s.lines.len() as f64 / 2.0 + size * 0.9;
    html! {
        g class={ "zw-maplabel on-" (s.status.key()) } stroke=(s.status.fill()) stroke-width="4" stroke-linejoin="round" paint-order="stroke" {
            @for (i, line) in s.lines.iter().enumerate() {
                (text(&Text { x: p.x, y: top + step * i as f64, text: line, size, anchor: "middle", bold: i == 0, class: s.status.text_class(), fill: s.status.ink() }))
            }
        }
    }
}

fn dot(x: f64, y: f64, no: usize) -> Markup {
    html! {
        g class="zw-mapdot" {
            circle cx=(n(x)) cy=(n(y)) r=(n(DOT)) class="l-ink" fill=(GROUND) stroke=(INK) stroke-width="1" {}
            (text(&Text { x, y: y + 3.6, text: &no.to_string(), size: 10.0, anchor: "middle", bold: true, ..Text::default() }))
        }
    }
}

/// What a line of the key is: a heading or a numbered county.
enum Entry<'a> {
    Heading(&'a str),
    County(usize, String),
}

/// The key of the numbers: drawn from (x, y) downwards in columns of `height`; with the width it takes.
pub(super) fn key(spots: &[Spot<'_>], placed: &[Placed], x: f64, y: f64, height: f64) -> (Markup, f64) {
    let mut entries: Vec<Entry<'_>> = vec![];
    let (mut no, mut group) = (0, None);
    for (s, _) in spots.iter().zip(placed).filter(|(_, p)| p.size.is_none()) {
        if group != Some(s.group) && !s.group.is_empty() {
            entries.push(Entry::Heading(s.group));
        }
        group = Some(s.group);
        no += 1;
        entries.push(Entry::County(no, s.lines.join(" ")));
    }
    if entries.is_empty() {
        return (html! {}, 0.0);
    }
    // A whole number of lines, at least one.
    let rows = ((height / ROW) as usize).max(1);
    let columns = entries.len().div_ceil(rows);
    let body = html! { g class="zw-mapkey" {
        line x1=(n(x - 10.0)) y1=(n(y)) x2=(n(x - 10.0)) y2=(n(y + height)) class="l-rule" stroke=(RULE) stroke-width="1" {}
        @for (i, e) in entries.iter().enumerate() {
            @let (left, base) = (x + COLUMN * (i / rows) as f64, y + ROW * (i % rows) as f64 + 13.0);
            @match e {
                Entry::Heading(words) => { (text(&Text { x: left, y: base, text: words, size: 12.0, class: "i-muted", fill: MUTED, ..Text::default() })) }
                Entry::County(no, words) => {
                    (dot(left + DOT, base - 4.0, *no))
                    (text(&Text { x: left + 2.0 * DOT + 6.0, y: base, text: words, size: 12.5, ..Text::default() }))
                }
            }
        }
    } };
    (body, COLUMN * columns as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(name: &str, x: f64, y: f64, side: f64) -> Spot<'_> {
        let ring = vec![(x, y), (x + side, y), (x + side, y + side), (x, y + side), (x, y)];
        Spot {
            group: "市",
            status: Status::Behind,
            lines: vec![name.to_owned(), "! 7/10".into(), "场地".into()],
            centre: (x + side / 2.0, y + side / 2.0),
            room: side,
            rings: vec![ring],
        }
    }

    #[test]
    fn no_two_labels_lie_over_each_other_and_the_small_ones_are_numbered() {
        let mut spots: Vec<Spot<'_>> = (0..6).map(|i| square("大县", f64::from(i) * 60.0, 0.0, 60.0)).collect();
        spots.push(square("小区", 60.0, 60.0, 12.0));
        // Too narrow for its name, though not tiny.
        spots.push(square("名称很长很长的县", 120.0, 80.0, 40.0));
        let placed = place(&spots, 400.0, 400.0);
        let sizes: Vec<Option<f64>> = placed.iter().map(|p| p.size).collect();
        assert!(sizes[..6].iter().all(Option::is_some) && sizes[6..] == [None, None], "{placed:?}");
        let frame = |(s, p): (&Spot<'_>, &Placed)| match p.size {
            Some(size) => {
                let (w, h) = extent(s, size);
                Frame::around(p.x, p.y, w, h)
            }
            None => Frame::around(p.x, p.y, 2.0 * DOT, 2.0 * DOT),
        };
        let frames: Vec<Frame> = spots.iter().zip(&placed).map(frame).collect();
        for (i, a) in frames.iter().enumerate() {
            assert!(frames.iter().skip(i + 1).all(|b| !a.meets(b)), "{i}: {placed:?}");
            assert!(a.x >= 0.0 && a.y >= 0.0);
        }
        let (drawn, width) = key(&spots, &placed, 500.0, 0.0, 400.0);
        let drawn = drawn.into_string();
        assert!(drawn.contains("小区 ! 7/10 场地") && drawn.contains("名称很长很长的县 ! 7/10 场地"), "{drawn}");
        assert_eq!((drawn.matches(">市<").count(), width), (1, COLUMN));
        // More than one column holds: the next one begins.
        assert_eq!(key(&spots, &placed, 500.0, 0.0, 2.0 * ROW).1, 2.0 * COLUMN);
        assert_eq!(key(&spots[..6], &placed[..6], 500.0, 0.0, 400.0).1, 0.0);
    }

    #[test]
    fn a_label_is_written_in_the_colours_of_its_state() {
        for status in Status::ALL {
            let spot = Spot { status, ..square("大县", 0.0, 0.0, 60.0) };
            let placed = place(std::slice::from_ref(&spot), 100.0, 100.0);
            let drawn = draw(&[spot], &placed).into_string();
            assert!(drawn.contains(&format!("on-{}\" stroke=\"{}\"", status.key(), status.fill())), "{drawn}");
            let words = format!("class=\"{}\" fill=\"{}\"", status.text_class(), status.ink());
            assert_eq!(drawn.matches(&words).count(), 3, "{drawn}");
        }
    }

    #[test]
    fn a_label_stays_on_its_county() {
        let s = square("县", 10.0, 10.0, 50.0);
        assert!(on(&s, 35.0, 35.0) && !on(&s, 5.0, 35.0) && !on(&s, 65.0, 35.0));
        // At the edge of the drawing it is not cut off: it moves or becomes a number.
        let edge = square("县名", -40.0, 0.0, 60.0);
        let p = place(&[edge], 100.0, 100.0);
        assert_eq!(p[0].size, None, "{p:?}");
    }
}
