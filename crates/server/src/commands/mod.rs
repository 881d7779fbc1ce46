//! The commands of the program, a file each.

mod analyze;
mod audit;
mod backup;
mod check;
mod define;
pub mod demo;
#[cfg(feature = "warehouse")]
mod engine;
mod export;
mod fresh;
mod import;
mod job;
mod rights;
mod serve;
mod token;
mod user;
mod work;

use std::fmt::Display;

use clap::{Parser, Subcommand};

use crate::config::{Config, Settings};

/// A complete CRM in one program.
#[derive(Parser)]
#[command(name = "rapport", version, about, arg_required_else_help = true)]
pub struct Program {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the screens and the API, and run jobs
    Serve(serve::Serve),
    /// Serve a sample company: two teams, two years of work
    Demo(serve::Demo),
    /// Run jobs only; any number of these may share a PostgreSQL database
    Work(work::Work),
    User(user::User),
    Token(token::Token),
    Audit(audit::Audit),
    Define(define::Define),
    Import(Box<import::Import>),
    Export(export::Export),
    Job(job::Job),
    /// Write a copy of the database, while everything runs
    Backup(backup::Backup),
    /// Put a copy back into an empty place
    Restore(backup::Restore),
    /// Fit a model to a file: customers' value, groups, departures, chances, baskets, forecasts
    Analyze(Box<insights::Analyze>),
    #[cfg(feature = "warehouse")]
    #[command(flatten)]
    Engine(engine::Command),
    /// Look through the database for damage, and for records that disagree with log, search or sums
    Check(check::Check),
}

impl Program {
    /// Runs the command.
    ///
    /// # Errors
    /// With what went wrong, as a sentence for whoever typed the command.
    pub fn run(self) -> anyhow::Result<()> {
        let settings = self.settings;
        match self.command {
            Command::Serve(serve) => serve.run(&load(&settings)?),
            Command::Demo(demo) => demo.run(&settings),
            Command::Work(work) => work.run(&load(&settings)?),
            Command::User(user) => user.run(&load(&settings)?),
            Command::Token(token) => token.run(&load(&quietly(settings))?),
            Command::Audit(audit) => audit.run(&load(&quietly(settings))?),
            Command::Define(define) => define.run(&load(&settings)?),
            Command::Export(export) => export.run(&load(&quietly(settings))?),
            Command::Import(import) => import.run(&load(&quietly(settings))?),
            Command::Job(job) => job.run(&load(&settings)?),
            Command::Backup(backup) => backup.run(&load(&settings)?),
            Command::Restore(restore) => restore.run(&load(&settings)?),
            Command::Analyze(analyze) => analyze::run(&analyze),
            #[cfg(feature = "warehouse")]
            Command::Engine(command) => command.run(settings),
            Command::Check(check) => check.run(&load(&settings)?),
        }
    }
}

/// An error with its problems as sentences.
fn in_words(workspace: &app::Workspace, error: records::Error) -> anyhow::Error {
    let now = workspace.engine.clock().now();
    let look = workspace.texts.reader(&workspace.config.locale, workspace.config.zone.clone(), now);
    let problems = match error {
        records::Error::Invalid(problems) => problems,
        records::Error::Denied(message) => return anyhow::anyhow!(look.text_with(&message)),
        other => return other.into(),
    };
    let said = problems.iter().map(|problem| match &problem.field {
        Some(field) => format!("{field}: {}", look.problem(problem)),
        None => look.problem(problem),
    });
    anyhow::anyhow!(said.collect::<Vec<_>>().join(" "))
}

/// The same of what was wanted of the user with an address of e-mail.
fn about_user(workspace: &app::Workspace, error: records::Error, email: &str) -> anyhow::Error {
    match error {
        records::Error::NotFound => anyhow::anyhow!(
            "there is no such user, or none who may sign in: {email}; `rapport user list` shows all"
        ),
        other => in_words(workspace, other),
    }
}

/// So many of something: `1 record`, `2 records`.
fn counted<N: Display + PartialEq + From<u8>>(count: N, one: &str, many: &str) -> String {
    format!("{count} {}", if count == N::from(1) { one } else { many })
}

/// What a person at a terminal wants to be told of, unless they say otherwise.
fn quietly(settings: Settings) -> Settings {
    Settings { log: settings.log.clone().or_else(|| Some("warn".to_owned())), ..settings }
}

/// The configuration, with logging started.
fn load(settings: &Settings) -> anyhow::Result<Config> {
    let config = Config::load(settings)?;
    crate::start_logging(&config)?;
    Ok(config)
}

#[cfg(test)]
mod tests {
    use clap::{Args, CommandFactory};

    use super::*;

    /// Settings are told apart from a command's own options by name, through the whole line: one of the same name would
    /// become the setting, or end the program where it is of another kind.
    #[track_caller]
    fn check(command: &clap::Command, settings: &[&str]) {
        for own in command.get_arguments() {
            assert!(!settings.contains(&own.get_id().as_str()), "{} of {}", own.get_id(), command.get_name());
        }
        command.get_subcommands().for_each(|command| check(command, settings));
    }

    #[test]
    fn no_command_has_an_option_that_is_named_as_a_setting() {
        let settings = Settings::augment_args(clap::Command::new("settings"));
        let names: Vec<&str> = settings.get_arguments().map(|setting| setting.get_id().as_str()).collect();
        assert!(names.contains(&"log"));
        Program::command().get_subcommands().for_each(|command| check(command, &names));
    }

    #[test]
    fn files_that_a_command_reads_are_not_the_folder_for_files() {
        for line in [&["define", "own.toml"][..], &["analyze", "kmeans", "rfm.csv", "--log1p"]] {
            let parsed = Program::try_parse_from([&["rapport"], line].concat()).expect("it is a command");
            assert_eq!(parsed.settings.files, None, "{line:?}");
        }
    }
}
