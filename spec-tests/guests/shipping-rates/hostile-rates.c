/* hostile-rates: a merchant's plugin that does to its host what it can: what, is chosen
 * by the number of items in the cart. */
#include "merchant.h"

static volatile uint32_t spins;

static uint32_t deeper(uint32_t n) {
    return n == 0 ? 0 : deeper(n + 1) + spins;
}

/* Takes all the memory that it is given, and writes to each page. */
static void hoard(void) {
    for (;;) {
        size_t page = __builtin_wasm_memory_grow(0, 1);
        if (page == (size_t)-1) {
            __builtin_trap();
        }
        *(volatile char *)(page << 16) = 1;
    }
}

bool exports_merchant_quote(merchant_cart_t *cart, merchant_list_rate_t *ret,
                            merchant_refusal_t *err) {
    switch (cart->items.len % 6) {
    case 0:
        for (;;) {
            spins++;
        }
    case 1: ret->len = deeper(1); break;
    case 2: hoard(); break;
    case 3: /* a list that is longer than its memory */
        ret->ptr = NULL;
        ret->len = UINT32_MAX / sizeof *ret->ptr;
        return true;
    case 4: /* a case that there is not */ err->tag = 77; return false;
    default: __builtin_trap();
    }
    return true;
}
