//! Where each tile goes: every place gets its own cell of a grid so that the sum of squared shifts from its true
//! position is smallest (the assignment problem, solved exactly; a province has at most some 180 counties).

/// A place to put on the grid.
#[derive(Clone, Debug)]
pub struct Place {
    /// Name of its group (the city).
    pub group: String,
    /// Latitude and longitude in degrees, when known.
    pub lat_lon: Option<(f64, f64)>,
}

/// Cells in one row of a layout without coordinates.
const ROW_WITHOUT_MAP: i32 = 12;
/// Width of a tile divided by its height, as drawn.
const ASPECT: f64 = 96.0 / 74.0;
/// Cells per place: enough air for the outline to be seen, few enough to keep tiles together.
const CELLS_PER_PLACE: f64 = 1.35;
/// Price of a side shared with another group, in ten-thousandths of a squared cell.
const STRANGER: i64 = 7_000;
/// Rounds of improvement at most; a province needs a handful.
const PASSES: usize = 30;

/// Column and row of each place, from 0, in the order given; no two share a cell. Places without coordinates follow
/// below the map; when none has any, each group starts a new row.
pub fn layout(places: &[Place]) -> Vec<(i32, i32)> {
    let known: Vec<(usize, f64, f64)> = places
        .iter()
        .enumerate()
        .filter_map(|(i, p)| p.lat_lon.filter(|(a, o)| a.is_finite() && o.is_finite()).map(|(a, o)| (i, a, o)))
        .collect();
    let mut out = vec![(0, 0); places.len()];
    let mut below = 0;
    if !known.is_empty() {
        let groups: Vec<&str> = known.iter().map(|k| places[k.0].group.as_str()).collect();
        for (k, cell) in on_grid(&known, &groups).into_iter().enumerate() {
            out[known[k].0] = cell;
            below = below.max(cell.1 + 1);
        }
    }
    let rest: Vec<usize> = (0..places.len()).filter(|i| !known.iter().any(|k| k.0 == *i)).collect();
    for (i, cell) in rest.iter().zip(in_rows(places, &rest)) {
        out[*i] = (cell.0, cell.1 + below);
    }
    out
}

/// One group after the other, each on a new row.
fn in_rows(places: &[Place], which: &[usize]) -> Vec<(i32, i32)> {
    let (mut col, mut row) = (0, 0);
    let mut out = Vec::with_capacity(which.len());
    for (k, i) in which.iter().enumerate() {
        let new_group = k > 0 && places[which[k - 1]].group != places[*i].group;
        if new_group || col == ROW_WITHOUT_MAP {
            (col, row) = (0, row + 1);
        }
        out.push((col, row));
        col += 1;
    }
    out
}

/// Position from 0 to 1: half true to scale, half by rank, so that crowded coasts do not push everything inland.
fn spread(values: &[f64]) -> Vec<f64> {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let span = if high > low { high - low } else { 1.0 };
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]).then(a.cmp(b)));
    let mut rank = vec![0.5; values.len()];
    if values.len() > 1 {
        for (r, i) in order.iter().enumerate() {
            rank[*i] = r as f64 / (values.len() - 1) as f64;
        }
    }
    values.iter().zip(rank).map(|(v, r)| 0.5 * (v - low) / span + 0.5 * r).collect()
}

fn on_grid(known: &[(usize, f64, f64)], groups: &[&str]) -> Vec<(i32, i32)> {
    let lats: Vec<f64> = known.iter().map(|k| -k.1).collect();
    let lons: Vec<f64> = known.iter().map(|k| k.2).collect();
    let extent = |v: &[f64]| {
        let span =
            v.iter().copied().fold(f64::NEG_INFINITY, f64::max) - v.iter().copied().fold(f64::INFINITY, f64::min);
        span.max(1e-6)
    };
    let middle = lats.iter().sum::<f64>() / lats.len() as f64;
    let shape = (extent(&lons) * middle.to_radians().cos() / extent(&lats) / ASPECT).clamp(0.25, 4.0);
    let wanted = (known.len() as f64 * CELLS_PER_PLACE).max(1.0);
    let cols = (wanted * shape).sqrt().round().max(1.0);
    let rows = (wanted / cols).ceil().max(1.0);
    let (xs, ys) = (spread(&lons), spread(&lats));
    let (cols_i, rows_i) = (cols as i32, rows as i32);
    let cells: Vec<(i32, i32)> = (0..rows_i).flat_map(|r| (0..cols_i).map(move |c| (c, r))).collect();
    let cost = |place: usize, cell: usize| {
        let dx = xs[place] * (cols - 1.0) - f64::from(cells[cell].0);
        // A shift by a row moves further on the drawing than it looks on the grid: tiles are wider than high.
        let dy = ys[place] * (rows - 1.0) - f64::from(cells[cell].1);
        ((dx * dx * ASPECT * ASPECT + dy * dy) * 10_000.0) as i64
    };
    let grid = Grid { cols: cols as usize, rows: rows as usize };
    let far: Vec<i64> = (0..cells.len()).map(|c| (0..known.len()).map(|p| cost(p, c)).min().unwrap_or(0)).collect();
    let land = grid.land(&far, known.len());
    let mut at: Vec<usize> =
        assign(known.len(), land.len(), |p, k| cost(p, land[k])).iter().map(|k| land[*k]).collect();
    gather(&mut at, groups, grid, cost);
    at.into_iter().map(|c| cells[c]).collect()
}

