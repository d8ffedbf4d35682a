/* options: the command line of vekhad. */
#ifndef VEKHA_OPTIONS_H
#define VEKHA_OPTIONS_H

#include <stdbool.h>

/* Exit codes, as every program of Vekha has them. */
enum { EXIT_USAGE = 2, EXIT_NO_DATABASE = 69 };

struct options {
    const char *conf_path;
    const char *now; /* NULL: the system's time */
    bool check;
};

/* Reads the command line.  False if the program is to end at once with *ret_exit: --help,
 * --version, or a mistake that was told on standard error. */
bool options_read(int argc, char **argv, struct options *ret, int *ret_exit);

#endif
