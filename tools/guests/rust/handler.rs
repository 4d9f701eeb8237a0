//! handler.rs: answers an HTTP request with its method and path, then the lines of its body
//! that speak of errors or warnings; by the canonical ABI as it is.
mod abi;

#[link(wasm_import_module = "wasi:http/types@0.2.12")]
extern "C" {
    #[link_name = "[method]incoming-request.method"]
    fn request_method(request: u32, ret: *mut Three);
    #[link_name = "[method]incoming-request.path-with-query"]
    fn request_path(request: u32, ret: *mut Three);
    #[link_name = "[method]incoming-request.consume"]
    fn request_consume(request: u32, ret: *mut Three);
    #[link_name = "[resource-drop]incoming-request"]
    fn request_drop(request: u32);
    #[link_name = "[method]incoming-body.stream"]
    fn incoming_body_stream(body: u32, ret: *mut Three);
    #[link_name = "[resource-drop]incoming-body"]
    fn incoming_body_drop(body: u32);
    #[link_name = "[constructor]fields"]
    fn fields_new() -> u32;
    #[link_name = "[constructor]outgoing-response"]
    fn response_new(headers: u32) -> u32;
    #[link_name = "[method]outgoing-response.body"]
    fn response_body(response: u32, ret: *mut Three);
    #[link_name = "[method]outgoing-body.write"]
    fn outgoing_body_write(body: u32, ret: *mut Three);
    #[link_name = "[static]outgoing-body.finish"]
    fn outgoing_body_finish(body: u32, has_trailers: i32, trailers: u32, ret: *mut Finished);
    #[link_name = "[static]response-outparam.set"]
    fn outparam_set(
        outparam: u32, is_err: i32, response: u32, c: i32, d: i64, e: i32, f: i32, g: i32, h: i32,
    );
}

#[link(wasm_import_module = "wasi:io/streams@0.2.12")]
extern "C" {
    #[link_name = "[method]input-stream.blocking-read"]
    fn input_read(stream: u32, len: u64, ret: *mut Three);
    #[link_name = "[resource-drop]input-stream"]
    fn input_drop(stream: u32);
    #[link_name = "[method]output-stream.blocking-write-and-flush"]
    fn output_write(stream: u32, ptr: *const u8, len: usize, ret: *mut Three);
    #[link_name = "[resource-drop]output-stream"]
    fn output_drop(stream: u32);
}

#[link(wasm_import_module = "wasi:io/error@0.2.12")]
extern "C" {
    #[link_name = "[resource-drop]error"]
    fn error_drop(error: u32);
}

/// A variant whose cases have at most a string or a list: option<string>, result<own<T>>,
/// result<list<u8>, stream-error>, method.
#[repr(C)]
#[derive(Default)]
struct Three {
    tag: u8,
    a: usize,
    b: usize,
}

/// result<_, error-code>
#[repr(C, align(8))]
struct Finished([u8; 64]);

unsafe fn text_of(value: &Three) -> String {
    String::from_utf8(abi::bytes_from(value.a as *mut u8, value.b)).unwrap()
}

unsafe fn method_of(request: u32) -> String {
    const NAMES: [&str; 9] =
        ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
    let mut method = Three::default();
    request_method(request, &mut method);
    match NAMES.get(method.tag as usize) {
        Some(name) => name.to_string(),
        None => text_of(&method),
    }
}

unsafe fn path_of(request: u32) -> String {
    let mut path = Three::default();
    request_path(request, &mut path);
    if path.tag == 1 { text_of(&path) } else { String::new() }
}

unsafe fn body_of(request: u32) -> String {
    let (mut body, mut stream) = (Three::default(), Three::default());
    let mut all = Vec::new();
    request_consume(request, &mut body);
    incoming_body_stream(body.a as u32, &mut stream);
    loop {
        let mut piece = Three::default();
        input_read(stream.a as u32, 65536, &mut piece);
        if piece.tag == 1 {
            let closed = piece.a as u8 == 1;
            if !closed {
                error_drop(piece.b as u32);
            }
            break;
        }
        all.extend(abi::bytes_from(piece.a as *mut u8, piece.b));
    }
    input_drop(stream.a as u32);
    incoming_body_drop(body.a as u32);
    String::from_utf8_lossy(&all).into_owned()
}

unsafe fn answer_with(outparam: u32, text: &str) {
    let response = response_new(fields_new());
    let (mut body, mut stream) = (Three::default(), Three::default());
    response_body(response, &mut body);
    outparam_set(outparam, 0, response, 0, 0, 0, 0, 0, 0);
    outgoing_body_write(body.a as u32, &mut stream);
    for piece in text.as_bytes().chunks(4096) {
        let mut result = Three::default();
        output_write(stream.a as u32, piece.as_ptr(), piece.len(), &mut result);
        if result.tag == 1 {
            break; // the client is gone
        }
    }
    output_drop(stream.a as u32);
    outgoing_body_finish(body.a as u32, 0, 0, &mut Finished([0; 64]));
}

#[export_name = "wasi:http/incoming-handler@0.2.12#handle"]
pub unsafe extern "C" fn handle(request: u32, outparam: u32) {
    let mut answer = format!("{} {}\n", method_of(request), path_of(request));
    for line in body_of(request).lines().filter(|line| abi::is_kept(line)) {
        answer += line;
        answer += "\n";
    }
    request_drop(request);
    answer_with(outparam, &answer);
}
