/* test_platform.c: the POSIX platform: linear memory, clocks, files, waiting, and above
 * all that no path leads out of its directory, by either way of resolving paths. */
#define _GNU_SOURCE
#include <check.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox.h"
#include "suite.h"

/* -- where a path leads -- */

typedef struct open_case {
    const char *path;
    bool follow;
    tenon_os_error error;
    const char *content; /* NULL: a directory */
} open_case;

static const open_case open_cases[] = {
    {"a.txt", true, TENON_OS_OK, "inside"},
    {"./a.txt", true, TENON_OS_OK, "inside"},
    {".//./a.txt", true, TENON_OS_OK, "inside"},
    {"d/e/f", true, TENON_OS_OK, "deep"},
    {"d//e///f", true, TENON_OS_OK, "deep"},
    {"d/../a.txt", true, TENON_OS_OK, "inside"},
    {"d/e/../../a.txt", true, TENON_OS_OK, "inside"},
    {"d/e/../..", true, TENON_OS_OK, NULL},
    {".", true, TENON_OS_OK, NULL},
    {"./", true, TENON_OS_OK, NULL},
    {"d/", true, TENON_OS_OK, NULL},
    {"d/.", false, TENON_OS_OK, NULL},
    {"d/..", false, TENON_OS_OK, NULL},
    {"good1", true, TENON_OS_OK, "inside"},
    {"d/good2", true, TENON_OS_OK, "inside"},
    {"dirlink", true, TENON_OS_OK, NULL},
    {"dirlink/", true, TENON_OS_OK, NULL},
    {"dirlink/e/f", false, TENON_OS_OK, "deep"},
    {"dirlink-slash/e/f", false, TENON_OS_OK, "deep"},
    {"dirlink/../a.txt", false, TENON_OS_OK, "inside"},
    {"self/self/self/a.txt", false, TENON_OS_OK, "inside"},
    {"d/back/a.txt", false, TENON_OS_OK, "inside"},
    {"filelink", true, TENON_OS_OK, "inside"},
    {"filelink", false, TENON_OS_LOOP, NULL},
    {"good1", false, TENON_OS_LOOP, NULL},
    {"abs", false, TENON_OS_LOOP, NULL},
    {"", true, TENON_OS_NO_ENTRY, NULL},
    {"nothing", true, TENON_OS_NO_ENTRY, NULL},
    {"nothing/x", true, TENON_OS_NO_ENTRY, NULL},
    {"nothing/../a.txt", true, TENON_OS_NO_ENTRY, NULL},
    {"a.txt/", true, TENON_OS_NOT_DIRECTORY, NULL},
    {"a.txt/x", true, TENON_OS_NOT_DIRECTORY, NULL},
    {"a.txt/..", true, TENON_OS_NOT_DIRECTORY, NULL},
    {"filelink/", true, TENON_OS_NOT_DIRECTORY, NULL},
    {"filelink/x", true, TENON_OS_NOT_DIRECTORY, NULL},
    {"dangling", true, TENON_OS_NO_ENTRY, NULL},
    {"dangling/x", true, TENON_OS_NO_ENTRY, NULL},
    {"loop", true, TENON_OS_LOOP, NULL},
    {"loop-a", true, TENON_OS_LOOP, NULL},
    {"loop/x", true, TENON_OS_LOOP, NULL},
    {"loop-a/x", true, TENON_OS_LOOP, NULL},
    /* Out of the sandbox. */
    {"..", true, TENON_OS_NOT_PERMITTED, NULL},
    {"../", true, TENON_OS_NOT_PERMITTED, NULL},
    {"../sandbox", true, TENON_OS_NOT_PERMITTED, NULL},
    {"../sandbox/a.txt", true, TENON_OS_NOT_PERMITTED, NULL},
    {"../outside/secret", true, TENON_OS_NOT_PERMITTED, NULL},
    {"d/../../outside/secret", true, TENON_OS_NOT_PERMITTED, NULL},
    {"d/../..", true, TENON_OS_NOT_PERMITTED, NULL},
    {"d/e/../../../outside/secret", true, TENON_OS_NOT_PERMITTED, NULL},
    {"./.././outside/secret", true, TENON_OS_NOT_PERMITTED, NULL},
    {"/", true, TENON_OS_NOT_PERMITTED, NULL},
    {"/etc/passwd", true, TENON_OS_NOT_PERMITTED, NULL},
    {"//etc/passwd", true, TENON_OS_NOT_PERMITTED, NULL},
    {"abs", true, TENON_OS_NOT_PERMITTED, NULL},
    {"abs-inside", true, TENON_OS_NOT_PERMITTED, NULL},
    {"abs-dir/secret", true, TENON_OS_NOT_PERMITTED, NULL},
    {"abs-dir", true, TENON_OS_NOT_PERMITTED, NULL},
    {"abs-dir/", false, TENON_OS_NOT_PERMITTED, NULL},
    {"rel", true, TENON_OS_NOT_PERMITTED, NULL},
    {"rel-dir/secret", true, TENON_OS_NOT_PERMITTED, NULL},
    {"rel-dir/", false, TENON_OS_NOT_PERMITTED, NULL},
    {"rel-dir/..", false, TENON_OS_NOT_PERMITTED, NULL},
    {"up", true, TENON_OS_NOT_PERMITTED, NULL},
    {"up/outside/secret", true, TENON_OS_NOT_PERMITTED, NULL},
    {"up/sandbox/a.txt", true, TENON_OS_NOT_PERMITTED, NULL},
    {"d/up2/outside/secret", true, TENON_OS_NOT_PERMITTED, NULL},
    {"d/up2", true, TENON_OS_NOT_PERMITTED, NULL},
    {"d/back/../outside/secret", true, TENON_OS_NOT_PERMITTED, NULL},
    {"chain1", true, TENON_OS_NOT_PERMITTED, NULL},
    {"root/etc/passwd", true, TENON_OS_NOT_PERMITTED, NULL},
    {"down-up", true, TENON_OS_NOT_PERMITTED, NULL},
    {"dangling-out", true, TENON_OS_NOT_PERMITTED, NULL},
    {"dangling-abs", true, TENON_OS_NOT_PERMITTED, NULL},
};

