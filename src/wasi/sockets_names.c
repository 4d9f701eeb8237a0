/* sockets_names.c: wasi:sockets/ip-name-lookup: names and addresses as text to addresses.
 *
 * The platform looks names up in a thread of its own, which nothing can stop: a look-up
 * that the guest drops is kept until it has ended, and their number is bounded. */
#include "base/unicode.h"
#include "wasi/gen/wasi_sockets_ip_name_lookup.h"
#include "wasi/sockets.h"

enum {
    NAME_BYTES = 254, /* RFC 1035: at most 253, and a dot at the end */
    LABEL_BYTES = 63,
    MOST_LOOKUPS = 32, /* at once in a context */
};

/* A resolve-address-stream. */
typedef struct tni_lookup {
    tenon_wasi *wasi;
    u32 references;
    tenon_lookup *lookup; /* of the platform, or NULL: has ended, or never was */
    tenon_file event;
    bool has_address; /* of the text itself; given out once */
    tenon_address address;
    tni_net_code failure;    /* how it ended */
    struct tni_lookup *next; /* in the context's list, while lookup is not NULL */
} tni_lookup;

/* -- names -- */

/* A name in ASCII as it is looked up, with the 0 that ends it. */
typedef struct ascii_name {
    char text[NAME_BYTES + 1];
    size_t len;
} ascii_name;

static bool put_char(ascii_name *n, char c) {
    if (n->len == NAME_BYTES) {
        return false;
    }
    n->text[n->len++] = c;
    n->text[n->len] = 0;
    return true;
}

/* RFC 3492, 6.1 */
static u32 adapt(u32 delta, u32 count, bool first) {
    u32 k = 0;
    delta = first ? delta / 700 : delta / 2;
    delta += delta / count;
    while (delta > 455) {
        delta /= 35;
        k += 36;
    }
    return k + 36 * delta / (delta + 38);
}

/* RFC 3492, 6.3: one delta as a variable-length integer. */
static bool put_delta(ascii_name *out, u32 delta, u32 bias) {
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    u32 q = delta;
    for (u32 k = 36;; k += 36) {
        u32 t = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
        if (q < t) {
            return put_char(out, digits[q]);
        }
        if (!put_char(out, digits[t + (q - t) % (36 - t)])) {
            return false;
        }
        q = (q - t) / (36 - t);
    }
}

/* RFC 3492, 6.3: a label as Punycode. No overflow: labels are at most LABEL_BYTES long.
 */
static bool put_punycode(ascii_name *out, const u32 *points, size_t count) {
    u32 n = 128, delta = 0, bias = 72;
    u32 basic = 0;
    for (const char *p = "xn--"; *p != 0; p++) {
        put_char(out, *p); /* no room is found out below */
    }
    for (size_t i = 0; i < count; i++) {
        if (points[i] < 128) {
            basic++;
            if (!put_char(out, (char)points[i])) {
                return false;
            }
        }
    }
    if (basic > 0 && !put_char(out, '-')) {
        return false;
    }
    for (u32 done = basic; done < count; delta++, n++) {
        u32 least = UINT32_MAX;
        for (size_t i = 0; i < count; i++) {
            least = points[i] >= n && points[i] < least ? points[i] : least;
        }
        delta += (least - n) * (done + 1);
        n = least;
        for (size_t i = 0; i < count; i++) {
            delta += points[i] < n;
            if (points[i] == n) {
                if (!put_delta(out, delta, bias)) {
                    return false;
                }
                bias = adapt(delta, done + 1, done == basic);
                delta = 0;
                done++;
            }
        }
    }
    return true;
}

/* Letters, digits, hyphens inside, and underscores, which services have. */
static bool is_label_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static bool is_label(const char *text, size_t len) {
    if (len == 0 || len > LABEL_BYTES || text[0] == '-' || text[len - 1] == '-') {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        if (!is_label_char(text[i])) {
            return false;
        }
    }
    return true;
}

static bool put_label(ascii_name *out, const u32 *points, size_t count) {
    size_t start = out->len;
    bool ascii = true, ok = true;
    for (size_t i = 0; i < count; i++) {
        ascii = ascii && points[i] < 128;
    }
    if (!ascii) {
        ok = put_punycode(out, points, count);
    }
    for (size_t i = 0; ascii && ok && i < count; i++) {
        ok = put_char(out, (char)points[i]);
    }
    return ok && is_label(out->text + start, out->len - start);
}

