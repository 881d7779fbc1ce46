//! What `docs/questions.md` asks, asked of the sample company.

use std::{env, path::Path, process::Command};

use server::{
    commands::demo,
    config::{Config, Settings},
};

const BEGIN: &str = "```sh\n";
const END: &str = "```";

#[test]
fn the_sample_company_answers_the_questions_of_the_page() {
    let place = tempfile::tempdir().expect("a folder");
    let database = format!("sqlite:{}", place.path().join("rapport.db").display());
    let files = place.path().join("files");
    let settings =
        Settings { database: Some(database.clone()), files: Some(files.clone()), ..Settings::default() };
    let config = Config::load(&settings).expect("sound settings");
    demo::fill(&config, &demo::Note::within(place.path())).expect("a sample company");

    let folder = Path::new(env!("CARGO_BIN_EXE_rapport")).parent().expect("a folder of programs");
    let path = format!("{}:{}", folder.display(), env::var("PATH").unwrap_or_default());
    let page = include_str!("../../../../docs/questions.md");
    let blocks: Vec<&str> =
        page.split(BEGIN).skip(1).filter_map(|rest| Some(rest.split_once(END)?.0)).collect();
    let asked: Vec<&&str> = blocks.iter().filter(|block| block.starts_with("rapport query")).collect();
    assert!(asked.len() >= 13, "{} questions", asked.len());
    for block in asked {
        let mut shell = Command::new("sh");
        shell.args(["-c", block]).current_dir(place.path()).env("PATH", &path);
        shell.env("RAPPORT_DATABASE", &database).env("RAPPORT_FILES", &files).env("RAPPORT_LOG", "warn");
        let output = shell.output().expect("a shell");
        let (told, complaint) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{block}\n{complaint}");
        assert!(complaint.is_empty(), "{block}\n{complaint}");
        // A head, a rule, a row and the count of rows at least.
        assert!(told.lines().count() >= 4 && !told.contains("\n0 rows"), "{block}\n{told}");
    }
}
