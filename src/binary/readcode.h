/* readcode.h: reading types, instructions and their immediates. Core 3.0, 5.3 and 5.4.
 *
 * For the decoder, the validator and whoever walks code later. Only the grammar is
 * checked here: whether indices exist is the validator's matter. */
#ifndef TNI_READCODE_H
#define TNI_READCODE_H

#include "base/reader.h"
#include "core/op.h"
#include "core/coretypes.h"

/* Type indices above this, which no module can have, are read as this, so that they fit
 * into a tni_valtype. */
#define TNI_TYPE_INDEX_MAX (1u << 26)

typedef struct tni_blocktype {
    bool has_index;
    u32 index;        /* of a function type */
    tni_valtype type; /* else the result, or TNI_BOT for none */
} tni_blocktype;

typedef struct tni_memarg {
    u32 align; /* log2 */
    u32 memory;
    u64 offset;
} tni_memarg;

/* Of try_table: what it catches, and where it goes. */
typedef enum tni_catch_kind {
    TNI_CATCH,
    TNI_CATCH_REF,
    TNI_CATCH_ALL,
    TNI_CATCH_ALL_REF,
} tni_catch_kind;

typedef struct tni_catch {
    tni_catch_kind kind;
    u32 tag; /* of the first two */
    u32 label;
} tni_catch;

/* Of br_on_cast. */
typedef struct tni_cast {
    u32 label;
    tni_valtype from;
    tni_valtype to;
} tni_cast;

/* Core 3.0, 5.3.3 to 5.3.5. Concrete heap types are type indices. */
tenon_status tni_read_heaptype(tni_reader *r, u32 *out);
tenon_status tni_read_reftype(tni_reader *r, tni_valtype *out);
tenon_status tni_read_valtype(tni_reader *r, tni_valtype *out);
/* A count of things, each at least one byte, in what follows. Core 3.0, 5.1.3. As in the
 * official scripts' notion of "length out of bounds", the count's own bytes are among
 * those that follow: it can exceed what is left by a few. */
tenon_status tni_read_count(tni_reader *r, u32 *out);

/* Core 3.0, 5.4. features are the engine's: a flagged instruction that is off is an
 * illegal opcode. */
tenon_status tni_read_op(tni_reader *r, u64 features, tni_op *out);
tenon_status tni_read_blocktype(tni_reader *r, tni_blocktype *out);
tenon_status tni_read_memarg(tni_reader *r, tni_memarg *out);
tenon_status tni_read_catch(tni_reader *r, tni_catch *out);
tenon_status tni_read_cast(tni_reader *r, tni_cast *out);
/* Passes over what follows the opcode. */
tenon_status tni_skip_immediates(tni_reader *r, tni_op op);
/* Passes over an expression with its `end`. Core 3.0, 5.4.11. Without data_count a data
 * index is malformed (Core 3.0, 5.5.17). */
tenon_status tni_skip_expr(tni_reader *r, u64 features, bool data_count);
/* Whether the op has a data index among its immediates. */
bool tni_op_has_data_index(tni_op op);
/* Fails as illegal opcode unless the op's group is on. */
tenon_status tni_check_op_feature(const tni_reader *r, u64 features, tni_op op,
                                  u64 offset);

#endif
