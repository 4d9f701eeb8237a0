/* tenon/http.h: serving HTTP/1.1 with components that export wasi:http/incoming-handler.
 *
 * The embedder accepts connections and owns the loop; nothing here blocks. For each
 * connection:
 *
 *     tenon_http_connection_new(&config, socket, &c, &error);
 *     switch (tenon_http_connection_step(c, &item, &deadline_ns)) {
 *     case TENON_HTTP_WAITING: …wait for item, for what the component waits for
 *         (tenon_wasi_waiting) or for deadline_ns; tell the component
 * (tenon_wasi_resume), poll its store, then step again case TENON_HTTP_REQUEST: …make an
 * instance, then tenon_http_connection_handle(c, wasi, instance, &func, args, &error);
 *         tenon_call_start(func, args, NULL, NULL, &started, &error);
 *         …until the call is done; step goes on sending meanwhile; then delete the store
 *         (or give the instance back), then
 *         tenon_http_connection_end(c);
 *     case TENON_HTTP_OVER: tenon_http_connection_delete(c);
 *     }
 */
#ifndef TENON_HTTP_H
#define TENON_HTTP_H

#include "tenon.h"
#include "tenon/wasi.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tenon_http_config {
    tenon_allocator allocator;      /* resize NULL: the platform's */
    const tenon_platform *platform; /* NULL: the one the library was built with */
    uint64_t idle_timeout_ns;       /* between requests, and for the whole of a head */
    uint64_t send_timeout_ns;       /* that the client takes nothing of an answer */
    uint64_t max_body_bytes;        /* of a request */
    const tenon_tls *tls; /* the connections are https; NULL: http. Outlives them */
} tenon_http_config;

/* 60 seconds, 60 seconds, no limit of bodies. */
TENON_API void tenon_http_config_init(tenon_http_config *config);

typedef struct tenon_http_connection tenon_http_connection;

typedef enum tenon_http_state {
    TENON_HTTP_WAITING, /* for the client, or for the component that answers it */
    TENON_HTTP_REQUEST, /* the head of a request is there: tenon_http_connection_handle,
                           or tenon_http_connection_refuse */
    TENON_HTTP_OVER,
} tenon_http_state;

/* What there is to say of an exchange, for a log. */
typedef struct tenon_http_log {
    const char *method; /* "-" before a head that is well formed was read */
    const char *target;
    uint16_t status;         /* of the answer; 0: there was none */
    uint64_t received_bytes; /* of the request's body */
    uint64_t sent_bytes;     /* of the answer's */
    uint64_t began_ns;       /* on the monotonic clock */
    uint64_t ended_ns;
    bool is_broken; /* the answer is not whole */
} tenon_http_log;

/* Takes the socket over; also on failure. */
TENON_API tenon_status tenon_http_connection_new(const tenon_http_config *config,
                                                 tenon_file socket,
                                                 tenon_http_connection **out,
                                                 tenon_error *error);
/* After the store of the component that answers. NULL is allowed. */
TENON_API void tenon_http_connection_delete(tenon_http_connection *connection);
/* Goes on as far as it can. WAITING: item says what to wait for (events 0: for the
 * component alone); *deadline_ns is brought forward to when to step again at the latest.
 */
TENON_API tenon_http_state tenon_http_connection_step(tenon_http_connection *connection,
                                                      tenon_wait *item,
                                                      uint64_t *deadline_ns);
/* Makes the request and where its response goes, as the arguments of the instance's
 * wasi:http/incoming-handler.handle, which is *func. wasi is the context that the
 * instance's store is linked with. TENON_UNLINKABLE: there is no such export. */
TENON_API tenon_status tenon_http_connection_handle(tenon_http_connection *connection,
                                                    tenon_wasi *wasi,
                                                    tenon_instance *instance,
                                                    tenon_func **func, uint32_t args[2],
                                                    tenon_error *error);
/* The call is over and its store gone or restored. What it has not answered is answered
 * with status 500; an answer that is not whole breaks the connection off. */
TENON_API void tenon_http_connection_end(tenon_http_connection *connection);
/* In state TENON_HTTP_REQUEST: its method and target, good until the next step. */
TENON_API void tenon_http_connection_request(const tenon_http_connection *connection,
                                             const char **method, const char **target);
/* Answers without a component, and closes: 503 for example. */
TENON_API void tenon_http_connection_refuse(tenon_http_connection *connection,
                                            uint16_t status);
/* Answers without a component, with a body of `len` bytes, which are copied; the
 * connection goes on. content_type: "text/plain". */
TENON_API void tenon_http_connection_answer(tenon_http_connection *connection,
                                            uint16_t status, const char *content_type,
                                            const void *body, size_t len);
/* No more requests: what is in progress, or has come, is answered, then a step says that
 * it is over. */
TENON_API void tenon_http_connection_finish(tenon_http_connection *connection);
/* Of the last exchange that has ended, once: false when there is none that has not been
 * given. Texts are good until the next step. */
TENON_API bool tenon_http_connection_log(tenon_http_connection *connection,
                                         tenon_http_log *out);

#ifdef __cplusplus
}
#endif

#endif
