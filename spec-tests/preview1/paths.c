/* paths.c: what is done by path: opening, links, names, and what leads outside.
 * Descriptor 3 is an empty directory. */
#include "p1.h"

static char buf[4096];
static u32 n, fd;

/* Opens, says how that went, and closes. */
static void try_open(const char *path, u32 oflags, u64 rights, u32 flags) {
    i32 e = path_open(3, flags, P(path), oflags, rights, R_ALL, 0, &fd);
    puts_("open \"");
    puts_(path);
    puts_("\" ");
    puts_((oflags & O_CREAT) != 0 ? "C" : "-");
    puts_((oflags & O_DIRECTORY) != 0 ? "D" : "-");
    puts_((oflags & O_EXCL) != 0 ? "X" : "-");
    puts_((oflags & O_TRUNC) != 0 ? "T" : "-");
    puts_((rights & R_FD_READ) != 0 ? " r" : " -");
    puts_((rights & R_FD_WRITE) != 0 ? "w" : "-");
    puts_(flags != 0 ? "f: " : "-: ");
    puts_(name_of(e));
    if (e == 0) {
        fd_fdstat_get(fd, &fdstat_);
        puts_(" type ");
        putn(fdstat_.type);
        fd_close(fd);
    }
    puts_("\n");
}

static void directories(void) {
    SHOW(path_create_directory(3, P("a")));
    SHOW(path_create_directory(3, P("a")));
    SHOW(path_create_directory(3, P("a/b/")));
    SHOW(path_create_directory(3, P("x/y")));
    SHOW(path_create_directory(3, P("")));
    SHOW(path_create_directory(3, P("../z")));
    SHOW(path_create_directory(3, P("/z")));
    SHOW(path_create_directory(3, P("\xff")));
    SHOW(path_create_directory(3, "a\0b", 3));
    SHOW(path_create_directory(1, P("q")));
    SHOW(path_create_directory(99, P("q")));
}

static void opening(void) {
    const u64 rw = R_FD_READ | R_FD_WRITE;
    try_open("a", 0, R_FD_READ, FOLLOW);
    try_open("a", O_DIRECTORY, R_FD_READ, FOLLOW);
    try_open("a", 0, rw, FOLLOW);
    try_open("a", O_DIRECTORY, rw, FOLLOW);
    try_open("a", O_CREAT, R_FD_READ, FOLLOW);
    try_open("a", O_CREAT | O_DIRECTORY, R_FD_READ, FOLLOW);
    try_open("f", 0, R_FD_READ, FOLLOW);
    try_open("f", O_CREAT | O_EXCL, rw, FOLLOW);
    try_open("f", O_CREAT | O_EXCL, rw, FOLLOW);
    try_open("f", O_CREAT, rw, FOLLOW);
    try_open("f", O_EXCL, rw, FOLLOW);
    try_open("f", O_DIRECTORY, R_FD_READ, FOLLOW);
    try_open("f/", 0, R_FD_READ, FOLLOW);
    try_open("f/x", 0, R_FD_READ, FOLLOW);
    try_open("g/", O_CREAT, rw, FOLLOW);
    try_open("f", O_DIRECTORY | O_TRUNC, rw, FOLLOW);
    try_open("a/", 0, R_FD_READ, FOLLOW);
    try_open(".", 0, R_FD_READ, FOLLOW);
    try_open("a/..", 0, R_FD_READ, FOLLOW);
    try_open("a/../f", 0, R_FD_READ, FOLLOW);
    try_open("./a/./b/../../f", 0, R_FD_READ, FOLLOW);
    try_open("..", 0, R_FD_READ, FOLLOW);
    try_open("a/../..", 0, R_FD_READ, FOLLOW);
    try_open("../d/f", 0, R_FD_READ, FOLLOW);
    try_open("/f", 0, R_FD_READ, FOLLOW);
    try_open("", 0, R_FD_READ, FOLLOW);
    SHOWN(open_(1, "f", 0, R_FD_READ, 0, &fd), fd);
    SHOWN(open_(99, "f", 0, R_FD_READ, 0, &fd), fd);
    open_(3, "f", 0, rw, 0, &fd);
    u32 inner;
    SHOWN(open_(fd, "f", 0, R_FD_READ, 0, &inner), inner);
    SHOWN(write_text(fd, "contents", &n), n);
    fd_close(fd);
    show_path(3, 0, "f");
    try_open("f", O_TRUNC, rw, FOLLOW);
    show_path(3, 0, "f");
}

