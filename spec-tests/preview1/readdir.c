/* readdir.c: reading directories, with buffers and cookies of all kinds. Descriptor 3 is
 * an empty directory. */
#include "p1.h"

enum { FILES = 120 };

static char buf[8192];
static u8 seen[FILES + 2];
static u32 n, fd;

static void name_of_file(u32 i, char out[5]) {
    out[0] = 'f';
    out[1] = (char)('0' + i / 100);
    out[2] = (char)('0' + i / 10 % 10);
    out[3] = (char)('0' + i % 10);
    out[4] = 0;
}

/* Counts an entry; returns false for a name that was not made. */
static int count(const dirent *d, const char *name) {
    if (d->namlen == 1 && name[0] == '.') {
        seen[FILES]++;
        return d->type == 3;
    }
    if (d->namlen == 2 && name[0] == '.' && name[1] == '.') {
        seen[FILES + 1]++;
        return d->type == 3;
    }
    u32 i = (u32)((name[1] - '0') * 100 + (name[2] - '0') * 10 + name[3] - '0');
    if (d->namlen != 4 || name[0] != 'f' || i >= FILES) {
        return 0;
    }
    seen[i]++;
    return d->type == (i % 3 == 0 ? 3 : i % 3 == 1 ? 4 : 7);
}

/* Reads all of it with a buffer of so many bytes. */
static void read_all(u32 len) {
    u64 cookie = 0;
    u32 entries = 0, bad = 0, calls = 0;
    for (u32 i = 0; i < FILES + 2; i++) {
        seen[i] = 0;
    }
    for (;;) {
        if (fd_readdir(3, buf, len, cookie, &n) != 0 || ++calls > 1000) {
            puts_("failed\n");
            return;
        }
        u32 at = 0;
        while (n - at >= sizeof(dirent)) {
            dirent d;
            __builtin_memcpy(&d, buf + at, sizeof d);
            if (n - at - sizeof d < d.namlen) {
                break;
            }
            bad += !count(&d, buf + at + sizeof d);
            bad += d.ino == 0;
            bad += d.next != cookie + 1;
            cookie = d.next;
            at += (u32)sizeof d + d.namlen;
            entries++;
        }
        if (n < len) {
            break;
        }
    }
    u32 missing = 0;
    for (u32 i = 0; i < FILES + 2; i++) {
        missing += seen[i] != 1;
    }
    puts_("buffer ");
    putn(len);
    say(": entries", entries);
    say("  not once", missing);
    say("  wrong", bad);
}

static void first(const char *what, u32 len, u64 cookie) {
    i32 e = fd_readdir(3, buf, len, cookie, &n);
    puts_(what);
    puts_(": ");
    puts_(name_of(e));
    say(" used", n);
    if (e == 0 && n >= 24) {
        say("  next", (i64) * (u64 *)(void *)buf);
    }
}

void _start(void) {
    first("empty", sizeof buf, 0);
    for (u32 i = 0; i < FILES; i++) {
        char name[5];
        name_of_file(i, name);
        if (i % 3 == 0) {
            path_create_directory(3, P(name));
        } else if (i % 3 == 1) {
            open_(3, name, O_CREAT, R_ALL, 0, &fd);
            fd_close(fd);
        } else {
            path_symlink(P("target"), 3, P(name));
        }
    }
    read_all(sizeof buf);
    read_all(28);
    read_all(60);
    read_all(77);
    read_all(300);
    read_all(1000);
    first("no room", 0, 0);
    first("less than an entry", 10, 0);
    first("head alone", 24, 0);
    first("from 1", 100, 1);
    first("from 5", 100, 5);
    first("from 3, back", 100, 3);
    first("last", 100, FILES + 1);
    first("end", 100, FILES + 2);
    /* What is new is seen from the start. */
    open_(3, "f999", O_CREAT, R_ALL, 0, &fd);
    first("all of it", sizeof buf, 0);
    SHOW(fd_readdir(fd, buf, 100, 0, &n));
    SHOW(fd_readdir(1, buf, 100, 0, &n));
    SHOW(fd_readdir(99, buf, 100, 0, &n));
}
