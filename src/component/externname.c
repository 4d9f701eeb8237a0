/* externname.c: labels, names of imports and exports, their attributes and uniqueness.
 * Explainer.md, "Import and Export Definitions" and "Name Uniqueness"; Binary.md, "Import
 * and Export Definitions". */
#include "component/loader.h"

static bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}

static bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static tni_str slice(tni_str s, size_t from, size_t to) {
    return (tni_str){s.ptr + from, to - from};
}

/* One fragment: a word or an acronym; the first one of a label begins with a letter. */
static bool is_fragment(tni_str s, bool first) {
    if (s.len == 0 || (first && is_digit(s.ptr[0]))) {
        return false;
    }
    bool lower = false, upper = false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        lower |= is_lower(c);
        upper |= is_upper(c);
        if (!is_lower(c) && !is_upper(c) && !is_digit(c)) {
            return false;
        }
    }
    return !(lower && upper);
}

bool tni_is_label(tni_str s) {
    for (size_t from = 0;;) {
        size_t to = from;
        while (to < s.len && s.ptr[to] != '-') {
            to++;
        }
        if (!is_fragment(slice(s, from, to), from == 0)) {
            return false;
        }
        if (to == s.len) {
            return true;
        }
        from = to + 1;
    }
}

/* `words` of the grammar: a label in lower case. */
static bool is_words(tni_str s) {
    for (size_t i = 0; i < s.len; i++) {
        if (is_upper(s.ptr[i])) {
            return false;
        }
    }
    return tni_is_label(s);
}

/* Strings for %.*s. */
#define STR(s) (int)((s).len < 100 ? (s).len : 100), (s).ptr

tenon_status tni_check_label(tni_loader *l, tni_str s, const char *what) {
    if (s.len == 0) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME, "%s cannot be empty", what);
    }
    if (!tni_is_label(s)) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME, "%s `%.*s` is not in kebab case", what,
                             STR(s));
    }
    return TENON_OK;
}

/* -- semantic versions -- */

static tenon_status version_error(tni_loader *l, tni_str all, size_t at, const char *when,
                                  const char *part) {
    if (at == all.len) {
        return TNI_LOAD_FAIL(
            l, TNI_ERR_CM_NAME,
            "`%.*s` is not a valid semver: unexpected end of input while "
            "parsing %s version number",
            STR(all), part);
    }
    return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME,
                         "`%.*s` is not a valid semver: unexpected character '%c' %s %s "
                         "version number",
                         STR(all), all.ptr[at], when, part);
}

static tenon_status version_number(tni_loader *l, tni_str all, size_t *at,
                                   const char *part) {
    size_t from = *at;
    u64 value = 0;
    for (; *at < all.len && is_digit(all.ptr[*at]); ++*at) {
        u64 digit = (u64)(all.ptr[*at] - '0');
        if (value > (UINT64_MAX - digit) / 10) {
            return TNI_LOAD_FAIL(
                l, TNI_ERR_CM_NAME,
                "`%.*s` is not a valid semver: value of %s version number "
                "exceeds u64::MAX",
                STR(all), part);
        }
        value = value * 10 + digit;
    }
    if (*at == from) {
        return version_error(l, all, *at, "while parsing", part);
    }
    if (all.ptr[from] == '0' && *at - from > 1) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME,
                             "`%.*s` is not a valid semver: invalid leading zero in %s "
                             "version number",
                             STR(all), part);
    }
    return TENON_OK;
}

static bool is_identifier_char(char c) {
    return is_lower(c) || is_upper(c) || is_digit(c) || c == '-';
}

