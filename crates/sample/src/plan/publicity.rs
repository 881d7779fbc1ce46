//! What leads came by, as the tags of the links say that they followed, and what the campaigns behind them cost.

use jiff::tz::TimeZone;
use kernel::{Timestamp, Value};

use super::Plan;

/// Where links stand: source, medium, campaign, and how many of a hundred followed which.
type Links = [(&'static str, &'static str, &'static str, u32)];

const ADVERTISED: &Links = &[
    ("linkedin", "social", "hygienic-webinar", 30),
    ("google", "cpc", "sensor-selector", 40),
    ("trade-journal", "display", "predictive-maintenance", 30),
];
const FOUND: &Links = &[("google", "organic", "", 70), ("partner-site", "referral", "", 30)];
const WRITTEN: &Links =
    &[("newsletter", "email", "retrofit-offer", 55), ("newsletter", "email", "spring-newsletter", 45)];

/// What a year of each campaign costs, in the company's currency.
const BUDGETS: [(&str, u32); 5] = [
    ("hygienic-webinar", 18_500),
    ("sensor-selector", 42_000),
    ("predictive-maintenance", 61_000),
    ("retrofit-offer", 3_200),
    ("spring-newsletter", 2_400),
];

/// What the campaigns of the sample company cost that are called as leads are tagged, year by year until `now`: the
/// content of a CSV file, as one comes out of a ledger.
pub fn costs(now: Timestamp) -> String {
    let this_year = now.to_zoned(TimeZone::UTC).year();
    let mut text = "Campaign,Cost\n".to_owned();
    for year in this_year - 2..=this_year {
        for (campaign, cost) in BUDGETS {
            text.push_str(&format!("{campaign}-{year},{cost}.00\n"));
        }
    }
    text
}

impl Plan<'_> {
    /// The tags of a lead that came at some time from some source.
    pub(super) fn publicity(&mut self, source: &str, came: Timestamp) -> Vec<(&'static str, Value)> {
        let links = match source {
            "campaign" => ADVERTISED,
            "web" => FOUND,
            "email" => WRITTEN,
            _ => return Vec::new(),
        };
        let (source, medium, campaign, _) = *self.chance.weighted(links, |link| link.3);
        let mut tags = vec![("utm_source", source.into()), ("utm_medium", medium.into())];
        if !campaign.is_empty() {
            let year = came.to_zoned(TimeZone::UTC).year();
            tags.push(("utm_campaign", format!("{campaign}-{year}").into()));
        }
        tags
    }
}
