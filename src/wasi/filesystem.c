/* filesystem.c: wasi:filesystem: types, preopens.
 *
 * Every path is resolved by the platform, inside the descriptor's directory. Rights come
 * from the preopen and only shrink: what was opened below a read-only directory cannot
 * change anything. Directories inherit mutate-directory from the directory they were
 * opened in even when the guest did not ask for it, for preview 1 guests never do. */
#include "base/map.h"
#include "base/unicode.h"
#include "wasi/gen/wasi_filesystem_preopens.h"
#include "wasi/gen/wasi_filesystem_types.h"
#include "wasi/wasi.h"

enum {
    READ_BYTES = 1 << 24,  /* the most that descriptor.read gives of a file */
    OTHER_BYTES = 1 << 16, /* and of what has no size */
};

#define FLAG(name)      WASI_FILESYSTEM_TYPES_DESCRIPTOR_FLAGS_##name
#define OPEN_FLAG(name) WASI_FILESYSTEM_TYPES_OPEN_FLAGS_##name

typedef struct descriptor {
    tni_wasi_file *file;
    bool can_mutate; /* the preopen's right */
    u8 flags;        /* what get-flags says */
} descriptor;

typedef struct entry_stream {
    tenon_wasi *wasi;
    tenon_dir *dir;
} entry_stream;

/* The platform's outcomes stand in the order of the WIT's error-code, those of sockets
 * behind them. */
_Static_assert((int)TENON_OS_CROSS_DEVICE ==
                   WASI_FILESYSTEM_TYPES_ERROR_CODE_CROSS_DEVICE + 1,
               "tenon_os_error follows error-code");
_Static_assert((int)TENON_OS_NO_ENTRY == WASI_FILESYSTEM_TYPES_ERROR_CODE_NO_ENTRY + 1,
               "tenon_os_error follows error-code");
_Static_assert((int)TENON_FILE_SOCKET == WASI_FILESYSTEM_TYPES_DESCRIPTOR_TYPE_SOCKET,
               "tenon_file_type follows descriptor-type");
_Static_assert((int)TENON_ADVICE_NO_REUSE == WASI_FILESYSTEM_TYPES_ADVICE_NO_REUSE,
               "tenon_advice follows advice");

static u8 code_of(tenon_os_error r) {
    if (r == TENON_OS_TOO_MANY_FILES) { /* for which there is no code */
        r = TENON_OS_INSUFFICIENT_MEMORY;
    }
    return (u8)((r <= TENON_OS_CROSS_DEVICE ? r : TENON_OS_IO) - 1);
}

static descriptor *descriptor_of(tenon_call *call,
                                 wasi_filesystem_types_borrow_descriptor_t self) {
    return tenon_resource_rep(call, self.handle);
}

static tenon_path path_of(const descriptor *d, const tenon_string *path) {
    return (tenon_path){d->file->file, path->ptr, path->len};
}

/* The results without a payload. */
static tenon_status give(tenon_os_error r,
                         wasi_filesystem_types_result_void_error_code_t *result) {
    result->is_err = r != TENON_OS_OK;
    if (r != TENON_OS_OK) {
        result->val.err = code_of(r);
    }
    return TENON_OK;
}

static bool follows(wasi_filesystem_types_path_flags_t flags) {
    return (flags & WASI_FILESYSTEM_TYPES_PATH_FLAGS_SYMLINK_FOLLOW) != 0;
}

/* Directories may be opened in, listed and changed; else not-directory. */
static tenon_os_error need_directory(const descriptor *d) {
    return d->file->type == TENON_FILE_DIRECTORY ? TENON_OS_OK : TENON_OS_NOT_DIRECTORY;
}

static tenon_os_error need_mutable(const descriptor *d) {
    tenon_os_error r = need_directory(d);
    return r == TENON_OS_OK && !d->can_mutate ? TENON_OS_READ_ONLY : r;
}

static tenon_os_error need_readable(const descriptor *d) {
    if (d->file->type == TENON_FILE_DIRECTORY) {
        return TENON_OS_IS_DIRECTORY;
    }
    return (d->flags & FLAG(READ)) != 0 ? TENON_OS_OK : TENON_OS_BAD_DESCRIPTOR;
}

static tenon_os_error need_writable(const descriptor *d) {
    return (d->flags & FLAG(WRITE)) != 0 ? TENON_OS_OK : TENON_OS_BAD_DESCRIPTOR;
}