/* Dot-separated identifiers; numeric ones of a pre-release have no leading zeros. */
static tenon_status version_identifiers(tni_loader *l, tni_str all, size_t *at,
                                        bool is_pre) {
    const char *part = is_pre ? "pre-release identifier" : "build metadata";
    for (;;) {
        size_t from = *at;
        bool numeric = true;
        for (; *at < all.len && is_identifier_char(all.ptr[*at]); ++*at) {
            numeric &= is_digit(all.ptr[*at]);
        }
        if (*at == from) {
            return TNI_LOAD_FAIL(
                l, TNI_ERR_CM_NAME,
                "`%.*s` is not a valid semver: empty identifier segment in "
                "%s",
                STR(all), part);
        }
        if (is_pre && numeric && *at - from > 1 && all.ptr[from] == '0') {
            return TNI_LOAD_FAIL(
                l, TNI_ERR_CM_NAME,
                "`%.*s` is not a valid semver: invalid leading zero in %s", STR(all),
                part);
        }
        if (*at == all.len || all.ptr[*at] != '.') {
            return TENON_OK;
        }
        ++*at;
    }
}

tenon_status tni_check_semver(tni_loader *l, tni_str text) {
    static const char *const parts[] = {"major", "minor", "patch"};
    size_t at = 0;
    if (text.len == 0) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME,
                             "empty string, expected a semver version");
    }
    for (int i = 0; i < 3; i++) {
        TNI_TRY(version_number(l, text, &at, parts[i]));
        if (i < 2) {
            if (at == text.len || text.ptr[at] != '.') {
                return version_error(l, text, at, "after", parts[i]);
            }
            at++;
        }
    }
    if (at < text.len && text.ptr[at] == '-') {
        at++;
        TNI_TRY(version_identifiers(l, text, &at, true));
    }
    if (at < text.len && text.ptr[at] == '+') {
        at++;
        TNI_TRY(version_identifiers(l, text, &at, false));
    }
    return at == text.len ? TENON_OK : version_error(l, text, at, "after", "patch");
}

/* Digits without a leading zero, at least one of them not 0. */
static bool is_positive(tni_str s) {
    if (s.len == 0 || s.ptr[0] == '0') {
        return false;
    }
    for (size_t i = 0; i < s.len; i++) {
        if (!is_digit(s.ptr[i])) {
            return false;
        }
    }
    return true;
}

static bool starts_with(tni_str s, const char *prefix) {
    size_t n = strlen(prefix);
    return s.len >= n && memcmp(s.ptr, prefix, n) == 0;
}

bool tni_is_canonical_version(tni_str text) {
    if (starts_with(text, "0.0.")) {
        tni_str patch = slice(text, 4, text.len);
        return is_positive(patch) || tni_str_eq(patch, TNI_STR("0"));
    }
    return starts_with(text, "0.") ? is_positive(slice(text, 2, text.len))
                                   : is_positive(text);
}

/* -- names of imports and exports -- */

static tenon_status bad_name(tni_loader *l, tni_str all, tni_str part) {
    return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME,
                         "`%.*s` is not a valid extern name: `%.*s` is not in kebab case",
                         STR(all), STR(part));
}

static tenon_status check_words(tni_loader *l, tni_str all, tni_str part) {
    return is_words(part) ? TENON_OK : bad_name(l, all, part);
}

/* The end of the run of characters from `from` that are none of ":/@". */
static size_t run_end(tni_str s, size_t from) {
    while (from < s.len && s.ptr[from] != ':' && s.ptr[from] != '/' &&
           s.ptr[from] != '@') {
        from++;
    }
    return from;
}

static tenon_status interface_version(tni_loader *l, tni_str s, size_t at,
                                      tni_extern_name *out) {
    if (at == s.len) {
        return TENON_OK;
    }
    if (s.ptr[at] != '@') {
        return TNI_LOAD_FAIL(
            l, TNI_ERR_CM_NAME,
            "`%.*s` is not a valid extern name: trailing characters found: "
            "`%.*s`",
            STR(s), STR(slice(s, at, s.len)));
    }
    out->version = slice(s, at + 1, s.len);
    if (tni_is_canonical_version(out->version) &&
        tni_feature_on(l->engine, TENON_FEATURE_BIT_CM_CANONICAL_NAMES)) {
        return TENON_OK;
    }
    return tni_check_semver(l, out->version);
}

