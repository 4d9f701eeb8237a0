/* The words of libcheck that our unit tests use, in one header, for machines that the
 * tests are cross-compiled for and that have no libcheck: `make m32` and `make
 * big-endian` put this folder first. Each test runs in a process of its own, as there;
 * the last line is the same. */
#ifndef TENON_FOREIGN_CHECK_H
#define TENON_FOREIGN_CHECK_H
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>

/* Of <unistd.h>, whose other names the tests may have for themselves. */
pid_t fork(void);
void _exit(int status) __attribute__((noreturn));
unsigned alarm(unsigned seconds);

enum { CK_NORMAL, CK_ENV, CK_FORK, CK_NOFORK };
enum { CK_MOST = 256 };

typedef void (*SFun)(void);
typedef struct {
    const char *name;
    void (*fn)(int);
} TTest;
typedef struct {
    const TTest *test;
    int from, to;
} ck_case_test;
typedef struct {
    const char *name;
    double timeout; /* s */
    SFun setup, teardown;
    ck_case_test tests[CK_MOST];
    int n;
} TCase;
typedef struct {
    const char *name;
    TCase *cases[CK_MOST];
    int n;
} Suite;
typedef struct {
    Suite *suite;
    int failed, run;
} SRunner;

#define START_TEST(name)                                                                 \
    static void name##_fn(int _i);                                                       \
    static const TTest name##_test = {#name, name##_fn};                                 \
    static const TTest *const name = &name##_test;                                       \
    static void name##_fn(int _i) {                                                      \
        (void)_i;
#define END_TEST }

static inline void __attribute__((noreturn, format(printf, 3, 4)))
ck_fail(const char *file, int line, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%d: ", file, line);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    fflush(stdout);
    _exit(1);
}

#define ck_abort_msg(...)     ck_fail(__FILE__, __LINE__, __VA_ARGS__)
#define ck_assert_msg(x, ...) ((x) ? (void)0 : ck_fail(__FILE__, __LINE__, __VA_ARGS__))
#define ck_assert(x)          ck_assert_msg(x, "failed: %s", #x)
#define ck_compare(type, form, a, op, b)                                                 \
    do {                                                                                 \
        type ck_a = (a);                                                                 \
        type ck_b = (b);                                                                 \
        ck_assert_msg(ck_a op ck_b, "failed: %s %s %s: " form " and " form, #a, #op, #b, \
                      ck_a, ck_b);                                                       \
    } while (0)