static bool is_dot(u32 c) {
    return c == '.' || c == 0x3002 || c == 0xff0e || c == 0xff61; /* RFC 3490, 3.1 */
}

/* A number at the end would be taken for an address in one of its old notations. */
static bool ends_in_number(const ascii_name *n) {
    size_t end = n->len - (n->text[n->len - 1] == '.');
    size_t start = end;
    while (start > 0 && n->text[start - 1] != '.') {
        start--;
    }
    bool hex = end - start >= 2 && n->text[start] == '0' && n->text[start + 1] == 'x';
    for (size_t i = start + (hex ? 2 : 0); i < end; i++) {
        char c = n->text[i];
        if (!(c >= '0' && c <= '9') && !(hex && c >= 'a' && c <= 'f')) {
            return false;
        }
    }
    return true;
}

/* Letters of ASCII in lower case; others are taken as they are. */
static bool to_ascii(tni_str name, ascii_name *out) {
    u32 points[LABEL_BYTES + 1];
    size_t count = 0;
    out->len = 0;
    out->text[0] = 0;
    const u8 *at = (const u8 *)name.ptr, *end = at + name.len;
    while (at < end) {
        u32 c;
        size_t n = tni_utf8_decode(at, end, &c);
        if (n == 0) {
            return false;
        }
        at += n;
        if (is_dot(c)) {
            if (!put_label(out, points, count) || !put_char(out, '.')) {
                return false;
            }
            count = 0;
        } else if (count > LABEL_BYTES) {
            return false;
        } else {
            points[count++] = c >= 'A' && c <= 'Z' ? c + 32 : c;
        }
    }
    if (count > 0 && !put_label(out, points, count)) {
        return false;
    }
    size_t most =
        out->len > 0 && out->text[out->len - 1] == '.' ? NAME_BYTES : NAME_BYTES - 1;
    return out->len > 0 && out->len <= most && !ends_in_number(out);
}

/* -- look-ups -- */

/* Ends the platform's part. */
static void close_lookup(tni_lookup *l) {
    tenon_wasi *w = l->wasi;
    tni_lookup **at = &w->network.lookups;
    while (*at != l) {
        at = &(*at)->next;
    }
    *at = l->next;
    w->net->lookup_close(w->platform->user, l->lookup);
    l->lookup = NULL;
}

static void keep(void *object) {
    ((tni_lookup *)object)->references++;
}

static bool is_under_way(const tni_lookup *l) {
    const tenon_wasi *w = l->wasi;
    tenon_wait item = {l->event, TENON_WAIT_READ, false};
    return w->os->wait(w->platform->user, &item, 1, 0) != TENON_OS_OK || !item.ready;
}

static void release(void *object) {
    tni_lookup *l = object;
    tenon_wasi *w = l->wasi;
    if (--l->references > 0 || (l->lookup != NULL && is_under_way(l))) {
        return; /* to be counted until it has ended */
    }
    if (l->lookup != NULL) {
        close_lookup(l);
    }
    TNI_FREE(&w->heap, l);
}

/* Ends those that nobody asks about: all of them, or those that have ended. Returns how
 * many are left. */
static size_t reap(tenon_wasi *w, bool all) {
    size_t left = 0;
    tni_lookup *next;
    for (tni_lookup *l = w->network.lookups; l != NULL; l = next) {
        next = l->next;
        if (l->references == 0 && (all || !is_under_way(l))) {
            close_lookup(l);
            TNI_FREE(&w->heap, l);
        } else {
            left++;
        }
    }
    return left;
}

void tni_lookups_abandon(tenon_wasi *w) {
    reap(w, true);
}

/* Never IPv4 in the form of IPv6. */
static void unmap(tenon_address *a) {
    if (tni_address_is_mapped(a)) {
        memmove(a->bytes, a->bytes + 12, 4);
        memset(a->bytes + 4, 0, 12);
        a->family = TENON_IPV4;
        a->scope_id = 0;
    }
}

