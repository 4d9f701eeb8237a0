/* process-data: a plugin that is given a record and answers with a variant. */
#include "processor.h"

enum { TEXT_BYTES = 512 };

static char text[TEXT_BYTES];
static size_t len;

static void put(const void *bytes, size_t n) {
    for (size_t i = 0; i < n && len < TEXT_BYTES; i++) {
        text[len++] = ((const char *)bytes)[i];
    }
}

static void put_text(const char *part) {
    processor_string_t s;
    processor_string_set(&s, part);
    put(s.ptr, s.len);
}

static void put_number(size_t n) {
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n != 0);
    put(digits + at, sizeof digits - at);
}

/* ASCII letters in capitals; gives the number of characters, not of bytes. */
static size_t capitals(processor_string_t *s) {
    size_t chars = 0;
    for (size_t i = 0; i < s->len; i++) {
        uint8_t c = s->ptr[i];
        chars += (c & 0xC0) != 0x80;
        s->ptr[i] = c >= 'a' && c <= 'z' ? (uint8_t)(c - 'a' + 'A') : c;
    }
    return chars;
}

void exports_processor_process_data(processor_string_t *input, processor_metadata_t *meta,
                                    processor_process_result_t *ret) {
    len = 0;
    ret->tag = PROCESSOR_PROCESS_RESULT_ERROR;
    if (input->len == 0) {
        put_text("empty input for ");
        put(meta->id.ptr, meta->id.len);
    } else if (meta->priority > 9) {
        put_text("priority ");
        put_number(meta->priority);
        put_text(" out of range");
    } else {
        ret->tag = PROCESSOR_PROCESS_RESULT_OK;
        size_t chars = capitals(input);
        put_text("[");
        put(meta->id.ptr, meta->id.len);
        put_text(":");
        put_number(meta->priority);
        put_text("] ");
        put(input->ptr, input->len);
        put_text(" (");
        put_number(chars);
        put_text(")");
    }
    processor_string_dup_n(ret->tag == PROCESSOR_PROCESS_RESULT_OK ? &ret->val.ok
                                                                   : &ret->val.error,
                           text, len);
    processor_string_free(input);
    processor_metadata_free(meta);
}