#define ck_assert_int_eq(a, b)    ck_compare(intmax_t, "%jd", a, ==, b)
#define ck_assert_int_ne(a, b)    ck_compare(intmax_t, "%jd", a, !=, b)
#define ck_assert_int_lt(a, b)    ck_compare(intmax_t, "%jd", a, <, b)
#define ck_assert_int_le(a, b)    ck_compare(intmax_t, "%jd", a, <=, b)
#define ck_assert_int_gt(a, b)    ck_compare(intmax_t, "%jd", a, >, b)
#define ck_assert_int_ge(a, b)    ck_compare(intmax_t, "%jd", a, >=, b)
#define ck_assert_uint_eq(a, b)   ck_compare(uintmax_t, "%ju", a, ==, b)
#define ck_assert_uint_ne(a, b)   ck_compare(uintmax_t, "%ju", a, !=, b)
#define ck_assert_uint_lt(a, b)   ck_compare(uintmax_t, "%ju", a, <, b)
#define ck_assert_uint_le(a, b)   ck_compare(uintmax_t, "%ju", a, <=, b)
#define ck_assert_uint_gt(a, b)   ck_compare(uintmax_t, "%ju", a, >, b)
#define ck_assert_uint_ge(a, b)   ck_compare(uintmax_t, "%ju", a, >=, b)
#define ck_assert_double_lt(a, b) ck_compare(double, "%g", a, <, b)
#define ck_assert_ptr_eq(a, b)    ck_compare(const void *, "%p", a, ==, b)
#define ck_assert_ptr_null(a)     ck_assert((a) == NULL)
#define ck_assert_ptr_nonnull(a)  ck_assert((a) != NULL)
#define ck_assert_str_eq(a, b)                                                           \
    do {                                                                                 \
        const char *ck_a = (a), *ck_b = (b);                                             \
        ck_assert_msg(strcmp(ck_a, ck_b) == 0, "failed: %s == %s: \"%s\" and \"%s\"",    \
                      #a, #b, ck_a, ck_b);                                               \
    } while (0)
#define ck_assert_str_ne(a, b)    ck_assert(strcmp(a, b) != 0)
#define ck_assert_mem_eq(a, b, n) ck_assert(memcmp(a, b, n) == 0)

static inline void *ck_zeroed(size_t size) {
    void *p = calloc(1, size);
    if (p == NULL)
        abort();
    return p;
}
static inline TCase *tcase_create(const char *name) {
    TCase *c = (TCase *)ck_zeroed(sizeof *c);
    c->name = name;
    c->timeout = 4;
    return c;
}
static inline void tcase_set_timeout(TCase *c, double s) {
    c->timeout = s;
}
static inline void tcase_add_checked_fixture(TCase *c, SFun setup, SFun teardown) {
    c->setup = setup;
    c->teardown = teardown;
}
static inline void tcase_add_loop_test(TCase *c, const TTest *test, int from, int to) {
    if (c->n == CK_MOST)
        abort();
    c->tests[c->n++] = (ck_case_test){test, from, to};
}
static inline void tcase_add_test(TCase *c, const TTest *test) {
    tcase_add_loop_test(c, test, 0, 1);
}
static inline Suite *suite_create(const char *name) {
    Suite *s = (Suite *)ck_zeroed(sizeof *s);
    s->name = name;
    return s;
}
static inline void suite_add_tcase(Suite *s, TCase *c) {
    if (s->n == CK_MOST)
        abort();
    s->cases[s->n++] = c;
}
static inline SRunner *srunner_create(Suite *s) {
    SRunner *r = (SRunner *)ck_zeroed(sizeof *r);
    r->suite = s;
    return r;
}
static inline void srunner_set_fork_status(SRunner *r, int status) {
    (void)r, (void)status;
}

/* One test in a process of its own, which an alarm ends. A machine that is only emulated
 * is slow: CK_TIMEOUT_MULTIPLIER, as in libcheck, stretches the timeouts. */
static inline void ck_run_one(SRunner *r, const TCase *c, const TTest *test, int i) {
    const char *stretch = getenv("CK_TIMEOUT_MULTIPLIER");
    double timeout = c->timeout * (stretch != NULL ? atof(stretch) : 1);
    fflush(stdout);
    fflush(stderr);
    pid_t child = fork();
    if (child < 0)
        abort();
    if (child == 0) {
        if (timeout > 0)
            alarm((unsigned)timeout + 1);
        if (c->setup != NULL)
            c->setup();
        test->fn(i);
        if (c->teardown != NULL)
            c->teardown();
        fflush(stdout);
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    r->run++;
    if (status == 0)
        return;
    r->failed++;
    if (WIFSIGNALED(status)) {
        printf("%s:E:%s:%s:%d: signal %d\n", r->suite->name, c->name, test->name, i,
               WTERMSIG(status));
    } else {
        printf("%s:F:%s:%s:%d: failed\n", r->suite->name, c->name, test->name, i);
    }
}
static inline void srunner_run_all(SRunner *r, int how) {
    (void)how;
    for (int c = 0; c < r->suite->n; c++) {
        const TCase *tests = r->suite->cases[c];
        for (int t = 0; t < tests->n; t++) {
            for (int i = tests->tests[t].from; i < tests->tests[t].to; i++) {
                ck_run_one(r, tests, tests->tests[t].test, i);
            }
        }
    }
    printf("%d%%: Checks: %d, Failures: %d, Errors: 0\n",
           r->run == 0 ? 100 : (r->run - r->failed) * 100 / r->run, r->run, r->failed);
}
static inline int srunner_ntests_failed(const SRunner *r) {
    return r->failed;
}
static inline void srunner_free(SRunner *r) {
    for (int c = 0; c < r->suite->n; c++)
        free(r->suite->cases[c]);
    free(r->suite);
    free(r);
}
#endif
