/* ours.c: where runtimes differ and we go by the specification: rights that are given up,
 * space, vectored I/O, synchronized files, signals, errors of single events, flags and
 * enums that are none. Descriptor 3 is an empty directory. */
#include "p1.h"

static char buf[256];
static u64 x;
static u32 n, fd, other;
static subscription in[2];
static event out[2];

static void rights(u32 f) {
    fd_fdstat_get(f, &fdstat_);
    puts_("rights ");
    puthex(fdstat_.base);
    puts_(" ");
    puthex(fdstat_.inheriting);
    puts_("\n");
}

static void giving_up_rights(void) {
    open_(3, "f", O_CREAT, R_ALL, 0, &fd);
    rights(0);
    rights(1);
    rights(3);
    rights(fd);
    SHOW(fd_fdstat_set_rights(fd, R_ALL, 0));
    SHOW(fd_fdstat_set_rights(99, 0, 0));
    SHOW(fd_fdstat_set_rights(fd, R_FD_WRITE, 0));
    rights(fd);
    SHOWN(write_text(fd, "hello", &n), n);
    SHOWN(read_text(fd, buf, 1, &n), n);
    SHOWN(fd_seek(fd, 0, SEEK_SET, &x), x);
    SHOWN(fd_tell(fd, &x), x);
    SHOW(fd_advise(fd, 0, 0, 0));
    SHOW(fd_allocate(fd, 0, 10));
    SHOW(fd_datasync(fd));
    SHOW(fd_sync(fd));
    SHOW(fd_fdstat_set_flags(fd, F_APPEND));
    SHOW(fd_filestat_get(fd, &filestat_));
    SHOW(fd_filestat_set_size(fd, 1));
    SHOW(fd_filestat_set_times(fd, 0, 0, MTIM_NOW));
    SHOW(fd_fdstat_set_rights(fd, R_FD_WRITE | R_FD_READ, 0));
    SHOW(fd_close(fd));
    /* A directory for reading alone, and nothing below it may be written. */
    path_create_directory(3, P("sub"));
    open_(3, "sub", O_DIRECTORY, R_FD_READ, 0, &fd);
    SHOW(fd_fdstat_set_rights(fd, 0x2000 | R_READDIR, R_FD_READ | R_FD_SEEK));
    SHOW(path_create_directory(fd, P("a")));
    SHOW(path_remove_directory(fd, P("a")));
    SHOW(path_unlink_file(fd, P("a")));
    SHOW(path_symlink(P("a"), fd, P("b")));
    SHOW(path_readlink(fd, P("a"), buf, 9, &n));
    SHOW(path_rename(fd, P("a"), 3, P("b")));
    SHOW(path_rename(3, P("f"), fd, P("b")));
    SHOW(path_link(fd, 0, P("a"), 3, P("b")));
    SHOW(path_link(3, 0, P("f"), fd, P("b")));
    SHOW(path_filestat_get(fd, 0, P("a"), &filestat_));
    SHOW(path_filestat_set_times(fd, 0, P("a"), 0, 0, MTIM_NOW));
    SHOWN(fd_readdir(fd, buf, 256, 0, &n), n);
    SHOW(open_(fd, "a", O_CREAT, R_FD_READ, 0, &other));
    SHOW(open_(fd, "a", O_TRUNC, R_FD_READ, 0, &other));
    SHOW(open_(fd, "a", 0, R_FD_WRITE, 0, &other));
    SHOW(open_(fd, "a", 0, R_FD_READ, 0, &other));
    open_(3, "sub/a", O_CREAT, R_ALL, 0, &other);
    fd_close(other);
    SHOW(open_(fd, "a", 0, R_FD_READ, 0, &other));
    rights(other);
    fd_close(other);
    fd_close(fd);
}

