/* grants.c: `-S`: what of the system a component is granted, for the subcommands that run
 * one. */
#include "tenon/grants.h"

#include <stdio.h>
#include <string.h>

#include "tenon/command.h"

void grants_init(grants *g) {
    memset(g, 0, sizeof *g);
    g->tcp = true;
    g->udp = true;
}

void grants_help(void) {
    printf(
        "  -S NAME[=VALUE],…        grants; may repeat\n"
        "       inherit-network    every address and port that this machine reaches\n"
        "       allow-addr=ADDR[/BITS][:PORT[-PORT]]\n"
        "                          addresses and ports to connect and bind to; IPv6 in\n"
        "                          brackets if a port follows\n"
        "       allow-ip-name-lookup  names of hosts are looked up\n"
        "       http               HTTP requests to any host; not by https, which needs\n"
        "                          TLS, which this command has not\n"
        "       allow-http=HOST[:PORT]\n"
        "                          HTTP requests to that host; *.NAME: to all below it\n"
        "       clocks-timezone    the local time zone (unstable in WASI)\n"
        "       tcp=n, udp=n       no such sockets (else there are, without "
        "addresses)\n");
}

static bool complain(const char *name, const char *value, const char *what) {
    fprintf(stderr, "tenon: -S %s%s%s: %s\n", name, value != NULL ? "=" : "",
            value != NULL ? value : "", what);
    return false;
}

static bool add_value(const char *name, const char *value, const char *what,
                      const char *list[GRANTS_MAX], size_t *count) {
    if (value == NULL || value[0] == '\0') {
        return complain(name, value, what);
    }
    if (*count == GRANTS_MAX) {
        return complain(name, value, "too many");
    }
    list[(*count)++] = value;
    return true;
}

static bool parse_grant(grants *g, const char *name, const char *value) {
    const struct {
        const char *name;
        bool *flag;
    } switches[] = {
        {"tcp", &g->tcp},
        {"udp", &g->udp},
        {"allow-ip-name-lookup", &g->ip_name_lookup},
        {"inherit-network", &g->inherit_network},
        {"clocks-timezone", &g->clocks_timezone},
        {"http", &g->http},
    };
    bool on;
    if (strcmp(name, "cli") == 0) { /* what every program is granted */
        return (parse_switch(value, &on) && on) || complain(name, value, "is always on");
    }
    if (strcmp(name, "allow-addr") == 0) {
        return add_value(name, value, "wants an address", g->addresses,
                         &g->address_count);
    }
    if (g->takes_listeners && strcmp(name, "tcplisten") == 0) {
        return add_value(name, value, "wants ADDR:PORT", g->listeners,
                         &g->listener_count);
    }
    if (strcmp(name, "allow-http") == 0) {
        return add_value(name, value, "wants a host", g->http_hosts, &g->http_host_count);
    }
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++) {
        if (strcmp(name, switches[i].name) == 0) {
            return parse_switch(value, switches[i].flag) ||
                   complain(name, value, "wants y or n");
        }
    }
    return complain(name, value, "no such grant (see tenon run --help)");
}

bool grants_parse(grants *g, char *list) {
    for (char *part = list; part != NULL;) {
        char *next = strchr(part, ',');
        if (next != NULL) {
            *next++ = '\0';
        }
        char *value = strchr(part, '=');
        if (value != NULL) {
            *value++ = '\0';
        }
        if (!parse_grant(g, part, value)) {
            return false;
        }
        part = next;
    }
    return true;
}

void grants_apply(const grants *g, tenon_wasi_config *config) {
    config->network.allow_tcp = g->tcp;
    config->network.allow_udp = g->udp;
    config->network.allow_ip_name_lookup = g->ip_name_lookup;
    config->clocks_timezone = g->clocks_timezone;
    config->network.inherit = g->inherit_network;
    config->network.addresses = g->addresses;
    config->network.address_count = g->address_count;
    config->network.listeners = g->listeners;
    config->network.listener_count = g->listener_count;
    config->http.allow_all = g->http;
    config->http.hosts = g->http_hosts;
    config->http.host_count = g->http_host_count;
}
