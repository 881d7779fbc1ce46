//! Deleting a record, taking it back, destroying it.

use axum::{
    http::HeaderValue,
    response::{IntoResponse, Redirect, Response},
};
use kernel::{Id, Message};
use maud::html;
use ui::overlay::Toast;
use web::{Ctx, Error, Path};

pub async fn delete(ctx: Ctx, Path((plural, id)): Path<(String, Id)>) -> Result<Response, Error> {
    let object = ctx.object(&plural)?;
    let title = ctx
        .write(move |writer| {
            let title = writer.load(&object, id)?.title().to_owned();
            writer.delete(&object, id)?;
            Ok::<_, records::Error>(title)
        })
        .await?;
    let said = ctx.look.text_with(&Message::new("deleted").with("title", title));
    let toast = Toast::success(said).undo(format!("/{plural}/{id}/restore"));
    Ok(changed(&ctx, &format!("/{plural}/{id}"), &toast))
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
