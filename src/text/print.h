/* print.h: a core module as text. Core 3.0, chapter 6.
 *
 * What is printed assembles to the same bytes, if they were in their shortest form. */
#ifndef TNI_PRINT_H
#define TNI_PRINT_H

#include "base/format.h"
#include "core/module.h"

#define TNI_PRINT_FOLD     1u /* operands inside their instructions */
#define TNI_PRINT_SKELETON 2u /* no code, no contents of segments */

/* Appends the text of a validated module. */
tenon_status tni_text_print(const tni_module *m, unsigned flags, tni_buf *out,
                            tenon_error *e);

/* What stands between "(module id?" and ")" alone, indented by so many levels; id is what
 * the identifier says, or len 0. */
tenon_status tni_text_print_fields(const tni_module *m, tni_str id, unsigned flags,
                                   u32 indent, tni_buf *out, tenon_error *e);

/* -- parts of a module, in the words of its text: for traces -- */

/* Keeps a module's identifiers at hand; in the engine's heap. */
typedef struct tni_words tni_words;

tenon_status tni_words_new(const tni_module *m, tni_words **out, tenon_error *e);
void tni_words_delete(tni_words *w);
/* "$name" or the index. */
void tni_words_func(tni_words *w, u32 func, tni_buf *out);
/* The instruction at an offset (in the outermost binary) in the body of a function. */
tenon_status tni_words_instruction(tni_words *w, u32 func, u64 offset, tni_buf *out,
                                   tenon_error *e);
/* "(i32.const 1) (ref.null)": values of closed types as scripts have them, with a space
 * before each; two slots for a v128. */
void tni_words_values(const tni_registry *r, const tni_valtype *types, u32 count,
                      const u64 *slots, tni_buf *out);

#endif
