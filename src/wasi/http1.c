/* http1.c: HTTP/1.1 messages, read and written over buffers (RFC 9110, RFC 9112). */
#include "wasi/http1.h"

static const struct {
    const char *text;
    u16 answer;
} outcomes[] = {
    [TNI_HTTP1_OK] = {"no error", 200},
    [TNI_HTTP1_MORE] = {"message cut off", 400},
    [TNI_HTTP1_BAD_LINE] = {"line that does not end in CR LF", 400},
    [TNI_HTTP1_BAD_START] = {"malformed first line", 400},
    [TNI_HTTP1_BAD_METHOD] = {"malformed method", 400},
    [TNI_HTTP1_BAD_TARGET] = {"malformed request target", 400},
    [TNI_HTTP1_BAD_VERSION] = {"version other than HTTP/1.x", 505},
    [TNI_HTTP1_BAD_STATUS] = {"malformed status", 400},
    [TNI_HTTP1_BAD_NAME] = {"malformed field name", 400},
    [TNI_HTTP1_BAD_VALUE] = {"malformed field value", 400},
    [TNI_HTTP1_FOLDED] = {"folded field", 400},
    [TNI_HTTP1_BAD_HOST] = {"Host is missing, repeated or malformed", 400},
    [TNI_HTTP1_BAD_LENGTH] = {"Content-Length is repeated or malformed", 400},
    [TNI_HTTP1_BAD_CODING] = {"Transfer-Encoding where it must not be", 400},
    [TNI_HTTP1_UNKNOWN_CODING] = {"Transfer-Encoding other than chunked", 501},
    [TNI_HTTP1_BAD_EXPECTATION] = {"Expect other than 100-continue", 417},
    [TNI_HTTP1_BAD_CHUNK] = {"malformed chunk", 400},
    [TNI_HTTP1_BAD_TRAILER] = {"trailer field that is none", 400},
    [TNI_HTTP1_TARGET_TOO_LONG] = {"request target too long", 414},
    [TNI_HTTP1_HEAD_TOO_LONG] = {"head too long", 431},
    [TNI_HTTP1_TOO_MANY_FIELDS] = {"too many fields", 431},
};

const char *tni_http1_text(tni_http1_outcome outcome) {
    return outcomes[outcome].text;
}

u16 tni_http1_answer(tni_http1_outcome outcome) {
    return outcomes[outcome].answer;
}

/* -- syntax -- */

/* RFC 9110, 5.6.2: tchar */
static bool is_token_byte(u8 c) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
        return true;
    }
    return c != 0 && c < 0x80 && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

/* RFC 9110, 5.5: field-vchar, or a blank within */
static bool is_value_byte(u8 c) {
    return c == '\t' || (c >= ' ' && c != 0x7f);
}

static bool is_blank(u8 c) {
    return c == ' ' || c == '\t';
}

static u8 lower(u8 c) {
    return c >= 'A' && c <= 'Z' ? (u8)(c + ('a' - 'A')) : c;
}

bool tni_http1_is_token(tni_str s) {
    for (size_t i = 0; i < s.len; i++) {
        if (!is_token_byte((u8)s.ptr[i])) {
            return false;
        }
    }
    return s.len > 0;
}

bool tni_http1_is_value(tni_str s) {
    for (size_t i = 0; i < s.len; i++) {
        if (!is_value_byte((u8)s.ptr[i])) {
            return false;
        }
    }
    return s.len == 0 || (!is_blank((u8)s.ptr[0]) && !is_blank((u8)s.ptr[s.len - 1]));
}

bool tni_http1_is_target(tni_str s) {
    for (size_t i = 0; i < s.len; i++) {
        u8 c = (u8)s.ptr[i];
        if (c <= ' ' || c >= 0x7f || c == '#') {
            return false;
        }
    }
    return s.len > 0;
}

