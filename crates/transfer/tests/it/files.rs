//! The real files, when `RAPPORT_SHARED` names the folder that has them in `data/`.

use std::{fs, path::PathBuf};

use testkit::TestApp;

use crate::given::{count, figures, imported, mapping, proposed};

fn file(name: &str) -> Option<Vec<u8>> {
    let folder = PathBuf::from(std::env::var_os("RAPPORT_SHARED")?);
    Some(fs::read(folder.join("data").join(name)).unwrap())
}

const PIPELINE: &str = r#"
object = "deal"
mode = "upsert"
key = ["external_id"]
column = [
    { name = "opportunity_id", field = "external_id" },
    { name = "sales_agent", field = "owner", link = { missing = "create" } },
    { name = "product", field = "product", values = { GTXPro = "GTX Pro" }, link = { missing = "create" } },
    { name = "account", field = "company", link = { missing = "report" } },
    { name = "deal_stage", field = "stage", values = { Engaging = "qualification" } },
    { name = "engage_date", field = "engaged_on" },
    { name = "close_date", field = "close_date" },
    { name = "close_value", field = "amount", empty = ["-1"] },
]
"#;

#[test]
fn the_real_accounts_deals_and_leads_come_in_and_a_second_time_make_nothing_twice() {
    let Some(accounts) = file("crm_accounts.csv") else { return };
    let app = TestApp::sqlite();
    let mapping_of_accounts = proposed(&app, &accounts, "company", false);
    assert_eq!(figures(&imported(&app, &accounts, &mapping_of_accounts)), "85/0/0/0");
    assert_eq!(count(&app, "company", "parent is not empty"), 15);
    assert_eq!(count(&app, "company", "industry = \"technology\""), 12);
    assert_eq!(figures(&imported(&app, &accounts, &mapping_of_accounts)), "0/0/85/0");

    let deals = file("crm_sales_pipeline.csv").unwrap();
    assert_eq!(figures(&imported(&app, &deals, &mapping(PIPELINE))), "8800/0/0/0");
    assert_eq!(count(&app, "deal", "company is empty"), 1_425);
    assert_eq!(count(&app, "deal", "stage.outcome = \"won\""), 4_238);
    assert_eq!(count(&app, "product", ""), 7);
    assert_eq!(count(&app, "user", "not active"), 30);
    assert_eq!(figures(&imported(&app, &deals, &mapping(PIPELINE))), "0/0/8800/0");

    let leads = file("leads.csv").unwrap();
    let mapping_of_leads = proposed(&app, &leads, "lead", true);
    assert_eq!(mapping_of_leads.columns.len(), 37);
    assert_eq!(figures(&imported(&app, &leads, &mapping_of_leads)), "9240/0/0/0");
    assert_eq!(figures(&imported(&app, &leads, &mapping_of_leads)), "0/0/9240/0");
    assert_eq!(count(&app, "lead", ""), 9_240);
}