/* interfacename: namespace:package/projection, with nested names several of each but the
 * package. */
tenon_status tni_parse_interface_name(tni_loader *l, tni_str s, tni_extern_name *out) {
    bool nested = tni_feature_on(l->engine, TENON_FEATURE_BIT_CM_NESTED_NAMES);
    *out = (tni_extern_name){.kind = TNI_NAME_INTERFACE};
    size_t from = 0, to = run_end(s, 0);
    for (u32 namespaces = 0;; namespaces++) {
        TNI_TRY(check_words(l, s, slice(s, from, to)));
        if (to == s.len || s.ptr[to] != ':' || (namespaces > 0 && !nested)) {
            break;
        }
        from = to + 1;
        to = run_end(s, from);
    }
    if (to == s.len || s.ptr[to] != '/') {
        return TNI_LOAD_FAIL(
            l, TNI_ERR_CM_NAME,
            "`%.*s` is not a valid extern name: expected `/` after package "
            "name",
            STR(s));
    }
    do {
        from = to + 1;
        to = run_end(s, from);
        if (!tni_is_label(slice(s, from, to))) {
            return bad_name(l, s, slice(s, from, to));
        }
    } while (nested && to < s.len && s.ptr[to] == '/');
    return interface_version(l, s, to, out);
}

static tenon_status parse_member(tni_loader *l, tni_str s, size_t prefix,
                                 tni_extern_name *out) {
    size_t dot = prefix;
    while (dot < s.len && s.ptr[dot] != '.') {
        dot++;
    }
    if (dot == s.len) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME,
                             "`%.*s` is not a valid extern name: failed to find `.` "
                             "character",
                             STR(s));
    }
    out->resource = slice(s, prefix, dot);
    out->member = slice(s, dot + 1, s.len);
    if (!tni_is_label(out->resource)) {
        return bad_name(l, s, out->resource);
    }
    return tni_is_label(out->member) ? TENON_OK : bad_name(l, s, out->member);
}

tenon_status tni_parse_extern_name(tni_loader *l, tni_str s, tni_extern_name *out) {
    *out = (tni_extern_name){.kind = TNI_NAME_LABEL};
    if (starts_with(s, "[constructor]")) {
        out->kind = TNI_NAME_CONSTRUCTOR;
        out->resource = slice(s, 13, s.len);
        return tni_is_label(out->resource) ? TENON_OK : bad_name(l, s, out->resource);
    }
    if (starts_with(s, "[method]")) {
        out->kind = TNI_NAME_METHOD;
        return parse_member(l, s, 8, out);
    }
    if (starts_with(s, "[static]")) {
        out->kind = TNI_NAME_STATIC;
        return parse_member(l, s, 8, out);
    }
    if (s.len > 0 && memchr(s.ptr, ':', s.len) != NULL) {
        return tni_parse_interface_name(l, s, out);
    }
    return tni_is_label(s) ? TENON_OK : bad_name(l, s, s);
}

/* -- uniqueness -- */

static char to_lower(char c) {
    return is_upper(c) ? (char)(c - 'A' + 'a') : c;
}

static tenon_status lowered(tni_loader *l, tni_str s, tni_str *out) {
    char *p = TNI_ARENA_ARRAY(&l->scratch, char, s.len + 1);
    if (p == NULL) {
        return tni_no_memory(l->e);
    }
    for (size_t i = 0; i < s.len; i++) {
        p[i] = to_lower(s.ptr[i]);
    }
    *out = (tni_str){p, s.len};
    return TENON_OK;
}

tenon_status tni_unique_label(tni_loader *l, tni_str s, tni_str *out) {
    return lowered(l, s, out);
}

static bool same_label(tni_str a, tni_str b) {
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (to_lower(a.ptr[i]) != to_lower(b.ptr[i])) {
            return false;
        }
    }
    return true;
}

