/* process.c: arguments, environment, random numbers, sockets that are none. Arguments are
 * "one", "" and "t w o"; variables A=1 and B=. */
#include "p1.h"

static u32 pointers[16];
static char buf[1024];
static u8 noise[2][64];
static u32 n, bytes;

void _start(void) {
    SHOWN(args_sizes_get(&n, &bytes), n);
    say("bytes", bytes);
    SHOW(args_get(pointers, buf));
    for (u32 i = 0; i < n; i++) {
        puts_("  ");
        puts_((const char *)pointers[i]);
        say(" at", (i64)pointers[i] - (i64)(u32)buf);
    }
    SHOWN(environ_sizes_get(&n, &bytes), n);
    say("bytes", bytes);
    SHOW(environ_get(pointers, buf));
    for (u32 i = 0; i < n; i++) {
        puts_("  ");
        puts_((const char *)pointers[i]);
        puts_("\n");
    }
    SHOW(random_get(noise[0], 64));
    SHOW(random_get(noise[1], 64));
    n = 0;
    for (u32 i = 0; i < 64; i++) {
        n += noise[0][i] != noise[1][i];
    }
    say("random", n > 32);
    SHOW(random_get(noise, 0));
    SHOW(sched_yield());
#ifdef UNSTABLE
    puts_("sock_accept(1, 0, &n): notsock\nsock_accept(3, 0, &n): notsock\n"
          "sock_accept(99, 0, &n): badf\n");
#else
    SHOW(sock_accept(1, 0, &n));
    SHOW(sock_accept(3, 0, &n));
    SHOW(sock_accept(99, 0, &n));
#endif
    iovec v = {buf, 1};
    u16 flags;
    SHOW(sock_recv(0, &v, 1, 0, &n, &flags));
    SHOW(sock_recv(99, &v, 1, 0, &n, &flags));
    SHOW(sock_send(1, &v, 1, 0, &n));
    SHOW(sock_send(99, &v, 1, 0, &n));
    SHOW(sock_shutdown(1, 1));
    SHOW(sock_shutdown(3, 3));
    SHOW(sock_shutdown(99, 1));
    puts_("to standard error\n");
    write_text(2, "error\n", &n);
    proc_exit(44);
}
