/* hello: a command without a C library: greets, then prints its arguments, one a line.
 * Run with the argument `fail`, run returns an error. */
#include "../guest.h"

typedef struct string {
    const char *ptr;
    size_t len;
} string;

typedef struct string_list {
    const string *ptr;
    size_t len;
} string_list;

IMPORT("wasi:cli/environment@0.2.12", "get-arguments")
void get_arguments(string_list *result);
IMPORT("wasi:cli/stdout@0.2.12", "get-stdout")
int32_t get_stdout(void);
IMPORT("wasi:io/streams@0.2.12", "[method]output-stream.blocking-write-and-flush")
void write_and_flush(int32_t self, const char *ptr, size_t len, void *result);
IMPORT("wasi:io/streams@0.2.12", "[resource-drop]output-stream")
void drop_output_stream(int32_t self);

static void print(int32_t out, const char *text, size_t len) {
    struct {
        uint8_t is_err;
        uint8_t tag;
        int32_t error;
    } result;
    while (len > 0) {
        size_t part = len > 4096 ? 4096 : len;
        write_and_flush(out, text, part, &result);
        if (result.is_err) {
            __builtin_trap();
        }
        text += part;
        len -= part;
    }
}

EXPORT("wasi:cli/run@0.2.12#run")
int32_t run(void) {
    heap_reset();
    static const char greeting[] = "hello from a component\n";
    string_list args;
    get_arguments(&args);
    int32_t out = get_stdout();
    print(out, greeting, sizeof greeting - 1);
    bool failed = false;
    for (size_t i = 1; i < args.len; i++) {
        print(out, args.ptr[i].ptr, args.ptr[i].len);
        print(out, "\n", 1);
        failed = failed || (args.ptr[i].len == 4 && args.ptr[i].ptr[0] == 'f' &&
                            args.ptr[i].ptr[1] == 'a' && args.ptr[i].ptr[2] == 'i' &&
                            args.ptr[i].ptr[3] == 'l');
    }
    drop_output_stream(out);
    return failed;
}
