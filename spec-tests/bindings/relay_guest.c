/* relay_guest.c: the guest of relay.wit with nothing but what `tenon bindgen --guest C`
 * wrote. What comes in is handed to the host's function of the same name. */
#include "relay.h"

typedef tenon_relay_types_person_t person;
typedef tenon_relay_types_shape_t shape;

/* -- kinds -- */

#define BY_VALUE(name, type)                                                             \
    type exports_tenon_relay_kinds_id_##name(type v) {                                   \
        return tenon_relay_kinds_id_##name(v);                                           \
    }

BY_VALUE(bool, bool)
BY_VALUE(s8, int8_t)
BY_VALUE(u8, uint8_t)
BY_VALUE(s16, int16_t)
BY_VALUE(u16, uint16_t)
BY_VALUE(s32, int32_t)
BY_VALUE(u32, uint32_t)
BY_VALUE(s64, int64_t)
BY_VALUE(u64, uint64_t)
BY_VALUE(f32, float)
BY_VALUE(f64, double)
BY_VALUE(char, uint32_t)
BY_VALUE(color, tenon_relay_types_color_t)
BY_VALUE(perms, tenon_relay_types_perms_t)

#define BY_POINTER(name, type, let_go)                                                   \
    void exports_tenon_relay_kinds_id_##name(type *v, type *ret) {                       \
        tenon_relay_kinds_id_##name(v, ret);                                             \
        let_go;                                                                          \
    }