/* -- descriptors -- */

static tenon_status new_descriptor(tenon_call *call, u32 resource, tni_wasi_file *file,
                                   bool can_mutate, u8 flags, u32 *handle) {
    tenon_wasi *w = file->wasi;
    descriptor *d = TNI_NEW(&w->heap, descriptor);
    if (d == NULL) {
        tni_wasi_file_release(file);
        return tenon_call_no_memory(call);
    }
    *d = (descriptor){file, can_mutate, flags};
    tenon_status status = tenon_resource_new(call, resource, d, handle);
    if (status != TENON_OK) {
        wasi_filesystem_types_descriptor_destructor(w, d);
    }
    return status;
}

void wasi_filesystem_types_descriptor_destructor(void *user, void *rep) {
    tenon_wasi *w = user;
    descriptor *d = rep;
    tni_wasi_file_release(d->file);
    TNI_FREE(&w->heap, d);
}

/* Directories have no state of their own, but the guest's files are not the host's. */
bool tni_wasi_keeps_descriptor(void *user, void *rep) {
    const tenon_wasi *w = user;
    const descriptor *d = rep;
    for (size_t i = 0; i < w->preopen_count; i++) {
        if (w->preopens[i].file == d->file) {
            return true;
        }
    }
    return false;
}

static u8 directory_flags(bool can_mutate) {
    return (u8)(FLAG(READ) | (can_mutate ? FLAG(MUTATE_DIRECTORY) : 0));
}

tenon_status wasi_filesystem_preopens_get_directories(
    tenon_call *call, void *user,
    wasi_filesystem_preopens_list_tuple2_own_descriptor_string_t *result) {
    tenon_wasi *w = user;
    if (w->preopen_count == 0) {
        return TENON_OK;
    }
    result->ptr = tenon_call_alloc(call, w->preopen_count * sizeof *result->ptr, 8);
    if (result->ptr == NULL) {
        return tenon_call_no_memory(call);
    }
    for (size_t i = 0; i < w->preopen_count; i++) {
        const tni_wasi_preopen *p = &w->preopens[i];
        p->file->references++;
        TNI_TRY(new_descriptor(call, WASI_FILESYSTEM_PREOPENS_RESOURCE_DESCRIPTOR,
                               p->file, !p->read_only, directory_flags(!p->read_only),
                               &result->ptr[i].f0.handle));
        result->ptr[i].f1 = (tenon_string){p->guest_path.ptr, p->guest_path.len};
    }
    result->len = w->preopen_count;
    return TENON_OK;
}

/* -- open-at -- */

static tenon_os_error check_open(const descriptor *d, u8 open_flags, u8 flags) {
    bool changes = (flags & (FLAG(WRITE) | FLAG(MUTATE_DIRECTORY))) != 0 ||
                   (open_flags & (OPEN_FLAG(TRUNCATE) | OPEN_FLAG(CREATE))) != 0;
    tenon_os_error r = need_directory(d);
    return r == TENON_OS_OK && changes && !d->can_mutate ? TENON_OS_READ_ONLY : r;
}

static unsigned open_bits(u8 path_flags, u8 open_flags, u8 flags) {
    unsigned bits = follows(path_flags) ? TENON_OPEN_FOLLOW : 0;
    bits |= (open_flags & OPEN_FLAG(CREATE)) != 0 ? TENON_OPEN_CREATE : 0;
    bits |= (open_flags & OPEN_FLAG(DIRECTORY)) != 0 ? TENON_OPEN_DIRECTORY : 0;
    bits |= (open_flags & OPEN_FLAG(EXCLUSIVE)) != 0 ? TENON_OPEN_EXCLUSIVE : 0;
    bits |= (open_flags & OPEN_FLAG(TRUNCATE)) != 0 ? TENON_OPEN_TRUNCATE : 0;
    bits |= (flags & FLAG(READ)) != 0 ? TENON_OPEN_READ : 0;
    bits |= (flags & FLAG(WRITE)) != 0 ? TENON_OPEN_WRITE : 0;
    bits |= (flags & FLAG(FILE_INTEGRITY_SYNC)) != 0 ? TENON_OPEN_SYNC : 0;
    bits |= (flags & FLAG(DATA_INTEGRITY_SYNC)) != 0 ? TENON_OPEN_DATA_SYNC : 0;
    bits |= (flags & FLAG(REQUESTED_WRITE_SYNC)) != 0 ? TENON_OPEN_READ_SYNC : 0;
    return bits;
}

