//! The second pass: links to records of the same file that came after the row that names them.

use std::collections::HashMap;

use app::Workspace;
use expr::sql::Sql;
use indexmap::IndexMap;
use jobs::Run;
use kernel::{ColumnType, Id};
use records::{Draft, Principal, Writer};

use super::{
    batch::put,
    book::{Book, Found},
    carry::Halt,
    import::{self, Import, Progress, from_json},
    links::{Lookup, Named, first_of},
    report::{self, Bad},
};
use crate::{mapping::Plan, table::Fault};

/// Links in one transaction.
const BATCH: usize = 500;

struct Waiting {
    seq: i64,
    number: u64,
    record: Id,
    link: usize,
    name: String,
    cells: Vec<String>,
}

/// Makes all links that wait.
pub fn link(
    workspace: &Workspace,
    who: &Principal,
    plan: &Plan,
    import: &Import,
    run: &Run,
    progress: &mut Progress,
) -> Result<(), Halt> {
    let mut book = Book::new(plan);
    loop {
        if run.should_stop() {
            return Err(Halt::Stopped);
        }
        let before = &*progress;
        let next = workspace.engine.write(who, |writer| {
            writer.set_cause(import.id);
            let waiting = waiting(writer, import.id)?;
            let Some(last) = waiting.last().map(|one| one.seq) else { return Ok::<_, Halt>(None) };
            let mut lookup = Lookup::new(plan, &mut book, true);
            let mut progress = before.clone();
            let bad = link_batch(writer, plan, &mut lookup, &waiting, &mut progress.counts.unmatched)?;
            progress.counts.unlinked += bad.len() as u64;
            progress.counts.made += lookup.learnt.made.len() as u64;
            let tx = writer.tx();
            report::keep(tx, import.id, &bad)?;
            let mut sql = Sql::new("delete from \"import_deferred\" where \"import\" = ");
            sql.bind(import.id, ColumnType::Id).push(" and \"seq\" <= ").bind(last, ColumnType::Int);
            tx.execute(&sql)?;
            import::put(tx, import.id, "progress", &progress)?;
            run.checkpoint(tx, &progress.next_row)?;
            Ok(Some(progress))
        })?;
        match next {
            Some(next) => *progress = next,
            None => return Ok(()),
        }
    }
}

/// The links that wait, the first ones.
fn waiting(writer: &mut Writer<'_, '_>, import: Id) -> Result<Vec<Waiting>, db::Error> {
    let mut sql = Sql::new(
        "select \"seq\", \"number\", \"record\", \"link\", \"name\", \"cells\" from \"import_deferred\" where \"import\" = ",
    );
    sql.bind(import, ColumnType::Id).push(" order by \"seq\" limit ");
    sql.bind(i64::try_from(BATCH).unwrap_or(500), ColumnType::Int);
    let one = |row: &db::Row<'_>| {
        Some(Waiting {
            seq: row.int(0)?,
            number: row.int(1)?.unsigned_abs(),
            record: row.id(2)?,
            link: usize::try_from(row.int(3)?).ok()?,
            name: row.text(4)?.to_owned(),
            cells: from_json(row, 5)?,
        })
    };
    Ok(writer.tx().query(&sql, one)?.into_iter().flatten().collect())
}

fn link_batch(
    writer: &mut Writer<'_, '_>,
    plan: &Plan,
    lookup: &mut Lookup<'_>,
    waiting: &[Waiting],
    unmatched: &mut u64,
) -> Result<Vec<Bad>, Halt> {
    let known = waiting.iter().filter(|one| one.link < plan.links.len());
    let (known, named): (Vec<&Waiting>, Vec<Named>) =
        known.map(|one| (one, Named::new(plan, one.link, &one.name))).unzip();
    let mut names: Vec<HashMap<String, String>> = vec![HashMap::new(); plan.links.len()];
    for Named { link, name, key } in &named {
        names[*link].insert(key.clone(), name.clone());
    }
    for (link, names) in names.into_iter().enumerate() {
        lookup.look_up(writer, link, names)?;
    }
    lookup.make_missing(writer, named.iter())?;
    let mut bad = Vec::new();
    let mut drafts: IndexMap<Id, (Draft, &Waiting)> = IndexMap::new();
    let mut members: HashMap<(Id, usize), Vec<Id>> = HashMap::new();
    for (one, named) in known.into_iter().zip(&named) {
        let rule = &plan.links[one.link];
        match lookup.found(named.link, &named.key) {
            Found::One { end, id } => {
                let draft = drafts
                    .entry(one.record)
                    .or_insert_with(|| (Draft::change(&plan.object, one.record), one));
                if rule.many {
                    members.entry((one.record, rule.field)).or_default().push(*id);
                } else {
                    put(&mut draft.0, &plan.object, rule.field, &rule.ends[*end].to.name, *id);
                }
            }
            Found::Nothing => *unmatched += 1,
            Found::Later | Found::Make => {}
            Found::Problem(message) => {
                bad.push(of(one, Fault::new(plan.column_of_link(one.link), message.clone())));
            }
        }
    }
    for ((record, field), ids) in members {
        if let Some((draft, _)) = drafts.get_mut(&record) {
            draft.put_members(field, ids);
        }
    }
    let (drafts, rows): (Vec<Draft>, Vec<&Waiting>) = drafts.into_values().unzip();
    for (row, saved) in rows.into_iter().zip(writer.save_all(drafts)?) {
        if let Err(error) = saved {
            bad.push(of(row, Fault::new(plan.column_of_link(row.link), first_of(&error))));
        }
    }
    Ok(bad)
}

fn of(waiting: &Waiting, fault: Fault) -> Bad {
    Bad { number: waiting.number, cells: waiting.cells.clone(), faults: vec![fault] }
}