static tni_net_code start(tenon_wasi *w, tni_str name, tni_lookup *l) {
    ascii_name ascii;
    if (!w->network.allow_names) {
        return TNI_NET(ACCESS_DENIED);
    }
    if (tni_address_parse(name, &l->address)) {
        unmap(&l->address);
        l->has_address = true;
        return TNI_NET_OK;
    }
    if (!to_ascii(name, &ascii)) {
        return TNI_NET(INVALID_ARGUMENT);
    }
    if (w->net == NULL || w->net->lookup_start == NULL || w->os == NULL ||
        w->os->wait == NULL) {
        return TNI_NET(NOT_SUPPORTED);
    }
    if (reap(w, false) >= MOST_LOOKUPS) {
        return TNI_NET(TEMPORARY_RESOLVER_FAILURE);
    }
    tenon_os_error r =
        w->net->lookup_start(w->platform->user, ascii.text, &l->lookup, &l->event);
    if (r == TENON_OS_OK) {
        l->next = w->network.lookups;
        w->network.lookups = l;
    }
    return tni_net_code_of(r);
}

tenon_status wasi_sockets_ip_name_lookup_resolve_addresses(
    tenon_call *call, void *user, wasi_sockets_ip_name_lookup_borrow_network_t network,
    const tenon_string *name,
    wasi_sockets_ip_name_lookup_result_own_resolve_address_stream_error_code_t *result) {
    tenon_wasi *w = user;
    (void)network; /* there is one */
    tni_lookup *l = TNI_NEW(&w->heap, tni_lookup);
    if (l == NULL) {
        return tenon_call_no_memory(call);
    }
    *l = (tni_lookup){.wasi = w, .references = 1, .failure = TNI_NET_OK};
    tenon_status status = TENON_OK;
    if (tni_net_ok(start(w, (tni_str){name->ptr, name->len}, l), &result->is_err,
                   &result->val.err)) {
        status = tenon_resource_new(
            call, WASI_SOCKETS_IP_NAME_LOOKUP_RESOURCE_RESOLVE_ADDRESS_STREAM, l,
            &result->val.ok.handle);
        if (status == TENON_OK) {
            return TENON_OK;
        }
    }
    release(l);
    return status;
}

void wasi_sockets_ip_name_lookup_resolve_address_stream_destructor(void *user,
                                                                   void *rep) {
    (void)user;
    release(rep);
}

/* The next address; *end after the last. */
static tni_net_code next_address(tni_lookup *l, tenon_address *out, bool *end) {
    tenon_wasi *w = l->wasi;
    *end = false;
    if (l->has_address) {
        l->has_address = false;
        *out = l->address;
        return TNI_NET_OK;
    }
    if (l->lookup == NULL) {
        *end = true;
        return l->failure;
    }
    tni_net_code code =
        tni_net_code_of(w->net->lookup_next(w->platform->user, l->lookup, out, end));
    if (*end || (code != TNI_NET_OK && code != TNI_NET(WOULD_BLOCK))) {
        l->failure = code;
        close_lookup(l);
    }
    return code;
}

tenon_status
wasi_sockets_ip_name_lookup_method_resolve_address_stream_resolve_next_address(
    tenon_call *call, void *user,
    wasi_sockets_ip_name_lookup_borrow_resolve_address_stream_t self,
    wasi_sockets_ip_name_lookup_result_option_ip_address_error_code_t *result) {
    tni_lookup *l = tenon_resource_rep(call, self.handle);
    tenon_address a;
    bool end;
    (void)user;
    if (!tni_net_ok(next_address(l, &a, &end), &result->is_err, &result->val.err)) {
        return TENON_OK;
    }
    result->val.ok.is_some = !end;
    if (!end) {
        unmap(&a);
        tni_ip_put(&a, &result->val.ok.val);
    }
    return TENON_OK;
}

static bool prepare(void *object, tenon_wait *item) {
    const tni_lookup *l = object;
    if (l->lookup == NULL) {
        return true;
    }
    item->file = l->event;
    item->events = TENON_WAIT_READ;
    return false;
}

static const tni_source lookup_source = {prepare, keep, release, NULL};

tenon_status wasi_sockets_ip_name_lookup_method_resolve_address_stream_subscribe(
    tenon_call *call, void *user,
    wasi_sockets_ip_name_lookup_borrow_resolve_address_stream_t self,
    wasi_sockets_ip_name_lookup_own_pollable_t *result) {
    return tni_pollable_new_source(
        user, call, WASI_SOCKETS_IP_NAME_LOOKUP_RESOURCE_POLLABLE, &lookup_source,
        tenon_resource_rep(call, self.handle), &result->handle);
}