tenon_status wasi_filesystem_types_method_descriptor_open_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_path_flags_t path_flags, const tenon_string *path,
    wasi_filesystem_types_open_flags_t open_flags,
    wasi_filesystem_types_descriptor_flags_t flags,
    wasi_filesystem_types_result_own_descriptor_error_code_t *result) {
    tenon_wasi *w = user;
    descriptor *d = descriptor_of(call, self);
    tenon_file file = 0;
    if ((flags & (FLAG(READ) | FLAG(WRITE))) == 0) {
        flags |= FLAG(READ); /* there is no way to open for neither */
    }
    tenon_os_error r = check_open(d, open_flags, flags);
    if (r == TENON_OS_OK) {
        r = w->os->open(w->platform->user, path_of(d, path),
                        open_bits(path_flags, open_flags, flags), &file);
    }
    if (r != TENON_OS_OK) {
        result->is_err = true;
        result->val.err = code_of(r);
        return TENON_OK;
    }
    tni_wasi_file *f = tni_wasi_file_new(w, file);
    if (f == NULL) {
        return tenon_call_no_memory(call);
    }
    u8 effective = f->type == TENON_FILE_DIRECTORY
                       ? directory_flags(d->can_mutate)
                       : (u8)(flags & ~FLAG(MUTATE_DIRECTORY));
    return new_descriptor(call, WASI_FILESYSTEM_TYPES_RESOURCE_DESCRIPTOR, f,
                          d->can_mutate, effective, &result->val.ok.handle);
}

/* -- streams of files -- */

static tenon_status new_stream(tenon_call *call, descriptor *d, u32 resource, bool append,
                               u64 offset, u32 *handle) {
    tni_stream *s = tni_stream_new_file(d->file, append, offset);
    if (s == NULL) {
        return tenon_call_no_memory(call);
    }
    tenon_status status = tenon_resource_new(call, resource, s, handle);
    if (status != TENON_OK) {
        tni_stream_release(s);
    }
    return status;
}

tenon_status wasi_filesystem_types_method_descriptor_read_via_stream(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_filesize_t offset,
    wasi_filesystem_types_result_own_input_stream_error_code_t *result) {
    descriptor *d = descriptor_of(call, self);
    tenon_os_error r = need_readable(d);
    (void)user;
    if (r != TENON_OS_OK) {
        result->is_err = true;
        result->val.err = code_of(r);
        return TENON_OK;
    }
    return new_stream(call, d, WASI_FILESYSTEM_TYPES_RESOURCE_INPUT_STREAM, false, offset,
                      &result->val.ok.handle);
}

static tenon_status
output_stream(tenon_call *call, descriptor *d, bool append, u64 offset,
              wasi_filesystem_types_result_own_output_stream_error_code_t *result) {
    tenon_os_error r = need_writable(d);
    if (r != TENON_OS_OK) {
        result->is_err = true;
        result->val.err = code_of(r);
        return TENON_OK;
    }
    return new_stream(call, d, WASI_FILESYSTEM_TYPES_RESOURCE_OUTPUT_STREAM, append,
                      offset, &result->val.ok.handle);
}

tenon_status wasi_filesystem_types_method_descriptor_write_via_stream(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_filesize_t offset,
    wasi_filesystem_types_result_own_output_stream_error_code_t *result) {
    (void)user;
    return output_stream(call, descriptor_of(call, self), false, offset, result);
}

tenon_status wasi_filesystem_types_method_descriptor_append_via_stream(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_own_output_stream_error_code_t *result) {
    (void)user;
    return output_stream(call, descriptor_of(call, self), true, 0, result);
}

/* -- open files -- */

tenon_status wasi_filesystem_types_method_descriptor_advise(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_filesize_t offset, wasi_filesystem_types_filesize_t length,
    wasi_filesystem_types_advice_t advice,
    wasi_filesystem_types_result_void_error_code_t *result) {
    tenon_wasi *w = user;
    descriptor *d = descriptor_of(call, self);
    tenon_os_error r = TENON_OS_BAD_DESCRIPTOR;
    if (d->file->type != TENON_FILE_DIRECTORY) { /* as preview 1: of files alone */
        r = w->os->advise(w->platform->user, d->file->file, offset, length,
                          (tenon_advice)advice);
    }
    return give(r, result);
}

