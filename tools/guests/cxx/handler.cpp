// handler.cpp: answers an HTTP request with its method and path, then the lines of its body
// that speak of errors or warnings; in C++, with what `tenon bindgen` writes.
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "handler.h"

namespace {

using std::string;

string text_of(const handler_string_t &s) {
    return string(reinterpret_cast<const char *>(s.ptr), s.len);
}

string method_of(wasi_http_types_borrow_incoming_request_t request) {
    static const std::map<int, string> names = {
        {WASI_HTTP_TYPES_METHOD_GET, "GET"},       {WASI_HTTP_TYPES_METHOD_HEAD, "HEAD"},
        {WASI_HTTP_TYPES_METHOD_POST, "POST"},     {WASI_HTTP_TYPES_METHOD_PUT, "PUT"},
        {WASI_HTTP_TYPES_METHOD_DELETE, "DELETE"}, {WASI_HTTP_TYPES_METHOD_PATCH, "PATCH"},
    };
    wasi_http_types_method_t method;
    wasi_http_types_method_incoming_request_method(request, &method);
    const auto found = names.find(method.tag);
    const string name = found != names.end() ? found->second : "other";
    wasi_http_types_method_free(&method);
    return name;
}

// The lines of a request's body.
std::vector<string> lines_of(wasi_http_types_borrow_incoming_request_t request) {
    std::vector<string> lines;
    string all;
    wasi_http_types_own_incoming_body_t body;
    wasi_http_types_own_input_stream_t in;
    wasi_io_streams_list_u8_t bytes;
    wasi_io_streams_stream_error_t err;
    if (!wasi_http_types_method_incoming_request_consume(request, &body)) {
        return lines;
    }
    wasi_http_types_method_incoming_body_stream({body.handle}, &in);
    while (wasi_io_streams_method_input_stream_blocking_read({in.handle}, 65536, &bytes,
                                                             &err)) {
        all.append(reinterpret_cast<const char *>(bytes.ptr), bytes.len);
        wasi_io_streams_list_u8_free(&bytes);
    }
    wasi_io_streams_stream_error_free(&err); // its end, or that it broke off
    wasi_http_types_input_stream_drop_own(in);
    wasi_http_types_incoming_body_drop_own(body);
    for (size_t at = 0; at < all.size();) {
        const size_t end = std::min(all.find('\n', at), all.size());
        lines.push_back(all.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

// Sends a response whole.
void answer_with(wasi_http_types_own_response_outparam_t outparam, string text) {
    const auto response =
        wasi_http_types_constructor_outgoing_response(wasi_http_types_constructor_fields());
    wasi_http_types_own_outgoing_body_t body;
    wasi_http_types_own_output_stream_t out;
    wasi_http_types_method_outgoing_response_body({response.handle}, &body);
    wasi_http_types_result_own_outgoing_response_error_code_t result = {};
    result.val.ok = response;
    wasi_http_types_static_response_outparam_set(outparam, &result);
    wasi_http_types_method_outgoing_body_write({body.handle}, &out);
    const size_t most = 4096; // what blocking-write-and-flush takes
    for (size_t at = 0; at < text.size(); at += most) {
        const wasi_io_streams_list_u8_t piece = {
            reinterpret_cast<uint8_t *>(&text[at]), std::min(most, text.size() - at)};
        wasi_io_streams_stream_error_t err;
        if (!wasi_io_streams_method_output_stream_blocking_write_and_flush(
                {out.handle}, &piece, &err)) {
            wasi_io_streams_stream_error_free(&err);
            break; // the client is gone
        }
    }
    wasi_http_types_output_stream_drop_own(out);
    wasi_http_types_error_code_t err;
    if (!wasi_http_types_static_outgoing_body_finish(body, nullptr, &err)) {
        wasi_http_types_error_code_free(&err);
    }
}

} // namespace

void exports_wasi_http_incoming_handler_handle(
    exports_wasi_http_incoming_handler_own_incoming_request_t request,
    exports_wasi_http_incoming_handler_own_response_outparam_t outparam) {
    const wasi_http_types_borrow_incoming_request_t self = {request.handle};
    string answer = method_of(self) + ' ';
    handler_string_t path;
    if (wasi_http_types_method_incoming_request_path_with_query(self, &path)) {
        answer += text_of(path);
        handler_string_free(&path);
    }
    answer += '\n';
    for (const string &line : lines_of(self)) {
        if (line.find("ERROR") != line.npos || line.find("WARN") != line.npos) {
            answer += line + '\n';
        }
    }
    wasi_http_types_incoming_request_drop_own({request.handle});
    answer_with({outparam.handle}, answer);
}
