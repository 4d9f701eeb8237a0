/* numtext.h: numbers to text and back, exactly. The small profile leaves this file out.
 *
 * Grammar of Core 3.0, 6.3.1 and 6.3.2: decimal and hexadecimal, '_' between digits,
 * inf, nan, nan:0x…, nan:canonical and nan:arithmetic are left to the caller. */
#ifndef TNI_NUMTEXT_H
#define TNI_NUMTEXT_H

#include "base/types.h"

/* Outcome of a parse: bad syntax and a value out of range are told apart, since the specs
 * have two messages ("unknown operator"/"unexpected token" and "constant out of range").
 */
typedef enum tni_num {
    TNI_NUM_OK,
    TNI_NUM_SYNTAX,
    TNI_NUM_RANGE,
} tni_num;

/* Unsigned: no sign allowed. max bounds the value. */
tni_num tni_parse_u64(tni_str text, u64 max, u64 *out);
/* iN as the text format has it: [sign] num, from -2^(bits-1) to 2^bits - 1; the result is
 * the bit pattern in the low bits. bits is 8, 16, 32 or 64. */
tni_num tni_parse_int(tni_str text, unsigned bits, u64 *out);
/* Signed, from -2^(bits-1) to 2^(bits-1) - 1. */
tni_num tni_parse_signed(tni_str text, unsigned bits, i64 *out);
/* Correctly rounded; the result is the bit pattern. A finite literal that rounds to
 * infinity is TNI_NUM_RANGE. */
tni_num tni_parse_f32(tni_str text, u32 *bits);
tni_num tni_parse_f64(tni_str text, u64 *bits);

#define TNI_FLOAT_TEXT_BYTES 40

/* The shortest decimal text that reads back to the same bits ("1", "0.1", "1e+100",
 * "inf", "-nan", "nan:0x…"). 0-terminated; returns the length. */
size_t tni_format_f32(char out[TNI_FLOAT_TEXT_BYTES], u32 bits);
size_t tni_format_f64(char out[TNI_FLOAT_TEXT_BYTES], u64 bits);

#endif
