//! The board.

use i18n::Reader;
use maud::Markup;
use ui::{
    Action, Content, Count, Go, Person, Tone,
    board::{Activity, Age, Board, BoardColumn, Card},
    page::{Fit, PageHeader, page as layout},
};

use crate::sample::{DEALS, Deal, STAGES, euros, framed};

pub fn page(reader: &Reader) -> Markup {
    let columns = STAGES.iter().enumerate().map(|(place, (key, title, tone))| {
        let deals: Vec<(usize, &Deal)> =
            DEALS.iter().enumerate().filter(|(_, deal)| deal.stage == place).collect();
        let sum: i64 = deals.iter().map(|(_, deal)| deal.amount).sum();
        BoardColumn {
            key: (*key).to_owned(),
            title: (*title).to_owned(),
            tone: *tone,
            count: if place == 0 { Count::exactly(248) } else { Count::exactly(deals.len() as u64) },
            sum: Some(reader.money_whole(&euros(sum))),
            cards: deals.iter().map(|(id, deal)| card(reader, *id, deal)).collect(),
            more: (place == 0).then(|| "/deals/board?stage=qualification&after=x".to_owned()),
            create: (place < 4).then(|| "drawer.html".to_owned()),
        }
    });
    let board = Board {
        id: "pipeline".to_owned(),
        label: "Deals by stage".to_owned(),
        columns: columns.collect(),
        move_url: Some("/deals/board/move".to_owned()),
        live: None,
    };
    let head = PageHeader {
        title: "Pipeline".to_owned(),
        icon: Some("kanban".to_owned()),
        subtitle: Some("Direct sales · 18 deals · €1.8M".to_owned()),
        actions: vec![Action::new("New deal", "plus", Go::Dialog("drawer.html".to_owned())).primary()],
        ..PageHeader::default()
    };
    framed(reader, "Pipeline", "board", &layout(&head.render(reader), &[board.render(reader)], Fit::Full))
}

fn card(reader: &Reader, id: usize, deal: &Deal) -> Card {
    Card {
        id: format!("0193-{id}"),
        href: "record.html".to_owned(),
        title: deal.title.to_owned(),
        version: 3,
        subtitle: Some(deal.company.to_owned()),
        amount: Some(reader.money_whole(&euros(deal.amount))),
        fields: if id % 4 == 1 {
            vec![("Probability".to_owned(), Content::Percent(deal.probability.into()))]
        } else {
            Vec::new()
        },
        badges: if id.is_multiple_of(5) { vec![(Tone::Red, "Hot".to_owned())] } else { Vec::new() },
        owner: Some(Person::named(deal.owner)),
        age: Some(Age { text: format!("{}d", 3 + id * 2), stale: id > 12 }),
        activity: match (deal.stage, id % 4) {
            (4, _) => Activity::NotNeeded,
            (_, 0) => Activity::Late("Call Ann, due yesterday".to_owned()),
            (_, 1) => Activity::Today("Demo today at 14:00".to_owned()),
            (_, 2) => Activity::Planned("Send quote on Friday".to_owned()),
            _ => Activity::None,
        },
        live: None,
    }
}
