//! An address as it is written on an envelope in its country.

use kernel::Value;

/// How the line of the town is written.
#[derive(Clone, Copy)]
enum Town {
    /// `20457 Hamburg`, the region on a line of its own.
    CodeFirst,
    /// `Detroit, MI 48218`.
    RegionAndCode,
    /// `Edinburgh`, and `EH2 8AB` on a line of its own.
    CodeBelow,
}

/// The lines of an address, from its columns: street, city, region, postal code, country.
pub fn lines(values: &[Value]) -> Vec<String> {
    let part = |at: usize| values.get(at).and_then(Value::as_text).unwrap_or("").trim();
    let [street, city, region, code, country] = [0, 1, 2, 3, 4].map(part);
    let joined = |parts: &[&str], between: &str| {
        parts.iter().copied().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(between)
    };
    let town = match town(country) {
        Town::CodeFirst => [joined(&[code, city], " "), region.to_owned()],
        Town::RegionAndCode => [joined(&[city, &joined(&[region, code], " ")], ", "), String::new()],
        Town::CodeBelow => [joined(&[city, region], ", "), code.to_owned()],
    };
    let lines = [street.to_owned()].into_iter().chain(town).chain([country.to_owned()]);
    lines.filter(|line| !line.is_empty()).collect()
}

/// By the country's English name or its code; most of the world writes the code first (Universal Postal Union, S42).
fn town(country: &str) -> Town {
    match country.to_lowercase().as_str() {
        "us"
        | "usa"
        | "united states"
        | "united states of america"
        | "ca"
        | "canada"
        | "au"
        | "australia"
        | "nz"
        | "new zealand"
        | "in"
        | "india"
        | "br"
        | "brazil" => Town::RegionAndCode,
        "gb" | "uk" | "united kingdom" | "great britain" | "england" | "scotland" | "wales" | "ie"
        | "ireland" => Town::CodeBelow,
        _ => Town::CodeFirst,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(parts: [&str; 5]) -> String {
        lines(&parts.map(|part| if part.is_empty() { Value::Null } else { part.into() })).join(" / ")
    }

    #[test]
    fn a_town_is_written_as_in_its_country() {
        assert_eq!(
            written(["158 Industrial Way", "Detroit", "MI", "48218", "United States"]),
            "158 Industrial Way / Detroit, MI 48218 / United States"
        );
        assert_eq!(
            written(["169 Industrial Way", "Edinburgh", "", "EH2 8AB", "United Kingdom"]),
            "169 Industrial Way / Edinburgh / EH2 8AB / United Kingdom"
        );
        assert_eq!(
            written(["Am Sandtorkai 5", "Hamburg", "", "20457", "Germany"]),
            "Am Sandtorkai 5 / 20457 Hamburg / Germany"
        );
    }

    #[test]
    fn what_is_not_there_leaves_no_mark() {
        assert_eq!(written(["", "Detroit", "", "48218", "US"]), "Detroit, 48218 / US");
        assert_eq!(written(["", "", "MI", "", "US"]), "MI / US");
        assert_eq!(written(["", "", "", "", ""]), "");
    }
}
