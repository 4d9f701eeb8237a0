/* greeter_guest.c: a plugin with bindings and a C library. */
#include <stdio.h>
#include <stdlib.h>

#include "greeter.h"

void exports_greeter_greet(greeter_string_t *name, greeter_string_t *ret) {
    char text[100];
    snprintf(text, sizeof text, "%s, %.*s (%.1f)", greeter_polite() ? "Good day" : "Hi",
             (int)name->len, (const char *)name->ptr, 1.5);
    printf("greeted %.*s\n", (int)name->len, (const char *)name->ptr);
    fflush(stdout);
    greeter_string_dup(ret, text);
    greeter_string_free(name);
}
