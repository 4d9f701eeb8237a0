/* wasi.c: the context of the WASI hosts: its configuration, its files, and registration.
 */
#include "wasi/wasi.h"

#include "base/unicode.h"
#include "wasi/gen/wasi_cli_environment.h"
#include "wasi/gen/wasi_cli_exit.h"
#include "wasi/gen/wasi_cli_stderr.h"
#include "wasi/gen/wasi_cli_stdin.h"
#include "wasi/gen/wasi_cli_stdout.h"
#include "wasi/gen/wasi_cli_terminal_input.h"
#include "wasi/gen/wasi_cli_terminal_output.h"
#include "wasi/gen/wasi_cli_terminal_stderr.h"
#include "wasi/gen/wasi_cli_terminal_stdin.h"
#include "wasi/gen/wasi_cli_terminal_stdout.h"
#include "wasi/gen/wasi_clocks_monotonic_clock.h"
#include "wasi/gen/wasi_clocks_timezone.h"
#include "wasi/gen/wasi_clocks_wall_clock.h"
#include "wasi/gen/wasi_filesystem_preopens.h"
#include "wasi/gen/wasi_filesystem_types.h"
#include "wasi/gen/wasi_http_outgoing_handler.h"
#include "wasi/gen/wasi_http_types.h"
#include "wasi/gen/wasi_io_error.h"
#include "wasi/gen/wasi_io_poll.h"
#include "wasi/gen/wasi_io_streams.h"
#include "wasi/gen/wasi_random_insecure.h"
#include "wasi/gen/wasi_random_insecure_seed.h"
#include "wasi/gen/wasi_random_random.h"
#include "wasi/gen/wasi_sockets_instance_network.h"
#include "wasi/gen/wasi_sockets_ip_name_lookup.h"
#include "wasi/gen/wasi_sockets_network.h"
#include "wasi/gen/wasi_sockets_tcp.h"
#include "wasi/gen/wasi_sockets_tcp_create_socket.h"
#include "wasi/gen/wasi_sockets_udp.h"
#include "wasi/gen/wasi_sockets_udp_create_socket.h"
#include "wasi/sockets.h"

static const tenon_interface *const interfaces[] = {
    &wasi_io_error_interface,
    &wasi_io_poll_interface,
    &wasi_io_streams_interface,
    &wasi_clocks_monotonic_clock_interface,
    &wasi_clocks_wall_clock_interface,
    &wasi_random_random_interface,
    &wasi_random_insecure_interface,
    &wasi_random_insecure_seed_interface,
    &wasi_cli_environment_interface,
    &wasi_cli_exit_interface,
    &wasi_cli_stdin_interface,
    &wasi_cli_stdout_interface,
    &wasi_cli_stderr_interface,
    &wasi_cli_terminal_input_interface,
    &wasi_cli_terminal_output_interface,
    &wasi_cli_terminal_stdin_interface,
    &wasi_cli_terminal_stdout_interface,
    &wasi_cli_terminal_stderr_interface,
    &wasi_filesystem_types_interface,
    &wasi_filesystem_preopens_interface,
    &wasi_sockets_instance_network_interface,
    &wasi_sockets_network_interface,
    &wasi_sockets_tcp_interface,
    &wasi_sockets_tcp_create_socket_interface,
    &wasi_sockets_udp_interface,
    &wasi_sockets_udp_create_socket_interface,
    &wasi_sockets_ip_name_lookup_interface,
    &wasi_http_types_interface,
    &wasi_http_outgoing_handler_interface,
};

/* The standard streams go on where they are, whichever instance has them. */
static bool keeps_stream(void *user, void *rep) {
    const tenon_wasi *w = user;
    return rep == w->standard[0] || rep == w->standard[1] || rep == w->standard[2];
}

/* Terminals and the network have no state. */
static bool keeps_any(void *user, void *rep) {
    (void)user;
    (void)rep;
    return true;
}