START_TEST(where_paths_lead) {
    const open_case *c = &open_cases[_i];
    tenon_file f = -1;
    tenon_os_error r = os->open(
        user, path(c->path), TENON_OPEN_READ | (c->follow ? TENON_OPEN_FOLLOW : 0), &f);
    ck_assert_msg(r == c->error, "%s: %d, not %d", c->path, r, c->error);
    tenon_file_stat st;
    tenon_os_error s = os->stat_path(user, path(c->path), c->follow, &st);
    if (c->error == TENON_OS_LOOP && !c->follow) {
        ck_assert_int_eq(s, TENON_OS_OK); /* the link itself */
        ck_assert_int_eq(st.type, TENON_FILE_SYMBOLIC_LINK);
    } else {
        ck_assert_msg(s == c->error, "stat %s: %d, not %d", c->path, s, c->error);
    }
    if (r != TENON_OS_OK) {
        return;
    }
    ck_assert_int_eq(os->stat(user, f, &st), TENON_OS_OK);
    if (c->content == NULL) {
        ck_assert_int_eq(st.type, TENON_FILE_DIRECTORY);
    } else {
        char text[16] = "";
        size_t n;
        ck_assert_int_eq(st.type, TENON_FILE_REGULAR);
        ck_assert_int_eq(os->read_at(user, f, text, sizeof text - 1, 0, &n), TENON_OS_OK);
        ck_assert_str_eq(text, c->content);
    }
    os->close(user, f);
}
END_TEST

/* Operations that change something, on paths that lead out: all refused, nothing changed.
 */
