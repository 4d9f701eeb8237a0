/* random.c: wasi:random: random, insecure, insecure-seed. */
#include "base/map.h"
#include "wasi/gen/wasi_random_insecure.h"
#include "wasi/gen/wasi_random_insecure_seed.h"
#include "wasi/gen/wasi_random_random.h"
#include "wasi/wasi.h"

static tenon_status no_source(tenon_call *call) {
    return tenon_call_fail(call, "the platform has no random numbers");
}

static tenon_status allocate(tenon_call *call, u64 len, u8 **out) {
    *out = len > SIZE_MAX ? NULL : tenon_call_alloc(call, (size_t)len, 1);
    return *out == NULL ? tenon_call_no_memory(call) : TENON_OK;
}

tenon_status wasi_random_random_get_random_bytes(tenon_call *call, void *user,
                                                 uint64_t len,
                                                 wasi_random_random_list_u8_t *result) {
    TNI_TRY(allocate(call, len, &result->ptr));
    result->len = (size_t)len;
    return tni_wasi_random(user, result->ptr, result->len) ? TENON_OK : no_source(call);
}

tenon_status wasi_random_random_get_random_u64(tenon_call *call, void *user,
                                               uint64_t *result) {
    return tni_wasi_random(user, result, sizeof *result) ? TENON_OK : no_source(call);
}

/* xorshift128+, which is what the interface asks for: evenly spread, with a long period.
 */
static u64 next_insecure(tenon_wasi *w) {
    u64 a = w->insecure[0];
    u64 b = w->insecure[1];
    w->insecure[0] = b;
    a ^= a << 23;
    w->insecure[1] = a ^ b ^ (a >> 18) ^ (b >> 5);
    return w->insecure[1] + b;
}

tenon_status
wasi_random_insecure_get_insecure_random_bytes(tenon_call *call, void *user, uint64_t len,
                                               wasi_random_insecure_list_u8_t *result) {
    TNI_TRY(allocate(call, len, &result->ptr));
    result->len = (size_t)len;
    for (size_t i = 0; i < result->len; i += 8) {
        u8 bytes[8];
        tni_store_u64(bytes, next_insecure(user));
        memcpy(result->ptr + i, bytes, result->len - i < 8 ? result->len - i : 8);
    }
    return TENON_OK;
}

tenon_status wasi_random_insecure_get_insecure_random_u64(tenon_call *call, void *user,
                                                          uint64_t *result) {
    (void)call;
    *result = next_insecure(user);
    return TENON_OK;
}

/* As the value import that it is to become: the same however often it is asked for. */
tenon_status wasi_random_insecure_seed_insecure_seed(
    tenon_call *call, void *user, wasi_random_insecure_seed_tuple2_u64_u64_t *result) {
    const tenon_wasi *w = user;
    (void)call;
    result->f0 = tni_siphash(w->secret[0], w->secret[1], "seed 0", 6);
    result->f1 = tni_siphash(w->secret[0], w->secret[1], "seed 1", 6);
    return TENON_OK;
}
