/* grants.h: `-S` of the subcommands that run components, in the habits of other runtimes.
 */
#ifndef TENON_GRANTS_H
#define TENON_GRANTS_H

#include "tenon/wasi.h"

enum { GRANTS_MAX = 256 };

typedef struct grants {
    bool tcp, udp, ip_name_lookup, inherit_network, clocks_timezone;
    const char *addresses[GRANTS_MAX]; /* of the arguments */
    size_t address_count;
    bool http; /* requests to any host */
    const char *http_hosts[GRANTS_MAX];
    size_t http_host_count;
    bool takes_listeners; /* set beforehand: tcplisten is a grant */
    const char *listeners[GRANTS_MAX];
    size_t listener_count;
} grants;

/* TCP and UDP, but no addresses and no names. */
void grants_init(grants *g);
/* One argument `NAME[=VALUE],…`, which is cut up and stays in use. Says on standard error
 * what is wrong, and returns false. */
bool grants_parse(grants *g, char *list);
void grants_apply(const grants *g, tenon_wasi_config *config);
/* The lines of a --help that explain -S. */
void grants_help(void);

#endif
