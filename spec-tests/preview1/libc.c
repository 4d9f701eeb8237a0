/* libc.c: a program of the C library: stdio, directories, poll. The folder /d is empty,
 * FOO is bar, standard input a pipe that gives "77\n". */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void stdio_files(void) {
    char line[100];
    mkdir("/d/dir", 0777);
    FILE *f = fopen("/d/dir/file.txt", "w");
    fprintf(f, "hello %d\n", 42);
    fclose(f);
    f = fopen("/d/dir/file.txt", "a");
    fprintf(f, "more\n");
    fclose(f);
    f = fopen("/d/dir/file.txt", "r");
    while (fgets(line, sizeof line, f) != NULL) {
        printf("line %s", line);
    }
    fclose(f);
}

static void entries(void) {
    struct stat st;
    char target[50];
    stat("/d/dir/file.txt", &st);
    printf("size %d regular %d\n", (int)st.st_size, S_ISREG(st.st_mode));
    symlink("file.txt", "/d/dir/link");
    int n = (int)readlink("/d/dir/link", target, sizeof target);
    printf("link %.*s\n", n, target);
    DIR *d = opendir("/d/dir");
    int count = 0;
    while (readdir(d) != NULL) {
        count++;
    }
    closedir(d);
    printf("entries %d\n", count);
    rename("/d/dir/file.txt", "/d/dir/g");
    printf("access %d %d\n", access("/d/dir/g", F_OK | R_OK | W_OK),
           access("/d/dir/file.txt", F_OK));
}

static void descriptors(void) {
    struct stat st;
    int fd = open("/d/nothere", O_RDONLY);
    printf("open %d %s\n", fd, strerror(errno));
    fd = open("/etc/passwd", O_RDONLY);
    printf("open %d %s\n", fd, strerror(errno));
    fd = open("/d/dir/g", O_RDONLY);
    printf("write %d %s\n", (int)write(fd, "x", 1), strerror(errno));
    close(fd);
    fd = open("/d/dir/g", O_RDWR);
    ftruncate(fd, 3);
    fstat(fd, &st);
    printf("truncated %d\n", (int)st.st_size);
    lseek(fd, -1, SEEK_END);
    printf("position %d\n", (int)lseek(fd, 0, SEEK_CUR));
    close(fd);
}

int main(int argc, char **argv) {
    for (int i = 1; i < argc; i++) {
        printf("argument %s\n", argv[i]);
    }
    printf("FOO %s\n", getenv("FOO"));
    stdio_files();
    entries();
    descriptors();
    struct pollfd p = {0, POLLIN, 0};
    printf("poll %d\n", poll(&p, 1, 5000));
    printf("revents %d\n", p.revents == POLLIN);
    struct timespec ts = {0, 1000000};
    printf("sleep %d\n", nanosleep(&ts, NULL));
    unlink("/d/dir/link");
    unlink("/d/dir/g");
    printf("rmdir %d\n", rmdir("/d/dir"));
    int x = 0;
    int got = scanf("%d", &x);
    printf("scanf %d %d\n", got, x);
    return 42;
}
