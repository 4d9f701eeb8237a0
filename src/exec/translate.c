/* translate.c: decodes a body for the translator, and keeps what comes of it: the code
 * cache of a module. Translation happens on first call or ahead of time, under the
 * engine's lock, over bodies that the validator has passed. */
#include "base/assert.h"
#include "exec/translate.h"

/* -- reading: the body is valid, so failures are the reader's bounds at work -- */

u32 tni_t_read_u32(tni_translator *c) {
    u32 v = 0;
    TNI_ASSERT(tni_read_u32(&c->r, &v) == TENON_OK);
    return v;
}

u64 tni_t_read_u64(tni_translator *c) {
    u64 v = 0;
    TNI_ASSERT(tni_read_u64(&c->r, &v) == TENON_OK);
    return v;
}

i64 tni_t_read_s33(tni_translator *c) {
    i64 v = 0;
    TNI_ASSERT(tni_read_s33(&c->r, &v) == TENON_OK);
    return v;
}

u8 tni_t_read_byte(tni_translator *c) {
    u8 v = 0;
    TNI_ASSERT(tni_read_byte(&c->r, &v) == TENON_OK);
    return v;
}

static void skip_bytes(tni_translator *c, size_t n) {
    const u8 *at;
    TNI_ASSERT(tni_read_bytes(&c->r, n, &at) == TENON_OK);
}

/* Core 3.0, 5.3.4: a reference may be abbreviated, or have a heap type after it. */
u8 tni_t_read_vtype(tni_translator *c) {
    switch (tni_t_read_byte(c)) {
    case 0x7f: return TYPE_I32;
    case 0x7e: return TYPE_I64;
    case 0x7d: return TYPE_F32;
    case 0x7c: return TYPE_F64;
    case 0x7b: return TYPE_V128;
    case 0x63:
    case 0x64: tni_t_read_s33(c); return TYPE_I64;
    default: return TYPE_I64;
    }
}

/* The opcode. Core 3.0, 5.4. */
static tni_op read_op(tni_translator *c) {
    const u8 byte = tni_t_read_byte(c);
    if (byte < 0xfb) {
        return tni_op_of(0, byte);
    }
    return tni_op_of(byte, tni_t_read_u32(c));
}

static void skip_blocktype(tni_translator *c) {
    const u8 byte = c->r.cur != c->r.end ? *c->r.cur : 0;
    if (byte == 0x40) {
        c->r.cur++;
    } else if ((byte & 0xc0) == 0x40) {
        tni_t_read_vtype(c);
    } else {
        tni_t_read_s33(c);
    }
}

static void skip_access(tni_translator *c) {
    if ((tni_t_read_u32(c) & 0x40) != 0) {
        tni_t_read_u32(c);
    }
    tni_t_read_u64(c);
}

static void skip_catches(tni_translator *c) {
    skip_blocktype(c);
    for (u32 n = tni_t_read_u32(c); n > 0; n--) {
        const u8 kind = tni_t_read_byte(c);
        if (kind < 2) { /* catch, catch_ref: with a tag */
            tni_t_read_u32(c);
        }
        tni_t_read_u32(c);
    }
}

static void skip_u32s(tni_translator *c, u64 n) {
    for (; n > 0; n--) {
        tni_t_read_u32(c);
    }
}

