//! Official lists of the demo: the demo county has several categories, every sixth county that has residents on file has two, the
//! others have none and so no rate. Everybody on them is invented; who is on no file lives where a station serves.

use super::people::{self, Numbers};
use std::collections::BTreeMap;
use zw_access::App;
use zw_core::tree::View;
use zw_core::{Day, DivisionId, OfficialListId, Result, Rng, Stamp};
use zw_db::Tx;
use zw_practice::model::{Recognition, Rhythm};
use zw_practice::seed::{Loader, SeedList, SeedListed, SeedResident};

/// The day of the lists that stand, and of the one before them.
const STANDS: i64 = 20_210_630;
const BEFORE: i64 = 20_210_531;

/// A category with its authority, the ages of its people, and how many of a hundred on the list are on file.
struct Plan {
    category: &'static str,
    authority: Recognition,
    ages: (i64, i64),
    filed_of_100: i64,
}

const PLANS: [Plan; 4] = [
    Plan { category: "01", authority: Recognition::CivilAffairs, ages: (30, 80), filed_of_100: 72 },
    Plan { category: "02", authority: Recognition::CivilAffairs, ages: (60, 90), filed_of_100: 86 },
    Plan { category: "13", authority: Recognition::CivilAffairs, ages: (6, 16), filed_of_100: 64 },
    Plan { category: "31", authority: Recognition::DisabledFederation, ages: (25, 75), filed_of_100: 55 },
];

/// Whoever of these is officially in a category and still on file.
fn holders<'a>(all: &[&'a SeedResident], category: &str) -> Vec<&'a SeedResident> {
    let official =
        |r: &SeedResident| r.categories.iter().any(|(code, by)| *code == category && *by != Recognition::WorkerFound);
    all.iter().copied().filter(|r| r.closed.is_none() && r.id_no.is_some() && official(r)).collect()
}

/// Writes the lists.
pub async fn load(
    tx: &mut Tx,
    app: &App,
    view: &View,
    own: DivisionId,
    residents: &[SeedResident],
    numbers: &mut Numbers,
) -> Result<()> {
    // Of its own: what is drawn here changes nothing that is drawn elsewhere.
    let rng = Rng::seeded(20_210_630);
    let rhythm = Rhythm::default();
    let loader = Loader { vault: &app.vault, rng: &rng, rhythm: &rhythm, by: "县民政局（演示）" };
    let mut counties: BTreeMap<DivisionId, Vec<&SeedResident>> = BTreeMap::new();
    for r in residents {
        counties.entry(r.county).or_default().push(r);
    }
    for (n, (county, all)) in counties.iter().enumerate() {
        let plans: &[Plan] = match () {
            () if *county == own => &PLANS,
            () if n % 6 == 2 => PLANS.get(..2).unwrap_or_default(),
            () => continue,
        };
        for plan in plans {
            let list = make(&rng, view, *county, plan, all, numbers);
            if *county == own && plan.category == "01" {
                loader.official_list(tx, &before(&rng, &list, &holders(all, "25"))).await?;
            }
            loader.official_list(tx, &list).await?;
        }
        if *county == own {
            loader.official_list(tx, &counted(&rng, *county, all)).await?;
        }
    }
    Ok(())
}

fn head(rng: &Rng, county: DivisionId, category: &'static str, authority: Recognition, day: i64) -> SeedList {
    let list_date = Day::from_stored(day);
    let at = Stamp::from_cn(list_date.add_days(2), 10, 20);
    SeedList {
        county,
        id: OfficialListId(rng.uuid(at)),
        category,
        list_date,
        authority,
        document: Some("演示名册〔2021〕6号".to_owned()),
        stated: None,
        rows: vec![],
        numbers: vec![],
        at,
    }
}

/// A list of persons: nineteen of twenty who are officially on file stand on it, and as many others as the plan leaves.
fn make(
    rng: &Rng,
    view: &View,
    county: DivisionId,
    plan: &Plan,
    all: &[&SeedResident],
    numbers: &mut Numbers,
) -> SeedList {
    let mut list = head(rng, county, plan.category, plan.authority, STANDS);
    let row = |name: String, id_no: String, township: DivisionId, village: DivisionId| SeedListed {
        id: rng.uuid(list.at),
        name,
        id_no,
        township,
        village,
    };
    let on_file = holders(all, plan.category).into_iter().filter(|_| rng.below(20) != 0);
    let mut rows: Vec<SeedListed> =
        on_file.filter_map(|r| Some(row(r.name.clone(), r.id_no.clone()?, r.township, r.village))).collect();
    let filed = i64::try_from(rows.len()).unwrap_or(0);
    let others = filed * (100 - plan.filed_of_100) / plan.filed_of_100 + 1;
    let mut towns: Vec<DivisionId> = all.iter().map(|r| r.township).collect();
    towns.sort_unstable();
    towns.dedup();
    let pick = |n: usize| usize::try_from(rng.below(n.max(1) as u64)).unwrap_or(0);
    for _ in 0..others {
        let Some(town) = towns.get(pick(towns.len())).copied() else { break };
        let villages = view.villages_under(town);
        let Some(village) = villages.get(pick(villages.len())).copied() else { continue };
        let birth = people::birth(rng, plan.ages.0, plan.ages.1);
        if let Some(number) = numbers.next(birth, rng.below(2) == 0) {
            rows.push(row(people::name(rng), number, town, village));
        }
    }
    list.stated = i64::try_from(rows.len()).ok();
    list.rows = rows;
    list
}

/// The list a month before: those of the standing one but for the last few, and some who no longer stand on it.
fn before(rng: &Rng, next: &SeedList, gone: &[&SeedResident]) -> SeedList {
    let mut list = head(rng, next.county, next.category, next.authority, BEFORE);
    list.document = Some("演示名册〔2021〕5号".to_owned());
    let keep = next.rows.len().saturating_sub(4);
    let at = list.at;
    list.rows = next.rows.iter().take(keep).map(|r| SeedListed { id: rng.uuid(at), ..r.clone() }).collect();
    for r in gone.iter().take(3) {
        if let Some(id_no) = r.id_no.clone() {
            let (name, township, village) = (r.name.clone(), r.township, r.village);
            list.rows.push(SeedListed { id: rng.uuid(at), name, id_no, township, village });
        }
    }
    list
}

/// 高龄: a list that only has numbers, by township.
fn counted(rng: &Rng, county: DivisionId, all: &[&SeedResident]) -> SeedList {
    let mut list = head(rng, county, "25", Recognition::CivilAffairs, STANDS);
    let mut by_town: BTreeMap<DivisionId, i64> = BTreeMap::new();
    for r in holders(all, "25") {
        *by_town.entry(r.township).or_default() += 1;
    }
    list.numbers = by_town.into_iter().map(|(town, n)| (town, n + 2)).collect();
    list.stated = Some(list.numbers.iter().map(|n| n.1).sum());
    list
}
