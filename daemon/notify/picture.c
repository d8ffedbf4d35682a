/* picture: see picture.h. */
#include "notify/picture.h"

#include <cairo/cairo.h>
#include <fontconfig/fontconfig.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/shortage.h"
#include "notify/indexed.h"

enum {
    SCALE = 2,
    MEMORY = 16 * 1024 * 1024, /* bytes; a picture takes two million, and the fonts */
    LEFT = 12,
    RIGHT_LEAST = 90,
    TOP = 14,
    BOTTOM = 26,
    FONT_SIZE = 12,
    LABEL_LEFT = 8,
    LABEL_GAP = 14
};

/* Told apart by lightness too. */
static const struct colour {
    double r, g, b, a;
} paper = {1, 1, 1, 1}, ink = {0.10, 0.16, 0.24, 1}, grey = {0.55, 0.58, 0.62, 1},
  faint = {0.86, 0.88, 0.90, 1}, fan = {0.85, 0.45, 0.10, 0.22}, path = {0.80, 0.38, 0.05, 1};

/* From days and values to the paper; the labels of the plan and the forecast stand right of it. */
struct frame {
    date_t from, to;
    double low, high, right;
};

static void use(cairo_t *cr, struct colour c)
{
    cairo_set_source_rgba(cr, c.r, c.g, c.b, c.a);
}

static double x_of(const struct frame *f, date_t day)
{
    return LEFT + (f->right - LEFT) * (double)(day - f->from) / (f->to - f->from);
}

static double y_of(const struct frame *f, double value)
{
    return TOP + (PICTURE_HEIGHT - TOP - BOTTOM) * (f->high - value) / (f->high - f->low);
}

static void include(struct frame *f, double value)
{
    f->low = fmin(f->low, value);
    f->high = fmax(f->high, value);
}

static struct frame frame_of(const struct chart *c)
{
    struct frame f = {.from = c->plan[0].day,
                      .to = c->plan[c->n_plan - 1].day,
                      .low = c->plan[0].value,
                      .high = c->plan[0].value};

    for (size_t i = 0; i < c->n_plan; i++)
        include(&f, c->plan[i].value);
    for (size_t i = 0; i < c->n_facts; i++)
        include(&f, c->facts[i].value);
    if (c->has_forecast) {
        include(&f, c->forecast - c->sd);
        include(&f, c->forecast + c->sd);
    }
    if (f.high - f.low < 1e-9)
        f.high = f.low + 1;
    return f;
}

static void line_through(cairo_t *cr, const struct frame *f, const struct chart_point *points,
                         size_t n)
{
    for (size_t i = 0; i < n; i++)
        cairo_line_to(cr, x_of(f, points[i].day), y_of(f, points[i].value));
    cairo_stroke(cr);
}

static void draw_plan(cairo_t *cr, const struct frame *f, const struct chart *c)
{
    use(cr, grey);
    cairo_set_line_width(cr, 2);
    line_through(cr, f, c->plan, c->n_plan);
}

static void draw_today(cairo_t *cr, const struct frame *f, const struct chart *c)
{
    static const double dashes[] = {3, 3};

    if (c->today == DATE_NONE || c->today < f->from || c->today > f->to)
        return;
    use(cr, faint);
    cairo_set_line_width(cr, 1);
    cairo_set_dash(cr, dashes, 2, 0);
    cairo_move_to(cr, x_of(f, c->today), TOP);
    cairo_line_to(cr, x_of(f, c->today), PICTURE_HEIGHT - BOTTOM);
    cairo_stroke(cr);
    cairo_set_dash(cr, NULL, 0, 0);
}

static void draw_forecast(cairo_t *cr, const struct frame *f, const struct chart *c)
{
    const struct chart_point *last = &c->facts[c->n_facts - 1];
    double x = x_of(f, last->day), y = y_of(f, last->value), end = x_of(f, f->to);

    if (!c->has_forecast)
        return;
    use(cr, fan);
    cairo_move_to(cr, x, y);
    cairo_line_to(cr, end, y_of(f, c->forecast + c->sd));
    cairo_line_to(cr, end, y_of(f, c->forecast - c->sd));
    cairo_fill(cr);
    use(cr, path);
    cairo_set_line_width(cr, 1.5);
    cairo_move_to(cr, x, y);
    cairo_line_to(cr, end, y_of(f, c->forecast));
    cairo_stroke(cr);
}

static void draw_facts(cairo_t *cr, const struct frame *f, const struct chart *c)
{
    use(cr, ink);
    cairo_set_line_width(cr, 2.5);
    line_through(cr, f, c->facts, c->n_facts);
    for (size_t i = 0; i < c->n_facts; i++) {
        cairo_arc(cr, x_of(f, c->facts[i].day), y_of(f, c->facts[i].value), 3.5, 0, 2 * M_PI);
        cairo_fill(cr);
    }
}

/* --- labels --- */

static void label(cairo_t *cr, double x, double y, struct colour colour, const char *text)
{
    use(cr, colour);
    cairo_move_to(cr, x, y);
    cairo_show_text(cr, text);
}

/* 1 234 567 or 12,5; a blank that does not break is no matter here. */
static const char *number(double value, enum lang lang, char buf[40])
{
    char plain[32];
    int len = snprintf(plain, sizeof plain, fabs(value) < 100 ? "%.1f" : "%.0f", value), used = 0;
    int whole;

    if (len > 2 && plain[len - 1] == '0' && plain[len - 2] == '.')
        plain[len -= 2] = '\0';
    whole = (int)strcspn(plain, ".");
    for (int i = 0; i < len && used < 38; i++) {
        if (i > 0 && i < whole && (whole - i) % 3 == 0 && plain[i - 1] != '-')
            buf[used++] = ' ';
        buf[used++] = lang == LANG_RU && plain[i] == '.' ? ',' : plain[i];
    }
    buf[used] = '\0';
    return buf;
}