/* Passes over the immediates of an instruction that is not reached. */
static void skip_immediates(tni_translator *c, tni_op op) {
    switch ((tni_imm)tni_ops[op].imm) {
    case TNI_IMM_NONE: break;
    case TNI_IMM_BLOCK: skip_blocktype(c); break;
    case TNI_IMM_LABELS: skip_u32s(c, (u64)tni_t_read_u32(c) + 1); break;
    case TNI_IMM_LABEL:
    case TNI_IMM_FUNC:
    case TNI_IMM_TYPE:
    case TNI_IMM_LOCAL:
    case TNI_IMM_GLOBAL:
    case TNI_IMM_TABLE:
    case TNI_IMM_ELEM:
    case TNI_IMM_MEMORY:
    case TNI_IMM_DATA:
    case TNI_IMM_TAG: skip_u32s(c, 1); break;
    case TNI_IMM_CALL_INDIRECT:
    case TNI_IMM_TABLE_TABLE:
    case TNI_IMM_ELEM_TABLE:
    case TNI_IMM_MEMORY_MEMORY:
    case TNI_IMM_DATA_MEMORY:
    case TNI_IMM_TYPE_FIELD:
    case TNI_IMM_TYPE_TYPE:
    case TNI_IMM_TYPE_COUNT:
    case TNI_IMM_TYPE_DATA:
    case TNI_IMM_TYPE_ELEM: skip_u32s(c, 2); break;
    case TNI_IMM_MEMARG: skip_access(c); break;
    case TNI_IMM_MEMARG_LANE:
        skip_access(c);
        skip_bytes(c, 1);
        break;
    case TNI_IMM_LANE:
    case TNI_IMM_FENCE: skip_bytes(c, 1); break;
    case TNI_IMM_SHUFFLE:
    case TNI_IMM_V128: skip_bytes(c, 16); break;
    case TNI_IMM_I32:
    case TNI_IMM_I64: {
        i64 v;
        TNI_ASSERT(tni_read_s64(&c->r, &v) == TENON_OK);
        break;
    }
    case TNI_IMM_F32: skip_bytes(c, 4); break;
    case TNI_IMM_F64: skip_bytes(c, 8); break;
    case TNI_IMM_SELECT:
        for (u32 n = tni_t_read_u32(c); n > 0; n--) {
            tni_t_read_vtype(c);
        }
        break;
    case TNI_IMM_HEAPTYPE: tni_t_read_s33(c); break;
    case TNI_IMM_CAST:
        skip_bytes(c, 1);
        tni_t_read_u32(c);
        tni_t_read_s33(c);
        tni_t_read_s33(c);
        break;
    case TNI_IMM_TRY_TABLE: skip_catches(c); break;
    }
}

/* -- one instruction -- */

static bool ends_arm(tni_op op) {
    return op == TNI_OP_END || op == TNI_OP_DELEGATE || op == TNI_OP_CATCH ||
           op == TNI_OP_CATCH_ALL;
}

/* Code that is not reached is passed over, up to the else or end that closes it. */
static bool skip_dead(tni_translator *c, tni_op op) {
    if (op == TNI_OP_BLOCK || op == TNI_OP_LOOP || op == TNI_OP_IF ||
        op == TNI_OP_TRY_TABLE || op == TNI_OP_TRY) {
        c->dead_depth++;
    } else if (c->dead_depth == 0 && (op == TNI_OP_ELSE || ends_arm(op))) {
        return false;
    } else if (op == TNI_OP_END || op == TNI_OP_DELEGATE) {
        c->dead_depth--;
    }
    skip_immediates(c, op);
    return true;
}

static bool constant(tni_translator *c, tni_op op) {
    i32 narrow;
    i64 wide;
    u32 bits32;
    u64 bits64;
    switch (op) {
    case TNI_OP_I32_CONST:
        TNI_ASSERT(tni_read_s32(&c->r, &narrow) == TENON_OK);
        tni_t_push_const(c, TYPE_I32, (u32)narrow);
        return true;
    case TNI_OP_I64_CONST:
        TNI_ASSERT(tni_read_s64(&c->r, &wide) == TENON_OK);
        tni_t_push_const(c, TYPE_I64, (u64)wide);
        return true;
    case TNI_OP_F32_CONST:
        TNI_ASSERT(tni_read_fixed32(&c->r, &bits32) == TENON_OK);
        tni_t_push_const(c, TYPE_F32, bits32);
        return true;
    case TNI_OP_F64_CONST:
        TNI_ASSERT(tni_read_fixed64(&c->r, &bits64) == TENON_OK);
        tni_t_push_const(c, TYPE_F64, bits64);
        return true;
    default: return false;
    }
}

