/* submit: sends one figure from a program of one's own, and waits for the receipt.
 *     cc submit.c $(pkg-config --cflags --libs vekha) -o submit
 *     ./submit submit.conf consultations 2020-09 165 */
#include <stdio.h>
#include <vekha.h>

static void answered(void *context, const struct vekha_answer *a)
{
    (void)context;
    printf("%s %s: %s%s%s\n", a->indicator ? a->indicator : a->id, a->period ? a->period : "",
           a->verdict, a->text ? ": " : "", a->text ? a->text : "");
}

int main(int argc, char **argv)
{
    char error[512];
    struct vekha *v = argc == 5 ? vekha_open(argv[1], "example", error, sizeof error) : NULL;
    if (v == NULL) {
        fprintf(stderr, "%s\n", argc == 5 ? error : "usage: submit CONF INDICATOR PERIOD VALUE");
        return VEKHA_INVALID;
    }
    enum vekha_status s = vekha_add(v, &(struct vekha_figure){.size = sizeof(struct vekha_figure),
                                                              .indicator = argv[2],
                                                              .period = argv[3],
                                                              .value = argv[4]});
    s = s == VEKHA_OK ? vekha_queue(v) : s;
    s = s == VEKHA_OK ? vekha_send(v, 10000, answered, NULL) : s;
    if (s != VEKHA_OK && s != VEKHA_REFUSED)
        fprintf(stderr, "%s\n", vekha_error(v));
    vekha_close(v);
    return (int)s;
}