#[derive(Clone, Copy)]
struct Grid {
    cols: usize,
    rows: usize,
}

impl Grid {
    /// Neighbours left, right, above and below; `None` beyond the edge.
    fn beside(self, cell: usize) -> [Option<usize>; 4] {
        let (c, r) = (cell % self.cols, cell / self.cols);
        [
            (c > 0).then(|| cell - 1),
            (c + 1 < self.cols).then(|| cell + 1),
            (r > 0).then(|| cell - self.cols),
            (r + 1 < self.rows).then(|| cell + self.cols),
        ]
    }

    /// The `n` cells to build on: those nearest to any place, without holes inside.
    fn land(self, far: &[i64], n: usize) -> Vec<usize> {
        let all = self.cols * self.rows;
        let mut order: Vec<usize> = (0..all).collect();
        order.sort_by_key(|c| (far[*c], *c));
        let mut land = vec![false; all];
        for c in order.iter().take(n) {
            land[*c] = true;
        }
        // The sea is what can be reached from the edge; the rest of the gaps is filled.
        let mut sea = vec![false; all];
        let mut open: Vec<usize> = (0..all).filter(|c| !land[*c] && self.beside(*c).contains(&None)).collect();
        while let Some(c) = open.pop() {
            if !std::mem::replace(&mut sea[c], true) {
                open.extend(self.beside(c).into_iter().flatten().filter(|x| !land[*x] && !sea[*x]));
            }
        }
        let mut count = 0;
        for c in 0..all {
            land[c] = !sea[c];
            count += usize::from(land[c]);
        }
        // What was filled in is given back along the coast, farthest cells first.
        while count > n {
            let coast = |c: &usize| land[*c] && self.beside(*c).iter().any(|x| x.is_none_or(|x| !land[x]));
            let Some(c) = order.iter().rev().copied().find(|c| coast(c)) else { break };
            land[c] = false;
            count -= 1;
        }
        (0..all).filter(|c| land[*c]).collect()
    }
}

/// Swaps tiles as long as that pays: groups hold together at the price of small shifts. Each step lowers the total,
/// so it ends; the order is fixed, so the answer is always the same.
fn gather(at: &mut [usize], groups: &[&str], grid: Grid, cost: impl Fn(usize, usize) -> i64) {
    let mut owner: Vec<Option<usize>> = vec![None; grid.cols * grid.rows];
    for (place, cell) in at.iter().enumerate() {
        owner[*cell] = Some(place);
    }
    let strangers = |owner: &[Option<usize>], cell: usize| -> i64 {
        let Some(place) = owner[cell] else { return 0 };
        let other = |x: &Option<usize>| x.and_then(|x| owner[x]).is_some_and(|o| groups[o] != groups[place]);
        grid.beside(cell).iter().filter(|x| other(x)).count() as i64
    };
    let around = |owner: &[Option<usize>], a: usize, b: usize| -> i64 {
        let mut cells: Vec<usize> =
            [a, b].into_iter().chain([a, b].iter().flat_map(|x| grid.beside(*x)).flatten()).collect();
        cells.sort_unstable();
        cells.dedup();
        cells.iter().map(|x| strangers(owner, *x)).sum::<i64>() * STRANGER
    };
    for _ in 0..PASSES {
        let mut better = false;
        for place in 0..at.len() {
            for other in 0..place {
                let (here, there) = (at[place], at[other]);
                let shift = cost(place, there) - cost(place, here) + cost(other, here) - cost(other, there);
                // Nothing the eight sides can give outweighs a long shift.
                if shift > 16 * STRANGER {
                    continue;
                }
                let before = around(&owner, here, there);
                owner.swap(here, there);
                if shift + around(&owner, here, there) < before {
                    at.swap(place, other);
                    better = true;
                } else {
                    owner.swap(here, there);
                }
            }
        }
        if !better {
            break;
        }
    }
}