START_TEST(nothing_outside_is_changed) {
    static const char *const ways[] = {
        "../outside/%s",        "abs-dir/%s",         "rel-dir/%s",
        "up/outside/%s",        "d/../../outside/%s", "d/up2/outside/%s",
        "d/back/../outside/%s", "root/tmp/%s",        "/tmp/%s",
    };
    tenon_new_time now = {TENON_TIME_NOW, {0, 0}};
    tenon_file f;
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        char secret[100], fresh[100], dir[100], link[100];
        size_t n;
        snprintf(secret, sizeof secret, ways[i], "secret");
        snprintf(fresh, sizeof fresh, ways[i], "fresh");
        snprintf(dir, sizeof dir, ways[i], "dir");
        const tenon_os_error no = TENON_OS_NOT_PERMITTED;
        unsigned flags = TENON_OPEN_WRITE | TENON_OPEN_FOLLOW;
        ck_assert_int_eq(os->open(user, path(fresh), flags | TENON_OPEN_CREATE, &f), no);
        ck_assert_int_eq(os->open(user, path(secret), flags | TENON_OPEN_TRUNCATE, &f),
                         no);
        ck_assert_int_eq(os->make_directory(user, path(fresh)), no);
        ck_assert_int_eq(os->remove_directory(user, path(dir)), no);
        ck_assert_int_eq(os->unlink(user, path(secret)), no);
        ck_assert_int_eq(os->rename(user, path(secret), path("stolen")), no);
        ck_assert_int_eq(os->rename(user, path("a.txt"), path(fresh)), no);
        ck_assert_int_eq(os->link(user, path(secret), true, path("stolen")), no);
        ck_assert_int_eq(os->link(user, path("a.txt"), true, path(fresh)), no);
        ck_assert_int_eq(os->symlink(user, "x", path(fresh)), no);
        ck_assert_int_eq(os->read_link(user, path(secret), link, sizeof link, &n), no);
        ck_assert_int_eq(os->set_times_path(user, path(secret), true, now, now), no);
    }
    ck_assert_int_eq(os->link(user, path("rel"), true, path("stolen")),
                     TENON_OS_NOT_PERMITTED);
    ck_assert_int_eq(os->set_times_path(user, path("rel"), true, now, now),
                     TENON_OS_NOT_PERMITTED);
    unsigned create = TENON_OPEN_WRITE | TENON_OPEN_CREATE | TENON_OPEN_FOLLOW;
    ck_assert_int_eq(os->open(user, path("dangling-out"), create, &f),
                     TENON_OS_NOT_PERMITTED);
    ck_assert_int_eq(os->open(user, path("dangling-abs"), create, &f),
                     TENON_OS_NOT_PERMITTED);
    ck_assert_int_eq(
        os->open(user, path("dangling-out"), create | TENON_OPEN_EXCLUSIVE, &f),
        TENON_OS_EXIST);
    ck_assert(!exists("outside/new") && !exists("outside/fresh"));
    ck_assert(!exists("sandbox/stolen"));
    ck_assert(exists("outside/secret") && exists("outside/dir"));
}
END_TEST

START_TEST(odd_paths) {
    tenon_file f;
    char longer[9000];
    memset(longer, 'a', sizeof longer);
    tenon_path p = {root, longer, 300};
    ck_assert_int_eq(os->open(user, p, TENON_OPEN_READ, &f), TENON_OS_NAME_TOO_LONG);
    p.len = sizeof longer;
    ck_assert_int_eq(os->open(user, p, TENON_OPEN_READ, &f), TENON_OS_NAME_TOO_LONG);
    ck_assert_int_eq(os->make_directory(user, p), TENON_OS_NAME_TOO_LONG);
    p = (tenon_path){root, "a.txt\0x", 7};
    ck_assert_int_eq(os->open(user, p, TENON_OPEN_READ, &f), TENON_OS_INVALID);
    ck_assert_int_eq(os->unlink(user, p), TENON_OS_INVALID);
    /* Long but sound. */
    size_t n = 0;
    for (size_t i = 0; i < 600; i++) {
        n += (size_t)sprintf(longer + n, "d/../");
    }
    strcpy(longer + n, "a.txt");
    ck_assert_int_eq(os->open(user, path(longer), TENON_OPEN_READ, &f), TENON_OS_OK);
    os->close(user, f);
    ck_assert_int_eq(os->make_directory(user, path("name \xff not UTF-8")), TENON_OS_OK);
    /* 41 links are too many, 39 are not. */
    char from[40], to[40];
    strcpy(to, "a.txt");
    for (int i = 0; i < 41; i++) {
        snprintf(from, sizeof from, "sandbox/many%d", i);
        put_link(from, to);
        strcpy(to, from + strlen("sandbox/"));
    }
    unsigned flags = TENON_OPEN_READ | TENON_OPEN_FOLLOW;
    ck_assert_int_eq(os->open(user, path("many38"), flags, &f), TENON_OS_OK);
    os->close(user, f);
    ck_assert_int_eq(os->open(user, path("many40"), flags, &f), TENON_OS_LOOP);
}
END_TEST

/* -- what the operations do -- */