static tenon_status synchronize(tenon_wasi *w, const descriptor *d, bool data_only,
                                wasi_filesystem_types_result_void_error_code_t *result) {
    if ((d->flags & (FLAG(WRITE) | FLAG(MUTATE_DIRECTORY))) == 0) {
        return give(TENON_OS_OK, result);
    }
    return give(w->os->sync(w->platform->user, d->file->file, data_only), result);
}

tenon_status wasi_filesystem_types_method_descriptor_sync_data(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_void_error_code_t *result) {
    return synchronize(user, descriptor_of(call, self), true, result);
}

tenon_status wasi_filesystem_types_method_descriptor_sync(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_void_error_code_t *result) {
    return synchronize(user, descriptor_of(call, self), false, result);
}

tenon_status wasi_filesystem_types_method_descriptor_get_flags(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_descriptor_flags_error_code_t *result) {
    (void)user;
    result->val.ok = descriptor_of(call, self)->flags;
    return TENON_OK;
}

tenon_status wasi_filesystem_types_method_descriptor_get_type(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_descriptor_type_error_code_t *result) {
    (void)user;
    result->val.ok = (u8)descriptor_of(call, self)->file->type;
    return TENON_OK;
}

tenon_status wasi_filesystem_types_method_descriptor_set_size(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_filesize_t size,
    wasi_filesystem_types_result_void_error_code_t *result) {
    tenon_wasi *w = user;
    descriptor *d = descriptor_of(call, self);
    tenon_os_error r = need_writable(d);
    if (r == TENON_OS_OK) {
        r = size > INT64_MAX
                ? TENON_OS_INVALID /* as ftruncate has it of what is no off_t */
                : w->os->set_size(w->platform->user, d->file->file, size);
    }
    return give(r, result);
}

static tenon_os_error new_time(const wasi_filesystem_types_new_timestamp_t *from,
                               tenon_new_time *out) {
    *out = (tenon_new_time){TENON_TIME_KEEP, {0, 0}};
    if (from->tag == WASI_FILESYSTEM_TYPES_NEW_TIMESTAMP_NOW) {
        out->what = TENON_TIME_NOW;
    } else if (from->tag == WASI_FILESYSTEM_TYPES_NEW_TIMESTAMP_TIMESTAMP) {
        const wasi_filesystem_types_datetime_t *t = &from->val.timestamp;
        if (t->nanoseconds >= 1000000000) {
            return TENON_OS_INVALID;
        }
        if (t->seconds > INT64_MAX) {
            return TENON_OS_OVERFLOW;
        }
        out->what = TENON_TIME_SET;
        out->time = (tenon_time){(i64)t->seconds, t->nanoseconds};
    }
    return TENON_OS_OK;
}

static tenon_os_error new_times(const wasi_filesystem_types_new_timestamp_t *accessed,
                                const wasi_filesystem_types_new_timestamp_t *modified,
                                tenon_new_time out[2]) {
    tenon_os_error r = new_time(accessed, &out[0]);
    return r != TENON_OS_OK ? r : new_time(modified, &out[1]);
}

tenon_status wasi_filesystem_types_method_descriptor_set_times(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const wasi_filesystem_types_new_timestamp_t *data_access_timestamp,
    const wasi_filesystem_types_new_timestamp_t *data_modification_timestamp,
    wasi_filesystem_types_result_void_error_code_t *result) {
    tenon_wasi *w = user;
    descriptor *d = descriptor_of(call, self);
    tenon_new_time t[2];
    tenon_os_error r = new_times(data_access_timestamp, data_modification_timestamp, t);
    if (!d->can_mutate) {
        r = d->file->type == TENON_FILE_DIRECTORY ? TENON_OS_READ_ONLY
                                                  : TENON_OS_NOT_PERMITTED;
    }
    if (r == TENON_OS_OK) {
        r = w->os->set_times(w->platform->user, d->file->file, t[0], t[1]);
    }
    return give(r, result);
}