tenon_status tni_unique_form(tni_loader *l, tni_str s, const tni_extern_name *n,
                             tni_str *out) {
    switch (n->kind) {
    case TNI_NAME_METHOD:
    case TNI_NAME_STATIC:
        if (same_label(n->resource, n->member)) {
            return lowered(l, n->member, out);
        }
        return lowered(l, slice(s, (size_t)(n->resource.ptr - s.ptr), s.len), out);
    case TNI_NAME_INTERFACE: {
        /* Versions have no acronyms: their letters are compared as they are. */
        size_t before = s.len - n->version.len;
        TNI_TRY(lowered(l, s, out));
        if (n->version.len > 0) {
            memcpy((char *)(uintptr_t)out->ptr + before, n->version.ptr, n->version.len);
        }
        return TENON_OK;
    }
    case TNI_NAME_LABEL:
    case TNI_NAME_CONSTRUCTOR: break;
    }
    return lowered(l, s, out);
}

/* -- reading names with attributes -- */

enum { ATTR_IMPLEMENTS = 0, ATTR_VERSION_SUFFIX = 1, ATTR_EXTERNAL_ID = 2 };

static tenon_status duplicate_attribute(tni_loader *l, const char *what) {
    return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME, "duplicate '%s' option in name", what);
}

static tenon_status read_attribute(tni_loader *l, tni_reader *r, tni_name_attrs *out) {
    u8 kind;
    tni_named_entity *x = &out->entity;
    TNI_TRY(tni_read_byte(r, &kind));
    switch (kind) {
    case ATTR_IMPLEMENTS:
        TNI_TRY(tni_load_feature(l, TENON_FEATURE_BIT_CM_IMPLEMENTS, "`implements`"));
        if (out->has_implements) {
            return duplicate_attribute(l, "implements");
        }
        out->has_implements = true;
        return tni_read_name(r, &x->implements);
    case ATTR_VERSION_SUFFIX:
        TNI_TRY(
            tni_load_feature(l, TENON_FEATURE_BIT_CM_CANONICAL_NAMES, "`versionsuffix`"));
        if (out->has_version_suffix) {
            return duplicate_attribute(l, "versionsuffix");
        }
        out->has_version_suffix = true;
        return tni_read_name(r, &x->version_suffix);
    case ATTR_EXTERNAL_ID:
        TNI_TRY(tni_load_feature(l, TENON_FEATURE_BIT_CM_IMPLEMENTS, "`external-id`"));
        if (x->has_external_id) {
            return duplicate_attribute(l, "external-id");
        }
        x->has_external_id = true;
        return tni_read_name(r, &x->external_id);
    default: return tni_load_bad_byte(l, r, kind, "name option");
    }
}

tenon_status tni_load_name(tni_loader *l, tni_reader *r, tni_name_attrs *out) {
    u8 form;
    u32 count;
    *out = (tni_name_attrs){.has_implements = false};
    l->offset = tni_reader_offset(r);
    TNI_TRY(tni_read_byte(r, &form));
    if (form > 2) {
        return tni_load_bad_byte(l, r, form, "component name");
    }
    TNI_TRY(tni_read_name(r, &out->entity.name));
    if (form == 2) {
        TNI_TRY(tni_load_count(l, r, &count));
        for (u32 i = 0; i < count; i++) {
            TNI_TRY(read_attribute(l, r, out));
        }
    }
    return TENON_OK;
}

/* -- rules of names -- */

