//! The page on commands names every command and every option.

use insights::Analyze;

const PAGE: &str = include_str!("../../../../docs/analyze.md");

#[test]
fn every_command_and_option_is_documented() {
    for (command, options) in Analyze::outline() {
        let heading = format!("\n### {command}\n");
        let start =
            PAGE.find(&heading).unwrap_or_else(|| panic!("{command} has no heading in docs/analyze.md"));
        let part = &PAGE[start + heading.len()..];
        let part = &part[..part.find("\n### ").unwrap_or(part.len())];
        assert!(part.contains(&format!("rapport analyze {command}")), "{command} has no example");
        let missing: Vec<&String> = options
            .iter()
            .filter(|option| {
                !part.contains(&format!("`--{option}")) && !PAGE.contains(&format!("\n- `--{option}"))
            })
            .collect();
        assert!(missing.is_empty(), "{command}: options {missing:?} are not in docs/analyze.md");
    }
}
