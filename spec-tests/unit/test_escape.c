/* test_escape.c: attempts to get out of a folder: paths that are resolved while
 * directories and symbolic links take each other's place, hard links, and the links of
 * /proc. TENON_RACE_SECONDS is how long each race lasts (0.4). */
#define _GNU_SOURCE
#include <dirent.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>

#include "sandbox.h"
#include "suite.h"

static atomic_bool racing;

static uint64_t race_end(void) {
    const char *seconds = getenv("TENON_RACE_SECONDS");
    const double s = seconds != NULL ? atof(seconds) : 0.4;
    return platform->monotonic_ns(user) + (uint64_t)(s * 1e9);
}

/* -- what is outside -- */

/* Names, sizes and contents in outside/ and its folder dir, as one text. */
static void show_folder(const char *name, char *out, size_t most) {
    struct dirent **entries;
    int n = scandir(in_top(name), &entries, NULL, alphasort);
    size_t len = strlen(out);
    ck_assert_int_ge(n, 2);
    for (int i = 0; i < n; i++) {
        char path_[PATH_MAX], text[64] = "";
        struct stat st;
        snprintf(path_, sizeof path_, "%s/%s/%s", top, name, entries[i]->d_name);
        ck_assert_int_eq(lstat(path_, &st), 0);
        if (S_ISREG(st.st_mode)) {
            FILE *f = fopen(path_, "r");
            ck_assert_ptr_nonnull(f);
            text[fread(text, 1, sizeof text - 1, f)] = '\0';
            fclose(f);
        }
        if (entries[i]->d_name[0] != '.') {
            len += (size_t)snprintf(out + len, most - len, "%s/%s %o %lu %s\n", name,
                                    entries[i]->d_name, st.st_mode,
                                    (unsigned long)st.st_nlink, text);
        }
        free(entries[i]);
    }
    free(entries);
}

static const char *outside(void) {
    static char text[2][4096];
    static int which;
    char *t = text[which++ % 2];
    t[0] = '\0';
    show_folder("outside", t, sizeof text[0]);
    show_folder("outside/dir", t, sizeof text[0]);
    return t;
}

/* -- races -- */

typedef struct swap {
    char a[PATH_MAX], b[PATH_MAX];
} swap;

/* One takes the other's place, in one step. */
static void *exchange(void *arg) {
    const swap *s = arg;
    while (atomic_load(&racing)) {
        syscall(SYS_renameat2, AT_FDCWD, s->a, AT_FDCWD, s->b, 2 /* RENAME_EXCHANGE */);
    }
    return NULL;
}

/* The same in steps: for a while there is nothing. */
static void *replace(void *arg) {
    const swap *s = arg;
    char away[PATH_MAX + 8];
    snprintf(away, sizeof away, "%s-away", s->a);
    while (atomic_load(&racing)) {
        rename(s->a, away);
        rename(s->b, s->a);
        rename(s->a, s->b);
        rename(away, s->a);
    }
    return NULL;
}

/* A directory below moves out of the sandbox and back. */
static void *move_out(void *arg) {
    const swap *s = arg;
    while (atomic_load(&racing)) {
        rename(s->a, s->b);
        rename(s->b, s->a);
    }
    return NULL;
}

/* Reads what a path leads to: whether it opens; it must be the file inside. */
static bool opens(const char *p) {
    tenon_file f;
    if (os->open(user, path(p), TENON_OPEN_READ | TENON_OPEN_FOLLOW, &f) != TENON_OS_OK) {
        return false;
    }
    char text[8] = "";
    size_t n;
    ck_assert_int_eq(os->read_at(user, f, text, 6, 0, &n), TENON_OS_OK);
    ck_assert_str_eq(text, "inside");
    os->close(user, f);
    return true;
}

/* Everything that changes something, below a folder that may not be the one it was: what
 * succeeds happens inside. */
