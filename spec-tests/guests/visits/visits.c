/* visits: a plugin that needs an interface of its host: counts visits in a bucket. */
#include "../guest.h"

IMPORT("tenon:visits/bucket@1.0.0", "get")
void bucket_get(const char *key, size_t len, void *result);
IMPORT("tenon:visits/bucket@1.0.0", "set")
void bucket_set(const char *key, size_t len, uint32_t value, void *result);

static struct {
    uint8_t is_err;
    char *ptr;
    size_t len;
} answer;
static char text[256];

static void put(const char *part, size_t len) {
    for (size_t i = 0; i < len && answer.len < sizeof text; i++) {
        text[answer.len++] = part[i];
    }
}

static void put_number(uint32_t n) {
    char digits[10];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n != 0);
    put(digits + at, sizeof digits - at);
}

EXPORT("visit")
void *visit(const char *page, size_t len) {
    struct {
        uint8_t is_some;
        uint32_t value;
    } old;
    struct {
        uint8_t is_err;
        uint8_t error;
    } set;
    bucket_get(page, len, &old);
    uint32_t count = (old.is_some ? old.value : 0) + 1;
    bucket_set(page, len, count, &set);
    answer.is_err = set.is_err;
    answer.ptr = text;
    answer.len = 0;
    if (set.is_err) {
        put("cannot count ", 13);
        put(page, len > 100 ? 100 : len);
    } else {
        put(page, len > 100 ? 100 : len);
        put(": visit ", 8);
        put_number(count);
    }
    heap_top = 0;
    return &answer;
}
