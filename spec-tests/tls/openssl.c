/* openssl.c: the TLS hook of tenon/platform.h over OpenSSL (tools/test-tls).
 *
 *     openssl run CA.pem COMPONENT.wasm: runs a command, whose https trusts the CA
 *     openssl serve CERT.pem KEY.pem: prints a port, and answers one connection with 503s
 */
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tenon.h"
#include "tenon/http.h"
#include "tenon/wasi.h"

struct tenon_tls_session {
    SSL *ssl;
    uint8_t alert;
};

/* -- the hook; user is the SSL_CTX -- */

static tenon_tls_outcome outcome(tenon_tls_session *s, int result) {
    enum { ALERTS = 1000 }; /* reasons from there on are alerts of the other side */
    switch (SSL_get_error(s->ssl, result)) {
    case SSL_ERROR_NONE: return TENON_TLS_OK;
    case SSL_ERROR_WANT_READ: return TENON_TLS_WANTS_READ;
    case SSL_ERROR_WANT_WRITE: return TENON_TLS_WANTS_WRITE;
    case SSL_ERROR_ZERO_RETURN: return TENON_TLS_END;
    case SSL_ERROR_SYSCALL: return TENON_TLS_BROKEN;
    default: break;
    }
    const int reason = ERR_GET_REASON(ERR_peek_error());
    ERR_clear_error();
    if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED) {
        return TENON_TLS_CERTIFICATE_ERROR;
    }
    if (reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
        return TENON_TLS_BROKEN;
    }
    s->alert = reason > ALERTS ? (uint8_t)(reason - ALERTS) : 0;
    return reason > ALERTS ? TENON_TLS_ALERT : TENON_TLS_PROTOCOL_ERROR;
}