/* Resources of which guests may have objects when a snapshot is taken. */
static tenon_status add_restorable(tenon_linker *linker, tenon_error *error) {
    static const tenon_restorable streams = {keeps_stream, NULL};
    static const tenon_restorable descriptors = {tni_wasi_keeps_descriptor, NULL};
    static const tenon_restorable any = {keeps_any, NULL};
    static const struct {
        const tenon_interface *interface;
        const char *resource;
        const tenon_restorable *how;
    } rows[] = {
        {&wasi_io_streams_interface, "input-stream", &streams},
        {&wasi_io_streams_interface, "output-stream", &streams},
        {&wasi_cli_terminal_input_interface, "terminal-input", &any},
        {&wasi_cli_terminal_output_interface, "terminal-output", &any},
        {&wasi_filesystem_types_interface, "descriptor", &descriptors},
        {&wasi_sockets_network_interface, "network", &any},
    };
    for (size_t i = 0; i < TNI_COUNT_OF(rows); i++) {
        TNI_TRY(tenon_linker_restorable(linker, rows[i].interface->name, rows[i].resource,
                                        rows[i].how, error));
    }
    return TENON_OK;
}

tenon_status tenon_wasi_add_to_linker(tenon_wasi *wasi, tenon_linker *linker,
                                      tenon_error *error) {
    for (size_t i = 0; i < TNI_COUNT_OF(interfaces); i++) {
        TNI_TRY(tenon_linker_add(linker, interfaces[i], wasi, error));
    }
    TNI_TRY(add_restorable(linker, error));
    if (wasi->has_timezone) {
        TNI_TRY(tenon_linker_add(linker, &wasi_clocks_timezone_interface, wasi, error));
    }
    return TENON_OK;
}

/* -- files -- */

tni_wasi_file *tni_wasi_file_new(tenon_wasi *w, tenon_file file) {
    tni_wasi_file *f = TNI_NEW(&w->heap, tni_wasi_file);
    if (f == NULL) {
        w->os->close(w->platform->user, file);
        return NULL;
    }
    tenon_file_stat st;
    *f = (tni_wasi_file){w, 1, file, TENON_FILE_UNKNOWN};
    if (w->os->stat(w->platform->user, file, &st) == TENON_OS_OK) {
        f->type = st.type;
    }
    return f;
}

void tni_wasi_file_release(tni_wasi_file *f) {
    if (f != NULL && --f->references == 0) {
        tenon_wasi *w = f->wasi;
        w->os->close(w->platform->user, f->file);
        TNI_FREE(&w->heap, f);
    }
}

bool tni_wasi_random(tenon_wasi *w, void *out, size_t len) {
    return w->platform->random != NULL &&
           w->platform->random(w->platform->user, out, len);
}

/* -- making the context -- */

void tenon_wasi_config_init(tenon_wasi_config *config) {
    memset(config, 0, sizeof *config);
    config->network.allow_tcp = true;
    config->network.allow_udp = true;
    config->http.keep = (tenon_wasi_keep){4, 16, 15000000000};
}

static tenon_status copy_string(tenon_wasi *w, const char *text, tni_str *out,
                                tenon_error *e) {
    size_t len = strlen(text);
    if (!tni_utf8_valid(text, len)) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET, "not UTF-8: %s", text);
    }
    char *copy = tni_resize(&w->heap, NULL, 0, len + 1);
    if (copy == NULL) {
        return tni_no_memory(e);
    }
    memcpy(copy, text, len + 1);
    *out = (tni_str){copy, len};
    return TENON_OK;
}

static void free_string(tenon_wasi *w, tni_str s) {
    /* Kept with the 0 that ends it; the heap hands out no constant memory. */
    tni_free(&w->heap, (void *)(uintptr_t)s.ptr, s.len + 1, 1);
}

static tenon_status copy_strings(tenon_wasi *w, const char *const *from, size_t count,
                                 tni_str **out, size_t *out_count, tenon_error *e) {
    if (count == 0) {
        return TENON_OK;
    }
    *out = TNI_NEW_ARRAY(&w->heap, tni_str, count);
    if (*out == NULL) {
        return tni_no_memory(e);
    }
    *out_count = count;
    for (size_t i = 0; i < count; i++) {
        TNI_TRY(copy_string(w, from[i], &(*out)[i], e));
    }
    return TENON_OK;
}

