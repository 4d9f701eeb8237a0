/* main.c: the witgen program: reads WIT files, writes C bindings for hosts. */
#include "witgen/witgen_run.h"

int main(int argc, char **argv) {
    argv[0] = (char[]){"witgen"}; /* in messages */
    return witgen_main(argc, argv);
}
