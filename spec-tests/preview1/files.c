/* files.c: open files: reading, writing, offsets, flags, attributes, numbers. Descriptor
 * 3 is an empty directory. */
#include "p1.h"

static char buf[4096];
static u64 x;
static u32 n, fd, other;

static void contents(void) {
    iovec v = {buf, sizeof buf};
    SHOWN(fd_pread(fd, &v, 1, 0, &n), n);
    for (u32 i = 0; i < n; i++) {
        buf[i] = buf[i] == 0 ? '.' : buf[i];
    }
    puts_("  \"");
    put(buf, n);
    puts_("\"\n");
}

static void reading_and_writing(void) {
    SHOWN(open_(3, "f", O_CREAT, R_ALL, 0, &fd), fd);
    show_fdstat(fd);
    show_filestat(fd);
    SHOWN(write_text(fd, "hello", &n), n);
    SHOWN(fd_tell(fd, &x), x);
    SHOWN(read_text(fd, buf, 10, &n), n);
    SHOWN(fd_seek(fd, 1, SEEK_SET, &x), x);
    SHOWN(read_text(fd, buf, 3, &n), n);
    put(buf, n);
    puts_("\n");
    SHOWN(write_text(fd, "OXX", &n), n);
    contents();
    iovec v = {"zz", 2};
    SHOWN(fd_pwrite(fd, &v, 1, 10, &n), n);
    SHOWN(fd_tell(fd, &x), x);
    contents();
    v.buf = buf;
    SHOWN(fd_pread(fd, &v, 1, 3, &n), n);
    SHOWN(fd_pread(fd, &v, 1, 1000, &n), n);
    SHOWN(fd_pread(fd, &v, 1, (u64)-1, &n), n);
    SHOWN(fd_pwrite(fd, &v, 1, (u64)-1, &n), n);
    SHOWN(fd_write(fd, &v, 0, &n), n);
    SHOWN(fd_read(fd, &v, 0, &n), n);
}

static void seeking(void) {
    SHOWN(fd_seek(fd, 5, SEEK_SET, &x), x);
    SHOWN(fd_seek(fd, -2, SEEK_CUR, &x), x);
    SHOWN(fd_seek(fd, -10, SEEK_CUR, &x), x);
    SHOWN(fd_seek(fd, -1, SEEK_SET, &x), x);
    SHOWN(fd_tell(fd, &x), x);
    SHOWN(fd_seek(fd, 0, SEEK_END, &x), x);
    SHOWN(fd_seek(fd, -3, SEEK_END, &x), x);
    SHOWN(fd_seek(fd, 100, SEEK_END, &x), x);
    SHOWN(read_text(fd, buf, 10, &n), n);
    SHOWN(fd_seek(fd, 0x7fffffffffffffffll, SEEK_SET, &x), x);
    SHOWN(fd_seek(1, 0, SEEK_CUR, &x), x);
    SHOWN(fd_seek(3, 0, SEEK_SET, &x), x);
    SHOWN(fd_seek(99, 0, SEEK_SET, &x), x);
    SHOWN(fd_tell(1, &x), x);
    SHOWN(fd_tell(3, &x), x);
    SHOWN(fd_tell(99, &x), x);
}

static void access_modes(void) {
    SHOWN(open_(3, "f", 0, R_FD_READ, 0, &other), other);
    SHOWN(read_text(other, buf, 1, &n), n);
    SHOWN(write_text(other, "x", &n), n);
    SHOW(fd_close(other));
    SHOWN(open_(3, "f", 0, R_FD_WRITE, 0, &other), other);
    SHOWN(read_text(other, buf, 1, &n), n);
    SHOWN(write_text(other, "h", &n), n);
    SHOW(fd_close(other));
    SHOWN(open_(3, "f", 0, 0, 0, &other), other);
    SHOWN(read_text(other, buf, 1, &n), n);
    SHOWN(write_text(other, "x", &n), n);
    SHOW(fd_close(other));
    SHOWN(read_text(1, buf, 1, &n), n);
    SHOWN(write_text(0, "a", &n), n);
    SHOWN(read_text(3, buf, 1, &n), n);
    SHOWN(write_text(3, "a", &n), n);
    SHOWN(read_text(99, buf, 1, &n), n);
    SHOWN(write_text(99, "a", &n), n);
}

static void appending(void) {
    SHOW(open_(3, "log", O_CREAT, R_ALL, F_APPEND, &fd));
    show_fdstat(fd);
    SHOWN(write_text(fd, "one", &n), n);
    SHOWN(fd_tell(fd, &x), x);
    SHOWN(fd_seek(fd, 1, SEEK_SET, &x), x);
    SHOWN(write_text(fd, "TWO", &n), n);
    SHOWN(fd_tell(fd, &x), x);
    iovec v = {"!", 1};
    SHOWN(fd_pwrite(fd, &v, 1, 0, &n), n);
    contents();
    SHOW(fd_fdstat_set_flags(fd, 0));
    show_fdstat(fd);
    SHOWN(fd_seek(fd, 0, SEEK_SET, &x), x);
    SHOWN(write_text(fd, "ONE", &n), n);
    contents();
    SHOW(fd_fdstat_set_flags(fd, F_APPEND | F_NONBLOCK));
    show_fdstat(fd);
    SHOW(fd_fdstat_set_flags(fd, F_SYNC));
    SHOW(fd_fdstat_set_flags(fd, F_DSYNC));
    SHOW(fd_fdstat_set_flags(fd, F_RSYNC));
    SHOW(fd_fdstat_set_flags(3, F_NONBLOCK));
    SHOW(fd_fdstat_set_flags(99, 0));
}