static void free_strings(tenon_wasi *w, tni_str *strings, size_t count) {
    for (size_t i = 0; i < count; i++) {
        free_string(w, strings[i]);
    }
    TNI_FREE_ARRAY(&w->heap, strings, count);
}

static tenon_status open_preopen(tenon_wasi *w, const tenon_wasi_preopen *from,
                                 tni_wasi_preopen *out, tenon_error *e) {
    if (w->os == NULL || w->os->open_root == NULL) {
        return tni_fail(e, TNI_ERR_UNSUPPORTED, TENON_NO_OFFSET,
                        "files on a platform without them");
    }
    TNI_TRY(copy_string(w, from->guest_path, &out->guest_path, e));
    out->read_only = from->read_only;
    tenon_file file;
    tenon_os_error r = w->os->open_root(w->platform->user, from->host_path, &file);
    if (r != TENON_OS_OK) {
        return tni_fail(e, TNI_ERR_PREOPEN, TENON_NO_OFFSET, "%s: %s", from->host_path,
                        tni_wasi_error_text(r));
    }
    out->file = tni_wasi_file_new(w, file);
    return out->file == NULL ? tni_no_memory(e) : TENON_OK;
}

static tenon_status open_preopens(tenon_wasi *w, const tenon_wasi_config *config,
                                  tenon_error *e) {
    if (config->preopen_count == 0) {
        return TENON_OK;
    }
    w->preopens = TNI_NEW_ARRAY(&w->heap, tni_wasi_preopen, config->preopen_count);
    if (w->preopens == NULL) {
        return tni_no_memory(e);
    }
    w->preopen_count = config->preopen_count;
    for (size_t i = 0; i < config->preopen_count; i++) {
        TNI_TRY(open_preopen(w, &config->preopens[i], &w->preopens[i], e));
    }
    return TENON_OK;
}

static tenon_status make_standard(tenon_wasi *w, int which, tenon_error *e) {
    static const tni_stream_kind kinds[] = {
        [TENON_WASI_NONE] = TNI_STREAM_NONE,
        [TENON_WASI_INHERIT] = TNI_STREAM_OS,
        [TENON_WASI_FILE] = TNI_STREAM_OS,
        [TENON_WASI_BUFFER] = TNI_STREAM_BUFFER,
        [TENON_WASI_CALLBACK] = TNI_STREAM_CALLBACK,
    };
    tenon_wasi_stream *config = &w->config[which];
    if ((unsigned)config->kind >= TNI_COUNT_OF(kinds)) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET, "tenon_wasi_stream.kind");
    }
    if (config->kind == TENON_WASI_INHERIT &&
        (w->os == NULL || w->os->standard == NULL ||
         w->os->standard(w->platform->user, which, &config->file) != TENON_OS_OK)) {
        config->kind = TENON_WASI_NONE; /* closed in this process */
    }
    tni_stream *s = tni_stream_new(w, kinds[config->kind]);
    if (s == NULL) {
        return tni_no_memory(e);
    }
    s->config = config;
    s->os_file = config->file;
    w->standard[which] = s;
    return TENON_OK;
}

bool tni_wasi_is_terminal(const tenon_wasi *w, int which) {
    const tenon_wasi_stream *c = &w->config[which];
    return (c->kind == TENON_WASI_INHERIT || c->kind == TENON_WASI_FILE) &&
           w->os->is_terminal != NULL && w->os->is_terminal(w->platform->user, c->file);
}

/* ADDRESS:PORT */
static bool parse_listener(const char *text, tenon_address *out) {
    tni_address_rule rule;
    if (!tni_rule_parse(tni_str_of(text), &rule) || strchr(text, '/') != NULL ||
        rule.first_port != rule.last_port) {
        return false;
    }
    *out = rule.address;
    out->port = rule.first_port;
    return true;
}

