// host.cpp: a host in C++17: it offers a function to a component, calls one of its exports
// with a string, reads the list that comes back, and hears of a trap.
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>

#include "tenon.h"
#include "tenon/core.h"
#include "tenon/platform.h"
#include "tenon/wasi.h"

namespace {

TENON_CHECK_SIZE(tenon_string, 8, 16);
TENON_CHECK_OFFSET(tenon_string, len, 4, 8);

// What is deleted by its own function, as unique_ptr wants it.
template <typename T, void (*Delete)(T *)> struct deleter {
    void operator()(T *object) const { Delete(object); }
};
template <typename T, void (*Delete)(T *)>
using owned = std::unique_ptr<T, deleter<T, Delete>>;

const char source[] = R"((component
  (import "demo:words/log" (instance $log (export "count" (func (param "n" u32)))))
  (core module $memory (memory (export "m") 1)
    (global $at (mut i32) (i32.const 1024))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (global.get $at)
      (global.set $at (i32.add (global.get $at)
        (i32.and (i32.add (local.get 3) (i32.const 7)) (i32.const -8))))))
  (core instance $mem (instantiate $memory))
  (canon lower (func $log "count") (core func $count))
  (core module $m
    (import "mem" "m" (memory 1))
    (import "host" "count" (func $count (param i32)))
    (func (export "echo") (param i32 i32) (result i32)
      (call $count (local.get 1))
      (if (i32.eqz (local.get 1)) (then unreachable))
      (i32.store (i32.const 8) (local.get 0))
      (i32.store (i32.const 12) (local.get 1))
      (i32.const 8)))
  (core instance $i (instantiate $m (with "mem" (instance $mem))
    (with "host" (instance (export "count" (func $count))))))
  (func (export "bytes") (param "text" string) (result (list u8))
    (canon lift (core func $i "echo") (memory (core memory $mem "m"))
      (realloc (core func $mem "realloc")))))
)";

class counter {
  public:
    static tenon_status count(tenon_call *call, void *user, const void *args, void *) {
        const auto n = *static_cast<const std::uint32_t *>(args);
        if (n > 100) {
            return tenon_call_fail(call, "%u is too many", n);
        }
        static_cast<counter *>(user)->total += n;
        return TENON_OK;
    }
    std::uint32_t total = 0;
};

const tenon_type u32_type = [] {
    tenon_type t{};
    t.kind = TENON_TYPE_U32;
    return t;
}();
const tenon_field count_params[] = {{"n", &u32_type}};
const tenon_host_func log_funcs[] = {{"count",
                                      [] {
                                          tenon_func_type t{};
                                          t.param_count = 1;
                                          t.params = count_params;
                                          return t;
                                      }(),
                                      counter::count}};
const tenon_interface log_interface = {"demo:words/log", log_funcs, 1, nullptr, 0,
                                       nullptr,          0};

int failed = 0;

void expect(bool ok, const char *what, const tenon_error &error) {
    if (!ok) {
        std::printf("FAIL %s: %s: %s\n", what, tenon_status_name(error.status),
                    error.message);
        failed++;
    }
}

} // namespace

int main() {
    tenon_error error{};
    tenon_engine *new_engine = nullptr;
    tenon_engine_config config;
    tenon_engine_config_init(&config);
    expect(tenon_engine_new(&config, &new_engine, &error) == TENON_OK, "engine", error);
    owned<tenon_engine, tenon_engine_delete> engine(new_engine);

    tenon_component *new_component = nullptr;
    expect(tenon_component_load_text(engine.get(), source, std::strlen(source),
                                     &new_component, &error) == TENON_OK,
           "component", error);
    owned<tenon_component, tenon_component_delete> component(new_component);

    tenon_linker *new_linker = nullptr;
    counter words;
    expect(tenon_linker_new(engine.get(), &new_linker, &error) == TENON_OK, "linker",
           error);
    owned<tenon_linker, tenon_linker_delete> linker(new_linker);
    expect(tenon_linker_add(linker.get(), &log_interface, &words, &error) == TENON_OK,
           "interface", error);

    tenon_store *new_store = nullptr;
    expect(tenon_store_new(engine.get(), nullptr, &new_store, &error) == TENON_OK,
           "store", error);
    owned<tenon_store, tenon_store_delete> store(new_store);
    tenon_arena *new_arena = nullptr;
    expect(tenon_arena_new(engine.get(), &new_arena, &error) == TENON_OK, "arena", error);
    owned<tenon_arena, tenon_arena_delete> arena(new_arena);

    tenon_instance *instance = nullptr;
    expect(tenon_instantiate(linker.get(), store.get(), component.get(), &instance,
                             &error) == TENON_OK,
           "instance", error);
    if (failed > 0) {
        return 1;
    }
    tenon_func *bytes = tenon_instance_func(instance, nullptr, "bytes");
    const std::string text = "über";
    tenon_string args = {text.data(), text.size()};
    struct {
        const std::uint8_t *ptr;
        std::size_t len;
    } list = {nullptr, 0};
    expect(tenon_func_call(bytes, &args, &list, arena.get(), &error) == TENON_OK, "call",
           error);
    expect(list.len == 5 && std::memcmp(list.ptr, text.data(), 5) == 0, "list", error);
    expect(words.total == 5, "count", error);

    const char *wave = nullptr;
    tenon_value value = {tenon_func_type_of(bytes)->result, &list};
    expect(tenon_value_print(value, arena.get(), &wave, &error) == TENON_OK &&
               std::string(wave) == "[195, 188, 98, 101, 114]",
           "WAVE", error);

    args.len = 0;
    expect(tenon_func_call(bytes, &args, &list, arena.get(), &error) == TENON_TRAP,
           "trap", error);
    std::printf("%d passed, %d failed\n", failed == 0 ? 1 : 0, failed);
    return failed != 0;
}
