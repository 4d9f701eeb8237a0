/* observe.c: what core modules do, as text, for tools/diff-run.
 *
 * Each module is instantiated, its exported functions are called once each, with
 * arguments that follow from their place, and what can be seen from outside is printed, a
 * line each, fields apart by spaces, names in hexadecimal:
 *
 *     module FILE
 *     refused WHY                          it cannot be loaded, or has imports
 *     start OUTCOME
 *     call NAME PARAMS RESULTS ARGS OUTCOME VALUES
 *     global NAME TYPE VALUE
 *     memory NAME BYTES CRC-32
 *     table NAME ELEMENTS NULLS
 *
 * A type is a letter: i I f F v of numbers, c e a x of references to functions, external
 * ones, internal ones and exceptions. Lists are "-" when empty. Values are bits in
 * hexadecimal, or null, i31:N, ref; a v128 has two halves, the low one first, and a dot.
 * An outcome is "ok", or an error's wording with _ for spaces; "end" follows one that
 * others need not have (a limit, the stack's end), and then comes nothing more of the
 * module.
 *
 * observe --write FOLDER SEED COUNT writes random modules (progen.h) instead. */
#include "api/api.h"
#include "binary/decode.h"
#include "core/registry.h"
#include "exec/exec.h"
#include "valid/validate.h"
#include "../spec-tests/unit/progen.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_EXPORTS 64u
#define MOST_SLOTS   256u
#define FUEL         200000

static tenon_engine *engine;

/* -- types and values -- */

static char ref_letter(tni_valtype t) {
    if (tni_is_concrete(t)) {
        const tni_deftype *d = tni_registry_get(engine->registry, tni_type_index_of(t));
        return d->sub.kind == TNI_COMP_FUNC ? 'c' : 'a';
    }
    switch (tni_heap_of(t)) {
    case TNI_HEAP_FUNC:
    case TNI_HEAP_NOFUNC: return 'c';
    case TNI_HEAP_EXTERN:
    case TNI_HEAP_NOEXTERN: return 'e';
    case TNI_HEAP_EXN:
    case TNI_HEAP_NOEXN: return 'x';
    default: return 'a';
    }
}

static char letter(tni_valtype t) {
    switch (tni_kind_of(t)) {
    case TNI_KIND_I32: return 'i';
    case TNI_KIND_I64: return 'I';
    case TNI_KIND_F32: return 'f';
    case TNI_KIND_F64: return 'F';
    case TNI_KIND_V128: return 'v';
    default: return ref_letter(t);
    }
}

static void print_letters(const tni_valtype *types, u32 count) {
    putchar(' ');
    for (u32 n = 0; n < count; n++) {
        putchar(letter(types[n]));
    }
    if (count == 0) {
        putchar('-');
    }
}

static void print_value(tni_valtype t, const tni_slot *slot) {
    u64 v = slot[0];
    switch (letter(t)) {
    case 'i':
    case 'f': printf("%" PRIx32, (u32)v); return;
    case 'I':
    case 'F': printf("%" PRIx64, v); return;
    case 'v': printf("%" PRIx64 ".%" PRIx64, v, slot[1]); return;
    default: break;
    }
    if (v == TNI_REF_NULL) {
        printf("null");
    } else if ((v & 1) != 0 && letter(t) == 'a') {
        printf("i31:%" PRIu32, (u32)(v >> 1) & 0x7fffffff);
    } else {
        printf("ref");
    }
}

static u32 print_values(const tni_valtype *types, u32 count, const tni_slot *slots) {
    u32 at = 0;
    putchar(' ');
    for (u32 n = 0; n < count; n++) {
        printf("%s", n == 0 ? "" : ",");
        print_value(types[n], slots + at);
        at += tni_slots_of(types[n]);
    }
    if (count == 0) {
        putchar('-');
    }
    return at;
}

