/* contract_text.h: types and functions in the words of WIT, for messages. */
#ifndef TNI_CONTRACT_TEXT_H
#define TNI_CONTRACT_TEXT_H

#include "wit/wit.h"

/* The word that a type begins with: "record", "list". */
const char *tni_wit_word(const tni_wit_type *t);

/* A type on one line: the name of a named one, or with `spell` its definition; "_" for
 * NULL. What is longer than a message should be is cut with "…". */
void tni_wit_put_type(tni_buf *b, const tni_wit_type *t, bool spell);

/* A function on one line, without its name; of a method without its self. */
void tni_wit_put_func(tni_buf *b, const tni_wit_func *f);

/* What a function of a component's name is, and what it is called: "method" and
 * "shelf.put" for "[method]shelf.put". */
const char *tni_wit_func_word(tni_str full_name, tni_str *name);

#endif
