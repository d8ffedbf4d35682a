/* debversion: [epoch:]upstream[-revision]
 *
 * The epoch is a number, 0 if there is none.  The other two are compared in turns: a stretch that holds no
 * digit, character by character, then a stretch of digits, as a number of any length. */
#include "admin/debversion.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct stretch {
    const char *at, *end;
};

static bool at_digit(const struct stretch *s)
{
    return s->at < s->end && isdigit((unsigned char)*s->at);
}

/* "~" comes before the end, the end before letters, letters before all else. */
static int rank(const struct stretch *s)
{
    unsigned char c = s->at < s->end ? (unsigned char)*s->at : 0;

    if (c == '~')
        return -1;
    if (c == 0 || isdigit(c))
        return 0;
    return isalpha(c) ? c : c + 256;
}

static int compare_words(struct stretch *a, struct stretch *b)
{
    while ((a->at < a->end && !at_digit(a)) || (b->at < b->end && !at_digit(b))) {
        int difference = rank(a) - rank(b);

        if (difference != 0)
            return difference;
        a->at++; /* neither is at its end or a digit: the other would rank differently */
        b->at++;
    }
    return 0;
}

static size_t take_number(struct stretch *s, const char **ret)
{
    while (at_digit(s) && *s->at == '0')
        s->at++;
    *ret = s->at;
    while (at_digit(s))
        s->at++;
    return (size_t)(s->at - *ret);
}

static int compare_numbers(struct stretch *a, struct stretch *b)
{
    const char *in_a, *in_b;
    size_t a_len = take_number(a, &in_a), b_len = take_number(b, &in_b);

    if (a_len != b_len)
        return a_len < b_len ? -1 : 1;
    return a_len > 0 ? memcmp(in_a, in_b, a_len) : 0;
}

static int compare_parts(struct stretch a, struct stretch b)
{
    int difference = 0;

    while (difference == 0 && (a.at < a.end || b.at < b.end)) {
        difference = compare_words(&a, &b);
        if (difference == 0)
            difference = compare_numbers(&a, &b);
    }
    return difference;
}

struct version {
    struct stretch epoch, upstream, revision;
};

static struct version split(const char *text)
{
    const char *end = text + strlen(text), *colon = strchr(text, ':');
    const char *start = colon != NULL ? colon + 1 : text, *dash = strrchr(start, '-');

    return (struct version){
        .epoch = {text, colon != NULL ? colon : text},
        .upstream = {start, dash != NULL ? dash : end},
        .revision = {dash != NULL ? dash + 1 : end, end},
    };
}

int debversion_compare(const char *a, const char *b)
{
    struct version left = split(a), right = split(b);
    int difference = compare_parts(left.epoch, right.epoch);

    if (difference == 0)
        difference = compare_parts(left.upstream, right.upstream);
    return difference != 0 ? difference : compare_parts(left.revision, right.revision);
}