static u64 mix(u64 z) {
    z += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* A number that finds edges, or null. */
static u64 argument(tni_valtype t, u64 seed) {
    static const u64 ints[] = {0,          1,          2,          7,
                               31,         64,         100,        255,
                               0x7fffffff, 0x80000000, 0xffffffff, UINT64_C(1) << 63,
                               UINT64_MAX};
    static const double floats[] = {0.0, -0.0, 1.0, -1.5, 0.5, 1e10, -4e9, 1e300, 1e-310};
    u64 r = mix(seed), v;
    double d = floats[r % (sizeof floats / sizeof *floats)];
    float f = (float)d;
    switch (letter(t)) {
    case 'i':
    case 'I':
    case 'v': return r % 4 == 0 ? mix(r) : ints[(r >> 8) % (sizeof ints / sizeof *ints)];
    case 'f': {
        u32 bits;
        memcpy(&bits, &f, sizeof bits);
        return bits;
    }
    case 'F': memcpy(&v, &d, sizeof v); return v;
    default: return TNI_REF_NULL;
    }
}

/* -- outcomes -- */

static void print_outcome(tenon_status status, const tenon_error *e) {
    putchar(' ');
    if (status == TENON_OK) {
        printf("ok");
        return;
    }
    for (const char *c = e->message; *c != '\0' && *c != ':'; c++) {
        putchar(*c == ' ' ? '_' : *c);
    }
}

/* Another engine may have more or less of it. */
static bool is_limit(tenon_status status) {
    return status != TENON_OK && status != TENON_TRAP && status != TENON_EXCEPTION;
}

static void print_name(tni_str name) {
    putchar(' ');
    for (size_t n = 0; n < name.len; n++) {
        printf("%02x", (unsigned char)name.ptr[n]);
    }
    if (name.len == 0) {
        putchar('-');
    }
}

/* -- modules -- */

static bool has_arguments(const tni_deftype *t) {
    u32 slots = 0;
    for (u32 n = 0; n < t->sub.param_count; n++) {
        if (tni_is_ref(t->sub.params[n]) && !tni_is_nullable(t->sub.params[n])) {
            return false;
        }
        slots += tni_slots_of(t->sub.params[n]);
    }
    return slots <= MOST_SLOTS && t->result_slots <= MOST_SLOTS;
}

/* False: nothing after it is to be compared. */
static bool call(tni_store *s, tni_str name, u32 place, tni_func *f) {
    const tni_deftype *t = tni_func_type(f);
    static tni_slot slots[MOST_SLOTS];
    if (!has_arguments(t)) {
        return true;
    }
    printf("call");
    print_name(name);
    print_letters(t->sub.params, t->sub.param_count);
    print_letters(t->sub.results, t->sub.result_count);
    for (u32 n = 0, at = 0; n < t->sub.param_count; n++) {
        for (u32 k = tni_slots_of(t->sub.params[n]); k > 0; k--, at++) {
            slots[at] = argument(t->sub.params[n], place * UINT64_C(1000) + at);
        }
    }
    print_values(t->sub.params, t->sub.param_count, slots);
    tenon_error e;
    tni_error_clear(&e);
    tenon_status status = tni_call(tni_store_thread(s), f, slots, slots, &e);
    print_outcome(status, &e);
    if (status == TENON_OK) {
        print_values(t->sub.results, t->sub.result_count, slots);
    }
    printf("%s\n", is_limit(status) ? " end" : "");
    return !is_limit(status);
}

static void print_memory(const tni_memory *m) {
    static u32 table[256];
    const u8 *data = tni_memory_data(m);
    u64 bytes = tni_memory_bytes(m);
    u32 crc = UINT32_MAX;
    for (u32 n = 0; table[255] == 0 && n < 256; n++) {
        table[n] = n;
        for (int bit = 0; bit < 8; bit++) {
            table[n] = table[n] >> 1 ^ (0xedb88320 & (0 - (table[n] & 1)));
        }
    }
    for (u64 n = 0; n < bytes; n++) {
        crc = crc >> 8 ^ table[(crc ^ data[n]) & 0xff];
    }
    printf(" %" PRIu64 " %" PRIx32 "\n", bytes, ~crc);
}

static void print_table(const tni_table *t) {
    u64 nulls = 0, size = tni_table_size(t);
    for (u64 n = 0; n < size; n++) {
        tni_ref r;
        nulls += tni_table_get(t, n, &r) && r == TNI_REF_NULL;
    }
    printf(" %" PRIu64 " %" PRIu64 "\n", size, nulls);
}

static void print_state(const tni_module *m, const tni_instance *i) {
    for (u32 n = 0; n < m->export_count && n < MOST_EXPORTS; n++) {
        tni_extern x = tni_instance_export_at(i, n);
        tni_externtype t = tni_extern_type(&x);
        static const char *const words[] = {"func", "table", "memory", "global", "tag"};
        if (x.kind == TNI_EXTERN_FUNC || x.kind == TNI_EXTERN_TAG) {
            continue;
        }
        printf("%s", words[x.kind]);
        print_name(m->exports[n].name);
        if (x.kind == TNI_EXTERN_GLOBAL) {
            tni_slot value[2];
            tni_global_get(x.as.global, value);
            print_letters(&t.as.global.type, 1);
            print_values(&t.as.global.type, 1, value);
            putchar('\n');
        } else if (x.kind == TNI_EXTERN_MEMORY) {
            print_memory(x.as.memory);
        } else {
            print_table(x.as.table);
        }
    }
}

static void run(tni_store *s, tni_module *m) {
    tenon_error e;
    tni_instance *i = NULL;
    tni_error_clear(&e);
    tni_store_set_fuel(s, FUEL);
    tenon_status status = tni_instantiate(s, m, NULL, true, &i, &e);
    printf("start");
    print_outcome(status, &e);
    printf("%s\n", is_limit(status) ? " end" : "");
    if (status != TENON_OK) {
        return;
    }
    for (u32 n = 0; n < m->export_count && n < MOST_EXPORTS; n++) {
        tni_extern x = tni_instance_export_at(i, n);
        if (x.kind == TNI_EXTERN_FUNC && !call(s, m->exports[n].name, n, x.as.func)) {
            return;
        }
    }
    print_state(m, i);
}

static void observe(const u8 *data, size_t size) {
    tenon_error e;
    tni_module *m = NULL;
    tni_store *s = NULL;
    tni_store_limits l;
    tni_error_clear(&e);
    tni_store_limits_init(&l);
    l.memory_bytes = 256 << 20;
    l.heap_bytes = 64 << 20;
    l.stack_bytes = 16 << 20;
    tenon_status status = tni_module_decode(engine, data, size, 0, true, &m, &e);
    if (status == TENON_OK) {
        status = tni_module_validate(m, &e);
    }
    if (status == TENON_OK && m->import_count != 0) {
        printf("refused imports\n");
    } else if (status != TENON_OK || tni_store_new(engine, &l, &s, &e) != TENON_OK) {
        printf("refused %s\n", e.message);
    } else {
        run(s, m);
    }
    if (s != NULL) {
        tni_store_delete(s);
    }
    if (m != NULL) {
        tni_module_release(m);
    }
}

static bool observe_file(const char *path) {
    static u8 data[1 << 20];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "%s: cannot be opened\n", path);
        return false;
    }
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    printf("module %s\n", path);
    observe(data, size);
    fflush(stdout);
    return true;
}

