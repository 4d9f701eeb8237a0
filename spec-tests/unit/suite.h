/* suite.h: how a test program ends: its suite is run, and the exit status says whether
 * all passed. */
#ifndef TENON_TEST_SUITE_H
#define TENON_TEST_SUITE_H
#include <check.h>
#include <stdlib.h>

static inline int run_runner(SRunner *r) {
    srunner_run_all(r, CK_ENV);
    const int failed = srunner_ntests_failed(r);
    srunner_free(r);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Each test in a process of its own. */
static inline int run_suite(Suite *s) {
    return run_runner(srunner_create(s));
}

/* All in this one: for many small tests, and for those that share something. */
static inline int run_suite_here(Suite *s) {
    SRunner *r = srunner_create(s);
    srunner_set_fork_status(r, CK_NOFORK);
    return run_runner(r);
}
#endif
