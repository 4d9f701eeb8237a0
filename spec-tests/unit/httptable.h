/* httptable.h: the tables of spec-tests/http, whose bytes are written with escapes. */
#ifndef HTTPTABLE_H
#define HTTPTABLE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tenon/platform.h"
#include "wasi/http1.h"

static tni_heap heap;

enum { LINE_BYTES = 4096 };

/* One escape at *at, behind the backslash. */
static void put_escape(tni_buf *out, const char **at) {
    const char *p = *at;
    char hex[3] = {0};
    switch (*p++) {
    case 'r': tni_buf_byte(out, '\r'); break;
    case 'n': tni_buf_byte(out, '\n'); break;
    case 't': tni_buf_byte(out, '\t'); break;
    case '0': tni_buf_byte(out, 0); break;
    case '\\': tni_buf_byte(out, '\\'); break;
    case 'x':
        memcpy(hex, p, 2);
        tni_buf_byte(out, (u8)strtoul(hex, NULL, 16));
        p += 2;
        break;
    default: ck_abort_msg("escape \\%s", p - 1);
    }
    *at = p;
}

static void put_text(tni_buf *out, const char *p, const char *end) {
    while (p < end) {
        if (*p != '\\') {
            tni_buf_byte(out, (u8)*p++);
        } else if (p[1] == '{') {
            char *star;
            unsigned long times = strtoul(p + 2, &star, 10);
            const char *close = strchr(star, '}');
            ck_assert(*star == '*' && close != NULL);
            while (times-- > 0) {
                put_text(out, star + 1, close);
            }
            p = close + 1;
        } else {
            p++;
            put_escape(out, &p);
        }
    }
}

/* A case: what stands before and behind the colon of its first line, the bytes of its
 * lines `>`, and what follows `=`. */
typedef void table_case(const char *kind, const char *name, const tni_buf *input,
                        const char *expected);

/* How many cases there are. */
static unsigned for_each_case(const char *path, table_case *check) {
    static char line[LINE_BYTES], kind[LINE_BYTES], name[LINE_BYTES];
    FILE *in = fopen(path, "r");
    ck_assert_msg(in != NULL, "%s", path);
    unsigned cases = 0;
    tni_buf input;
    tni_buf_init(&input, &heap);
    while (fgets(line, sizeof line, in) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == '>') {
            put_text(&input, line + 2, line + strlen(line));
        } else if (line[0] == '=') {
            check(kind, name, &input, line[1] == '\0' ? "" : line + 2);
            cases++;
            input.count = 0;
        } else if (line[0] != '#' && line[0] != '\0') {
            char *colon = strstr(line, ": ");
            ck_assert_msg(colon != NULL, "%s", line);
            *colon = '\0';
            strcpy(kind, line);
            strcpy(name, colon + 2);
        }
    }
    tni_buf_free(&input);
    fclose(in);
    return cases;
}

/* Text in which every byte shows; long runs of one byte are counted. */
static void show(tni_buf *out, tni_str s) {
    for (size_t i = 0; i < s.len;) {
        size_t n = 1;
        u8 c = (u8)s.ptr[i];
        while (i + n < s.len && (u8)s.ptr[i + n] == c) {
            n++;
        }
        if (n > 20) {
            tni_buf_format(out, "{%zu*%c}", n, c);
            i += n;
            continue;
        }
        if (c >= ' ' && c < 0x7f && c != '\\') {
            tni_buf_byte(out, c);
        } else if (c == '\r' || c == '\n') {
            tni_buf_str(out, c == '\r' ? TNI_STR("\\r") : TNI_STR("\\n"));
        } else {
            tni_buf_format(out, "\\x%02x", c);
        }
        i++;
    }
}

#endif
