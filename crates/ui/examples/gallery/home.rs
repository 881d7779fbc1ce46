//! My day.

use i18n::Reader;
use maud::{Markup, html};
use ui::{
    Action, Content, Count, Go, Person, Tone,
    charts::{Bar, Stat, Trend, bars, stats},
    page::{Fit, PageHeader, page as layout},
    record::{Panel, RelatedItem, related_list},
};

use crate::sample::{DEALS, STAGES, day, euros, framed};

pub fn page(reader: &Reader) -> Markup {
    let head = PageHeader {
        title: "Good morning, Ann".to_owned(),
        subtitle: Some(reader.date_long(reader.today())),
        actions: vec![Action::new("New task", "plus", Go::Dialog("drawer.html".to_owned())).primary()],
        ..PageHeader::default()
    };
    let figures = stats(
        reader,
        &[
            figure(
                "Open pipeline",
                reader.money_compact(&euros(1_382_000)),
                Trend::Better,
                "12% up on June",
                &[3.0, 4.0, 3.6, 5.0, 6.1, 6.0, 7.2],
            ),
            figure(
                "Won this quarter",
                reader.money_compact(&euros(157_850)),
                Trend::Worse,
                "8% down on last year",
                &[5.0, 4.2, 4.4, 4.0, 3.1, 3.3],
            ),
            figure(
                "Win rate",
                reader.percent(31.into()),
                Trend::Same,
                "as last quarter",
                &[3.0, 3.1, 3.0, 3.2, 3.0],
            ),
            Stat {
                label: "Tasks due".to_owned(),
                value: "7".to_owned(),
                icon: Some("list-todo".to_owned()),
                change: Some((Trend::Worse, "2 are late".to_owned())),
                href: Some("list.html".to_owned()),
                ..Stat::default()
            },
        ],
    );
    let columns = html! { div class="grid gap-4 lg:grid-cols-2 items-start" { (due(reader).render(reader)) div class="grid gap-4" { (pipeline(reader).render(reader)) (risk(reader).render(reader)) } } };
    framed(reader, "My day", "home", &layout(&head.render(reader), &[figures, columns], Fit::Flow))
}

fn figure(label: &str, value: String, trend: Trend, change: &str, history: &[f64]) -> Stat {
    Stat {
        label: label.to_owned(),
        value,
        change: Some((trend, change.to_owned())),
        history: history.to_vec(),
        ..Stat::default()
    }
}

fn due(reader: &Reader) -> Panel {
    let items: Vec<RelatedItem> = [
        ("Call about the pilot", "phone", -1, "Nordlicht Logistics"),
        ("Send revised quote", "send", 0, "Bergmann & Söhne"),
        ("Demo of the portal", "presentation", 0, "Brightwater"),
        ("Check the contract", "file-text", 1, "Helvetia Pharma"),
        ("Visit the depot", "map-pin", 6, "Nordlicht Logistics"),
    ]
    .iter()
    .map(|(title, icon, days, company)| RelatedItem {
        title: (*title).to_owned(),
        href: "record.html".to_owned(),
        icon: Some((*icon).to_owned()),
        details: vec![Content::Due(day(reader, *days)), Content::text(*company)],
        actions: vec![Action::new("Done", "check", Go::Post("/tasks/1/done".to_owned())).icon_only()],
        ..RelatedItem::default()
    })
    .collect();
    Panel {
        id: "due".to_owned(),
        title: "Due".to_owned(),
        icon: Some("calendar-clock".to_owned()),
        count: Some(Count::exactly(7)),
        body: related_list(reader, &items),
        all: Some("list.html".to_owned()),
        ..Panel::default()
    }
}

fn pipeline(reader: &Reader) -> Panel {
    let chart: Vec<Bar> = STAGES
        .iter()
        .enumerate()
        .map(|(place, (_, label, tone))| {
            let sum: i64 = DEALS.iter().filter(|deal| deal.stage == place).map(|deal| deal.amount).sum();
            Bar {
                label: (*label).to_owned(),
                value: sum as f64,
                shown: reader.money_whole(&euros(sum)),
                tone: *tone,
                href: Some("list.html".to_owned()),
            }
        })
        .collect();
    Panel {
        id: "pipeline".to_owned(),
        title: "Pipeline by stage".to_owned(),
        icon: Some("chart-column".to_owned()),
        body: bars("Pipeline by stage", &chart),
        ..Panel::default()
    }
}

fn risk(reader: &Reader) -> Panel {
    let items: Vec<RelatedItem> = DEALS
        .iter()
        .filter(|deal| deal.close < 0 && deal.stage < 4)
        .map(|deal| RelatedItem {
            title: deal.title.to_owned(),
            href: "record.html".to_owned(),
            person: Some(Person::named(deal.owner)),
            details: vec![Content::Money(euros(deal.amount)), Content::Due(day(reader, deal.close))],
            ..RelatedItem::default()
        })
        .collect();
    let _ = Tone::Red;
    Panel {
        id: "risk".to_owned(),
        title: "At risk".to_owned(),
        icon: Some("flame".to_owned()),
        count: Some(Count::exactly(items.len() as u64)),
        body: related_list(reader, &items),
        ..Panel::default()
    }
}