/* How much a read of len bytes could give. */
static size_t read_capacity(tenon_wasi *w, const descriptor *d, u64 len, u64 offset) {
    tenon_file_stat st;
    u64 most = READ_BYTES;
    if (len <= OTHER_BYTES) {
        return (size_t)len;
    }
    if (d->file->type != TENON_FILE_REGULAR ||
        w->os->stat(w->platform->user, d->file->file, &st) != TENON_OS_OK) {
        most = OTHER_BYTES;
    } else if (offset >= st.size_bytes || st.size_bytes - offset < OTHER_BYTES) {
        most = OTHER_BYTES; /* the file may be growing */
    } else if (st.size_bytes - offset < most) {
        most = st.size_bytes - offset;
    }
    return (size_t)(len < most ? len : most);
}

static tenon_os_error read_all(tenon_wasi *w, const descriptor *d, u8 *buf,
                               size_t capacity, u64 offset, size_t *len, bool *at_end) {
    *len = 0;
    *at_end = false;
    while (*len < capacity) {
        size_t n;
        tenon_os_error r = w->os->read_at(w->platform->user, d->file->file, buf + *len,
                                          capacity - *len, offset + *len, &n);
        if (r != TENON_OS_OK) {
            return *len > 0 ? TENON_OS_OK : r;
        }
        if (n == 0) {
            *at_end = true;
            break;
        }
        *len += n;
    }
    return TENON_OS_OK;
}

tenon_status wasi_filesystem_types_method_descriptor_read(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_filesize_t length, wasi_filesystem_types_filesize_t offset,
    wasi_filesystem_types_result_tuple2_list_u8_bool_error_code_t *result) {
    tenon_wasi *w = user;
    descriptor *d = descriptor_of(call, self);
    size_t capacity = read_capacity(w, d, length, offset);
    u8 *buf = tenon_call_alloc(call, capacity, 1);
    if (buf == NULL) {
        return tenon_call_no_memory(call);
    }
    size_t len = 0;
    bool at_end = false;
    tenon_os_error r = need_readable(d);
    if (r == TENON_OS_OK) {
        r = read_all(w, d, buf, capacity, offset, &len, &at_end);
    }
    if (r != TENON_OS_OK) {
        result->is_err = true;
        result->val.err = code_of(r);
        return TENON_OK;
    }
    result->val.ok.f0.ptr = buf;
    result->val.ok.f0.len = len;
    result->val.ok.f1 = at_end;
    return TENON_OK;
}

tenon_status wasi_filesystem_types_method_descriptor_write(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const wasi_filesystem_types_list_u8_t *buffer,
    wasi_filesystem_types_filesize_t offset,
    wasi_filesystem_types_result_filesize_error_code_t *result) {
    tenon_wasi *w = user;
    descriptor *d = descriptor_of(call, self);
    size_t n = 0;
    tenon_os_error r = need_writable(d);
    if (r == TENON_OS_OK) {
        r = w->os->write_at(w->platform->user, d->file->file, buffer->ptr, buffer->len,
                            offset, &n);
    }
    result->is_err = r != TENON_OS_OK;
    if (r != TENON_OS_OK) {
        result->val.err = code_of(r);
    } else {
        result->val.ok = n;
    }
    return TENON_OK;
}

/* -- attributes -- */

static wasi_filesystem_types_option_datetime_t datetime_of(const tenon_file_stat *st,
                                                           tenon_time t) {
    wasi_filesystem_types_option_datetime_t out = {0};
    if (st->has_times && t.seconds >= 0) {
        out.is_some = true;
        out.val.seconds = (u64)t.seconds;
        out.val.nanoseconds = t.nanoseconds;
    }
    return out;
}

static tenon_status
give_stat(tenon_os_error r, const tenon_file_stat *st,
          wasi_filesystem_types_result_descriptor_stat_error_code_t *result) {
    if (r != TENON_OS_OK) {
        result->is_err = true;
        result->val.err = code_of(r);
        return TENON_OK;
    }
    wasi_filesystem_types_descriptor_stat_t *out = &result->val.ok;
    out->type = (u8)st->type;
    out->link_count = st->link_count;
    out->size = st->size_bytes;
    out->data_access_timestamp = datetime_of(st, st->accessed);
    out->data_modification_timestamp = datetime_of(st, st->modified);
    out->status_change_timestamp = datetime_of(st, st->changed);
    return TENON_OK;
}

tenon_status wasi_filesystem_types_method_descriptor_stat(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_descriptor_stat_error_code_t *result) {
    tenon_wasi *w = user;
    tenon_file_stat st;
    tenon_os_error r =
        w->os->stat(w->platform->user, descriptor_of(call, self)->file->file, &st);
    return give_stat(r, &st, result);
}