START_TEST(entries) {
    tenon_file f;
    ck_assert_int_eq(os->make_directory(user, path("n")), TENON_OS_OK);
    ck_assert_int_eq(os->make_directory(user, path("n/")), TENON_OS_EXIST);
    ck_assert_int_eq(os->make_directory(user, path("n/o/")), TENON_OS_OK);
    ck_assert_int_eq(os->make_directory(user, path(".")), TENON_OS_EXIST);
    ck_assert_int_eq(os->remove_directory(user, path("n")), TENON_OS_NOT_EMPTY);
    ck_assert_int_eq(os->remove_directory(user, path("n/o/")), TENON_OS_OK);
    ck_assert_int_eq(os->remove_directory(user, path("a.txt")), TENON_OS_NOT_DIRECTORY);
    ck_assert_int_eq(os->remove_directory(user, path("dirlink")), TENON_OS_NOT_DIRECTORY);
    ck_assert_int_eq(os->remove_directory(user, path("dirlink/")),
                     TENON_OS_NOT_DIRECTORY);
    ck_assert_int_eq(os->unlink(user, path("n")), TENON_OS_IS_DIRECTORY);
    ck_assert_int_eq(os->unlink(user, path("n/")), TENON_OS_IS_DIRECTORY);
    ck_assert_int_eq(os->unlink(user, path("a.txt/")), TENON_OS_NOT_DIRECTORY);
    ck_assert_int_eq(os->unlink(user, path("none")), TENON_OS_NO_ENTRY);
    ck_assert_int_eq(os->unlink(user, path("none/")), TENON_OS_NO_ENTRY);
    ck_assert_int_eq(os->unlink(user, path("abs")), TENON_OS_OK); /* the link, not it */
    ck_assert(exists("outside/secret") && !exists("sandbox/abs"));
    ck_assert_int_eq(os->rename(user, path("rel"), path("n/rel")), TENON_OS_OK);
    ck_assert_int_eq(os->rename(user, path("a.txt"), path("x/")), TENON_OS_NOT_DIRECTORY);
    ck_assert_int_eq(os->rename(user, path("d"), path("moved/")), TENON_OS_OK);
    ck_assert_int_eq(os->rename(user, path("moved"), path("d")), TENON_OS_OK);
    ck_assert_int_eq(os->rename(user, path("."), path("x")), TENON_OS_BUSY);
    ck_assert_int_eq(os->link(user, path("a.txt"), false, path("n/b.txt")), TENON_OS_OK);
    ck_assert_int_eq(os->link(user, path("a.txt"), false, path("n/b.txt")),
                     TENON_OS_EXIST);
    ck_assert_int_eq(os->link(user, path("d"), false, path("n/d")),
                     TENON_OS_NOT_PERMITTED);
    ck_assert_int_eq(os->link(user, path("a.txt/"), false, path("q")),
                     TENON_OS_NOT_DIRECTORY);
    ck_assert_int_eq(os->link(user, path("a.txt"), false, path("q/")), TENON_OS_NO_ENTRY);
    ck_assert_int_eq(os->link(user, path("filelink"), true, path("n/c.txt")),
                     TENON_OS_OK);
    tenon_file_stat st;
    ck_assert_int_eq(os->stat_path(user, path("n/c.txt"), false, &st), TENON_OS_OK);
    ck_assert_int_eq(st.type, TENON_FILE_REGULAR);
    ck_assert_uint_eq(st.link_count, 3);
    ck_assert_uint_eq(st.size_bytes, 6);
    ck_assert_int_eq(os->symlink(user, "../a.txt", path("n/s")), TENON_OS_OK);
    ck_assert_int_eq(os->symlink(user, "../a.txt", path("n/s")), TENON_OS_EXIST);
    ck_assert_int_eq(os->symlink(user, "x", path("n/t/")), TENON_OS_NO_ENTRY);
    char text[32];
    size_t n;
    ck_assert_int_eq(os->read_link(user, path("n/s"), text, sizeof text, &n),
                     TENON_OS_OK);
    ck_assert(n == 8 && memcmp(text, "../a.txt", 8) == 0);
    ck_assert_int_eq(os->read_link(user, path("n/s"), text, 8, &n),
                     TENON_OS_NAME_TOO_LONG);
    ck_assert_int_eq(os->read_link(user, path("a.txt"), text, 8, &n), TENON_OS_INVALID);
    ck_assert_int_eq(os->open(user, path("n/s"), TENON_OPEN_READ | TENON_OPEN_FOLLOW, &f),
                     TENON_OS_OK);
    os->close(user, f);
}
END_TEST

