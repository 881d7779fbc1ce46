//! Which teams are below which. Teams in the trash are not part of the tree.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use db::Tx;
use expr::sql::Sql;
use kernel::Id;

/// All teams of a workspace.
#[derive(Clone, Debug, Default)]
pub struct TeamTree {
    teams: Vec<Id>,
    below: HashMap<Id, Vec<Id>>,
    managed: HashMap<Id, Vec<Id>>,
}

impl TeamTree {
    /// # Errors
    /// Only when something is broken.
    pub fn load(tx: &mut Tx<'_>) -> Result<TeamTree, db::Error> {
        let sql = Sql::new(
            "select \"id\", \"parent\", \"manager\" from \"team\" where \"deleted_at\" is null order by \"rid\"",
        );
        let rows = tx.query(&sql, |row| Some((row.id(0)?, row.id(1), row.id(2))))?;
        Ok(TeamTree::of(rows.into_iter().flatten()))
    }

    /// The tree of these teams: id, parent, manager.
    pub fn of(teams: impl IntoIterator<Item = (Id, Option<Id>, Option<Id>)>) -> TeamTree {
        let mut tree = TeamTree::default();
        for (team, parent, manager) in teams {
            tree.teams.push(team);
            if let Some(parent) = parent {
                tree.below.entry(parent).or_default().push(team);
            }
            if let Some(manager) = manager {
                tree.managed.entry(manager).or_default().push(team);
            }
        }
        tree
    }

    /// The teams of a person: the one that they belong to, those that they manage, and all below these.
    ///
    /// Ends also where somebody has made a circle.
    pub fn teams_of(&self, person: Id, team: Option<Id>) -> Arc<[Id]> {
        let mut found: BTreeSet<Id> = BTreeSet::new();
        let managed = self.managed.get(&person).into_iter().flatten().copied();
        let mut open: Vec<Id> =
            team.filter(|team| self.teams.contains(team)).into_iter().chain(managed).collect();
        while let Some(team) = open.pop() {
            if found.insert(team) {
                open.extend(self.below.get(&team).into_iter().flatten());
            }
        }
        found.into_iter().collect()
    }

    /// Whether `team` would be below itself if it had this parent.
    pub fn would_be_a_circle(&self, team: Id, parent: Id) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![team];
        while let Some(next) = open.pop() {
            if next == parent {
                return true;
            }
            if seen.insert(next) {
                open.extend(self.below.get(&next).into_iter().flatten());
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use kernel::Id;

    use super::TeamTree;

    fn id(number: u8) -> Id {
        Id::from_bytes([number; 16])
    }

    #[test]
    fn the_teams_of_a_person_are_the_own_the_managed_and_all_below() {
        let tree = TeamTree::of([
            (id(1), None, None),
            (id(2), Some(id(1)), None),
            (id(3), Some(id(2)), None),
            (id(4), None, Some(id(9))),
            (id(5), Some(id(4)), None),
        ]);
        assert_eq!(*tree.teams_of(id(8), Some(id(2))), [id(2), id(3)]);
        assert_eq!(*tree.teams_of(id(9), Some(id(3))), [id(3), id(4), id(5)]);
        assert_eq!(*tree.teams_of(id(8), None), []);
        assert_eq!(*tree.teams_of(id(8), Some(id(77))), [], "a team in the trash gives nothing");
    }

    #[test]
    fn a_circle_is_seen_and_survived() {
        let tree = TeamTree::of([(id(1), Some(id(2)), None), (id(2), Some(id(1)), None)]);
        assert_eq!(*tree.teams_of(id(8), Some(id(1))), [id(1), id(2)]);
        let tree = TeamTree::of([(id(1), None, None), (id(2), Some(id(1)), None)]);
        assert!(tree.would_be_a_circle(id(1), id(2)));
        assert!(tree.would_be_a_circle(id(1), id(1)));
        assert!(!tree.would_be_a_circle(id(2), id(1)));
    }
}