void tni_t_read_v128(tni_translator *c, u64 *low, u64 *high) {
    TNI_ASSERT(tni_read_fixed64(&c->r, low) == TENON_OK);
    TNI_ASSERT(tni_read_fixed64(&c->r, high) == TENON_OK);
}

static void instruction(tni_translator *c) {
    c->source = tni_reader_offset(&c->r);
    const tni_op op = read_op(c);
    if (c->is_dead && skip_dead(c, op)) {
        return;
    }
    const bool is_traced = c->is_traced && !c->is_dead;
    if (is_traced) {
        tni_t_trace(c, op);
    }
    const bool done = constant(c, op) || tni_t_numeric(c, op) || tni_t_memory(c, op) ||
                      tni_t_control(c, op) || tni_t_gc(c, op) || tni_t_plain(c, op) ||
                      tni_t_exception(c, op);
    TNI_ASSERT(done);
    if (is_traced) {
        tni_t_trace_results(c, op);
    }
}

/* -- one function -- */

static void add_local(tni_translator *c, u32 *slot, u8 type, bool is_set) {
    if (!tni_vec_push(c->heap, &c->local_slot, *slot) ||
        !tni_vec_push(c->heap, &c->local_type, type) ||
        !tni_vec_push(c->heap, &c->local_is_set, is_set) ||
        !tni_vec_push(c->heap, &c->local_uses, NOWHERE)) {
        c->failed = true;
        return;
    }
    *slot += type == TYPE_V128 ? 2 : 1;
}

/* Lays the frame out: parameters, header, scratch if it is far, locals, temporaries. */
static void read_locals(tni_translator *c) {
    u32 slot = 0;
    for (u32 i = 0; i < c->type->sub.param_count; i++) {
        add_local(c, &slot, tni_vtype_of(c->type->sub.params[i]), true);
    }
    slot = c->header + TNI_HEADER_SLOTS;
    if (c->is_far) {
        c->scratch = slot;
        slot += SCRATCH_SLOTS + 2;
    }
    for (u32 n = tni_t_read_u32(c); n > 0 && !c->failed; n--) {
        u32 count = tni_t_read_u32(c);
        const u8 type = tni_t_read_vtype(c);
        for (; count > 0 && !c->failed; count--) {
            add_local(c, &slot, type, false);
        }
    }
    c->first_temp = slot;
    c->top = slot;
    c->max_top = slot;
}

/* Slots that 16 bits reach, header and scratch among them. Under TNI_TINY a few, so that
 * most functions have some beyond. */
static u32 near_slots(u32 header) {
#ifdef TNI_TINY
    return header + TNI_HEADER_SLOTS + SCRATCH_SLOTS + 2 + 4;
#else
    (void)header;
    return UINT16_MAX + 1;
#endif
}

static void start(tni_translator *c, tni_module *m, u32 func, bool is_far) {
    const tni_func_def *def = &m->funcs[func - m->imported_funcs];
    c->module = m;
    c->func = func;
    c->type = tni_module_deftype(m, def->type);
    c->r = tni_reader_of(def->body.ptr, def->body.len, def->body.offset, &c->error);
    c->failed = false;
    c->is_far = is_far;
    c->wants_far = false;
    c->is_dead = false;
    c->dead_depth = 0;
    c->header = tni_header_slot(c->type);
    c->near = near_slots(c->header);
    c->scratch_used = 0;
    c->pc = 0;
    c->settled = 0;
    c->zero_from = NOWHERE;
    c->zero_end = 0;
    c->stack.count = c->frames.count = c->fixups.count = c->defined.count = 0;
    c->local_slot.count = c->local_type.count = 0;
    c->local_uses.count = c->local_is_set.count = 0;
    c->ranges.count = c->clauses.count = 0;
    c->range = NOWHERE;
    c->origins.count = 0;
    c->is_traced = m->engine->tracer != NULL;
    c->lowest = 0;
    c->notes.count = 0;
    tni_t_fence(c);
    tni_t_forget_mirrors(c);
    for (u32 i = 0; i < ACC_COUNT; i++) {
        c->owner[i] = NOWHERE;
    }
}