START_TEST(opening) {
    tenon_file f;
    unsigned write = TENON_OPEN_WRITE | TENON_OPEN_FOLLOW;
    unsigned create = write | TENON_OPEN_CREATE;
    ck_assert_int_eq(os->open(user, path("new"), write, &f), TENON_OS_NO_ENTRY);
    ck_assert_int_eq(os->open(user, path("new"), create | TENON_OPEN_EXCLUSIVE, &f),
                     TENON_OS_OK);
    os->close(user, f);
    ck_assert_int_eq(os->open(user, path("new"), create | TENON_OPEN_EXCLUSIVE, &f),
                     TENON_OS_EXIST);
    ck_assert_int_eq(os->open(user, path("new"), create, &f), TENON_OS_OK);
    os->close(user, f);
    ck_assert_int_eq(os->open(user, path("new2/"), create, &f), TENON_OS_IS_DIRECTORY);
    ck_assert_int_eq(os->open(user, path("dangling"), create, &f), TENON_OS_OK);
    os->close(user, f);
    ck_assert(exists("sandbox/d/new"));
    ck_assert_int_eq(os->open(user, path("d"), write, &f), TENON_OS_IS_DIRECTORY);
    ck_assert_int_eq(os->open(user, path("d"), create, &f), TENON_OS_IS_DIRECTORY);
    unsigned dir = TENON_OPEN_READ | TENON_OPEN_DIRECTORY | TENON_OPEN_FOLLOW;
    ck_assert_int_eq(os->open(user, path("a.txt"), dir, &f), TENON_OS_NOT_DIRECTORY);
    ck_assert_int_eq(os->open(user, path("d"), dir | TENON_OPEN_CREATE, &f),
                     TENON_OS_INVALID);
    ck_assert_int_eq(os->open(user, path("a.txt"),
                              TENON_OPEN_READ | TENON_OPEN_WRITE | TENON_OPEN_TRUNCATE,
                              &f),
                     TENON_OS_OK);
    size_t n;
    char text[16] = "";
    ck_assert_int_eq(os->read_at(user, f, text, 8, 0, &n), TENON_OS_OK);
    ck_assert_uint_eq(n, 0);
    ck_assert_int_eq(os->write_at(user, f, "world", 5, 6, &n), TENON_OS_OK);
    ck_assert_int_eq(os->write_at(user, f, "hello ", 6, 0, &n), TENON_OS_OK);
    ck_assert_int_eq(os->append(user, f, "!", 1, &n), TENON_OS_OK);
    ck_assert_int_eq(os->append(user, f, "?", 1, &n), TENON_OS_OK);
    ck_assert_int_eq(os->read_at(user, f, text, 15, 0, &n), TENON_OS_OK);
    ck_assert_str_eq(text, "hello world!?");
    ck_assert_int_eq(os->read_at(user, f, text, 15, UINT64_MAX, &n), TENON_OS_INVALID);
    ck_assert_int_eq(os->set_size(user, f, 5), TENON_OS_OK);
    ck_assert_int_eq(os->set_size(user, f, UINT64_MAX), TENON_OS_FILE_TOO_LARGE);
    ck_assert_int_eq(os->sync(user, f, true), TENON_OS_OK);
    ck_assert_int_eq(os->sync(user, f, false), TENON_OS_OK);
    ck_assert_int_eq(os->advise(user, f, 0, 5, TENON_ADVICE_WILL_NEED), TENON_OS_OK);
    ck_assert_int_eq(os->advise(user, f, UINT64_MAX, 5, TENON_ADVICE_NORMAL),
                     TENON_OS_OK); /* no byte is there */
    ck_assert_int_eq(os->advise(user, f, INT64_MAX, INT64_MAX, TENON_ADVICE_NORMAL),
                     TENON_OS_OK);
    ck_assert_int_eq(os->advise(user, f, 0, UINT64_MAX, TENON_ADVICE_NORMAL),
                     TENON_OS_INVALID);
    tenon_new_time keep = {TENON_TIME_KEEP, {0, 0}};
    tenon_new_time set = {TENON_TIME_SET, {1234567890, 123456789}};
    tenon_new_time bad = {TENON_TIME_SET, {0, 1000000000}};
    ck_assert_int_eq(os->set_times(user, f, set, keep), TENON_OS_OK);
    ck_assert_int_eq(os->set_times(user, f, keep, set), TENON_OS_OK);
    ck_assert_int_eq(os->set_times(user, f, bad, keep), TENON_OS_INVALID);
    tenon_file_stat st;
    ck_assert_int_eq(os->stat(user, f, &st), TENON_OS_OK);
    ck_assert_int_eq(st.modified.seconds, 1234567890);
    ck_assert_uint_eq(st.accessed.nanoseconds, 123456789);
    ck_assert_uint_eq(st.size_bytes, 5);
    os->close(user, f);
    set.time.seconds = 99;
    ck_assert_int_eq(os->set_times_path(user, path("filelink"), false, set, set),
                     TENON_OS_OK);
    ck_assert_int_eq(os->stat_path(user, path("a.txt"), true, &st), TENON_OS_OK);
    ck_assert_int_eq(st.modified.seconds, 1234567890);
    ck_assert_int_eq(os->set_times_path(user, path("filelink"), true, set, set),
                     TENON_OS_OK);
    ck_assert_int_eq(os->stat_path(user, path("a.txt"), true, &st), TENON_OS_OK);
    ck_assert_int_eq(st.modified.seconds, 99);
}
END_TEST