static tenon_os_error stat_at(tenon_wasi *w, const descriptor *d, u8 flags,
                              const tenon_string *path, tenon_file_stat *st) {
    tenon_os_error r = need_directory(d);
    return r != TENON_OS_OK ? r
                            : w->os->stat_path(w->platform->user, path_of(d, path),
                                               follows(flags), st);
}

tenon_status wasi_filesystem_types_method_descriptor_stat_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_path_flags_t path_flags, const tenon_string *path,
    wasi_filesystem_types_result_descriptor_stat_error_code_t *result) {
    tenon_file_stat st;
    tenon_os_error r = stat_at(user, descriptor_of(call, self), path_flags, path, &st);
    return give_stat(r, &st, result);
}

tenon_status wasi_filesystem_types_method_descriptor_set_times_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_path_flags_t path_flags, const tenon_string *path,
    const wasi_filesystem_types_new_timestamp_t *data_access_timestamp,
    const wasi_filesystem_types_new_timestamp_t *data_modification_timestamp,
    wasi_filesystem_types_result_void_error_code_t *result) {
    tenon_wasi *w = user;
    descriptor *d = descriptor_of(call, self);
    tenon_new_time t[2];
    tenon_os_error r = need_mutable(d);
    if (r == TENON_OS_OK) {
        r = new_times(data_access_timestamp, data_modification_timestamp, t);
    }
    if (r == TENON_OS_OK) {
        r = w->os->set_times_path(w->platform->user, path_of(d, path),
                                  follows(path_flags), t[0], t[1]);
    }
    return give(r, result);
}

tenon_status wasi_filesystem_types_method_descriptor_is_same_object(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_borrow_descriptor_t other, bool *result) {
    tenon_wasi *w = user;
    tenon_file_stat a, b;
    *result = w->os->stat(w->platform->user, descriptor_of(call, self)->file->file, &a) ==
                  TENON_OS_OK &&
              w->os->stat(w->platform->user, descriptor_of(call, other)->file->file,
                          &b) == TENON_OS_OK &&
              a.device == b.device && a.inode == b.inode;
    return TENON_OK;
}

/* A keyed hash of what names a file's contents, so that guests learn nothing of it. */
static tenon_status
give_hash(const tenon_wasi *w, tenon_os_error r, const tenon_file_stat *st,
          wasi_filesystem_types_result_metadata_hash_value_error_code_t *result) {
    if (r != TENON_OS_OK) {
        result->is_err = true;
        result->val.err = code_of(r);
        return TENON_OK;
    }
    u8 bytes[36];
    tni_store_u64(bytes, st->device);
    tni_store_u64(bytes + 8, st->inode);
    tni_store_u64(bytes + 16, st->size_bytes);
    tni_store_u64(bytes + 24, (u64)st->modified.seconds);
    tni_store_u32(bytes + 32, st->modified.nanoseconds);
    result->val.ok.lower = tni_siphash(w->secret[0], w->secret[1], bytes, sizeof bytes);
    result->val.ok.upper = tni_siphash(w->secret[1], ~w->secret[0], bytes, sizeof bytes);
    return TENON_OK;
}

tenon_status wasi_filesystem_types_method_descriptor_metadata_hash(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_metadata_hash_value_error_code_t *result) {
    tenon_wasi *w = user;
    tenon_file_stat st;
    tenon_os_error r =
        w->os->stat(w->platform->user, descriptor_of(call, self)->file->file, &st);
    return give_hash(w, r, &st, result);
}

tenon_status wasi_filesystem_types_method_descriptor_metadata_hash_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_path_flags_t path_flags, const tenon_string *path,
    wasi_filesystem_types_result_metadata_hash_value_error_code_t *result) {
    tenon_file_stat st;
    tenon_os_error r = stat_at(user, descriptor_of(call, self), path_flags, path, &st);
    return give_hash(user, r, &st, result);
}

/* -- entries -- */

tenon_status wasi_filesystem_types_method_descriptor_create_directory_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const tenon_string *path, wasi_filesystem_types_result_void_error_code_t *result) {
    tenon_wasi *w = user;
    descriptor *d = descriptor_of(call, self);
    tenon_os_error r = need_mutable(d);
    if (r == TENON_OS_OK) {
        r = w->os->make_directory(w->platform->user, path_of(d, path));
    }
    return give(r, result);
}