static void change_all(const char *folder) {
    char made[64], secret[64], target[64], other[64];
    const tenon_new_time set = {TENON_TIME_SET, {99, 0}};
    tenon_file f;
    snprintf(made, sizeof made, "%s/made", folder);
    snprintf(secret, sizeof secret, "%s/secret", folder);
    snprintf(target, sizeof target, "%s/dir", folder);
    snprintf(other, sizeof other, "%s/other", folder);
    if (os->open(user, path(made),
                 TENON_OPEN_WRITE | TENON_OPEN_CREATE | TENON_OPEN_FOLLOW,
                 &f) == TENON_OS_OK) {
        size_t n;
        (void)os->write_at(user, f, "made", 4, 0, &n);
        os->close(user, f);
    }
    os->unlink(user, path(made));
    os->make_directory(user, path(made));
    os->remove_directory(user, path(made));
    os->remove_directory(user, path(target));
    os->symlink(user, "x", path(made));
    os->unlink(user, path(made));
    os->link(user, path("a.txt"), false, path(made));
    os->unlink(user, path(made));
    os->rename(user, path("a.txt"), path(other));
    os->rename(user, path(other), path("a.txt"));
    os->set_times_path(user, path(secret), true, set, set);
}

static struct stat stat_outside(const char *name) {
    struct stat st;
    ck_assert_int_eq(stat(in_top(name), &st), 0);
    return st;
}

/* What stat says is never what is outside. */
static void check_stat(const char *p) {
    tenon_file_stat st;
    if (os->stat_path(user, path(p), true, &st) == TENON_OS_OK) {
        ck_assert(st.inode != stat_outside("outside").st_ino);
        ck_assert(st.inode != stat_outside("outside/secret").st_ino);
        ck_assert(st.inode != stat_outside("outside/dir").st_ino);
    }
}

static void run_race(void *(*racer)(void *), swap *s, const char *const *tries,
                     size_t count, const char *folder) {
    const char *before = outside();
    const struct stat secret = stat_outside("outside/secret");
    unsigned good = 0, refused = 0;
    pthread_t t;
    atomic_store(&racing, true);
    ck_assert_int_eq(pthread_create(&t, NULL, racer, s), 0);
    const uint64_t end = race_end();
    do {
        for (size_t i = 0; i < count; i++) {
            bool ok = opens(tries[i]);
            good += ok;
            refused += !ok;
            check_stat(tries[i]);
        }
        if (folder != NULL) {
            change_all(folder);
            check_stat(folder);
        }
    } while (platform->monotonic_ns(user) < end);
    atomic_store(&racing, false);
    pthread_join(t, NULL);
    ck_assert_str_eq(before, outside());
    ck_assert_int_eq(secret.st_mtim.tv_sec,
                     stat_outside("outside/secret").st_mtim.tv_sec);
    ck_assert_uint_gt(good, 0);
    ck_assert_uint_gt(refused, 0);
}

typedef struct race_case {
    void *(*racer)(void *);
    const char *target; /* of the link */
} race_case;

static const race_case race_cases[] = {
    {exchange, "../outside"}, {exchange, "/"},  {exchange, "d/../../outside"},
    {replace, "../outside"},  {exchange, ".."},
};

START_TEST(race_with_links) {
    const race_case *c = &race_cases[_i];
    static const char *const tries[] = {
        "swap/secret",      "swap/e/../secret",    "swap/./secret",
        "d/../swap/secret", "swap/../swap/secret", "through",
    };
    swap s;
    put_dir("sandbox/swap");
    put_dir("sandbox/swap/e");
    put_file("sandbox/swap/secret", "inside");
    put_link("sandbox/swap2",
             strcmp(c->target, "/") == 0 ? in_top("outside") : c->target);
    put_link("sandbox/through", "d/back/swap/secret");
    strcpy(s.a, in_top("sandbox/swap"));
    strcpy(s.b, in_top("sandbox/swap2"));
    run_race(c->racer, &s, tries, sizeof tries / sizeof tries[0], "swap");
}
END_TEST

START_TEST(race_with_moves) {
    static const char *const tries[] = {"d/m/n/../../secret", "d/m/../secret",
                                        "d/m/n/../../../secret", "d/m/../../secret"};
    swap s;
    put_dir("sandbox/d/m");
    put_dir("sandbox/d/m/n");
    put_file("sandbox/d/secret", "inside");
    put_file("sandbox/secret", "inside");
    strcpy(s.a, in_top("sandbox/d/m"));
    strcpy(s.b, in_top("outside/m"));
    run_race(move_out, &s, tries, 4, NULL);
}
END_TEST

/* -- links -- */