START_TEST(reading_directories) {
    tenon_dir *a, *b;
    unsigned seen = 0;
    char name[TENON_NAME_BYTES];
    size_t len;
    tenon_file_type type;
    tenon_file d;
    ck_assert_int_eq(
        os->open(user, path("d"), TENON_OPEN_READ | TENON_OPEN_DIRECTORY, &d),
        TENON_OS_OK);
    ck_assert_int_eq(os->dir_open(user, d, &a), TENON_OS_OK);
    for (;;) {
        ck_assert_int_eq(os->dir_next(user, a, name, &len, &type), TENON_OS_OK);
        if (len == 0) {
            break;
        }
        seen++;
        ck_assert(memcmp(name, "..", len < 2 ? len : 2) != 0);
        ck_assert_int_eq(type,
                         len == 1 ? TENON_FILE_DIRECTORY : TENON_FILE_SYMBOLIC_LINK);
    }
    ck_assert_uint_eq(seen, 5);
    ck_assert_int_eq(os->dir_open(user, d, &b), TENON_OS_OK);
    os->close(user, d);
    ck_assert_int_eq(os->dir_next(user, b, name, &len, &type), TENON_OS_OK);
    ck_assert_uint_gt(len, 0);
    os->dir_close(user, a);
    os->dir_close(user, b);
    tenon_file f;
    ck_assert_int_eq(os->open(user, path("a.txt"), TENON_OPEN_READ, &f), TENON_OS_OK);
    ck_assert_int_eq(os->dir_open(user, f, &a), TENON_OS_NOT_DIRECTORY);
    os->close(user, f);
}
END_TEST

START_TEST(streams_and_waiting) {
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    char buf[5000];
    size_t n;
    tenon_wait w[40] = {{ends[0], TENON_WAIT_READ, false},
                        {ends[1], TENON_WAIT_WRITE, false}};
    ck_assert_int_eq(os->read(user, ends[0], buf, 10, &n), TENON_OS_WOULD_BLOCK);
    uint64_t start = platform->monotonic_ns(user);
    ck_assert_int_eq(os->wait(user, w, 1, start + 30000000), TENON_OS_OK);
    ck_assert(!w[0].ready);
    ck_assert_uint_ge(platform->monotonic_ns(user) - start, 30000000);
    ck_assert_int_eq(os->wait(user, w, 2, TENON_NO_DEADLINE), TENON_OS_OK);
    ck_assert(!w[0].ready && w[1].ready);
    ck_assert_int_eq(os->write(user, ends[1], "abc", 3, &n), TENON_OS_OK);
    ck_assert_int_eq(os->wait(user, w, 40, 0), TENON_OS_OK);
    ck_assert(w[0].ready && w[1].ready && !w[2].ready);
    ck_assert_int_eq(os->read(user, ends[0], buf, 10, &n), TENON_OS_OK);
    ck_assert_uint_eq(n, 3);
    memset(buf, 0, sizeof buf);
    size_t total = 0;
    tenon_os_error r;
    while ((r = os->write(user, ends[1], buf, sizeof buf, &n)) == TENON_OS_OK) {
        ck_assert_uint_gt(n, 0);
        total += n;
    }
    ck_assert_int_eq(r, TENON_OS_WOULD_BLOCK);
    ck_assert_uint_ge(total, 4096);
    close(ends[0]);
    ck_assert_int_eq(os->write(user, ends[1], buf, 10, &n),
                     TENON_OS_PIPE); /* no SIGPIPE */
    close(ends[1]);
    ck_assert_int_eq(pipe(ends), 0);
    close(ends[1]);
    ck_assert_int_eq(os->read(user, ends[0], buf, 10, &n), TENON_OS_OK);
    ck_assert_uint_eq(n, 0);
    close(ends[0]);
    tenon_file f;
    ck_assert_int_eq(os->standard(user, 2, &f), TENON_OS_OK);
    ck_assert(os->is_terminal(user, f) == (isatty(2) != 0));
}
END_TEST

