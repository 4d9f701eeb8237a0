/* cmd_bindgen.c: `tenon bindgen`: C bindings from WIT; the generator is witgen's. */
#include "tenon/command.h"
#include "witgen/witgen_run.h"

int cmd_bindgen(int argc, char **argv) {
    static char name[] = "tenon bindgen";
    argv[0] = name; /* in messages */
    return witgen_main(argc, argv);
}