static void attributes(void) {
    SHOW(fd_filestat_set_size(fd, 10));
    show_filestat(fd);
    SHOW(fd_filestat_set_size(fd, 2));
    show_filestat(fd);
    contents();
    SHOW(fd_filestat_set_size(fd, (u64)-1));
    SHOW(fd_filestat_set_size(3, 1));
    SHOW(fd_filestat_set_size(1, 1));
    SHOW(fd_filestat_set_size(99, 1));
    SHOW(fd_filestat_set_times(fd, 1000000001ull, 2000000002ull, ATIM | MTIM));
    fd_filestat_get(fd, &filestat_);
    say("atim", (i64)filestat_.atim);
    say("mtim", (i64)filestat_.mtim);
    SHOW(fd_filestat_set_times(fd, 5, 6, MTIM));
    SHOW(fd_filestat_set_times(fd, 5, 6, 0));
    fd_filestat_get(fd, &filestat_);
    say("atim", (i64)filestat_.atim);
    say("mtim", (i64)filestat_.mtim);
    SHOW(fd_filestat_set_times(fd, 0, 0, ATIM_NOW | MTIM_NOW));
    fd_filestat_get(fd, &filestat_);
    clock_time_get(REALTIME, 0, &x);
    say("set to now", x - filestat_.mtim < 60000000000ull || filestat_.mtim > x);
    SHOW(fd_filestat_set_times(fd, 0, 0, ATIM | ATIM_NOW));
    SHOW(fd_filestat_set_times(fd, 0, 0, MTIM | MTIM_NOW));
    SHOW(fd_filestat_set_times(1, 0, 0, MTIM_NOW));
    SHOW(fd_filestat_set_times(3, 0, 0, MTIM_NOW));
    SHOW(fd_filestat_set_times(99, 0, 0, MTIM_NOW));
    show_filestat(3);
    show_filestat(99);
    show_fdstat(3);
    show_fdstat(99);
    filestat a;
    fd_filestat_get(fd, &a);
    path_filestat_get(3, 0, P("log"), &filestat_);
    say("same inode", a.ino == filestat_.ino && a.dev == filestat_.dev && a.ino != 0);
    path_filestat_get(3, 0, P("f"), &filestat_);
    say("other inode", a.ino != filestat_.ino);
    for (u32 advice = 0; advice < 6; advice++) {
        SHOW(fd_advise(fd, 0, 10, advice));
    }
    SHOW(fd_advise(1, 0, 0, 0));
    SHOW(fd_advise(3, 0, 0, 0));
    SHOW(fd_advise(99, 0, 0, 0));
    SHOW(fd_datasync(fd));
    SHOW(fd_datasync(1));
    SHOW(fd_datasync(99));
    SHOW(fd_sync(fd));
    SHOW(fd_sync(1));
    SHOW(fd_sync(99));
}

static void numbers(void) {
    SHOW(fd_prestat_get(3, buf));
    say("tag", buf[0]);
    say("length", *(u32 *)(void *)(buf + 4));
    SHOW(fd_prestat_get(fd, buf));
    SHOW(fd_prestat_get(0, buf));
    SHOW(fd_prestat_get(99, buf));
    SHOW(fd_prestat_dir_name(3, buf, 100));
    put(buf, 2);
    puts_("\n");
    SHOW(fd_prestat_dir_name(3, buf, 1));
    SHOW(fd_prestat_dir_name(fd, buf, 10));
    SHOW(fd_prestat_dir_name(1, buf, 10));
    SHOW(fd_prestat_dir_name(99, buf, 10));
    SHOW(fd_renumber(fd, 99));
    SHOW(fd_renumber(99, fd));
    SHOW(fd_renumber(fd, fd));
    open_(3, "g", O_CREAT, R_ALL, 0, &other);
    SHOWN(write_text(other, "gg", &n), n);
    SHOW(fd_renumber(other, fd));
    show_fdstat(other);
    SHOWN(fd_tell(fd, &x), x);
    contents();
    SHOW(fd_close(fd));
    SHOW(fd_close(fd));
    SHOW(fd_close(99));
    open_(3, "x", O_CREAT, R_ALL, 0, &fd);
    SHOW(fd_close(3));
    SHOW(fd_prestat_get(3, buf));
    SHOWN(open_(3, "y", O_CREAT, R_ALL, 0, &other), other);
    SHOWN(write_text(fd, "still open", &n), n);
}

void _start(void) {
    reading_and_writing();
    seeking();
    access_modes();
    SHOW(fd_close(fd));
    appending();
    attributes();
    numbers();
    proc_exit(7);
}
