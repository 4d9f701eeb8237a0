/* wit_json.h: the resolved model as JSON, for other programs.
 *
 *     {"packages": [{"name": "wasi:io", "version": "0.2.0",
 *         "interfaces": [{"name": "poll", "id": "wasi:io/poll@0.2.0",
 *             "types": [TYPE…], "functions": [FUNCTION…]}],
 *         "worlds": [{"name": "w", "id": "…", "imports": [ITEM…], "exports": [ITEM…]}]}]}
 *
 * TYPE: {"name": …, "kind": "record", "fields": [{"name": …, "type": REF}]}; kinds
 * "variant", "enum" and "flags" likewise; {"kind": "resource", "functions": […]};
 * {"kind": "alias", "type": REF}; {"kind": "use", "interface": ID, "of": name}. FUNCTION:
 * {"name": "[method]pollable.ready", "async": false, "params": [{"name", "type"}],
 * "result": REF or null}.
 * ITEM: {"kind": "interface", "name": …, "interface": ID}, or with "types" and
 * "functions" instead of "interface" when it is written in place; {"kind": "function",
 * …};
 * {"kind": "type", …}.
 * REF: "u32" and so on; {"name": "point"}; {"list": REF}, {"list": REF, "length": 4},
 * {"option": REF}, {"tuple": [REF…]}, {"result": {"ok": REF or null, "err": REF or
 * null}},
 * {"map": {"key": REF, "value": REF}}, {"own": name}, {"borrow": name},
 * {"stream": REF or null}, {"future": REF or null}.
 * Docs stand in "docs" where there are any. */
#ifndef TNI_WIT_JSON_H
#define TNI_WIT_JSON_H

#include "wit/wit.h"

void tni_wit_json(tni_buf *out, const tni_wit *w);
/* A string literal of JSON; the text is UTF-8. */
void tni_json_string(tni_buf *out, tni_str s);

#endif
