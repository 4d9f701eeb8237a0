/* random.c: wasi:random: what comes is as long as was asked, and not the same twice. */
#include "guest.h"

static bool differ(const uint8_t *a, const uint8_t *b, size_t len) {
    size_t same = 0;
    for (size_t i = 0; i < len; i++) {
        same += a[i] == b[i];
    }
    return same < len / 2;
}

/* Whether a run of bytes has each bit about half the time: 5 standard deviations. */
static bool is_even(const uint8_t *p, size_t len) {
    size_t ones = 0;
    for (size_t i = 0; i < len; i++) {
        ones += (size_t)__builtin_popcount(p[i]);
    }
    const long off = (long)ones - (long)len * 4;
    return off * off <= 25 * (long)len * 2;
}

bool exports_wasi_cli_run_run(void) {
    wasi_random_random_list_u8_t a, b;
    wasi_random_insecure_list_u8_t c, d;
    wasi_random_random_get_random_bytes(4096, &a);
    wasi_random_random_get_random_bytes(4096, &b);
    value("random bytes", a.len);
    truth("others the second time", differ(a.ptr, b.ptr, 4096));
    truth("as many ones as zeros", is_even(a.ptr, 4096));
    wasi_random_random_list_u8_free(&a);
    wasi_random_random_get_random_bytes(0, &a);
    value("none", a.len);
    truth("another number",
          wasi_random_random_get_random_u64() != wasi_random_random_get_random_u64());
    wasi_random_insecure_get_insecure_random_bytes(4096, &c);
    wasi_random_insecure_get_insecure_random_bytes(4096, &d);
    value("insecure bytes", c.len);
    truth("others the second time", differ(c.ptr, d.ptr, 4096));
    truth("another number", wasi_random_insecure_get_insecure_random_u64() !=
                                wasi_random_insecure_get_insecure_random_u64());
    wasi_random_insecure_seed_tuple2_u64_u64_t seed, again;
    wasi_random_insecure_seed_insecure_seed(&seed);
    wasi_random_insecure_seed_insecure_seed(&again);
    truth("a seed", seed.f0 != 0 || seed.f1 != 0);
    truth("the same again", seed.f0 == again.f0 && seed.f1 == again.f1);
    return true;
}