/// Cheapest assignment of `n` places to `m >= n` cells (Hungarian method, shortest augmenting paths, O(n²m)).
fn assign(n: usize, m: usize, cost: impl Fn(usize, usize) -> i64) -> Vec<usize> {
    // Index 0 is the free column of the method; places and cells count from 1.
    let (mut u, mut v) = (vec![0_i64; n + 1], vec![0_i64; m + 1]);
    let mut owner = vec![0_usize; m + 1];
    for place in 1..=n {
        owner[0] = place;
        let mut column = 0;
        let mut least = vec![i64::MAX; m + 1];
        let mut came_from = vec![0_usize; m + 1];
        let mut done = vec![false; m + 1];
        while owner[column] != 0 {
            done[column] = true;
            let row = owner[column];
            let (mut delta, mut next) = (i64::MAX, 0);
            for j in 1..=m {
                if done[j] {
                    continue;
                }
                let reduced = cost(row - 1, j - 1) - u[row] - v[j];
                if reduced < least[j] {
                    least[j] = reduced;
                    came_from[j] = column;
                }
                if least[j] < delta {
                    delta = least[j];
                    next = j;
                }
            }
            for j in 0..=m {
                if done[j] {
                    u[owner[j]] += delta;
                    v[j] -= delta;
                } else if least[j] != i64::MAX {
                    least[j] -= delta;
                }
            }
            column = next;
        }
        while column != 0 {
            let previous = came_from[column];
            owner[column] = owner[previous];
            column = previous;
        }
    }
    let mut out = vec![0; n];
    for j in 1..=m {
        if owner[j] != 0 {
            out[owner[j] - 1] = j - 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn place(group: &str, lat_lon: Option<(f64, f64)>) -> Place {
        Place { group: group.into(), lat_lon }
    }

    #[test]
    fn assignment_is_the_cheapest() {
        // All permutations of a 4×5 table against the method.
        let table = [[7, 2, 9, 4, 6], [3, 8, 1, 5, 2], [6, 6, 3, 9, 1], [4, 7, 5, 2, 8]];
        let got = assign(4, 5, |i, j| table[i][j]);
        let total: i64 = got.iter().enumerate().map(|(i, j)| table[i][*j]).sum();
        let mut best = i64::MAX;
        for code in 0..625_usize {
            let pick = [code % 5, code / 5 % 5, code / 25 % 5, code / 125];
            if pick.iter().collect::<HashSet<_>>().len() == 4 {
                best = best.min(pick.iter().enumerate().map(|(i, j)| table[i][*j]).sum());
            }
        }
        assert_eq!(total, best);
        assert_eq!(got.iter().collect::<HashSet<_>>().len(), 4);
    }

    #[test]
    fn directions_are_kept_and_cells_are_not_shared() {
        let mut places: Vec<Place> = (0..60)
            .map(|i| place("a", Some((24.0 + f64::from(i % 7) * 0.01, 118.0 + f64::from(i / 7) * 0.01))))
            .collect();
        places.push(place("north", Some((28.0, 118.0))));
        places.push(place("west", Some((25.0, 115.0))));
        let got = layout(&places);
        assert_eq!(got.iter().collect::<HashSet<_>>().len(), places.len());
        let (north, west) = (got[60], got[61]);
        assert!(got[..60].iter().all(|c| c.1 >= north.1) && got[..60].iter().all(|c| c.0 >= west.0), "{got:?}");
    }

    #[test]
    fn without_coordinates_groups_stand_in_rows() {
        let got = layout(&[place("a", None), place("a", None), place("b", None)]);
        assert_eq!(got, [(0, 0), (1, 0), (0, 1)]);
        assert!(layout(&[]).is_empty());
        let mixed = layout(&[place("a", Some((25.0, 118.0))), place("b", None), place("c", Some((f64::NAN, 1.0)))]);
        assert_eq!(mixed.iter().collect::<HashSet<_>>().len(), 3);
        assert!(mixed[1].1 > mixed[0].1);
    }
}
