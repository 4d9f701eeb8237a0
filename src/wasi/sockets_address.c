/* sockets_address.c: addresses of wasi:sockets: between the WIT's types and the
 * platform's, what kind they are, as text, and which of them are granted. */
#include "wasi/sockets.h"

/* -- between the WIT's types and the platform's -- */

static void put_group(u8 *to, u16 group) {
    to[0] = (u8)(group >> 8);
    to[1] = (u8)group;
}

static u16 group_at(const u8 *from) {
    return (u16)(from[0] << 8 | from[1]);
}

void tni_address_get(const wasi_sockets_network_ip_socket_address_t *in,
                     tenon_address *out) {
    memset(out, 0, sizeof *out);
    if (in->tag == WASI_SOCKETS_NETWORK_IP_SOCKET_ADDRESS_IPV4) {
        const wasi_sockets_network_ipv4_address_t *a = &in->val.ipv4.address;
        const u8 bytes[4] = {a->f0, a->f1, a->f2, a->f3};
        out->family = TENON_IPV4;
        out->port = in->val.ipv4.port;
        memcpy(out->bytes, bytes, 4);
        return;
    }
    const wasi_sockets_network_ipv6_address_t *a = &in->val.ipv6.address;
    const u16 groups[8] = {a->f0, a->f1, a->f2, a->f3, a->f4, a->f5, a->f6, a->f7};
    out->family = TENON_IPV6;
    out->port = in->val.ipv6.port;
    out->flow_info = in->val.ipv6.flow_info;
    out->scope_id = in->val.ipv6.scope_id;
    for (int i = 0; i < 8; i++) {
        put_group(out->bytes + 2 * i, groups[i]);
    }
}

static wasi_sockets_network_ipv4_address_t ipv4_of(const u8 *b) {
    return (wasi_sockets_network_ipv4_address_t){b[0], b[1], b[2], b[3]};
}

static wasi_sockets_network_ipv6_address_t ipv6_of(const u8 *b) {
    return (wasi_sockets_network_ipv6_address_t){
        group_at(b),     group_at(b + 2),  group_at(b + 4),  group_at(b + 6),
        group_at(b + 8), group_at(b + 10), group_at(b + 12), group_at(b + 14)};
}

void tni_address_put(const tenon_address *in,
                     wasi_sockets_network_ip_socket_address_t *out) {
    if (in->family == TENON_IPV4) {
        out->tag = WASI_SOCKETS_NETWORK_IP_SOCKET_ADDRESS_IPV4;
        out->val.ipv4.port = in->port;
        out->val.ipv4.address = ipv4_of(in->bytes);
        return;
    }
    out->tag = WASI_SOCKETS_NETWORK_IP_SOCKET_ADDRESS_IPV6;
    out->val.ipv6.port = in->port;
    out->val.ipv6.flow_info = in->flow_info;
    out->val.ipv6.address = ipv6_of(in->bytes);
    out->val.ipv6.scope_id = in->scope_id;
}

void tni_ip_put(const tenon_address *in, wasi_sockets_network_ip_address_t *out) {
    if (in->family == TENON_IPV4) {
        out->tag = WASI_SOCKETS_NETWORK_IP_ADDRESS_IPV4;
        out->val.ipv4 = ipv4_of(in->bytes);
    } else {
        out->tag = WASI_SOCKETS_NETWORK_IP_ADDRESS_IPV6;
        out->val.ipv6 = ipv6_of(in->bytes);
    }
}

/* -- kinds -- */

static size_t bytes_of(const tenon_address *a) {
    return a->family == TENON_IPV4 ? 4 : 16;
}

bool tni_address_is_any(const tenon_address *a) {
    static const u8 zeroes[16];
    return memcmp(a->bytes, zeroes, bytes_of(a)) == 0;
}

bool tni_address_is_unicast(const tenon_address *a) {
    static const u8 ones[4] = {255, 255, 255, 255};
    if (a->family == TENON_IPV6) {
        return a->bytes[0] != 0xff;
    }
    return a->bytes[0] >> 4 != 0xe && memcmp(a->bytes, ones, 4) != 0;
}

/* ::ffff:0:0/96 */
static const u8 mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

bool tni_address_is_mapped(const tenon_address *a) {
    return a->family == TENON_IPV6 &&
           memcmp(a->bytes, mapped_prefix, sizeof mapped_prefix) == 0;
}

bool tni_address_eq(const tenon_address *a, const tenon_address *b) {
    return a->family == b->family && a->port == b->port && a->scope_id == b->scope_id &&
           memcmp(a->bytes, b->bytes, bytes_of(a)) == 0;
}

tni_net_code tni_address_check_remote(const tni_socket *s, const tenon_address *a) {
    bool good = a->family == s->family && a->port != 0 && !tni_address_is_any(a) &&
                !tni_address_is_mapped(a);
    return good ? TNI_NET_OK : TNI_NET(INVALID_ARGUMENT);
}

/* -- text -- */

/* A number of up to max_digits digits below limit, without zeros in front; moves *at. */
static bool parse_number(tni_str text, size_t *at, u32 limit, u32 *out) {
    size_t start = *at;
    u32 n = 0;
    while (*at < text.len && text.ptr[*at] >= '0' && text.ptr[*at] <= '9' && n < limit) {
        n = n * 10 + (u32)(text.ptr[(*at)++] - '0');
    }
    *out = n;
    size_t digits = *at - start;
    return digits > 0 && n < limit && (digits == 1 || text.ptr[start] != '0');
}