/* Files that are waited for again and again, on systems that have something for that. */
START_TEST(watches) {
    int ends[2], others[2];
    tenon_watch *w;
    tenon_wait ready[4];
    size_t n = 9;
    if (os->watch_new == NULL) {
        ck_assert(os->watch_delete == NULL && os->watch_set == NULL &&
                  os->watch_wait == NULL);
        return;
    }
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(pipe(others), 0);
    ck_assert_int_eq(os->watch_new(user, &w), TENON_OS_OK);
    ck_assert_int_eq(os->watch_wait(user, w, ready, 4, &n, 0), TENON_OS_OK);
    ck_assert_uint_eq(n, 0);
    ck_assert_int_eq(os->watch_set(user, w, ends[0], TENON_WAIT_READ), TENON_OS_OK);
    const uint64_t start = platform->monotonic_ns(user);
    ck_assert_int_eq(os->watch_wait(user, w, ready, 4, &n, start + 30500000),
                     TENON_OS_OK);
    ck_assert_uint_eq(n, 0);
    ck_assert_uint_ge(platform->monotonic_ns(user), start + 30500000);
    /* Ready, told once, and told again when it is set again. */
    ck_assert_int_eq(write(ends[1], "x", 1), 1);
    ck_assert_int_eq(os->watch_wait(user, w, ready, 4, &n, TENON_NO_DEADLINE),
                     TENON_OS_OK);
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(ready[0].file, ends[0]);
    ck_assert(ready[0].ready && ready[0].events == TENON_WAIT_READ);
    ck_assert_int_eq(os->watch_wait(user, w, ready, 4, &n, 0), TENON_OS_OK);
    ck_assert_uint_eq(n, 0);
    ck_assert_int_eq(os->watch_set(user, w, ends[0], TENON_WAIT_READ), TENON_OS_OK);
    ck_assert_int_eq(os->watch_set(user, w, others[1], TENON_WAIT_WRITE), TENON_OS_OK);
    ck_assert_int_eq(os->watch_wait(user, w, ready, 1, &n, 0), TENON_OS_OK);
    ck_assert_uint_eq(n, 1); /* no more than there is room for: the other one comes */
    const tenon_file first = ready[0].file;
    ck_assert_int_eq(os->watch_wait(user, w, ready, 4, &n, 0), TENON_OS_OK);
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(first + ready[0].file, ends[0] + others[1]);
    /* No longer watched; never was; closed, and another file of the same number. */
    ck_assert_int_eq(os->watch_set(user, w, ends[0], TENON_WAIT_READ), TENON_OS_OK);
    ck_assert_int_eq(os->watch_set(user, w, ends[0], 0), TENON_OS_OK);
    ck_assert_int_eq(os->watch_set(user, w, others[0], 0), TENON_OS_OK);
    ck_assert_int_eq(os->watch_wait(user, w, ready, 4, &n, 0), TENON_OS_OK);
    ck_assert_uint_eq(n, 0);
    ck_assert_int_eq(os->watch_set(user, w, others[1], TENON_WAIT_WRITE), TENON_OS_OK);
    close(others[1]);
    ck_assert_int_eq(os->watch_wait(user, w, ready, 4, &n, 0), TENON_OS_OK);
    ck_assert_uint_eq(n, 0);
    ck_assert_int_eq(dup2(ends[1], others[1]), others[1]);
    ck_assert_int_eq(os->watch_set(user, w, others[1], TENON_WAIT_WRITE), TENON_OS_OK);
    ck_assert_int_eq(os->watch_wait(user, w, ready, 4, &n, 0), TENON_OS_OK);
    ck_assert_uint_eq(n, 1);
    /* The end of the other side counts as ready. */
    ck_assert_int_eq(os->watch_set(user, w, ends[1], TENON_WAIT_WRITE), TENON_OS_OK);
    ck_assert_int_eq(os->watch_wait(user, w, ready, 4, &n, 0), TENON_OS_OK);
    ck_assert_int_eq(os->watch_set(user, w, others[0], TENON_WAIT_READ), TENON_OS_OK);
    close(ends[0]);
    ck_assert_int_eq(os->watch_set(user, w, ends[1], TENON_WAIT_READ), TENON_OS_OK);
    ck_assert_int_eq(os->watch_wait(user, w, ready, 4, &n, TENON_NO_DEADLINE),
                     TENON_OS_OK);
    ck_assert(n >= 1 && ready[0].ready);
    /* A regular file is always ready. */
    FILE *regular = tmpfile();
    ck_assert_ptr_nonnull(regular);
    ck_assert_int_eq(os->watch_set(user, w, fileno(regular), TENON_WAIT_READ),
                     TENON_OS_ALREADY);
    fclose(regular);
    ck_assert_int_eq(os->watch_set(user, w, 12345, TENON_WAIT_READ),
                     TENON_OS_BAD_DESCRIPTOR);
    os->watch_delete(user, w);
    os->watch_delete(user, NULL);
    close(ends[1]);
    close(others[0]);
    close(others[1]);
}
END_TEST

