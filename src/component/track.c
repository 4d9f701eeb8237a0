/* track.c: names with versions, and which of them stand for each other: WIT.md on
 * semantic versions; Explainer.md, "Import and Export Definitions". */
#include "component/linker.h"

typedef struct version {
    u64 part[3];
    bool has;        /* there is one, and it can be compared */
    bool prerelease; /* which is on no track */
} version;

static bool parse_number(const char **p, const char *end, u64 *out) {
    const char *start = *p;
    *out = 0;
    while (*p < end && **p >= '0' && **p <= '9') {
        if (*out > UINT64_MAX / 10 - 1) {
            return false;
        }
        *out = *out * 10 + (u64)(**p - '0');
        (*p)++;
    }
    return *p > start;
}

/* Splits "a:b/c@1.2.3-rc+x" into the name and its version. */
static tni_str split_version(tni_str name, version *v) {
    *v = (version){{0, 0, 0}, false, false};
    const char *at = name.len == 0 ? NULL : memchr(name.ptr, '@', name.len);
    if (at == NULL) {
        return name;
    }
    const char *p = at + 1, *end = name.ptr + name.len;
    v->has = true;
    for (int i = 0; i < 3; i++) {
        if ((i > 0 && (p == end || *p++ != '.')) || !parse_number(&p, end, &v->part[i])) {
            v->has = false;
            break;
        }
    }
    v->prerelease = p < end && *p == '-';
    return (tni_str){name.ptr, (size_t)(at - name.ptr)};
}

static bool same_track(const version *a, const version *b) {
    if (!a->has || !b->has || a->prerelease || b->prerelease ||
        a->part[0] != b->part[0]) {
        return false;
    }
    return a->part[0] != 0 || (a->part[1] == b->part[1] && a->part[1] != 0);
}

static bool is_newer(const version *a, const version *b) {
    for (int i = 0; i < 3; i++) {
        if (a->part[i] != b->part[i]) {
            return a->part[i] > b->part[i];
        }
    }
    return false;
}

bool tni_same_track(tni_str a, tni_str b, bool *newer) {
    version va, vb;
    tni_str na = split_version(a, &va), nb = split_version(b, &vb);
    *newer = is_newer(&vb, &va);
    return tni_str_eq(na, nb) && same_track(&va, &vb);
}

tni_str tni_unversioned(tni_str name) {
    version v;
    return split_version(name, &v);
}
