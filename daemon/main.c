/* main: from a command line to a daemon with its configuration and key. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "conf.h"
#include "log.h"
#include "options.h"
#include "selfcheck.h"
#include "vekhad.h"
#include "wire/keys.h"

enum { ERROR_MAX = 512, PATH_ROOM = 4096 };

/* One connection is one file, and the limit that a shell starts with is low. */
static void allow_many_connections(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
}

/* From the configuration, else the credential that systemd passes. */
static bool read_key(const struct conf *c, struct key_pair *ret, char *error, size_t error_size)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    char path[PATH_ROOM];
    if (c->server_key == NULL && folder == NULL) {
        snprintf(error, error_size,
                 "server_key: missing; name the key file that vekhactl centre init wrote");
        return false;
    }
    snprintf(path, sizeof path, "%s/curve.secret", folder != NULL ? folder : "");
    return keys_read(c->server_key != NULL ? c->server_key : path, ret, error, error_size);
}

int main(int argc, char **argv)
{
    struct options options;
    struct conf *conf;
    struct key_pair key = {.secret_key = ""};
    int code;
    char error[ERROR_MAX];
    if (!options_read(argc, argv, &options, &code))
        return code;
    if (options.now != NULL && !clock_start_at(options.now)) {
        fprintf(stderr,
                "vekhad: --now %s is no time; write 2020-09-25 or 2020-09-25T10:00:00+07:00\n",
                options.now);
        return EXIT_USAGE;
    }
    conf = conf_read(options.conf_path, error, sizeof error);
    if (conf == NULL || !read_key(conf, &key, error, sizeof error)) {
        fprintf(stderr, "vekhad: %s\n", error);
        code = EXIT_USAGE;
    } else if (options.check) {
        code = selfcheck(conf, &key);
    } else {
        log_set_level(conf->log_level);
        allow_many_connections();
        signal(SIGPIPE, SIG_IGN);
        code = vekhad_run(options.conf_path, conf, &key);
    }
    keys_wipe(&key);
    conf_free(conf);
    return code;
}