static tenon_status check_implements(tni_loader *l, const tni_name_attrs *name,
                                     const tni_entity *x) {
    tni_str value = name->entity.implements;
    tni_extern_name parsed;
    if (value.len == 0) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME,
                             "`` is not a valid name: `implements` must be an interface");
    }
    if (memchr(value.ptr, ':', value.len) == NULL) {
        TNI_TRY(tni_parse_extern_name(l, value, &parsed));
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME,
                             "`implements` name `%.*s` must be an interface name",
                             STR(value));
    }
    TNI_TRY(tni_parse_interface_name(l, value, &parsed));
    if (x->kind != TNI_ENTITY_INSTANCE) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME,
                             "only instances can have an `implements` attribute");
    }
    if (name->parsed.kind != TNI_NAME_LABEL) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME,
                             "name `%.*s` is not valid with `implements`",
                             STR(name->entity.name));
    }
    return TENON_OK;
}

/* Explainer.md, "Canonical Interface Name" */
static tenon_status check_version_suffix(tni_loader *l, const tni_name_attrs *name) {
    tni_str version = name->parsed.version, suffix = name->entity.version_suffix;
    if (name->parsed.kind != TNI_NAME_INTERFACE || !tni_is_canonical_version(version)) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME,
                             "`versionsuffix` needs an interface name with a canonical "
                             "version");
    }
    char *whole = TNI_ARENA_ARRAY(&l->scratch, char, version.len + suffix.len + 1);
    if (whole == NULL) {
        return tni_no_memory(l->e);
    }
    memcpy(whole, version.ptr, version.len);
    if (suffix.len > 0) {
        memcpy(whole + version.len, suffix.ptr, suffix.len);
    }
    return tni_check_semver(l, (tni_str){whole, version.len + suffix.len});
}

/* The key of a resource under a label. */
static tenon_status resource_key(tni_loader *l, u32 resource, u32 label, tni_str *out) {
    char *key = TNI_ARENA_ARRAY(&l->scratch, char, 8);
    if (key == NULL) {
        return tni_no_memory(l->e);
    }
    tni_store_u32(key, resource);
    tni_store_u32(key + 4, label);
    *out = (tni_str){key, 8};
    return TENON_OK;
}

/* The resource of a handle must have the name that the function's name says. */
static tenon_status check_handle(tni_loader *l, const tni_namespace *ns,
                                 const tenon_type *t, const tni_extern_name *n) {
    const tni_ltype *handle = tni_ltype_of(t);
    tni_str key;
    TNI_TRY(resource_key(l, handle->resource, handle->label, &key));
    const u64 *entry = tni_map_get(&ns->resources, key);
    if (entry == NULL) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME,
                             "resource used in function does not have a name in this "
                             "context");
    }
    tni_str name = ns->entries.data[*entry].name;
    if (!tni_str_eq(name, n->resource)) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME,
                             "function does not match expected resource name `%.*s`",
                             STR(name));
    }
    return TENON_OK;
}

/* Binary.md: [constructor] returns own $R or a result of it. */
static tenon_status check_constructor(tni_loader *l, const tni_namespace *ns,
                                      const tenon_func_type *f,
                                      const tni_extern_name *n) {
    const tenon_type *t = f->result;
    if (t == NULL) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME, "function should return one value");
    }
    if (t->kind == TENON_TYPE_RESULT) {
        t = t->element;
    }
    if (t == NULL || t->kind != TENON_TYPE_OWN) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME,
                             "function should return `(own $T)` or `(result (own $T))`");
    }
    return check_handle(l, ns, t, n);
}

/* Binary.md: [method] has (param "self" (borrow $R)). */
static tenon_status check_method(tni_loader *l, const tni_namespace *ns,
                                 const tenon_func_type *f, const tni_extern_name *n) {
    if (f->param_count == 0) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME,
                             "function should have at least one argument");
    }
    if (strcmp(f->params[0].name, "self") != 0) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME,
                             "function should have a first argument called `self`");
    }
    if (f->params[0].type->kind != TENON_TYPE_BORROW) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME,
                             "function should take a first argument of `(borrow $T)`");
    }
    return check_handle(l, ns, f->params[0].type, n);
}