/* The rest of the text from *at on as a.b.c.d. */
static bool parse_ipv4(tni_str text, size_t at, u8 out[4]) {
    for (int i = 0; i < 4; i++) {
        u32 n;
        if (i > 0 && (at == text.len || text.ptr[at++] != '.')) {
            return false;
        }
        if (!parse_number(text, &at, 256, &n)) {
            return false;
        }
        out[i] = (u8)n;
    }
    return at == text.len;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* One to four hexadecimal digits. */
static bool parse_group(tni_str text, size_t *at, u16 *out) {
    unsigned n = 0;
    size_t start = *at;
    while (*at < text.len && *at - start < 4 && hex_digit(text.ptr[*at]) >= 0) {
        n = n << 4 | (unsigned)hex_digit(text.ptr[(*at)++]);
    }
    *out = (u16)n;
    return *at > start;
}

/* RFC 4291, 2.2: groups, at most one run of zeros as ::, perhaps a.b.c.d at the end. */
static bool parse_ipv6(tni_str text, u8 out[16]) {
    size_t at = 0, n = 0, gap = SIZE_MAX; /* bytes so far; where :: stands among them */
    memset(out, 0, 16);
    if (text.len >= 2 && text.ptr[0] == ':' && text.ptr[1] == ':') {
        gap = 0;
        at = 2;
    }
    while (at < text.len) {
        if (n + 4 <= 16 && parse_ipv4(text, at, out + n)) {
            n += 4;
            break;
        }
        u16 group;
        if (n == 16 || !parse_group(text, &at, &group)) {
            return false;
        }
        put_group(out + n, group);
        n += 2;
        if (at == text.len) {
            break;
        }
        if (text.ptr[at++] != ':' || at == text.len) {
            return false;
        }
        if (text.ptr[at] == ':') {
            if (gap != SIZE_MAX) {
                return false;
            }
            gap = n;
            at++;
        }
    }
    if (gap == SIZE_MAX || n == 16) {
        return gap == SIZE_MAX && n == 16;
    }
    size_t behind = n - gap;
    memmove(out + 16 - behind, out + gap, behind);
    memset(out + gap, 0, 16 - n);
    return true;
}

bool tni_address_parse(tni_str text, tenon_address *out) {
    memset(out, 0, sizeof *out);
    if (parse_ipv4(text, 0, out->bytes)) {
        out->family = TENON_IPV4;
        return true;
    }
    out->family = TENON_IPV6;
    return parse_ipv6(text, out->bytes);
}

/* -- rules -- */

/* [PORT[-PORT]] after a colon, to the end. */
static bool parse_ports(tni_str text, tni_address_rule *out) {
    size_t at = 0;
    u32 first, last;
    if (!parse_number(text, &at, 65536, &first)) {
        return false;
    }
    last = first;
    if (at < text.len && text.ptr[at] == '-') {
        at++;
        if (!parse_number(text, &at, 65536, &last)) {
            return false;
        }
    }
    out->first_port = (u16)first;
    out->last_port = (u16)last;
    return at == text.len && first <= last;
}

static tni_str cut(tni_str text, size_t from, size_t to) {
    return (tni_str){text.ptr + from, to - from};
}

static size_t find(tni_str text, char c, size_t from) {
    while (from < text.len && text.ptr[from] != c) {
        from++;
    }
    return from;
}

/* ADDRESS[/BITS] */
static bool parse_block(tni_str text, tni_address_rule *out) {
    size_t slash = find(text, '/', 0);
    if (!tni_address_parse(cut(text, 0, slash), &out->address)) {
        return false;
    }
    u32 most = out->address.family == TENON_IPV4 ? 32 : 128, bits = most;
    if (slash < text.len) {
        size_t at = slash + 1;
        if (!parse_number(text, &at, most + 1, &bits) || at != text.len) {
            return false;
        }
    }
    out->prefix_bits = (u8)bits;
    return true;
}

bool tni_rule_parse(tni_str text, tni_address_rule *out) {
    *out = (tni_address_rule){.first_port = 0, .last_port = 65535};
    if (text.len > 0 && text.ptr[0] == '[') {
        size_t end = find(text, ']', 0);
        if (end == text.len) {
            return false;
        }
        bool ports = end + 1 < text.len;
        return parse_block(cut(text, 1, end), out) && out->address.family == TENON_IPV6 &&
               (!ports || (text.ptr[end + 1] == ':' &&
                           parse_ports(cut(text, end + 2, text.len), out)));
    }
    size_t colon = find(text, ':', 0);
    if (colon < text.len && find(text, ':', colon + 1) == text.len) { /* only one */
        return parse_block(cut(text, 0, colon), out) &&
               parse_ports(cut(text, colon + 1, text.len), out);
    }
    return parse_block(text, out);
}

static bool rule_matches(const tni_address_rule *r, const tenon_address *a) {
    size_t whole = r->prefix_bits / 8;
    unsigned rest = r->prefix_bits % 8;
    unsigned mask = 0xff00u >> rest & 0xff;
    return r->address.family == a->family && a->port >= r->first_port &&
           a->port <= r->last_port && memcmp(r->address.bytes, a->bytes, whole) == 0 &&
           (rest == 0 || ((r->address.bytes[whole] ^ a->bytes[whole]) & mask) == 0);
}

bool tni_network_allows(const tenon_wasi *w, const tenon_address *a) {
    for (size_t i = 0; i < w->network.rule_count; i++) {
        if (rule_matches(&w->network.rules[i], a)) {
            return true;
        }
    }
    return w->network.allow_all;
}

bool tni_network_has_rule(const tenon_wasi *w, tenon_ip family) {
    for (size_t i = 0; i < w->network.rule_count; i++) {
        if (w->network.rules[i].address.family == family) {
            return true;
        }
    }
    return false;
}