static tenon_status fill_listeners(tenon_wasi *w, const tenon_wasi_network *from,
                                   tenon_error *e) {
    tni_network *n = &w->network;
    if (from->listener_count == 0) {
        return TENON_OK;
    }
    n->listeners = TNI_NEW_ARRAY(&w->heap, tenon_address, from->listener_count);
    if (n->listeners == NULL) {
        return tni_no_memory(e);
    }
    n->listener_count = from->listener_count;
    for (size_t i = 0; i < n->listener_count; i++) {
        if (!parse_listener(from->listeners[i], &n->listeners[i])) {
            return tni_fail(e, TNI_ERR_ADDRESS_RULE, TENON_NO_OFFSET,
                            "%s: wants ADDRESS:PORT", from->listeners[i]);
        }
    }
    return TENON_OK;
}

static tenon_status fill_network(tenon_wasi *w, const tenon_wasi_network *from,
                                 tenon_error *e) {
    tni_network *n = &w->network;
    n->allow_tcp = from->allow_tcp;
    n->allow_udp = from->allow_udp;
    n->allow_names = from->allow_ip_name_lookup;
    n->allow_all = from->inherit;
    TNI_TRY(fill_listeners(w, from, e));
    if (from->address_count == 0) {
        return TENON_OK;
    }
    n->rules = TNI_NEW_ARRAY(&w->heap, tni_address_rule, from->address_count);
    if (n->rules == NULL) {
        return tni_no_memory(e);
    }
    n->rule_count = from->address_count;
    for (size_t i = 0; i < n->rule_count; i++) {
        if (!tni_rule_parse(tni_str_of(from->addresses[i]), &n->rules[i])) {
            return tni_fail(e, TNI_ERR_ADDRESS_RULE, TENON_NO_OFFSET, "%s",
                            from->addresses[i]);
        }
    }
    return TENON_OK;
}

/* HOST[:PORT], where HOST is a name, an address, "*", or "*.NAME". */
static bool parse_http_rule(tni_str text, tni_http_rule *rule) {
    size_t end = text.len;
    rule->port = 0;
    while (end > 0 && text.ptr[end - 1] >= '0' && text.ptr[end - 1] <= '9') {
        end--;
    }
    bool has_port = end > 0 && end < text.len && text.ptr[end - 1] == ':' &&
                    memchr(text.ptr, ']', text.len) != NULL;
    size_t colons = 0;
    for (size_t i = 0; i < text.len; i++) {
        colons += text.ptr[i] == ':';
    }
    has_port = has_port || (end > 0 && text.ptr[end - 1] == ':' && colons == 1);
    rule->host = has_port ? (tni_str){text.ptr, end - 1} : text;
    if (has_port) {
        u64 port = 0;
        for (size_t i = end; i < text.len && port <= UINT16_MAX; i++) {
            port = port * 10 + (u64)(text.ptr[i] - '0');
        }
        if (port == 0 || port > UINT16_MAX) {
            return false;
        }
        rule->port = (u16)port;
    }
    if (rule->host.len > 2 && rule->host.ptr[0] == '[' &&
        rule->host.ptr[rule->host.len - 1] == ']') {
        rule->host = (tni_str){rule->host.ptr + 1, rule->host.len - 2};
    }
    return rule->host.len > 0 && memchr(rule->host.ptr, '/', rule->host.len) == NULL &&
           memchr(rule->host.ptr, '[', rule->host.len) == NULL;
}

static void free_http_rules(tenon_wasi *w) {
    free_strings(w, w->http_hosts, w->http_rule_count);
    TNI_FREE_ARRAY(&w->heap, w->http_rules, w->http_rule_count);
}

static tenon_status fill_http(tenon_wasi *w, const tenon_wasi_http *from,
                              tenon_error *e) {
    w->allow_http = from->allow_all;
    w->tls = from->tls;
    w->http_keep = from->keep;
    TNI_TRY(copy_strings(w, from->hosts, from->host_count, &w->http_hosts,
                         &w->http_rule_count, e));
    if (w->http_rule_count == 0) {
        return TENON_OK;
    }
    w->http_rules = TNI_NEW_ARRAY(&w->heap, tni_http_rule, w->http_rule_count);
    if (w->http_rules == NULL) {
        return tni_no_memory(e);
    }
    for (size_t i = 0; i < w->http_rule_count; i++) {
        if (!parse_http_rule(w->http_hosts[i], &w->http_rules[i])) {
            return tni_fail(e, TNI_ERR_HTTP_RULE, TENON_NO_OFFSET, "%s", from->hosts[i]);
        }
    }
    return TENON_OK;
}

