/* fuzz_http1.c: HTTP/1.1 messages: what is read whole must be the same when it is read
 * byte by byte. The first byte chooses requests or responses. */
#include "fuzz.h"

#include "wasi/http1.h"

/* What came of a message: the outcome, how much of it was used, and a sum of its body. */
typedef struct result {
    tni_http1_outcome outcome;
    size_t used;
    uint32_t sum;
    uint32_t fields;
} result;

static tni_http1_outcome read_head(const uint8_t *data, size_t size, size_t step,
                                   int what, tni_http1_head *head, size_t *used) {
    size_t seen = 0;
    size_t there = step < size ? step : size;
    for (;;) {
        tni_http1_outcome r =
            what == 0 ? tni_http1_read_request(data, there, &seen, head, used)
            : what == 3
                ? tni_http1_read_trailers(data, there, &seen, head, used)
                : tni_http1_read_response(data, there, what == 2, &seen, head, used);
        if (r != TNI_HTTP1_MORE || there == size) {
            return r;
        }
        there += step < size - there ? step : size - there;
    }
}

static result read_all(const uint8_t *data, size_t size, size_t step, int what) {
    static tni_http1_head head, trailers;
    result out = {.sum = 1};
    out.outcome = read_head(data, size, step, what, &head, &out.used);
    if (out.outcome != TNI_HTTP1_OK) {
        out.used = 0;
        return out;
    }
    out.fields = head.field_count;
    tni_http1_body b;
    tni_http1_body_init(&b, head.framing, head.length);
    for (;;) {
        size_t used, n, left = size - out.used;
        const uint8_t *piece;
        out.outcome = tni_http1_read_body(&b, data + out.used, step < left ? step : left,
                                          &used, &piece, &n);
        for (size_t i = 0; i < n; i++) {
            out.sum = out.sum * 31 + piece[i];
        }
        if (used > left || (out.outcome == TNI_HTTP1_MORE && used == 0 && left > 0)) {
            abort();
        }
        out.used += used;
        if (out.outcome != TNI_HTTP1_MORE || left == used) {
            break;
        }
    }
    if (out.outcome == TNI_HTTP1_OK && head.framing == TNI_HTTP1_CHUNKED) {
        size_t used = 0;
        out.outcome =
            read_head(data + out.used, size - out.used, step, 3, &trailers, &used);
        out.used += out.outcome == TNI_HTTP1_OK ? used : 0;
    }
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size == 0) {
        return 0;
    }
    const int what = data[0] == '>' ? 1 : data[0] == '}' ? 2 : 0;
    result whole = read_all(data + 1, size - 1, SIZE_MAX, what);
    result bytes = read_all(data + 1, size - 1, 1, what);
    if (whole.outcome != bytes.outcome || whole.sum != bytes.sum ||
        whole.fields != bytes.fields ||
        (whole.outcome == TNI_HTTP1_OK && whole.used != bytes.used)) {
        fprintf(stderr, "whole: %s; byte by byte: %s\n", tni_http1_text(whole.outcome),
                tni_http1_text(bytes.outcome));
        abort();
    }
    return 0;
}
