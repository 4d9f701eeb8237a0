/* sandbox.h: a folder that nothing is to lead out of, and one beside it, for tests of the
 * POSIX platform by either way of resolving paths. */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <check.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tenon/platform.h"

static const tenon_platform *platform;
static const tenon_os *os;
static void *user;
static char top[64]; /* holds sandbox/ and outside/ */
static tenon_file root;

static char *in_top(const char *name) {
    static _Thread_local char paths[4][PATH_MAX];
    static _Thread_local int next;
    char *p = paths[next++ % 4];
    snprintf(p, PATH_MAX, "%s/%s", top, name);
    return p;
}

static void put_file(const char *name, const char *text) {
    int fd = open(in_top(name), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static void put_link(const char *name, const char *target) {
    ck_assert_int_eq(symlink(target, in_top(name)), 0);
}

static void put_dir(const char *name) {
    ck_assert_int_eq(mkdir(in_top(name), 0755), 0);
}

static bool exists(const char *name) {
    struct stat st;
    return lstat(in_top(name), &st) == 0;
}

static tenon_path path(const char *text) {
    return (tenon_path){root, text, strlen(text)};
}

static void make_tree(void) {
    strcpy(top, "/tmp/tenon-platform-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(top));
    put_dir("sandbox");
    put_dir("outside");
    put_dir("outside/dir");
    put_file("outside/secret", "secret");
    put_file("outside/dir/secret", "secret");
    put_dir("sandbox/d");
    put_dir("sandbox/d/e");
    put_file("sandbox/a.txt", "inside");
    put_file("sandbox/d/e/f", "deep");
    put_link("sandbox/abs", in_top("outside/secret"));
    put_link("sandbox/abs-inside", in_top("sandbox/a.txt"));
    put_link("sandbox/abs-dir", in_top("outside"));
    put_link("sandbox/rel", "../outside/secret");
    put_link("sandbox/rel-dir", "../outside");
    put_link("sandbox/up", "..");
    put_link("sandbox/d/up2", "../..");
    put_link("sandbox/d/back", "..");
    put_link("sandbox/chain1", "chain2");
    put_link("sandbox/chain2", "d/chain3");
    put_link("sandbox/d/chain3", "../chain4");
    put_link("sandbox/chain4", "../outside/secret");
    put_link("sandbox/good1", "d/good2");
    put_link("sandbox/d/good2", "e/../back/a.txt");
    put_link("sandbox/dangling", "d/new");
    put_link("sandbox/dangling-out", "../outside/new");
    put_link("sandbox/dangling-abs", in_top("outside/new"));
    put_link("sandbox/loop", "loop");
    put_link("sandbox/loop-a", "loop-b");
    put_link("sandbox/loop-b", "loop-a");
    put_link("sandbox/dirlink", "d");
    put_link("sandbox/dirlink-slash", "d/");
    put_link("sandbox/filelink", "a.txt");
    put_link("sandbox/root", "/");
    put_link("sandbox/self", ".");
    put_link("sandbox/down-up", "d/../../sandbox/a.txt");
    ck_assert_int_eq(os->open_root(user, in_top("sandbox"), &root), TENON_OS_OK);
}

static void set_up_with(const tenon_platform *p) {
    platform = p;
    os = p->os;
    user = p->user;
    make_tree();
}

static void set_up_kernel(void) {
    set_up_with(tenon_platform_posix());
}

static void set_up_walk(void) {
    set_up_with(tenon_platform_posix_walk());
}

static void tear_down(void) {
    char command[100];
    os->close(user, root);
    snprintf(command, sizeof command, "rm -rf '%s'", top);
    ck_assert_int_eq(system(command), 0);
}

#endif