tenon_status wasi_filesystem_types_method_descriptor_remove_directory_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const tenon_string *path, wasi_filesystem_types_result_void_error_code_t *result) {
    tenon_wasi *w = user;
    descriptor *d = descriptor_of(call, self);
    tenon_os_error r = need_mutable(d);
    if (r == TENON_OS_OK) {
        r = w->os->remove_directory(w->platform->user, path_of(d, path));
    }
    return give(r, result);
}

tenon_status wasi_filesystem_types_method_descriptor_unlink_file_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const tenon_string *path, wasi_filesystem_types_result_void_error_code_t *result) {
    tenon_wasi *w = user;
    descriptor *d = descriptor_of(call, self);
    tenon_os_error r = need_mutable(d);
    if (r == TENON_OS_OK) {
        r = w->os->unlink(w->platform->user, path_of(d, path));
    }
    return give(r, result);
}

tenon_status wasi_filesystem_types_method_descriptor_rename_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const tenon_string *old_path,
    wasi_filesystem_types_borrow_descriptor_t new_descriptor,
    const tenon_string *new_path,
    wasi_filesystem_types_result_void_error_code_t *result) {
    tenon_wasi *w = user;
    descriptor *from = descriptor_of(call, self);
    descriptor *to = descriptor_of(call, new_descriptor);
    tenon_os_error r = need_mutable(from);
    r = r != TENON_OS_OK ? r : need_mutable(to);
    if (r == TENON_OS_OK) {
        r = w->os->rename(w->platform->user, path_of(from, old_path),
                          path_of(to, new_path));
    }
    return give(r, result);
}

tenon_status wasi_filesystem_types_method_descriptor_link_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_path_flags_t old_path_flags, const tenon_string *old_path,
    wasi_filesystem_types_borrow_descriptor_t new_descriptor,
    const tenon_string *new_path,
    wasi_filesystem_types_result_void_error_code_t *result) {
    tenon_wasi *w = user;
    descriptor *from = descriptor_of(call, self);
    descriptor *to = descriptor_of(call, new_descriptor);
    /* A link is a way to write the file: its own directory must allow that as well. */
    tenon_os_error r = need_mutable(from);
    r = r != TENON_OS_OK ? r : need_mutable(to);
    if (r == TENON_OS_OK) {
        r = w->os->link(w->platform->user, path_of(from, old_path),
                        follows(old_path_flags), path_of(to, new_path));
    }
    return give(r, result);
}

tenon_os_error tni_wasi_make_symlink(tenon_wasi *w, tni_str target, tenon_path path) {
    char copy[TNI_WASI_LINK_BYTES];
    if (target.len == 0) {
        return TENON_OS_NO_ENTRY;
    }
    if (memchr(target.ptr, 0, target.len) != NULL) {
        return TENON_OS_INVALID;
    }
    if (target.ptr[0] == '/') {
        return TENON_OS_NOT_PERMITTED;
    }
    if (target.len >= sizeof copy) {
        return TENON_OS_NAME_TOO_LONG;
    }
    memcpy(copy, target.ptr, target.len);
    copy[target.len] = 0;
    return w->os->symlink(w->platform->user, copy, path);
}

static tenon_os_error make_symlink(tenon_wasi *w, const descriptor *d,
                                   const tenon_string *target, const tenon_string *path) {
    tenon_os_error r = need_mutable(d);
    return r != TENON_OS_OK
               ? r
               : tni_wasi_make_symlink(w, (tni_str){target->ptr, target->len},
                                       path_of(d, path));
}

tenon_status wasi_filesystem_types_method_descriptor_symlink_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const tenon_string *old_path, const tenon_string *new_path,
    wasi_filesystem_types_result_void_error_code_t *result) {
    return give(make_symlink(user, descriptor_of(call, self), old_path, new_path),
                result);
}

tenon_os_error tni_wasi_read_link(tenon_wasi *w, tenon_path path,
                                  char buf[TNI_WASI_LINK_BYTES], size_t *len) {
    tenon_os_error r =
        w->os->read_link(w->platform->user, path, buf, TNI_WASI_LINK_BYTES, len);
    if (r == TENON_OS_OK && *len > 0 && buf[0] == '/') {
        r = TENON_OS_NOT_PERMITTED;
    }
    if (r == TENON_OS_OK && !tni_utf8_valid(buf, *len)) {
        r = TENON_OS_ILLEGAL_BYTE_SEQUENCE;
    }
    return r;
}

