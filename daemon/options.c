/* options: one table for getopt_long, one text for people. */
#include "options.h"

#include <getopt.h>
#include <stdio.h>

static const char help[] =
    "usage: vekhad -c FILE [--check] [--now TIME]\n"
    "\n"
    "Takes the figures that schools send, stores them in PostgreSQL and raises an alert as soon as "
    "a target lags.\n"
    "Stays in the foreground and logs to standard error; systemd is meant to run it "
    "(vekhad.service).\n"
    "\n"
    "  -c, --conf FILE   the configuration (default " VEKHA_SYSCONFDIR "/vekhad.conf)\n"
    "      --check       read configuration and key, look into the database, say what is wrong, "
    "and end\n"
    "      --now TIME    begin at another time and run on from there: 2020-09-25, "
    "2020-09-25T10:00:00+07:00;\n"
    "                    refused unless the database was made with `vekhactl migrate --replay`\n"
    "  -h, --help        this text\n"
    "  -V, --version     the version\n"
    "\n"
    "examples:\n"
    "  vekhad -c /etc/vekha/vekhad.conf --check\n"
    "  vekhad -c /tmp/rehearsal.conf --now 2020-09-25\n"
    "\n"
    "signals: TERM ends it after all that was taken is answered, a second TERM at once;\n"
    "HUP reads log_level and language anew.\n"
    "exit: 0 done; 2 usage, configuration or key; 69 no database (only --check).\n";

enum { OPTION_CHECK = 256, OPTION_NOW };

static const struct option table[] = {
    {"conf", required_argument, NULL, 'c'},       {"check", no_argument, NULL, OPTION_CHECK},
    {"now", required_argument, NULL, OPTION_NOW}, {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},          {NULL, 0, NULL, 0},
};

static bool end_with(int code, int *ret_exit)
{
    *ret_exit = code;
    return false;
}

bool options_read(int argc, char **argv, struct options *ret, int *ret_exit)
{
    int c;
    *ret = (struct options){.conf_path = VEKHA_SYSCONFDIR "/vekhad.conf"};
    while ((c = getopt_long(argc, argv, "c:hV", table, NULL)) != -1) {
        switch (c) {
        case 'c':
            ret->conf_path = optarg;
            break;
        case OPTION_CHECK:
            ret->check = true;
            break;
        case OPTION_NOW:
            ret->now = optarg;
            break;
        case 'h':
            fputs(help, stdout);
            return end_with(0, ret_exit);
        case 'V':
            puts("vekhad " VEKHA_VERSION);
            return end_with(0, ret_exit);
        default: /* getopt has said what is wrong */
            fputs("vekhad --help shows what is understood\n", stderr);
            return end_with(EXIT_USAGE, ret_exit);
        }
    }
    if (optind < argc) {
        fprintf(stderr, "vekhad: \"%s\" is not understood; vekhad --help shows what is\n",
                argv[optind]);
        return end_with(EXIT_USAGE, ret_exit);
    }
    return true;
}