static void push_function_frame(tni_translator *c) {
    const frame f = {.kind = FRAME_FUNC,
                     .base = c->first_temp,
                     .results = c->type->sub.result_count,
                     .result_types = c->type->sub.results,
                     .fixups = NOWHERE,
                     .else_fixup = NOWHERE,
                     .table_stub = NOWHERE,
                     .range = NOWHERE};
    if (!tni_vec_push(c->heap, &c->frames, f)) {
        c->failed = true;
    }
}

/* Zeroing comes first, for locals that may be read before they are set; which ones those
 * are is known in the end. */
static void reserve_zeroing(tni_translator *c) {
    tni_t_begin(c, TNI_X_ZERO, KIND_NONE);
    tni_t_u64(c, 0);
    tni_t_end(c);
    tni_t_fence(c);
}

/* Fills it in; gives where the function starts. */
static u32 finish_zeroing(tni_translator *c) {
    static const u16 ops[] = {TNI_X_ZERO_1, TNI_X_ZERO_2, TNI_X_ZERO_3, TNI_X_ZERO_4};
    if (c->zero_end == 0) {
        return (u32)TNI_OP_BYTES(8);
    }
    u8 *at = c->code.data + TNI_CELL;
    const u32 count = c->zero_end - c->zero_from;
    if (count <= TNI_COUNT_OF(ops) && c->zero_from < c->near) {
        const u16 from = (u16)c->zero_from;
        tni_put_cell(c->code.data, c->cells, ops[count - 1]);
        memcpy(at, &from, sizeof from);
    } else {
        memcpy(at, &c->zero_from, sizeof c->zero_from);
        memcpy(at + 4, &count, sizeof count);
    }
    return 0;
}

/* Translates into c's buffer. False: memory is out, or it must be done as a far frame. */
static bool translate(tni_translator *c, tni_module *m, u32 func, bool is_far) {
    start(c, m, func, is_far);
    read_locals(c);
    push_function_frame(c);
    if (c->failed) {
        return false;
    }
    reserve_zeroing(c);
    while (c->frames.count > 0 && !c->failed && !c->wants_far) {
        instruction(c);
    }
    return !c->failed && !c->wants_far;
}

static bool translate_any(tni_translator *c, tni_module *m, u32 func) {
    return translate(c, m, func, false) || (c->wants_far && translate(c, m, func, true));
}

/* -- the cache -- */

static void free_translator(tni_heap *h, tni_translator *c) {
    tni_vec_free(h, &c->code);
    tni_vec_free(h, &c->stack);
    tni_vec_free(h, &c->frames);
    tni_vec_free(h, &c->fixups);
    tni_vec_free(h, &c->local_slot);
    tni_vec_free(h, &c->local_type);
    tni_vec_free(h, &c->local_uses);
    tni_vec_free(h, &c->local_is_set);
    tni_vec_free(h, &c->defined);
    tni_vec_free(h, &c->ranges);
    tni_vec_free(h, &c->clauses);
    tni_vec_free(h, &c->origins);
    tni_vec_free(h, &c->notes);
    TNI_FREE(h, c);
}

static tni_translator *new_translator(tni_heap *h) {
    tni_translator *c = TNI_NEW(h, tni_translator);
    if (c == NULL) {
        return NULL;
    }
    c->heap = h;
    c->cells = tni_op_cells();
    if (!tni_vec_reserve(h, &c->code, 1024)) {
        TNI_FREE(h, c);
        return NULL;
    }
    return c;
}

static u32 own_count(const tni_module *m) {
    return m->func_count - m->imported_funcs;
}

static void delete_code(tni_module *m) {
    tni_code_cache *cache = m->code;
    m->code = NULL;
    m->code_delete = NULL;
    tni_heap *h = &m->heap;
    if (cache->bytes > 0) {
        tni_lock_acquire(&m->engine->lock);
        m->engine->code_bytes -= cache->bytes;
        tni_lock_release(&m->engine->lock);
    }
    if (cache->translator != NULL) {
        free_translator(h, cache->translator);
    }
    tni_vec_free(h, &cache->by_address);
    TNI_FREE_ARRAY(h, cache->funcs, own_count(m));
    tni_arena_free(&cache->arena);
    TNI_FREE(h, cache);
}

