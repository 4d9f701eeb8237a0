/* inturn.h: a use of hosts again and again, each time with another allocation or handle
 * refused. Over failplatform.h, and the hosts of sockethosts.h or httphosts.h. */
#ifndef INTURN_H
#define INTURN_H

/* What can be refused: how often it was asked for, and which time fails. */
typedef struct refusable {
    const char *name;
    unsigned *count, *fail_at;
} refusable;

static const refusable allocations = {"allocation", &requests, &fail_at};
static const refusable handles = {"handle", &handles_made, &fail_handle_at};

/* Returns how often it is asked for where all goes well. check: what has become of the
 * use without the n-th of them. */
static unsigned refuse_in_turn(const refusable *what, int (*use)(void),
                               void (*check)(int r, const char *name, unsigned n)) {
    (void)start();
    *what->count = 0;
    ck_assert_int_eq(use(), OK);
    const unsigned uses = *what->count;
    finish();
    for (unsigned n = 1; n <= uses; n++) {
        runtime_reset();
        tolerant = true;
        (void)start();
        *what->count = 0;
        *what->fail_at = n;
        const int r = use();
        *what->fail_at = 0;
        check(r, what->name, n);
        finish();
        ck_assert_int_eq(open_things, 0);
    }
    return uses;
}

/* For uses that all of them are needed for. */
static void check_failed(int r, const char *name, unsigned n) {
    ck_assert_msg(r == FAILED, "%s %u: %d", name, n, r);
}

#endif