static tenon_os_error read_link(tenon_wasi *w, const descriptor *d,
                                const tenon_string *path, char *buf, size_t *len) {
    tenon_os_error r = need_directory(d);
    return r != TENON_OS_OK ? r : tni_wasi_read_link(w, path_of(d, path), buf, len);
}

tenon_status wasi_filesystem_types_method_descriptor_readlink_at(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    const tenon_string *path, wasi_filesystem_types_result_string_error_code_t *result) {
    char *buf = tenon_call_alloc(call, TNI_WASI_LINK_BYTES, 1);
    size_t len = 0;
    if (buf == NULL) {
        return tenon_call_no_memory(call);
    }
    tenon_os_error r = read_link(user, descriptor_of(call, self), path, buf, &len);
    result->is_err = r != TENON_OS_OK;
    if (r != TENON_OS_OK) {
        result->val.err = code_of(r);
    } else {
        result->val.ok = (tenon_string){buf, len};
    }
    return TENON_OK;
}

/* -- directory-entry-stream -- */

static tenon_os_error open_entries(tenon_wasi *w, const descriptor *d, tenon_dir **out) {
    tenon_os_error r = need_directory(d);
    return r != TENON_OS_OK ? r : w->os->dir_open(w->platform->user, d->file->file, out);
}

tenon_status wasi_filesystem_types_method_descriptor_read_directory(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_descriptor_t self,
    wasi_filesystem_types_result_own_directory_entry_stream_error_code_t *result) {
    tenon_wasi *w = user;
    entry_stream *s = TNI_NEW(&w->heap, entry_stream);
    if (s == NULL) {
        return tenon_call_no_memory(call);
    }
    s->wasi = w;
    tenon_os_error r = open_entries(w, descriptor_of(call, self), &s->dir);
    if (r != TENON_OS_OK) {
        TNI_FREE(&w->heap, s);
        result->is_err = true;
        result->val.err = code_of(r);
        return TENON_OK;
    }
    tenon_status status =
        tenon_resource_new(call, WASI_FILESYSTEM_TYPES_RESOURCE_DIRECTORY_ENTRY_STREAM, s,
                           &result->val.ok.handle);
    if (status != TENON_OK) {
        wasi_filesystem_types_directory_entry_stream_destructor(w, s);
    }
    return status;
}

void wasi_filesystem_types_directory_entry_stream_destructor(void *user, void *rep) {
    entry_stream *s = rep;
    tenon_wasi *w = s->wasi;
    (void)user;
    w->os->dir_close(w->platform->user, s->dir);
    TNI_FREE(&w->heap, s);
}

tenon_status wasi_filesystem_types_method_directory_entry_stream_read_directory_entry(
    tenon_call *call, void *user,
    wasi_filesystem_types_borrow_directory_entry_stream_t self,
    wasi_filesystem_types_result_option_directory_entry_error_code_t *result) {
    tenon_wasi *w = user;
    entry_stream *s = tenon_resource_rep(call, self.handle);
    char *name = tenon_call_alloc(call, TENON_NAME_BYTES, 1);
    if (name == NULL) {
        return tenon_call_no_memory(call);
    }
    size_t len = 0;
    tenon_file_type type = TENON_FILE_UNKNOWN;
    tenon_os_error r = w->os->dir_next(w->platform->user, s->dir, name, &len, &type);
    if (r == TENON_OS_OK && !tni_utf8_valid(name, len)) {
        r = TENON_OS_ILLEGAL_BYTE_SEQUENCE; /* of this entry; the next one may be read */
    }
    if (r != TENON_OS_OK) {
        result->is_err = true;
        result->val.err = code_of(r);
        return TENON_OK;
    }
    result->val.ok.is_some = len > 0;
    result->val.ok.val.type = (u8)type;
    result->val.ok.val.name = (tenon_string){name, len};
    return TENON_OK;
}

tenon_status wasi_filesystem_types_filesystem_error_code(
    tenon_call *call, void *user, wasi_filesystem_types_borrow_error_t err_,
    wasi_filesystem_types_option_error_code_t *result) {
    const tni_wasi_error *error = tenon_resource_rep(call, err_.handle);
    (void)user;
    result->is_some = error->code != TENON_OS_OK && !error->of_socket;
    result->val = code_of(error->code);
    return TENON_OK;
}
