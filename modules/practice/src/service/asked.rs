//! What an encounter asks of other modules' rows.

use crate::store;
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use zw_core::{Day, DivisionId, Result, UnitId, WorkerId};
use zw_db::Tx;

/// What the encounters of one form ask alike is asked once.
#[derive(Default)]
pub(super) struct Asked {
    posted: HashMap<(UnitId, Day), Vec<WorkerId>>,
    stations: HashMap<(DivisionId, UnitId), DivisionId>,
}

impl Asked {
    /// Workers posted at a station on a day.
    pub(super) async fn posted(&mut self, tx: &mut Tx, unit: UnitId, day: Day) -> Result<&[WorkerId]> {
        Ok(match self.posted.entry((unit, day)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(posted(tx, unit, day).await?),
        })
    }
    /// The division a station stands for.
    pub(super) async fn division(&mut self, tx: &mut Tx, county: DivisionId, unit: UnitId) -> Result<DivisionId> {
        Ok(match self.stations.entry((county, unit)) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => *new.insert(super::register::station_of(tx, county, unit).await?.division_id),
        })
    }
}

/// Workers posted at a station on a day.
pub(super) async fn posted(tx: &mut Tx, unit: UnitId, day: Day) -> Result<Vec<WorkerId>> {
    Ok(store::neighbour::posted(tx, unit, day).await?.into_iter().map(|p| p.0).collect())
}