/* -- without files -- */

START_TEST(linear_memory) {
    platform = tenon_platform_posix();
    user = platform->user;
    size_t reserved;
    size_t bytes = 65536;
    uint8_t *base = platform->memory_new(user, bytes, UINT32_MAX, &reserved);
    ck_assert_ptr_nonnull(base);
    ck_assert_uint_ge(reserved, bytes);
    for (int i = 0; i < 200; i++) {
        base[bytes - 1] = 1;
        uint8_t *grown =
            platform->memory_grow(user, base, bytes, bytes + 65536, &reserved);
        ck_assert_ptr_nonnull(grown);
        base = grown;
        ck_assert_uint_eq(base[bytes - 1], 1);
        ck_assert_uint_eq(base[bytes], 0);
        ck_assert_uint_eq(base[bytes + 65535], 0);
        bytes += 65536;
    }
    platform->memory_delete(user, base, bytes, reserved);
    /* Small, odd, and beyond what was reserved. */
    bytes = 1;
    base = platform->memory_new(user, bytes, bytes, &reserved);
    base[0] = 42;
    for (int i = 0; i < 100; i++) {
        size_t more = bytes + 1 + bytes / 3 + (size_t)i * 1000;
        base = platform->memory_grow(user, base, bytes, more, &reserved);
        ck_assert_ptr_nonnull(base);
        ck_assert_uint_eq(base[0], 42);
        ck_assert_uint_eq(base[more - 1], 0);
        base[bytes - 1] = 42;
        bytes = more;
        if (bytes > 100000000) {
            break;
        }
    }
    ck_assert_ptr_null(platform->memory_grow(user, base, bytes, SIZE_MAX - 5, &reserved));
    ck_assert_ptr_null(
        platform->memory_grow(user, base, bytes, SIZE_MAX - SIZE_MAX / 8, &reserved));
    ck_assert_uint_eq(base[0], 42);
    platform->memory_delete(user, base, bytes, reserved);
    base = platform->memory_new(user, 0, 0, &reserved);
    ck_assert_ptr_nonnull(base);
    platform->memory_delete(user, base, 0, reserved);
    ck_assert_ptr_null(platform->memory_new(user, SIZE_MAX - 3, SIZE_MAX, &reserved));
}
END_TEST

START_TEST(clocks_random_locks) {
    platform = tenon_platform_default();
    uint64_t a = platform->monotonic_ns(platform->user);
    uint64_t b = platform->monotonic_ns(platform->user);
    ck_assert_uint_le(a, b);
    tenon_time t = platform->realtime(platform->user);
    ck_assert(t.seconds > 1600000000 && t.nanoseconds < 1000000000);
    uint8_t x[1000] = {0}, y[1000] = {0};
    ck_assert(platform->random(platform->user, x, sizeof x));
    ck_assert(platform->random(platform->user, y, sizeof y));
    ck_assert(memcmp(x, y, sizeof x) != 0);
    ck_assert(platform->random(platform->user, x, 0));
    void *lock = platform->lock_new(platform->user);
    platform->lock_acquire(lock);
    platform->lock_release(lock);
    platform->lock_delete(lock);
    void *p = platform->allocator.resize(NULL, NULL, 0, 10);
    p = platform->allocator.resize(NULL, p, 10, 100);
    ck_assert_ptr_nonnull(p);
    ck_assert_ptr_null(platform->allocator.resize(NULL, p, 100, 0));
}
END_TEST

static TCase *files_case(const char *name, SFun set_up) {
    TCase *t = tcase_create(name);
    tcase_set_timeout(t, 30);
    tcase_add_checked_fixture(t, set_up, tear_down);
    tcase_add_loop_test(t, where_paths_lead, 0,
                        (int)(sizeof open_cases / sizeof open_cases[0]));
    tcase_add_test(t, nothing_outside_is_changed);
    tcase_add_test(t, odd_paths);
    tcase_add_test(t, entries);
    tcase_add_test(t, opening);
    tcase_add_test(t, reading_directories);
    tcase_add_test(t, streams_and_waiting);
    tcase_add_test(t, watches);
    return t;
}

int main(void) {
    Suite *s = suite_create("platform");
    suite_add_tcase(s, files_case("kernel", set_up_kernel));
    suite_add_tcase(s, files_case("walk", set_up_walk));
    TCase *t = tcase_create("hooks");
    tcase_add_test(t, linear_memory);
    tcase_add_test(t, clocks_random_locks);
    suite_add_tcase(s, t);
    return run_suite_here(s);
}
