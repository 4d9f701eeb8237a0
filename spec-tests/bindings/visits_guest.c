/* visits_guest.c: the guest "visits" again, with bindings. */
#include "visits.h"

static char text[256];
static size_t len;

static void put(const uint8_t *part, size_t n) {
    for (size_t i = 0; i < n && len < sizeof text; i++) {
        text[len++] = (char)part[i];
    }
}

static void put_text(const char *part) {
    visits_string_t s;
    visits_string_set(&s, part);
    put(s.ptr, s.len);
}

bool exports_visits_visit(visits_string_t *page, visits_string_t *ret,
                          visits_string_t *err) {
    uint32_t count = 0;
    tenon_visits_bucket_error_t why;
    bool known = tenon_visits_bucket_get(page, &count);
    count = (known ? count : 0) + 1;
    len = 0;
    bool ok = tenon_visits_bucket_set(page, count, &why);
    if (ok) {
        char digit = (char)('0' + count % 10);
        put(page->ptr, page->len);
        put_text(": visit ");
        put((const uint8_t *)&digit, 1);
    } else {
        put_text(why == TENON_VISITS_BUCKET_ERROR_READ_ONLY ? "cannot count " : "what? ");
        put(page->ptr, page->len);
    }
    visits_string_dup_n(ok ? ret : err, text, len);
    visits_string_free(page);
    return ok;
}