struct labels {
    char plan[100], forecast[100]; /* forecast "": there is none */
};

static struct labels labels_of(const struct chart *c, enum lang lang)
{
    struct labels l = {.forecast = ""};
    char value[40];

    snprintf(l.plan, sizeof l.plan, "%s %s", lang == LANG_RU ? "план" : "plan",
             number(c->plan[c->n_plan - 1].value, lang, value));
    if (c->has_forecast)
        snprintf(l.forecast, sizeof l.forecast, "%s %s", lang == LANG_RU ? "прогноз" : "forecast",
                 number(c->forecast, lang, value));
    return l;
}

static double width_of(cairo_t *cr, const char *text)
{
    cairo_text_extents_t size;

    cairo_text_extents(cr, text, &size);
    return size.x_advance;
}

static double right_edge(cairo_t *cr, const struct labels *l)
{
    double wanted = fmax(width_of(cr, l->plan), width_of(cr, l->forecast)) + LABEL_LEFT + 4;

    return PICTURE_WIDTH - fmax(wanted, RIGHT_LEAST);
}

/* The plan and the forecast at the right edge; one gives way if they would lie on each other. */
static void draw_labels(cairo_t *cr, const struct frame *f, const struct chart *c,
                        const struct labels *l)
{
    double x = f->right + LABEL_LEFT;
    double y = y_of(f, c->plan[c->n_plan - 1].value) + 4, below = y_of(f, c->forecast) + 4;

    label(cr, x, y, grey, l->plan);
    if (!c->has_forecast)
        return;
    if (fabs(below - y) < LABEL_GAP)
        below = below < y ? y - LABEL_GAP : y + LABEL_GAP;
    label(cr, x, below, path, l->forecast);
}

static void draw_days(cairo_t *cr, const struct frame *f, const struct chart *c, enum lang lang)
{
    const date_t days[] = {f->from, f->to, c->facts[c->n_facts - 1].day};
    double taken[3] = {-1000, -1000, -1000};
    char text[DATE_TEXT_MAX];

    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        cairo_text_extents_t size;
        double x;
        bool free = true;

        cairo_text_extents(cr, date_format(days[i], lang, text), &size);
        x = fmin(fmax(x_of(f, days[i]) - size.width / 2, LEFT), f->right - size.width + 20);
        for (size_t k = 0; k < i; k++)
            free = free && fabs(taken[k] - x) > size.width + 8;
        taken[i] = x;
        if (free)
            label(cr, x, PICTURE_HEIGHT - 8, i == 2 ? ink : grey, text);
    }
}

static void draw_axis(cairo_t *cr, const struct frame *f)
{
    double y = PICTURE_HEIGHT - BOTTOM + 0.5;

    use(cr, faint);
    cairo_set_line_width(cr, 1);
    cairo_move_to(cr, x_of(f, f->from), y);
    cairo_line_to(cr, x_of(f, f->to), y);
    cairo_stroke(cr);
}

/* --- the whole --- */

static void draw(cairo_t *cr, struct frame *f, const struct chart *c, enum lang lang)
{
    const struct labels labels = labels_of(c, lang);

    cairo_scale(cr, SCALE, SCALE);
    use(cr, paper);
    cairo_paint(cr);
    cairo_select_font_face(cr, "DejaVu Sans", CAIRO_FONT_SLANT_NORMAL, CAIRO_FONT_WEIGHT_NORMAL);
    cairo_set_font_size(cr, FONT_SIZE);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    f->right = right_edge(cr, &labels);
    draw_axis(cr, f);
    draw_today(cr, f, c);
    draw_forecast(cr, f, c);
    draw_plan(cr, f, c);
    draw_facts(cr, f, c);
    draw_labels(cr, f, c, &labels);
    draw_days(cr, f, c, lang);
}

static bool write_surface(cairo_surface_t *surface, struct str *out)
{
    struct drawing d = {
        .width = (uint32_t)cairo_image_surface_get_width(surface),
        .height = (uint32_t)cairo_image_surface_get_height(surface),
        .stride = (uint32_t)cairo_image_surface_get_stride(surface) / sizeof *d.pixels,
    };

    cairo_surface_flush(surface);
    d.pixels = (const uint32_t *)(const void *)cairo_image_surface_get_data(surface);
    return d.pixels && indexed_write(&d, out);
}

/* The libraries that draw do not bear that memory is refused: some of it they use all the same.  So it is asked for before, in one piece,
 * and more than they need. */
static bool has_memory(void)
{
    void *block = malloc(MEMORY);

    free(block);
    return block || shortage_note();
}

bool picture_draw(const struct chart *c, enum lang lang, struct str *out)
{
    struct frame f = frame_of(c);
    cairo_surface_t *surface;
    cairo_t *cr;
    bool good;

    if (!isfinite(f.high - f.low) || !has_memory())
        return false;
    surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, PICTURE_WIDTH * SCALE,
                                         PICTURE_HEIGHT * SCALE);
    cr = cairo_create(surface);
    draw(cr, &f, c, lang);
    good = cairo_status(cr) == CAIRO_STATUS_SUCCESS && write_surface(surface, out);
    cairo_destroy(cr);
    cairo_surface_destroy(surface);
    return good;
}

void picture_finish(void)
{
    cairo_debug_reset_static_data();
    FcFini();
}
