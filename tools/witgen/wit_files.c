/* wit_files.c: WIT sources from files and folders, in the order of their names. */
#define _POSIX_C_SOURCE 200809L
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "wit_files.h"

enum { PATH_BYTES = 4096, MAX_FILE_BYTES = 64 << 20 };

static bool complain(const char *path, const char *what) {
    fprintf(stderr, "%s: %s\n", path, what);
    return false;
}

static bool read_all(wit_files *f, FILE *file, size_t size, const char *path) {
    size_t path_len = strlen(path);
    char *copy = tni_calloc(f->heap, path_len + 1, 1);
    char *text = tni_calloc(f->heap, size + 1, 1);
    if (copy == NULL || text == NULL) {
        return complain(path, "out of memory");
    }
    memcpy(copy, path, path_len);
    tni_wit_source source = {{copy, path_len}, {text, size}, f->groups};
    if (!tni_vec_push(f->heap, &f->sources, source)) {
        return complain(path, "out of memory");
    }
    return fread(text, 1, size, file) == size || complain(path, "cannot be read");
}

static bool add_file(wit_files *f, const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return complain(path, "cannot be opened");
    }
    bool ok = fseek(file, 0, SEEK_END) == 0;
    long size = ok ? ftell(file) : -1;
    if (size < 0 || size > MAX_FILE_BYTES || fseek(file, 0, SEEK_SET) != 0) {
        ok = complain(path, "is not a file of reasonable size");
    } else {
        ok = read_all(f, file, (size_t)size, path);
    }
    fclose(file);
    return ok;
}

static bool join(char out[PATH_BYTES], const char *folder, const char *name) {
    int len = snprintf(out, PATH_BYTES, "%s/%s", folder, name);
    return (len >= 0 && len < PATH_BYTES) || complain(folder, "path is too long");
}

static bool is_folder(const char *path) {
    struct stat s;
    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

static bool ends_in_wit(const char *name) {
    size_t len = strlen(name);
    return len > 4 && strcmp(name + len - 4, ".wit") == 0;
}

static int not_hidden(const struct dirent *d) {
    return d->d_name[0] != '.';
}

static bool add_package(wit_files *f, const char *path, bool with_deps);

static bool add_deps(wit_files *f, const char *folder) {
    struct dirent **names;
    int count = scandir(folder, &names, not_hidden, alphasort);
    bool ok = count >= 0 || complain(folder, "cannot be listed");
    for (int i = 0; i < count; i++) {
        char path[PATH_BYTES];
        ok = ok && join(path, folder, names[i]->d_name);
        if (ok && (is_folder(path) || ends_in_wit(path))) {
            ok = add_package(f, path, false);
        }
        free(names[i]);
    }
    if (count >= 0) {
        free(names);
    }
    return ok;
}

static bool add_folder(wit_files *f, const char *folder, bool with_deps) {
    struct dirent **names;
    int count = scandir(folder, &names, not_hidden, alphasort);
    bool ok = count >= 0 || complain(folder, "cannot be listed");
    bool deps = false;
    char path[PATH_BYTES];
    for (int i = 0; i < count; i++) {
        ok = ok && join(path, folder, names[i]->d_name);
        if (ok && ends_in_wit(path) && !is_folder(path)) {
            ok = add_file(f, path);
        }
        deps |= ok && strcmp(names[i]->d_name, "deps") == 0 && is_folder(path);
        free(names[i]);
    }
    if (count >= 0) {
        free(names);
    }
    f->groups++;
    ok = ok && join(path, folder, "deps");
    return ok && (!deps || !with_deps || add_deps(f, path));
}

static bool add_package(wit_files *f, const char *path, bool with_deps) {
    if (is_folder(path)) {
        return add_folder(f, path, with_deps);
    }
    bool ok = add_file(f, path);
    f->groups++;
    return ok;
}

bool wit_files_add(wit_files *f, const char *path) {
    return add_package(f, path, true);
}

void wit_files_free(wit_files *f) {
    for (size_t i = 0; i < f->sources.count; i++) {
        const tni_wit_source *s = &f->sources.data[i];
        tni_free(f->heap, (char *)(uintptr_t)s->path.ptr, s->path.len + 1, 1);
        tni_free(f->heap, (char *)(uintptr_t)s->text.ptr, s->text.len + 1, 1);
    }
    tni_vec_free(f->heap, &f->sources);
}