/* RFC 3986, 3.2.2: reg-name: unreserved, sub-delims, and what is percent-encoded */
static bool is_name_byte(u8 c) {
    return is_token_byte(c) ? strchr("#^`|", c) == NULL
                            : c != 0 && strchr("(),;=", c) != NULL;
}

/* RFC 3986, 3.2.2 without user information (RFC 9110, 4.2.4): a name, an IPv4 address or
 * an IPv6 one in brackets, then perhaps a port. */
bool tni_http1_is_authority(tni_str s) {
    size_t i = 0;
    if (s.len > 0 && s.ptr[0] == '[') {
        const char *close = memchr(s.ptr, ']', s.len);
        if (close == NULL || close == s.ptr + 1) {
            return false;
        }
        for (i = 1; s.ptr[i] != ']'; i++) {
            if (strchr("0123456789abcdefABCDEF:.", s.ptr[i]) == NULL || s.ptr[i] == 0) {
                return false;
            }
        }
        i++;
    } else {
        while (i < s.len && s.ptr[i] != ':') {
            if (!is_name_byte((u8)s.ptr[i++])) {
                return false;
            }
        }
        if (i == 0) {
            return false;
        }
    }
    u64 port;
    if (i == s.len) {
        return true;
    }
    return s.ptr[i] == ':' &&
           (i + 1 == s.len ||
            (tni_http1_number((tni_str){s.ptr + i + 1, s.len - i - 1}, &port) &&
             port <= UINT16_MAX));
}

bool tni_http1_same(tni_str a, tni_str b) {
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (lower((u8)a.ptr[i]) != lower((u8)b.ptr[i])) {
            return false;
        }
    }
    return true;
}

bool tni_http1_number(tni_str s, u64 *out) {
    u64 n = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') {
            return false;
        }
        u64 digit = (u64)(s.ptr[i] - '0');
        if (n > (UINT64_MAX - digit) / 10) {
            return false;
        }
        n = n * 10 + digit;
    }
    *out = n;
    return s.len > 0;
}

/* -- heads -- */

/* Finds the end of a head: an empty line, or only that when there are no lines. Line ends
 * other than CR LF are found here, before any other error. */
static tni_http1_outcome find_end(const u8 *bytes, size_t len, size_t *seen,
                                  size_t *end) {
    for (size_t i = *seen; i < len; i++) {
        if (bytes[i] != '\n') {
            if (i > 0 && bytes[i - 1] == '\r') {
                return TNI_HTTP1_BAD_LINE;
            }
            continue;
        }
        if (i == 0 || bytes[i - 1] != '\r') {
            return TNI_HTTP1_BAD_LINE;
        }
        if (i == 1 || (i >= 3 && bytes[i - 2] == '\n')) {
            *end = i + 1;
            return *end > TNI_HTTP1_HEAD_BYTES ? TNI_HTTP1_HEAD_TOO_LONG : TNI_HTTP1_OK;
        }
    }
    *seen = len;
    return len >= TNI_HTTP1_HEAD_BYTES ? TNI_HTTP1_HEAD_TOO_LONG : TNI_HTTP1_MORE;
}

/* The next line, without its CR LF; the caller knows that there is one. */
static tni_str next_line(const u8 **at) {
    const u8 *start = *at;
    const u8 *end = start;
    while (*end != '\r') {
        end++;
    }
    *at = end + 2;
    return (tni_str){(const char *)start, (size_t)(end - start)};
}

