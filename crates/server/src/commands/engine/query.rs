//! `rapport query`.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write},
    path::PathBuf,
    sync::Arc,
};

use anyhow::{Context, bail};
use app::Workspace;
use clap::Args;
use insights::Asked;
use records::Principal;
use warehouse::{Answer, Asking, Cancel, Format, Warehouse, cubes, doors};

use crate::{
    commands::{counted, rights},
    config::Config,
    house::House,
};

/// Ask the warehouse in SQL, a table for each object, its history, and the calendar; or one of its cubes
#[derive(Args)]
#[command(after_help = "Examples:
  rapport query 'select stage, count(*), sum(amount_base) from deal group by stage'
  rapport query --cubes
  rapport query --cube pipeline --by owner --across close:quarter --measure won_amount --filter 'amount > 1000'
  rapport query --cube pipeline --by close:month --measure won_amount,won_last_year,won_this_year --from 2026-01-01
  rapport query --cube pipeline --by company --measure won_amount --order-by won_amount --top 10
  rapport query --cube pipeline --slice outcome=won --from 2026-10-01 --through
  rapport query --definition own.toml --by region --csv")]
pub struct Query {
    /// Such as 'select stage, count(*), sum(amount_base) from deal group by stage'
    #[arg(required_unless_present_any = ["cube", "definition", "cubes"], conflicts_with_all = ["cube", "definition", "cubes"])]
    sql: Option<String>,
    /// Ask this cube instead of SQL
    #[arg(long, value_name = "NAME")]
    cube: Option<String>,
    /// Ask the cube that a file in TOML defines
    #[arg(long, value_name = "FILE", conflicts_with = "cube")]
    definition: Option<PathBuf>,
    /// List the cubes with their dimensions and measures
    #[arg(long)]
    cubes: bool,
    /// What to measure, by name; all that need no time if not given
    #[arg(long = "measure", value_name = "A,B,…", value_delimiter = ',', help_heading = "Question")]
    measures: Vec<String>,
    /// A condition on the rows, such as 'amount > 1000 and company.industry = "energy"'
    #[arg(long, value_name = "CONDITION", help_heading = "Question")]
    filter: Option<String>,
    #[command(flatten)]
    asked: Asked,
    /// Write JSON
    #[arg(long, conflicts_with_all = ["csv", "parquet"])]
    json: bool,
    /// Write CSV
    #[arg(long, conflicts_with = "parquet")]
    csv: bool,
    /// Write a Parquet file
    #[arg(long, value_name = "FILE")]
    parquet: Option<PathBuf>,
    /// Rows of the answer at most
    #[arg(long, default_value_t = 10_000)]
    limit: usize,
    /// Act with the rights of this user (e-mail); as the program itself without
    #[arg(long = "as", value_name = "USER")]
    user: Option<String>,
}

impl Query {
    /// # Errors
    /// When the query cannot be answered.
    pub fn run(&self, config: &Config) -> anyhow::Result<()> {
        let house = House::existing(config)?;
        let workspace = house.only()?;
        let who = match &self.user {
            Some(email) => rights::user(workspace, email)?.1,
            None => Principal::system(),
        };
        let asking = Asking::of(who);
        if self.cubes {
            return list_cubes(workspace, &asking);
        }
        let warehouse = doors::of(workspace)?;
        let cancel = Cancel::default();
        stop_on_interrupt(&cancel)?;
        let answer = match &self.sql {
            Some(sql) => warehouse.query(&asking, sql, self.limit, &cancel)?,
            None => self.of_cube(workspace, &warehouse, &asking, &cancel)?,
        };
        let format = match (self.json, self.csv, &self.parquet) {
            (true, ..) => Format::Json,
            (_, true, _) => Format::Csv,
            (.., Some(path)) => {
                let file = File::create(path).with_context(|| format!("writing {}", path.display()))?;
                let mut out = BufWriter::new(file);
                answer.write(Format::Parquet, &mut out)?;
                out.flush()?;
                println!("{} in {}", counted(answer.rows(), "row", "rows"), path.display());
                return Ok(());
            }
            _ => Format::Table,
        };
        let mut text = Vec::new();
        answer.write(format, &mut text)?;
        match io::stdout().write_all(&text) {
            // Whoever reads has read enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
            written => written?,
        }
        if answer.cut && format != Format::Table {
            eprintln!("There are more rows; --limit says how many are written.");
        }
        Ok(())
    }

    /// Asks the cube.
    fn of_cube(
        &self,
        workspace: &Workspace,
        warehouse: &Arc<Warehouse>,
        asking: &Asking,
        cancel: &Cancel,
    ) -> anyhow::Result<Answer> {
        let known = match (&self.definition, &self.cube) {
            (Some(path), _) => {
                let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
                cubes::parse(&path.display().to_string(), &text)?
            }
            (_, Some(name)) => cubes::named(workspace, &asking.who, name)?,
            (None, None) => bail!("say what to ask: SQL, --cube or --definition"),
        };
        if self.definition.is_some() {
            let cube = warehouse.cube(asking, &known.file, &known.def)?;
            let problems: Vec<String> = cube.problems.iter().map(ToString::to_string).collect();
            if !problems.is_empty() {
                bail!("{}", problems.join("\n"));
            }
        }
        let mut question = self.asked.question()?;
        question.measures.clone_from(&self.measures);
        question.filter.clone_from(&self.filter);
        question.limit = Some(self.limit);
        let table = warehouse.ask(asking, &known.file, &known.def, &question, cancel)?;
        Ok(Answer::try_from(&table)?)
    }
}

/// The cubes that somebody may ask, as they see them.
fn list_cubes(workspace: &Workspace, asking: &Asking) -> anyhow::Result<()> {
    let warehouse = doors::of(workspace)?;
    for known in cubes::all(workspace, &asking.who)? {
        let Ok(cube) = warehouse.cube(asking, &known.file, &known.def) else { continue };
        println!("{}", cube.name);
        for dimension in &cube.dimensions {
            let levels: Vec<&str> = dimension.levels.iter().map(|level| level.name.as_str()).collect();
            println!("  by {}: {}", dimension.name, levels.join(" > "));
        }
        let names: Vec<&str> = cube.measures.iter().map(|measure| measure.name.as_str()).collect();
        println!("  measures: {}", names.join(", "));
    }
    Ok(())
}

/// Ctrl-C stops the query.
fn stop_on_interrupt(cancel: &Cancel) -> anyhow::Result<()> {
    let cancel = cancel.clone();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || {
        if runtime.block_on(tokio::signal::ctrl_c()).is_ok() {
            cancel.cancel();
        }
    });
    Ok(())
}