/* Who may put a hard link into a folder gives that file away; nothing else does. */
START_TEST(hard_links) {
    ck_assert_int_eq(link(in_top("outside/secret"), in_top("sandbox/given")), 0);
    tenon_file f;
    ck_assert_int_eq(os->open(user, path("given"), TENON_OPEN_READ, &f), TENON_OS_OK);
    os->close(user, f);
    ck_assert_int_eq(os->unlink(user, path("given")), TENON_OS_OK);
    ck_assert(exists("outside/secret"));
    /* A second name of a symbolic link is one. */
    ck_assert_int_eq(os->link(user, path("rel"), false, path("d/rel")), TENON_OS_OK);
    ck_assert_int_eq(os->open(user, path("d/rel"), TENON_OPEN_READ, &f), TENON_OS_LOOP);
    const unsigned flags = TENON_OPEN_READ | TENON_OPEN_FOLLOW;
    /* From there it leads to what is inside. */
    ck_assert_int_eq(os->open(user, path("d/rel"), flags, &f), TENON_OS_NO_ENTRY);
    ck_assert_int_eq(os->link(user, path("rel"), true, path("stolen")),
                     TENON_OS_NOT_PERMITTED);
    ck_assert_int_eq(os->link(user, path("abs-dir/secret"), false, path("stolen")),
                     TENON_OS_NOT_PERMITTED);
    ck_assert(!exists("sandbox/stolen"));
}
END_TEST

/* A folder of /proc: its links are not followed to what they stand for. */
START_TEST(links_of_proc) {
    static const char *const links[] = {
        "self/cwd",      "self/root",         "self/exe",
        "self/root/etc", "self/cwd/Makefile", "thread-self/root/etc/passwd"};
    char name[64];
    tenon_file proc, f;
    const unsigned flags = TENON_OPEN_READ | TENON_OPEN_FOLLOW;
    if (access("/proc/self/fd", F_OK) != 0) {
        return;
    }
    ck_assert_int_eq(os->open_root(user, "/proc", &proc), TENON_OS_OK);
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        tenon_path p = {proc, links[i], strlen(links[i])};
        tenon_file_stat st;
        ck_assert_int_ne(os->open(user, p, flags, &f), TENON_OS_OK);
        ck_assert_int_ne(os->stat_path(user, p, true, &st), TENON_OS_OK);
    }
    /* Open files by number: one outside, a folder, a pipe, one that is gone. */
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    put_file("gone", "secret");
    int fds[] = {open(in_top("outside/secret"), O_RDWR),
                 open(in_top("outside"), O_RDONLY), ends[0],
                 open(in_top("gone"), O_RDWR)};
    ck_assert_int_eq(unlink(in_top("gone")), 0);
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        ck_assert_int_ge(fds[i], 0);
        snprintf(name, sizeof name, "self/fd/%d", fds[i]);
        tenon_path p = {proc, name, strlen(name)};
        ck_assert_int_ne(os->open(user, p, flags, &f), TENON_OS_OK);
        ck_assert_int_ne(os->open(user, p, TENON_OPEN_WRITE | TENON_OPEN_FOLLOW, &f),
                         TENON_OS_OK);
        snprintf(name, sizeof name, "self/fd/%d/secret", fds[i]);
        p.len = strlen(name);
        ck_assert_int_ne(os->open(user, p, flags, &f), TENON_OS_OK);
        close(fds[i]);
    }
    close(ends[1]);
    /* What is no link is read. */
    tenon_path status = {proc, "self/status", strlen("self/status")};
    ck_assert_int_eq(os->open(user, status, flags, &f), TENON_OS_OK);
    os->close(user, f);
    os->close(user, proc);
}
END_TEST

static TCase *escapes(const char *name, SFun set_up) {
    TCase *t = tcase_create(name);
    tcase_set_timeout(t, 600);
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_loop_test(t, race_with_links, 0,
                        (int)(sizeof race_cases / sizeof race_cases[0]));
    tcase_add_test(t, race_with_moves);
    tcase_add_test(t, hard_links);
    tcase_add_test(t, links_of_proc);
    return t;
}

int main(void) {
    Suite *s = suite_create("escape");
    suite_add_tcase(s, escapes("kernel", set_up_kernel));
    suite_add_tcase(s, escapes("walk", set_up_walk));
    return run_suite_here(s);
}