#define NAMED(name)                                                                      \
    BY_POINTER(name, tenon_relay_types_##name##_t, tenon_relay_types_##name##_free(v))

BY_POINTER(string, relay_string_t, relay_string_free(v))
BY_POINTER(point, tenon_relay_types_point_t, )
BY_POINTER(one, tenon_relay_types_one_t, )
NAMED(shape)
NAMED(person)
NAMED(bytes)
NAMED(words)
NAMED(table)
NAMED(crowd)
NAMED(dict)
NAMED(mixed)
NAMED(class)

bool exports_tenon_relay_kinds_id_option_string(relay_string_t *maybe_v,
                                                relay_string_t *ret) {
    bool is_some = tenon_relay_kinds_id_option_string(maybe_v, ret);
    if (maybe_v != NULL) {
        relay_string_free(maybe_v);
    }
    return is_some;
}

bool exports_tenon_relay_kinds_id_option_shape(shape *maybe_v, shape *ret) {
    bool is_some = tenon_relay_kinds_id_option_shape(maybe_v, ret);
    if (maybe_v != NULL) {
        tenon_relay_types_shape_free(maybe_v);
    }
    return is_some;
}

bool exports_tenon_relay_kinds_id_option_option(
    exports_tenon_relay_kinds_option_u8_t *maybe_v,
    exports_tenon_relay_kinds_option_u8_t *ret) {
    tenon_relay_kinds_option_u8_t in, out;
    if (maybe_v != NULL) {
        in.is_some = maybe_v->is_some;
        in.val = maybe_v->val;
    }
    bool is_some = tenon_relay_kinds_id_option_option(maybe_v != NULL ? &in : NULL, &out);
    if (is_some) {
        ret->is_some = out.is_some;
        ret->val = out.val;
    }
    return is_some;
}

bool exports_tenon_relay_kinds_id_result_both(
    exports_tenon_relay_kinds_result_string_color_t *v, relay_string_t *ret,
    tenon_relay_types_color_t *err) {
    tenon_relay_kinds_result_string_color_t in = {.is_err = v->is_err};
    if (v->is_err) {
        in.val.err = v->val.err;
    } else {
        in.val.ok = v->val.ok;
    }
    bool ok = tenon_relay_kinds_id_result_both(&in, ret, err);
    exports_tenon_relay_kinds_result_string_color_free(v);
    return ok;
}

bool exports_tenon_relay_kinds_id_result_ok(
    exports_tenon_relay_kinds_result_f32_void_t *v, float *ret) {
    tenon_relay_kinds_result_f32_void_t in = {.is_err = v->is_err};
    in.val.ok = v->val.ok;
    return tenon_relay_kinds_id_result_ok(&in, ret);
}

bool exports_tenon_relay_kinds_id_result_err(
    exports_tenon_relay_kinds_result_void_u64_t *v, uint64_t *err) {
    tenon_relay_kinds_result_void_u64_t in = {.is_err = v->is_err};
    in.val.err = v->val.err;
    return tenon_relay_kinds_id_result_err(&in, err);
}

bool exports_tenon_relay_kinds_id_result_none(
    exports_tenon_relay_kinds_result_void_void_t *v) {
    tenon_relay_kinds_result_void_void_t in = {.is_err = v->is_err};
    return tenon_relay_kinds_id_result_none(&in);
}

void exports_tenon_relay_kinds_id_two(person *a, person *maybe_b, person *ret) {
    tenon_relay_kinds_id_two(a, maybe_b, ret);
    tenon_relay_types_person_free(a);
    if (maybe_b != NULL) {
        tenon_relay_types_person_free(maybe_b);
    }
}

/* -- things -- */

typedef exports_tenon_relay_things_own_thing_t own_thing;

struct exports_tenon_relay_things_thing_t {
    tenon_relay_things_own_thing_t inner;
};

static own_thing wrap(tenon_relay_things_own_thing_t inner) {
    exports_tenon_relay_things_thing_t *rep = cabi_realloc(NULL, 0, 4, sizeof *rep);
    rep->inner = inner;
    return exports_tenon_relay_things_thing_new(rep);
}

static tenon_relay_things_borrow_thing_t view(exports_tenon_relay_things_thing_t *rep) {
    return tenon_relay_things_borrow_thing(rep->inner);
}

/* Takes the host's thing out; the guest's ends. */
static tenon_relay_things_own_thing_t unwrap(own_thing handle) {
    exports_tenon_relay_things_thing_t *rep =
        exports_tenon_relay_things_thing_rep(handle);
    tenon_relay_things_own_thing_t inner = rep->inner;
    rep->inner.handle = 0;
    exports_tenon_relay_things_thing_drop_own(handle);
    return inner;
}

void exports_tenon_relay_things_thing_destructor(
    exports_tenon_relay_things_thing_t *rep) {
    if (rep->inner.handle != 0) {
        tenon_relay_things_thing_drop_own(rep->inner);
    }
    cabi_free(rep);
}

own_thing exports_tenon_relay_things_constructor_thing(relay_string_t *name) {
    own_thing made = wrap(tenon_relay_things_constructor_thing(name));
    relay_string_free(name);
    return made;
}

void exports_tenon_relay_things_method_thing_name(
    exports_tenon_relay_things_borrow_thing_t self, relay_string_t *ret) {
    tenon_relay_things_method_thing_name(view(self), ret);
}

own_thing
exports_tenon_relay_things_static_thing_merge(exports_tenon_relay_things_borrow_thing_t a,
                                              own_thing b) {
    return wrap(tenon_relay_things_static_thing_merge(view(a), unwrap(b)));
}

void exports_tenon_relay_things_pass(exports_tenon_relay_things_list_own_thing_t *v,
                                     exports_tenon_relay_things_list_own_thing_t *ret) {
    tenon_relay_things_own_thing_t inner[8];
    tenon_relay_things_list_own_thing_t in = {inner, v->len}, out;
    for (size_t i = 0; i < v->len; i++) {
        inner[i] = unwrap(v->ptr[i]);
    }
    tenon_relay_things_pass(&in, &out);
    for (size_t i = 0; i < out.len; i++) {
        v->ptr[i] = wrap(out.ptr[i]);
    }
    *ret = *v;
    if (out.len > 0) {
        cabi_free(out.ptr);
    }
}

void exports_tenon_relay_things_label(own_thing v,
                                      exports_tenon_relay_things_labelled_t *ret) {
    tenon_relay_things_labelled_t labelled;
    tenon_relay_things_label(unwrap(v), &labelled);
    ret->label = labelled.label;
    ret->it = wrap(labelled.it);
}

uint32_t exports_tenon_relay_things_live(void) {
    return tenon_relay_things_live();
}

bool exports_tenon_relay_extra_longest(exports_tenon_relay_extra_list_borrow_item_t *v,
                                       relay_string_t *ret) {
    bool any = false;
    for (size_t i = 0; i < v->len; i++) {
        relay_string_t name;
        tenon_relay_things_method_thing_name(view(v->ptr[i]), &name);
        if (any && name.len <= ret->len) {
            relay_string_free(&name);
            continue;
        }
        if (any) {
            relay_string_free(ret);
        }
        *ret = name;
        any = true;
    }
    exports_tenon_relay_extra_list_borrow_item_free(v);
    return any;
}

bool exports_tenon_relay_extra_first(exports_tenon_relay_extra_list_own_item_t *v,
                                     exports_tenon_relay_extra_own_item_t *ret) {
    if (v->len == 0) {
        return false;
    }
    *ret = v->ptr[0];
    v->ptr[0] = v->ptr[v->len - 1];
    v->len--;
    exports_tenon_relay_extra_list_own_item_free(v); /* drops the others */
    if (v->len == 0) {
        cabi_free(v->ptr);
    }
    return true;
}

/* -- what the world itself exports -- */

static char text[512];
static size_t len;

static void put_n(const uint8_t *part, size_t n) {
    for (size_t i = 0; i < n && len < sizeof text; i++) {
        text[len++] = (char)part[i];
    }
}

static void put_string(const relay_string_t *s) {
    put_n(s->ptr, s->len);
    text[len++] = ' ';
}

static void put_number(int64_t n) {
    uint8_t digits[20];
    size_t at = sizeof digits;
    uint64_t left = n < 0 ? -(uint64_t)n : (uint64_t)n;
    do {
        digits[--at] = (uint8_t)('0' + left % 10);
        left /= 10;
    } while (left != 0);
    if (n < 0) {
        digits[--at] = '-';
    }
    put_n(digits + at, sizeof digits - at);
    text[len++] = ' ';
}

static void log_line(const char *line, uint8_t level) {
    relay_string_t s;
    relay_string_set(&s, line);
    relay_log(&s, level == 0 ? NULL : &level);
}

static void put_shape(const shape *s) {
    put_number(s->tag);
    switch (s->tag) {
    case TENON_RELAY_TYPES_SHAPE_CIRCLE: put_number((int64_t)s->val.circle); break;
    case TENON_RELAY_TYPES_SHAPE_AT: put_number((int64_t)s->val.at.y); break;
    case TENON_RELAY_TYPES_SHAPE_LABEL: put_string(&s->val.label); break;
    case TENON_RELAY_TYPES_SHAPE_BIG: put_number((int64_t)s->val.big); break;
    case TENON_RELAY_TYPES_SHAPE_WIDE: put_number((int64_t)s->val.wide); break;
    case TENON_RELAY_TYPES_SHAPE_MAYBE:
        put_number(s->val.maybe.is_some);
        put_number(s->val.maybe.val.is_err);
        put_number((int64_t)s->val.maybe.val.val.err);
        break;
    case TENON_RELAY_TYPES_SHAPE_BOTH:
        put_number((int64_t)s->val.both.f0);
        put_number((int64_t)s->val.both.f1);
        break;
    }
}

bool exports_relay_describe(person *who, shape *what, relay_string_t *ret, shape *err) {
    if (who->name.len == 0) {
        log_line("nobody", 3);
        *err = *what;
        tenon_relay_types_person_free(who);
        return false;
    }
    len = 0;
    put_string(&who->name);
    put_number(who->age);
    put_number(who->initial);
    put_number(who->nick.is_some);
    for (size_t i = 0; i < who->tags.len; i++) {
        put_string(&who->tags.ptr[i]);
    }
    put_number((int64_t)who->home.x);
    put_number((int64_t)who->home.y);
    put_number(who->home.on);
    put_shape(&who->likes);
    put_shape(what);
    relay_string_dup_n(ret, text, len - 1);
    log_line("described", 0);
    tenon_relay_types_person_free(who);
    tenon_relay_types_shape_free(what);
    return true;
}

void exports_relay_make(uint32_t n, relay_list_shape_t *ret) {
    ret->ptr = cabi_realloc(NULL, 0, 8, n * sizeof *ret->ptr);
    ret->len = n;
    for (uint32_t i = 0; i < n; i++) {
        shape *s = &ret->ptr[i];
        switch (i) {
        case 0:
            *s = (shape){.tag = TENON_RELAY_TYPES_SHAPE_CIRCLE};
            s->val.circle = 2;
            break;
        case 1:
            s->tag = TENON_RELAY_TYPES_SHAPE_LABEL;
            relay_string_dup(&s->val.label, "second");
            break;
        case 2:
            s->tag = TENON_RELAY_TYPES_SHAPE_TINTED;
            s->val.tinted = TENON_RELAY_TYPES_COLOR_BLUE;
            break;
        case 3:
            s->tag = TENON_RELAY_TYPES_SHAPE_ALLOWED;
            s->val.allowed = TENON_RELAY_TYPES_PERMS_WRITE | TENON_RELAY_TYPES_PERMS_A8;
            break;
        default:
            s->tag = TENON_RELAY_TYPES_SHAPE_BIG;
            s->val.big = UINT64_MAX;
            break;
        }
    }
}

bool exports_relay_fail(uint8_t *maybe_code, uint8_t *err) {
    if (maybe_code != NULL) {
        *err = *maybe_code;
    }
    return maybe_code == NULL;
}