static tni_code_cache *cache_of(tni_module *m) {
    if (m->code != NULL) {
        return m->code;
    }
    tni_heap *h = &m->heap;
    tni_code_cache *cache = TNI_NEW(h, tni_code_cache);
    if (cache == NULL) {
        return NULL;
    }
    tni_arena_init(&cache->arena, h);
    m->code = cache;
    m->code_delete = delete_code;
    cache->funcs = TNI_NEW_ARRAY(h, tni_func_code, own_count(m));
    cache->translator = new_translator(h);
    if (cache->funcs == NULL || cache->translator == NULL) {
        delete_code(m);
        return NULL;
    }
    return cache;
}

/* The first entry of by_address whose code is above p. */
static size_t upper_bound(const tni_code_cache *cache, const u8 *p) {
    size_t low = 0;
    size_t high = cache->by_address.count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if ((uintptr_t)cache->funcs[cache->by_address.data[middle]].code > (uintptr_t)p) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

static bool insert_by_address(tni_heap *h, tni_code_cache *cache, u32 own) {
    if (!tni_vec_push(h, &cache->by_address, own)) {
        return false;
    }
    u32 *data = cache->by_address.data;
    size_t last = --cache->by_address.count;
    const size_t i = upper_bound(cache, cache->funcs[own].code);
    memmove(data + i + 1, data + i, (last - i) * sizeof *data);
    data[i] = own;
    cache->by_address.count = last + 1;
    return true;
}

static bool fits(const tenon_engine *engine, u32 count) {
    return engine->max_code_bytes == 0 ||
           (engine->code_bytes <= engine->max_code_bytes &&
            count <= engine->max_code_bytes - engine->code_bytes);
}

/* Takes the code that the translator has, of `count` bytes from begin on. */
static bool keep(tni_module *m, u32 own, u32 begin, u32 count) {
    tni_heap *h = &m->heap;
    tni_code_cache *cache = m->code;
    tni_translator *c = cache->translator;
    const tni_handlers *handlers = NULL;
    u8 *code = tni_arena_alloc(&cache->arena, count, TNI_CELL);
    if (code == NULL || !tni_t_keep_handlers(c, &cache->arena, begin, &handlers) ||
        (c->is_traced && !tni_t_keep_trace(c, &cache->arena))) {
        return false;
    }
    memcpy(code, c->code.data + begin, count);
    tni_func_code *f = &cache->funcs[own];
    *f = (tni_func_code){code, count, c->max_top, handlers};
    if (!insert_by_address(h, cache, own)) {
        f->code = NULL;
        return false;
    }
    cache->bytes += count;
    m->engine->code_bytes += count;
    return true;
}

static tenon_status translate_locked(tni_module *m, u32 func, tenon_error *e) {
    const u32 own = func - m->imported_funcs;
    tni_code_cache *cache = cache_of(m);
    if (cache == NULL) {
        return tni_no_memory(e);
    }
    if (cache->funcs[own].code != NULL) {
        return TENON_OK;
    }
    cache->translator->wants_origins = false;
    if (!translate_any(cache->translator, m, func)) {
        return tni_no_memory(e);
    }
    const u32 begin = finish_zeroing(cache->translator);
    const u32 count = cache->translator->pc - begin;
    if (!fits(m->engine, count)) {
        return tni_fail(e, TNI_ERR_LIMIT, m->funcs[own].body.offset,
                        "%llu bytes of translated code of an engine",
                        (unsigned long long)m->engine->max_code_bytes);
    }
    return keep(m, own, begin, count) ? TENON_OK : tni_no_memory(e);
}

tenon_status tni_module_translate(tni_module *m, tenon_error *e) {
    tenon_status status = TENON_OK;
    /* The lock is let go after each: other threads load and call meanwhile. */
    for (u32 x = m->imported_funcs; x < m->func_count && status == TENON_OK; x++) {
        tni_lock_acquire(&m->engine->lock);
        status = translate_locked(m, x, e);
        tni_lock_release(&m->engine->lock);
    }
    return status;
}

tenon_status tni_func_ready(tni_thread *t, tni_func *f) {
    tni_module *m = f->instance->module;
    tni_lock_acquire(&m->engine->lock);
    const tenon_status status = translate_locked(m, f->index, t->error);
    if (status == TENON_OK) {
        const tni_code_cache *cache = m->code;
        f->code = cache->funcs[f->index - m->imported_funcs].code;
        f->frame_slots = cache->funcs[f->index - m->imported_funcs].frame_slots;
    }
    tni_lock_release(&m->engine->lock);
    TNI_TRY(status);
    tni_slot *fp = t->fp;
    return tni_stack_room(t, &fp, f->frame_slots);
}

/* -- looking back -- */

u32 tni_code_find(tni_module *m, const u8 *ip) {
    u32 found = TNI_NO_INDEX;
    tni_lock_acquire(&m->engine->lock);
    const tni_code_cache *cache = m->code;
    const size_t i = cache != NULL ? upper_bound(cache, ip) : 0;
    if (i > 0) {
        const u32 own = cache->by_address.data[i - 1];
        const tni_func_code *f = &cache->funcs[own];
        if ((uintptr_t)ip - (uintptr_t)f->code <= f->bytes) {
            found = own + m->imported_funcs;
        }
    }
    tni_lock_release(&m->engine->lock);
    return found;
}

static u64 offset_locked(tni_module *m, u32 func, const u8 *ip, bool is_return) {
    tni_code_cache *cache = m->code;
    tni_translator *c = cache->translator;
    u64 offset = TENON_NO_OFFSET;
    c->wants_origins = true;
    if (translate_any(c, m, func)) {
        const u32 begin = c->zero_end == 0 ? (u32)TNI_OP_BYTES(8) : 0;
        const u32 at = (u32)(ip - cache->funcs[func - m->imported_funcs].code) + begin;
        for (size_t i = 0; i < c->origins.count; i++) {
            if (c->origins.data[i].at + (is_return ? 1u : 0u) > at) {
                break;
            }
            offset = c->origins.data[i].source;
        }
    }
    c->wants_origins = false;
    return offset;
}

u64 tni_code_offset(tni_module *m, u32 func, const u8 *ip, bool is_return) {
    tni_lock_acquire(&m->engine->lock);
    const u64 offset = offset_locked(m, func, ip, is_return);
    tni_lock_release(&m->engine->lock);
    return offset;
}

/* -- what is not executed -- */

static bool group_runs(tni_group g) {
    switch (g) {
    case TNI_GROUP_MVP:
    case TNI_GROUP_SIGN_EXT:
    case TNI_GROUP_SAT_FLOAT:
    case TNI_GROUP_BULK:
    case TNI_GROUP_REFS:
    case TNI_GROUP_TAIL:
    case TNI_GROUP_SIMD:
    case TNI_GROUP_RELAXED_SIMD:
    case TNI_GROUP_GC:
    case TNI_GROUP_THREADS:
    case TNI_GROUP_WIDE:
    case TNI_GROUP_FUNC_REFS:
    case TNI_GROUP_EXN:
    case TNI_GROUP_LEGACY_EXN: return true;
    default: return false;
    }
}

tenon_status tni_check_executable(const tni_module *m, tenon_error *e) {
    for (u32 g = 0; g < TNI_GROUP_COUNT; g++) {
        if (m->group_use[g].used && !group_runs((tni_group)g)) {
            return tni_fail(e, TNI_ERR_UNSUPPORTED, m->group_use[g].offset,
                            "the engine does not execute %s",
                            tni_ops[m->group_use[g].op].text);
        }
    }
    return TENON_OK;
}
