/* near.c: how unlike two names are, to find the one that may be meant. */
#include "wit/near.h"

#include "wit/wit_model.h"

enum { MOST_NAME = 60 };

/* How many letters must be put in, taken out or exchanged to make one of the other; names
 * that are longer than messages like are unlike all others. */
static size_t distance(tni_str a, tni_str b) {
    size_t row[MOST_NAME + 1];
    if (a.len > MOST_NAME || b.len > MOST_NAME) {
        return SIZE_MAX;
    }
    for (size_t j = 0; j <= b.len; j++) {
        row[j] = j;
    }
    for (size_t i = 0; i < a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i + 1;
        for (size_t j = 0; j < b.len; j++) {
            size_t exchanged = diagonal + (a.ptr[i] != b.ptr[j]);
            size_t shorter = row[j] < row[j + 1] ? row[j] : row[j + 1];
            diagonal = row[j + 1];
            row[j + 1] = exchanged <= shorter ? exchanged : shorter + 1;
        }
    }
    return row[b.len];
}

/* "api" of "demo:shop/api@1.0.0"; a plain name as it is. */
static tni_str last_part(tni_str id) {
    id = tni_wit_unversioned(id);
    for (size_t i = id.len; i > 0; i--) {
        if (id.ptr[i - 1] == '/') {
            return (tni_str){id.ptr + i, id.len - i};
        }
    }
    return id;
}

/* How unlike two names are; SIZE_MAX when one is hardly meant by the other, for more than
 * a third of the letters differ. */
size_t tni_unlike(tni_str name, tni_str like) {
    size_t d = distance(like, name);
    return d <= (like.len + 1) / 3 ? d : SIZE_MAX;
}

/* An interface of the same name in another package, or one whose name and package are
 * nearly the same, may be meant. */
size_t tni_unlike_ids(tni_str id, tni_str like) {
    tni_str a = last_part(id), b = last_part(like);
    tni_str p = {id.ptr, (size_t)(a.ptr - id.ptr)};
    tni_str q = {like.ptr, (size_t)(b.ptr - like.ptr)};
    size_t names = tni_unlike(a, b), packages = tni_unlike(p, q);
    if (names == SIZE_MAX || (names > 0 && packages == SIZE_MAX)) {
        return SIZE_MAX;
    }
    return packages == SIZE_MAX ? MOST_NAME : names + packages;
}

size_t tni_unlike_funcs(tni_str name, tni_str like) {
    return tni_unlike(tni_wit_split_func(name).path, tni_wit_split_func(like).path);
}

void tni_near_offer(tni_near *n, tni_str name, size_t distance) {
    u32 at = n->count;
    for (u32 i = 0; i < n->count; i++) {
        if (tni_str_eq(n->names[i], name)) {
            return;
        }
    }
    while (at > 0 && n->distances[at - 1] > distance) {
        at--;
    }
    if (distance == SIZE_MAX || at == TNI_NEAR_MOST) {
        return;
    }
    n->count += n->count < TNI_NEAR_MOST;
    for (u32 i = n->count - 1; i > at; i--) {
        n->names[i] = n->names[i - 1];
        n->distances[i] = n->distances[i - 1];
    }
    n->names[at] = name;
    n->distances[at] = distance;
}
