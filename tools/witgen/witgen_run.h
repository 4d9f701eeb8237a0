/* witgen_run.h: the generator as a command, also of `tenon bindgen`. */
#ifndef WITGEN_RUN_H
#define WITGEN_RUN_H

/* Takes the arguments after the program's name as main does; returns the exit status. */
int witgen_main(int argc, char **argv);

#endif
