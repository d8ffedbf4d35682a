/* invitation: comes back as it was written, and is refused with the right reason however it was hurt on its way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "wire/invitation.h"

#define ENDPOINT "tcp://centre.example.org:5670"
#define KEY      "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"

static struct invitation in;
static char line[INVITATION_TEXT_MAX];

static int set_up(void **state)
{
    (void)state;
    if (!invitation_make(ENDPOINT, KEY, &in))
        return -1;
    invitation_format(&in, line);
    return 0;
}

static void same(const struct invitation *a, const struct invitation *b)
{
    assert_string_equal(a->endpoint, b->endpoint);
    assert_string_equal(a->server_key, b->server_key);
    assert_memory_equal(a->seed, b->seed, sizeof a->seed);
}

static void comes_back(void **state)
{
    (void)state;
    struct invitation back;
    assert_int_equal(invitation_parse(line, strlen(line), &back), INVITATION_OK);
    same(&in, &back);
    assert_int_equal(
        strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"),
        strlen(line)); /* nothing that a shell or a mail program touches */
}

/* As a letter may have it: comments, folded lines, blanks around. */
static void in_a_letter(void **state)
{
    (void)state;
    char text[2 * INVITATION_TEXT_MAX];
    struct invitation back;
    int len = snprintf(text, sizeof text, "# Приглашение\r\n# vekha1_no\r\n  %.40s\r\n\t%s \r\n\n",
                       line, line + 40);
    assert_int_equal(invitation_parse(text, (size_t)len, &back), INVITATION_OK);
    same(&in, &back);
}

static void hurt(void **state)
{
    (void)state;
    char text[INVITATION_TEXT_MAX];
    struct invitation back;
    size_t len = strlen(line);
    for (size_t i = 0; i < len; i++) /* cut anywhere */
        assert_int_not_equal(invitation_parse(line, i, &back), INVITATION_OK);
    for (size_t i = 7; i < len; i++) { /* one character another */
        memcpy(text, line, len + 1);
        text[i] = text[i] == 'A' ? 'B' : 'A';
        assert_int_not_equal(invitation_parse(text, len, &back), INVITATION_OK);
    }
    memcpy(text, line, len + 1);
    text[20] = text[20] == 'A' ? 'B' : 'A';
    assert_int_equal(invitation_parse(text, len, &back), INVITATION_TYPO);
    text[20] = '/';
    assert_int_equal(invitation_parse(text, len, &back), INVITATION_CUT);
    assert_int_equal(invitation_parse("", 0, &back), INVITATION_FOREIGN);
    assert_int_equal(invitation_parse("vekha2_AAAA", 11, &back), INVITATION_FOREIGN);
    assert_int_equal(invitation_parse("vekha1_", 7, &back), INVITATION_CUT);
}

static void too_long(void **state)
{
    (void)state;
    char endpoint[INVITATION_ENDPOINT_MAX + 1];
    struct invitation back;
    memset(endpoint, 'x', sizeof endpoint - 1);
    endpoint[sizeof endpoint - 1] = '\0';
    assert_false(invitation_make(endpoint, KEY, &back));
    assert_false(invitation_make("", KEY, &back));
    assert_false(invitation_make(ENDPOINT, "short", &back));
    endpoint[INVITATION_ENDPOINT_MAX - 1] = '\0';
    assert_true(invitation_make(endpoint, KEY, &back));
    invitation_format(&back, line);
    assert_int_equal(invitation_parse(line, strlen(line), &back), INVITATION_OK);
    assert_string_equal(back.endpoint, endpoint);
}

/* The centre and the school make the same pair of one seed, and another of another. */
static void keys(void **state)
{
    (void)state;
    struct key_pair one, same_one, other;
    struct invitation second;
    assert_true(invitation_make(ENDPOINT, KEY, &second));
    assert_true(invitation_keys(&in, &one));
    assert_true(invitation_keys(&in, &same_one));
    assert_true(invitation_keys(&second, &other));
    assert_string_equal(one.secret_key, same_one.secret_key);
    assert_string_equal(one.public_key, same_one.public_key);
    assert_true(keys_public_valid(one.public_key));
    assert_string_not_equal(one.public_key, other.public_key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(comes_back, set_up), cmocka_unit_test_setup(in_a_letter, set_up),
        cmocka_unit_test_setup(hurt, set_up),       cmocka_unit_test_setup(too_long, set_up),
        cmocka_unit_test_setup(keys, set_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