static tenon_tls_outcome make(void *user, tenon_file socket, tenon_tls_session **out) {
    tenon_tls_session *s = calloc(1, sizeof *s);
    if (s == NULL || (s->ssl = SSL_new(user)) == NULL ||
        SSL_set_fd(s->ssl, (int)socket) != 1) {
        if (s != NULL) {
            SSL_free(s->ssl);
        }
        free(s);
        return TENON_TLS_NO_MEMORY;
    }
    SSL_set_mode(s->ssl,
                 SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    *out = s;
    return TENON_TLS_OK;
}

static void tls_close(void *user, tenon_tls_session *s) {
    (void)user;
    if (SSL_is_init_finished(s->ssl)) {
        SSL_shutdown(s->ssl);
    }
    ERR_clear_error();
    SSL_free(s->ssl);
    free(s);
}

static tenon_tls_outcome tls_connect(void *user, tenon_file socket, const char *host,
                                     tenon_tls_session **out) {
    tenon_tls_outcome r = make(user, socket, out);
    if (r != TENON_TLS_OK) {
        return r;
    }
    SSL_set_connect_state((*out)->ssl);
    if (SSL_set_tlsext_host_name((*out)->ssl, host) != 1 ||
        SSL_set1_host((*out)->ssl, host) != 1) {
        tls_close(user, *out);
        return TENON_TLS_NO_MEMORY;
    }
    return TENON_TLS_OK;
}

static tenon_tls_outcome tls_accept(void *user, tenon_file socket,
                                    tenon_tls_session **out) {
    tenon_tls_outcome r = make(user, socket, out);
    if (r == TENON_TLS_OK) {
        SSL_set_accept_state((*out)->ssl);
    }
    return r;
}

static tenon_tls_outcome tls_handshake(void *user, tenon_tls_session *s) {
    (void)user;
    return outcome(s, SSL_do_handshake(s->ssl));
}

static tenon_tls_outcome tls_read(void *user, tenon_tls_session *s, void *buf, size_t len,
                                  size_t *n) {
    (void)user;
    return outcome(s, SSL_read_ex(s->ssl, buf, len, n));
}

static tenon_tls_outcome tls_write(void *user, tenon_tls_session *s, const void *buf,
                                   size_t len, size_t *n) {
    (void)user;
    return outcome(s, SSL_write_ex(s->ssl, buf, len, n));
}

static uint8_t tls_alert(void *user, tenon_tls_session *s) {
    (void)user;
    return s->alert;
}

static tenon_tls hook(SSL_CTX *context) {
    return (tenon_tls){sizeof(tenon_tls), context,       tls_connect,
                       tls_accept,        tls_handshake, tls_read,
                       tls_write,         tls_alert,     tls_close};
}

/* -- a command -- */

static int fail(const tenon_error *error) {
    fprintf(stderr, "%s\n", error->message);
    return 1;
}

static int run(SSL_CTX *context, const char *path) {
    static uint8_t bytes[1 << 20];
    FILE *in = fopen(path, "rb");
    const size_t len = in == NULL ? 0 : fread(bytes, 1, sizeof bytes, in);
    tenon_engine *engine = NULL;
    tenon_component *component = NULL;
    tenon_linker *linker = NULL;
    tenon_store *store = NULL;
    tenon_wasi *wasi = NULL;
    tenon_instance *instance;
    tenon_error error;
    const tenon_tls tls = hook(context);
    tenon_wasi_config config;
    uint8_t is_err = 1;
    tenon_wasi_config_init(&config);
    config.stdout_stream.kind = TENON_WASI_INHERIT;
    config.http.allow_all = true;
    config.http.tls = &tls;
    int exit = 0;
    if (tenon_engine_new(NULL, &engine, &error) != TENON_OK ||
        tenon_component_load(engine, bytes, len, TENON_BORROW_BYTES, &component,
                             &error) != TENON_OK ||
        tenon_linker_new(engine, &linker, &error) != TENON_OK ||
        tenon_wasi_new(&config, &wasi, &error) != TENON_OK ||
        tenon_wasi_add_to_linker(wasi, linker, &error) != TENON_OK ||
        tenon_store_new(engine, NULL, &store, &error) != TENON_OK ||
        tenon_instantiate(linker, store, component, &instance, &error) != TENON_OK ||
        tenon_func_call(tenon_instance_func(instance, "wasi:cli/run@0.2.0", "run"), NULL,
                        &is_err, NULL, &error) != TENON_OK) {
        exit = fail(&error);
    }
    tenon_store_delete(store);
    tenon_wasi_delete(wasi);
    tenon_linker_delete(linker);
    tenon_component_delete(component);
    tenon_engine_delete(engine);
    if (in != NULL) {
        fclose(in);
    }
    return exit != 0 ? exit : is_err;
}

/* -- a server -- */

static int serve(SSL_CTX *context) {
    const tenon_platform *p = tenon_platform_default();
    const tenon_tls tls = hook(context);
    tenon_address a = {.family = TENON_IPV4, .bytes = {127, 0, 0, 1}};
    tenon_file listener, socket;
    tenon_http_config config;
    tenon_http_connection *c;
    tenon_error error;
    tenon_wait item;
    tenon_http_config_init(&config);
    config.tls = &tls;
    if (p->net->open(p->user, TENON_IPV4, TENON_SOCKET_TCP, &listener) != TENON_OS_OK ||
        p->net->bind(p->user, listener, &a) != TENON_OS_OK ||
        p->net->listen(p->user, listener, 1) != TENON_OS_OK ||
        p->net->local_address(p->user, listener, &a) != TENON_OS_OK) {
        return 1;
    }
    printf("%u\n", a.port);
    fflush(stdout);
    item = (tenon_wait){listener, TENON_WAIT_READ, false};
    if (p->os->wait(p->user, &item, 1, TENON_NO_DEADLINE) != TENON_OS_OK ||
        p->net->accept(p->user, listener, &socket) != TENON_OS_OK) {
        return 1;
    }
    if (tenon_http_connection_new(&config, socket, &c, &error) != TENON_OK) {
        return fail(&error);
    }
    tenon_http_state state;
    do {
        uint64_t deadline_ns = TENON_NO_DEADLINE;
        state = tenon_http_connection_step(c, &item, &deadline_ns);
        if (state == TENON_HTTP_REQUEST) {
            tenon_http_connection_refuse(c, 503);
        } else if (state == TENON_HTTP_WAITING) {
            (void)p->os->wait(p->user, &item, 1, deadline_ns);
        }
    } while (state != TENON_HTTP_OVER);
    tenon_http_connection_delete(c);
    p->net->close(p->user, listener);
    return 0;
}

int main(int argc, char **argv) {
    SSL_CTX *context = SSL_CTX_new(TLS_method());
    int exit = 2;
    signal(SIGPIPE, SIG_IGN); /* OpenSSL writes to sockets without asking for none */
    if (context != NULL && argc == 4 && strcmp(argv[1], "run") == 0) {
        SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
        exit = SSL_CTX_load_verify_locations(context, argv[2], NULL) == 1
                   ? run(context, argv[3])
                   : 2;
    } else if (context != NULL && argc == 4 && strcmp(argv[1], "serve") == 0) {
        exit =
            SSL_CTX_use_certificate_file(context, argv[2], SSL_FILETYPE_PEM) == 1 &&
                    SSL_CTX_use_PrivateKey_file(context, argv[3], SSL_FILETYPE_PEM) == 1
                ? serve(context)
                : 2;
    }
    SSL_CTX_free(context);
    return exit;
}
