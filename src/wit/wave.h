/* wave.h: WAVE, the text of component values: native memory to text and back.
 *
 * Types are laid out (tenon_type.size and so on are filled). Handles, streams, futures
 * and error contexts have no text: they are printed as `<own 5>` for people to see, and
 * not read. A map is written as the list of pairs it is. */
#ifndef TNI_WAVE_H
#define TNI_WAVE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/format.h"
#include "tenon/type.h"

/* Reads the whole text as one value into native memory of the type's size. What it points
 * to goes to the arena. */
tenon_status tni_wave_parse(tni_arena *a, tni_str text, const tenon_type *t, void *out,
                            tenon_error *e);

/* A call `name(arguments)`, with the arguments not read yet. */
typedef struct tni_wave_call {
    tni_str
        interface; /* "developer:kitchen/api@0.1.0"; empty when only a name was given */
    tni_str func;  /* "sum" */
    tni_str text;  /* all of it */
    size_t args;   /* offset of '(' in text */
} tni_wave_call;

/* Names are `sum`, `%sum`, `ns:package/interface.sum`, `ns:package/interface.sum@0.1.0`
 * and `ns:package/interface@0.1.0#sum`. */
tenon_status tni_wave_parse_call(tni_arena *a, tni_str text, tni_wave_call *out,
                                 tenon_error *e);

/* Reads the arguments into a native tuple of the parameters; names (of type->params) are
 * for messages. Options at the end may be left out. */
tenon_status tni_wave_parse_args(tni_arena *a, const tni_wave_call *call,
                                 const tenon_func_type *type, const tenon_type *tuple,
                                 void *out, tenon_error *e);

/* Appends a value's text. Native memory is trusted to be of the type. */
void tni_wave_print(tni_buf *out, const tenon_type *t, const void *value);

/* Index into the [2] arrays of tenon_type, for native memory. */
enum { TNI_WAVE_NATIVE = sizeof(void *) == 8 };

static inline u32 tni_wave_discriminant_bytes(const tenon_type *t) {
    return t->count <= 0x100 ? 1 : t->count <= 0x10000 ? 2 : 4;
}

/* Whether a label is a keyword of WAVE, so that a case of that name needs a %. */
bool tni_wave_is_keyword(tni_str label);

#endif
