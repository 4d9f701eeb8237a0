/* poll.c: clocks and poll_oneoff. Descriptor 3 is an empty directory, standard input a
 * pipe that gives "abcdef\n" after a while. */
#include "p1.h"

static char buf[64];
static u64 x, y;
static u32 n, fd;
static subscription in[8];
static event out[8];

static void on_clock(int i, u64 userdata, u32 id, u64 timeout, u16 flags) {
    in[i].userdata = userdata;
    in[i].type = 0;
#ifdef UNSTABLE
    in[i].u.clock.identifier = 77;
#endif
    in[i].u.clock.id = id;
    in[i].u.clock.timeout = timeout;
    in[i].u.clock.precision = 0;
    in[i].u.clock.flags = flags;
}

static void on_fd(int i, u64 userdata, u8 type, u32 f) {
    in[i].userdata = userdata;
    in[i].type = type;
    in[i].u.fd = f;
}

static void poll(const char *what, u32 count) {
    i32 e = poll_oneoff(in, out, count, &n);
    puts_(what);
    puts_(": ");
    puts_(name_of(e));
    puts_("\n");
    for (u32 i = 0; e == 0 && i < n; i++) {
        puts_("  ");
        putn((i64)out[i].userdata);
        puts_(" ");
        puts_(name_of(out[i].error));
        say(" type", out[i].type);
    }
}

void _start(void) {
    poll("nothing", 0);
    SHOWN(clock_res_get(REALTIME, &x), x > 0);
    SHOWN(clock_res_get(MONOTONIC, &x), x > 0);
    SHOWN(clock_time_get(REALTIME, 0, &x), x > 1500000000000000000ull);
    SHOWN(clock_time_get(MONOTONIC, 0, &x), x > 0);
    on_clock(0, 5, MONOTONIC, 30000000, 0);
    poll("30 ms", 1);
    clock_time_get(MONOTONIC, 0, &y);
    say("waited", y - x >= 30000000);
    on_clock(0, 5, MONOTONIC, y + 20000000, 1);
    poll("until", 1);
    clock_time_get(MONOTONIC, 0, &x);
    say("waited", x >= y + 20000000);
    on_clock(0, 5, MONOTONIC, 1, 1);
    poll("until long ago", 1);
    clock_time_get(REALTIME, 0, &x);
    on_clock(0, 6, REALTIME, x + 20000000, 1);
    poll("until, real time", 1);
    on_clock(0, 6, REALTIME, 10000000, 0);
    poll("10 ms, real time", 1);
    on_clock(0, 1, MONOTONIC, 10000000000, 0);
    on_clock(1, 2, MONOTONIC, 10000000, 0);
    poll("the shorter one", 2);
    on_clock(0, 1, MONOTONIC, 0, 0);
    on_clock(1, 2, MONOTONIC, 0, 0);
    poll("both", 2);
    open_(3, "f", O_CREAT, R_ALL, 0, &fd);
    on_fd(0, 1, 1, fd);
    poll("read a file", 1);
    on_fd(0, 1, 2, fd);
    poll("write a file", 1);
    on_fd(0, 1, 2, 1);
    poll("write output", 1);
    on_fd(0, 1, 2, 2);
    poll("write errors", 1);
    on_fd(0, 1, 1, 0);
    on_clock(1, 2, MONOTONIC, 10000000, 0);
    poll("input, not yet", 2);
    poll("input", 1);
    SHOWN(read_text(0, buf, 4, &n), n);
    put(buf, n);
    puts_("\n");
    poll("more input", 1);
    SHOWN(read_text(0, buf, 64, &n), n);
    SHOWN(read_text(0, buf, 64, &n), n);
    poll("end of input", 1);
    SHOWN(read_text(0, buf, 64, &n), n);
}
