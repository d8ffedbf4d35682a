/* indexed: see indexed.h. */
#include "notify/indexed.h"

#include <png.h>
#include <stdlib.h>
#include <string.h>

enum { BITS_MOST = 5, BITS_LEAST = 2, COLOURS_MAX = 128, CODES = 1 << (3 * BITS_MOST) };

/* Pixels whose channels begin with the same bits: one colour, their mean. */
struct cell {
    uint64_t sums[3]; /* red, green, blue */
    uint64_t n;
};

struct palette {
    int bits;
    size_t n;
    struct cell cells[COLOURS_MAX];
    int16_t index_of[CODES]; /* -1: none yet */
    png_color colours[COLOURS_MAX];
};

static unsigned channel(uint32_t pixel, int which)
{
    return pixel >> (16 - 8 * which) & 0xff;
}

static unsigned code_of(uint32_t pixel, int bits)
{
    unsigned code = 0;

    for (int which = 0; which < 3; which++)
        code = code << bits | channel(pixel, which) >> (8 - bits);
    return code;
}

static bool take_pixel(struct palette *p, uint32_t pixel)
{
    int16_t *index = &p->index_of[code_of(pixel, p->bits)];

    if (*index < 0) {
        if (p->n == COLOURS_MAX)
            return false;
        p->cells[p->n] = (struct cell){0};
        *index = (int16_t)p->n++;
    }
    for (int which = 0; which < 3; which++)
        p->cells[*index].sums[which] += channel(pixel, which);
    p->cells[*index].n++;
    return true;
}

static bool fits(struct palette *p, const struct drawing *d, int bits)
{
    p->bits = bits;
    p->n = 0;
    memset(p->index_of, 0xff, sizeof p->index_of);
    for (uint32_t y = 0; y < d->height; y++)
        for (uint32_t x = 0; x < d->width; x++)
            if (!take_pixel(p, d->pixels[(size_t)y * d->stride + x]))
                return false;
    return true;
}

static png_byte mean(const struct cell *c, int which)
{
    return (png_byte)((c->sums[which] + c->n / 2) / c->n);
}

static void find_palette(struct palette *p, const struct drawing *d)
{
    int bits = BITS_MOST;

    while (!fits(p, d, bits) && bits > BITS_LEAST) /* with two bits there are 64 */
        bits--;
    for (size_t i = 0; i < p->n; i++)
        p->colours[i] =
            (png_color){mean(&p->cells[i], 0), mean(&p->cells[i], 1), mean(&p->cells[i], 2)};
}

/* --- libpng --- */

static void take_bytes(png_structp png, png_bytep bytes, size_t len)
{
    struct str *out = png_get_io_ptr(png);

    str_append(out, (const char *)bytes, len);
    if (out->failed)
        png_error(png, "no room");
}

static void flush(png_structp png)
{
    (void)png;
}

static void give_up(png_structp png, png_const_charp why)
{
    (void)why;
    png_longjmp(png, 1);
}

static void write_rows(png_structp png, const struct palette *p, const struct drawing *d,
                       png_bytep row)
{
    for (uint32_t y = 0; y < d->height; y++) {
        for (uint32_t x = 0; x < d->width; x++)
            row[x] = (png_byte)p->index_of[code_of(d->pixels[(size_t)y * d->stride + x], p->bits)];
        png_write_row(png, row);
    }
}

/* What libpng calls when it fails jumps back to here. */
static bool write_png(png_structp png, png_infop info, const struct palette *p,
                      const struct drawing *d, png_bytep row, struct str *out)
{
    if (setjmp(png_jmpbuf(png)))
        return false;
    png_set_write_fn(png, out, take_bytes, flush);
    png_set_IHDR(png, info, d->width, d->height, 8, PNG_COLOR_TYPE_PALETTE, PNG_INTERLACE_NONE,
                 PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_PLTE(png, info, p->colours, (int)p->n);
    png_set_compression_level(png, 9);
    png_write_info(png, info);
    write_rows(png, p, d, row);
    png_write_end(png, info);
    return true;
}

bool indexed_write(const struct drawing *d, struct str *out)
{
    struct palette *p = malloc(sizeof *p);
    png_bytep row = malloc(d->width);
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, give_up, NULL);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    bool good = p && row && info;

    if (good) {
        find_palette(p, d);
        good = write_png(png, info, p, d, row, out);
    }
    png_destroy_write_struct(&png, &info);
    free(row);
    free(p);
    return good;
}
