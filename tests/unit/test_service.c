/* service: what systemd hears, over a socket of this test in the place of systemd's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "service.c"
#include "log.c"

enum { WORD_MAX = 64 };

static struct {
    char folder[sizeof "/tmp/vekha-test.XXXXXX"], path[WORD_MAX];
    int fd;
    struct event_base *base;
    unsigned looks, good,
        last; /* progress is made in the first `good` looks; the loop ends after the last */
} w;

static int set_up(void **state)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)state;
    snprintf(w.folder, sizeof w.folder, "/tmp/vekha-test.XXXXXX");
    assert_non_null(mkdtemp(w.folder));
    snprintf(w.path, sizeof w.path, "%s/notify", w.folder);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", w.path);
    w.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(w.fd, (struct sockaddr *)&address, sizeof address), 0);
    setenv("NOTIFY_SOCKET", w.path, 1);
    setenv("WATCHDOG_USEC", "3000", 1);
    w.base = event_base_new();
    w.looks = 0;
    log_set_level(LOG_ERROR);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    event_base_free(w.base);
    close(w.fd);
    unlink(w.path);
    rmdir(w.folder);
    unsetenv("NOTIFY_SOCKET");
    unsetenv("WATCHDOG_USEC");
    return 0;
}

static bool progress(void *arg)
{
    (void)arg;
    if (++w.looks == w.last)
        event_base_loopbreak(w.base);
    return w.looks <= w.good;
}

/* How often this was heard; what else was said is passed over. */
static unsigned heard(const char *word)
{
    char text[WORD_MAX * 4];
    unsigned n = 0;
    ssize_t len;
    while ((len = recv(w.fd, text, sizeof text - 1, 0)) >= 0) {
        text[len] = '\0';
        n += strstr(text, word) != NULL;
    }
    return n;
}

static void run(unsigned good, unsigned last)
{
    struct service *s;
    w.good = good;
    w.last = last;
    s = service_new(w.base, progress, NULL);
    assert_non_null(s);
    event_base_dispatch(w.base);
    service_free(s);
}

static void test_the_watchdog_is_fed_while_there_is_progress(void **state)
{
    (void)state;
    run(5, 5);
    assert_int_equal(heard("WATCHDOG=1"), 5);
}

static void test_one_look_without_progress_is_forgiven_and_no_more(void **state)
{
    (void)state;
    run(2, 8);
    assert_int_equal(heard("WATCHDOG=1"), 3);
}

static void test_no_watchdog_no_timer(void **state)
{
    struct service *s;
    (void)state;
    unsetenv("WATCHDOG_USEC");
    s = service_new(w.base, progress, NULL);
    assert_non_null(s);
    assert_int_equal(event_base_dispatch(w.base), 1); /* nothing to wait for */
    service_free(s);
}

static void test_ready_is_said_once_and_again_after_a_reload(void **state)
{
    struct service *s;
    (void)state;
    s = service_new(w.base, progress, NULL);
    service_ready(s);
    service_ready(s);
    assert_int_equal(heard("READY=1"), 1);
    service_reloading();
    assert_int_equal(heard("MONOTONIC_USEC="), 1);
    service_reloaded();
    assert_int_equal(heard("READY=1"), 1);
    service_stopping();
    assert_int_equal(heard("STOPPING=1"), 1);
    service_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_the_watchdog_is_fed_while_there_is_progress, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_one_look_without_progress_is_forgiven_and_no_more,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_no_watchdog_no_timer, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_ready_is_said_once_and_again_after_a_reload, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