tni_str tni_http1_trim(tni_str s) {
    while (s.len > 0 && is_blank((u8)s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len > 0 && is_blank((u8)s.ptr[s.len - 1])) {
        s.len--;
    }
    return s;
}

/* RFC 9112, 5: field-name ":" OWS field-value OWS */
static tni_http1_outcome read_field(tni_str line, tni_http1_field *out) {
    const char *colon = memchr(line.ptr, ':', line.len);
    if (is_blank((u8)line.ptr[0])) {
        return TNI_HTTP1_FOLDED;
    }
    if (colon == NULL) {
        return TNI_HTTP1_BAD_NAME;
    }
    out->name = (tni_str){line.ptr, (size_t)(colon - line.ptr)};
    out->value = tni_http1_trim((tni_str){colon + 1, line.len - out->name.len - 1});
    if (!tni_http1_is_token(out->name)) {
        return TNI_HTTP1_BAD_NAME;
    }
    return tni_http1_is_value(out->value) ? TNI_HTTP1_OK : TNI_HTTP1_BAD_VALUE;
}

/* The fields up to the empty line. */
static tni_http1_outcome read_fields(const u8 *at, tni_http1_head *head) {
    head->field_count = 0;
    for (;;) {
        tni_str line = next_line(&at);
        if (line.len == 0) {
            return TNI_HTTP1_OK;
        }
        if (head->field_count == TNI_HTTP1_FIELDS) {
            return TNI_HTTP1_TOO_MANY_FIELDS;
        }
        tni_http1_outcome r = read_field(line, &head->fields[head->field_count]);
        if (r != TNI_HTTP1_OK) {
            return r;
        }
        head->field_count++;
    }
}

const tni_http1_field *tni_http1_find(const tni_http1_head *head, tni_str name) {
    for (u32 i = 0; i < head->field_count; i++) {
        if (tni_http1_same(head->fields[i].name, name)) {
            return &head->fields[i];
        }
    }
    return NULL;
}

static u32 count_fields(const tni_http1_head *head, tni_str name) {
    u32 n = 0;
    for (u32 i = 0; i < head->field_count; i++) {
        n += tni_http1_same(head->fields[i].name, name);
    }
    return n;
}

/* Whether a field of that name lists the token (RFC 9110, 5.6.1). */
static bool lists(const tni_http1_head *head, tni_str name, tni_str token) {
    for (u32 i = 0; i < head->field_count; i++) {
        if (!tni_http1_same(head->fields[i].name, name)) {
            continue;
        }
        tni_str rest = head->fields[i].value;
        for (bool more = true; more;) {
            const char *comma = memchr(rest.ptr, ',', rest.len);
            more = comma != NULL;
            size_t len = more ? (size_t)(comma - rest.ptr) : rest.len;
            if (tni_http1_same(tni_http1_trim((tni_str){rest.ptr, len}), token)) {
                return true;
            }
            rest = more ? (tni_str){comma + 1, rest.len - len - 1} : rest;
        }
    }
    return false;
}

/* HTTP/1.DIGIT */
static tni_http1_outcome read_version(tni_str s, u8 *minor) {
    bool shaped = s.len == 8 && memcmp(s.ptr, "HTTP/", 5) == 0 && s.ptr[5] >= '0' &&
                  s.ptr[5] <= '9' && s.ptr[6] == '.' && s.ptr[7] >= '0' &&
                  s.ptr[7] <= '9';
    if (!shaped) {
        return TNI_HTTP1_BAD_START;
    }
    *minor = s.ptr[7] != '0';
    return s.ptr[5] == '1' ? TNI_HTTP1_OK : TNI_HTTP1_BAD_VERSION;
}

/* What fields say of the body and the connection; the framing is EMPTY, unless they say
 * otherwise (RFC 9112, 6.1 to 6.3, 9.3). */
static tni_http1_outcome read_framing(tni_http1_head *head) {
    const tni_http1_field *coding = tni_http1_find(head, TNI_STR("transfer-encoding"));
    const tni_http1_field *length = tni_http1_find(head, TNI_STR("content-length"));
    bool closes = lists(head, TNI_STR("connection"), TNI_STR("close"));
    bool keeps = lists(head, TNI_STR("connection"), TNI_STR("keep-alive"));
    head->keep_alive = !closes && (head->minor > 0 || keeps);
    head->framing = TNI_HTTP1_EMPTY;
    head->length = 0;
    if (coding != NULL) {
        if (length != NULL || head->minor == 0 ||
            count_fields(head, TNI_STR("transfer-encoding")) > 1) {
            return TNI_HTTP1_BAD_CODING;
        }
        head->framing = TNI_HTTP1_CHUNKED;
        return tni_http1_same(coding->value, TNI_STR("chunked"))
                   ? TNI_HTTP1_OK
                   : TNI_HTTP1_UNKNOWN_CODING;
    }
    if (length != NULL) {
        /* Lengths are signed in too many programs. */
        if (count_fields(head, TNI_STR("content-length")) > 1 ||
            !tni_http1_number(length->value, &head->length) || head->length > INT64_MAX) {
            return TNI_HTTP1_BAD_LENGTH;
        }
        head->framing = TNI_HTTP1_LENGTH;
    }
    return TNI_HTTP1_OK;
}

/* RFC 9112, 3.2: which form of target goes with the method. */
static bool target_fits(tni_str method, tni_str target) {
    if (!tni_http1_is_target(target)) {
        return false;
    }
    if (tni_str_eq(method, TNI_STR("CONNECT"))) {
        return tni_http1_is_authority(target) && target.ptr[target.len - 1] != ']' &&
               memchr(target.ptr, ':', target.len) != NULL;
    }
    if (target.ptr[0] == '/') {
        return true;
    }
    if (tni_str_eq(target, TNI_STR("*"))) {
        return tni_str_eq(method, TNI_STR("OPTIONS"));
    }
    for (size_t i = 0; i + 2 < target.len; i++) { /* absolute-form */
        if (memcmp(target.ptr + i, "://", 3) == 0) {
            tni_str rest = {target.ptr + i + 3, target.len - i - 3};
            size_t n = 0;
            while (n < rest.len && rest.ptr[n] != '/' && rest.ptr[n] != '?') {
                n++;
            }
            return i > 0 && tni_http1_is_authority((tni_str){rest.ptr, n});
        }
        u8 c = lower((u8)target.ptr[i]);
        if (!(c >= 'a' && c <= 'z') &&
            (i == 0 || (!(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.'))) {
            return false;
        }
    }
    return false;
}

/* method SP request-target SP HTTP-version */
static tni_http1_outcome read_request_line(tni_str line, tni_http1_head *head) {
    const char *end = line.ptr + line.len;
    const char *first = memchr(line.ptr, ' ', line.len);
    if (first == NULL) {
        return TNI_HTTP1_BAD_START;
    }
    const char *second = memchr(first + 1, ' ', (size_t)(end - first - 1));
    head->method = (tni_str){line.ptr, (size_t)(first - line.ptr)};
    if (!tni_http1_is_token(head->method)) {
        return TNI_HTTP1_BAD_METHOD;
    }
    if (second == NULL) {
        return TNI_HTTP1_BAD_START; /* HTTP/0.9 */
    }
    head->target = (tni_str){first + 1, (size_t)(second - first - 1)};
    tni_http1_outcome r =
        read_version((tni_str){second + 1, (size_t)(end - second - 1)}, &head->minor);
    if (r != TNI_HTTP1_OK) {
        return r;
    }
    if (head->target.len > TNI_HTTP1_TARGET_BYTES) {
        return TNI_HTTP1_TARGET_TOO_LONG;
    }
    return target_fits(head->method, head->target) ? TNI_HTTP1_OK : TNI_HTTP1_BAD_TARGET;
}

/* RFC 9112, 3.2: Host; RFC 9110, 10.1.1: Expect */
static tni_http1_outcome check_request(tni_http1_head *head) {
    const tni_http1_field *host = tni_http1_find(head, TNI_STR("host"));
    const tni_http1_field *expect = tni_http1_find(head, TNI_STR("expect"));
    if (count_fields(head, TNI_STR("host")) > 1 || (host == NULL && head->minor > 0) ||
        (host != NULL && host->value.len > 0 && !tni_http1_is_authority(host->value))) {
        return TNI_HTTP1_BAD_HOST;
    }
    head->expects_continue = false;
    if (expect != NULL && head->minor > 0) {
        if (!tni_http1_same(expect->value, TNI_STR("100-continue")) ||
            count_fields(head, TNI_STR("expect")) > 1) {
            return TNI_HTTP1_BAD_EXPECTATION;
        }
        head->expects_continue = head->framing == TNI_HTTP1_CHUNKED ||
                                 (head->framing == TNI_HTTP1_LENGTH && head->length > 0);
    }
    return TNI_HTTP1_OK;
}

tni_http1_outcome tni_http1_read_request(const u8 *bytes, size_t len, size_t *seen,
                                         tni_http1_head *head, size_t *used) {
    /* Robustness: one empty line before a request is skipped. */
    size_t skip = len >= 2 && bytes[0] == '\r' && bytes[1] == '\n' ? 2 : 0;
    size_t from = *seen > skip ? *seen - skip : 0, end = 0;
    if (len == 0 || (len == 1 && bytes[0] == '\r')) {
        return TNI_HTTP1_MORE;
    }
    tni_http1_outcome r = find_end(bytes + skip, len - skip, &from, &end);
    *seen = from + skip;
    if (r != TNI_HTTP1_OK) {
        return r;
    }
    const u8 *at = bytes + skip;
    memset(head, 0, offsetof(tni_http1_head, fields));
    r = read_request_line(next_line(&at), head);
    if (r == TNI_HTTP1_OK) {
        r = read_fields(at, head);
    }
    if (r == TNI_HTTP1_OK) {
        r = read_framing(head);
    }
    if (r == TNI_HTTP1_OK) {
        r = check_request(head);
    }
    *used = skip + end;
    return r;
}

/* HTTP-version SP status-code SP [ reason-phrase ]; the second blank may be missing when
 * there is no phrase, which many servers do. */
static tni_http1_outcome read_status_line(tni_str line, tni_http1_head *head) {
    if (line.len < 12 || line.ptr[8] != ' ') {
        return TNI_HTTP1_BAD_START;
    }
    tni_http1_outcome r = read_version((tni_str){line.ptr, 8}, &head->minor);
    u64 status;
    if (r != TNI_HTTP1_OK) {
        return r;
    }
    if (!tni_http1_number((tni_str){line.ptr + 9, 3}, &status) || status < 100 ||
        (line.len > 12 && line.ptr[12] != ' ')) {
        return TNI_HTTP1_BAD_STATUS;
    }
    head->status = (u16)status;
    head->reason = (tni_str){line.ptr + 12, line.len - 12};
    if (head->reason.len > 0) {
        head->reason.ptr++;
        head->reason.len--;
    }
    for (size_t i = 0; i < head->reason.len; i++) {
        if (!is_value_byte((u8)head->reason.ptr[i])) {
            return TNI_HTTP1_BAD_STATUS;
        }
    }
    return TNI_HTTP1_OK;
}

tni_http1_outcome tni_http1_read_response(const u8 *bytes, size_t len, bool to_head,
                                          size_t *seen, tni_http1_head *head,
                                          size_t *used) {
    size_t end = 0;
    tni_http1_outcome r = find_end(bytes, len, seen, &end);
    if (r != TNI_HTTP1_OK) {
        return r;
    }
    const u8 *at = bytes;
    memset(head, 0, offsetof(tni_http1_head, fields));
    r = read_status_line(next_line(&at), head);
    if (r == TNI_HTTP1_OK) {
        r = read_fields(at, head);
    }
    if (r == TNI_HTTP1_OK) {
        r = read_framing(head);
    }
    if (r != TNI_HTTP1_OK) {
        return r;
    }
    /* RFC 9112, 6.3: what such responses say of a length is about another one. */
    if (to_head || head->status < 200 || head->status == 204 || head->status == 304) {
        head->framing = TNI_HTTP1_EMPTY;
    } else if (head->framing == TNI_HTTP1_EMPTY) {
        head->framing = TNI_HTTP1_UNTIL_CLOSE;
        head->keep_alive = false;
    }
    *used = end;
    return TNI_HTTP1_OK;
}

/* RFC 9110, 6.5.1: what says how a message is framed, routed or authenticated. */
static bool may_trail(tni_str name) {
    static const char *const never[] = {
        "transfer-encoding", "content-length", "host",
        "connection",        "trailer",        "te",
        "authorization",     "expect",         "upgrade",
        "content-encoding",  "content-type",   "content-range"};
    for (size_t i = 0; i < TNI_COUNT_OF(never); i++) {
        if (tni_http1_same(name, tni_str_of(never[i]))) {
            return false;
        }
    }
    return true;
}

tni_http1_outcome tni_http1_read_trailers(const u8 *bytes, size_t len, size_t *seen,
                                          tni_http1_head *head, size_t *used) {
    size_t end = 0;
    tni_http1_outcome r = find_end(bytes, len, seen, &end);
    if (r != TNI_HTTP1_OK) {
        return r;
    }
    r = read_fields(bytes, head);
    for (u32 i = 0; r == TNI_HTTP1_OK && i < head->field_count; i++) {
        if (!may_trail(head->fields[i].name)) {
            r = TNI_HTTP1_BAD_TRAILER;
        }
    }
    *used = end;
    return r;
}

/* -- bodies -- */

/* Where in a chunk the reader is (RFC 9112, 7.1). */
enum {
    CHUNK_SIZE,
    CHUNK_EXTENSION,
    CHUNK_SIZE_LF,
    CHUNK_DATA,
    CHUNK_DATA_CR,
    CHUNK_DATA_LF,
};

void tni_http1_body_init(tni_http1_body *b, tni_http1_framing framing, u64 length) {
    *b = (tni_http1_body){framing, length, CHUNK_SIZE, 0, 0, false};
    b->ended = framing == TNI_HTTP1_EMPTY || (framing == TNI_HTTP1_LENGTH && length == 0);
}

static int hex_digit(u8 c) {
    u8 l = lower(c);
    return c >= '0' && c <= '9' ? c - '0' : l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

/* One byte of the line of a chunk's size. */
static tni_http1_outcome read_size(tni_http1_body *b, u8 c) {
    enum { MOST_DIGITS = 15 }; /* below 2^60, leading zeros included */
    int digit = hex_digit(c);
    if (++b->line > TNI_HTTP1_CHUNK_LINE) {
        return TNI_HTTP1_BAD_CHUNK;
    }
    if (b->state == CHUNK_SIZE && digit >= 0) {
        b->left = b->left * 16 + (u64)digit;
        return ++b->digits > MOST_DIGITS ? TNI_HTTP1_BAD_CHUNK : TNI_HTTP1_MORE;
    }
    if (b->digits == 0) {
        return TNI_HTTP1_BAD_CHUNK;
    }
    if (c == '\r') {
        b->state = CHUNK_SIZE_LF;
        return TNI_HTTP1_MORE;
    }
    /* An extension begins with a semicolon at once: no blanks before it. */
    bool fits = b->state == CHUNK_SIZE ? c == ';' : is_value_byte(c);
    b->state = CHUNK_EXTENSION;
    return fits ? TNI_HTTP1_MORE : TNI_HTTP1_BAD_CHUNK;
}

/* One byte that is not of a chunk's data. */
static tni_http1_outcome read_between(tni_http1_body *b, u8 c) {
    switch (b->state) {
    case CHUNK_SIZE_LF:
        b->state = CHUNK_DATA;
        b->digits = 0;
        b->line = 0;
        b->ended = b->left == 0;
        return c == '\n' ? TNI_HTTP1_MORE : TNI_HTTP1_BAD_CHUNK;
    case CHUNK_DATA_CR:
        b->state = CHUNK_DATA_LF;
        return c == '\r' ? TNI_HTTP1_MORE : TNI_HTTP1_BAD_CHUNK;
    case CHUNK_DATA_LF:
        b->state = CHUNK_SIZE;
        return c == '\n' ? TNI_HTTP1_MORE : TNI_HTTP1_BAD_CHUNK;
    default: return read_size(b, c);
    }
}

/* A piece of what is counted. */
static size_t take(tni_http1_body *b, size_t len) {
    size_t n = b->left < len ? (size_t)b->left : len;
    b->left -= n;
    return n;
}

tni_http1_outcome tni_http1_read_body(tni_http1_body *b, const u8 *bytes, size_t len,
                                      size_t *used, const u8 **data, size_t *data_len) {
    size_t i = 0;
    *data = bytes;
    *data_len = 0;
    *used = 0;
    if (b->framing == TNI_HTTP1_CHUNKED) {
        while (!b->ended && i < len && b->state != CHUNK_DATA) {
            tni_http1_outcome r = read_between(b, bytes[i++]);
            if (r != TNI_HTTP1_MORE) {
                return r;
            }
        }
        if (!b->ended && b->state == CHUNK_DATA && i < len) {
            *data = bytes + i;
            *data_len = take(b, len - i);
            b->state = b->left == 0 ? CHUNK_DATA_CR : CHUNK_DATA;
        }
    } else if (b->framing == TNI_HTTP1_LENGTH) {
        *data_len = take(b, len);
        b->ended = b->left == 0;
    } else if (b->framing == TNI_HTTP1_UNTIL_CLOSE) {
        *data_len = len;
    }
    *used = i + *data_len;
    return b->ended ? TNI_HTTP1_OK : TNI_HTTP1_MORE;
}

/* -- writing -- */

static const struct {
    u16 status;
    const char *reason;
} reasons[] = {
    {100, "Continue"},
    {101, "Switching Protocols"},
    {102, "Processing"},
    {103, "Early Hints"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {203, "Non-Authoritative Information"},
    {204, "No Content"},
    {205, "Reset Content"},
    {206, "Partial Content"},
    {300, "Multiple Choices"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {406, "Not Acceptable"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {426, "Upgrade Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
};

const char *tni_http1_reason(u16 status) {
    for (size_t i = 0; i < TNI_COUNT_OF(reasons); i++) {
        if (reasons[i].status == status) {
            return reasons[i].reason;
        }
    }
    return "";
}

void tni_http1_put_request(tni_buf *out, tni_str method, tni_str target) {
    tni_buf_str(out, method);
    tni_buf_byte(out, ' ');
    tni_buf_str(out, target);
    tni_buf_str(out, TNI_STR(" HTTP/1.1\r\n"));
}

void tni_http1_put_status(tni_buf *out, u16 status) {
    tni_buf_format(out, "HTTP/1.1 %u %s\r\n", (unsigned)status, tni_http1_reason(status));
}

void tni_http1_put_field(tni_buf *out, tni_str name, tni_str value) {
    tni_buf_str(out, name);
    tni_buf_str(out, TNI_STR(": "));
    tni_buf_str(out, value);
    tni_http1_put_end(out);
}

void tni_http1_put_end(tni_buf *out) {
    tni_buf_str(out, TNI_STR("\r\n"));
}

void tni_http1_put_chunk(tni_buf *out, const u8 *bytes, size_t len) {
    tni_buf_format(out, "%zx\r\n", len);
    tni_buf_put(out, bytes, len);
    tni_http1_put_end(out);
}

void tni_http1_put_last_chunk(tni_buf *out) {
    tni_buf_str(out, TNI_STR("0\r\n"));
}
