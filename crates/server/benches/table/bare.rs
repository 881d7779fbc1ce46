//! The yardstick: an axum handler with the list's SQL, and no engine, permissions or sessions.

use std::{fmt::Write, net::SocketAddr, sync::Arc};

use axum::{Router, http::header, response::IntoResponse, routing::get};
use expr::sql::Sql;
use kernel::{ColumnType, Id};

/// A server on a thread of its own, until the process ends.
pub struct Bare {
    pub address: SocketAddr,
}

pub fn serve(config: &db::Config, owner: &str) -> anyhow::Result<Bare> {
    let db = Arc::new(db::Db::open(config, &migrations()?)?);
    let owner: Id = owner.parse().map_err(|_| anyhow::anyhow!("no id"))?;
    let sql = Arc::new(list(owner));
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || -> anyhow::Result<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let handler = move || {
            let (db, sql) = (Arc::clone(&db), Arc::clone(&sql));
            async move {
                let answer = tokio::task::spawn_blocking(move || db.read(|tx| tx.query(&sql, line))).await;
                let rows = answer.ok().and_then(Result::<Vec<String>, db::Error>::ok).unwrap_or_default();
                let body = format!("{{\"records\":[{}]}}", rows.join(","));
                ([(header::CONTENT_TYPE, "application/json")], body).into_response()
            }
        };
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            Ok(axum::serve(listener, Router::new().route("/deals", get(handler))).await?)
        })
    });
    Ok(Bare { address })
}

fn list(owner: Id) -> Sql {
    let mut sql = Sql::new(
        "select d.id, d.version, d.title, d.name, d.stage, d.amount, d.amount_currency, d.close_date, d.company, \
         c.title, d.owner, u.title from deal d left join company c on c.id = d.company \
         left join \"user\" u on u.id = d.owner where d.deleted_at is null and d.stage = ",
    );
    sql.bind("proposal", ColumnType::Text).push(" and d.owner = ").bind(owner, ColumnType::Id);
    sql.push(" order by d.amount desc, d.rid desc limit 51");
    sql
}

fn line(row: &db::Row<'_>) -> String {
    let mut out = String::with_capacity(512);
    let text = |at: usize| serde_json::Value::from(row.text(at)).to_string();
    let id = |at: usize| row.id(at).map_or_else(|| "null".to_owned(), |id| format!("\"{id}\""));
    let _ = write!(
        out,
        "{{\"id\":{},\"version\":{},\"title\":{},\"name\":{},\"stage\":{},\"amount\":{{\"amount\":\"{:?}\",\"currency\":{}}},\
         \"close_date\":\"{:?}\",\"company\":{{\"id\":{},\"title\":{}}},\"owner\":{{\"id\":{},\"title\":{}}}}}",
        id(0),
        row.int(1).unwrap_or(0),
        text(2),
        text(3),
        text(4),
        row.value(5, ColumnType::Decimal { scale: 4 }),
        text(6),
        row.value(7, ColumnType::Date),
        id(8),
        text(9),
        id(10),
        text(11),
    );
    out
}

fn migrations() -> anyhow::Result<Vec<db::Migration>> {
    Ok(app::App::new(server::features())?.0.migrations().to_vec())
}