static void symbolic_links(void) {
    SHOW(path_symlink(P("f"), 3, P("l")));
    SHOW(path_symlink(P("f"), 3, P("l")));
    SHOW(path_symlink(P("/abs"), 3, P("l2")));
    SHOW(path_symlink(P(""), 3, P("l2")));
    SHOW(path_symlink(P("nowhere"), 3, P("dangling")));
    SHOW(path_symlink(P("loop"), 3, P("loop")));
    SHOW(path_symlink(P("../up"), 3, P("up")));
    SHOW(path_symlink(P("a"), 3, P("la")));
    SHOW(path_symlink(P("a"), 3, P("tr/")));
    SHOW(path_symlink(P("a"), 1, P("tr")));
    SHOW(path_symlink(P("a"), 99, P("tr")));
    show_path(3, 0, "l");
    show_path(3, FOLLOW, "l");
    show_path(3, 0, "dangling");
    show_path(3, FOLLOW, "dangling");
    show_path(3, FOLLOW, "loop");
    show_path(3, FOLLOW, "up");
    show_path(3, 0, "la");
    show_path(3, 0, "la/");
    show_path(3, 0, "la/b");
    show_path(3, 0, "a/");
    show_path(3, 0, "f/");
    show_path(3, 0, "");
    show_path(3, 0, ".");
    show_path(1, 0, "f");
    show_path(99, 0, "f");
    try_open("l", 0, R_FD_READ, FOLLOW);
    try_open("l", 0, R_FD_READ, 0);
    try_open("la", 0, R_FD_READ, 0);
    try_open("la", O_DIRECTORY, R_FD_READ, 0);
    try_open("la", O_DIRECTORY, R_FD_READ, FOLLOW);
    try_open("loop", 0, R_FD_READ, FOLLOW);
    try_open("dangling", 0, R_FD_READ, FOLLOW);
    try_open("dangling", O_CREAT, R_FD_WRITE, 0);
    try_open("dangling", O_CREAT | O_EXCL, R_FD_WRITE, FOLLOW);
    try_open("up", 0, R_FD_READ, FOLLOW);
    try_open("up", O_CREAT, R_FD_WRITE, FOLLOW);
    SHOWN(path_readlink(3, P("l"), buf, 100, &n), n);
    SHOWN(path_readlink(3, P("dangling"), buf, 3, &n), n);
    put(buf, n);
    puts_("\n");
    SHOWN(path_readlink(3, P("l"), buf, 0, &n), n);
    SHOWN(path_readlink(3, P("f"), buf, 9, &n), n);
    SHOWN(path_readlink(3, P("none"), buf, 9, &n), n);
    SHOWN(path_readlink(1, P("l"), buf, 9, &n), n);
    SHOWN(path_readlink(99, P("l"), buf, 9, &n), n);
}

static void hard_links(void) {
    SHOW(path_link(3, 0, P("f"), 3, P("hf")));
    show_path(3, 0, "f");
    SHOW(path_link(3, 0, P("f"), 3, P("hf")));
    SHOW(path_link(3, 0, P("a"), 3, P("ha")));
    SHOW(path_link(3, 0, P("none"), 3, P("ha")));
    SHOW(path_link(3, 0, P("l"), 3, P("hl")));
    show_path(3, 0, "hl");
    SHOW(path_link(3, 0, P("f"), 3, P("ht/")));
    SHOW(path_link(3, 0, P("f"), 3, P("../h")));
    SHOW(path_link(1, 0, P("f"), 3, P("h3")));
    SHOW(path_link(3, 0, P("f"), 99, P("h3")));
}

static void times(void) {
    SHOW(
        path_filestat_set_times(3, 0, P("f"), 5000000001ull, 6000000002ull, ATIM | MTIM));
    path_filestat_get(3, 0, P("f"), &filestat_);
    say("atim", (i64)filestat_.atim);
    say("mtim", (i64)filestat_.mtim);
    SHOW(path_filestat_set_times(3, 0, P("l"), 1, 2, ATIM | MTIM));
    path_filestat_get(3, 0, P("l"), &filestat_);
    say("mtim of the link", (i64)filestat_.mtim);
    path_filestat_get(3, FOLLOW, P("l"), &filestat_);
    say("mtim behind it", (i64)filestat_.mtim);
    SHOW(path_filestat_set_times(3, FOLLOW, P("l"), 3, 4, ATIM | MTIM));
    path_filestat_get(3, FOLLOW, P("l"), &filestat_);
    say("mtim behind it", (i64)filestat_.mtim);
    SHOW(path_filestat_set_times(3, 0, P("none"), 1, 2, ATIM | MTIM));
    SHOW(path_filestat_set_times(3, 0, P("f"), 1, 2, MTIM | MTIM_NOW));
    SHOW(path_filestat_set_times(1, 0, P("f"), 1, 2, MTIM));
    SHOW(path_filestat_set_times(99, 0, P("f"), 1, 2, MTIM));
}

static void renaming_and_removing(void) {
    SHOW(path_rename(3, P("hf"), 3, P("hg")));
    SHOW(path_rename(3, P("none"), 3, P("hg")));
    SHOW(path_rename(3, P("a"), 3, P("hg")));
    SHOW(path_rename(3, P("hg"), 3, P("a")));
    SHOW(path_rename(3, P("hg"), 3, P("../a")));
    SHOW(path_rename(3, P("a"), 3, P("a/c")));
    SHOW(path_rename(3, P("hg"), 3, P("hh/")));
    SHOW(path_rename(3, P("a/"), 3, P("aa/")));
    SHOW(path_rename(3, P("aa"), 3, P("a")));
    SHOW(path_rename(1, P("aa"), 3, P("a")));
    SHOW(path_rename(3, P("aa"), 99, P("a")));
    SHOW(path_unlink_file(3, P("hg")));
    SHOW(path_unlink_file(3, P("hg")));
    SHOW(path_unlink_file(3, P("a")));
    SHOW(path_unlink_file(3, P("a/")));
    SHOW(path_unlink_file(3, P("f/")));
    SHOW(path_unlink_file(3, P("la")));
    SHOW(path_unlink_file(3, P("../x")));
    SHOW(path_unlink_file(1, P("x")));
    SHOW(path_unlink_file(99, P("x")));
    show_path(3, 0, "a/b");
    SHOW(path_remove_directory(3, P("a")));
    SHOW(path_remove_directory(3, P("f")));
    SHOW(path_remove_directory(3, P("none")));
    SHOW(path_remove_directory(3, P(".")));
    SHOW(path_remove_directory(3, P("..")));
    SHOW(path_remove_directory(3, P("a/b")));
    SHOW(path_remove_directory(3, P("a")));
    SHOW(path_remove_directory(1, P("a")));
    SHOW(path_remove_directory(99, P("a")));
    show_path(3, 0, "a");
}

void _start(void) {
    directories();
    opening();
    symbolic_links();
    hard_links();
    times();
    renaming_and_removing();
}