static tenon_status fill(tenon_wasi *w, const tenon_wasi_config *config, tenon_error *e) {
    w->has_timezone = config->clocks_timezone;
    w->config[0] = config->stdin_stream;
    w->config[1] = config->stdout_stream;
    w->config[2] = config->stderr_stream;
    for (int i = 0; i < 3; i++) {
        TNI_TRY(make_standard(w, i, e));
    }
    TNI_TRY(copy_strings(w, config->args, config->arg_count, &w->args, &w->arg_count, e));
    TNI_TRY(copy_strings(w, config->env, config->env_count, &w->env, &w->env_count, e));
    if (config->initial_cwd != NULL) {
        TNI_TRY(copy_string(w, config->initial_cwd, &w->initial_cwd, e));
    }
    TNI_TRY(open_preopens(w, config, e));
    TNI_TRY(fill_network(w, &config->network, e));
    TNI_TRY(fill_http(w, &config->http, e));
    if (!tni_wasi_random(w, w->secret, sizeof w->secret) ||
        !tni_wasi_random(w, w->insecure, sizeof w->insecure)) {
        w->insecure[0] = 0x9e3779b97f4a7c15u; /* a platform without random numbers */
    }
    return TENON_OK;
}

tenon_status tenon_wasi_new(const tenon_wasi_config *config, tenon_wasi **out,
                            tenon_error *error) {
    static const tenon_wasi empty;
    tenon_error ignored;
    tenon_error *e = error != NULL ? error : &ignored;
    const tenon_platform *p =
        config->platform != NULL ? config->platform : tenon_platform_default();
    const tenon_allocator *a =
        config->allocator.resize != NULL ? &config->allocator : &p->allocator;
    *out = NULL;
    if (a->resize == NULL) {
        return tni_fail(e, TNI_ERR_USAGE, TENON_NO_OFFSET, "no allocator");
    }
    tni_heap heap;
    tni_heap_init(&heap, a, UINT64_MAX);
    tenon_wasi *w = tni_resize(&heap, NULL, 0, sizeof *w);
    if (w == NULL) {
        return tni_no_memory(e);
    }
    *w = empty;
    w->heap = heap;
    w->platform = p;
    w->os = p->os;
    w->net = p->net;
    tenon_status status = fill(w, config, e);
    if (status != TENON_OK) {
        tenon_wasi_delete(w);
        return status;
    }
    *out = w;
    return TENON_OK;
}

void tenon_wasi_delete(tenon_wasi *w) {
    if (w == NULL) {
        return;
    }
    if (w->preview1 != NULL) {
        w->preview1_delete(w, w->preview1);
    }
    for (int i = 0; i < 3; i++) {
        if (w->standard[i] != NULL && i > 0) {
            tni_stream_finish(w->standard[i]);
        }
        tni_stream_release(w->standard[i]);
    }
    tni_wasi_finish_draining(w);
    while (w->background != NULL) {
        w->background->leave(w->background->object);
    }
    tni_lookups_abandon(w);
    TNI_FREE_ARRAY(&w->heap, w->network.rules, w->network.rule_count);
    TNI_FREE_ARRAY(&w->heap, w->network.listeners, w->network.listener_count);
    free_http_rules(w);
    free_strings(w, w->args, w->arg_count);
    free_strings(w, w->env, w->env_count);
    free_string(w, w->initial_cwd);
    for (size_t i = 0; i < w->preopen_count; i++) {
        tni_wasi_file_release(w->preopens[i].file);
        free_string(w, w->preopens[i].guest_path);
    }
    TNI_FREE_ARRAY(&w->heap, w->preopens, w->preopen_count);
    tni_heap heap = w->heap;
    TNI_FREE(&heap, w);
}
