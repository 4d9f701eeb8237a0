/* wit_files.h: WIT sources from files and folders. WIT.md, "Filesystem structure". */
#ifndef WIT_FILES_H
#define WIT_FILES_H

#include "base/vec.h"
#include "wit/wit.h"

typedef struct wit_files {
    tni_heap *heap;
    TNI_VEC(tni_wit_source) sources;
    u32 groups;
} wit_files;

/* Adds a file, or a folder: its *.wit files as one package, and each file and folder in
 * its deps as another. The first one added is the root. False, after a message to stderr,
 * when that fails. */
bool wit_files_add(wit_files *f, const char *path);
void wit_files_free(wit_files *f);

#endif
