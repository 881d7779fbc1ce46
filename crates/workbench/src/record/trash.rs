//! Deleting a record, taking it back, destroying it.

use axum::{
    http::HeaderValue,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Id, Message};
use maud::html;
use records::Record;
use ui::overlay::Toast;
use web::{Ctx, Error, Path};

pub async fn delete(ctx: Ctx, Path((plural, id)): Path<(String, Id)>) -> Result<Response, Error> {
    let object = ctx.object(&plural)?;
    let said = ctx
        .write(move |writer| {
            let record = writer.load(&object, id)?;
            writer.delete(&object, id)?;
            Ok::<_, records::Error>(deleted(&record))
        })
        .await?;
    let said = ctx.look.text_with(&said);
    let toast = Toast::success(said).undo(format!("/{plural}/{id}/restore"));
    Ok(changed(&ctx, &format!("/{plural}/{id}"), &toast))
}

/// What has happened: a part is called as what it stands for, so that it is said what it was taken out of.
fn deleted(record: &Record) -> Message {
    let object = &record.object;
    let whole = object.part_of.and_then(|link| record.label(&object.fields[link].name));
    match whole {
        Some(whole) => Message::new("removed-from").with("title", record.title()).with("whole", whole),
        None => Message::new("deleted").with("title", record.title()),
    }
}

pub async fn restore(ctx: Ctx, Path((plural, id)): Path<(String, Id)>) -> Result<Response, Error> {
    let object = ctx.object(&plural)?;
    ctx.write(move |writer| writer.restore(&object, id)).await?;
    let toast = Toast::success(ctx.look.text("restored"));
    Ok(changed(&ctx, &format!("/{plural}/{id}"), &toast))
}

pub async fn destroy(ctx: Ctx, Path((plural, id)): Path<(String, Id)>) -> Result<Response, Error> {
    let object = ctx.object(&plural)?;
    ctx.write(move |writer| writer.destroy(&object, id)).await?;
    let to = format!("/{plural}?trash=1&filter=");
    if !ctx.partial {
        return Ok(Redirect::to(&to).into_response());
    }
    let mut response = html! {}.into_response();
    response.headers_mut().insert("hx-redirect", HeaderValue::from_str(&to).map_err(|_| Error::not_found())?);
    Ok(response)
}

fn changed(ctx: &Ctx, to: &str, toast: &Toast) -> Response {
    if !ctx.partial {
        return Redirect::to(to).into_response();
    }
    let mut response = toast.partial(&ctx.look).into_response();
    response.headers_mut().insert("hx-trigger", HeaderValue::from_static("record:changed, list:refresh"));
    response
}
