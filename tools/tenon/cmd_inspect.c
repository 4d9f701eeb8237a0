/* cmd_inspect.c: `tenon inspect`: imports, exports, sections and sizes as a tree. Looks
 * inside: the public API shows instances, not binaries. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/format.h"
#include "base/reader.h"
#include "component/witprint.h"
#include "core/module.h"
#include "tenon/command.h"

enum { NESTING_SHOWN = 16 };

static void help(void) {
    printf(
        "usage: tenon inspect [-W FEATURE,…] [--no-sections] FILE…\n\n"
        "Prints what a component or core module imports and exports, with types in WIT "
        "or\n"
        "core text, and its sections with offsets and sizes, nested ones indented. Of a "
        "text\n"
        "file, the binary that it assembles to is shown.\n\n");
    wasm_options_help();
    printf("\nexamples:\n"
           "  tenon inspect plugin.wasm\n"
           "  tenon inspect --no-sections app.wasm\n");
}

/* -- sections -- */

static const char *const core_sections[] = {
    "custom", "type",  "import",  "function", "table", "memory",     "global",
    "export", "start", "element", "code",     "data",  "data count", "tag"};
static const char *const component_sections[] = {
    "custom",   "core module", "core instance", "core type", "component",
    "instance", "alias",       "type",          "canon",     "start",
    "import",   "export",      "value"};

/* One section a line; nested modules and components are gone into. The input is valid. */
static void print_sections(tni_reader r, int depth) {
    const u8 *preamble = NULL;
    if (tni_read_bytes(&r, 8, &preamble) != TENON_OK) {
        return;
    }
    bool is_component = preamble[6] == 1;
    const char *const *names = is_component ? component_sections : core_sections;
    size_t name_count =
        is_component ? TNI_COUNT_OF(component_sections) : TNI_COUNT_OF(core_sections);
    while (tni_reader_left(&r) > 0) {
        u8 id = 0;
        u32 len = 0;
        tni_reader body;
        u64 offset = tni_reader_offset(&r);
        if (tni_read_byte(&r, &id) != TENON_OK || tni_read_u32(&r, &len) != TENON_OK ||
            tni_read_sub(&r, len, &body) != TENON_OK) {
            return;
        }
        printf("  %*s0x%06" PRIx64 "  %-13s %10u bytes", depth * 2, "", offset,
               id < name_count ? names[id] : "?", len);
        bool is_nested = is_component && (id == 1 || id == 4);
        if (id == 0) {
            tni_str name;
            tni_reader custom = body;
            if (tni_read_name(&custom, &name) == TENON_OK) {
                printf("  \"%.*s\"", (int)name.len, name.ptr);
            }
        }
        printf("\n");
        if (is_nested && depth < NESTING_SHOWN) {
            print_sections(body, depth + 1);
        }
    }
}

/* -- imports and exports -- */

static void print_core_type(const tni_module *m, const tni_externtype *type) {
    char text[512];
    tni_externtype_format(m->engine->registry, text, sizeof text, type);
    printf("%s\n", text);
}

static void print_module(const tni_module *m) {
    if (m->import_count > 0) {
        printf("  imports\n");
    }
    for (u32 i = 0; i < m->import_count; i++) {
        const tni_import *x = &m->imports[i];
        printf("    \"%.*s\" \"%.*s\": ", (int)x->module.len, x->module.ptr,
               (int)x->name.len, x->name.ptr);
        tni_externtype type = tni_import_type(m, i);
        print_core_type(m, &type);
    }
    if (m->export_count > 0) {
        printf("  exports\n");
    }
    for (u32 i = 0; i < m->export_count; i++) {
        printf("    \"%.*s\": ", (int)m->exports[i].name.len, m->exports[i].name.ptr);
        tni_externtype type = tni_export_type(m, i);
        print_core_type(m, &type);
    }
}

static void print_entity(const tni_component *c, const tni_named_entity *x, int indent) {
    tni_resource_names names = {c->slot_names, c->slot_count};
    printf("%*s%.*s: ", indent, "", (int)x->name.len, x->name.ptr);
    if (x->entity->kind == TNI_ENTITY_INSTANCE) {
        const tni_instance_type *type = x->entity->instance;
        printf("instance\n");
        for (u32 i = 0; i < type->export_count; i++) {
            print_entity(c, &type->exports[i], indent + 2);
        }
        return;
    }
    tni_buf text;
    tni_buf_init(&text, &c->engine->heap);
    tni_entity_print(&text, x->entity, &names, c->engine->registry);
    printf("%.*s\n", (int)text.count, (const char *)text.data);
    tni_buf_free(&text);
}

static void print_component(const tni_component *c) {
    if (c->import_count > 0) {
        printf("  imports\n");
    }
    for (u32 i = 0; i < c->import_count; i++) {
        print_entity(c, &c->imports[i], 4);
    }
    if (c->export_count > 0) {
        printf("  exports\n");
    }
    for (u32 i = 0; i < c->export_count; i++) {
        print_entity(c, &c->exports[i], 4);
    }
}

static bool inspect(tenon_engine *engine, const char *path, bool sections) {
    input in;
    if (!input_open(&in, path)) {
        return false;
    }
    tenon_error error;
    tenon_component *component = NULL;
    tenon_module *module = NULL;
    tenon_status status = input_assemble(&in, engine, &error);
    bool is_component = tenon_is_component(in.bytes, in.len);
    if (status == TENON_OK) {
        status = is_component
                     ? tenon_component_load(engine, in.bytes, in.len, TENON_BORROW_BYTES,
                                            &component, &error)
                     : tenon_module_load(engine, in.bytes, in.len, TENON_BORROW_BYTES,
                                         &module, &error);
    }
    if (status != TENON_OK) {
        print_input_error(&in, &error);
    } else {
        printf("%s: %s, %zu bytes\n", path, is_component ? "component" : "core module",
               in.len);
        if (is_component) {
            print_component((const tni_component *)(const void *)component);
        } else {
            print_module((const tni_module *)(const void *)module);
        }
        if (sections) {
            printf("  sections\n");
            print_sections(tni_reader_of(in.bytes, in.len, 0, &error), 1);
        }
    }
    tenon_component_delete(component);
    tenon_module_delete(module);
    input_close(&in);
    return status == TENON_OK;
}

int cmd_inspect(int argc, char **argv) {
    wasm_options options;
    wasm_options_init(&options);
    bool sections = true;
    int i = 1;
    for (; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        bool missing = false;
        const char *arg = argv[i];
        if (strcmp(arg, "--help") == 0) {
            help();
            return EXIT_OK;
        }
        if (strcmp(arg, "--no-sections") == 0) {
            sections = false;
            continue;
        }
        const char *value = option_value(argc, argv, &i, "-W", &missing);
        if (value == NULL) {
            fprintf(stderr, "tenon inspect: no such option: %s\n", arg);
            return EXIT_USAGE;
        }
        if (missing || !wasm_options_parse(&options, value)) {
            return EXIT_USAGE;
        }
    }
    if (i == argc) {
        fprintf(stderr, "tenon inspect: no file given (try --help)\n");
        return EXIT_USAGE;
    }
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    wasm_options_configure(&options, &config);
    tenon_engine *engine = NULL;
    tenon_error error;
    if (tenon_engine_new(&config, &engine, &error) != TENON_OK) {
        print_error("engine", &error);
        return EXIT_FAILED;
    }
    bool ok = true;
    for (; i < argc; i++) {
        ok = inspect(engine, argv[i], sections) && ok;
    }
    tenon_engine_delete(engine);
    return ok ? EXIT_OK : EXIT_FAILED;
}