static void space_and_vectors(void) {
    open_(3, "g", O_CREAT, R_ALL, F_SYNC, &fd);
    show_fdstat(fd);
    fd_close(fd);
    open_(3, "g", 0, R_ALL, F_DSYNC | F_RSYNC | F_NONBLOCK | F_APPEND, &fd);
    show_fdstat(fd);
    SHOW(fd_fdstat_set_flags(fd, F_DSYNC | F_RSYNC));
    show_fdstat(fd);
    SHOW(fd_allocate(fd, 10, 90));
    show_filestat(fd);
    SHOW(fd_allocate(fd, 0, 50));
    show_filestat(fd);
    SHOW(fd_allocate(fd, 0, 0));
    SHOW(fd_allocate(fd, 0x7fffffffffffffff, 2));
    SHOW(fd_allocate(1, 0, 1));
    SHOW(fd_allocate(3, 0, 1));
    SHOW(fd_allocate(99, 0, 1));
    const iovec w[4] = {{"ab", 2}, {0, 0}, {"cde", 3}, {"f", 1}};
    SHOWN(fd_write(fd, w, 4, &n), n);
    const iovec r[3] = {{buf, 1}, {buf + 10, 3}, {buf + 20, 100}};
    fd_filestat_set_size(fd, 6);
    SHOWN(fd_pread(fd, r, 3, 0, &n), n);
    put(buf, 1);
    put(buf + 10, 3);
    put(buf + 20, 2);
    puts_("\n");
    SHOWN(fd_pwrite(fd, w, 4, 1, &n), n);
    show_filestat(fd);
    /* Buffers of no bytes may be anywhere. */
    void *nowhere = (void *)0xfffffff0u;
    const iovec empty[3] = {{nowhere, 0}, {buf, 2}, {nowhere, 0}};
    SHOWN(fd_pread(fd, empty, 3, 0, &n), n);
    SHOWN(fd_write(fd, empty, 1, &n), n);
    SHOW(random_get(nowhere, 0));
    SHOWN(fd_readdir(3, nowhere, 0, 0, &n), n);
    SHOW(fd_advise(fd, (u64)-1, 1, 0));
    SHOW(fd_advise(fd, 0, (u64)-1, 0));
    SHOW(fd_sync(3));
    SHOW(fd_datasync(3));
    SHOW(path_link(3, FOLLOW, P("g"), 3, P("hard")));
    show_path(3, 0, "g");
}

static void single_errors(void) {
    in[0].userdata = 1;
    in[0].type = 1;
    in[0].u.fd = 99;
    in[1].userdata = 2;
    in[1].type = 0;
    in[1].u.clock.id = PROCESS_CPU;
    SHOWN(poll_oneoff(in, out, 2, &n), n);
    for (u32 i = 0; i < 2; i++) {
        say(name_of(out[i].error), (i64)out[i].userdata);
    }
    in[0].u.fd = fd;
    fd_seek(fd, 2, SEEK_SET, &x);
    SHOWN(poll_oneoff(in, out, 1, &n), out[0].nbytes);
    in[0].u.fd = 3;
    SHOWN(poll_oneoff(in, out, 1, &n), out[0].error);
    in[0].u.fd = 1; /* output cannot be read */
    SHOWN(poll_oneoff(in, out, 1, &n), out[0].error);
    in[0].type = 3;
    SHOW(poll_oneoff(in, out, 1, &n));
}

static void no_such_flags(void) {
    SHOW(clock_res_get(PROCESS_CPU, &x));
    SHOW(clock_time_get(THREAD_CPU, 0, &x));
    SHOW(clock_time_get(4, 0, &x));
    SHOW(fd_advise(fd, 0, 0, 6));
    SHOW(fd_fdstat_set_flags(fd, 0x100));
    SHOW(fd_filestat_set_times(fd, 0, 0, 0x10));
    SHOW(fd_seek(fd, 0, 3, &x));
    SHOW(fd_seek(fd, 0x7fffffffffffffffll, SEEK_END, &x));
    SHOW(path_filestat_get(3, 2, P("f"), &filestat_));
    SHOW(path_filestat_set_times(3, 2, P("f"), 0, 0, 0));
    SHOW(path_link(3, 2, P("f"), 3, P("h")));
    SHOW(path_open(3, 2, P("f"), 0, 0, 0, 0, &other));
    SHOW(path_open(3, 0, P("f"), 0x10, 0, 0, 0, &other));
    SHOW(path_open(3, 0, P("f"), 0, 0, 0, 0x20, &other));
    SHOW(fd_fdstat_set_flags(0, F_NONBLOCK));
}

void _start(void) {
    giving_up_rights();
    space_and_vectors();
    single_errors();
    no_such_flags();
    SHOW(proc_raise(0));
    SHOW(proc_raise(13)); /* pipe: ignored */
    SHOW(proc_raise(18)); /* stop: cannot */
    SHOW(proc_raise(31));
    proc_raise(6); /* abrt */
    puts_("not reached\n");
}
