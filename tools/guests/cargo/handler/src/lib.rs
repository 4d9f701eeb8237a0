//! lib.rs: answers an HTTP request with its method and path, then the lines of its body that
//! speak of errors or warnings, by wstd.
use wstd::http::{Body, Error, Request, Response};

#[wstd::http_server]
async fn main(mut request: Request<Body>) -> Result<Response<Body>, Error> {
    let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
    let mut answer = format!("{} {}\n", request.method(), path);
    let body = request.body_mut().str_contents().await?;
    for line in body.lines() {
        if line.contains("ERROR") || line.contains("WARN") {
            answer.push_str(line);
            answer.push('\n');
        }
    }
    Ok(Response::new(answer.into()))
}