static bool write_modules(const char *folder, u64 seed, u64 count) {
    static pg program;
    for (u64 n = seed; n - seed < count; n++) {
        char path[1000];
        snprintf(path, sizeof path, "%s/%" PRIu64 ".wasm", folder, n);
        wb bytes = pg_module(&program, n);
        FILE *file = fopen(path, "wb");
        bool good =
            file != NULL && fwrite(bytes.data, 1, bytes.count, file) == bytes.count;
        good = file != NULL && fclose(file) == 0 && good;
        pg_free(&program);
        wb_free(&bytes);
        if (!good) {
            fprintf(stderr, "%s: cannot be written\n", path);
            return false;
        }
    }
    return true;
}

int main(int argc, char **argv) {
    bool good = true;
    if (argc == 5 && strcmp(argv[1], "--write") == 0) {
        return write_modules(argv[2], strtoull(argv[3], NULL, 0),
                             strtoull(argv[4], NULL, 0))
                   ? 0
                   : 1;
    }
    for (int n = 1; n < argc; n++) {
        tenon_engine_config c;
        tenon_error e;
        tenon_engine_config_init(&c);
        c.features = UINT64_MAX;
        if (tenon_engine_new(&c, &engine, &e) != TENON_OK) {
            fprintf(stderr, "%s\n", e.message);
            return 2;
        }
        good = observe_file(argv[n]) && good;
        tenon_engine_delete(engine);
    }
    return good ? 0 : 1;
}