static tenon_status check_annotation(tni_loader *l, const tni_namespace *ns,
                                     const tni_name_attrs *name, const tni_entity *x) {
    const tni_extern_name *n = &name->parsed;
    if (n->kind == TNI_NAME_LABEL || n->kind == TNI_NAME_INTERFACE) {
        return TENON_OK;
    }
    if (x->kind != TNI_ENTITY_FUNC) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME, "item `%.*s` is not a func",
                             STR(name->entity.name));
    }
    if (n->kind == TNI_NAME_CONSTRUCTOR) {
        return check_constructor(l, ns, x->func, n);
    }
    if (n->kind == TNI_NAME_METHOD) {
        return check_method(l, ns, x->func, n);
    }
    if (tni_map_get(&ns->resource_labels, n->resource) == NULL) {
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_NAME,
                             "static resource name is not known in this context");
    }
    return TENON_OK;
}

/* A resource type gets the name by which annotated names may call it. */
static tenon_status register_resource(tni_loader *l, tni_namespace *ns, tni_str name,
                                      const tni_entity *x) {
    tni_str key;
    TNI_TRY(resource_key(l, x->resource, x->label, &key));
    if (!tni_map_put(&ns->resources, key, ns->entries.count) ||
        !tni_map_put(&ns->resource_labels, name, 0)) {
        return tni_no_memory(l->e);
    }
    return TENON_OK;
}

static tenon_status add_unique(tni_loader *l, tni_namespace *ns,
                               const tni_name_attrs *name, const char *which) {
    tni_str form;
    bool fresh;
    TNI_TRY(tni_unique_form(l, name->entity.name, &name->parsed, &form));
    if (!tni_map_add(&ns->names, form, ns->entries.count, &fresh)) {
        return tni_no_memory(l->e);
    }
    if (!fresh) {
        tni_str previous = ns->entries.data[*tni_map_get(&ns->names, form)].name;
        return TNI_LOAD_FAIL(l, TNI_ERR_CM_DUPLICATE,
                             "%s name `%.*s` conflicts with previous name `%.*s`", which,
                             STR(name->entity.name), STR(previous));
    }
    return TENON_OK;
}

tenon_status tni_add_name(tni_loader *l, tni_namespace *ns, const tni_name_attrs *name,
                          const tni_entity *x, const char *which) {
    tni_name_attrs n = *name;
    TNI_TRY(tni_parse_extern_name(l, n.entity.name, &n.parsed));
    if (n.has_implements) {
        TNI_TRY(check_implements(l, &n, x));
    }
    if (n.has_version_suffix) {
        TNI_TRY(check_version_suffix(l, &n));
    }
    TNI_TRY(check_annotation(l, ns, &n, x));
    TNI_TRY(add_unique(l, ns, &n, which));
    if (x->kind == TNI_ENTITY_RESOURCE && !ns->is_bag) {
        TNI_TRY(register_resource(l, ns, n.entity.name, x));
    }
    tni_entity *kept = TNI_ARENA_NEW(l->arena, tni_entity);
    if (kept == NULL) {
        return tni_no_memory(l->e);
    }
    *kept = *x;
    n.entity.entity = kept;
    if (!tni_vec_push(l->heap, &ns->entries, n.entity)) {
        return tni_no_memory(l->e);
    }
    return TENON_OK;
}

void tni_namespace_init(tni_loader *l, tni_namespace *ns) {
    *ns = (tni_namespace){.visible = {NULL, 0, 0}};
    tni_map_init(&ns->names, l->heap);
    tni_map_init(&ns->resources, l->heap);
    tni_map_init(&ns->resource_labels, l->heap);
}

void tni_namespace_free(tni_loader *l, tni_namespace *ns) {
    tni_vec_free(l->heap, &ns->entries);
    tni_vec_free(l->heap, &ns->items);
    tni_map_free(&ns->names);
    tni_map_free(&ns->resources);
    tni_map_free(&ns->resource_labels);
    tni_keyset_free(l, &ns->visible);
}
